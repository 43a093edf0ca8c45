"""Cells of the policy matrix: one viewer, one record, one action, in plain facts and the product's.

A cell says in both what is so. `differences` puts the same question to `judge` and to the oracle.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from oracle import plain_access as plain
from oracle import plain_access_grants as page
from safehub.foundation.access import judging
from safehub.foundation.access.facts import Context, Decision, Facts, LabelFact
from safehub.foundation.access.judging import Policy
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Obligation

from .words import CHANNELS, CLASSES, KINDS, NO_CONTENT, OUTCOMES, REASONS, RELATIONS, ROLES

T = TypeVar("T")

# After midnight in London, before it by the world's clock: the last day of training is over.
NOW = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
A_MOMENT = dt.timedelta(microseconds=1)
UNKNOWN_ACTION = "audit.burn"
UNKNOWN_KIND = "proof.nothing"

STATUSES = (
    *("", page.GATHERING, page.OPENED, page.EARLY, page.DRAFT, page.PUBLISHED),
    *(page.AWAITED, page.SETTLED, "drafted", "released"),
)
# How a viewer may stand in time, and whether that is in date.
IN_DATE: tuple[tuple[dict[str, object], bool], ...] = (
    ({}, True),
    ({"valid_from": NOW}, True),
    ({"valid_to": NOW + A_MOMENT}, True),
    ({"trained_until": dt.date(2026, 7, 1)}, True),
    ({"trained_until": dt.date(2026, 6, 30)}, False),
    ({"valid_from": NOW + A_MOMENT}, False),
    ({"valid_to": NOW}, False),
    ({"is_active": False}, False),
)
FRESH = dt.timedelta(minutes=15)
SECOND_FACTORS = (None, NOW, NOW - FRESH, NOW - FRESH - A_MOMENT)


@dataclass(frozen=True)
class Cell:
    """One question, in the words of the page and in the product's."""

    plain_facts: plain.Facts
    around: plain.Circumstances
    action: str
    field_class: str | None
    viewer: Viewer
    facts: Facts | None
    context: Context

    def __str__(self) -> str:
        return f"{self.action} [{self.field_class}] {self.plain_facts} {self.around}"


@dataclass(frozen=True)
class Question:
    """What is so, before it is said in the product's words."""

    role: str
    kind: str
    action: str
    relations: frozenset[str] = frozenset()
    status: str = ""
    field_class: str | None = None
    channel: str = page.SCREEN
    purpose: str = ""
    by_command: bool = False
    second_factor_at: dt.datetime | None = NOW
    standing: tuple[dict[str, object], bool] = field(default=({}, True), hash=False)
    conflicted: bool = False
    own_work: bool = False
    guards: tuple[plain.Guard, ...] = ()
    labels: tuple[plain.Label, ...] = ()
    glass_right: bool = False
    # None: not broken; else how much longer it holds.
    glass_left: dt.timedelta | None = None
    glass_confirmed: bool = False
    sealed_itself: bool = False


def cell(asked: Question) -> Cell:
    """The question as both are asked it."""
    asked = _of_a_person(asked)
    given, _ = asked.standing
    return Cell(
        plain_facts=_plain_facts(asked),
        around=plain.Circumstances(
            asked.channel, asked.by_command, NOW, asked.second_factor_at, asked.purpose
        ),
        action=asked.action,
        field_class=asked.field_class,
        viewer=Viewer(
            role=ROLES[asked.role],
            via="command" if asked.by_command else "page",
            stepped_up_at=asked.second_factor_at,
            has_break_glass=asked.glass_right,
            at=NOW,
            **given,  # type: ignore[arg-type]
        ),
        facts=_facts(asked) if asked.kind else None,
        context=Context(CHANNELS[asked.channel], asked.purpose),
    )


def _of_a_person(asked: Question) -> Question:
    """A person of the register who is sealed, and not held by what is, is a sealed person."""
    if asked.kind != page.INDIVIDUAL or not asked.sealed_itself:
        return asked
    guards = tuple(
        replace(guard, kind=page.SEALED_PERSON) if guard.kind == page.SEALED else guard
        for guard in asked.guards
    )
    return replace(asked, guards=guards)


def _plain_facts(asked: Question) -> plain.Facts:
    operator = asked.role == page.OPERATOR
    alone = plain.Facts(
        role=asked.role,
        kind=asked.kind,
        in_date=asked.by_command if operator else asked.standing[1],
        glass_right=asked.glass_right,
    )
    if not asked.kind:
        return alone
    return replace(
        alone,
        conflicted=asked.conflicted,
        relations=asked.relations,
        status=asked.status,
        guards=asked.guards,
        labels=asked.labels,
        glass_broken=asked.glass_left is not None and asked.glass_left > dt.timedelta(0),
        glass_confirmed=asked.glass_confirmed,
        own_work=asked.own_work,
    )


