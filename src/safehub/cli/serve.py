"""`safehub serve`: the pages, by gunicorn, with a worker beside it where asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from safehub.config.environment import is_loopback
from safehub.foundation.errors import NotPossible

if TYPE_CHECKING:
    from collections.abc import Callable

    from gunicorn.app.base import BaseApplication

# Seconds. A worker that cannot start is not started again and again without a pause.
_PAUSE = 5.0
_GRACE = 40.0


@click.command(short_help="Serve the pages.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--with-worker", is_flag=True, help="Run a worker beside it.")
def serve(host: str, port: int, processes: int, with_worker: bool) -> None:
    """Serve the pages until told to end (SIGTERM, or Ctrl+C).

    Listens on this machine alone, unless SAFEHUB_ALLOWED_HOSTS names hosts and SAFEHUB_ADDRESS is
    https. A proxy that speaks https stands before it then.

    \b
    Examples:
      safehub serve --with-worker
      safehub serve --port 8080
    """
    if os.name != "posix":
        raise NotPossible(
            "Pages are served on Linux and macOS. On Windows, use the Windows Subsystem for Linux."
        )
    # Links in e-mails lead to the port that is served, where nothing else was said.
    os.environ.setdefault("SAFEHUB_ADDRESS", _own_address(port))
    from safehub.config.starting import start

    start()
    from django.conf import settings

    check_may_listen(
        host, is_production=settings.SAFEHUB_PRODUCTION, address=settings.PUBLIC_ADDRESS
    )
    from django.db import connections

    # Not to be shared with the processes that are forked from this one.
    connections.close_all()
    _check_port(host, port)
    _run(host, port, processes, settings.PUBLIC_ADDRESS, with_worker=with_worker)


def _own_address(port: int) -> str:
    """Blank, which the settings take for unset, where other hosts are served."""
    hosts = os.environ.get("SAFEHUB_ALLOWED_HOSTS", "localhost").split(",")
    own = all(is_loopback(host.strip()) for host in hosts if host.strip())
    return f"http://localhost:{port}" if own else ""


def check_may_listen(host: str, *, is_production: bool, address: str) -> None:
    """Raises NotPossible where others could reach a server that is not set up for them."""
    if is_loopback(host):
        return
    if not is_production or not address.startswith("https://"):
        raise NotPossible(
            f"At {host} other machines could reach Safehub, and it is not set up for them: "
            "set SAFEHUB_ALLOWED_HOSTS to its host names and SAFEHUB_ADDRESS to its https "
            "address, or leave out --host."
        )


def _check_port(host: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise NotPossible(
                f"Port {port} at {host} cannot be used ({error.strerror}): "
                "give another with --port."
            ) from error


def _run(host: str, port: int, processes: int, address: str, *, with_worker: bool) -> None:
    from gunicorn.arbiter import Arbiter

    def say(server: object) -> None:
        click.echo(f"Safehub is at {address}/ (Ctrl+C ends it)", err=True)

    application = _application(
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": processes,
            "worker_class": "sync",
            "timeout": 30,
            "graceful_timeout": 20,
            # Another process could else command the server by a socket.
            "control_socket_disable": True,
            # No line for each request: an address may hold a reference.
            "accesslog": None,
            "loglevel": "warning",
            # A process that is killed is back at once: nothing is loaded again.
            "preload_app": True,
            "when_ready": say,
        }
    )

    class WithWorker(Arbiter):  # type: ignore[misc]
        """Keeps a worker running beside the pages, as it keeps its own processes running."""

        beside: subprocess.Popen[bytes] | None = None
        started_at = -_PAUSE

        def manage_workers(self) -> None:
            super().manage_workers()
            ended = self.beside is None or self.beside.poll() is not None
            if ended and time.monotonic() - self.started_at >= _PAUSE:
                self.started_at = time.monotonic()
                self.beside = subprocess.Popen(
                    [sys.executable, "-m", "safehub.cli", "worker", "--with-parent"]
                )

        def stop(self, graceful: bool = True) -> None:
            if self.beside is not None and self.beside.poll() is None:
                self.beside.terminate()
            super().stop(graceful)
            _see_off(self.beside)

    (WithWorker if with_worker else Arbiter)(application).run()


def _see_off(beside: subprocess.Popen[bytes] | None) -> None:
    if beside is None:
        return
    try:
        beside.wait(_GRACE)
    except subprocess.TimeoutExpired:
        beside.kill()


def _application(options: dict[str, Any]) -> BaseApplication:
    from gunicorn.app.base import BaseApplication

    class Pages(BaseApplication):  # type: ignore[misc]
        """The application as gunicorn asks for it."""

        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            from safehub.config.wsgi import application

            return application

    return Pages()
