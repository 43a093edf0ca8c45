"""The decision against the oracle, cell by cell, with no database.

`.venv/bin/python -m pytest tests/access/test_matrix.py -n 0 -rP` prints how many cells were asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from oracle import plain_access as plain
from oracle import plain_access_grants as page
from safehub.foundation.access.facts import Channel
from safehub.foundation.access.judging import Policy
from safehub.foundation.access.policy import Action, Grant, Kind
from safehub.foundation.access.queries import policy
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role

from . import matrix
from .lanes import IS_FULL, by_lane, tell
from .matrix import Cell, cell
from .reasons import NEAREST, Nearest, nearest_reason, wrong_small_checks
from .words import CHANNELS, CLASSES, KINDS, RELATIONS, ROLES

LEAST_CELLS = 100_000


def agrees(cells: Iterable[Cell], what: str, rules: Policy | None = None) -> int:
    count, found = matrix.differences(rules or policy(), cells)
    tell(f"{what}: {count} cells, {len(found)} differences")
    assert found == []
    return count


def test_words_of_page_and_product_are_the_same_words() -> None:
    """A role, relation, class or channel that is new must stand on the page before it is proved."""
    without_grants = {Relation.NONE, Relation.CONFLICTED}
    assert set(ROLES) == page.ROLES
    assert set(ROLES.values()) == set(Role)
    assert set(RELATIONS.values()) == set(Relation) - without_grants
    assert set(CLASSES.values()) == set(FieldClass)
    assert set(CHANNELS.values()) == set(Channel)


def test_every_declared_kind_and_action_stands_on_the_page() -> None:
    rules = policy()
    assert set(rules.kinds) == set(KINDS.values())
    assert set(rules.actions) == {*page.ACTIONS, *page.FREE_ACTIONS}
    assert {kind.code: kind.see for kind in rules.kinds.values()} == {
        KINDS[kind]: see for kind, see in page.SEE.items()
    }
    for action, (kind, _) in page.ACTIONS.items():
        assert rules.actions[action].kind == KINDS[kind]
    for action in page.FREE_ACTIONS:
        assert rules.actions[action].kind is None


def test_no_grant_names_a_relation_that_has_ended() -> None:
    rules = policy()
    grants = itertools.chain(
        *(action.grants for action in rules.actions.values()),
        *(some for kind in rules.kinds.values() for some in kind.classes.values()),
    )
    useless = {Relation.ENDED, Relation.NONE, Relation.CONFLICTED}
    assert [grant for grant in grants if grant.relations & useless] == []


def test_matrix_agrees_with_the_oracle() -> None:
    """Roles × relations × statuses × actions whole; then every other axis at once, drawn."""
    table = agrees(matrix.table_cells(pairs=IS_FULL), "table")
    mixed = agrees(matrix.mixed_cells(20261124, by_lane(60_000, 1_000_000)), "all axes")
    tell(f"policy matrix: {table + mixed} cells")
    assert table + mixed >= LEAST_CELLS


def test_classes_and_channels_agree_with_the_oracle() -> None:
    """Classes of field × what shows or takes out × channels; a part of them in the fast lane."""
    count = agrees(matrix.class_cells(by_lane(0.04, 1.0), seed=20261124), "classes × channels")
    assert count >= by_lane(20_000, 500_000)


CHILD = "child"


@pytest.fixture
def with_a_person_kind(monkeypatch: pytest.MonkeyPatch) -> Policy:
    """The policy with a kind that is a person, which a seal hides, and that glass opens."""
    lead, owner = frozenset({Role.SAFEGUARDING_LEAD}), frozenset({Relation.OWNER})
    kind = Kind(
        "proof.child",
        "a child",
        "child.see",
        lambda _: {},
        classes={FieldClass.IDENTITY: (Grant(lead, owner),)},
        is_person=True,
    )
    see = Action(
        "child.see", "see", "saw", (Grant(lead, owner),), kind=kind.code, opens_by_glass=True
    )
    name = Action("child.name", "name", "named", (Grant(lead, owner),), kind=kind.code)
    granted = [page.grant({page.LEAD}, {page.OWNER})]
    monkeypatch.setitem(page.ACTIONS, "child.see", (CHILD, granted))
    monkeypatch.setitem(page.ACTIONS, "child.name", (CHILD, granted))
    monkeypatch.setitem(page.SEE, CHILD, "child.see")
    monkeypatch.setitem(page.CLASSES, CHILD, {page.IDENTITY: granted})
    monkeypatch.setattr(page, "GLASS_OPENS", {*page.GLASS_OPENS, "child.see"})
    monkeypatch.setitem(KINDS, CHILD, kind.code)
    rules = policy()
    return Policy(
        {**rules.kinds, kind.code: kind},
        {**rules.actions, see.code: see, name.code: name},
        lets_operator=True,
    )


def sealed_people(seed: int, count: int) -> Iterator[Cell]:
    for one in matrix.mixed_questions(seed, count, ["child.see", "child.name"]):
        guards = tuple(
            replace(guard, kind=page.SEALED_PERSON)
            if guard.kind == page.SEALED and one.sealed_itself
            else guard
            for guard in one.guards
        )
        yield cell(replace(one, guards=guards, sealed_itself=False))


def test_sealed_person_is_absent_to_whoever_is_no_guardian(with_a_person_kind: Policy) -> None:
    agrees(sealed_people(7, by_lane(5_000, 100_000)), "sealed people", with_a_person_kind)


def test_small_checks_hold() -> None:
    assert wrong_small_checks() == []


def _named(one: Nearest) -> str:
    """The same name in every process: a set of strings has no order of its own."""
    return f"{one.role} {'+'.join(sorted(one.relations))} {one.status} {one.reason}"


@pytest.mark.parametrize("one", NEAREST, ids=_named)
def test_reason_is_what_was_missing_in_the_nearest_grant(one: Nearest) -> None:
    assert nearest_reason(one) is one.reason


def test_difference_tells_what_differs() -> None:
    """The proof itself can fail: a policy with one grant too many is found."""
    rules = policy()
    see = rules.actions["tool.see"]
    every = Grant(frozenset(Role), frozenset({Relation.OWNER}))
    wrong = Policy(rules.kinds, {**rules.actions, "tool.see": replace(see, grants=(every,))})
    _, found = matrix.differences(wrong, matrix.table_cells(pairs=False), most=len(matrix.STATUSES))
    assert len(found) == len(matrix.STATUSES)
    assert "tool.see" in found[0]
    assert plain.ABSENT in found[0]
