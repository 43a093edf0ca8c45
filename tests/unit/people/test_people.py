"""Recording a person, and all that is changed since: nothing is lost and nothing is doubled."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from factories.people import make_agency, make_partnership, make_viewer
from factories.register import BORN, make_individual, make_unborn
from safehub.foundation.access.commands import share_record
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.foundation.errors import Absent, EditConflict, NotAllowed, NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.models import TrailEvent
from safehub.register.agencies.models import Partnership
from safehub.register.people import commands
from safehub.register.people.commands import BirthSaid, Lived
from safehub.register.people.models import FieldHistory, Individual
from safehub.register.people.states import Birth, Ending, NameKind, Scheme, Sex
from unit.returns.answering import Answerer

from .hub import Hub

EXACT = BirthSaid(Birth.EXACT, BORN, sex=Sex.FEMALE)
REFUGE = "1 Refuge Road"


@pytest.fixture
def hub(db: None) -> Hub:
    return Hub()


# --- search before create ------------------------------------------------------------------------


def day(name: str, on: dt.date) -> dict[str, str]:
    return {
        f"{name}-day": str(on.day),
        f"{name}-month": str(on.month),
        f"{name}-year": str(on.year),
    }


def test_nobody_is_recorded_before_whoever_looks_like_them_was_looked_at(hub: Hub) -> None:
    one = make_individual(hub.viewer(), postcode="FW1 2AB")
    rowan = Answerer(hub.client())
    rowan.open(reverse("register:search"))
    rowan.send(given_names="Ameera", family_name="Hassan", **day("born_on", BORN))
    assert "/register/look-ups/" in rowan.address
    assert "Ameera" not in rowan.address
    assert reverse("register:individual", args=[one.pk]) in rowan.page
    rowan.open(f"{rowan.address}record/")
    # Typed otherwise than it was looked for: it is looked for again.
    rowan.send(given_names="Amira", birth="exact", sex="female", **day("born_on", BORN))
    assert rowan.status == 422
    assert "Tick each who is somebody else" in rowan.page or "Who of these" in rowan.page
    assert "Likely the same person" in rowan.page
    assert Individual.objects.count() == 1
    rowan.send(others=str(one.pk))
    assert "The person is recorded." in rowan.page
    assert Individual.objects.count() == 2
    events = set(TrailEvent.objects.values_list("event", flat=True))
    assert {"individual.looked_up", "individual.recorded", "individual.see"} <= events


def test_somebody_recorded_meanwhile_is_looked_at_too(hub: Hub) -> None:
    """Two record the same child at once: the second is shown the first."""
    by = hub.viewer()
    given = {"given_names": "Amira", "family_name": "Hassan", "said": EXACT, "by": by}
    first = commands.record_individual(**given, others=())  # type: ignore[arg-type]
    with pytest.raises(NotPossible, match="looks like this person"):
        commands.record_individual(**given, others=())  # type: ignore[arg-type]
    assert Individual.objects.get() == first
    commands.record_individual(**given, others={first.pk})  # type: ignore[arg-type]
    assert Individual.objects.count() == 2


def test_a_sealed_person_does_not_stop_the_record(hub: Hub) -> None:
    hub.seal(make_individual(hub.viewer()))
    commands.record_individual(
        given_names="Amira", family_name="Hassan", said=EXACT, others=(), by=hub.viewer()
    )
    assert Individual.objects.count() == 2


def test_a_look_up_is_its_makers_alone(hub: Hub) -> None:
    rowan = Answerer(hub.client())
    rowan.open(reverse("register:search"))
    rowan.send(given_names="Amira", family_name="Hassan")
    there = rowan.address
    for role in (Role.HUB_RESEARCHER, Role.PRIVACY_OFFICER):
        for address in (there, f"{there}record/"):
            assert hub.client(role).get(address).status_code == 404


# --- names, numbers, addresses -------------------------------------------------------------------


def test_names_are_kept_over_time_in_their_script(hub: Hub) -> None:
    by = hub.viewer()
    one = make_individual(by)
    since = dt.date(2024, 2, 29)
    commands.add_name(
        individual=one, kind=NameKind.CURRENT, given_names="أميرة", family_name="حسن",
        used_from=since, by=by,
    )  # fmt: skip
    rows = one.names.values_list("kind", "given_names", "used_until")
    assert list(rows) == [("current", "أميرة", None), ("former", "Amira", since)]
    with pytest.raises(NotPossible, match="later day"):
        commands.add_name(
            individual=one, kind=NameKind.CURRENT, given_names="A", family_name="B",
            used_from=dt.date(2023, 1, 1), by=by,
        )  # fmt: skip
    with pytest.raises(NotPossible, match="Enter a name"):
        commands.add_name(
            individual=one, kind=NameKind.ALIAS, given_names="\u200b ", family_name="", by=by
        )
    assert one.names.filter(kind=NameKind.CURRENT).count() == 1


def test_numbers_check_are_kept_once_and_may_be_another_persons_too(hub: Hub) -> None:
    by = hub.viewer()
    one, other = make_individual(by), make_individual(by, "Joe", "Ferns")
    for person in (one, other):
        commands.add_identifier(individual=person, scheme=Scheme.NHS, number="943 476 5919", by=by)
    with pytest.raises(NotPossible, match="already"):
        commands.add_identifier(individual=one, scheme=Scheme.NHS, number="9434765919", by=by)
    with pytest.raises(NotPossible, match="does not agree"):
        commands.add_identifier(individual=one, scheme=Scheme.NHS, number="9434765918", by=by)
    for agency in (None, make_agency("away", partnership=_away())):
        with pytest.raises(NotPossible, match="Choose the agency"):
            commands.add_identifier(
                individual=one, scheme=Scheme.LOCAL, number="P1", agency=agency, by=by
            )
    assert one.identifiers.count() == 1


def _away() -> Partnership:
    return make_partnership("Elsewhere")


def test_a_protected_address_shows_to_fewer_and_on_that_page_alone(hub: Hub) -> None:
    by = hub.viewer()
    one = make_individual(by)
    here = commands.add_address(individual=one, lived=Lived(REFUGE, "FW9 9ZZ", True), by=by)
    commands.say_safe_contact(individual=one, how="Ring the school", when="", by=by)
    worker = hub.member(Role.ALLOCATED_WORKER)
    address = reverse("register:individual", args=[one.pk])
    assert hub.client(Role.ALLOCATED_WORKER).get(address).status_code == 404
    share_record(
        on=ref_of(one), relation=Relation.SHARED, reason="To visit", person=worker.person_id, by=by
    )
    shows = {
        Role.HUB_COORDINATOR: True,
        Role.HUB_DECISION_MAKER: True,
        Role.EMERGENCY_DUTY: True,
        Role.HUB_RESEARCHER: False,
        Role.ALLOCATED_WORKER: False,
    }
    for role, is_shown in shows.items():
        page = hub.client(role).get(address).content.decode()
        assert "Amira Hassan" in page
        assert "Protected address" in page
        assert (REFUGE in page) is is_shown, role
        assert ("Ring the school" in page) is is_shown, role
        assert REFUGE not in page.partition("</title>")[0]
    ended = reverse("register:end_address", args=[one.pk, here.pk])
    assert hub.client(Role.HUB_RESEARCHER).get(ended).status_code == 404
    with pytest.raises(Absent):
        commands.end_address(
            individual=one, address=here.pk, lived_until=BORN, by=hub.viewer(Role.HUB_RESEARCHER)
        )
    share_record(
        on=ref_of(one), relation=Relation.ASSIGNED, reason="Hers", person=worker.person_id, by=by
    )
    assert REFUGE in hub.client(Role.ALLOCATED_WORKER).get(address).content.decode()


def test_until_when_somebody_lived_somewhere_is_said_once(hub: Hub) -> None:
    by = hub.viewer()
    one = make_individual(by)
    lived = Lived("1 High Street", lived_from=dt.date(2020, 2, 29))
    here = commands.add_address(individual=one, lived=lived, by=by)

    def ends(on: dt.date) -> None:
        commands.end_address(individual=one, address=here.pk, lived_until=on, by=by)

    with pytest.raises(NotPossible, match="on or after"):
        ends(dt.date(2020, 2, 28))
    with pytest.raises(NotPossible, match="today or earlier"):
        ends(dt.date(2999, 1, 1))
    ends(dt.date(2021, 1, 1))
    with pytest.raises(NotPossible, match="said already"):
        ends(dt.date(2021, 1, 2))


# --- birth and death -----------------------------------------------------------------------------


def test_a_correction_keeps_what_stood_before_with_why(hub: Hub) -> None:
    by = hub.viewer()
    one = make_individual(by)
    stale = Individual.objects.get(pk=one.pk)
    said = BirthSaid(Birth.ESTIMATED, dt.date(2019, 7, 1), sex=Sex.MALE)
    commands.correct_birth(individual=one, said=said, why="The mother said so", by=by)
    rows = FieldHistory.objects.order_by("field").values_list("field", "before", "why")
    assert list(rows) == [
        ("birth", "3 March 2020", "The mother said so"),
        ("sex", "Female", "The mother said so"),
    ]
    # A second person, who read it before, overwrites nothing.
    with pytest.raises(EditConflict):
        commands.correct_birth(individual=stale, said=EXACT, why="Back", by=by)
    one.refresh_from_db()
    with pytest.raises(NotPossible, match="Nothing is different"):
        commands.correct_birth(individual=one, said=said, why="Again", by=by)
    with pytest.raises(NotPossible, match="today or earlier"):
        commands.correct_birth(
            individual=one, said=BirthSaid(Birth.EXACT, dt.date(2999, 1, 1)), why="x", by=by
        )


def test_an_unborn_child_who_is_born_is_the_same_person(hub: Hub) -> None:
    rowan = Answerer(hub.client())
    one = make_unborn(hub.viewer())
    page = rowan.open(reverse("register:individual", args=[one.pk]))
    assert "Not born yet, expected 1 March 2027" in page
    rowan.open(reverse("register:born", args=[one.pk]))
    rowan.send(sex="female", **day("born_on", dt.date(2026, 11, 1)))
    assert "1 November 2026" in rowan.page
    # When the child was expected stays known, also where the birth is corrected.
    assert "not born yet, expected 1 March 2027" in rowan.page
    rowan.open(reverse("register:correct_birth", args=[one.pk]))
    rowan.send(why="Heard wrongly", **day("born_on", dt.date(2026, 11, 2)))
    assert "Was expected" in rowan.page
    again = Individual.objects.get()
    assert (again.pk, again.birth, again.due_on) == (one.pk, Birth.EXACT, dt.date(2027, 3, 1))
    with pytest.raises(NotPossible, match="born already"):
        commands.mark_born(individual=one, born_on=BORN, sex=Sex.MALE, by=hub.viewer())


def test_a_pregnancy_ends_once_and_a_born_child_is_not_lost(hub: Hub) -> None:
    by = hub.viewer()
    one, born = make_unborn(by), make_individual(by)
    on = dt.date(2026, 11, 1)
    with pytest.raises(NotPossible, match="how the pregnancy ended"):
        commands.mark_died(individual=one, on=on, by=by)
    with pytest.raises(NotPossible, match="born already"):
        commands.mark_lost(individual=born, ending=Ending.STILLBORN, on=on, by=by)
    commands.mark_lost(individual=one, ending=Ending.STILLBORN, on=on, by=by)
    # Two at once, the second with what it read before.
    with pytest.raises(NotPossible, match="already how"):
        commands.mark_born(individual=one, born_on=on, sex=Sex.MALE, by=by)
    commands.mark_died(individual=born, on=on, by=by)
    with pytest.raises(NotPossible, match="already that they died"):
        commands.mark_died(individual=born, on=on, by=by)
    with pytest.raises(NotPossible, match="died, or the pregnancy"):
        commands.correct_birth(
            individual=Individual.objects.get(pk=born.pk), said=BirthSaid(Birth.UNBORN), why="x",
            by=by,
        )  # fmt: skip


def test_somebody_who_only_sees_changes_nothing(hub: Hub) -> None:
    by = hub.viewer()
    one = make_individual(by)
    worker = hub.member(Role.ALLOCATED_WORKER)
    share_record(
        on=ref_of(one), relation=Relation.SHARED, reason="To visit", person=worker.person_id, by=by
    )
    with pytest.raises(NotAllowed):
        commands.mark_died(individual=one, on=dt.date(2026, 11, 1), by=make_viewer(worker))
    client = hub.client(Role.ALLOCATED_WORKER)
    page = client.get(reverse("register:individual", args=[one.pk])).content.decode()
    assert reverse("register:add_name", args=[one.pk]) not in page
    assert client.get(reverse("register:add_name", args=[one.pk])).status_code == 403
