"""What the doctor finds: how something stands, in a sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import DatabaseError

from safehub.foundation.errors import SafehubError


class State(StrEnum):
    """How a thing stands. A failure must be mended; a warning should be looked at."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `what_to_do` is blank where there is nothing to do."""

    check: str
    state: State
    said: str
    what_to_do: str = ""


def ok(check: str, said: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, said)


def warn(check: str, said: str, what_to_do: str) -> Finding:
    """It works, and should be looked at."""
    return Finding(check, State.WARN, said, what_to_do)


def fail(check: str, said: str, what_to_do: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding(check, State.FAIL, said, what_to_do)


Check = Callable[[], Iterator[Finding]]


def findings_of(name: str, check: Check) -> Iterator[Finding]:
    """What a check finds. One that cannot be made has found something: it does not stop others."""
    try:
        yield from check()
    except (SafehubError, OSError, DatabaseError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        yield fail(name, f"This could not be looked at: {said}", "Mend that, and look again.")
