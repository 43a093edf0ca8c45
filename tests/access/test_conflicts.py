"""Conflicts of interest: whose words stand, and how one is decided and a decision turned round."""

from __future__ import annotations

import pytest

from oracle.plain_access_world import World
from safehub.foundation.access import commands
from safehub.foundation.access.decision import decide
from safehub.foundation.access.models import Alert, Conflict
from safehub.foundation.access.queries import conflicts_decided, conflicts_to_decide
from safehub.foundation.access.states import AlertKind
from safehub.foundation.access.vocabulary import Outcome
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.trail.models import TrailEvent

from .small import ASHA, CARA, EDIE, FAY, GUS, POLICE_RETURN, acting, loaded, ref

pytestmark = pytest.mark.django_db
WHY = "the same surname"


@pytest.fixture
def world() -> World:
    return loaded()


def suspect(world: World, by: int, reason: str = WHY) -> Conflict:
    return commands.suspect_conflict(
        on=ref(POLICE_RETURN), person=ASHA, reason=reason, by=acting(world, by)
    )


def settle(world: World, made: Conflict, *, is_conflict: bool, by: int = GUS) -> None:
    commands.decide_conflict(
        conflict=made, is_conflict=is_conflict, words="decided so", by=acting(world, by)
    )


def turn_round(world: World, made: Conflict, by: int = FAY) -> None:
    commands.reverse_conflict(conflict=made, words="another of that name", by=acting(world, by))


def outcome(world: World) -> Outcome:
    return decide(acting(world, ASHA), "return.see", ref(POLICE_RETURN)).outcome


def said() -> list[tuple[str, str]]:
    return list(Conflict.objects.order_by("pk").values_list("state", "reason"))


def test_suspected_conflict_alerts_and_locks_nobody_out_until_it_is_confirmed(
    world: World,
) -> None:
    made = suspect(world, GUS)
    assert outcome(world) is Outcome.ALLOW
    assert Alert.objects.get().what == AlertKind.SUSPECTED_CONFLICT
    settle(world, made, is_conflict=True)
    assert outcome(world) is Outcome.ABSENT


def test_each_who_suspects_is_heard_and_each_once_while_it_waits(world: World) -> None:
    suspect(world, GUS)
    with pytest.raises(NotPossible, match="said so already"):
        suspect(world, GUS, "she was seen with the father")
    suspect(world, CARA, "she was seen with the father")
    assert said() == [("suspected", WHY), ("suspected", "she was seen with the father")]
    assert Alert.objects.count() == 2


def test_conflict_that_was_cleared_may_be_suspected_again(world: World) -> None:
    settle(world, suspect(world, CARA), is_conflict=False)
    again = suspect(world, CARA, "she has since married the father")
    assert said() == [("cleared", WHY), ("suspected", "she has since married the father")]
    assert Alert.objects.filter(what=AlertKind.SUSPECTED_CONFLICT).count() == 2
    settle(world, again, is_conflict=True)
    assert outcome(world) is Outcome.ABSENT


def test_declaring_leaves_what_others_suspect(world: World) -> None:
    suspect(world, GUS, "she was seen with the father")
    declared = commands.declare_conflict(
        on=ref(POLICE_RETURN), reason="a distant cousin", by=acting(world, ASHA)
    )
    assert said() == [
        ("suspected", "she was seen with the father"),
        ("declared", "a distant cousin"),
    ]
    settle(world, declared, is_conflict=False)
    assert outcome(world) is Outcome.ALLOW
    assert said()[0] == ("suspected", "she was seen with the father")


def test_nobody_suspects_themselves(world: World) -> None:
    with pytest.raises(NotPossible, match="declared, not suspected"):
        suspect(world, ASHA)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("is_conflict", [True, False])
def test_conflict_is_decided_once_and_a_decision_turned_round_once(
    world: World, is_conflict: bool
) -> None:
    made = suspect(world, CARA)
    with pytest.raises(NotPossible, match="no decision"):
        turn_round(world, made)
    settle(world, made, is_conflict=is_conflict)
    with pytest.raises(NotPossible, match="decided already"):
        settle(world, made, is_conflict=not is_conflict, by=FAY)
    assert outcome(world) is (Outcome.ABSENT if is_conflict else Outcome.ALLOW)
    turn_round(world, made)
    assert outcome(world) is (Outcome.ALLOW if is_conflict else Outcome.ABSENT)
    kept = Conflict.objects.get()
    assert (kept.decision, kept.decided_by_id) == ("decided so", GUS)
    assert (kept.reversal, kept.reversed_by_id) == ("another of that name", FAY)
    with pytest.raises(NotPossible):
        turn_round(world, made, EDIE)
    events = list(TrailEvent.objects.values_list("event", flat=True))
    assert events.count("conflict.decided") == events.count("conflict.reversed") == 1


def test_cleared_conflict_that_was_raised_anew_is_not_turned_round(world: World) -> None:
    first = suspect(world, CARA)
    settle(world, first, is_conflict=False)
    suspect(world, CARA)
    with pytest.raises(NotPossible, match="raised anew"):
        turn_round(world, first)


def test_nobody_turns_round_a_decision_on_themselves(world: World) -> None:
    made = commands.suspect_conflict(
        on=ref(POLICE_RETURN), person=GUS, reason=WHY, by=acting(world, CARA)
    )
    settle(world, made, is_conflict=True, by=FAY)
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        turn_round(world, made, GUS)
    with pytest.raises(Absent):
        turn_round(world, made, ASHA)


def test_lists_are_of_others_and_for_those_who_decide(world: World) -> None:
    declared = commands.declare_conflict(on=ref(POLICE_RETURN), reason=WHY, by=acting(world, GUS))
    assert [one.pk for one in conflicts_to_decide(acting(world, FAY))] == [declared.pk]
    for person in (GUS, ASHA, CARA):
        assert not conflicts_to_decide(acting(world, person))
    settle(world, declared, is_conflict=False, by=FAY)
    assert not conflicts_to_decide(acting(world, FAY))
    assert [one.pk for one in conflicts_decided(acting(world, EDIE))] == [declared.pk]
    turn_round(world, declared)
    assert not conflicts_decided(acting(world, EDIE))
