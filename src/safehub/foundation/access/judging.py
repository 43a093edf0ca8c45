"""The decision itself, with no database and no request.

The order is the policy's: unknown denies; out of date denies; conflicted denies and alerts; the
role grants the action and the relation its scope; then sensitivity, status, class of field, labels
and circumstances each only narrow. Broken glass stands in for role, relation, status and named
list, and for nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from safehub.foundation.access.facts import Channel, Context, Decision, Facts
from safehub.foundation.access.policy import Action, Grant, Kind
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Obligation, Outcome, Relation, Role

# A second factor that was given within this time need not be given again for a step that wants it.
STEP_UP_HOLDS = dt.timedelta(minutes=15)

# Classes that tell something of a person: recorded when shown, marked when they leave.
CONTENT = frozenset(
    {
        FieldClass.IDENTITY,
        FieldClass.PROTECTED,
        FieldClass.HEALTH,
        FieldClass.POLICE,
        FieldClass.THIRD_PARTY,
        FieldClass.REFERRER,
        FieldClass.OPINION,
    }
)
# What a projector never shows: the room may hold somebody who may not read it.
NOT_PROJECTED = frozenset(
    {FieldClass.IDENTITY, FieldClass.PROTECTED, FieldClass.THIRD_PARTY, FieldClass.REFERRER}
)
HIDDEN_WHEN_SEALED = frozenset({FieldClass.IDENTITY, FieldClass.PROTECTED})
NEVER_BY_GLASS = frozenset({FieldClass.REFERRER})
# Glass is offered where one of these is all that stands in the way.
BREAKABLE = frozenset(
    {Reason.ROLE, Reason.RELATION, Reason.EXPIRED, Reason.STATUS, Reason.RESTRICTED}
)
# Done to no record; its roles are those that the right of a membership is of use to.
GLASS_ACTION = "glass.break"
# Relations that somebody had once.
RUN_OUT = frozenset({Relation.EXPIRED, Relation.ENDED})

_LONDON = ZoneInfo("Europe/London")
_LEAVING = frozenset({Channel.PRINT, Channel.EXPORT})


@dataclass(frozen=True)
class Policy:
    """All that apps declare of access. `lets_operator` is off in production."""

    kinds: Mapping[str, Kind]
    actions: Mapping[str, Action]
    lets_operator: bool = True


def is_in_date(policy: Policy, viewer: Viewer, at: dt.datetime) -> bool:
    """Whether account, membership and training hold at the moment, to the second.

    The local operator is in date on the command line alone, and never in production.
    """
    if viewer.role is Role.LOCAL_OPERATOR:
        return policy.lets_operator and viewer.via == "command"
    return (
        viewer.is_active
        and (viewer.valid_from is None or viewer.valid_from <= at)
        and (viewer.valid_to is None or at < viewer.valid_to)
        and (viewer.trained_until is None or at.astimezone(_LONDON).date() <= viewer.trained_until)
    )


def judge(
    policy: Policy,
    viewer: Viewer,
    action_code: str,
    facts: Facts | None,
    *,
    at: dt.datetime,
    field_class: FieldClass | None = None,
    context: Context = Context(),  # noqa: B008 - frozen
) -> Decision:
    """Decide one action on one record, or one class of its fields. Asks nothing of a database."""
    action = policy.actions.get(action_code)
    if action is None or action.kind != (facts.kind if facts else None):
        return _denied(Reason.UNKNOWN)
    if not is_in_date(policy, viewer, at):
        return _denied(Reason.OUT_OF_DATE)
    if facts is None:
        return _without_record(viewer, action, field_class, context, at)
    if facts.is_conflicted:
        return _denied(Reason.CONFLICTED, Obligation.ALERT)
    why = _scope(action, viewer, facts)
    by_glass = why in BREAKABLE and _glass_holds(policy, action, viewer, facts, at)
    if facts.fails_staff_subject:
        why, by_glass = Reason.STAFF_SUBJECT, False
    elif policy.kinds[facts.kind].is_person and facts.is_sealed_itself:
        why, by_glass = Reason.SEALED, False
    elif any(label.bars and label.field_class is None for label in facts.labels):
        why, by_glass = Reason.LABEL, False
    if why is not None and not by_glass:
        return _shut(policy, viewer, action, facts, why, at)
    narrowed = _narrowed(viewer, action, facts, context, at, by_glass=by_glass)
    if narrowed is not None:
        return narrowed
    obligations = _obligations(action, field_class, context)
    if field_class is None:
        reason = Reason.GLASS if by_glass else Reason.GRANTED
        return Decision(Outcome.ALLOW, reason, obligations)
    return _of_class(policy, viewer, facts, field_class, context, obligations, by_glass=by_glass)


def _denied(reason: Reason, *obligations: Obligation) -> Decision:
    return Decision(Outcome.ABSENT, reason, frozenset({Obligation.RECORD, *obligations}))


def _without_record(
    viewer: Viewer,
    action: Action,
    field_class: FieldClass | None,
    context: Context,
    at: dt.datetime,
) -> Decision:
    """A step that is done to no record is refused openly: there is nothing to hide."""
    recorded = frozenset({Obligation.RECORD})
    if not any(viewer.role in grant.roles for grant in action.grants):
        return Decision(Outcome.REFUSED, Reason.ROLE, recorded)
    if context.channel in _LEAVING and not action.leaves:
        return Decision(Outcome.REFUSED, Reason.CHANNEL, recorded)
    if action.steps_up and _wants_step_up(viewer, at):
        return Decision(Outcome.REFUSED, Reason.STEP_UP, recorded | {Obligation.STEP_UP})
    if field_class not in (None, FieldClass.ADMINISTRATIVE):
        return Decision(Outcome.MASK, Reason.CLASS, recorded)
    return Decision(Outcome.ALLOW, Reason.GRANTED, recorded)


def _scope(action: Action, viewer: Viewer, facts: Facts) -> Reason | None:
    """Why role, relation and status do not grant the action, or the named list forbids it."""
    why = _granted(action.grants, viewer.role, facts.relations, facts.status)
    if why is None and facts.fails_restricted:
        return Reason.RESTRICTED
    return why


def _granted(
    grants: Iterable[Grant], role: Role, relations: frozenset[Relation], status: str
) -> Reason | None:
    """None where one of the grants gives it; else what was missing in the one that came nearest."""
    why = Reason.ROLE
    for grant in grants:
        if role not in grant.roles:
            continue
        if grant.relations and not grant.relations & relations:
            if why is Reason.ROLE:
                why = Reason.EXPIRED if relations & RUN_OUT else Reason.RELATION
        elif grant.statuses and status not in grant.statuses:
            why = Reason.STATUS
        else:
            return None
    return why


def may_open_by_glass(policy: Policy, viewer: Viewer, action: Action) -> bool:
    """Whether glass opens the action to the viewer, over a record where it may be broken.

    The membership was given the right, and its role is one that `glass.break` is granted to: the
    right alone would offer what is then refused.
    """
    return (
        action.opens_by_glass
        and viewer.has_break_glass
        and any(viewer.role in grant.roles for grant in policy.actions[GLASS_ACTION].grants)
    )


def _glass_holds(
    policy: Policy, action: Action, viewer: Viewer, facts: Facts, at: dt.datetime
) -> bool:
    return (
        may_open_by_glass(policy, viewer, action)
        and facts.glass_until is not None
        and at < facts.glass_until
    )


def _shut(
    policy: Policy, viewer: Viewer, action: Action, facts: Facts, why: Reason, at: dt.datetime
) -> Decision:
    """A verb is refused openly on a record that the viewer may open; else it is not there."""
    see = policy.kinds[facts.kind].see
    if action.code != see and judge(policy, viewer, see, facts, at=at).is_allowed:
        return Decision(Outcome.REFUSED, why, frozenset({Obligation.RECORD}))
    # A staff subject, a sealed person and a label on all of it are none of these reasons.
    if why in BREAKABLE and may_open_by_glass(policy, viewer, action):
        return Decision(Outcome.BREAK_GLASS, why, frozenset({Obligation.RECORD}))
    return _denied(why)


def _narrowed(
    viewer: Viewer,
    action: Action,
    facts: Facts,
    context: Context,
    at: dt.datetime,
    *,
    by_glass: bool,
) -> Decision | None:
    """What refuses an action that is granted: own work, leaving by glass, an old second factor."""
    if action.approves and facts.is_own_work:
        return Decision(Outcome.REFUSED, Reason.OWN_WORK, frozenset({Obligation.RECORD}))
    if context.channel in _LEAVING and (by_glass or not action.leaves):
        return Decision(Outcome.REFUSED, Reason.CHANNEL, frozenset({Obligation.RECORD}))
    if action.steps_up and _wants_step_up(viewer, at):
        obligations = frozenset({Obligation.RECORD, Obligation.STEP_UP})
        return Decision(Outcome.REFUSED, Reason.STEP_UP, obligations)
    return None


def _wants_step_up(viewer: Viewer, at: dt.datetime) -> bool:
    if viewer.role is Role.LOCAL_OPERATOR or viewer.via == "command":
        return False
    return viewer.stepped_up_at is None or at - viewer.stepped_up_at > STEP_UP_HOLDS


def _of_class(
    policy: Policy,
    viewer: Viewer,
    facts: Facts,
    field_class: FieldClass,
    context: Context,
    obligations: frozenset[Obligation],
    *,
    by_glass: bool,
) -> Decision:
    """Whether one class of the record's fields shows, on a record that is open."""
    why = _mask(policy, viewer, facts, field_class, context, by_glass=by_glass)
    if why is not None:
        return Decision(Outcome.MASK, why, frozenset({Obligation.RECORD}))
    return Decision(Outcome.ALLOW, Reason.GLASS if by_glass else Reason.GRANTED, obligations)


