"""Cases are allocated to auditors who do not hold them, and an auditor sees those and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from safehub.audit.returns.allocating.commands import allocate_cases
from safehub.audit.returns.models import Allocation, Return
from safehub.audit.returns.queries import grid_for
from safehub.foundation.access.commands import CONFLICT_JOB, decide_conflict, declare_conflict
from safehub.foundation.access.decision import may
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.jobs import job_named
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.records import ref_of
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Membership

from .answering import Answerer

AUDITOR, COORDINATOR = Role.AGENCY_AUDITOR, Role.AGENCY_COORDINATOR


@pytest.fixture
def small(db: None) -> SmallRound:
    """Two cases, both allocated to Asha."""
    return SmallRound(size=2)


def member(small: SmallRound, name: str, role: Role = COORDINATOR, **more: Any) -> Membership:
    agency = more.pop("agency", small.agency)
    person = make_person(name, email=f"{name.lower()}@example.org", agency=agency)
    return make_membership(person, agency, role, **more)


def client(one: Membership) -> Client:
    return sign_in(browser(), one.person, one)


def allocate(small: SmallRound, by: Membership, *auditors: Membership, **more: Any) -> None:
    cases = more.pop("cases", small.cases[:1])
    allocate_cases(
        participant=small.participant,
        cases=cases,
        auditors=auditors,
        by=make_viewer(by),
        **more,
    )


def auditors_now(small: SmallRound) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    live = Allocation.objects.filter(ended_at=None).order_by("case__number", "auditor__name")
    for case, name in live.values_list("case__number", "auditor__name"):
        found.setdefault(case or "", []).append(name)
    return found


def test_the_coordinator_allocates_a_case_on_a_page(small: SmallRound) -> None:
    cleo, ben = member(small, "Cleo"), member(small, "Ben", AUDITOR)
    one = Answerer(client(cleo))
    page = one.open(reverse("audit:allocations", args=["voices"]))
    assert "2 of 2 cases" in page
    one.open(reverse("audit:allocate", args=["voices", "01"]))
    assert "Who holds this case" in one.page
    one.send(holder="nobody", auditors=[str(ben.person_id)])
    assert "Case 01: what you said is kept." in one.page
    assert auditors_now(small) == {"01": ["Ben"], "02": ["Asha"]}
    # That it was Asha's is kept.
    ended = Allocation.objects.get(ended_at__isnull=False)
    assert (ended.case, ended.auditor) == (small.case, small.asha.person)
    event = TrailEvent.objects.filter(event="case.allocated", person=cleo.person_id).get()
    assert event.record_key == small.case.pk
    assert json.loads(event.detail) == {"to": [ben.person_id]}
    # The same again changes nothing, and says nothing.
    one.open(reverse("audit:allocate", args=["voices", "01"]))
    one.send()
    assert Allocation.objects.count() == 3
    assert TrailEvent.objects.filter(event="case.allocated", person=cleo.person_id).count() == 1


def test_an_auditor_sees_the_cases_allocated_to_them_and_no_other(small: SmallRound) -> None:
    made, cleo = small.submitted(), member(small, "Cleo")
    ben = member(small, "Ben", AUDITOR)
    second = small.cases[1]
    allocate(small, cleo, ben, cases=[second])
    own = reverse("audit:own_cases", args=["voices"])
    asha, one = Answerer(small.client), Answerer(client(ben))
    assert ("Case 01" in asha.open(own), "Case 02" in asha.page) == (True, False)
    assert ("Case 01" in one.open(own), "Case 02" in one.page) == (False, True)
    viewer = make_viewer(ben)
    grid = grid_for(viewer, small.audit)
    assert grid is not None
    assert grid.cases == ("02",)
    working = small.working()
    for action, record in [
        *((name, small.case) for name in ("case.see", "case.see_link", "return.begin")),
        *((name, made) for name in ("return.see", "return.see_evidence")),
        *((name, working) for name in ("return.see_working", "return.see_begun", "return.answer")),
    ]:
        assert not may(viewer, action, record), action
        assert may(make_viewer(small.asha), action, record), action
    for name, args in (
        ("begin_return", ["voices", "01"]),
        ("return", ["voices", made.pk]),
        ("answers", ["voices", working.pk]),
        ("check_answers", ["voices", working.pk]),
        ("answer_part", ["voices", working.pk, 2]),
    ):
        address = reverse(f"audit:{name}", args=args)
        assert one.client.get(address).status_code == 404, name
        assert small.client.get(address).status_code == 200, name
    # Whoever answers for the agency as a whole needs no allocation.
    for role in (COORDINATOR, Role.AGENCY_SIGN_OFF, Role.SAFEGUARDING_LEAD):
        assert may(make_viewer(member(small, f"M{role.value}", role)), "return.see", made), role


def test_what_is_taken_back_is_gone_from_the_next_request_on(small: SmallRound) -> None:
    cleo = member(small, "Cleo")
    address = reverse("audit:begin_return", args=["voices", "01"])
    assert small.client.get(address).status_code == 200
    allocate(small, cleo)
    assert small.client.get(address).status_code == 404
    assert auditors_now(small) == {"02": ["Asha"]}


def test_once_opened_an_auditor_sees_others_returns_on_their_cases_alone(
    small: SmallRound,
) -> None:
    from django.utils import timezone

    made = small.submitted()
    fire = make_agency("fire")
    small.audit.participants.create(agency=fire, position=2, code="fire", name="Fire")
    small.audit.opened_at = timezone.now()
    small.audit.save()
    finn = member(small, "Finn", AUDITOR, agency=fire)
    assert not may(make_viewer(finn), "return.see", made)
    Allocation.objects.create(
        participant=small.audit.participants.get(code="fire"),
        case=small.case,
        auditor=finn.person,
        allocated_at=timezone.now(),
    )
    assert may(make_viewer(finn), "return.see", Return.objects.get())


def test_nobody_audits_the_case_that_they_hold(small: SmallRound) -> None:
    cleo = member(small, "Cleo")
    with pytest.raises(NotPossible, match="holds the case"):
        allocate(small, cleo, small.asha, holder=small.asha.person)
    one = Answerer(client(cleo))
    one.open(reverse("audit:allocate", args=["voices", "01"]))
    mine = str(small.asha.person_id)
    one.send(holder=mine, auditors=[mine])
    assert one.status == 422
    assert "Choose somebody who does not hold the case" in one.page
    # Who holds it is put before those who decide on conflicts, once.
    ben = member(small, "Ben", AUDITOR)
    for _ in range(2):
        allocate(small, cleo, ben, holder=small.asha.person)
    found = Conflict.objects.get()
    assert (found.key, found.person, found.state) == (
        small.case.pk,
        small.asha.person,
        "suspected",
    )
    assert Allocation.objects.get(ended_at=None, case=small.case).holder == small.asha.person


def test_a_case_does_not_go_to_somebody_in_conflict_with_it(small: SmallRound) -> None:
    reason = "The child's aunt is my neighbour."
    declare_conflict(on=ref_of(small.case), reason=reason, by=make_viewer(small.asha))
    with pytest.raises(NotPossible, match="conflict of interest"):
        allocate(small, member(small, "Cleo"), small.asha)


def test_only_auditors_of_the_agency_are_allocated_anything(small: SmallRound) -> None:
    cleo = member(small, "Cleo")
    other = member(small, "Finn", AUDITOR, agency=make_agency("fire"))
    for wrong in (cleo, other):
        with pytest.raises(NotPossible, match="is no auditor"):
            allocate(small, cleo, wrong)


@pytest.mark.parametrize("role", [AUDITOR, Role.AGENCY_SIGN_OFF, Role.SAFEGUARDING_LEAD])
def test_other_roles_of_the_agency_allocate_nothing(small: SmallRound, role: Role) -> None:
    other = member(small, "Ezra", role)
    with pytest.raises((Absent, NotAllowed)):
        allocate(small, other, small.asha)
    address = reverse("audit:allocations", args=["voices"])
    assert client(other).get(address).status_code == 403


def test_another_agencys_coordinator_allocates_nothing_here(small: SmallRound) -> None:
    fire = make_agency("fire")
    other = member(small, "Finn", agency=fire)
    with pytest.raises(Absent):
        allocate(small, other, small.asha)
    small.audit.participants.create(agency=fire, position=2, code="fire", name="Fire")
    with pytest.raises(NotPossible, match="by the agency that is asked"):
        allocate(small, other, small.asha)


def test_two_who_allocate_at_once_leave_one_answer(small: SmallRound) -> None:
    """The second has looked before the first was done: what is said last stands, once."""
    cleo, ezra = member(small, "Cleo"), member(small, "Ezra")
    ben = member(small, "Ben", AUDITOR)
    first, second = Answerer(client(cleo)), Answerer(client(ezra))
    for one in (first, second):
        one.open(reverse("audit:allocate", args=["voices", "01"]))
    first.send(holder="nobody", auditors=[str(ben.person_id)])
    second.send(holder="nobody", auditors=[str(ben.person_id), str(small.asha.person_id)])
    assert auditors_now(small) == {"01": ["Asha", "Ben"], "02": ["Asha"]}
    live = Allocation.objects.filter(ended_at=None, case=small.case)
    assert live.count() == 2


def test_the_coordinator_is_told_of_an_auditor_in_conflict(small: SmallRound) -> None:
    """Once, by reference, at the moment that a conflict stands; a suspected one tells nobody."""
    cleo, ben = member(small, "Cleo"), member(small, "Ben", AUDITOR)
    member(small, "Dan", Role.AGENCY_SIGN_OFF)
    allocate(small, cleo, ben)
    told = Message.objects.filter(notice="case.auditor_in_conflict")
    declare_conflict(on=ref_of(small.case), reason="My cousin.", by=make_viewer(ben))
    for job in [*Job.objects.filter(code=CONFLICT_JOB)] * 2:
        job_named(job.code)(job.payload)
    (message,) = told
    assert message.to == "cleo@example.org"
    assert message.reference == "case 01 of voices"
    assert message.link.endswith(reverse("audit:allocate", args=["voices", "01"]))
    one = Answerer(client(cleo))
    page = one.open(reverse("audit:allocations", args=["voices"]))
    assert "has allocated 1 of 2 cases" in page
    assert "Case 01 needs somebody else" in page
    assert "Ben: a conflict of interest" in page
    dana = member(small, "Dana", AUDITOR)
    allocate(small, cleo, dana)
    page = one.open(reverse("audit:allocations", args=["voices"]))
    assert ("needs somebody else" in page, "Ben" in page) == (False, False)
    # Somebody else has it by now: a decision later on tells nobody.
    found = Conflict.objects.get()
    decider = member(small, "Lead", Role.SAFEGUARDING_LEAD)
    decide_conflict(conflict=found, is_conflict=True, words="It is so.", by=make_viewer(decider))
    for job in Job.objects.filter(code=CONFLICT_JOB):
        job_named(job.code)(job.payload)
    assert told.count() == 1
