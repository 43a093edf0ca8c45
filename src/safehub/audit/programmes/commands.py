"""What changes audits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from safehub.audit.programmes.models import Audit, Participant, Theme
from safehub.audit.programmes.plans import Plan
from safehub.audit.programmes.terms import Terms
from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import Refusal, check
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import EditConflict
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.models import ToolVersion
from safehub.register.agencies.commands import register_agency, register_partnership
from safehub.register.agencies.models import Partnership

_LONGEST_REFERENCE = 100


@transaction.atomic
def commission_audit(
    *, terms: Terms, tool_version: ToolVersion, pack_sha256: str, name: str, by: Viewer
) -> Audit:
    """Keep the terms of a pack. `name` suggests the reference; one in use gets a number.

    Raises NotAllowed for the audit of another partnership than the one acted for.
    """
    check(by, "audit.commission")
    partnership = register_partnership(name=terms.board, by=by)
    if by.partnership not in (None, partnership.pk):
        raise not_allowed(
            f"You act for another partnership than {terms.board}: commission its audits there.",
            Refusal(by, "audit.commission", None, Reason.RELATION),
        )
    return keep_audit(
        terms=terms,
        tool_version=tool_version,
        partnership=partnership,
        by=by,
        pack_sha256=pack_sha256,
        name=name,
    )


@transaction.atomic
def keep_audit(
    *,
    terms: Terms,
    tool_version: ToolVersion,
    partnership: Partnership,
    by: Viewer,
    pack_sha256: str | None = None,
    name: str = "",
) -> Audit:
    """The audit of these terms, for a command that has asked whether it may be commissioned."""
    audit = Audit.objects.create(
        reference=_free_reference(name or terms.title),
        pack_sha256=pack_sha256,
        partnership=partnership,
        tool_version=tool_version,
        title=terms.title,
        kind=terms.kind.value,
        period_from=terms.period_from,
        period_to=terms.period_to,
        owner=terms.owner,
        programme=terms.programme,
        commissioned_by=terms.commissioned_by,
        commissioned_on=terms.commissioned_on,
        reason=terms.reason,
        returns_due_on=terms.returns_due_on,
        meeting_on=terms.meeting_on,
        key_lines_of_enquiry=list(terms.key_lines_of_enquiry),
        grading_question=terms.grading.question if terms.grading else "",
        met_good=list(terms.grading.met_good) if terms.grading else [],
        sampling_plan=plan_as_data(terms.plan),
        invented=[what.value for what in terms.invented],
    )
    Theme.objects.bulk_create(
        Theme(audit=audit, position=position, **asdict(theme))
        for position, theme in enumerate(terms.themes, start=1)
    )
    for position, terms_of in enumerate(terms.agencies, start=1):
        agency = register_agency(
            partnership=partnership,
            code=terms_of.code,
            name=terms_of.name,
            kind=terms_of.kind,
            by=by,
        )
        Participant.objects.create(
            audit=audit,
            agency=agency,
            position=position,
            code=terms_of.code,
            name=terms_of.name,
            kind=terms_of.kind,
            respondent_unit=terms_of.respondent_unit or "",
        )
    record("audit.commissioned", by=by, on=ref_of(audit))
    return audit


@transaction.atomic
def open_round(*, audit: Audit, by: Viewer) -> None:
    """Let the agencies that take part see each other's returns: the meeting has opened the round.

    Once opened it stays so. Whoever may record the meeting may open it.
    """
    check(by, "audit.record_meeting", audit)
    at = by.at or timezone.now()
    if Audit.objects.filter(pk=audit.pk, opened_at__isnull=True).update(opened_at=at):
        audit.opened_at = at
        record("audit.opened", by=by, on=ref_of(audit))


def hold_round(key: int) -> None:
    """Let nobody open the round of that audit, or change it, until the transaction ends.

    For whatever is only done while a round is gathering, and before the check: so it either comes
    before the opening, which waits, or is told that it came after. It asks nothing of who does it.
    """
    Audit.objects.select_for_update(of=("self",)).filter(pk=key).values_list("pk").first()


@transaction.atomic
def change_tool_version(*, audit: Audit, version: ToolVersion, by: Viewer) -> Audit:
    """Let the round be answered with another version of its tool: the audit as it is now.

    What is being answered, and what was sent in, is for the caller to see to. Raises EditConflict
    where the round has another version than the one that was looked at.
    """
    check(by, "audit.change_tool", audit)
    now = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    check(by, "audit.change_tool", now)
    if now.tool_version_id != audit.tool_version_id:
        raise EditConflict("Somebody moved this round to another version meanwhile: look again.")
    before, now.tool_version = now.tool_version, version
    now.save(update_fields=["tool_version"])
    record(
        "audit.tool_changed",
        by=by,
        on=ref_of(audit),
        detail={"from": before.pk, "to": version.pk},
    )
    return now


def plan_as_data(plan: Plan) -> dict[str, object]:
    """A plan as JSON. Strata are pairs, since PostgreSQL keeps no order of keys."""
    sizes = None if plan.sizes is None else [[name, size] for name, size in plan.sizes.items()]
    return {
        "unit": plan.unit,
        "method": plan.method.value,
        "size": plan.size,
        "seed": str(plan.seed),
        "reserve": plan.reserve,
        "column": plan.column,
        "sizes": sizes,
    }


def _free_reference(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_REFERENCE] or "audit"
    taken = set(
        Audit.objects.filter(reference__startswith=stem).values_list("reference", flat=True)
    )
    reference, number = stem, 1
    while reference in taken:
        number += 1
        reference = f"{stem}-{number}"
    return reference
