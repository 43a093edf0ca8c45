"""The trail under many writers: what an event costs, how soon it is sealed, how fast it verifies.

Starts a PostgreSQL server of its own with fsync on, unless DATABASE_URL names one, whose database
must be empty. Writers, sealer and verifier are processes of their own; what is compared runs in
turn, round after round.
"""

import argparse
import hmac
import json
import multiprocessing
import os
import pwd
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import machine

WRITERS = 16
# Acts a second of each paced writer, at random moments: 160 together, far above what a hub does.
PACE = 10.0
SEED = 20261124
ROUNDS = 4
SECONDS = 6.0
EVENTS_TO_VERIFY = 100_000


def main() -> None:
    arguments = _arguments()
    if arguments.role:
        ROLES[arguments.role](arguments)
        return
    # So that a bench that is stopped takes its server with it.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    rounds, seconds = (1, 3.0) if arguments.quick else (ROUNDS, SECONDS)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        env = {**os.environ, "SAFEHUB_HOME": home}
        env.pop("DATABASE_URL", None)
        sqlite = _measure_verifying(env, "SQLite", rounds)
        _measure_sqlite(env, rounds, seconds)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, _server() as url:
        env = {**os.environ, "SAFEHUB_HOME": home, "DATABASE_URL": url}
        _role("make", env)
        _measure_events(env, rounds, seconds)
        event = _measure_paced(env, rounds, seconds)
        ratio, slowest = _measure_sealing(env, rounds, seconds)
        postgresql = _measure_verifying(env, "PostgreSQL", rounds)
    print(machine())
    held = [
        _budget("an event of paced writers at the median, ms", event, at_most=2.0),
        _budget("throughput with sealing over that without", ratio, at_least=0.85),
        _budget("the slowest row to be sealed, s", slowest, at_most=1.0),
        _budget("verified a second on PostgreSQL", postgresql, at_least=100_000),
        _budget("verified a second on SQLite", sqlite, at_least=100_000),
    ]
    sys.exit(0 if all(held) else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    for name in ("role", "what"):
        parser.add_argument(f"--{name}", default="", help=argparse.SUPPRESS)
    for name in ("number", "sealers"):
        parser.add_argument(f"--{name}", type=int, default=0, help=argparse.SUPPRESS)
    for name in ("seconds", "pace"):
        parser.add_argument(f"--{name}", type=float, default=0.0, help=argparse.SUPPRESS)
    return parser.parse_args()


def _budget(what: str, found: float, *, at_most: float = 0, at_least: float = 0) -> bool:
    holds = found <= at_most if at_most else found >= at_least
    bound = f"at most {at_most:g}" if at_most else f"at least {at_least:g}"
    print(f"{what}: {found:,.2f}, {bound}: {'holds' if holds else 'BROKEN'}")
    return holds


# What is measured


def _measure_events(env: dict[str, str], rounds: int, seconds: float) -> None:
    """Closed loop: how many acts there are room for. Times are mostly waiting for a core."""
    found: dict[str, list[dict[str, Any]]] = {"act": [], "alone": []}
    for _ in range(rounds):
        for what, runs in found.items():
            runs += _writers(env, what, seconds)[0]
    events = [t for run in found["act"] for t in run["events"]]
    print(f"{WRITERS} writers on PostgreSQL, each one act after another without a pause:")
    for what, runs in found.items():
        acts = [t for run in runs for t in run["acts"]]
        print(f"  {what:<8} {_spread(acts)}, {len(acts) / rounds / seconds:,.0f} a second")
    print(f"  the event within its act: {_spread(events)}")
    cost = {what: _processor(runs) for what, runs in found.items()}
    if all(cost.values()):
        act, alone = (sum(cost[what]) for what in ("act", "alone"))
        print(f"  processor time of an act, writer and server: {act:.2f} ms, alone {alone:.2f} ms")
        print(f"  so of an event: {act - alone:.2f} ms")


def _measure_paced(env: dict[str, str], rounds: int, seconds: float) -> float:
    """Open loop: acts fall due whether or not those before are done. Gives the event's median."""
    events, late = [], []
    for _ in range(rounds):
        for run in _writers(env, "act", seconds, pace=PACE)[0]:
            events += run["events"]
            late += run["late"]
    print(f"{WRITERS} writers on PostgreSQL, each {PACE:g} acts a second at random moments:")
    print(f"  {len(events) / rounds / seconds:,.0f} acts a second; begun late by {_spread(late)}")
    print(f"  the event within its act: {_spread(events)}")
    return float(statistics.median(events)) * 1000


def _processor(runs: list[dict[str, Any]]) -> tuple[float, float] | tuple[()]:
    """Milliseconds an act of the writers and of their servers; nothing where either is unknown."""
    acts = sum(len(run["acts"]) for run in runs)
    if any(run["server"] is None for run in runs):
        return ()
    return tuple(sum(run[of] for run in runs) / acts * 1000 for of in ("own", "server"))


def _measure_sealing(env: dict[str, str], rounds: int, seconds: float) -> tuple[float, float]:
    """Gives the ratio of throughputs, and the seconds until the slowest row was sealed."""
    found: dict[bool, list[float]] = {False: [], True: []}
    waits: list[float] = []
    for number in range(rounds):
        # Whichever goes first has the emptier table.
        for is_sealed in (False, True) if number % 2 else (True, False):
            _role("seal", env)
            runs, seals = _writers(env, "event", seconds, is_sealed=is_sealed)
            found[is_sealed].append(sum(len(run["acts"]) for run in runs) / seconds)
            if is_sealed:
                written = {name: at for run in runs for name, at in run["written"].items()}
                waits += _waits(env, seals, written)
    without, sealing = (statistics.median(found[key]) for key in (False, True))
    ratio = statistics.median(b / a for a, b in zip(found[False], found[True], strict=True))
    print(f"{WRITERS} writers, events a second: {without:,.0f} unsealed, {sealing:,.0f} sealed")
    print(f"  ratio of each round, median: {ratio:.2f}")
    print(f"  from commit to sealed: {_spread(waits)}, slowest {max(waits) * 1000:.0f} ms")
    return ratio, max(waits)


def _waits(env: dict[str, str], seals: list[list[Any]], written: dict[str, float]) -> list[float]:
    """Seconds from each row's commit to the commit of its batch. A row without one fails it all."""
    sealed_at = {number: at for first, last, at in seals for number in range(first, last + 1)}
    batches = json.loads(_role("batches", env))
    known = {name: batch for name, batch in batches.items() if name in written}
    waits = {name: sealed_at[batch] - written[name] for name, batch in known.items()}
    if len(waits) != len(written):
        raise SystemExit(f"{len(written) - len(waits)} rows were not sealed in time")
    return [max(0.0, wait) for wait in waits.values()]


def _measure_verifying(env: dict[str, str], name: str, rounds: int) -> float:
    """Gives events verified a second."""
    _role("make", env)
    _role("fill", env)
    told: dict[str, list[dict[str, float]]] = {"verify": [], "hmac": []}
    for _ in range(max(rounds, 3)):
        for what, runs in told.items():
            runs.append(json.loads(_role(what, env)))
    print(f"{name}, {told['verify'][0]['events']:,} events, verified a second:")
    for what, runs in told.items():
        wall, processor = (
            statistics.median(run[of] for run in runs) for of in ("rate", "by_processor")
        )
        print(f"  {what:<8} {wall:,.0f} by the clock, {processor:,.0f} by its own processor time")
    verified, plain = (statistics.median(run["rate"] for run in runs) for runs in told.values())
    print(f"  ratio to plain HMAC-SHA256 over the same bytes in memory: {verified / plain:.2f}")
    return verified


def _measure_sqlite(env: dict[str, str], rounds: int, seconds: float) -> None:
    found: dict[str, list[float]] = {"event": [], "bare": []}
    for _ in range(rounds):
        for what, times in found.items():
            times += [t for run in _writers(env, what, seconds, 1)[0] for t in run["acts"]]
    print("One writer on SQLite, each commit synced:")
    for what, times in found.items():
        print(f"  {what:<8} {_spread(times)}")


def _spread(times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"median {statistics.median(ordered) * 1000:.2f} ms, p95 {p95 * 1000:.2f} ms"


# Processes


def _role(role: str, env: dict[str, str], **options: object) -> str:
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, __file__, "--role", role, *words]
    return subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout


def _writers(
    env: dict[str, str],
    what: str,
    seconds: float,
    count: int = WRITERS,
    *,
    is_sealed: bool = False,
    pace: float = 0.0,
) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """What each writer told, and what the sealer did."""
    told = json.loads(
        _role(
            "crowd",
            env,
            what=what,
            seconds=seconds,
            pace=pace,
            number=count,
            sealers=int(is_sealed),
        )
    )
    return told[:count], told[count] if is_sealed else []


@contextmanager
def _server() -> Iterator[str]:
    """The address of a server that syncs every commit, gone afterwards."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise SystemExit("PostgreSQL's server is missing; install it, or set DATABASE_URL.")
    programs = found[-1].parent
    # It refuses to run as root, and gets the user that its package made.
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        data = f"{folder}/data"
        listen = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"

        def run(program: str, *words: str) -> None:
            identity: dict[str, Any] = {}
            if os.getuid() == 0:
                identity = {"user": owner.pw_uid, "group": owner.pw_gid}
            subprocess.run(
                [programs / program, *words],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
                **identity,
            )

        run("initdb", "-D", data, "-U", "safehub", "--auth=trust", "--encoding=UTF8", "--no-locale")
        run("pg_ctl", "start", "-D", data, "-w", "-l", f"{folder}/log", "-o", listen)
        try:
            run("createdb", "-h", folder, "-p", str(port), "-U", "safehub", "safehub")
            yield f"postgres://safehub@127.0.0.1:{port}/safehub"
        finally:
            run("pg_ctl", "stop", "-D", data, "-m", "immediate")


# Roles: each runs in a process of its own and prints JSON


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safehub.config.settings")
    import django

    django.setup()


def _crowd(arguments: argparse.Namespace) -> None:
    """Loads the product once, and then is as many processes as there are writers and sealers."""
    _start()
    from safehub.foundation.declarations import declared

    declared()
    context = multiprocessing.get_context("fork")
    count = arguments.number + arguments.sealers
    barrier = context.Barrier(count)
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_wait_at, initargs=(barrier,)
    ) as pool:
        # Each holds its process at the barrier, so each has one of its own.
        running: list[Future[Any]] = [
            pool.submit(_write, arguments.what, number, arguments.seconds, arguments.pace)
            for number in range(arguments.number)
        ]
        running += [pool.submit(_seal_on, arguments.seconds + 2) for _ in range(arguments.sealers)]
        print(json.dumps([one.result() for one in running]))


def _wait_at(barrier: Any) -> None:
    _gate.append(barrier)


_gate: list[Any] = []


def _go(seconds: float) -> float:
    """Wait until all are ready; gives the moment when to end."""
    _gate[0].wait()
    return time.time() + seconds


def _make(arguments: argparse.Namespace) -> None:
    from safehub.config.starting import start

    start()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_act (id bigint PRIMARY KEY, times bigint NOT NULL)"
        )
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_log (writer bigint, number bigint, text varchar(250))"
        )
        for number in range(WRITERS):
            cursor.execute("INSERT INTO bench_act VALUES (%s, 0) ON CONFLICT DO NOTHING", [number])


def _write(what: str, writer: int, seconds: float, pace: float) -> dict[str, Any]:
    """One act after another until it is time; says how long each took, and when it was done.

    With a pace each act has its own moment, so many a second on average and at random.
    """
    from django.db import connection, transaction

    from safehub.foundation.access.vocabulary import FieldClass
    from safehub.foundation.records import RecordRef
    from safehub.foundation.trail.commands import record

    viewer, events, acts = _viewer(writer), [], []
    written: dict[str, float] = {}

    def event(number: int) -> None:
        began = time.perf_counter()
        record(
            "trail.opened",
            by=viewer,
            on=RecordRef("sampling.case", number % 1000),
            classes=[FieldClass.HEALTH],
            detail={"writer": writer, "number": number},
        )
        events.append(time.perf_counter() - began)

    def bare(number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_log VALUES (%s, %s, %s)", [writer, number, "x" * 250])

    def alone(number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_act SET times = times + 1 WHERE id = %s", [writer])

    def act(number: int) -> None:
        with transaction.atomic():
            alone(number)
            event(number)

    does: Callable[[int], None] = {"event": event, "bare": bare, "alone": alone, "act": act}[what]
    connection.ensure_connection()
    server = _server_process()
    number = time.time_ns() // 1000
    drawn, late = random.Random(SEED + writer), []
    until = _go(seconds)
    due = time.time()
    own, theirs = time.process_time(), _processor_of(server)
    while time.time() < until:
        if pace:
            due += drawn.expovariate(pace)
            if due >= until:
                break
            time.sleep(max(0.0, due - time.time()))
            late.append(time.time() - due)
        number += 1
        began = time.perf_counter()
        does(number)
        acts.append(time.perf_counter() - began)
        written[f"{writer}.{number}"] = time.time()
    used = _processor_of(server)
    return {
        "events": events,
        "acts": acts,
        "late": late,
        "own": time.process_time() - own,
        "server": None if used is None or theirs is None else used - theirs,
        "written": written if what == "event" else {},
    }


def _server_process() -> int:
    """The process that serves this connection, where there is one; else 0."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _processor_of(process: int) -> float | None:
    """Seconds of processor time of a server's process on this machine; None if it is elsewhere."""
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return None
    name, _, rest = said.partition("(")[2].rpartition(")")
    if "postgres" not in name:
        return None
    cells = rest.split()
    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def _viewer(number: int) -> Any:
    from safehub.foundation.access.viewer import Viewer
    from safehub.foundation.access.vocabulary import Role

    return Viewer(
        role=Role.AUDIT_MODERATOR,
        person=100 + number,
        membership=200 + number,
        organisation=12,
        request_id="0123456789abcdef",
        purpose="audit",
    )


def _seal_on(seconds: float) -> list[Any]:
    """As the worker does; says which batches were there, and committed, when."""
    from safehub.foundation.trail.batches import last_batch
    from safehub.foundation.trail.sealer import seal_pending

    seals = []
    last = last_batch()
    first = last.number + 1 if last else 1
    until = _go(seconds)
    while time.time() < until:
        began = time.time()
        if seal_pending():
            at = time.time()
            end = last_batch()
            assert end is not None
            seals.append((first, end.number, at))
            first = end.number + 1
        time.sleep(max(0.0, 0.2 - (time.time() - began)))
    return seals


def _seal(arguments: argparse.Namespace) -> None:
    _start()
    from safehub.foundation.trail.sealer import seal_pending

    seal_pending()


def _batches(arguments: argparse.Namespace) -> None:
    """The batch of each event of the last minute, by writer and number."""
    _start()
    from django.db import connection

    from safehub.foundation.trail.batches import batches_from

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, detail FROM trail_trailevent WHERE at > now() - interval '1 minute'"
        )
        details = dict(cursor.fetchall())
    told = {}
    for batch in batches_from(1):
        for event in batch.ids():
            if event in details:
                said = json.loads(details[event])
                told[f"{said.get('writer')}.{said.get('number')}"] = batch.number
    print(json.dumps(told))


