"""`safehub worker`: sends what is to be sent, runs what is to run later, seals the trail."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import click

# Seconds between two looks at whether the parent is still there.
_LOOK = 1.0


@click.command(short_help="Send messages, run jobs, seal the trail.")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when the parent has gone.")
def worker(once: bool, with_parent: bool) -> None:
    """Work until told to end (SIGTERM, or Ctrl+C): what is in hand is finished first.

    One worker is enough; several do no harm, on one machine or on many with PostgreSQL.

    \b
    Examples:
      safehub worker
      safehub worker --once
    """
    parent = os.getppid()
    from safehub.config.starting import start

    start()
    from safehub.foundation.outbox.working import do_once, run_worker, worker_name

    if once:
        do_once(worker_name())
        return
    stop = threading.Event()
    _stop_at_signals(stop)
    if with_parent:
        threading.Thread(target=_watch, args=(parent, stop), daemon=True).start()
    click.echo("The worker runs. Ctrl+C ends it.", err=True)
    run_worker(stop)


def _stop_at_signals(stop: threading.Event) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _watch(parent: int, stop: threading.Event) -> None:
    """A worker whose server was killed would else go on unseen beside the next one's."""
    while not stop.wait(_LOOK):
        if os.getppid() != parent:
            stop.set()