def _facts(asked: Question) -> Facts:
    unnamed = [guard for guard in asked.guards if not guard.named]
    kinds = {guard.kind for guard in unnamed}
    person = page.SEALED_PERSON in kinds
    return Facts(
        kind=KINDS.get(asked.kind, asked.kind),
        key=1,
        relations=frozenset(RELATIONS[one] for one in asked.relations),
        status=asked.status,
        is_conflicted=asked.conflicted,
        fails_restricted=page.RESTRICTED in kinds,
        fails_staff_subject=any(
            guard.kind == page.STAFF_SUBJECT and guard.own_agency for guard in unnamed
        ),
        fails_sealed=page.SEALED in kinds or person,
        is_sealed_itself=person or (asked.sealed_itself and page.SEALED in kinds),
        is_own_work=asked.own_work,
        glass_until=None if asked.glass_left is None else NOW + asked.glass_left,
        glass_has_second=asked.glass_confirmed,
        labels=tuple(
            LabelFact(CLASSES.get(one.field_class), one.keeps, one.purpose) for one in asked.labels
        ),
    )


def differences(policy: Policy, cells: Iterable[Cell], most: int = 5) -> tuple[int, list[str]]:
    """How many cells were asked, and how the first few that differ do."""
    found: list[str] = []
    count = 0
    for count, one in enumerate(cells, start=1):  # noqa: B007 - the number asked is told
        expected = plain.decide(one.plain_facts, one.action, one.field_class, one.around)
        decided = judging.judge(
            policy,
            one.viewer,
            one.action,
            one.facts,
            at=NOW,
            field_class=CLASSES[one.field_class] if one.field_class else None,
            context=one.context,
        )
        wrong = difference(one, expected, decided)
        if wrong:
            found.append(f"{one}: {wrong}")
            if len(found) == most:
                break
    return count, found


def difference(one: Cell, expected: plain.Verdict, decided: Decision) -> str:
    """In what the decision is not as the page says; blank where it is."""
    if decided.outcome is not OUTCOMES[expected.outcome]:
        return f"the page says {expected}, the product {decided.outcome} ({decided.reason})"
    granted = {Reason.GLASS} if expected.by_glass else {Reason.GRANTED}
    reasons = granted if expected.outcome == plain.ALLOW else REASONS[expected.rule]
    if decided.reason not in reasons:
        return f"the page says {expected}, the product {decided.reason}"
    wanted = obligations(one, expected)
    if decided.obligations != wanted:
        return f"obligations {sorted(decided.obligations)} and not {sorted(wanted)}"
    return ""


def obligations(one: Cell, expected: plain.Verdict) -> frozenset[Obligation]:
    """What access.md asks for beside the outcome: record it, watermark, step up, second person."""
    wanted = {Obligation.RECORD}
    if expected.rule == 3:
        wanted.add(Obligation.ALERT)
    if expected.rule == 8:
        wanted.add(Obligation.STEP_UP)
    if expected.outcome == plain.ALLOW and one.facts is not None:
        leaving = one.around.channel in {page.PRINT, page.EXPORT}
        if leaving and one.field_class not in NO_CONTENT:
            wanted.add(Obligation.WATERMARK)
        if one.action in page.APPROVES:
            wanted.add(Obligation.SECOND_PERSON)
    return frozenset(wanted)


def kind_of(action: str) -> str:
    return page.ACTIONS[action][0] if action in page.ACTIONS else ""


def relation_sets(*, pairs: bool = True) -> list[frozenset[str]]:
    """None, each alone, and each two together."""
    each = sorted(RELATIONS)
    found = [frozenset[str](), *(frozenset({one}) for one in each)]
    return found + [frozenset(two) for two in itertools.combinations(each, 2)] * pairs


def table_cells(*, pairs: bool = True) -> Iterator[Cell]:
    """The table itself: every role × action × relations × status, with nothing else about."""
    actions = [*page.ACTIONS, *page.FREE_ACTIONS, UNKNOWN_ACTION]
    for action, role in itertools.product(actions, sorted(ROLES)):
        kind = kind_of(action)
        for relations in relation_sets(pairs=pairs) if kind else [frozenset[str]()]:
            for status in STATUSES if kind else [""]:
                yield cell(Question(role, kind, action, relations, status, by_command=True))


