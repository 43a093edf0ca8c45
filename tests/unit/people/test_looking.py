"""Whoever is found, whoever is not, and what is told of neither."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from factories.people import make_agency, make_membership, make_partnership, make_viewer
from factories.register import BORN, make_individual, make_unborn
from safehub.foundation.access.commands import declare_conflict, label_record
from safehub.foundation.access.models import Alert
from safehub.foundation.access.states import AlertKind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.outbox.working import run_jobs
from safehub.foundation.records import ref_of
from safehub.matching.records import Compared, compared
from safehub.register.people import commands
from safehub.register.people.commands import BirthSaid, Lived
from safehub.register.people.looking import Candidate, candidates_for, outcome_of
from safehub.register.people.looks.commands import KEPT_FOR, forget_look_ups, look_up
from safehub.register.people.models import Individual, LookUp, MatchKey
from safehub.register.people.states import Band, Birth, NameKind, Outcome

from .hub import Hub

AMIRA = {"first_name": "Amira", "surname": "Hassan", "born": "2020-03-03"}


@pytest.fixture
def hub(db: None) -> Hub:
    return Hub()


def found(viewer: Viewer, **typed: str) -> list[Individual]:
    return [one.individual for one in looked(viewer, **typed)]


def looked(viewer: Viewer, **typed: str) -> list[Candidate]:
    return candidates_for(viewer, compared(**typed))


@pytest.mark.parametrize(
    "typed",
    [
        AMIRA,
        {"first_name": "Amira", "surname": "Hassan"},
        {"first_name": "Ameera", "surname": "Hasan"},
        {"first_name": "HASSAN", "surname": "amira", "born": "2020-03-03"},
        {"first_name": "Amira", "surname": "Hassan", "born": "2020-03-04", "postcode": "FW1 2AB"},
        {"surname": "Hassan", "postcode": "fw12ab"},
        {"nhs_number": "943 476 5919"},
    ],
    ids=str,
)
def test_somebody_is_found_by_much_or_little(hub: Hub, typed: dict[str, str]) -> None:
    viewer = hub.viewer()
    one = make_individual(viewer, postcode="FW1 2AB", nhs_number="943 476 5919")
    make_individual(viewer, "Joe", "Ferns", BirthSaid(Birth.EXACT, dt.date(2011, 1, 1)))
    assert found(viewer, **typed) == [one]


def test_bands_are_settings(hub: Hub, settings: Settings) -> None:
    viewer = hub.viewer()
    make_individual(viewer)
    by_name = looked(viewer, first_name="Amira", surname="Hassan")
    probability = by_name[0].score.probability
    assert 0.7 < probability < 0.85
    assert [one.band for one in by_name] == [Band.LOW]
    assert outcome_of(by_name) == Outcome.LOW
    settings.SAFEHUB_POSSIBLE_FROM = probability
    assert outcome_of(by_name) == Outcome.POSSIBLE
    settings.SAFEHUB_MATCH_FROM = probability
    assert outcome_of(by_name) == Outcome.MATCH
    make_individual(viewer)
    assert outcome_of(looked(viewer, **AMIRA)) == Outcome.MANY
    assert outcome_of(looked(viewer, first_name="Joe", surname="Ferns")) == Outcome.NONE


def test_every_name_and_open_face_finds_and_keys_follow_each_change(hub: Hub) -> None:
    viewer = hub.viewer()
    one = make_individual(viewer)
    commands.add_name(
        individual=one, kind=NameKind.CURRENT, given_names="Мария", family_name="Иванова", by=viewer
    )
    assert found(viewer, first_name="Mariya", surname="Ivanova", born="2020-03-03") == [one]
    assert found(viewer, **AMIRA) == [one]
    one.refresh_from_db()
    said = BirthSaid(Birth.EXACT, dt.date(2019, 5, 6))
    commands.correct_birth(individual=one, said=said, why="The certificate", by=viewer)
    assert found(viewer, born="2019-05-06", first_name="Amira") == [one]
    assert found(viewer, born="2020-03-03") == []
    assert MatchKey.objects.filter(individual=one).count() == len(
        set(MatchKey.objects.filter(individual=one).values_list("key", flat=True))
    )


def test_somebody_with_one_name_is_found_in_either_box(hub: Hub) -> None:
    viewer = hub.viewer()
    one = make_individual(viewer, "", "Suharto", BirthSaid(Birth.UNKNOWN))
    assert found(viewer, first_name="Suharto") == [one] == found(viewer, surname="Suharto")


def test_an_unborn_child_is_found_by_family_name_and_postcode(hub: Hub) -> None:
    viewer = hub.viewer()
    one = make_unborn(viewer)
    commands.add_address(individual=one, lived=Lived("", "FW1 2AB"), by=viewer)
    assert found(viewer, surname="Hassan", postcode="FW1 2AB") == [one]
    born = dt.date(2026, 11, 1)
    commands.mark_born(individual=one, born_on=born, sex="female", by=viewer)
    assert found(viewer, surname="Hassan", born="2026-11-01") == [one]


def test_nobody_is_found_by_a_protected_address(hub: Hub) -> None:
    viewer = hub.viewer(Role.HUB_DECISION_MAKER)
    one = make_individual(viewer)
    hidden = Lived("1 Refuge Road", "FW9 9ZZ", is_protected=True)
    before = looked(viewer, **AMIRA)[0].score
    commands.add_address(individual=one, lived=hidden, by=viewer)
    assert found(viewer, surname="Hassan", postcode="FW9 9ZZ") == []
    # Nor is a guess at it borne out by what anything weighs.
    guessed = looked(viewer, **AMIRA, postcode="FW9 9ZZ")[0].score
    assert guessed == looked(viewer, **AMIRA, postcode="FW1 1AA")[0].score == before


def test_strangers_who_share_a_day_of_birth_are_not_told(hub: Hub) -> None:
    viewer = hub.viewer()
    make_individual(viewer)
    assert found(viewer, first_name="Joe", surname="Ferns", born="2020-03-03") == []


def test_whom_need_to_know_hides_is_left_out_before_anything_is_compared(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sealed, in conflict, labelled, of another partnership: each counts for nothing."""
    viewer, coordinator = hub.viewer(), hub.viewer(Role.HUB_DECISION_MAKER)
    sealed, conflicted, labelled = (make_individual(viewer) for _ in range(3))
    away = make_agency("CSC", partnership=make_partnership("Elsewhere"))
    make_individual(make_viewer(make_membership(agency=away, role=Role.HUB_COORDINATOR)))
    declare_conflict(on=ref_of(conflicted), reason="A cousin of mine", by=viewer)
    label_record(
        on=ref_of(labelled), reason="Not to her", by=coordinator,
        field_class=FieldClass.IDENTITY, not_to_person=viewer.person,
    )  # fmt: skip
    hub.seal(sealed)
    compared_with: list[Individual] = []
    from safehub.register.people import looking

    real = looking._best

    def noting(one: Individual, sought: Compared) -> Candidate | None:
        compared_with.append(one)
        return real(one, sought)

    monkeypatch.setattr(looking, "_best", noting)
    assert found(viewer, **AMIRA) == []
    assert compared_with == []
    seen = found(coordinator, **AMIRA)
    assert seen == [sealed, conflicted, labelled]
    assert found(hub.viewer(Role.HUB_RESEARCHER), **AMIRA) == [conflicted, labelled]


