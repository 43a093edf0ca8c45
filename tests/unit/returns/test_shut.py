"""Whoever may not read what was sent in on a case begins nothing in its place, and reads none."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_membership, make_person, make_viewer, sign_in
from safehub.audit.returns.models import Return, ReturnVersion, WorkingReturn
from safehub.audit.returns.working import commands
from safehub.foundation.access.models import Conflict, NamedPerson, Protection
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.register.accounts.models import Membership, Person

from .answering import Answerer

WORDS = "She told her teacher of the belt."


@pytest.fixture
def small(db: None) -> SmallRound:
    return SmallRound()


@pytest.fixture
def cleo(small: SmallRound) -> Membership:
    person = make_person("Cleo", agency=small.agency)
    return make_membership(person, small.agency, Role.AGENCY_COORDINATOR)


def conflicted(made: Return, who: Membership) -> None:
    Conflict.objects.create(
        kind="returns.return",
        key=made.pk,
        person=who.person,
        state="declared",
        reason="A neighbour.",
        raised_at=timezone.now(),
    )


def restricted(made: Return, who: Membership) -> None:
    on = {"kind": "returns.return", "key": made.pk}
    now = timezone.now()
    Protection.objects.create(**on, sensitivity="restricted", reason="Named alone.", set_at=now)
    # The list holds who is asked to begin below, so that it is shut to this one alone.
    asha = Person.objects.get(memberships__role=Role.AGENCY_AUDITOR)
    NamedPerson.objects.create(**on, person=asha, named_at=now)


@pytest.mark.parametrize("shut", [conflicted, restricted])
def test_a_return_that_is_shut_is_not_read_by_beginning_another(
    small: SmallRound, cleo: Membership, shut: object
) -> None:
    made = small.submitted(story=WORDS)
    assert callable(shut)
    shut(made, cleo)
    one = Answerer(sign_in(browser(), cleo.person, cleo))
    one.open(reverse("audit:begin_return", args=["voices", "01"]))
    one.send(known="yes")
    assert one.status == 422
    assert "is not open to you, so you begin nothing in its place" in one.page
    assert not WorkingReturn.objects.exists()
    # To a colleague it is open as before.
    asha = Answerer(small.client)
    asha.open(reverse("audit:begin_return", args=["voices", "01"]))
    asha.send(known="yes")
    assert WorkingReturn.objects.get().answers["story"] == WORDS


def test_what_came_in_since_does_not_show_where_it_is_shut(
    small: SmallRound, cleo: Membership
) -> None:
    working = small.working(answers={"known": "yes", "good": "yes"}, updated_by=cleo.person)
    made = Return.objects.create(participant=small.participant, case=small.case, position=1)
    ReturnVersion.objects.create(
        audit_return=made,
        number=1,
        status="submitted",
        known="yes",
        response={"item": [{"linkId": "story", "answer": [{"valueString": WORDS}]}]},
        not_asked=[],
        tool_version=small.audit.tool_version,
    )
    check = reverse("audit:check_answers", args=["voices", working.pk])
    assert WORDS in Answerer(small.client).open(check)
    conflicted(made, cleo)
    one = Answerer(sign_in(browser(), cleo.person, cleo))
    assert WORDS not in one.open(check)
    with pytest.raises(NotPossible, match="begin nothing in its place"):
        commands.submit_return(
            working=working, edition=working.edition, replaces=1, by=make_viewer(cleo)
        )
