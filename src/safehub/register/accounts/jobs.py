"""What the worker does for people: telling those who answer for a record of an alert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from safehub.foundation.access.commands import ALERT_JOB
from safehub.foundation.access.queries import alert_with, guardians_of
from safehub.foundation.access.states import OF_SEAL
from safehub.foundation.outbox.commands import tell
from safehub.foundation.outbox.jobs import job
from safehub.foundation.records import RecordRef
from safehub.register.accounts.queries import answering_for, privacy_officers_of


@job(ALERT_JOB)
def tell_of_alert(payload: Mapping[str, Any]) -> None:
    """Tell the privacy officers, and whoever answers for the record or guards it, with no name."""
    alert = alert_with(payload["alert"])
    if alert is None:
        return
    on = RecordRef(alert.kind, alert.key)
    told: dict[int, tuple[str, str]] = {}
    if alert.what in OF_SEAL:
        # Its guardians, and not whoever else answers for the record: they may be shut out by it.
        told |= {key: (email, "alert.to_guardian") for key, email in guardians_of(on)}
    else:
        answering = answering_for(on, alert.partnership)
        told |= {person.pk: (person.email, "alert.raised") for person in answering}
    officers = privacy_officers_of(alert.partnership)
    told |= {person.pk: (person.email, "alert.to_officer") for person in officers}
    for key, (email, notice) in told.items():
        # Nobody is told of what they did themselves.
        if key != alert.person_id:
            tell(
                notice,
                to=email,
                reference=f"alert {alert.pk}",
                link=_LINKS.get(notice) or reverse("trail", args=[on.kind, on.key]),
                once=f"alert:{alert.pk}:{key}",
            )


_LINKS = {"alert.to_officer": "/alerts/", "alert.raised": "/glass/"}
