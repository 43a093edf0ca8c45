"""What pages say of matters of practice or conduct."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import ConductMatter
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import moment
from safehub.register.accounts.models import Person

SENT = Tag("Sent to the employer", "blue")
WAITING = Tag("Not acknowledged", "red")
IN_HAND = Tag("Acknowledged", "yellow")
ENDED = Tag("Outcome recorded", "green")


def state_of(matter: ConductMatter, *, is_answered_for: bool) -> Tag:
    """How far it is; to whoever raised it only that it was sent."""
    if not is_answered_for:
        return SENT
    if matter.concluded_at is not None:
        return ENDED
    return IN_HAND if matter.acknowledged_at is not None else WAITING


def matter_rows(
    audit: Audit, matters: Sequence[ConductMatter], answered_for: Collection[int]
) -> list[list[object]]:
    """A row for each matter."""
    return [
        [
            Link(f"Matter {one.pk}", reverse("audit:matter", args=[audit.reference, one.pk])),
            f"Case {one.case.number}",
            one.participant.name,
            moment(one.raised_at),
            state_of(one, is_answered_for=one.pk in answered_for),
        ]
        for one in matters
    ]


def matter_facts(matter: ConductMatter, classes: frozenset[FieldClass]) -> list[Fact]:
    """What is known of it. Whoever raised it learns that it was sent, and nothing else."""
    to = "the office of the partnership" if matter.is_for_office else matter.participant.name
    facts = [
        Fact("Case", matter.case.number),
        Fact("Agency", matter.participant.name),
        Fact("Sent to", f"The safeguarding lead of {to}"),
    ]
    if not {FieldClass.OPINION, FieldClass.STAFF} <= classes:
        return [*facts, Fact("Sent", moment(matter.raised_at))]
    facts += [
        Fact("About", matter.get_kind_display()),
        Fact("Matter", matter.what),
        Fact("Raised", _when(matter.raised_at, matter.raised_by)),
    ]
    if matter.acknowledged_at is not None:
        facts.append(Fact("Acknowledged", _when(matter.acknowledged_at, matter.acknowledged_by)))
    if matter.concluded_at is not None:
        facts += [
            Fact("What came of it", matter.outcome),
            Fact("Recorded", _when(matter.concluded_at, matter.concluded_by)),
        ]
    return facts


def _when(at: dt.datetime | None, person: Person | None) -> str:
    return f"{moment(at)}, by {person.name if person else 'the operator of the machine'}"
