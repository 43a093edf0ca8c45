"""What the children do. Each says what it has done the moment that it was confirmed to it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from faults.zygote import Out

NOTICE, EVENT, JOB = "faults.notice", "faults.did", "faults.job"


def prepare() -> None:
    """Once, before any child: what the acts use is declared as an app would declare it."""
    import codecs

    from safehub.foundation.declarations import declared
    from safehub.foundation.outbox.jobs import job
    from safehub.foundation.outbox.notices import NoticeType
    from safehub.foundation.trail.events import EventType

    declared().notices[NOTICE] = NoticeType(NOTICE, "A fault ({reference})", "Words.")
    declared().events[EVENT] = EventType(EVENT, "did what a fault was to meet")
    job(JOB)(_job)
    # A child that becomes another user may not be let into the folder of Python itself.
    for name in ("ascii", "latin-1", "utf-8", "idna"):
        codecs.lookup(name)


def make_store(out: Out, dies_at: int = 0) -> None:
    """The tables, and the keys that are made on first use.

    Killed, where asked, as it is about to note that migration number `dies_at` was applied.
    """
    from django.db.migrations.executor import MigrationExecutor

    from safehub.config.starting import make_store as make

    executor: Any = MigrationExecutor
    note, noted = executor.record_migration, 0

    def noting(self: Any, *words: Any) -> None:
        nonlocal noted
        noted += 1
        if noted == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        note(self, *words)

    executor.record_migration = noting
    make()
    deed("made", 0)
    out.say(made=True)


def deed(run: str, number: int) -> None:
    """One act: a message, a job and an event of the trail, all or none."""
    from django.db import transaction

    from safehub.foundation.outbox.commands import run_later, tell
    from safehub.foundation.trail.commands import record
    from safehub.foundation.trail.machine import MACHINE

    name = f"{run}-{number}"
    with transaction.atomic():
        tell(NOTICE, to="asha@police.example.org", reference=name)
        run_later(JOB, payload={"name": name})
        record(EVENT, by=MACHINE, reason=name)


def _job(payload: Mapping[str, Any]) -> None:
    """Writes, and is killed before or after where its payload's file says so."""
    from safehub.foundation.outbox.commands import tell

    where = payload.get("dies_once_at", "")
    if where and not Path(payload["marker"]).exists():
        if where == "after":
            tell(NOTICE, to="asha@police.example.org", reference=f"job-{payload['name']}")
        Path(payload["marker"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    tell(NOTICE, to="asha@police.example.org", reference=f"job-{payload['name']}")


def write_on(out: Out, run: str, most: int = 10_000, pause: float = 0.0, from_: int = 0) -> None:
    """Deed after deed. What was refused is said too."""
    from django.db import DatabaseError, connection

    from safehub.foundation.errors import TrailUnavailable

    refused = 0
    for number in range(from_, from_ + most):
        try:
            deed(run, number)
        except (DatabaseError, TrailUnavailable, OSError) as error:
            refused += 1
            out.say(refused=number, why=type(error).__name__)
            connection.close()
            if refused > 400:
                return
            time.sleep(max(pause, 0.01))
            continue
        out.say(done=number)
        if pause:
            time.sleep(pause)


def write_within(out: Out, run: str, room: int, most: int) -> None:
    """Deeds on a disk with so much room left; then once more with all the room there is."""
    import resource

    from django.conf import settings

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = Path(settings.DATABASES["default"]["NAME"]).stat().st_size
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, hard))
    _some(out, run, 0, most)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    out.say(room=True)
    _some(out, run, most, 1)


def _some(out: Out, run: str, first: int, count: int) -> None:
    from django.db import DatabaseError, connection

    from safehub.foundation.errors import SafehubError

    refused = 0
    for number in range(first, first + count):
        try:
            deed(run, number)
            out.say(done=number)
        except (DatabaseError, SafehubError, OSError) as error:
            out.say(refused=number, why=type(error).__name__)
            connection.close()
            refused += 1
            if refused >= 3:
                return


def write_some(out: Out, run: str, first: int, count: int, timeout: float = 20.0) -> None:
    """A few deeds, waiting so many seconds for the store."""
    from django.db import connections

    row = connections.settings["default"]
    if row["ENGINE"].endswith("sqlite3"):
        row["OPTIONS"] = {**row["OPTIONS"], "timeout": timeout}
    _some(out, run, first, count)


