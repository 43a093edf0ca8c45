"""What pages say of alerts of immediate risk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import RiskAlert
from safehub.audit.returns.presenters import MASKED
from safehub.audit.returns.risks.queries import Answering
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


NO_REFERRAL = "That is no referral: if nobody has rung children's social care or 999 yet, ring now."


def who_was_told(alert: RiskAlert, who: Answering) -> str:
    """What whoever raised it reads: who is told, and where nobody can be, that."""
    agency, raiser = alert.participant.name, alert.raised_by_id
    others = [one for one in who.told(raiser) if one.pk != raiser]
    if not others:
        return (
            f"It is recorded, but nobody else here could be told: {agency} has no safeguarding "
            "lead here. Tell them yourself now, and ask for a safeguarding lead to be added. "
            f"{NO_REFERRAL}"
        )
    office = [one for one in who.office if one.pk != raiser]
    told = []
    if not who.lacks_a_lead(raiser):
        told.append("the safeguarding lead")
    elif any(one.pk != raiser for one in who.stand_ins):
        told.append("the agency's coordinators and sign-off")
    if office:
        told.append("the coordinator")
    words = " and ".join(told)
    verb = "is" if told == ["the safeguarding lead"] or told == ["the coordinator"] else "are"
    lack = (
        f" {agency} has no other safeguarding lead here: tell it yourself too."
        if who.lacks_a_lead(raiser)
        else ""
    )
    return f"{words[0].upper()}{words[1:]} {verb} told.{lack} {NO_REFERRAL}"


def _when(at: dt.datetime | None, person: Person | None, is_shown: bool) -> str:
    if not is_shown:
        return moment(at)
    return f"{moment(at)}, by {person.name if person else 'the operator of the machine'}"
