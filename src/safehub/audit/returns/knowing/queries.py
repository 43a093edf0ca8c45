"""Reading whether agencies know the children of the sample."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case as When_
from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value, When

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import Knowing, KnowingSaid, KnownAnswer
from safehub.audit.returns.queries.knowing import is_asked, is_open, returned
from safehub.audit.sampling.drawing.queries import Identity, identity_in
from safehub.audit.sampling.queries import cases_drawn
from safehub.audit.sampling.rows import columns_chosen
from safehub.foundation.access.decision import classes_shown, open_record, visible_to
from safehub.foundation.access.queries import facts_of
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.paging import Paged, paged
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.commands import noted
from safehub.instruments.tools import NO, YES

CASES_A_PAGE = 25
_WHO = (FieldClass.IDENTITY, FieldClass.PROTECTED)


@dataclass(frozen=True)
class Child:
    """Who a child is, as the frame says: the columns chosen for it, and the keys of the frame."""

    identity: Identity
    referral: str
    child: str
    referred_on: dt.date
    is_mapped: bool


@dataclass(frozen=True)
class Question:
    """One question as its agency sees it. `child` is there only while it is open.

    `standing` is an answer, blank while none was given; a return of the agency says more than what
    was answered here. `last` is what was said last.
    """

    knowing: Knowing
    standing: str
    is_open: bool
    child: Child | None = None
    last: KnowingSaid | None = None


def _every() -> QuerySet[Knowing]:
    """Each with what it comes to: a return that says so goes before what was answered here."""
    standing = When_(
        When(returned(YES), then=Value(KnownAnswer.KNOWN.value)),
        When(returned(NO), then=Value(KnownAnswer.NOT_KNOWN.value)),
        default=F("answer"),
        output_field=CharField(),
    )
    return (
        Knowing.objects.filter(is_asked())
        .select_related("participant__audit", "case__referral__frame")
        .annotate(standing=standing)
    )


def questions_for(
    viewer: Viewer, audit: Audit, page: str | None = None
) -> tuple[list[Question], Paged, int]:
    """A page of what the viewer's agency is asked, by number, and how many are open in all.

    Who the child is comes with those that are open, each look noted on the trail of its case. Six
    queries and two for who they are.
    """
    mine = Knowing.objects.filter(is_asked(), participant__agency=viewer.organisation)
    seen = visible_to(viewer, "knowing.see", mine.filter(participant__audit=audit))
    part = paged(page, size=CASES_A_PAGE, total=seen.count())
    left = seen.filter(is_open()).count()
    shown = _every().filter(pk__in=seen.order_by("case__number", "pk").values("pk"))
    rows = list(shown.order_by("case__number", "pk")[part.part])
    return _questions(viewer, rows), part, left


def one_question(viewer: Viewer, reference: str, key: int) -> Question:
    """One question, opened; who the child is only while it is open. Raises Absent. Six queries."""
    found = _every().filter(participant__audit__reference=reference)
    knowing = open_record(viewer, "knowing.see", found, pk=key)
    return _questions(viewer, [knowing])[0]


def _questions(viewer: Viewer, rows: list[Knowing]) -> list[Question]:
    keys = [one.pk for one in rows]
    these = Knowing.objects.filter(pk__in=keys)
    open_keys = set(these.filter(is_open()).values_list("pk", flat=True))
    shown = _who_shows(viewer, these)
    last: dict[int, KnowingSaid] = {}
    for said in KnowingSaid.objects.filter(knowing__in=keys).select_related("said_by"):
        last[said.knowing_id] = said
    for one in rows:
        if one.pk in shown:
            noted(
                "knowing.see_child",
                by=viewer,
                on=RecordRef("sampling.case", one.case_id),
                classes=_WHO,
            )
    return [
        Question(
            knowing=one,
            standing=getattr(one, "standing", one.answer),
            is_open=one.pk in open_keys,
            child=_child(one) if one.pk in shown else None,
            last=last.get(one.pk),
        )
        for one in rows
    ]


def _who_shows(viewer: Viewer, these: QuerySet[Knowing]) -> set[int]:
    """Of which of them the viewer may be shown who the child is."""
    keys = set(
        visible_to(viewer, "knowing.see_child", these).order_by().values_list("pk", flat=True)
    )
    if not keys:
        return keys
    found = facts_of(viewer, "returns.knowing", keys)
    return {
        key
        for key, facts in found.items()
        if set(_WHO) <= classes_shown(viewer, "knowing.see_child", facts)
    }


def _child(one: Knowing) -> Child:
    referral = one.case.referral
    return Child(
        identity=identity_in(one.case),
        referral=referral.referral_id,
        child=referral.child_id,
        referred_on=referral.referred_on,
        is_mapped=bool(columns_chosen(referral.frame.mapping)),
    )


@dataclass(frozen=True)
class Asked:
    """How far one agency is. `waits_since` is when the oldest open question was asked."""

    participant: Participant
    asked: int = 0
    known: int = 0
    not_known: int = 0
    cannot_tell: int = 0
    waiting: int = 0
    waits_since: dt.datetime | None = None

    @property
    def is_open(self) -> int:
        """How many questions are not settled."""
        return self.cannot_tell + self.waiting


def asked_of(viewer: Viewer, audit: Audit) -> list[Asked]:
    """How far each agency is with what it was asked, in the order of the terms. Three queries."""
    seen = visible_to(viewer, "knowing.see", Knowing.objects.filter(participant__audit=audit))
    asked = seen.filter(is_asked()).order_by()
    yes, no = returned(YES), returned(NO)
    known = yes | (~no & Q(answer=KnownAnswer.KNOWN))
    unsettled = ~yes & ~no
    waiting = unsettled & Q(answer="")
    counted = asked.values("participant").annotate(
        asked=Count("pk"),
        known=Count("pk", filter=known),
        cannot_tell=Count("pk", filter=unsettled & Q(answer=KnownAnswer.CANNOT_TELL)),
        waiting=Count("pk", filter=waiting),
        waits_since=Min("asked_at", filter=waiting),
    )
    names = ("participant", "asked", "known", "cannot_tell", "waiting", "waits_since")
    found = {row[0]: row[1:] for row in counted.values_list(*names)}
    standings = []
    for one in audit.participants.order_by("position"):
        total, knows, cannot, waits, since = found.get(one.pk, (0, 0, 0, 0, None))
        not_known = total - knows - cannot - waits
        standings.append(Asked(one, total, knows, not_known, cannot, waits, since))
    return standings


def not_asked_yet(audit: Audit, asked: list[Asked]) -> int:
    """How many questions are still to be asked, beside those of each agency. One query."""
    cases = cases_drawn(audit).filter(number__isnull=False, withdrawal_position=None).count()
    return cases * len(asked) - sum(one.asked for one in asked)
