"""What pages say of alerts of immediate risk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import RiskAlert
from safehub.audit.returns.presenters import MASKED
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import moment
from safehub.register.accounts.models import Person

RAISED = Tag("Not acknowledged", "red")
IN_HAND = Tag("In hand", "yellow")
ENDED = Tag("Outcome recorded", "green")


def state_of(alert: RiskAlert) -> Tag:
    """How far it is."""
    if alert.concluded_at is not None:
        return ENDED
    return IN_HAND if alert.acknowledged_at is not None else RAISED


def risk_rows(audit: Audit, alerts: Sequence[RiskAlert]) -> list[list[object]]:
    """A row for each alert."""
    return [
        [
            Link(f"Case {one.case.number}", reverse("audit:risk", args=[audit.reference, one.pk])),
            one.participant.name,
            moment(one.raised_at),
            state_of(one),
        ]
        for one in alerts
    ]


def risk_facts(alert: RiskAlert, classes: frozenset[FieldClass]) -> list[Fact]:
    """What is known of it; what the viewer may not see is masked."""
    words = FieldClass.OPINION in classes
    staff = FieldClass.STAFF in classes
    facts = [
        Fact("Case", alert.case.number),
        Fact("Agency", alert.participant.name),
        Fact("Worry", alert.what if words else MASKED),
        Fact("Raised", _when(alert.raised_at, alert.raised_by, staff)),
    ]
    if alert.acknowledged_at is not None:
        facts.append(
            Fact("Acknowledged", _when(alert.acknowledged_at, alert.acknowledged_by, staff))
        )
    if alert.concluded_at is not None:
        facts += [
            Fact("What was done", alert.outcome if words else MASKED),
            Fact("Recorded", _when(alert.concluded_at, alert.concluded_by, staff)),
        ]
    return facts


def _when(at: dt.datetime | None, person: Person | None, is_shown: bool) -> str:
    if not is_shown:
        return moment(at)
    return f"{moment(at)}, by {person.name if person else 'the operator of the machine'}"
