"""Handing one letter to a mail server: what went wrong, and whether the letter may have gone."""

from __future__ import annotations

import datetime as dt
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self

from safehub.foundation.errors import SafehubError
from safehub.foundation.outbox.rules import Fault

# Seconds for one answer of the server, and as many times that for one whole letter: a server that
# sends a byte now and then is never late with an answer.
PATIENCE, ANSWERS = 20.0, 6

_READY, _OK, _FOR_GOOD = 220, 250, 500


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over. `security` is none, starttls or tls; `patience` in seconds."""

    host: str
    port: int
    security: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    patience: float = PATIENCE

    @property
    def limit(self) -> float:
        """Seconds that one letter may take."""
        return self.patience * ANSWERS


@dataclass(frozen=True)
class Letter:
    """One e-mail. `message_id` has no angle brackets."""

    message_id: str
    to: str
    subject: str
    text: str


class MailFault(SafehubError):  # noqa: N818 - the field's word
    """The letter did not go. `is_final`: it never will; `session_ended`: nor will the next one."""

    def __init__(
        self, fault: Fault, *, is_final: bool = False, session_ended: bool = False
    ) -> None:
        super().__init__(f"The mail server could not be given a message ({fault}).")
        self.fault = fault
        self.is_final = is_final
        self.session_ended = session_ended


def as_bytes(letter: Letter, sender: str, *, at: dt.datetime) -> bytes:
    """The letter as it travels, less its end mark. A line break in a header raises ValueError."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name="Safehub", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = at
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    # In ASCII, since not every server takes eight bits.
    message.set_content(letter.text, cte="quoted-printable")
    return message.as_bytes()


class MailSession:
    """One connection, for a few letters. Opening it, and each letter, raises MailFault."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self._server = server
        self._sender = sender
        self._smtp = self._open()

    def _open(self) -> smtplib.SMTP:
        server = self._server
        # A name of our own: the default asks the resolver for this machine's, which may hang.
        name = self._sender.rpartition("@")[2]
        if server.security == "tls":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                local_hostname=name, timeout=server.patience, context=context
            )
        else:
            smtp = smtplib.SMTP(local_hostname=name, timeout=server.patience)
        # The name that the certificate must bear. smtplib takes it only with a constructor that
        # connects at once, and the limit must stand before that.
        smtp._host = server.host  # type: ignore[attr-defined]
        try:
            with _Limit(smtp, server.limit):
                self._connect(smtp)
                self._greet(smtp)
        except MailFault:
            smtp.close()
            raise
        return smtp

    def _connect(self, smtp: smtplib.SMTP) -> None:
        try:
            code, _ = smtp.connect(self._server.host, self._server.port)
        except ssl.SSLError as error:
            raise MailFault(Fault.NOT_SECURED, session_ended=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _lost(error) from error
        if code != _READY:
            raise MailFault(Fault.REFUSED_FOR_NOW, session_ended=True)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        server = self._server
        try:
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        except (
            ssl.SSLError,
            smtplib.SMTPNotSupportedError,
            smtplib.SMTPResponseException,
        ) as error:
            raise MailFault(Fault.NOT_SECURED, session_ended=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _lost(error) from error
        if not server.user:
            return
        try:
            smtp.login(server.user, server.password)
        except smtplib.SMTPServerDisconnected as error:
            raise _lost(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailFault(Fault.SIGN_IN_REFUSED, session_ended=True) from error

    def send(self, letter: Letter, *, at: dt.datetime) -> None:
        """Hand it over. Returning means that the server answers for it from now on."""
        content = as_bytes(letter, self._sender, at=at)
        with _Limit(self._smtp, self._server.limit):
            self._address(letter)
            self._hand_over(content)

    def _address(self, letter: Letter) -> None:
        """Everything before the first byte of the letter: a fault here means that it did not go."""
        try:
            sender_code, _ = self._smtp.mail(self._sender)
            if sender_code != _OK:
                raise self._refused(Fault.REFUSED_FOR_NOW)
            code, _ = self._smtp.rcpt(letter.to)
        except (OSError, smtplib.SMTPException) as error:
            raise _lost(error) from error
        if code >= _FOR_GOOD:
            raise self._refused(Fault.REFUSED_FOR_GOOD, is_final=True)
        if code not in (_OK, 251):
            raise self._refused(Fault.REFUSED_FOR_NOW)

    def _hand_over(self, content: bytes) -> None:
        """From here on an answer that does not come leaves the outcome unknown."""
        try:
            code, _ = self._smtp.data(content)
        except smtplib.SMTPDataError as error:
            raise self._refused(Fault.REFUSED_FOR_NOW) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailFault(Fault.OUTCOME_UNKNOWN, session_ended=True) from error
        if code >= _FOR_GOOD:
            raise self._refused(Fault.REFUSED_FOR_GOOD, is_final=True)
        if code != _OK:
            raise self._refused(Fault.REFUSED_FOR_NOW)

    def _refused(self, fault: Fault, *, is_final: bool = False) -> MailFault:
        """Makes the connection ready for the next letter, if it still stands."""
        try:
            ended = self._smtp.rset()[0] != _OK
        except (OSError, smtplib.SMTPException):
            ended = True
        return MailFault(fault, is_final=is_final, session_ended=ended)

    def close(self) -> None:
        """Say goodbye; what was accepted stays accepted whatever the server answers."""
        try:
            with _Limit(self._smtp, seconds=5):
                self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _lost(error: Exception) -> MailFault:
    """The connection broke before the letter: smtplib wraps a wait that was too long."""
    was_late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    return MailFault(Fault.TIMED_OUT if was_late else Fault.UNREACHABLE, session_ended=True)


class _Limit:
    """Breaks the connection when time is up, so that the call waiting on it ends with an error."""

    def __init__(self, smtp: smtplib.SMTP, seconds: float) -> None:
        self._timer = threading.Timer(seconds, _break_off, [smtp])
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()


def _break_off(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        try:
            smtp.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            smtp.sock.close()
