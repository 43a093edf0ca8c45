"""Reading audits from the store."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Method, Plan
from safehub.audit.programmes.terms import (
    GradingTerms,
    Invented,
    Kind,
    Participant,
    Terms,
    ThemeTerms,
)
from safehub.foundation.access.decision import check, open_found, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotFound
from safehub.foundation.questions import Question


def audits(viewer: Viewer | None) -> QuerySet[Audit]:
    """The audits that the viewer may open, the newest last."""
    return visible_to(viewer, "audit.see", _every())


def _every() -> QuerySet[Audit]:
    # A tool is read once in the life of a process: its sheets come only where they are asked for.
    every = Audit.objects.select_related("partnership", "tool_version")
    return every.defer("tool_version__sheets").order_by("pk")


def audit_named(viewer: Viewer, reference: str, action: str = "audit.see") -> Audit:
    """The audit of that reference, opened for the action. Raises NotFound and NotAllowed.

    Where there is none for the viewer, it names those that there are for them.
    """
    audit = audits(viewer).filter(reference=reference).first()
    if audit is None:
        known = ", ".join(audits(viewer).values_list("reference", flat=True))
        there_are = f"The audits here are: {known}." if known else "There is none yet."
        raise NotFound(f"There is no audit named {reference}. {there_are}")
    check(viewer, action, audit)
    return audit


def audit_ever_named(reference: str) -> Audit | None:
    """The audit of that reference, whoever asks: for explaining who may see it."""
    return Audit.objects.filter(reference=reference).first()


def audit_of_pack(pack_sha256: str) -> Audit | None:
    """The audit that was made from exactly this pack, if it is stored. Whoever asks checks it."""
    return _every().filter(pack_sha256=pack_sha256).first()


def terms_of(audit: Audit) -> Terms:
    """The terms of reference; exclusions and withdrawals belong to the sample. Three queries."""
    grading = None
    if audit.grading_question:
        grading = GradingTerms(audit.grading_question, tuple(audit.met_good))
    return Terms(
        title=audit.title,
        board=audit.partnership.name,
        kind=Kind(audit.kind),
        period_from=audit.period_from,
        period_to=audit.period_to,
        plan=plan_from_data(audit.sampling_plan),
        agencies=tuple(
            Participant(p.code, p.name, p.kind, p.respondent_unit or None)
            for p in audit.participants.all()
        ),
        themes=tuple(
            ThemeTerms(theme.code, theme.name, theme.is_key_line_of_enquiry)
            for theme in audit.themes.all()
        ),
        grading=grading,
        invented=tuple(Invented(what) for what in audit.invented),
        key_lines_of_enquiry=tuple(audit.key_lines_of_enquiry),
        owner=audit.owner,
        programme=audit.programme,
        commissioned_by=audit.commissioned_by,
        commissioned_on=audit.commissioned_on,
        reason=audit.reason,
        returns_due_on=audit.returns_due_on,
        meeting_on=audit.meeting_on,
    )


def plan_from_data(data: dict[str, Any]) -> Plan:
    """The plan that `plan_as_data` made JSON of."""
    sizes = data["sizes"]
    return Plan(
        unit=data["unit"],
        method=Method(data["method"]),
        seed=int(data["seed"]),
        size=data["size"],
        reserve=data["reserve"],
        column=data["column"],
        sizes=None if sizes is None else dict(sizes),
    )


def opened_audit(viewer: Viewer | None, reference: str, action: str) -> Audit:
    """The audit of that reference, opened on a page. Raises Absent and NotAllowed. Two queries."""
    return open_found(viewer, action, Audit, _NAMED.first(reference))


_NAMED = Question(lambda reference: _every().filter(reference=reference)[:1], str)


def audit_with(key: int) -> Audit | None:
    """The audit with that key, for the worker, which acts for nobody."""
    return _every().filter(pk=key).first()
