"""What pages say of audits."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.foundation.govuk.parts import Link, Tag
from safehub.foundation.govuk.wording import day


def audit_rows(audits: Iterable[Audit]) -> list[list[object]]:
    """A row of a table for each audit."""
    return [
        [
            Link(audit.title, reverse("audit:round", args=[audit.reference])),
            audit.kind.capitalize(),
            f"{day(audit.period_from)} to {day(audit.period_to)}",
            day(audit.returns_due_on) if audit.returns_due_on else "Not set",
            where_it_stands(audit),
        ]
        for audit in audits
    ]


def where_it_stands(audit: Audit) -> Tag:
    """Whether agencies still answer, or the meeting has opened the round."""
    return Tag("Opened", "green") if audit.opened_at else Tag("Gathering returns", "blue")
