"""A decision in words: each rule in its order, whether it let through, and what it rests on.

The outcome is `judge`'s own; the steps only say what it looked at. Keys and words of the policy
alone stand in it, never content.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from safehub.foundation.access.facts import Decision, Facts
from safehub.foundation.access.judging import Policy, is_in_date, judge, may_open_by_glass
from safehub.foundation.access.policy import Action, Kind
from safehub.foundation.access.queries.said import Said
from safehub.foundation.access.reasons import WORDS, Reason
from safehub.foundation.access.states import SHUTS_OUT
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Outcome, Relation

OUTCOMES = {
    Outcome.ALLOW: "allowed",
    Outcome.MASK: "masked",
    Outcome.ABSENT: "absent: the record looks as if it were not there",
    Outcome.REFUSED: "refused: the record is there, and this may not be done to it",
    Outcome.BREAK_GLASS: "absent, and glass may be broken",
}


@dataclass(frozen=True)
class Step:
    """One rule: what it asks, whether it lets through, and why."""

    rule: str
    holds: bool
    words: str


@dataclass(frozen=True)
class Explanation:
    """A decision with its steps, the classes of field with why each is masked, and what bears."""

    decision: Decision
    steps: tuple[Step, ...]
    classes: dict[FieldClass, Decision]
    bearing: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """How it fell, in words."""
        why = WORDS.get(self.decision.reason)
        return OUTCOMES[self.decision.outcome] + (f" ({why})" if why else "")


def explain(
    policy: Policy, viewer: Viewer, action: Action, facts: Facts, said: Said, *, at: dt.datetime
) -> Explanation:
    """Explain the action on the record, on a page. Asks nothing of the database."""
    decided = judge(policy, viewer, action.code, facts, at=at)
    classes = {
        one: judge(policy, viewer, action.code, facts, at=at, field_class=one) for one in FieldClass
    }
    kind = policy.kinds[facts.kind]
    return Explanation(
        decided,
        tuple(_steps(policy, viewer, action, kind, facts, decided, at=at)),
        classes if decided.is_allowed else {},
        tuple(_bearing(said, at)),
    )


def _steps(
    policy: Policy,
    viewer: Viewer,
    action: Action,
    kind: Kind,
    facts: Facts,
    decided: Decision,
    *,
    at: dt.datetime,
) -> list[Step]:
    by_glass = decided.reason is Reason.GLASS
    return [
        Step("1 known", action.kind == facts.kind, f"{action.code} is done to {action.kind}"),
        _in_date(policy, viewer, at),
        Step(
            "3 conflict",
            not facts.is_conflicted,
            "declared or confirmed" if facts.is_conflicted else "none declared or confirmed",
        ),
        _hidden(kind, facts),
        *_grants(action, viewer, facts),
        Step(
            "5 broken glass",
            by_glass,
            _glass(policy, action, viewer, facts, by_glass=by_glass),
        ),
        Step(
            "6 own work",
            not (action.approves and facts.is_own_work),
            "it approves" if action.approves else "it approves nothing",
        ),
        Step(
            "8 second factor",
            decided.reason is not Reason.STEP_UP,
            "wanted again within 15 minutes" if action.steps_up else "not wanted again",
        ),
    ]


def _in_date(policy: Policy, viewer: Viewer, at: dt.datetime) -> Step:
    parts = [
        "the account is active" if viewer.is_active else "the account is not active",
        f"from {_moment(viewer.valid_from)}" if viewer.valid_from else "with no beginning",
        f"to {_moment(viewer.valid_to)}" if viewer.valid_to else "with no end",
        f"trained until {viewer.trained_until}" if viewer.trained_until else "no training is asked",
    ]
    return Step("2 in date", is_in_date(policy, viewer, at), ", ".join(parts))


def _hidden(kind: Kind, facts: Facts) -> Step:
    hiding = [
        *(["about a colleague, and not on its named list"] if facts.fails_staff_subject else []),
        *(["a sealed person"] if kind.is_person and facts.is_sealed_itself else []),
        *(
            ["a label on all of it"]
            if any(label.bars and label.field_class is None for label in facts.labels)
            else []
        ),
    ]
    return Step("4 hidden", not hiding, "; ".join(hiding) or "by no staff subject, seal or label")


def _grants(action: Action, viewer: Viewer, facts: Facts) -> list[Step]:
    """Role, relation, status and named list, one by one."""
    mine = [grant for grant in action.grants if viewer.role in grant.roles]
    related = [grant for grant in mine if grant.relations & facts.relations]
    timely = [grant for grant in related if not grant.statuses or facts.status in grant.statuses]
    wanted = sorted({relation for grant in mine for relation in grant.relations})
    found = ", ".join(sorted(facts.relations)) or Relation.NONE.value
    return [
        Step("5 role", bool(mine), viewer.role.value.replace("_", " ")),
        Step("5 relation", bool(related), f"is {found}; wanted: {', '.join(wanted) or 'none'}"),
        Step("5 status", bool(timely), facts.status or "no status"),
        Step(
            "5 named list",
            not facts.fails_restricted,
            "restricted, and not on it" if facts.fails_restricted else "not kept out by one",
        ),
    ]


def _glass(policy: Policy, action: Action, viewer: Viewer, facts: Facts, *, by_glass: bool) -> str:
    if by_glass:
        return f"broken, and holds until {_moment(facts.glass_until)}"
    if not action.opens_by_glass:
        return "does not open this"
    if not viewer.has_break_glass:
        return "the membership may not break it"
    if not may_open_by_glass(policy, viewer, action):
        return "the membership has the right to break it, which is of no use to its role"
    return "not broken, or not needed"


def _bearing(said: Said, at: dt.datetime) -> list[str]:
    """What bears on it, one line each."""
    return [
        *(
            f"share {one.pk} ({one.relation}) on {one.kind}:{one.key}, "
            f"{_share_state(one.from_at, one.until_at, one.revoked_at, at)}"
            for one in said.shares
        ),
        *(
            f"conflict {one.pk} on {one.kind}:{one.key}, {one.state}"
            + ("" if one.state in SHUTS_OUT else ", which shuts nobody out")
            for one in said.conflicts
        ),
        *(
            f"guarded as {one.sensitivity}: {one.kind}:{one.key}, "
            f"{'on' if (one.kind, one.key) in said.named_on else 'not on'} its named list"
            for one in said.protections
        ),
        *(
            f"label {one.pk} on {one.kind}:{one.key}, {one.field_class or 'all of it'}"
            + (f", not to {one.not_to_relation}" if one.not_to_relation else "")
            + (f", not to person {one.not_to_person_id}" if one.not_to_person_id else "")
            + (f", for the purpose {one.purpose!r} alone" if one.purpose else "")
            for one in said.labels
        ),
        *(
            f"broken glass {one.pk} over {one.kind}:{one.key}, "
            f"{'holds' if one.at <= at < one.until else 'ran out'} ({_moment(one.until)})"
            for one in said.glass
        ),
    ]


def _share_state(
    begins: dt.datetime, ends: dt.datetime | None, revoked: dt.datetime | None, at: dt.datetime
) -> str:
    if revoked is not None:
        return f"revoked {_moment(revoked)}"
    if at < begins:
        return f"from {_moment(begins)}"
    if ends is None:
        return "without end"
    return f"{'until' if at < ends else 'ended'} {_moment(ends)}"


def _moment(at: dt.datetime | None) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "no time"
