"""Asking for a decision: `decide`, and `check`, which records what was read and raises refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from safehub.foundation.access.facts import Context, Decision, Facts
from safehub.foundation.access.judging import judge
from safehub.foundation.access.queries import facts_of, policy, visible_to
from safehub.foundation.access.queries.bearing import facts_remembered
from safehub.foundation.access.reasons import WORDS, Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Outcome
from safehub.foundation.errors import Absent, NotAllowed
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.commands import noted

M = TypeVar("M", bound=Model)

_PLAIN = Context()


@dataclass(frozen=True)
class Refusal:
    """What a refusal is recorded as, once the transaction that it broke off is rolled back."""

    viewer: Viewer | None
    action: str
    on: RecordRef | None
    reason: Reason


def decide(
    viewer: Viewer,
    action: str,
    record: Model | RecordRef | None,
    field_class: FieldClass | None = None,
    context: Context = _PLAIN,
) -> Decision:
    """May the viewer do this to the record, or see this class of its fields? Records nothing.

    One query, two where labels or broken glass bear on the record; none without a record.
    """
    return judge(
        policy(),
        viewer,
        action,
        _facts(viewer, record),
        at=_at(viewer),
        field_class=field_class,
        context=context,
    )


def _at(viewer: Viewer) -> dt.datetime:
    return viewer.at or timezone.now()


def _facts(viewer: Viewer, record: Model | RecordRef | None) -> Facts | None:
    if record is None:
        return None
    ref = record if isinstance(record, RecordRef) else ref_of(record)
    if ref.kind not in policy().kinds:
        return Facts(ref.kind, ref.key)
    # A record that is not there stands in no relation to anybody.
    kept = facts_remembered()
    if kept is not None and (viewer, ref) in kept:
        return kept[viewer, ref]
    asked = facts_of(viewer, ref.kind, [ref.key], whole=False)
    found = asked.get(ref.key, Facts(ref.kind, ref.key))
    if kept is not None:
        kept[viewer, ref] = found
    return found


def check(
    viewer: Viewer | None,
    action: str,
    record: Model | RecordRef | None = None,
    *,
    context: Context = _PLAIN,
    classes: Iterable[FieldClass] = (),
) -> Decision:
    """Raise Absent or NotAllowed unless allowed. A read that is allowed is noted in the trail.

    An act that is allowed is recorded by its command, in the same transaction.
    """
    ref = record if record is None or isinstance(record, RecordRef) else ref_of(record)
    if viewer is None:
        raise refused(Refusal(None, action, ref, Reason.UNKNOWN), Outcome.ABSENT)
    decision = decide(viewer, action, ref, context=context)
    if not decision.is_allowed:
        raise refused(Refusal(viewer, action, ref, decision.reason), decision.outcome)
    if policy().actions[action].is_read:
        noted(action, by=viewer, on=ref, reason=decision.reason, classes=classes)
    return decision


def refused(refusal: Refusal, outcome: Outcome) -> Absent | NotAllowed:
    """The error for a refusal: it carries what the edge records once all is rolled back."""
    action = policy().actions.get(refusal.action)
    error: Absent | NotAllowed
    if outcome is Outcome.REFUSED and action is not None:
        error = NotAllowed(f"You may not {action.label}: {WORDS[refusal.reason]}.")
    else:
        error = Absent("There is nothing here that you may see.")
        error.offers_glass = outcome is Outcome.BREAK_GLASS
    error.refusal = refusal
    return error


def open_record(
    viewer: Viewer | None,
    action: str,
    records: QuerySet[M],
    *,
    context: Context = _PLAIN,
    **named: object,
) -> M:
    """The one record of that name, opened: it is checked and the read is noted.

    Raises Absent alike whether it is not there or not there for this viewer. Two queries.
    """
    found = records.filter(**named).first()
    return open_found(viewer, action, records.model, found, context=context)


def open_found(
    viewer: Viewer | None,
    action: str,
    model: type[M],
    found: M | None,
    *,
    context: Context = _PLAIN,
) -> M:
    """As `open_record`, of the record that was found, or None where there is none. One query."""
    if found is None:
        if viewer is not None:
            # The same work as for a record that is there: how long it takes must not tell.
            decide(viewer, action, RecordRef(model._meta.label_lower, 0))
        raise refused(Refusal(viewer, action, None, Reason.UNKNOWN), Outcome.ABSENT)
    check(viewer, action, found, context=context)
    return found


class HasKey(Protocol):
    """A record, or what a page shows of one."""

    @property
    def pk(self) -> Any:
        """The key of the record."""
        ...


def noted_list(viewer: Viewer | None, action: str, records: Iterable[HasKey]) -> None:
    """Note that a list was read, with the keys that it showed: one event for all of them."""
    shown = list(records)
    if viewer is not None and shown:
        noted(action, by=viewer, detail={"listed": [int(one.pk) for one in shown]})


def classes_of(
    viewer: Viewer, action: str, record: Model, context: Context = _PLAIN
) -> frozenset[FieldClass]:
    """The classes of fields of the record that show to the viewer. One query, as `decide`."""
    facts = _facts(viewer, record)
    assert facts is not None  # noqa: S101 - a record has facts
    return classes_shown(viewer, action, facts, context)


def may(viewer: Viewer | None, action: str, record: Model | RecordRef | None = None) -> bool:
    """Whether it is allowed, for showing or leaving out a link. Records nothing."""
    return viewer is not None and decide(viewer, action, record).is_allowed


def classes_shown(
    viewer: Viewer, action: str, facts: Facts, context: Context = _PLAIN
) -> frozenset[FieldClass]:
    """The classes of fields that show of a record whose facts are known. No query."""
    rules, at = policy(), _at(viewer)
    return frozenset(
        one
        for one in FieldClass
        if judge(rules, viewer, action, facts, at=at, field_class=one, context=context).is_allowed
    )


__all__ = [
    "Refusal",
    "check",
    "classes_shown",
    "decide",
    "may",
    "open_record",
    "refused",
    "visible_to",
]
