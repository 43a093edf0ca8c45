"""A server of pages of its own process, and a browser that keeps cookies and fills in forms."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from faults.stores import Store, free_port

_PATIENCE = 90.0


class _Inputs(HTMLParser):
    """The hidden inputs of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "input" and said.get("type") == "hidden" and said.get("name"):
            self.found[str(said["name"])] = said.get("value") or ""


@dataclass
class Answer:
    """What came back."""

    status: int
    body: str
    location: str = ""

    def hidden(self) -> dict[str, str]:
        inputs = _Inputs()
        inputs.feed(self.body)
        return inputs.found


@dataclass
class Browser:
    """One browser. Errors of the connection are raised as OSError or HTTPException."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    patience: float = 30.0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str | list[str]]) -> Answer:
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def headers(self, body: str | None) -> dict[str, str]:
        said = {"Host": f"localhost:{self.port}", "Connection": "close"}
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            said["Content-Type"] = "application/x-www-form-urlencoded"
            said["Origin"] = f"http://localhost:{self.port}"
        return said

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            connection.request(method, path, body, self.headers(body))
            answer = connection.getresponse()
            text = answer.read().decode()
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, text, answer.headers.get("Location", ""))
        finally:
            connection.close()


@dataclass
class Site:
    """`safehub serve` on a store."""

    store: Store
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.port = self.port or free_port()
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        } | self.store.environment
        with (self.folder / f"site-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "safehub.cli", "serve", "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        self.wait()

    def bring_up(self) -> None:
        """Start it unless it runs."""
        if self.process is None or self.process.poll() is not None:
            self.start()

    def log(self) -> str:
        return (self.folder / f"site-{self.port}.log").read_text(errors="replace")[-3000:]

    def wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                if Browser(self.port, patience=5).get("/health/").status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() > until or (self.process and self.process.poll() is not None):
                raise RuntimeError(f"the pages are not served: {self.log()}")
            time.sleep(0.05)

    def workers(self) -> list[int]:
        """The processes that answer; the one that watches over them is not among them."""
        assert self.process is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, check=False
        )
        return [int(word) for word in listed.stdout.split()]

    def kill(self) -> None:
        """SIGKILL to all of it at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
