"""Starting and reading a mail server of one's own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).parent / "receiving.py"
_PATIENCE = 20.0


@dataclass
class Receiver:
    """A running mail server."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int

    @classmethod
    def start(cls, folder: Path, *words: str, port: int = 0) -> Receiver:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mode").write_text("accept")
        (folder / "port").unlink(missing_ok=True)
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-W", "ignore", str(_SCRIPT)),
                    *(str(folder / "port"), str(folder / "mode"), str(folder / "received")),
                    *("--port", str(port), *words),
                ],
                stderr=log,
            )
        until = time.monotonic() + _PATIENCE
        while not (folder / "port").exists():
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise RuntimeError((folder / "log").read_text())
            time.sleep(0.02)
        return cls(folder, process, int((folder / "port").read_text()))

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def become(self, mode: str) -> None:
        new = self.folder / "mode.new"
        new.write_text(mode)
        new.rename(self.folder / "mode")

    def received(self) -> list[dict[str, Any]]:
        """Everything that was taken, doubles included."""
        path = self.folder / "received"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def delivered(self) -> list[dict[str, Any]]:
        """What is left where a Message-ID that was had already is dropped (RFC 5322, 3.6.4)."""
        return list({one["message_id"]: one for one in reversed(self.received())}.values())

    def forget(self) -> None:
        (self.folder / "received").unlink(missing_ok=True)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
