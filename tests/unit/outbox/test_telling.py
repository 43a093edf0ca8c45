"""A message is written with what caused it, once, and holds nothing that has no place in it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from safehub.foundation.errors import Misconfigured, Refused
from safehub.foundation.outbox.addresses import checked_address, checked_line, checked_link
from safehub.foundation.outbox.commands import run_later, tell
from safehub.foundation.outbox.jobs import job
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.records import RecordRef


@job("test.nothing")
def _nothing(payload: object) -> None:
    """Exists so that it can be named."""


def _tell(once: str = "", to: str = "asha@police.example.org") -> None:
    tell("test.asked", to=to, reference="A-1", link="/audits/1/", once=once)


@pytest.mark.django_db
def test_message_is_written_pending_with_what_it_is_about() -> None:
    tell("test.asked", to="ben@school.example.org", reference="A-1", about=RecordRef("x.y", 7))
    message = Message.objects.get()
    assert (message.state, message.attempts, message.about) == ("pending", 0, RecordRef("x.y", 7))
    assert message.message_id.partition("@")[2]


@pytest.mark.django_db
def test_message_of_a_transaction_that_fails_is_never_written() -> None:
    @transaction.atomic
    def act() -> None:
        _tell()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_same_key_twice_is_one_message_and_the_transaction_goes_on() -> None:
    with transaction.atomic():
        _tell(once="reminder:1")
        _tell(once="reminder:1", to="ben@school.example.org")
        _tell(once="reminder:2")
        _tell()
        _tell()
    assert Message.objects.count() == 4
    assert Message.objects.get(once="reminder:1").to == "asha@police.example.org"


@pytest.mark.django_db
def test_same_key_twice_is_one_job() -> None:
    for number in range(3):
        run_later("test.nothing", payload={"key": number}, once="one")
    assert Job.objects.get().payload == {"key": 0}


@pytest.mark.django_db(transaction=True)
def test_same_key_from_eight_at_once_is_one_message() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has no two writers; tests/faults has them on a file")
    start = threading.Barrier(8)
    faults: list[BaseException] = []

    def press() -> None:
        start.wait()
        try:
            _tell(once="double press")
        except BaseException as error:  # noqa: BLE001 - looked at below
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_notice_or_job_that_nobody_declared_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"test\.unheard"):
        tell("test.unheard", to="asha@police.example.org", reference="A-1")
    with pytest.raises(Misconfigured, match=r"test\.unheard"):
        run_later("test.unheard", payload={})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "asha",
        "a@b",
        "asha@police.example.org\nBcc: all@example.org",
        "asha@police.example.org\r\nSubject: x",
        "asha@police.example.org, ben@school.example.org",
        "<asha@police.example.org>",
        "asha@police.example.org>",
        "Asha <asha@police.example.org>",
        "ash\u00e4@police.example.org",
        "a" * 250 + "@example.org",
        "asha @police.example.org",
        "asha@police.example.org\x00",
    ],
)
def test_address_that_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="address"):
        checked_address(address)


def test_address_with_a_domain_of_other_letters_is_taken_in_ascii() -> None:
    assert checked_address("asha@b\u00fccher.example") == "asha@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "//elsewhere.example.org/",
        "audits/1/",
        "/a b",
        "/a\nb",
        "https://",
        "ftp://x.example.org/",
        "/" + "a" * 1000,
        "/\u202eb",
    ],
)
def test_link_that_leads_elsewhere_or_breaks_a_line_is_refused(link: str) -> None:
    with pytest.raises(Refused, match="link"):
        checked_link(link)


@given(st.text())
def test_whatever_passes_as_a_reference_is_one_line(text: str) -> None:
    try:
        checked = checked_line(text)
    except Refused:
        return
    assert checked == text
    assert len(checked.splitlines()) == 1
    assert checked.isprintable() or " " in checked or not checked.isascii()
