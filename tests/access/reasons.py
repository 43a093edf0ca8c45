"""Small checks of the pure decision that no declared kind or grant leads to, or not yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

from oracle import plain_access_grants as page
from safehub.foundation.access import judging, queries
from safehub.foundation.access.facts import Channel, Context, Facts
from safehub.foundation.access.judging import Policy
from safehub.foundation.access.policy import Grant
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Obligation, Outcome, Relation, Role

from .matrix import NOW, Question, cell
from .words import CHANNELS, CLASSES, NO_CONTENT


@dataclass(frozen=True)
class Nearest:
    """Somebody who may not open a return, and why not."""

    role: str
    relations: frozenset[str]
    status: str
    reason: Reason


NEAREST = (
    Nearest(page.REFERRER, frozenset({page.OWNER}), page.OPENED, Reason.ROLE),
    Nearest(page.CHAIR, frozenset(), page.OPENED, Reason.RELATION),
    Nearest(page.CHAIR, frozenset({page.OWNER}), page.OPENED, Reason.RELATION),
    Nearest(page.CHAIR, frozenset({page.ENDED}), page.OPENED, Reason.EXPIRED),
    Nearest(page.CHAIR, frozenset({page.EXPIRED}), page.OPENED, Reason.EXPIRED),
    Nearest(page.CHAIR, frozenset({page.SHARED}), page.GATHERING, Reason.STATUS),
    Nearest(page.CHAIR, frozenset({page.SHARED, page.ENDED}), page.GATHERING, Reason.STATUS),
    # Of two grants the one in which the relation was there came nearer, in whichever order.
    Nearest(page.AUDITOR, frozenset({page.ASKED}), page.GATHERING, Reason.STATUS),
    Nearest(page.AUDITOR, frozenset({page.ENDED}), page.GATHERING, Reason.EXPIRED),
)


def nearest_reason(one: Nearest, rules: Policy | None = None) -> Reason:
    """The reason that the product gives."""
    asked = cell(Question(one.role, page.RETURN, "return.see", one.relations, one.status))
    rules = rules or queries.policy()
    return judging.judge(rules, asked.viewer, asked.action, asked.facts, at=NOW).reason


def turned_round() -> Policy:
    """The declared policy with the grants of a return in the other order."""
    rules = queries.policy()
    action = rules.actions["return.see"]
    turned = replace(action, grants=action.grants[::-1])
    return replace(rules, actions={**rules.actions, turned.code: turned})


OPERATOR = Viewer(Role.LOCAL_OPERATOR, via="command", at=NOW)
OWNED = frozenset({Relation.OWNER})


def wrong_small_checks() -> list[str]:
    """The names of the small checks that do not hold."""
    checks = {
        "reasons": all(nearest_reason(one) is one.reason for one in NEAREST),
        "either order": all(nearest_reason(one, turned_round()) is one.reason for one in NEAREST),
        "any relation": grant_without_relations_is_for_any(),
        "restricted": restricted_is_told_after_what_is_missing(),
        "production": operator_is_out_in_production(),
        "sealed person": sealed_person_is_absent(),
        "every class": every_class_shows_where_it_may(),
    }
    return [name for name, holds in checks.items() if not holds]


def grant_without_relations_is_for_any() -> bool:
    """No record is granted so yet: it goes to the role whatever it has to do with the record."""
    rules = queries.policy()
    action = rules.actions["return.see"]
    grants = (Grant(frozenset({Role.REFERRER})),)
    wide = replace(rules, actions={**rules.actions, action.code: replace(action, grants=grants)})
    found = [
        judging.judge(wide, Viewer(role, at=NOW), action.code, Facts("returns.return", 1), at=NOW)
        for role in (Role.REFERRER, Role.AGENCY_AUDITOR)
    ]
    return [one.reason for one in found] == [Reason.GRANTED, Reason.ROLE]


def restricted_is_told_after_what_is_missing() -> bool:
    """The named list is the reason only where all else is granted."""
    auditor = Viewer(Role.AGENCY_AUDITOR, at=NOW)
    found = [
        judging.judge(
            queries.policy(),
            auditor,
            "return.see",
            Facts("returns.return", 1, relations, fails_restricted=True),
            at=NOW,
        ).reason
        for relations in (OWNED, frozenset[Relation]())
    ]
    return found == [Reason.RESTRICTED, Reason.RELATION]


def operator_is_out_in_production() -> bool:
    """On a machine of one's own the command line is let in, and nowhere else."""
    rules = queries.policy()
    production = Policy(rules.kinds, rules.actions, lets_operator=False)
    on_a_page = replace(OPERATOR, via="page")
    return [
        judging.judge(policy, viewer, "backup.make", None, at=NOW).is_allowed
        for policy in (rules, production)
        for viewer in (OPERATOR, on_a_page)
    ] == [True, False, False, False]


def sealed_person_is_absent() -> bool:
    """A kind that is a person, which no app has yet: a seal on it hides it, one above does not."""
    rules = queries.policy()
    kind = replace(rules.kinds["returns.return"], is_person=True)
    people = Policy({**rules.kinds, kind.code: kind}, rules.actions)
    auditor = Viewer(Role.AGENCY_AUDITOR, at=NOW, has_break_glass=True)
    open_one = Facts(kind.code, 1, OWNED)
    found = [
        judging.judge(people, auditor, "return.see", facts, at=NOW)
        for facts in (
            open_one,
            replace(open_one, fails_sealed=True),
            replace(open_one, fails_sealed=True, is_sealed_itself=True),
            Facts(kind.code, 1, fails_sealed=True, is_sealed_itself=True),
        )
    ]
    return [(one.outcome, one.reason) for one in found] == [
        (Outcome.ALLOW, Reason.GRANTED),
        (Outcome.ALLOW, Reason.GRANTED),
        (Outcome.ABSENT, Reason.SEALED),
        (Outcome.ABSENT, Reason.SEALED),
    ]


def every_class_shows_where_it_may() -> bool:
    """A report that shows every class to whoever runs the audit: where each goes, and marked."""
    rules = queries.policy()
    grants = (Grant(frozenset({Role.LOCAL_OPERATOR}), OWNED),)
    kind = replace(rules.kinds["reports.reportversion"], classes=dict.fromkeys(FieldClass, grants))
    wide = Policy({**rules.kinds, kind.code: kind}, rules.actions)
    return all(
        shows_as_it_may(wide, word, channel_word) for word in CLASSES for channel_word in CHANNELS
    )


def shows_as_it_may(policy: Policy, word: str, channel_word: str) -> bool:
    channel, facts = CHANNELS[channel_word], Facts("reports.reportversion", 1, OWNED)
    decided = judging.judge(
        policy,
        OPERATOR,
        "report.download",
        facts,
        at=NOW,
        field_class=CLASSES[word],
        context=Context(channel),
    )
    hidden = channel is Channel.PROJECTOR and word in page.NOT_ON_A_PROJECTOR
    if word == page.SECRET or hidden:
        return decided.outcome is Outcome.MASK
    leaving = channel in {Channel.PRINT, Channel.EXPORT}
    marked = Obligation.WATERMARK in decided.obligations
    return decided.is_allowed and marked == (leaving and word not in NO_CONTENT)
