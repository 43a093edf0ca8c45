"""What the environment says, read once and refused loudly where it makes no sense."""

from __future__ import annotations

import difflib
import os
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from safehub.foundation.errors import Misconfigured, Refused
from safehub.foundation.outbox.addresses import checked_address
from safehub.foundation.outbox.mail import PATIENCE, MailServer

SETTINGS = {
    "SAFEHUB_HOME": "The folder that holds all data: database, uploads, keys. Default: ./var",
    "SAFEHUB_SECRET_KEY": "The secret that signs; at least 50 characters. "
    "Default: made once and kept in SAFEHUB_HOME/keys/secret_key",
    "SAFEHUB_ALLOWED_HOSTS": "The host names that the server answers to, parted by commas. "
    "Default: localhost",
    "SAFEHUB_ADDRESS": "Where people reach Safehub, as https://hub.example.org; plain http is for "
    "this machine alone. Default: https:// and the first of SAFEHUB_ALLOWED_HOSTS, or "
    "http://localhost:8000 where that is this machine",
    "SAFEHUB_SMTP_URL": "The mail server, as smtps://user:password@host:465, "
    "starttls://user:password@host:587 or, without a password or on this machine, smtp://host:25. "
    "Default: none; messages wait until there is one",
    "SAFEHUB_MAIL_FROM": "The address that e-mails come from. Needed with SAFEHUB_SMTP_URL",
    "SAFEHUB_IDLE_MINUTES": "After how many minutes without activity a session ends, 5 to 60. "
    "Default: 20",
    "SAFEHUB_OIDC_ISSUER": "The https address of your organisation's sign-on (OpenID Connect). "
    "Default: none",
    "SAFEHUB_OIDC_CLIENT_ID": "The name by which that sign-on knows Safehub.",
    "SAFEHUB_OIDC_CLIENT_SECRET": "The secret that it gave to Safehub.",
    "SAFEHUB_OIDC_NAME": "What people call it, as on a button. Default: your organisation",
    "SAFEHUB_DEMONSTRATION": "1 where all data is invented: one-time links then sign in at once. "
    "`safehub demo` sets it.",
    "SAFEHUB_PROXIES": "How many proxies of yours stand before Safehub, so that it counts attempts "
    "by the right address. Default: 0",
    "SAFEHUB_TRAIL_ROOTS": "The folder for the trail's daily roots, best on another machine. "
    "Default: SAFEHUB_HOME/trail-roots",
    "SAFEHUB_EMERGENCY": "What the foot of every page says of an emergency: your own numbers. "
    "Default: to ring 999, or the local authority's emergency duty team",
    "SAFEHUB_HELP": "Whom the foot of every page names for help. "
    "Default: the coordinator of your partnership",
    "SAFEHUB_MATCH_FROM": "From which probability, in hundredths, a candidate is likely the person "
    "that is looked for, 51 to 100. Default: 95",
    "SAFEHUB_POSSIBLE_FROM": "From which they may be, 50 to 99, and below SAFEHUB_MATCH_FROM. "
    "Default: 85",
    "SAFEHUB_MATCH_MODEL": "The file of weights that `safehub people train` wrote. "
    "Default: the weights that come with Safehub",
    "DATABASE_URL": "The PostgreSQL database, as postgres://user:password@host:port/name. "
    "Default: SQLite in SAFEHUB_HOME/safehub.sqlite3",
}
# Read by the launcher and by the tests, and no concern of the product itself.
ELSEWHERE = {
    "SAFEHUB_PYTHON": "The Python that the launcher makes its environment with. "
    "Default: the first of python3, python3.13, python3.12, python3.11 that is new enough",
    "SAFEHUB_EXTRAS": "`none` leaves out linking of whole tables of people and suggestions for "
    "coding, about 300 MB, until it is `all`. Default: all",
    "SAFEHUB_TEST_LANE": "`full` runs the long tests. Default: fast",
    "SAFEHUB_TEST_WORLDS": "How many worlds the access rules are proved in. "
    "Default: 64, or 2000 in the full lane",
    "SAFEHUB_FAULT_LEDGER": "Where the tests of faults write their ledger. "
    "Default: faults.jsonl in SAFEHUB_HOME",
    "SAFEHUB_FAULT_SEED": "The seed of the tests of faults. Default: that of the day",
}

_SHORTEST_SECRET = 50
# Below 3.51.3 SQLite has a rare race in write-ahead logging that can corrupt the file.
_SAFE_WAL = (3, 51, 3)