def class_cells(share: float = 1, seed: int = 0) -> Iterator[Cell]:
    """Class of field × channel × role × relation × status × each action that shows or takes out.

    `share` draws a part of them.
    """
    drawn = random.Random(seed)
    actions = [*page.SEE.values(), *sorted(page.TAKES_OUT), *page.FREE_ACTIONS]
    for action, role in itertools.product(actions, sorted(ROLES)):
        kind = kind_of(action)
        relations = relation_sets(pairs=False)[1:] if kind else [frozenset[str]()]
        statuses = STATUSES[:6] if kind else ("",)
        for relation, status in itertools.product(relations, statuses):
            for field_class, channel in itertools.product(sorted(CLASSES), CHANNELS):
                if share == 1 or drawn.random() < share:
                    yield cell(
                        Question(
                            *(role, kind, action, relation, status, field_class, channel),
                            by_command=True,
                        )
                    )


def mixed_cells(seed: int, count: int, actions: Iterable[str] = ()) -> Iterator[Cell]:
    """All axes at once, drawn: mostly where something is granted, so that each narrowing shows."""
    return (cell(asked) for asked in mixed_questions(seed, count, actions))


def mixed_questions(seed: int, count: int, actions: Iterable[str] = ()) -> Iterator[Question]:
    """The questions of `mixed_cells`."""
    drawn = random.Random(seed)
    chosen = sorted(actions) or [*page.ACTIONS, *page.FREE_ACTIONS]
    for _ in range(count):
        yield mixed(drawn, drawn.choice(chosen))


def mixed(drawn: random.Random, action: str) -> Question:
    """One question with several things so at once."""
    kind = kind_of(action)
    role, relations, status = _granted(drawn, action, kind)
    if drawn.random() < 0.25:
        role = drawn.choice(sorted(ROLES))
    if drawn.random() < 0.25:
        relations = drawn.choice(relation_sets())
    if drawn.random() < 0.25:
        status = drawn.choice(STATUSES)
    if drawn.random() < 0.03:
        kind, action = drawn.choice([(UNKNOWN_KIND, action), (kind, UNKNOWN_ACTION), ("", action)])
    asked = Question(
        role,
        kind,
        action,
        relations,
        status,
        field_class=_maybe(drawn, 0.6, sorted(CLASSES), None),
        channel=_maybe(drawn, 0.4, sorted(CHANNELS), page.SCREEN),
        purpose=_maybe(drawn, 0.5, ["", "the audit"], ""),
        by_command=drawn.random() < (0.8 if role == page.OPERATOR else 0.2),
        second_factor_at=_maybe(drawn, 0.5, SECOND_FACTORS, NOW),
        standing=_maybe(drawn, 0.3, IN_DATE, ({}, True)),
        conflicted=drawn.random() < 0.05,
        own_work=drawn.random() < 0.3,
    )
    return guarded(drawn, asked)


def guarded(drawn: random.Random, asked: Question) -> Question:
    """The question with labels, protections and broken glass about the record."""
    return replace(
        asked,
        guards=tuple(_guard(drawn) for _ in range(drawn.choice([0, 0, 0, 1, 1, 2]))),
        labels=tuple(_label(drawn) for _ in range(drawn.choice([0, 0, 0, 1, 1, 2]))),
        glass_right=drawn.random() < 0.6,
        glass_left=_maybe(
            drawn, 0.6, [dt.timedelta(minutes=20), A_MOMENT, dt.timedelta(0), -A_MOMENT], None
        ),
        glass_confirmed=drawn.random() < 0.4,
        sealed_itself=drawn.random() < 0.5,
    )


def _granted(drawn: random.Random, action: str, kind: str) -> tuple[str, frozenset[str], str]:
    """A role, relations and a status in which the action is granted."""
    if not kind:
        return drawn.choice(sorted(page.FREE_ACTIONS[action])), frozenset(), ""
    roles, relations, statuses = drawn.choice(page.ACTIONS[action][1])
    status = drawn.choice(sorted(statuses)) if statuses else drawn.choice(STATUSES)
    return drawn.choice(sorted(roles)), frozenset({drawn.choice(sorted(relations))}), status


def _guard(drawn: random.Random) -> plain.Guard:
    kind = drawn.choice([page.RESTRICTED, page.SEALED, page.SEALED, page.STAFF_SUBJECT])
    return plain.Guard(kind, drawn.random() < 0.4, drawn.random() < 0.5)


def _label(drawn: random.Random) -> plain.Label:
    return plain.Label(
        drawn.choice([page.ALL_CLASSES, *sorted(CLASSES)]),
        drawn.random() < 0.4,
        drawn.choice(["", "", "the audit", "a court"]),
    )


def _maybe(drawn: random.Random, chance: float, choices: Iterable[T], usual: T) -> T:
    return drawn.choice(list(choices)) if drawn.random() < chance else usual
