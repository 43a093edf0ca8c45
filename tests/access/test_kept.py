"""Questions are kept from one request to the next; what they were answered with never is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return
from safehub.foundation.access import queries
from safehub.foundation.access.decision import decide
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.queries import conditions, kept
from safehub.foundation.access.queries.bearing import Bearing
from safehub.foundation.access.queries.kept import Rows
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role

from .matrix import NOW
from .small import ASHA, POLICE_RETURN, acting, loaded, ref

LASTING = sorted(code for code, kind in queries.policy().kinds.items() if kind.lasts)


def viewer_as(role: Role) -> Viewer:
    return Viewer(
        role,
        person=11,
        membership=12,
        organisation=13,
        partnership=14,
        unit="Mill Lane",
        valid_from=NOW,
        valid_to=NOW + dt.timedelta(days=9),
        trained_until=NOW.date(),
        has_break_glass=True,
        stepped_up_at=NOW,
        at=NOW,
        request_id="0123456789abcdef",
        purpose="audit",
        operating_user="root",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("code", LASTING)
def test_lasting_kind_is_asked_alike_at_every_moment(code: str) -> None:
    """What the kept question leaves out of the viewer changes no condition of such a kind."""
    kind = queries.policy().kinds[code]
    records = apps.get_model(code)._default_manager
    own = kind.own_work or (lambda viewer: conditions.NOTHING)

    def in_words(condition: Q) -> str:
        return str(records.annotate(mark=queries._mark(condition)).values("mark").query)

    for role in Role:
        viewer = viewer_as(role)
        for one in (replace(viewer, at=NOW + dt.timedelta(days=400)), kept.timeless(viewer)):
            expected, found = kind.relations(viewer), kind.relations(one)
            assert expected.keys() == found.keys()
            for relation, condition in expected.items():
                assert in_words(condition) == in_words(found[relation]), relation
            assert in_words(own(viewer)) == in_words(own(one))


@pytest.mark.django_db
def test_kept_question_is_answered_anew() -> None:
    world = loaded()
    asha = acting(world, ASHA)
    assert decide(asha, "return.see", ref(POLICE_RETURN)).is_allowed
    key = POLICE_RETURN[1]
    found = Return.objects.get(pk=key)
    found.participant = found.participant.audit.participants.exclude(agency=asha.organisation)[0]
    found.respondent = "somebody else"
    found.save()
    facts = queries.facts_of(asha, "returns.return", [key], whole=False)
    assert not facts[key].is_own_work
    found.versions.all().delete()
    found.delete()
    assert queries.facts_of(asha, "returns.return", [key], whole=False) == {}
    assert not decide(asha, "return.see", ref(POLICE_RETURN)).is_allowed


@pytest.mark.django_db
def test_one_record_is_told_as_among_several() -> None:
    """By the kept SQL and by the query that Django words, whole or not, and as what they are."""
    world = loaded()
    for member in (ASHA, *list(world.memberships)[:3]):
        viewer = acting(world, member)
        for code in LASTING:
            keys = list(apps.get_model(code)._default_manager.values_list("pk", flat=True))
            for whole in (True, False):
                together = queries.facts_of(viewer, code, [*keys, -5], whole=whole)
                singly = {
                    key: facts
                    for one in (*keys, -5, 2**70)
                    for key, facts in queries.facts_of(viewer, code, [one], whole=whole).items()
                }
                assert singly == together


def test_other_rules_are_other_questions() -> None:
    store, rules = kept.Kept(), queries.policy()
    assert store.of(rules, ("a",), lambda: 1) == 1
    assert store.of(rules, ("a",), lambda: 2) == 1
    assert store.of(replace(rules, lets_operator=not rules.lets_operator), ("a",), lambda: 3) == 3
    assert store.of(rules, ("a",), lambda: 4) == 4


def test_store_that_is_full_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    store, rules = kept.Kept(), queries.policy()
    for number in range(9):
        store.of(rules, (number,), lambda: "made")
    assert store.of(rules, (0,), lambda: "made anew") == "made anew"


def test_what_bears_on_a_viewer_is_part_of_the_question() -> None:
    """Each thing that a condition may rest on tells two viewers' questions apart."""
    plain, words = Bearing().word, set()
    for change in ("conflicts", "ended", "glass"):
        found = Bearing()
        getattr(found, change)["returns.return"].add(5)
        words.add(found.word)
    shared, guarded, labelled = Bearing(), Bearing(), Bearing()
    shared.shares["owner"]["returns.return"].add(5)
    guarded.guarded.add(("returns.return", "sealed"))
    labelled.labelled.add("returns.return")
    words |= {shared.word, guarded.word, labelled.word}
    assert len(words - {plain}) == 6


def test_who_has_much_shared_is_asked_afresh() -> None:
    found = Bearing()
    found.shares["owner"]["returns.return"] |= set(range(60))
    assert not found.is_brief
    assert Bearing().is_brief


@pytest.mark.django_db
def test_kept_sql_is_used() -> None:
    """Else all of it would be asked the long way, and nobody would notice but by the clock."""
    kind = queries.policy().kinds["programmes.audit"]
    marked = queries._marked(kind, viewer_as(Role.AUDIT_COORDINATOR), Bearing(), whole=False)
    assert marked[1] is not None
    assert marked[0].model is Audit


def _returns(viewer: Viewer, worded: list[int] | None = None) -> list[tuple[int, ...]]:
    def make(given: Sequence[int]) -> Rows:
        if worded is not None:
            worded.append(1)
        seen = queries.visible_to(viewer, "return.see", Return.objects.filter(pk=given[0]))
        return seen.values_list("pk")

    return queries.rows_visible(viewer, ("return.see",), "test.rows", make, [POLICE_RETURN[1]])


@pytest.mark.django_db
def test_rows_are_worded_once_and_asked_each_time() -> None:
    world, worded = loaded(), list[int]()
    asha = acting(world, ASHA)
    there = [(POLICE_RETURN[1],)]
    assert [_returns(asha, worded), _returns(asha, worded)] == [there, there]
    assert len(worded) == 1
    with CaptureQueriesContext(connection) as asked:
        _returns(asha)
    # What bears on her, and the rows.
    assert len(asked) == 2
    found = Return.objects.get(pk=POLICE_RETURN[1])
    found.versions.all().delete()
    found.delete()
    assert _returns(asha) == []


@pytest.mark.django_db
def test_rows_are_of_the_moment_though_their_question_is_kept() -> None:
    """A membership that has ended, a conflict and a stranger are each another question, or none."""
    world = loaded()
    asha = acting(world, ASHA)
    assert _returns(asha)
    assert _returns(replace(asha, valid_to=NOW - dt.timedelta(minutes=1))) == []
    assert _returns(replace(asha, organisation=4)) == []
    assert asha.person is not None
    Conflict.objects.create(
        kind="returns.return",
        key=POLICE_RETURN[1],
        person_id=asha.person,
        state="declared",
        reason="A neighbour.",
        raised_at=NOW,
    )
    assert _returns(asha) == []


@pytest.mark.django_db
def test_rows_whose_question_does_not_hold_each_number_are_not_kept() -> None:
    asha = acting(loaded(), ASHA)
    with pytest.raises(ValueError, match="Not every number"):
        queries.rows_visible(asha, (), "test.lost", lambda _: Return.objects.values_list("pk"), [1])
    nothing = Return.objects.none().values_list("pk")
    assert queries.rows_visible(asha, (), "test.none", lambda _: nothing, [1]) == []
    assert queries.rows_visible(None, (), "test.none", lambda _: nothing, [1]) == []
