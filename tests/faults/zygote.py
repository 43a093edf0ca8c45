"""A process that has Django loaded once and forks a child for each act: `python -m faults.zygote`.

Loading takes seconds, forking milliseconds; a child is a process like any other, and is killed
like one. Told what to do by lines of JSON on its standard input; answers each with a line.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any


class Out:
    """Where a child says what it has done: a line of JSON, whole whatever kills it."""

    def __init__(self, path: str) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(self, **said: Any) -> None:
        os.write(self._handle, (json.dumps(said) + "\n").encode())


def use_store(home: str, database: dict[str, Any]) -> None:
    """Point this process at a store. Nothing may have been asked of any other before."""
    from django.conf import settings
    from django.db import connections

    settings.SAFEHUB_HOME = Path(home)
    settings.UPLOADS = Path(home) / "uploads"
    row = {**connections.settings["default"], **database}
    connections.settings["default"] = row
    settings.DATABASES["default"] = row
    # Made for another store, where it is there already.
    with contextlib.suppress(AttributeError):
        del connections["default"]


def _child(order: dict[str, Any]) -> None:
    from faults import acts

    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    log = os.open(order["out"] + ".log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    out = Out(order["out"])
    status = 1
    try:
        if order.get("user"):
            os.setgroups([])
            os.setgid(order["user"])
            os.setuid(order["user"])
        use_store(order["home"], order["database"])
        if order.get("ahead"):
            import time_machine

            time_machine.travel(time.time() + order["ahead"], tick=True).start()
        getattr(acts, order["act"])(out, **order["words"])
        status = 0
    except BaseException as error:  # noqa: BLE001 - told to whoever started it
        out.say(broke=type(error).__name__, trace=traceback.format_exc())
    finally:
        os._exit(status)


def _wait(pid: int, seconds: float) -> int | None:
    until = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            return None
        time.sleep(0.002)


def main() -> None:
    import django

    django.setup()
    from faults import acts

    acts.prepare()
    answer = os.fdopen(os.dup(1), "w")
    answer.write(json.dumps({"ready": os.getpid()}) + "\n")
    answer.flush()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "start":
            pid = os.fork()
            if pid == 0:
                _child(order)
            said: dict[str, Any] = {"pid": pid}
        else:
            said = {"status": _wait(order["pid"], order["seconds"])}
        answer.write(json.dumps(said) + "\n")
        answer.flush()


if __name__ == "__main__":
    main()
