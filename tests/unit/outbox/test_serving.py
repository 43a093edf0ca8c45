"""Pages reach other machines only under https; mail settings that make no sense are refused."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connections

from safehub.cli.serve import check_may_listen
from safehub.config.environment import Environment
from safehub.foundation.errors import Misconfigured, NotPossible
from safehub.foundation.outbox import working
from safehub.foundation.outbox.jobs import chore, chores
from safehub.foundation.outbox.mail import MailServer
from safehub.foundation.outbox.working import Chores, Duty


@pytest.mark.parametrize(
    ("host", "is_production", "address", "may"),
    [
        ("127.0.0.1", False, "http://localhost:8000", True),
        ("::1", False, "http://localhost:8000", True),
        ("localhost", True, "https://hub.example.org", True),
        ("0.0.0.0", False, "http://localhost:8000", False),  # noqa: S104 - what is refused
        ("0.0.0.0", True, "http://localhost:8000", False),  # noqa: S104
        ("0.0.0.0", False, "https://hub.example.org", False),  # noqa: S104
        ("10.0.0.7", True, "https://hub.example.org", True),
        ("::", False, "http://localhost:8000", False),
    ],
)
def test_other_machines_are_served_under_https_alone(
    host: str, is_production: bool, address: str, may: bool
) -> None:
    if may:
        check_may_listen(host, is_production=is_production, address=address)
        return
    with pytest.raises(NotPossible, match="SAFEHUB_ADDRESS"):
        check_may_listen(host, is_production=is_production, address=address)


@pytest.mark.parametrize(
    ("hosts", "address", "is_https"),
    [
        ("localhost", "http://localhost:8000", False),
        ("hub.example.org", "https://hub.example.org", True),
        ("localhost,.example.org", "https://example.org", True),
    ],
)
def test_address_follows_the_hosts_where_it_is_not_set(
    hosts: str, address: str, is_https: bool
) -> None:
    found = Environment.read({"SAFEHUB_ALLOWED_HOSTS": hosts})
    assert (found.address, found.is_https) == (address, is_https)


@pytest.mark.parametrize(
    "address",
    [
        "http://hub.example.org",
        "hub.example.org",
        "https://",
        "https://a/b",
        "ftp://a",
        "https://u@a",
    ],
)
def test_address_in_the_clear_or_no_address_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="SAFEHUB_ADDRESS"):
        Environment.read({"SAFEHUB_ADDRESS": address})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 25)),
        ("smtp://u:p@127.0.0.1:2525", MailServer("127.0.0.1", 2525, "none", "u", "p")),
        (
            "smtps://u:p%40%2F@mail.example.org",
            MailServer("mail.example.org", 465, "tls", "u", "p@/"),
        ),
        (
            "starttls://u:p@mail.example.org?timeout=5",
            MailServer("mail.example.org", 587, "starttls", "u", "p", patience=5),
        ),
    ],
)
def test_mail_server_is_read_from_its_address(url: str, server: MailServer) -> None:
    found = Environment.read({"SAFEHUB_SMTP_URL": url, "SAFEHUB_MAIL_FROM": "a@hub.example.org"})
    assert found.mail_server == server
    assert found.mail_from == "a@hub.example.org"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:99999",
        "smtp://mail.example.org/in",
        "smtp://mail.example.org?timeout=0",
        "smtp://mail.example.org?timeout=60",
        "smtp://mail.example.org?other=1",
        "smtp://u:hunter2@mail.example.org",
    ],
)
def test_mail_server_that_makes_no_sense_is_refused_and_its_password_not_repeated(url: str) -> None:
    with pytest.raises(Misconfigured, match="SAFEHUB_SMTP_URL") as refused:
        Environment.read({"SAFEHUB_SMTP_URL": url, "SAFEHUB_MAIL_FROM": "a@hub.example.org"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@hub.example.org\nBcc: b@example.org"])
def test_mail_server_without_a_sender_is_refused(sender: str) -> None:
    with pytest.raises(Misconfigured, match="SAFEHUB_MAIL_FROM"):
        Environment.read({"SAFEHUB_SMTP_URL": "smtp://localhost", "SAFEHUB_MAIL_FROM": sender})


def test_chore_that_fails_keeps_no_other_back_and_comes_round_in_its_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []

    def fails() -> None:
        called.append("fails")
        raise LookupError("Grace May")

    only = {"test.fails": (60.0, fails), "test.works": (60.0, lambda: called.append("works"))}
    monkeypatch.setattr(working, "chores", lambda: only)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    round_ = Chores()
    round_.run()
    round_.run()
    assert called == ["fails", "works"]
    assert "LookupError" in caplog.text
    assert "Grace" not in caplog.text


def test_chores_of_the_product_are_registered() -> None:
    assert {"outbox.purge", "trail.root"} <= chores().keys()


def test_two_chores_of_one_name_are_refused() -> None:
    with pytest.raises(Misconfigured, match=r"outbox\.purge"):
        chore("outbox.purge", every=1)(lambda: None)


def test_duty_that_fails_is_tried_again_and_ends_when_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)
    stop, times = threading.Event(), []

    def fails_once() -> bool:
        times.append(time.monotonic())
        if len(times) == 1:
            raise LookupError("Grace May")
        stop.set()
        return False

    working._come_round(Duty("test", 0.01, fails_once), stop)
    assert len(times) == 2
    assert "Duty test failed: LookupError" in caplog.text
    assert "Grace" not in caplog.text
