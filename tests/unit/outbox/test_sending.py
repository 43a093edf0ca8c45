"""Messages over a real mail server of its own process, in every mood."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from faults.mailing import Receiver
from safehub.foundation.errors import TrailUnavailable
from safehub.foundation.outbox import sending
from safehub.foundation.outbox.commands import run_later, tell
from safehub.foundation.outbox.delivery import commands as delivery
from safehub.foundation.outbox.holds import drop_hold, register_hold
from safehub.foundation.outbox.jobs import job
from safehub.foundation.outbox.mail import Letter, MailFault, MailServer, MailSession, as_bytes
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.outbox.rules import Fault
from safehub.foundation.outbox.sending import send_due
from safehub.foundation.outbox.working import run_jobs

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LETTER = Letter("one@hub.example.org", "ben@school.example.org", "A subject", "Some words.\n")


def _message(to: str = "ben@school.example.org", notice: str = "test.asked") -> Message:
    tell(notice, to=to, reference="A-1", link="/audits/1/")
    return Message.objects.latest("pk")


@pytest.fixture
def impatient(receiver: Receiver, settings: Any) -> Receiver:
    settings.MAIL_SERVER = dataclasses.replace(settings.MAIL_SERVER, patience=0.3)
    return receiver


def test_message_arrives_with_reference_and_link_and_nothing_else(receiver: Receiver) -> None:
    message = _message()
    assert send_due("one").sent == 1
    [letter] = receiver.received()
    assert letter["to"] == ["ben@school.example.org"]
    assert letter["from"] == "safehub@hub.example.org"
    assert letter["subject"] == "A return is asked for (A-1)"
    assert letter["message_id"] == f"<{message.message_id}>"
    assert letter["text"].replace("\r\n", "\n").split("\n\n") == [
        "A return waits for you.",
        "Reference: A-1",
        "Open it here: https://hub.example.org/audits/1/",
        "Safehub writes no details into an e-mail. Sign in to read them.\n",
    ]
    message.refresh_from_db()
    assert message.state == "sent"
    assert not send_due("one").any


def test_many_go_over_one_connection_and_each_once(receiver: Receiver) -> None:
    for number in range(25):
        _message(f"person{number}@example.org")
    rounds = []
    while (done := send_due("one")).any:
        rounds.append(done.sent)
    assert rounds == [10, 10, 5]
    assert len({letter["to"][0] for letter in receiver.received()}) == 25


def test_without_a_mail_server_messages_wait_untouched(settings: Any) -> None:
    settings.MAIL_SERVER = None
    message = _message()
    assert not send_due("one").any
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("pending", 0)


@pytest.mark.parametrize(
    ("mode", "fault", "state", "kept"),
    [
        ("refuse_now", Fault.REFUSED_FOR_NOW, "pending", 0),
        ("refuse_good", Fault.REFUSED_FOR_GOOD, "dead", 0),
        # A fault of the sender's is a fault of settings, not of this message.
        ("refuse_sender", Fault.REFUSED_FOR_NOW, "pending", 0),
        ("refuse_content", Fault.REFUSED_FOR_GOOD, "dead", 0),
        ("busy", Fault.REFUSED_FOR_NOW, "pending", 0),
        ("silent", Fault.TIMED_OUT, "pending", 0),
        ("hang_address", Fault.TIMED_OUT, "pending", 0),
        ("hang_before", Fault.OUTCOME_UNKNOWN, "pending", 0),
        ("hang_after", Fault.OUTCOME_UNKNOWN, "pending", 1),
        ("close_greeting", Fault.UNREACHABLE, "pending", 0),
        ("close_address", Fault.UNREACHABLE, "pending", 0),
        ("close_before", Fault.OUTCOME_UNKNOWN, "pending", 0),
        ("close_after", Fault.OUTCOME_UNKNOWN, "pending", 1),
    ],
)
def test_each_mood_of_the_server_ends_in_its_fault_and_nothing_is_lost_or_doubled(
    impatient: Receiver, mode: str, fault: Fault, state: str, kept: int
) -> None:
    message = _message()
    impatient.become(mode)
    assert send_due("one").failed == 1
    message.refresh_from_db()
    assert (message.fault, message.state, message.attempts) == (fault, state, 1)
    assert len(impatient.received()) == kept
    if state == "dead":
        return
    impatient.become("accept")
    with time_machine.travel(dt.timedelta(minutes=2)):
        assert send_due("one").sent == 1
    assert len(impatient.delivered()) == 1


def test_server_that_is_not_there_fails_the_whole_round_at_once(
    impatient: Receiver, settings: Any
) -> None:
    settings.MAIL_SERVER = MailServer("127.0.0.1", 1)
    for _ in range(3):
        _message()
    assert send_due("one").failed == 3
    assert set(Message.objects.values_list("state", "fault")) == {("pending", "unreachable")}


def test_refused_address_keeps_no_other_message_back(impatient: Receiver) -> None:
    _message()
    impatient.become("refuse_good")
    send_due("one")
    impatient.become("accept")
    _message("cara@council.example.org")
    assert send_due("one").sent == 1


def test_server_that_drips_is_cut_off(settings: Any) -> None:
    """A byte now and then is never too late for the wait on an answer."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        client, _ = listener.accept()
        with client:
            try:
                while not stop.wait(0.05):
                    client.send(b"2")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    server = MailServer("127.0.0.1", listener.getsockname()[1], patience=0.2)
    began = time.monotonic()
    with pytest.raises(MailFault):
        MailSession(server, "safehub@hub.example.org")
    assert time.monotonic() - began < server.limit + 1
    stop.set()
    thread.join()
    listener.close()


