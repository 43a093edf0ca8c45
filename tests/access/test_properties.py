"""What holds whatever the world: what narrows never opens, and nothing unknown is allowed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.apps import apps
from django.db import transaction

from oracle import plain_access_grants as page
from oracle.plain_access_world import Given, Incident, Labelled, Protection, World
from safehub.foundation.access import queries
from safehub.foundation.access.commands import declare_conflict
from safehub.foundation.access.decision import decide
from safehub.foundation.access.facts import Channel, Context, Facts
from safehub.foundation.access.judging import judge
from safehub.foundation.access.queries.bearing import remembering
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Outcome, Relation, Role
from safehub.foundation.records import RecordRef

from . import matrix
from .agreement import real_viewer
from .lanes import by_lane
from .loading import load, load_sayings
from .matrix import A_MOMENT, NOW
from .small import ASHA, BEFORE, POLICE_RETURN, acting, loaded, ref
from .words import CLASSES, KINDS
from .worlds import Drawing

CLOSED = {Outcome.ABSENT, Outcome.REFUSED, Outcome.BREAK_GLASS}
# What is seen of a world: viewer, action, key, and class of field or none.
Seen = set[tuple[int, str, int, str]]
SEEN = (page.AUDIT, page.CASE, page.RETURN, page.SUMMATIVE, page.ACTION, page.INDIVIDUAL)


# --- on the pure decision ------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_unknown_input_denies(role: Role) -> None:
    rules, viewer = queries.policy(), Viewer(role, via="command", at=NOW)
    every = frozenset(Relation)
    kind = "returns.return"
    for action, facts in (
        ("return.burn", Facts(kind, 1, every)),
        ("return.see", None),
        ("return.see", Facts("programmes.audit", 1, every)),
        ("return.see", Facts("proof.nothing", 1, every)),
        ("backup.make", Facts(kind, 1, every)),
        ("", None),
    ):
        assert judge(rules, viewer, action, facts, at=NOW).outcome is Outcome.ABSENT


def test_secret_is_never_shown() -> None:
    rules = queries.policy()
    for one in matrix.mixed_cells(1, by_lane(4_000, 100_000)):
        decided = judge(
            rules,
            one.viewer,
            one.action,
            one.facts,
            at=NOW,
            field_class=FieldClass.SECRET,
            context=one.context,
        )
        assert not decided.is_allowed


def test_every_other_channel_only_narrows() -> None:
    """What is not allowed on a page is allowed nowhere; a projector, a print show no more."""
    rules = queries.policy()
    for one in matrix.mixed_cells(2, by_lane(4_000, 100_000)):
        field_class = CLASSES[one.field_class] if one.field_class else None
        allowed = {
            channel: judge(
                rules,
                one.viewer,
                one.action,
                one.facts,
                at=NOW,
                field_class=field_class,
                context=Context(channel, one.context.purpose),
            ).is_allowed
            for channel in Channel
        }
        assert allowed[Channel.PAGE] or not any(allowed.values())
        assert allowed[Channel.SEARCH] == allowed[Channel.PAGE]


def test_nobody_approves_their_own_work() -> None:
    rules = queries.policy()
    for one in matrix.mixed_cells(3, by_lane(4_000, 100_000), page.APPROVES):
        if one.facts is None or one.action not in page.APPROVES:
            continue
        own = replace(one.facts, is_own_work=True)
        assert judge(rules, one.viewer, one.action, own, at=NOW).outcome in CLOSED


def test_conflicted_beats_every_grant_and_broken_glass() -> None:
    rules = queries.policy()
    for one in matrix.mixed_cells(4, by_lane(4_000, 100_000)):
        if one.facts is not None:
            decided = judge(
                rules, one.viewer, one.action, replace(one.facts, is_conflicted=True), at=NOW
            )
            assert decided.outcome is Outcome.ABSENT


# --- on whole worlds -----------------------------------------------------------------------------


def seen(world: World) -> Seen:
    """Every record that every member may see, and the classes of its fields, on a page."""
    rules, found = queries.policy(), set[tuple[int, str, int, str]]()
    for member in world.memberships.values():
        viewer = real_viewer(world, member)
        with remembering(reads_only=True):
            for kind in SEEN:
                facts = queries.facts_of(viewer, KINDS[kind], list(world.keys(kind)))
                for action, (of, _) in page.ACTIONS.items():
                    for key, one in facts.items() if of == kind else ():
                        for name in ("", *CLASSES):
                            field_class = CLASSES.get(name)
                            decided = judge(
                                rules, viewer, action, one, at=NOW, field_class=field_class
                            )
                            if decided.is_allowed:
                                found.add((member.key, action, key, name))
    return found


def unload() -> None:
    for name in ("label", "namedperson", "protection", "share", "conflict", "glassbreak", "alert"):
        apps.get_model("access", name)._default_manager.all().delete()


def seen_after(world: World) -> Seen:
    """The same people and audits, with what is said of the records as the world now has it."""
    unload()
    load_sayings(world)
    return seen(world)


def sealed(drawing: Drawing) -> None:
    """One more protection of an audit, with the named list that it has already."""
    world = drawing.world
    more = Protection(
        (page.AUDIT, drawing.key(world.audits)),
        drawing.random.choice([page.RESTRICTED, page.RESTRICTED, page.SEALED]),
    )
    there = [one for one in world.protections if one.on == more.on]
    if all(one.kind != more.kind for one in there):
        named = there[0].named if there else frozenset[int]()
        world.protections = [*world.protections, replace(more, named=named)]


def labelled(drawing: Drawing) -> None:
    """On an audit, which most people of it see."""
    relation = drawing.random.choice([page.OWNER, page.ASKED])
    on = (page.AUDIT, drawing.key(drawing.world.audits))
    what = drawing.random.choice([page.ALL_CLASSES, page.STAFF, page.OPINION])
    more = Labelled(on, what, not_to_relations=frozenset({relation}))
    drawing.world.labels = [*drawing.world.labels, more]


def conflicted(drawing: Drawing) -> None:
    """Of somebody with a membership, with an audit, which most people of it see."""
    free = [
        (member.person, on)
        for member in drawing.world.memberships.values()
        for on in [(page.AUDIT, key) for key in drawing.world.audits]
        if all(
            (one.person, one.on) != (member.person, on) for one in drawing.world.conflicts.values()
        )
    ]
    person, on = drawing.random.choice(free)
    drawing.world.conflicts[99] = Incident(99, 1, person, on, state="declared")


def revoked(drawing: Drawing) -> None:
    drawing.world.given = [
        replace(one, revoked=True) if at == 0 else one for at, one in enumerate(drawing.world.given)
    ]


def ended(drawing: Drawing) -> None:
    drawing.world.given = [
        replace(one, ends=NOW) if at == 0 and one.starts <= NOW else one
        for at, one in enumerate(drawing.world.given)
    ]


NARROWING: dict[str, Callable[[Drawing], None]] = {
    "a seal or a restriction": sealed,
    "a label": labelled,
    "a conflict": conflicted,
    "a share taken away": revoked,
    "a share that ends": ended,
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", NARROWING)
def test_what_narrows_never_opens(change: str) -> None:
    """Before and after, in random worlds; labels by a relation are left out where shares go.

    A label that keeps a record from whom it is shared with keeps it from nobody, once it is
    shared with nobody: there the share that ends gives what the agency had by itself. Nor is
    broken glass looked at under a restriction: what it opens is more than a grant may show.
    """
    changed = 0
    for seed in range(by_lane(8, 100)):
        drawing = Drawing(1_000 + seed)
        world = drawing.drawn()
        if change.startswith("a share"):
            world.labels = [replace(one, not_to_relations=frozenset()) for one in world.labels]
            # The first is one that gives something: an inspector's whole audit.
            first = world.memberships[1]
            world.memberships[1] = replace(first, role=page.INSPECTOR, ends=None, starts=BEFORE)
            world.given.insert(
                0, Given((page.AUDIT, 1), page.SHARED, 4, BEFORE, person=first.person)
            )
        if change.startswith("a seal"):
            world.glass = {}
        with transaction.atomic():
            load(world)
            before = seen(world)
            NARROWING[change](drawing)
            after = seen_after(world)
            transaction.set_rollback(True)
        assert after - before == set(), f"seed {seed}"
        changed += before != after
    assert changed


@pytest.mark.django_db
def test_membership_taken_away_leaves_nothing() -> None:
    world = loaded()
    asha = acting(world, ASHA)
    on = ref(POLICE_RETURN)
    assert decide(asha, "return.see", on).is_allowed
    at_its_end = replace(asha, valid_to=NOW)
    assert decide(replace(at_its_end, at=NOW - A_MOMENT), "return.see", on).is_allowed
    assert decide(at_its_end, "return.see", on).outcome is Outcome.ABSENT
    assert decide(replace(asha, is_active=False), "return.see", on).outcome is Outcome.ABSENT


@pytest.mark.parametrize(
    ("at", "is_in_date"),
    [
        # The last day of training ends with the day in London, which is at 23:00 UTC in summer.
        (dt.datetime(2026, 6, 30, 22, 59, 59, 999_999, dt.UTC), True),
        (dt.datetime(2026, 6, 30, 23, 0, 0, 0, dt.UTC), False),
        (dt.datetime(2026, 12, 31, 23, 59, 59, 999_999, dt.UTC), False),
    ],
)
def test_training_holds_to_the_end_of_its_last_day_in_london(
    at: dt.datetime, is_in_date: bool
) -> None:
    viewer = Viewer(Role.INSPECTOR, trained_until=dt.date(2026, 6, 30), at=at)
    facts = Facts("returns.return", 1, frozenset({Relation.SHARED}))
    assert judge(queries.policy(), viewer, "return.see", facts, at=at).is_allowed is is_in_date


@pytest.mark.django_db
def test_change_within_a_request_holds_from_the_next_question() -> None:
    """What bears on a viewer is remembered within a request, and forgotten when a command acts."""
    world = loaded()
    asha = acting(world, ASHA)
    with remembering(reads_only=False):
        assert decide(asha, "return.see", ref(POLICE_RETURN)).is_allowed
        declare_conflict(on=ref(POLICE_RETURN), reason="a cousin", by=asha)
        assert decide(asha, "return.see", ref(POLICE_RETURN)).outcome is Outcome.ABSENT


@pytest.mark.django_db
def test_record_that_is_not_there_is_decided_like_one_that_is_hidden() -> None:
    world = loaded()
    drawn = random.Random(5)
    for member in world.memberships.values():
        viewer = real_viewer(world, member)
        for kind, see in page.SEE.items():
            missing = decide(viewer, see, RecordRef(KINDS[kind], drawn.randrange(10**6, 10**7)))
            assert missing.outcome in {Outcome.ABSENT, Outcome.BREAK_GLASS}
