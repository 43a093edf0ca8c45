"""Who opens which page: somebody whom the rules let in, with something to see there."""

from __future__ import annotations

from safehub.foundation.access.vocabulary import Role

from .routes import FED, MANAGING

_OFFICE, _AGENCY = "office", "CSC"
_OPENERS: dict[tuple[Role, str], tuple[str, ...]] = {
    (Role.SYSTEM_ADMINISTRATOR, _OFFICE): (
        *("letters", "lay_aside", "retry", "lay_task_aside", "retry_task"),
    ),
    (Role.PRIVACY_OFFICER, _OFFICE): (
        *("alerts", "close_alert", "glass", "review_glass", "confirm_glass"),
        *("conflicts", "decide_conflict", "reverse_conflict"),
    ),
    (Role.SAFEGUARDING_LEAD, _AGENCY): (
        *("labels", "recheck_label"),
        *(name for name in (*FED, *MANAGING) if name.startswith("accounts:")),
        "audit:pass_on_learning",
        *("audit:matter", "audit:acknowledge_matter", "audit:conclude_matter"),
    ),
    (Role.AGENCY_COORDINATOR, _AGENCY): (
        *("audit:allocations", "audit:allocate", "audit:sum_up"),
        *("audit:knowing", "audit:answer_knowing", "audit:take_back_knowing"),
    ),
    (Role.AGENCY_SIGN_OFF, _AGENCY): ("audit:sign_off",),
    # Not who put the report forward.
    (Role.MEETING_CHAIR, _AGENCY): ("audit:clear_word", "audit:sign_report"),
    (Role.AUDIT_MODERATOR, _OFFICE): ("audit:grade_again", "audit:send_back"),
    (Role.EMERGENCY_DUTY, _AGENCY): (
        "break_glass",
        *(name for name in FED if name.startswith("register:")),
    ),
    (Role.AGENCY_AUDITOR, _AGENCY): (
        *("submissions:discard", "declare_conflict"),
        *("audit:own_cases", "audit:answers", "audit:answer_part", "audit:begin_return"),
        *("audit:check_answers", "audit:discard_answers", "audit:add_source"),
        "audit:correct_source",
    ),
}
_BY_NAME = {name: who for who, names in _OPENERS.items() for name in names}


def opener(name: str) -> tuple[Role, str]:
    """The role, and where in the world. Any other page is the audit coordinator's."""
    return _BY_NAME.get(name, (Role.AUDIT_COORDINATOR, _OFFICE))