def _mask(
    policy: Policy,
    viewer: Viewer,
    facts: Facts,
    field_class: FieldClass,
    context: Context,
    *,
    by_glass: bool,
) -> Reason | None:
    if field_class is FieldClass.SECRET:
        return Reason.CLASS
    if field_class is FieldClass.ADMINISTRATIVE:
        return None
    if (
        field_class in HIDDEN_WHEN_SEALED
        and facts.fails_sealed
        and not (by_glass and facts.glass_has_second)
    ):
        return Reason.SEALED
    if by_glass:
        if field_class in NEVER_BY_GLASS:
            return Reason.CLASS
    else:
        grants = policy.kinds[facts.kind].classes.get(field_class, ())
        if _granted(grants, viewer.role, facts.relations, facts.status) is not None:
            return Reason.CLASS
    return _mask_by_label_or_channel(facts, field_class, context)


def _mask_by_label_or_channel(
    facts: Facts, field_class: FieldClass, context: Context
) -> Reason | None:
    for label in facts.labels:
        if label.field_class not in (None, field_class):
            continue
        if label.bars:
            return Reason.LABEL
        if label.purpose and label.purpose != context.purpose:
            return Reason.PURPOSE
    if context.channel is Channel.PROJECTOR and field_class in NOT_PROJECTED:
        return Reason.CHANNEL
    return None


def _obligations(
    action: Action, field_class: FieldClass | None, context: Context
) -> frozenset[Obligation]:
    obligations = {Obligation.RECORD}
    if context.channel in _LEAVING and (field_class is None or field_class in CONTENT):
        obligations.add(Obligation.WATERMARK)
    if action.approves:
        obligations.add(Obligation.SECOND_PERSON)
    return frozenset(obligations)
