"""Starting children, killing them, and holding what they were told against what is there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from faults.browsing import Site
from faults.ledger import Fault, Ledger
from faults.stores import SECRET, Cluster, NoPostgres, PostgresStore, SqliteStore, Store

PATIENCE = 60.0
TESTS = Path(__file__).parents[1]


@dataclass
class Child:
    """A forked process; `lines` is what it has said so far."""

    zygote: Zygote
    pid: int
    out: Path

    def lines(self) -> list[dict[str, Any]]:
        text = self.out.read_text(encoding="utf-8") if self.out.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def done(self) -> list[int]:
        """The numbers of what was confirmed to it."""
        return [line["done"] for line in self.lines() if "done" in line]

    def until(
        self, is_so: Callable[[list[dict[str, Any]]], bool], seconds: float = PATIENCE
    ) -> None:
        until = time.monotonic() + seconds
        while not is_so(self.lines()):
            if time.monotonic() > until:
                raise TimeoutError(f"a child did not come so far: {self.lines()[-3:]}")
            time.sleep(0.002)

    def goes_on(self, further: int = 1) -> None:
        """Wait until so many further deeds were confirmed to it."""
        wanted = len(self.done()) + further
        self.until(lambda lines: sum("done" in line for line in lines) >= wanted)

    def kill(self, how: int = signal.SIGKILL) -> None:
        try:
            os.kill(self.pid, how)
        except ProcessLookupError:
            return

    def wait(self, seconds: float = PATIENCE) -> int | None:
        status = self.zygote.ask(do="wait", pid=self.pid, seconds=seconds)["status"]
        if status is None:
            self.kill()
            self.zygote.ask(do="wait", pid=self.pid, seconds=10)
        return None if status is None else int(status)

    def end(self, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """Wait till it ends by itself, and give what it said. Raises where it failed or hung."""
        status = self.wait(seconds)
        lines = self.lines()
        failed = [line["trace"] for line in lines if "broke" in line]
        if status != 0:
            log = Path(f"{self.out}.log")
            raise AssertionError(failed or f"ended with {status}: {log.read_text()[-2000:]}")
        return lines


class Zygote:
    """The process that forks children."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        (folder / "zygote").mkdir(parents=True, exist_ok=True)
        environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL",)
        } | {
            "SAFEHUB_HOME": str(folder / "zygote"),
            "SAFEHUB_SECRET_KEY": SECRET,
            "DJANGO_SETTINGS_MODULE": os.environ.get(
                "DJANGO_SETTINGS_MODULE", "safehub.config.settings"
            ),
            "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
        }
        with (folder / "zygote.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "faults.zygote"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
            )
        try:
            self._answer()
        except RuntimeError:
            self.stop()
            raise

    def _answer(self) -> dict[str, Any]:
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise RuntimeError((self._folder / "zygote.log").read_text()[-3000:])
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, **order: Any) -> dict[str, Any]:
        pipe = _pipe(self._process.stdin)
        pipe.write(json.dumps(order, default=str) + "\n")
        pipe.flush()
        return self._answer()

    def start(
        self, store: Store, act: str, *, ahead: float = 0, user: int = 0, **words: Any
    ) -> Child:
        """A child that does the act on the store, its clock put ahead by so many seconds."""
        self._number += 1
        folder = self._folder / "out"
        folder.mkdir(mode=0o777, exist_ok=True)
        if user:
            folder.chmod(0o777)
        out = folder / f"{self._number}.jsonl"
        said = self.ask(
            do="start",
            act=act,
            home=store.home,
            database=store.database,
            out=out,
            ahead=ahead,
            user=user,
            words=words,
        )
        return Child(self, said["pid"], out)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _pipe(pipe).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


