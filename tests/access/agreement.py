"""Holds a loaded world to the oracle: what is decided, and what is listed, for every viewer."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import transaction

from oracle import plain_access as plain
from oracle import plain_access_grants as page
from oracle import plain_access_world as plain_world
from oracle.plain_access_world import World
from safehub.foundation.access import decision, judging, queries
from safehub.foundation.access.facts import Context, Facts
from safehub.foundation.access.queries.bearing import remembering
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Outcome, Role
from safehub.foundation.records import RecordRef
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.queries import viewer_of
from safehub.register.agencies.models import Agency

from .loading import load, membership_row
from .matrix import NOW
from .words import CHANNELS, CLASSES, KINDS, OUTCOMES
from .worlds import world_of

READS = sorted({*page.SEE.values(), "audit.see_figures", "audit.see_grid", "case.see_link"})


@dataclass
class Compared:
    """How much was compared, and what differed."""

    worlds: int = 0
    lists: int = 0
    decisions: int = 0
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.worlds} worlds, {self.lists} lists, {self.decisions} decisions, "
            f"{len(self.differences)} differences"
        )


@dataclass(frozen=True)
class Seen:
    """One viewer of a world, for both."""

    on_page: plain_world.Viewer
    real: Viewer
    around: plain.Circumstances


def viewers(world: World) -> Iterator[Seen]:
    """One for each membership; the local operator where the world has one."""
    if world.has_operator:
        yield Seen(
            plain_world.Viewer(),
            Viewer(Role.LOCAL_OPERATOR, via="command", at=NOW),
            plain.Circumstances(by_command=True, now=NOW, second_factor_at=NOW),
        )
    around = plain.Circumstances(now=NOW, second_factor_at=NOW)
    for member in world.memberships.values():
        yield Seen(plain_world.Viewer(member), real_viewer(world, member), around)


def real_viewer(world: World, member: plain_world.Membership) -> Viewer:
    """As `viewer_of` makes it; no query is needed."""
    row = Membership(**membership_row(member))
    row.person = Person(pk=member.person, is_active=world.persons[member.person].active)
    agency = world.agencies[member.agency]
    row.agency = Agency(pk=agency.key, partnership_id=agency.partnership)
    return viewer_of(row, at=NOW, stepped_up_at=NOW, via="test")


def compare_worlds(seeds: Iterable[int]) -> Compared:
    """Each world is loaded, compared and rolled back. Stops at the first that differs."""
    compared = Compared()
    for seed in seeds:
        with transaction.atomic():
            world = world_of(seed)
            load(world)
            compare(world, compared, random.Random(seed))
            transaction.set_rollback(True)
        compared.worlds += 1
        if compared.differences:
            compared.differences = [f"seed {seed}: {one}" for one in compared.differences]
            break
    return compared


def compare(world: World, compared: Compared, drawn: random.Random) -> None:
    """Every viewer and every kind of the loaded world; what bears on a viewer is asked once.

    What is remembered of one must not reach another, so they share one memory.
    """
    with remembering(reads_only=True):
        for seen in viewers(world):
            for kind in KINDS:
                compare_kind(world, seen, kind, compared, drawn)
    for seen in viewers(world):
        # A return and its case always: labels on what holds them reach them by other ways.
        for kind in (*drawn.sample(sorted(KINDS), 3), page.RETURN, page.CASE):
            compare_single(world, seen, kind, compared, drawn)


def compare_kind(
    world: World, seen: Seen, kind: str, compared: Compared, drawn: random.Random
) -> None:
    """The lists of the kind's reads and of one other action; the decisions on each record."""
    keys = sorted(world.keys(kind))
    plain_facts = {
        key: plain_world.facts(world, seen.on_page, (kind, key), seen.around) for key in keys
    }
    real_facts = queries.facts_of(seen.real, KINDS[kind], keys) if keys else {}
    if set(real_facts) != set(keys):
        compared.differences.append(f"{kind}: facts of {sorted(real_facts)} and not {keys}")
        return
    actions = [action for action, (of, _) in page.ACTIONS.items() if of == kind]
    others = [action for action in actions if action not in READS]
    listed = {*actions} & {*READS, *drawn.sample(others, min(1, len(others)))}
    for action in actions:
        for key in keys:
            compare_decisions(plain_facts[key], real_facts[key], seen, action, compared, drawn)
        if action in listed:
            compare_list(seen, action, kind, plain_facts, compared)


def compare_list(
    seen: Seen, action: str, kind: str, facts: dict[int, plain.Facts], compared: Compared
) -> None:
    model = apps.get_model(KINDS[kind])
    rows = queries.visible_to(seen.real, action, model._default_manager.all())
    listed = list(rows.values_list("pk", flat=True))
    expected = {key for key, one in facts.items() if plain.visible(one, action)}
    compared.lists += 1
    if set(listed) != expected or len(listed) != len(expected):
        compared.differences.append(
            f"{action} lists {sorted(listed)} and not {sorted(expected)} for {seen.on_page}"
        )


def compare_decisions(
    facts: plain.Facts,
    real: Facts,
    seen: Seen,
    action: str,
    compared: Compared,
    drawn: random.Random,
) -> None:
    """Without a class, and with one in one channel."""
    policy = queries.policy()
    field_class, channel = drawn.choice(list(CLASSES)), drawn.choice(list(CHANNELS))
    purpose = drawn.choice(["", "the audit"])
    shown = page.CLASSES[facts.kind]
    telling = drawn.choice(sorted(shown)) if shown else page.ADMINISTRATIVE
    asked = [(None, page.SCREEN), (telling, page.SCREEN), (field_class, channel)]
    if facts.glass_broken and action in page.GLASS_OPENS:
        asked += [(one, page.SCREEN) for one in sorted(page.SEALED_CLASSES)]
    for one, where in asked:
        around = plain.Circumstances(where, seen.around.by_command, NOW, NOW, purpose)
        expected = plain.decide(facts, action, one, around)
        decided = judging.judge(
            policy,
            seen.real,
            action,
            real,
            at=NOW,
            field_class=CLASSES[one] if one else None,
            context=Context(CHANNELS[where], purpose),
        )
        compared.decisions += 1
        if decided.outcome is not OUTCOMES[expected.outcome]:
            compared.differences.append(
                f"{action} [{one}] in {where}: {decided.outcome} ({decided.reason}) and not "
                f"{expected} for {seen.on_page}: {facts} | {real}"
            )


def compare_single(
    world: World, seen: Seen, kind: str, compared: Compared, drawn: random.Random
) -> None:
    """`decide` itself, which asks the database for one record alone, and one that is not there."""
    keys = sorted(world.keys(kind))
    action = drawn.choice([action for action, (of, _) in page.ACTIONS.items() if of == kind])
    absent = decision.decide(seen.real, action, RecordRef(KINDS[kind], 999_999))
    if absent.outcome not in {Outcome.ABSENT, Outcome.BREAK_GLASS}:
        compared.differences.append(f"{action} on a record that is not there: {absent.outcome}")
    if not keys:
        return
    name = (kind, drawn.choice(keys))
    expected = plain_world.decide(world, seen.on_page, action, name, None, seen.around)
    decided = decision.decide(seen.real, action, RecordRef(KINDS[kind], name[1]))
    compared.decisions += 1
    if decided.outcome is not OUTCOMES[expected.outcome]:
        compared.differences.append(
            f"decide {action} on {name}: {decided.outcome} ({decided.reason}) and not {expected} "
            f"for {seen.on_page}"
        )
