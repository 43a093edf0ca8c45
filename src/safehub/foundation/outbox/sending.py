"""Sending what is due, a few messages on one connection."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from safehub.foundation.declarations import declared
from safehub.foundation.errors import Unavailable
from safehub.foundation.outbox.delivery.commands import (
    begin_sending,
    give_back,
    lease_due,
    mark_failed,
    mark_sent,
)
from safehub.foundation.outbox.mail import Letter, MailFault, MailServer, MailSession
from safehub.foundation.outbox.models import Message
from safehub.foundation.outbox.queries import due
from safehub.foundation.outbox.rules import Fault

_AT_ONCE = 10

logger = logging.getLogger(__name__)


@dataclass
class Sent:
    """What one round did."""

    sent: int = 0
    failed: int = 0

    @property
    def any(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.sent or self.failed)


def send_due(worker: str) -> Sent:
    """Send what is due now, at most ten messages. Without a mail server nothing is touched."""
    server: MailServer | None = settings.MAIL_SERVER
    done = Sent()
    # Asked first, so that an idle worker on SQLite takes no lock for writing.
    if server is None or not due(Message).exists():
        return done
    messages = lease_due(what=Message, worker=worker, limit=_AT_ONCE)
    session: MailSession | None = None
    try:
        while messages:
            message = messages.pop(0)
            try:
                session = session or MailSession(server, settings.MAIL_FROM)
            except MailFault as fault:
                # Not begun, so it certainly did not go. The others would fare no better.
                for one in (message, *messages):
                    mark_failed(effect=one, fault=fault.fault)
                    done.failed += 1
                messages = []
                break
            session = _send(session, message, done)
    finally:
        for message in messages:
            give_back(effect=message)
        if session is not None:
            session.close()
    return done


def _send(session: MailSession, message: Message, done: Sent) -> MailSession | None:
    """Send one; gives the session back as long as it can take another."""
    try:
        may_go = _begin(message)
        if may_go:
            session.send(letter_of(message), at=timezone.now())
    except MailFault as fault:
        mark_failed(effect=message, fault=fault.fault, is_final=fault.is_final)
        done.failed += 1
        if not fault.session_ended:
            return session
        session.close()
        return None
    if may_go:
        mark_sent(message=message)
        done.sent += 1
    return session


def _begin(message: Message) -> bool:
    """Whether it may be handed over. A hold that cannot answer holds back its own message only."""
    if message.notice not in declared().notices:
        raise MailFault(Fault.NOTICE_UNKNOWN)
    try:
        return begin_sending(message=message)
    except (Unavailable, DatabaseError):
        # Nothing is wrong with the message: all of them wait until this works again.
        give_back(effect=message)
        raise
    except Exception as error:  # The edge: a hold is any app's code.
        logger.error("Message %s could not be begun: %s", message.pk, type(error).__name__)
        raise MailFault(Fault.HOLD_UNANSWERED) from error


def letter_of(message: Message) -> Letter:
    """The words are the notice's own; of the message there is the reference and the link."""
    notice = declared().notices[message.notice]
    paragraphs = [notice.words.format(reference=message.reference)]
    paragraphs.append(f"Reference: {message.reference}")
    if message.link:
        link = message.link
        whole = f"{settings.PUBLIC_ADDRESS}{link}" if link.startswith("/") else link
        paragraphs.append(f"Open it here: {whole}")
    paragraphs.append("Safehub writes no details into an e-mail. Sign in to read them.")
    return Letter(
        message_id=message.message_id,
        to=message.to,
        subject=notice.subject.format(reference=message.reference),
        text="\n\n".join(paragraphs) + "\n",
    )