@dataclass
class Harness:
    """Everything that a class of faults needs."""

    seed: int
    ledger: Ledger
    folder: Path
    zygote: Zygote
    cluster: Cluster | None = None
    why_no_cluster: str = ""
    shut: frozenset[str] = frozenset()
    sites: dict[str, tuple[Site, dict[str, Any]]] = field(default_factory=dict)
    _number: int = 0
    _templates: dict[str, Path] = field(default_factory=dict)
    _shared: dict[str, Store] = field(default_factory=dict)

    @classmethod
    def make(cls, seed: int, ledger: Ledger) -> Harness:
        # Not pytest's own folder, which is closed to the user that a child may become.
        folder = Path(tempfile.mkdtemp(prefix="safehub-faults.", dir="/tmp"))
        folder.chmod(0o755)
        return cls(seed, ledger, folder, Zygote(folder))

    def remove(self) -> None:
        for site, _ in self.sites.values():
            site.kill()
        self.zygote.stop()
        if self.cluster is not None:
            self.cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- stores -------------------------------------------------------------------------------

    def store(self, name: str) -> Store:
        """A fresh store of that name: sqlite or postgresql. Raises NoPostgres."""
        self._number += 1
        home = self.folder / f"home-{self._number}"
        if name == "sqlite":
            shutil.copytree(self._sqlite_template(), home)
            return SqliteStore(home)
        template = self._postgres_template()
        cluster = self.postgres()
        shutil.copytree(template, home)
        dbname = f"faults_{self._number}"
        with cluster.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {dbname} TEMPLATE faults_template")
        return PostgresStore(cluster, home, dbname)

    def postgres(self) -> Cluster:
        if self.why_no_cluster:
            raise NoPostgres(self.why_no_cluster)
        if self.cluster is None:
            try:
                self.cluster = Cluster.make()
            except NoPostgres as missing:
                self.why_no_cluster = str(missing)
                raise
        # A class that failed may have left it down; the next ones need not fail for that.
        self.cluster.come_back()
        return self.cluster

    def _sqlite_template(self) -> Path:
        home = self.folder / "template-sqlite"
        if "sqlite" not in self._templates:
            self._make_template(SqliteStore(home))
        return home

    def _postgres_template(self) -> Path:
        home = self.folder / "template-postgresql"
        if "postgresql" not in self._templates:
            self._make_template(PostgresStore(self.postgres(), home, "faults_template"))
        return home

    def _make_template(self, store: Store) -> None:
        self.zygote.start(store, "make_store").end(120)
        self._templates[store.name] = store.home
        answers = self.look(store)[0].items()
        self.shut |= {path for path, status in answers if status in (301, 302, 401, 403)}

    # --- looking ------------------------------------------------------------------------------

    def look(self, store: Store) -> tuple[dict[str, int], list[str]]:
        """What each page answers to nobody in particular, and what the store says of itself."""
        [line] = self.zygote.start(store, "look").end()
        return dict(line["answers"]), [*line["complaints"], *store.complaints()]

    def opened(self, answers: dict[str, int]) -> list[str]:
        """Pages that turn away who is not signed in, and did not now."""
        return [path for path in self.shut if answers[path] < 300]

    def shared(self, name: str) -> Store:
        """One store for all classes that only write to it; on PostgreSQL a fresh one is slow."""
        if name == "sqlite":
            return self.store(name)
        if name not in self._shared:
            self._shared[name] = self.store(name)
        return self._shared[name]

    def rng(self, kind: str, store: str) -> random.Random:
        return random.Random(f"{self.seed}/{kind}/{store}")

    # --- counting -----------------------------------------------------------------------------

    def counted(
        self,
        fault: Fault,
        store: Store,
        run: str,
        acknowledged: list[int],
        *,
        at_most_further: int = 1,
        is_deep: bool = True,
    ) -> Fault:
        """Hold what was confirmed against what is there, and write the line."""
        self.count_into(fault, store, run, acknowledged, at_most_further=at_most_further)
        if is_deep:
            self.looked_over(fault, store)
        return self.ledger.add(fault)

    def count_into(
        self, fault: Fault, store: Store, run: str, acknowledged: list[int], *, at_most_further: int
    ) -> None:
        """Beyond what was confirmed there may be what was under way, and no more."""
        messages = _numbers(store, "SELECT reference FROM outbox_message", run)
        jobs = _numbers(store, _JOBS[store.name], run)
        events = _numbers(store, "SELECT reason FROM trail_trailevent", run)
        fault.acknowledged += len(acknowledged)
        fault.found += len(set(acknowledged) & messages.keys())
        fault.lost += len(set(acknowledged) - messages.keys())
        for rows in (messages, jobs, events):
            fault.doubled += sum(count - 1 for count in rows.values())
        for other in (jobs, events):
            torn = messages.keys() ^ other.keys()
            if torn:
                fault.corrupt += len(torn)
                fault.notes.append(f"torn: {sorted(torn)[:5]}")
        further = messages.keys() - set(acknowledged)
        if len(further) > at_most_further:
            fault.corrupt += 1
            fault.notes.append(f"nobody was told of {sorted(further)[:5]}")

    def looked_over(self, fault: Fault, store: Store) -> None:
        """The store's own check, and the doors."""
        answers, complaints = self.look(store)
        fault.corrupt += len(complaints)
        fault.notes += complaints[:3]
        opened = self.opened(answers)
        fault.open += len(opened)
        fault.notes += opened[:3]


_JOBS = {
    "sqlite": "SELECT json_extract(payload, '$.name') FROM outbox_job",
    "postgresql": "SELECT payload->>'name' FROM outbox_job",
}


def _numbers(store: Store, query: str, run: str) -> Counter[int]:
    """How often each number of the run is there."""
    found: Counter[int] = Counter()
    for (name,) in store.rows(query):
        before, _, number = str(name).rpartition("-")
        if before == run:
            found[int(number)] += 1
    return found