@dataclass(frozen=True)
class SignOn:
    """The sign-on of an organisation, by OpenID Connect."""

    issuer: str
    client_id: str
    client_secret: str
    name: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> SignOn | None:
        """None where none is set; raises Misconfigured for one that is set by half."""
        names = ("SAFEHUB_OIDC_ISSUER", "SAFEHUB_OIDC_CLIENT_ID", "SAFEHUB_OIDC_CLIENT_SECRET")
        values = {name: environ.get(name, "").strip() for name in names}
        if not any(values.values()):
            return None
        missing = [name for name, value in values.items() if not value]
        if missing:
            raise Misconfigured(f"The sign-on is set by half: set {' and '.join(missing)} too.")
        issuer = values["SAFEHUB_OIDC_ISSUER"].rstrip("/")
        host = urlsplit(issuer).hostname or ""
        if not issuer.startswith("https://") and host not in _THIS_MACHINE:
            raise Misconfigured("SAFEHUB_OIDC_ISSUER is no https address.")
        name = environ.get("SAFEHUB_OIDC_NAME", "").strip() or "your organisation"
        return cls(
            issuer, values["SAFEHUB_OIDC_CLIENT_ID"], values["SAFEHUB_OIDC_CLIENT_SECRET"], name
        )


def _whole_number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or not low <= int(text) <= high:
        raise Misconfigured(f"{name} is {text}: give a whole number from {low} to {high}.")
    return int(text)


def _match_model(text: str) -> Path | None:
    if not text.strip():
        return None
    path = Path(text.strip()).expanduser().resolve()
    if not path.is_file():
        raise Misconfigured("SAFEHUB_MATCH_MODEL names no file: give the one that train wrote.")
    return path


_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Environment:
    """The settings of one process."""

    home: Path
    allowed_hosts: list[str]
    database_url: str
    secret: str
    address: str
    mail_server: MailServer | None
    mail_from: str
    idle_minutes: int
    trail_roots: Path
    is_demonstration: bool
    proxies: int
    sign_on: SignOn | None
    emergency: str = ""
    help_text: str = ""
    match_from: float = 0.95
    possible_from: float = 0.85
    match_model: Path | None = None

    @property
    def is_production(self) -> bool:
        """Whether it answers to more than this machine: then the command line needs `--as`.

        An address elsewhere says so too: a proxy may hand on every name as this machine's own.
        """
        return not all(map(is_loopback, [*self.allowed_hosts, _host_of(self.address)]))

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Environment:
        """Raises Misconfigured for a setting that is misspelt or makes no sense."""
        _refuse_misspelt(environ)
        hosts = environ.get("SAFEHUB_ALLOWED_HOSTS", "localhost").split(",")
        hosts = [host.strip() for host in hosts if host.strip()]
        secret = environ.get("SAFEHUB_SECRET_KEY", "")
        if secret and len(secret) < _SHORTEST_SECRET:
            raise Misconfigured(
                f"SAFEHUB_SECRET_KEY has {len(secret)} characters; "
                f"give it at least {_SHORTEST_SECRET}."
            )
        found = cls(
            home=Path(environ.get("SAFEHUB_HOME") or "var").expanduser().resolve(),
            allowed_hosts=hosts,
            database_url=environ.get("DATABASE_URL", ""),
            secret=secret,
            address=_address(environ.get("SAFEHUB_ADDRESS", ""), hosts),
            mail_server=_mail_server(environ.get("SAFEHUB_SMTP_URL", "")),
            mail_from=_mail_from(environ),
            trail_roots=_trail_roots(environ),
            idle_minutes=_whole_number(environ, "SAFEHUB_IDLE_MINUTES", 20, 5, 60),
            is_demonstration=environ.get("SAFEHUB_DEMONSTRATION", "") == "1",
            proxies=_whole_number(environ, "SAFEHUB_PROXIES", 0, 0, 10),
            sign_on=SignOn.read(environ),
            emergency=environ.get("SAFEHUB_EMERGENCY", "").strip(),
            help_text=environ.get("SAFEHUB_HELP", "").strip(),
            match_from=_whole_number(environ, "SAFEHUB_MATCH_FROM", 95, 51, 100) / 100,
            possible_from=_whole_number(environ, "SAFEHUB_POSSIBLE_FROM", 85, 50, 99) / 100,
            match_model=_match_model(environ.get("SAFEHUB_MATCH_MODEL", "")),
        )
        if found.is_demonstration and found.is_production:
            raise Misconfigured(_DEMONSTRATION_FOR_OTHERS)
        if found.possible_from >= found.match_from:
            raise Misconfigured("SAFEHUB_POSSIBLE_FROM must be below SAFEHUB_MATCH_FROM.")
        return found

    @property
    def is_https(self) -> bool:
        """Whether people reach it by https alone."""
        return self.address.startswith("https://")

    def secret_key(self) -> str:
        """The secret of this installation, made on first use and readable to its owner only."""
        if self.secret:
            return self.secret
        path = self.home / "keys" / "secret_key"
        try:
            if not path.exists():
                self._make_home()
                _write_once(path, secrets.token_urlsafe(64))
            return path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise Misconfigured(
                f"The folder {self.home} cannot be used ({error.strerror}): "
                "set SAFEHUB_HOME to a folder that you may write to."
            ) from error

    def _make_home(self) -> None:
        for folder in (self.home, self.home / "keys", self.home / "uploads"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def database(self) -> dict[str, Any]:
        """Django's DATABASES entry: PostgreSQL where DATABASE_URL names one, else SQLite."""
        if not self.database_url:
            return self._sqlite()
        try:
            found = dj_database_url.parse(self.database_url, conn_max_age=0)
        except (ValueError, KeyError, dj_database_url.ParseError) as error:
            raise Misconfigured(_WRONG_URL) from error
        if found["ENGINE"] != "django.db.backends.postgresql" or not found["NAME"]:
            raise Misconfigured(_WRONG_URL)
        return dict(found)

    def _sqlite(self) -> dict[str, Any]:
        journal = "WAL" if sqlite3.sqlite_version_info >= _SAFE_WAL else "TRUNCATE"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": self.home / "safehub.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL;",
            },
        }