def _fill(arguments: argparse.Namespace) -> None:
    """As many events as are to be verified, sealed."""
    _start()
    from django.db import connection

    from safehub.foundation.access.vocabulary import FieldClass
    from safehub.foundation.records import RecordRef
    from safehub.foundation.trail.buffer import buffering
    from safehub.foundation.trail.commands import noted, write_noted
    from safehub.foundation.trail.sealer import seal_pending

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM trail_trailevent")
        missing = EVENTS_TO_VERIFY - cursor.fetchone()[0]
    for start in range(0, missing, 5_000):
        with buffering():
            for key in range(start, start + 5_000):
                noted(
                    "trail.opened",
                    by=_viewer(key % WRITERS),
                    on=RecordRef("sampling.case", key),
                    classes=[FieldClass.HEALTH],
                    detail={"writer": key % WRITERS, "number": key},
                )
            write_noted()
    seal_pending()


def _verify(arguments: argparse.Namespace) -> None:
    _start()
    from safehub.foundation.trail.verifying import verify

    processor = time.process_time()
    found = verify()
    if not found.holds:
        raise SystemExit(f"the trail is wrong: {found.faults[0].words}")
    events = found.sealed + found.unsealed
    by_processor = events / (time.process_time() - processor)
    told = {"rate": events / found.seconds, "by_processor": by_processor, "events": events}
    print(json.dumps(told))


def _hmac(arguments: argparse.Namespace) -> None:
    _start()
    from django.db import transaction

    from safehub.foundation.trail.walk import chunks

    with transaction.atomic():
        lines = [row[1] for rows in chunks("") for row in rows]
    key = os.urandom(32)
    began, processor = time.perf_counter(), time.process_time()
    for line in lines:
        hmac.digest(key, line, "sha256")
    rate = len(lines) / (time.perf_counter() - began)
    by_processor = len(lines) / (time.process_time() - processor)
    print(json.dumps({"rate": rate, "by_processor": by_processor, "events": len(lines)}))


ROLES: dict[str, Callable[[argparse.Namespace], None]] = {
    "make": _make,
    "crowd": _crowd,
    "seal": _seal,
    "batches": _batches,
    "fill": _fill,
    "verify": _verify,
    "hmac": _hmac,
}

if __name__ == "__main__":
    main()
