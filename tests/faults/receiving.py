"""A mail server of its own process, which does what its mode says: run as a script.

    python receiving.py PORT_FILE MODE_FILE RECEIVED_FILE [--tls CERTIFICATE KEY] [--user NAME:WORD]

The mode is read anew at each step, so that it may be changed while the server runs. What was taken
is a line of JSON in RECEIVED_FILE: Message-ID, address, subject, text.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import json
import os
import ssl
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

MODES = {
    "accept": "takes everything",
    "refuse_now": "answers 451 to each address",
    "refuse_good": "answers 550 to each address",
    "refuse_sender": "answers 550 to the sender",
    "refuse_content": "answers 554 to the letter",
    "busy": "answers 452 to the letter",
    "silent": "takes the connection and never greets",
    "hang_address": "never answers to an address",
    "hang_before": "reads the letter, keeps nothing and never answers",
    "hang_after": "keeps the letter and never answers",
    "close_greeting": "closes instead of greeting",
    "close_address": "closes instead of answering to an address",
    "close_before": "closes after the letter, which it did not keep",
    "close_after": "closes after the letter, which it kept",
}


class Receiving:
    """The handler that aiosmtpd asks."""

    def __init__(self, mode: Path, received: Path) -> None:
        self._mode = mode
        self._received = received

    @property
    def mode(self) -> str:
        return self._mode.read_text(encoding="ascii").strip()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode == "refuse_sender":
            return "550 5.7.1 not from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mode = self.mode
        if mode == "hang_address":
            await asyncio.sleep(3600)
        if mode == "close_address":
            _abort(server)
        if mode == "refuse_now":
            return "451 4.3.0 come back later"
        if mode == "refuse_good":
            return f"550 5.1.1 {address} is unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mode = self.mode
        if mode == "hang_before":
            await asyncio.sleep(3600)
        if mode == "refuse_content":
            return "554 5.6.0 not taken"
        if mode == "busy":
            return "452 4.3.1 no room"
        if mode == "close_before":
            _abort(server)
            return "451 gone"
        self._keep(envelope)
        if mode == "hang_after":
            await asyncio.sleep(3600)
        if mode == "close_after":
            _abort(server)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content or b""
        letter = email.message_from_bytes(
            content if isinstance(content, bytes) else content.encode(), policy=default
        )
        line = {
            "message_id": letter["Message-ID"],
            "to": envelope.rcpt_tos,
            "header_to": letter["To"],
            "from": envelope.mail_from,
            "subject": letter["Subject"],
            "headers": sorted(letter.keys()),
            "text": letter.get_content(),
        }
        with self._received.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _abort(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.abort()  # type: ignore[attr-defined]


class _Server(SMTP):
    """Greets, or not."""

    async def _handle_client(self) -> None:
        mode = self.event_handler.mode
        if mode == "silent":
            await asyncio.sleep(3600)
        if mode == "close_greeting":
            _abort(self)
            return
        await super()._handle_client()


def _authenticator(wanted: str) -> Any:
    user, _, password = wanted.partition(":")

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            user.encode(),
            password.encode(),
        )
        return AuthResult(success=right, handled=False)

    return authenticate


async def _serve(words: argparse.Namespace) -> None:
    handler = Receiving(words.mode, words.received)
    further: dict[str, Any] = {}
    if words.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*words.tls)
        further |= {"tls_context": context, "require_starttls": True}
    if words.user:
        further |= {"authenticator": _authenticator(words.user), "auth_required": True}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Server(handler, hostname="mail.test", loop=loop, **further),
        "127.0.0.1",
        words.port,
    )
    words.port_file.with_suffix(".new").write_text(str(server.sockets[0].getsockname()[1]))
    words.port_file.with_suffix(".new").rename(words.port_file)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file", type=Path)
    parser.add_argument("mode", type=Path)
    parser.add_argument("received", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--user")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