def read_some(out: Out) -> None:
    """Whether anything can be read."""
    from django.db import DatabaseError

    from safehub.foundation.outbox.queries import mail_state

    try:
        out.say(waiting=mail_state().waiting)
    except DatabaseError as error:
        out.say(unreadable=type(error).__name__)


def hold_lock(out: Out, seconds: float) -> None:
    """Keep the store from everybody else."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE outbox_message, outbox_job IN ACCESS EXCLUSIVE MODE")
        out.say(locked=True)
        time.sleep(seconds)


def press(out: Out, run: str, at: float) -> None:
    """One press of many at the same moment, all with one key."""
    from django.db import connection, transaction

    from safehub.foundation.outbox.commands import run_later, tell

    connection.ensure_connection()
    time.sleep(max(0.0, at - time.time()))
    with transaction.atomic():
        tell(NOTICE, to="ben@school.example.org", reference=run, once=run)
        run_later(JOB, payload={"name": run}, once=run)
    out.say(done=0)


# --- mail ---------------------------------------------------------------------------------------


def _use_mail(port: int, patience: float) -> None:
    from django.conf import settings

    from safehub.foundation.outbox.mail import MailServer

    settings.MAIL_SERVER = MailServer("127.0.0.1", port, patience=patience)
    settings.MAIL_FROM = "safehub@hub.example.org"


def send(out: Out, port: int, patience: float = 0.3, dies: str = "", sweeps: bool = False) -> None:
    """One round of the worker, which is killed where `dies` says."""
    from safehub.foundation.outbox import sending
    from safehub.foundation.outbox.sending import send_due
    from safehub.foundation.outbox.working import sweep, worker_name

    _use_mail(port, patience)
    if dies in ("leased", "begun"):
        sending.begin_sending = _dying(sending.begin_sending, after=dies == "begun")  # type: ignore[attr-defined]
    if dies in ("accepted", "marked"):
        sending.mark_sent = _dying(sending.mark_sent, after=dies == "marked")  # type: ignore[attr-defined]
    if sweeps:
        sweep()
    done = send_due(worker_name())
    out.say(sent=done.sent, failed=done.failed)


def _dying(function: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    def dies(**words: Any) -> Any:
        if after:
            function(**words)
        os.kill(os.getpid(), signal.SIGKILL)

    return dies


def add_job(out: Out, name: str, dies_once_at: str, marker: str) -> None:
    from safehub.foundation.outbox.commands import run_later

    run_later(JOB, payload={"name": name, "dies_once_at": dies_once_at, "marker": marker})
    out.say(done=0)


def work(out: Out, port: int = 0) -> None:
    """All that is due: jobs, and messages where there is a mail server."""
    from safehub.foundation.outbox.sending import send_due
    from safehub.foundation.outbox.working import run_jobs, seal, sweep, worker_name

    if port:
        _use_mail(port, 0.5)
    name = worker_name()
    sweep()
    while send_due(name).any or run_jobs(name):
        pass
    seal()
    out.say(worked=True)


def run_worker_for(out: Out, seconds: float, port: int) -> None:
    """A whole worker with all its threads, ended in good order."""
    import threading

    from safehub.foundation.outbox.working import run_worker

    _use_mail(port, 0.5)
    stop = threading.Event()
    threading.Timer(seconds, stop.set).start()
    run_worker(stop)
    out.say(worked=True)


# --- doors --------------------------------------------------------------------------------------


def look(out: Out) -> None:
    """What each page without words in its address answers to somebody who is not signed in.

    And what SQLite says of the file, by a connection that knows Django's functions.
    """
    from django.db import connection
    from django.test import Client
    from django.urls import get_resolver

    complaints: list[str] = []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            complaints += [row[0] for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            complaints += [str(row) for row in cursor.fetchall()]
    client = Client(raise_request_exception=False)
    answers = {path: _answer(client, path) for path in _paths(get_resolver())}
    out.say(answers=answers, complaints=complaints)


def _answer(client: Any, path: str) -> int:
    client.cookies["sessionid"] = "nobody"
    return int(client.get(path, SERVER_NAME="localhost").status_code)


def _paths(resolver: Any, before: str = "/") -> list[str]:
    paths: list[str] = []
    for one in resolver.url_patterns:
        route = str(one.pattern)
        if "<" in route or "(" in route:
            continue
        if hasattr(one, "url_patterns"):
            paths += _paths(one, before + route)
        else:
            paths.append(before + route)
    return paths


def verify_trail(out: Out) -> None:
    """Seal what is pending, and let the trail check itself."""
    from safehub.foundation.trail.sealer import seal_pending
    from safehub.foundation.trail.verifying import verify

    seal_pending()
    found = verify()
    out.say(faults=[str(fault) for fault in found.faults])


# --- pages --------------------------------------------------------------------------------------


def sign_in(out: Out) -> None:
    """Somebody who may invite, signed in; and somebody else whose name can be changed."""
    from django.conf import settings
    from django.test import Client

    from factories import people
    from safehub.foundation.access.vocabulary import Role

    agency = people.make_agency()
    membership = people.make_membership(agency=agency, role=Role.SYSTEM_ADMINISTRATOR)
    client = people.sign_in(Client(), membership.person, membership)
    other = people.make_membership(agency=agency, role=Role.AGENCY_CONTRIBUTOR)
    name = settings.SESSION_COOKIE_NAME
    out.say(cookies={name: client.cookies[name].value}, agency=agency.pk, other=other.person_id)


def make_round(out: Out, cases: int) -> None:
    """A round with a return begun on each case, and somebody signed in who answers for them."""
    from django.conf import settings
    from django.test import Client

    from factories import people
    from factories.answering import SmallRound
    from safehub.audit.returns.models import WorkingReturn
    from safehub.foundation.access.vocabulary import Role

    small = SmallRound(size=cases)
    begun = {"known": "yes", "good": "yes"}
    keys = []
    for case in small.cases:
        small.case = case
        keys.append(small.working(answers=begun).pk)
    assert WorkingReturn.objects.count() == cases
    member = people.make_membership(agency=small.agency, role=Role.AGENCY_COORDINATOR)
    client = people.sign_in(Client(), member.person, member)
    name = settings.SESSION_COOKIE_NAME
    out.say(cookies={name: client.cookies[name].value}, keys=keys, member=member.pk)


def discard_drafts(out: Out) -> None:
    """What people typed and never sent before: each may keep so many texts and no more."""
    from safehub.foundation.submissions.models import Draft

    out.say(discarded=Draft.objects.all().delete()[0])


def sign_in_again(out: Out, member: int) -> None:
    """A new session of that member."""
    from django.conf import settings
    from django.test import Client

    from factories import people
    from safehub.register.accounts.models import Membership

    found = Membership.objects.get(pk=member)
    client = people.sign_in(Client(), found.person, found)
    name = settings.SESSION_COOKIE_NAME
    out.say(cookies={name: client.cookies[name].value})


# --- backups ------------------------------------------------------------------------------------


def back_up(out: Out) -> None:
    """Into the folder of backups of this home."""
    from django.conf import settings
    from django.utils import timezone

    from safehub.foundation.backups.files import FOLDER
    from safehub.foundation.backups.making import make_backup
    from safehub.foundation.backups.stores import store_of

    home = Path(settings.SAFEHUB_HOME)
    made = make_backup(
        home=home,
        store=store_of(settings.DATABASES["default"]),
        to=home.parent / f"backups-{home.name}" / FOLDER,
        at=timezone.now(),
    )
    out.say(path=str(made.path))


def restore(out: Out, backup: str, key: str, replace: bool = False) -> None:
    """Into this home; what was refused is said."""
    from django.conf import settings
    from django.utils import timezone

    from safehub.foundation.backups.keys import read_key
    from safehub.foundation.backups.restoring import restore_backup
    from safehub.foundation.backups.stores import store_of
    from safehub.foundation.errors import SafehubError

    try:
        restore_backup(
            backup=Path(backup),
            home=Path(settings.SAFEHUB_HOME),
            store=store_of(settings.DATABASES["default"]),
            key=read_key(Path(key)),
            at=timezone.now(),
            replace=replace,
        )
    except SafehubError as error:
        out.say(refused=str(error))
    else:
        out.say(restored=True)


def check_backups(out: Out) -> None:
    """Whether each file that bears a backup's name is whole."""
    from django.conf import settings

    from safehub.foundation.backups.files import FOLDER
    from safehub.foundation.backups.keys import key_path, read_key
    from safehub.foundation.backups.opening import check_whole
    from safehub.foundation.errors import SafehubError

    home = Path(settings.SAFEHUB_HOME)
    for path in sorted((home.parent / f"backups-{home.name}" / FOLDER).glob("*.safehub")):
        try:
            check_whole(path, read_key(key_path(home)))
            out.say(whole=path.name)
        except SafehubError as error:
            out.say(refused=str(error), name=path.name)
