"""A question that is worded once finds what the plain one finds, whatever it is asked with."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factories.people import make_agency, make_membership, make_person
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.questions import Question
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.queries import current_memberships, person_to_sign_in

pytestmark = pytest.mark.django_db


def test_it_asks_once_and_finds_what_the_plain_question_finds() -> None:
    agency = make_agency("police")
    people = [make_person(name, agency=agency) for name in ("Ada", "Ben", "Cy")]
    held = [make_membership(one, agency) for one in people]
    held.append(make_membership(people[0], agency, Role.AGENCY_COORDINATOR))
    now = timezone.now()
    Membership.objects.filter(pk=held[3].pk).update(valid_to=now)
    for moment in (now - dt.timedelta(days=4_000), now, now - dt.timedelta(microseconds=1)):
        for person in people:
            plain = Membership.objects.current(moment).filter(person=person).order_by("pk")
            with CaptureQueriesContext(
                connection,
            ) as asked:
                found = current_memberships(person, moment)
                # What comes with it needs no further question.
                assert all((one.person, one.agency) == (person, agency) for one in found)
            assert len(asked) == 1
            assert found == list(plain)
            assert [vars(one).keys() for one in found] == [
                vars(one).keys() for one in plain.select_related("person", "agency")
            ]


def test_each_answer_is_the_database_s_own_at_that_moment() -> None:
    person = make_person("Ada", agency=make_agency("police"))
    first = person_to_sign_in(person.pk)
    Person.objects.filter(pk=person.pk).update(name="Adele")
    second = person_to_sign_in(person.pk)
    assert first is not None
    assert second is not None
    assert (first.name, second.name) == ("Ada", "Adele")
    plain = vars(Person.objects.get(pk=person.pk))
    assert {k: v for k, v in vars(second).items() if k != "_state"} == {
        k: v for k, v in plain.items() if k != "_state"
    }
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert person_to_sign_in(person.pk) is None


@pytest.mark.parametrize("key", [0, -1, 2**63, -(2**63) - 1, 10**30])
def test_a_key_that_none_has_finds_none(key: int) -> None:
    assert person_to_sign_in(key) is None


def test_texts_are_values_whatever_they_hold() -> None:
    make_agency("police")
    named = Question(lambda name: Person.objects.filter(name=name), str)
    person = make_person("Ada", agency=make_agency("fire"))
    Person.objects.filter(pk=person.pk).update(name="O'Neil; -- %s ?")
    assert named.first("O'Neil; -- %s ?") == person
    assert named.first("\ue0000") is None
    assert named.first("%") is None


def test_a_value_that_is_no_value_of_the_question_is_refused() -> None:
    both = Question(lambda one, other: Person.objects.filter(pk=one), int, int)
    with pytest.raises(ValueError, match="Not every value given"):
        both.asked(1, 2)