def is_loopback(host: str) -> bool:
    """Whether the name is this machine's own, so that nothing sent to it leaves the machine."""
    return host in {"localhost", "127.0.0.1", "::1", "[::1]"}


def _host_of(address: str) -> str:
    """The host of an address that `_address` has let through."""
    return urlsplit(address).hostname or ""


def _address(address: str, hosts: list[str]) -> str:
    """The address with no slash at its end. Raises Misconfigured."""
    if not address:
        outside = [host for host in hosts if not is_loopback(host)]
        return f"https://{outside[0].lstrip('.')}" if outside else "http://localhost:8000"
    try:
        parts = urlsplit(address)
        is_right = bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise Misconfigured(
            "SAFEHUB_ADDRESS is no web address: write it as https://hub.example.org."
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Misconfigured(
            "SAFEHUB_ADDRESS must begin with https://: what people read here must not cross a "
            "network in the clear."
        )
    return address.rstrip("/")


_MAIL_PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
_MAIL_SECURITY = {"smtp": "none", "starttls": "starttls", "smtps": "tls"}


def _mail_server(url: str) -> MailServer | None:
    """Raises Misconfigured; the message never repeats the address, which holds a password."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _MAIL_PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = "", 0
    patience = _patience(parts.query) if host else None
    if not host or not port or parts.path.strip("/") or parts.fragment or patience is None:
        raise Misconfigured(
            "SAFEHUB_SMTP_URL is no mail server: write it as smtps://user:password@host:465, "
            "starttls://user:password@host:587 or smtp://host:25."
        )
    if parts.scheme == "smtp" and parts.password and not is_loopback(host):
        raise Misconfigured(
            "SAFEHUB_SMTP_URL would send its password in the clear: begin it with smtps:// or "
            "starttls://."
        )
    return MailServer(
        host=host,
        port=port,
        security=_MAIL_SECURITY[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        patience=patience,
    )


def _patience(query: str) -> float | None:
    """Seconds, from `timeout=SECONDS`; None for anything else that is no query of ours."""
    if not query:
        return PATIENCE
    name, _, seconds = query.partition("=")
    is_right = name == "timeout" and seconds.isdecimal() and 1 <= int(seconds) <= PATIENCE
    return float(seconds) if is_right else None


def _mail_from(environ: Mapping[str, str]) -> str:
    sender = environ.get("SAFEHUB_MAIL_FROM", "")
    if not sender:
        if environ.get("SAFEHUB_SMTP_URL"):
            raise Misconfigured(
                "SAFEHUB_SMTP_URL is set and SAFEHUB_MAIL_FROM is not: set it to the address that "
                "e-mails come from."
            )
        return ""
    try:
        return checked_address(sender)
    except Refused as refused:
        raise Misconfigured(
            "SAFEHUB_MAIL_FROM is no e-mail address: write it as safehub@example.org."
        ) from refused


def _trail_roots(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("SAFEHUB_HOME") or "var")
    named = environ.get("SAFEHUB_TRAIL_ROOTS")
    return Path(named or home / "trail-roots").expanduser().resolve()


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    """A name that is nearly a setting's is one misspelt, which would else be ignored unseen."""
    known = [*SETTINGS, *ELSEWHERE]
    for name in environ:
        if name.startswith("SAFEHUB_") and name not in known:
            meant = difflib.get_close_matches(name, known, n=1, cutoff=_NEARLY)
            if meant:
                raise Misconfigured(f"There is no setting {name}: {meant[0]} may be meant.")


_NEARLY = 0.8
_DEMONSTRATION_FOR_OTHERS = (
    "SAFEHUB_DEMONSTRATION is set, and SAFEHUB_ALLOWED_HOSTS or SAFEHUB_ADDRESS names more than "
    "this machine: its links would sign anybody in who has one. Take SAFEHUB_DEMONSTRATION out, or "
    "the other two."
)
_WRONG_URL = (
    "DATABASE_URL is no PostgreSQL address: write it as postgres://user:password@host:port/name, "
    "or leave it out for SQLite."
)


def _write_once(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; one that is already there stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
