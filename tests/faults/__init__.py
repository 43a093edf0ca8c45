"""The fault harness: real processes, killed and starved; a ledger that anyone can count again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.kinds import Kind


def all_kinds() -> list[Kind]:
    """Every class of faults there is."""
    from importlib import import_module

    from faults.kinds import KINDS

    for part in ("store", "mail", "worker", "trail", "migration", "web", "return", "backup"):
        import_module(f"faults.{part}_faults")
    return KINDS