def test_hold_that_cannot_answer_holds_its_own_message_and_no_other(receiver: Receiver) -> None:
    def broken(about: object) -> bool:
        raise RuntimeError("a name")

    register_hold("test.broken", broken)
    try:
        held = _message(notice="test.letter")
        _message()
        assert send_due("one").sent == 1
    finally:
        drop_hold("test.broken")
    held.refresh_from_db()
    assert (held.state, held.fault, held.attempts) == ("pending", Fault.HOLD_UNANSWERED, 1)
    assert len(receiver.received()) == 1


def test_without_the_trail_nothing_goes_and_nothing_is_lost(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise TrailUnavailable("The trail cannot be written.")

    message = _message()
    with monkeypatch.context() as broken:
        broken.setattr(delivery, "record", unavailable)
        with pytest.raises(TrailUnavailable):
            send_due("one")
    message.refresh_from_db()
    assert (message.state, message.attempts, receiver.received()) == ("pending", 0, [])
    assert send_due("one").sent == 1


def test_crash_between_hand_over_and_mark_leaves_a_row_that_says_so(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise SystemExit

    message = _message()
    with monkeypatch.context() as broken:
        broken.setattr(sending, "mark_sent", crash)
        with pytest.raises(SystemExit):
            send_due("one")
    message.refresh_from_db()
    assert message.state == "sending"
    with time_machine.travel(dt.timedelta(minutes=6)):
        delivery.sweep_stuck(what=Message)
    with time_machine.travel(dt.timedelta(minutes=8)):
        assert send_due("two").sent == 1
    assert len(receiver.received()) == 2
    assert len(receiver.delivered()) == 1


@pytest.mark.parametrize("where", ["subject", "to", "message_id"])
def test_line_break_never_reaches_a_header(where: str) -> None:
    letter = dataclasses.replace(LETTER, **{where: "x@example.org\r\nBcc: all@example.org"})
    with pytest.raises(ValueError, match=r".+"):
        as_bytes(letter, "safehub@hub.example.org", at=AT)


def test_letter_of_other_letters_travels_as_ascii() -> None:
    letter = dataclasses.replace(LETTER, subject="Żółć", text="Здравствуйте\n")
    assert as_bytes(letter, "safehub@hub.example.org", at=AT).isascii()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(paths[0]), str(paths[1])


@pytest.fixture
def guarded(tmp_path: Path, certificate: tuple[str, str]) -> Iterator[Receiver]:
    """A mail server that wants encryption and a password."""
    started = Receiver.start(tmp_path, "--tls", *certificate, "--user", "hub:a word")
    yield started
    started.stop()


@pytest.mark.parametrize(
    ("host", "password", "trusts", "fault"),
    [
        ("localhost", "a word", True, None),
        ("localhost", "another", True, Fault.SIGN_IN_REFUSED),
        ("localhost", "a word", False, Fault.NOT_SECURED),
        # The certificate bears another name.
        ("127.0.0.1", "a word", True, Fault.NOT_SECURED),
    ],
)
def test_password_goes_to_the_server_that_proves_its_name_and_to_no_other(
    guarded: Receiver,
    certificate: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    password: str,
    trusts: bool,
    fault: Fault | None,
) -> None:
    if trusts:
        monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    server = MailServer(host, guarded.port, "starttls", "hub", password, patience=5)
    said = _fault_of(lambda: _send(server))
    assert said == fault
    assert len(guarded.received()) == (0 if fault else 1)


def test_server_without_encryption_is_given_nothing_where_it_is_asked_for(
    receiver: Receiver,
) -> None:
    server = MailServer("localhost", receiver.port, "starttls", "hub", "a word", patience=5)
    assert _fault_of(lambda: _send(server)) == Fault.NOT_SECURED
    assert not receiver.received()


def test_encryption_from_the_first_byte_is_spoken_and_checked(
    certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def answer() -> None:
        raw, _ = listener.accept()
        with context.wrap_socket(raw, server_side=True) as client:
            client.sendall(b"220 here\r\n")
            while line := client.recv(1000):
                heard.append(line)
                client.sendall(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 OK\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    port = listener.getsockname()[1]
    MailSession(MailServer("localhost", port, "tls", patience=5), "a@hub.example.org").close()
    thread.join()
    listener.close()
    assert heard[0].startswith(b"ehlo hub.example.org")


def _send(server: MailServer) -> None:
    with MailSession(server, "safehub@hub.example.org") as session:
        session.send(LETTER, at=AT)


def _fault_of(act: Callable[[], None]) -> Fault | None:
    try:
        act()
    except MailFault as fault:
        return fault.fault
    return None


def test_password_shows_in_no_description_of_the_server() -> None:
    assert "a word" not in repr(MailServer("localhost", 25, "tls", "hub", "a word"))


@job("test.fails")
def _fails(payload: object) -> None:
    raise LookupError("Grace May")


def test_job_that_fails_is_logged_by_class_alone_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    run_later("test.fails", payload={})
    assert run_jobs("one")
    assert "LookupError" in caplog.text
    assert "Grace" not in caplog.text
    row = Job.objects.get()
    assert (row.state, row.fault, row.attempts) == ("pending", "LookupError", 1)
