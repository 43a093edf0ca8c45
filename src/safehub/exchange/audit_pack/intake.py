"""Taking packs in before anything is stored: no database is needed for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from safehub.exchange.audit_pack.reading import ImmediateRisk, Looked, Pack, look
from safehub.foundation.errors import Refused
from safehub.foundation.mistakes import Mistake

Say = Callable[[str], None]

PREVIOUS = "previous pack, "


class RefusedAtRisk(Refused):
    """A pack that was refused, in which rows say that a child is at immediate risk now."""

    def __init__(self, mistakes: list[Mistake], at_risk: list[ImmediateRisk]) -> None:
        super().__init__(mistakes)
        self.at_risk = at_risk


def read_packs(folder: Path, previous: Path | None, say: Say) -> tuple[Pack, Pack | None]:
    """Both packs, or every mistake in either. Raises RefusedAtRisk and NotFound."""
    say(f"Reading {folder}")
    looked = look(folder)
    before: Looked | None = None
    if previous is not None:
        say(f"Reading {previous}")
        before = look(previous)
    mistakes = list(looked.mistakes)
    if before is not None:
        mistakes += [
            Mistake(PREVIOUS + wrong.file, wrong.place, wrong.found, wrong.wanted)
            for wrong in before.mistakes
        ]
    if mistakes or looked.pack is None:
        raise RefusedAtRisk(mistakes, looked.at_risk)
    return looked.pack, before.pack if before is not None else None


def said_of_risk(at_risk: Iterable[ImmediateRisk]) -> list[str]:
    """A line for each child whom a return says to be at immediate risk now."""
    return [
        f"IMMEDIATE RISK: {risk.agency}{f', {risk.respondent}' if risk.respondent else ''}, "
        f"case {risk.case}: a return says that a child is at immediate risk now. "
        "Tell the agency's safeguarding lead and children's social care at once."
        for risk in at_risk
    ]