@pytest.mark.parametrize(
    "role",
    [role for role in Role if role.value not in ("local_operator",)],
    ids=str,
)
def test_the_hub_alone_looks_people_up(hub: Hub, role: Role) -> None:
    make_individual(hub.viewer())
    is_hub = role in {
        *(Role.HUB_COORDINATOR, Role.HUB_DECISION_MAKER, Role.HUB_RESEARCHER),
        Role.EMERGENCY_DUTY,
    }
    viewer = hub.viewer(role)
    assert bool(found(viewer, **AMIRA)) == is_hub
    if is_hub:
        look_up(given_names="Amira", family_name="Hassan", by=viewer)
    else:
        with pytest.raises(NotAllowed):
            look_up(given_names="Amira", family_name="Hassan", by=viewer)


def test_a_search_like_a_sealed_person_alerts_the_guardians_and_tells_the_searcher_nothing(
    hub: Hub,
) -> None:
    searcher = hub.viewer(Role.HUB_RESEARCHER)

    def searched() -> int:
        with CaptureQueriesContext(connection) as taken:
            look_up(given_names="Amira", family_name="Hassan", born_on=BORN, by=searcher)
            assert found(searcher, **AMIRA) == []
        return len(taken)

    # What a process asks once, such as for a part of the trail, it has asked already.
    searched()
    while run_jobs("worker"):
        pass
    one = make_individual(hub.viewer())
    hub.seal(one)
    queries = searched()
    run_jobs("worker")
    alert = Alert.objects.get(what=AlertKind.SEAL_MET)
    assert (alert.kind, alert.key, alert.person_id) == (
        "people.individual",
        one.pk,
        searcher.person,
    )
    while run_jobs("worker"):
        pass
    guardian = hub.member(Role.HUB_DECISION_MAKER).person.email
    assert guardian in set(Message.objects.values_list("to", flat=True))
    assert not any("Amira" in str(row) for row in Message.objects.values_list())
    assert not any("Amira" in str(row) for row in Job.objects.values_list())
    # Whether somebody is sealed or nobody is there: the same work.
    Individual.objects.filter(pk=one.pk).delete()
    assert searched() == queries


def test_recording_somebody_like_a_sealed_person_alerts_too_and_goes_on(hub: Hub) -> None:
    sealed = make_individual(hub.viewer())
    hub.seal(sealed)
    by = hub.viewer(Role.HUB_RESEARCHER)
    made = commands.record_individual(
        given_names="Amira", family_name="Hassan", said=BirthSaid(Birth.EXACT, BORN), others=(),
        by=by,
    )  # fmt: skip
    while run_jobs("worker"):
        pass
    assert made.pk != sealed.pk
    assert Alert.objects.get(what=AlertKind.SEAL_MET).key == sealed.pk


def test_a_guardians_own_search_alerts_nobody(hub: Hub) -> None:
    hub.seal(make_individual(hub.viewer()))
    guardian = hub.viewer(Role.HUB_DECISION_MAKER)
    look_up(given_names="Amira", family_name="Hassan", born_on=BORN, by=guardian)
    while run_jobs("worker"):
        pass
    assert not Alert.objects.filter(what=AlertKind.SEAL_MET).exists()


@pytest.mark.parametrize("typed", [{}, {"given_names": "?!"}, {"postcode": "FW1 2AB"}], ids=str)
def test_too_little_is_refused_and_nothing_is_kept(hub: Hub, typed: dict[str, str]) -> None:
    with pytest.raises(NotPossible, match="too little"):
        look_up(by=hub.viewer(), **typed)  # type: ignore[arg-type]
    assert not LookUp.objects.exists()


def test_what_was_typed_is_forgotten_after_a_month(hub: Hub) -> None:
    made = look_up(given_names="Amira", family_name="Hassan", by=hub.viewer())
    assert forget_look_ups(at=made.made_at + KEPT_FOR) == 0
    assert forget_look_ups(at=made.made_at + KEPT_FOR + dt.timedelta(seconds=1)) == 1
    assert not LookUp.objects.exists()
