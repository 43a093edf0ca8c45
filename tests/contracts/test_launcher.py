"""The launcher in the root: what it sets up, when it leaves things alone, and what it says."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from .launching import ROOT, STAND_IN, Copy, make_copy, only_sentence

# --- the script itself -------------------------------------------------------------------------


@pytest.mark.parametrize("shell", [["dash"], ["busybox", "sh"], ["sh"]], ids=" ".join)
def test_launcher_in_each_shell_is_well_formed(shell: Sequence[str]) -> None:
    if not shutil.which(shell[0]):
        pytest.skip(f"{shell[0]} is not on this machine")
    subprocess.run([*shell, "-n", ROOT / "safehub"], check=True)


def test_launcher_under_shellcheck_is_clean() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not on this machine")
    subprocess.run(["shellcheck", "--severity=warning", ROOT / "safehub"], check=True)


def test_launcher_has_its_run_bit() -> None:
    assert os.access(ROOT / "safehub", os.X_OK)


# --- setting up, and leaving alone -------------------------------------------------------------


def test_first_start_sets_up_and_hands_on(copy: Copy) -> None:
    result = copy.run("audit", "two words", "")
    assert result.returncode == 0
    assert result.stdout == f"<audit><two words><>{copy.folder}/var\n"
    told = [re.sub(r"\d+ s$", "N s", line) for line in result.stderr.splitlines()]
    assert told == [
        "safehub: making .venv with Python 3.11.9 ... N s",
        "safehub: installing requirements/run.txt ... N s",
        "safehub: installing Safehub itself ... N s",
        "safehub: installing requirements/matching.txt ... N s",
        "safehub: installing requirements/suggestions.txt ... N s",
        "safehub: building the pages' styles and scripts ... N s",
    ]


def test_first_start_asks_pip_for_locked_wheels_only(copy: Copy) -> None:
    copy.run()
    words = copy.calls_file.read_text("utf-8")
    assert f"--require-hashes --only-binary :all: -r {copy.folder}/requirements/run.txt" in words
    assert f"--no-deps --no-build-isolation --editable {copy.folder}" in words


def test_second_start_calls_no_python_and_says_nothing(copy: Copy) -> None:
    copy.run()
    copy.calls("")
    # Even with no Python on PATH any more.
    copy.python.unlink()
    result = copy.run("list")
    assert (result.stdout, result.stderr) == (f"<list>{copy.folder}/var\n", "")
    assert copy.calls("") == 0


def test_exit_code_of_the_command_is_passed_on(copy: Copy) -> None:
    assert copy.run(ENDS="0").returncode == 0
    assert copy.run(ENDS="42").returncode == 42


def test_home_that_is_set_is_kept(copy: Copy) -> None:
    assert copy.run(SAFEHUB_HOME="/somewhere").stdout == "/somewhere\n"


def test_extras_are_left_out_until_they_are_asked_for(copy: Copy) -> None:
    copy.run(SAFEHUB_EXTRAS="none")
    words = copy.calls_file.read_text("utf-8")
    assert "matching.txt" not in words
    assert "suggestions.txt" not in words
    copy.calls("")
    assert copy.run().returncode == 0
    (copy.folder / "requirements/run.txt").write_text("changed\n", "utf-8")
    copy.run()
    assert "matching.txt" not in copy.calls_file.read_text("utf-8")
    copy.run(SAFEHUB_EXTRAS="all")
    words = copy.calls_file.read_text("utf-8")
    assert (
        f"--require-hashes --only-binary :all: -r {copy.folder}/requirements/matching.txt" in words
    )
    assert "suggestions.txt" in words
    copy.calls("")
    copy.run()
    assert copy.calls("") == 0


@pytest.mark.parametrize(
    "part", ["requirements/run.txt", "requirements/matching.txt", "pyproject.toml"]
)
def test_changed_requirement_is_installed_into_the_same_environment(copy: Copy, part: str) -> None:
    copy.run()
    copy.calls("")
    (copy.folder / part).write_text("changed\n", "utf-8")
    assert copy.run().returncode == 0
    words = copy.calls_file.read_text("utf-8")
    assert "-m venv" not in words
    assert copy.calls("-m pip") == 4
    copy.run()
    assert copy.calls("") == 0


def test_moved_folder_is_set_up_anew(copy: Copy, tmp_path: Path) -> None:
    copy.run()
    copy.calls("")
    moved = Copy(copy.folder.rename(tmp_path / "moved"), copy.tools, copy.python)
    assert moved.run().stdout == f"{tmp_path}/moved/var\n"
    assert moved.calls("-m venv") == 1


def test_half_made_environment_is_made_anew(copy: Copy) -> None:
    copy.run()
    copy.calls("")
    (copy.venv / ".unfinished").touch()
    (copy.venv / "leftover").touch()
    assert copy.run().returncode == 0
    assert copy.calls("-m venv") == 1
    assert not (copy.venv / "leftover").exists()
    assert not (copy.venv / ".unfinished").exists()


@pytest.mark.parametrize("gone", ["bin/safehub", "bin/python", ".installed-run"])
def test_environment_with_a_part_missing_is_mended(copy: Copy, gone: str) -> None:
    copy.run()
    (copy.venv / gone).unlink()
    assert copy.run("x").stdout == f"<x>{copy.folder}/var\n"


def test_other_python_that_is_asked_for_replaces_the_environment(copy: Copy) -> None:
    copy.run()
    copy.calls("")
    asked = {"SAFEHUB_PYTHON": str(copy.python), "VERSION": "3.13.1"}
    # The stand-in in the environment answers with VERSION too, so its version must differ by file.
    old = (copy.venv / "bin/python").read_text("utf-8").replace("$VERSION", "3.11.9")
    (copy.venv / "bin/python").write_text(old, "utf-8")
    assert "making .venv with Python 3.13.1" in copy.run(**asked).stderr
    assert copy.run(**asked).stderr == ""


@pytest.fixture
def slow(copy: Copy, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """A first start that is in the middle of pip, in a process group of its own.

    Two seconds, or as many as the test says that waits for nothing.
    """
    process = subprocess.Popen(
        [copy.folder / "safehub", "first"],
        env=copy.environment(PIP_TAKES=getattr(request, "param", "2")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    settings = Path(f"{copy.calls_file}.settings")
    # Counts its waits: the clock may be frozen in a test.
    for _ in range(1000):
        if settings.exists():
            break
        time.sleep(0.01)
    with process:
        yield process


def test_two_starts_at_once_set_up_once(copy: Copy, slow: subprocess.Popen[str]) -> None:
    second = copy.run("second")
    out, _ = slow.communicate(timeout=20)
    assert (out, second.stdout) == (f"<first>{copy.folder}/var\n", f"<second>{copy.folder}/var\n")
    assert second.stderr.startswith("safehub: waiting for another start of Safehub (process ")
    assert len(second.stderr.splitlines()) == 1
    assert copy.calls("-m venv") == 1


# Stopped in the middle, however long a busy machine takes to come to it.
@pytest.mark.parametrize("slow", ["120"], indirect=True)
@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_start_that_is_stopped_is_mended_by_the_next(
    copy: Copy, slow: subprocess.Popen[str], sent: signal.Signals, code: int
) -> None:
    os.killpg(slow.pid, sent)
    _, said = slow.communicate(timeout=20)
    assert slow.returncode == code
    if sent != signal.SIGKILL:
        assert "the next start mends that" in said
        assert not (copy.venv / ".lock").exists()
    assert not (copy.venv / ".installed-run").exists()
    copy.calls("")
    assert copy.run("again").stdout == f"<again>{copy.folder}/var\n"
    assert copy.calls("-m venv") == 1
    assert copy.run().stderr == ""


@pytest.mark.parametrize("owner", [None, "999999999 5", "1 5"], ids=["none", "dead", "another"])
def test_lock_of_a_start_that_died_is_taken_away(copy: Copy, owner: str | None) -> None:
    """The last one is a process that lives but began at another time: its number was used again."""
    lock = copy.venv / ".lock"
    lock.mkdir(parents=True)
    if owner:
        (lock / "owner").write_text(f"{owner}\n", "utf-8")
    assert copy.run("x").stdout == f"<x>{copy.folder}/var\n"
    assert not lock.exists()


# --- where it lies, and what it must not be fooled by ------------------------------------------


@pytest.mark.parametrize("name", ["two words", "Siân 安全 'n' $HOME", "-n"])
def test_folder_with_an_odd_name_works(tmp_path: Path, name: str) -> None:
    odd = make_copy(tmp_path / name, tmp_path)
    assert odd.run("x").stdout == f"<x>{tmp_path}/{name}/var\n"
    assert odd.run("x").stderr == ""


def test_start_through_links_finds_its_own_folder(copy: Copy, tmp_path: Path) -> None:
    (copy.tools / "first").symlink_to(copy.folder / "safehub")
    (copy.tools / "second").symlink_to("first")
    for command in (str(copy.tools / "second"), "second"):
        result = subprocess.run(
            ["sh", "-c", f"{command} x"],
            env=copy.environment(),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.stdout == f"<x>{copy.folder}/var\n", result.stderr


def test_settings_of_other_environments_do_not_reach_pip_but_the_index_does(copy: Copy) -> None:
    elsewhere = {"PIP_TARGET": "/elsewhere", "PYTHONPATH": "/elsewhere", "CDPATH": "/"}
    assert copy.run(**elsewhere, PIP_INDEX_URL="the-users-own").returncode == 0
    seen = Path(f"{copy.calls_file}.settings").read_text("utf-8").splitlines()
    assert set(seen) == {"||the-users-own"}


# --- one sentence when something is missing ----------------------------------------------------


def test_no_python_is_said_in_one_sentence(copy: Copy) -> None:
    copy.python.unlink()
    assert "there is no Python here" in only_sentence(copy.run())


def test_python_that_is_too_old_is_named(copy: Copy) -> None:
    said = only_sentence(copy.run(VERSION="3.10.13"))
    assert "needs Python 3.11 or later, and found only Python 3.10.13 (python3)" in said


def test_old_python_beside_a_newer_one_is_passed_over(copy: Copy) -> None:
    newer = copy.tools / "python3.12"
    newer.write_text(STAND_IN.replace("$VERSION", "3.12.4"), "utf-8")
    newer.chmod(0o755)
    assert "with Python 3.12.4" in copy.run(VERSION="3.9.2").stderr


def test_python_without_venv_is_said_with_the_package_that_brings_it(copy: Copy) -> None:
    said = only_sentence(copy.run(NO_VENV="1"))
    assert "has no venv module" in said
    assert "python3-venv" in said


def test_python_that_was_asked_for_and_does_not_run_is_not_replaced(copy: Copy) -> None:
    said = only_sentence(copy.run(SAFEHUB_PYTHON="/no/such/python"))
    assert "SAFEHUB_PYTHON names /no/such/python, which does not run" in said


@pytest.mark.parametrize(
    ("pip_says", "sentence"),
    [
        ("NewConnectionError: Failed to establish a new connection", "needs the network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "is not the one that"),
        ("ERROR: No matching distribution found for x", "no ready-made package"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("something else", "pip could not install requirements/run.txt"),
    ],
)
def test_pip_that_fails_is_explained_and_its_log_kept(
    copy: Copy, pip_says: str, sentence: str
) -> None:
    said = only_sentence(copy.run(PIP_SAYS=pip_says))
    assert sentence in said
    log = copy.venv / "setup.log"
    assert log.read_text("utf-8") == f"{pip_says}\n"
    assert str(log) in said or "disk" in said
    # Nothing was changed yet, so the environment is kept and the next start goes on from there.
    copy.calls("")
    assert copy.run().returncode == 0
    assert copy.calls("-m venv") == 0


def test_failed_update_leaves_nothing_that_claims_to_be_current(copy: Copy) -> None:
    copy.run()
    (copy.folder / "requirements/run.txt").write_text("changed\n", "utf-8")
    only_sentence(copy.run(PIP_SAYS="Installing collected packages: x\nERROR: torn"))
    assert (copy.venv / ".unfinished").exists()
    assert "making .venv" in copy.run().stderr


def test_folder_that_cannot_be_written_is_named(copy: Copy) -> None:
    # A file in the way refuses everybody, where permission bits would not refuse root.
    copy.venv.write_text("", "utf-8")
    assert f"Safehub cannot write in {copy.folder}" in only_sentence(copy.run())


def test_copy_without_its_requirements_says_so(copy: Copy) -> None:
    shutil.rmtree(copy.folder / "requirements")
    assert "is not whole" in only_sentence(copy.run())


# --- ./safehub test ----------------------------------------------------------------------------


def test_tests_run_on_sqlite_in_a_home_that_is_gone_afterwards(copy: Copy) -> None:
    result = copy.run("test", "-k", "two words", DATABASE_URL="postgres://live", ENDS="3")
    assert result.returncode == 3
    told = r"-m pytest -n auto --dist worksteal -rs -k two words lane=fast database=none "
    found = re.match(told + r"home=(\S+)", result.stdout)
    assert found, result.stdout
    home = Path(found.group(1))
    assert str(home) in result.stdout.splitlines()[1]
    assert not home.exists()
    assert "installing requirements/test.txt" in result.stderr


def test_tests_in_the_full_lane_say_so(copy: Copy) -> None:
    result = copy.run("test", "--full", "-x")
    assert "-m pytest -n auto --dist worksteal -rs -x lane=full database=none" in result.stdout
    assert "running the full lane on SQLite" in result.stderr


def test_tests_on_postgres_get_a_server_of_their_own(copy: Copy) -> None:
    server = copy.folder / ".ci/postgres"
    server.parent.mkdir()
    server.write_text('#!/bin/sh\nshift; export DATABASE_URL=served; exec "$@"\n', "utf-8")
    server.chmod(0o755)
    result = copy.run("test", "--full", "--postgres", DATABASE_URL="postgres://live")
    assert "lane=full database=served" in result.stdout


def test_tests_have_a_stamp_of_their_own(copy: Copy) -> None:
    copy.run("test")
    copy.calls("")
    (copy.folder / "requirements/test.txt").write_text("changed\n", "utf-8")
    assert copy.run().stderr == ""
    assert copy.calls("") == 0
    assert "installing requirements/test.txt" in copy.run("test").stderr
    assert copy.calls("-m pip") == 1
    assert "installing" not in copy.run("test").stderr
