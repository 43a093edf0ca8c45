"""Who may see and do what, decided again: written from docs/need-to-know.md alone.

Nothing of the product is imported, and every word here is a word of that page. `decide` takes the
plain facts about one viewer and one record; `plain_access_world` finds them in a world. Where the
page leaves a question, the stricter answer is taken, and the place says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from . import plain_access_grants as words
from .plain_access_grants import Grant

ALLOW, MASK, ABSENT, REFUSED, BREAK_GLASS = "allow", "mask", "absent", "refused", "break glass"


@dataclass(frozen=True)
class Guard:
    """A protection of the record, or of one that holds it, as it stands to this viewer.

    `named`: the viewer is on its list, which for a seal is that of its guardians. `own_agency`: the
    professional whom the record is about is of the viewer's agency.
    """

    kind: str
    named: bool = False
    own_agency: bool = False


@dataclass(frozen=True)
class Label:
    """`keeps`: it names the viewer, or a relation that the viewer has."""

    field_class: str = words.ALL_CLASSES
    keeps: bool = False
    purpose: str = ""

    def masks(self, field_class: str, stated: str) -> bool:
        bears = self.field_class in {field_class, words.ALL_CLASSES}
        return bears and (self.keeps or (self.purpose != "" and self.purpose != stated))


@dataclass(frozen=True)
class Facts:
    """What is so between one viewer and one record; `kind` blank where there is no record.

    `glass_confirmed`: of the glass that the viewer broke and that still holds, a second person
    confirmed some.
    """

    role: str
    kind: str = ""
    in_date: bool = True
    conflicted: bool = False
    relations: frozenset[str] = frozenset()
    status: str = ""
    guards: tuple[Guard, ...] = ()
    labels: tuple[Label, ...] = ()
    glass_right: bool = False
    glass_broken: bool = False
    glass_confirmed: bool = False
    own_work: bool = False


@dataclass(frozen=True)
class Circumstances:
    """Where the answer goes, and whether it is asked for on the command line."""

    channel: str = words.SCREEN
    by_command: bool = False
    now: datetime | None = None
    second_factor_at: datetime | None = None
    purpose: str = ""

    def second_factor_is_fresh(self) -> bool:
        if self.by_command:
            return True
        if self.now is None or self.second_factor_at is None:
            return False
        return self.now - self.second_factor_at <= timedelta(minutes=15)


class Verdict(NamedTuple):
    """How a decision falls, by which of the nine rules, and whether by broken glass."""

    outcome: str
    rule: int
    by_glass: bool = False


def decide(facts: Facts, action: str, field_class: str | None, around: Circumstances) -> Verdict:
    """The nine rules in their order: the first that applies settles it."""
    if not action_fits(action, facts.kind):
        return Verdict(ABSENT, 1)
    if not facts.in_date:
        return Verdict(ABSENT, 2)
    if facts.conflicted:
        return Verdict(ABSENT, 3)
    if hidden(facts):
        return Verdict(ABSENT, 4)
    if facts.kind == "":
        allowed, by_glass = facts.role in words.FREE_ACTIONS[action], False
    else:
        allowed = granted(facts, words.ACTIONS[action][1]) and on_every_list(facts)
        by_glass = not allowed and glass_passes(facts, action)
    if not (allowed or by_glass):
        return Verdict(fallen(facts, action, around), 5)
    refusing = narrowed(facts, action, around, by_glass=by_glass)
    if refusing:
        return Verdict(REFUSED, refusing, by_glass)
    if field_class is not None and masked(facts, field_class, around, by_glass=by_glass):
        return Verdict(MASK, 9, by_glass)
    return Verdict(ALLOW, 9, by_glass)


def narrowed(facts: Facts, action: str, around: Circumstances, *, by_glass: bool) -> int:
    """Which of rules 6 to 8 refuses an action that rule 5 allows; 0 where none does."""
    if action in words.APPROVES and facts.own_work:
        return 6
    leaving = around.channel in {words.PRINT, words.EXPORT}
    if leaving and (action not in words.TAKES_OUT or by_glass):
        return 7
    if action in words.WANTS_SECOND_FACTOR and not around.second_factor_is_fresh():
        return 8
    return 0


def visible(facts: Facts, action: str) -> bool:
    """Whether the record is among those of `visible_to`: rules 1 to 5 alone."""
    if not action_fits(action, facts.kind) or facts.kind == "" or not facts.in_date:
        return False
    if facts.conflicted or hidden(facts):
        return False
    allowed = granted(facts, words.ACTIONS[action][1]) and on_every_list(facts)
    return allowed or glass_passes(facts, action)


def action_fits(action: str, kind: str) -> bool:
    if kind == "":
        return action in words.FREE_ACTIONS
    return action in words.ACTIONS and words.ACTIONS[action][0] == kind


def hidden(facts: Facts) -> bool:
    for guard in facts.guards:
        if guard.kind == words.STAFF_SUBJECT and guard.own_agency and not guard.named:
            return True
        if guard.kind == words.SEALED_PERSON and not guard.named:
            return True
    return any(label.keeps and label.field_class == words.ALL_CLASSES for label in facts.labels)


def granted(facts: Facts, grants: list[Grant]) -> bool:
    return any(
        facts.role in roles
        and bool(relations & facts.relations)
        and (statuses is None or facts.status in statuses)
        for roles, relations, statuses in grants
    )


def on_every_list(facts: Facts) -> bool:
    return all(guard.named for guard in facts.guards if guard.kind == words.RESTRICTED)


def glass_passes(facts: Facts, action: str) -> bool:
    return facts.glass_broken and has_the_right(facts) and action in words.GLASS_OPENS


def has_the_right(facts: Facts) -> bool:
    """The membership was given it, and its role is one of glass.break."""
    return facts.glass_right and facts.role in words.GLASS_BREAKERS


def fallen(facts: Facts, action: str, around: Circumstances) -> str:
    """What becomes of an action that rule 5 does not allow."""
    if facts.kind == "":
        return REFUSED
    see = words.SEE[facts.kind]
    on_a_page = replace(around, channel=words.SCREEN)
    if action != see and decide(facts, see, None, on_a_page).outcome == ALLOW:
        return REFUSED
    if has_the_right(facts) and action in words.GLASS_OPENS:
        return BREAK_GLASS
    return ABSENT


def masked(facts: Facts, field_class: str, around: Circumstances, *, by_glass: bool) -> bool:
    if field_class == words.SECRET:
        return True
    if field_class == words.ADMINISTRATIVE:
        return False
    unsealed = by_glass and facts.glass_confirmed
    if field_class in words.SEALED_CLASSES and sealed(facts) and not unsealed:
        return True
    if not shows(facts, field_class, by_glass=by_glass):
        return True
    if any(label.masks(field_class, around.purpose) for label in facts.labels):
        return True
    return around.channel == words.PROJECTOR and field_class in words.NOT_ON_A_PROJECTOR


def sealed(facts: Facts) -> bool:
    return any(guard.kind == words.SEALED and not guard.named for guard in facts.guards)


def shows(facts: Facts, field_class: str, *, by_glass: bool) -> bool:
    if by_glass:
        return field_class != words.REFERRER_CLASS
    return granted(facts, words.CLASSES.get(facts.kind, {}).get(field_class, []))
