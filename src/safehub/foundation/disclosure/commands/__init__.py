"""What changes disclosures. Each asks the access rules, is one transaction and is in the trail.

`check` may be given by an app that guards the record it is about as well; it is called with the
viewer, the action and the record, and raises Absent or NotAllowed.
"""

from __future__ import annotations

from safehub.foundation.disclosure.commands.deciding import (
    answer_unread,
    decide_hit,
    exclude_item,
    remove_item,
    replace_file,
)
from safehub.foundation.disclosure.commands.drafting import prepare, scan
from safehub.foundation.disclosure.commands.recording import refuse_sharing, switch_basis
from safehub.foundation.disclosure.commands.releasing import clear, compose, release, withdraw
from safehub.foundation.disclosure.commands.steps import Check

__all__ = [
    "Check",
    "answer_unread",
    "clear",
    "compose",
    "decide_hit",
    "exclude_item",
    "prepare",
    "refuse_sharing",
    "release",
    "remove_item",
    "replace_file",
    "scan",
    "switch_basis",
    "withdraw",
]
