"""A mail server of one's own, and notices that exist for the tests alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from faults.mailing import Receiver
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.declarations import declared
from safehub.foundation.outbox.mail import MailServer
from safehub.foundation.outbox.notices import NoticeType

NOTICES = [
    NoticeType("test.asked", "A return is asked for ({reference})", "A return waits for you."),
    NoticeType("test.letter", "A letter for you", "There is a letter.", reaches_family=True),
]


@pytest.fixture(autouse=True)
def notices() -> Iterator[None]:
    for notice in NOTICES:
        declared().notices[notice.code] = notice
    yield
    for notice in NOTICES:
        del declared().notices[notice.code]


@pytest.fixture(scope="session")
def receiver_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    started = Receiver.start(tmp_path_factory.mktemp("mail"))
    yield started
    started.stop()


@pytest.fixture
def receiver(receiver_process: Receiver, settings: Settings) -> Receiver:
    """A mail server that takes everything until it is told otherwise, and that is set up."""
    receiver_process.forget()
    receiver_process.become("accept")
    settings.MAIL_SERVER = MailServer("127.0.0.1", receiver_process.port)
    settings.MAIL_FROM = "safehub@hub.example.org"
    settings.PUBLIC_ADDRESS = "https://hub.example.org"
    return receiver_process


@pytest.fixture
def operator() -> Viewer:
    return Viewer(role=Role.LOCAL_OPERATOR, via="command")
