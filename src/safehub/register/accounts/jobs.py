"""What the worker does for people: telling those who answer for a record of an alert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safehub.foundation.access.commands import ALERT_JOB
from safehub.foundation.access.queries import alert_with
from safehub.foundation.outbox.commands import tell
from safehub.foundation.outbox.jobs import job
from safehub.foundation.records import RecordRef
from safehub.register.accounts.queries import answering_for, privacy_officers_of


@job(ALERT_JOB)
def tell_of_alert(payload: Mapping[str, Any]) -> None:
    """Tell the privacy officers, and whoever answers for the record, by its number and no name."""
    alert = alert_with(payload["alert"])
    if alert is None:
        return
    on = RecordRef(alert.kind, alert.key)
    told = {person.pk: (person, "alert.raised") for person in answering_for(on, alert.partnership)}
    told |= {
        person.pk: (person, "alert.to_officer") for person in privacy_officers_of(alert.partnership)
    }
    for person, notice in told.values():
        # Nobody is told of what they did themselves.
        if person.pk != alert.person_id:
            tell(
                notice,
                to=person.email,
                reference=f"alert {alert.pk}",
                link="/alerts/" if notice == "alert.to_officer" else "/glass/",
                once=f"alert:{alert.pk}:{person.pk}",
            )
