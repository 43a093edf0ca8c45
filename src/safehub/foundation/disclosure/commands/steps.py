"""What every step of a disclosure does: ask, lock, move on, refuse what is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from safehub.foundation.access import decision
from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import Refusal
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.disclosure.models import Composed, Disclosure
from safehub.foundation.disclosure.outgoing import Outgoing
from safehub.foundation.disclosure.queries import barred_pairs
from safehub.foundation.disclosure.rules import outgoing_digest
from safehub.foundation.disclosure.states import MOVES, DisclosureState
from safehub.foundation.disclosure.stored import stored_outgoing
from safehub.foundation.errors import EditConflict, NotPossible

Check = Callable[[Viewer, str, Disclosure | None], object]
CONTENT = (FieldClass.PROTECTED,)
BATCH = 500


def checked(viewer: Viewer, action: str, disclosure: Disclosure | None) -> None:
    """Ask the access rules alone."""
    decision.check(viewer, action, disclosure)


def person(by: Viewer) -> int:
    """A second person can only be told from a first, so the machine itself does none of this."""
    if by.person is None:
        raise not_allowed(
            "Only a person who has signed in may work on a disclosure.",
            Refusal(by, "disclosure.edit", None, Reason.ROLE),
        )
    return by.person


def locked(disclosure: Disclosure, by: Viewer, action: str, check: Check) -> Disclosure:
    """The disclosure as it stands now, held until the end of the transaction."""
    person(by)
    found = Disclosure.objects.select_for_update().get(pk=disclosure.pk)
    check(by, action, found)
    return found


def move(disclosure: Disclosure, to: DisclosureState, **fields: Any) -> None:
    """Move on, from the very state that was looked at. Raises NotPossible and EditConflict."""
    before = DisclosureState(disclosure.state)
    if to not in MOVES[before]:
        raise NotPossible(f"This disclosure is {before.value} and cannot become {to.value}.")
    moved = Disclosure.objects.filter(pk=disclosure.pk, state=before.value)
    if moved.update(state=to.value, **fields) != 1:
        raise EditConflict("Somebody else has moved this disclosure on: open it again.")
    disclosure.state = to.value


def back_to_draft(disclosure: Disclosure) -> None:
    """Undo check and clearance, since something of what they covered changes."""
    if disclosure.state != DisclosureState.DRAFTED:
        move(
            disclosure,
            DisclosureState.DRAFTED,
            checked_by=None,
            checked_at=None,
            cleared_by=None,
            cleared_at=None,
            clearance="",
        )
    Composed.objects.filter(recipient__disclosure=disclosure).delete()


def undecided(disclosure: Disclosure) -> int:
    """How many hits and unread parts nobody has decided yet. Two queries."""
    words = disclosure.found_words.filter(decision="").count()
    return words + disclosure.unread_parts.filter(answer="").count()


def refuse_open(disclosure: Disclosure, outgoing: Outgoing) -> None:
    """Raises NotPossible for whatever still stands in the way."""
    stored = stored_outgoing(disclosure, outgoing.protected)
    if disclosure.scanned_at is None or outgoing_digest(stored) != outgoing_digest(outgoing):
        raise NotPossible("The items or recipients are not those that were scanned: scan again.")
    count = undecided(disclosure)
    if count:
        raise NotPossible(f"{count} hits or unread parts are not decided yet: decide each.")
    barred = barred_pairs(disclosure)
    if barred:
        _, _, why = barred[0]
        raise NotPossible(
            f"An item cannot go to a recipient, since {why}. Leave the item out for them, or leave "
            f"them out. In all {len(barred)} such pairs stand in the way."
        )
