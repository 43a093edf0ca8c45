"""A child at immediate risk: told at once from any page, taken in hand by another, ended once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.answering import SmallRound
from factories.people import make_membership, make_person, make_viewer
from factories.world import World, whole_world
from safehub.audit.meetings.holding.commands import open_meeting
from safehub.audit.returns.models import Return, RiskAlert
from safehub.audit.returns.risks.commands import FROM_BEGUN, raise_risk, remind_of_risks
from safehub.audit.returns.rows import IMMEDIATE_RISK
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.outbox.jobs import chores
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Membership

from .answering import Answerer

AUDITOR = (Role.AGENCY_AUDITOR, "HOMES")
LEAD = (Role.SAFEGUARDING_LEAD, "HOMES")
OFFICE = (Role.AUDIT_COORDINATOR, "office")
WORRY = "A baby is alone at home now."


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path, opened=False)
    for one in (AUDITOR, LEAD, OFFICE):
        made.member(*one)
    return made


def raised(world: World, *who: object) -> Answerer:
    one = Answerer(world.client(*(who or AUDITOR)))  # type: ignore[arg-type]
    one.open(reverse("audit:raise_risk", args=[world.audit.reference]) + "?case=02")
    assert one.status == 200, one.page
    one.send(what=WORRY)
    return one


def told() -> list[str]:
    return sorted(Message.objects.filter(notice="risk.raised").values_list("to", flat=True))


def test_it_is_told_at_once_by_reference_alone(world: World) -> None:
    asha = raised(world)
    assert "The safeguarding lead and the coordinator are told." in asha.page
    assert "Not acknowledged" in asha.page
    alert = RiskAlert.objects.get()
    assert (alert.case.number, alert.participant.code) == ("02", "HOMES")
    emails = [world.member(*one).person.email for one in (LEAD, OFFICE)]
    assert told() == sorted(emails)
    for message in Message.objects.filter(notice="risk.raised"):
        assert message.reference == f"alert {alert.pk}"
        assert WORRY not in f"{message.reference}{message.link}"


def test_the_link_stands_on_every_page_on_which_a_case_is_open(world: World) -> None:
    asha = Answerer(world.client(*AUDITOR))
    ref = world.audit.reference
    asha.open(reverse("audit:begin_return", args=[ref, "01"]))
    link = reverse("audit:raise_risk", args=[ref]) + "?case=01"
    assert link in asha.page
    asha.send(known="yes")
    assert link in asha.page
    key = asha.address.rstrip("/").rpartition("/")[2]
    for name, args in (("answer_part", [ref, key, 2]), ("check_answers", [ref, key])):
        assert link in asha.open(reverse(f"audit:{name}", args=args)), name
    assert reverse("audit:risks", args=[ref]) in asha.open(reverse("audit:own_cases", args=[ref]))


def test_another_takes_it_in_hand_and_says_what_was_done(world: World) -> None:
    raised(world)
    alert = RiskAlert.objects.get()
    page = reverse("audit:risk", args=[world.audit.reference, alert.pk])
    cara = Answerer(world.client(*LEAD))
    assert page in cara.open("/")
    assert WORRY in cara.open(page)
    # What was done is recorded of what somebody has in hand.
    conclude = reverse("audit:conclude_risk", args=[world.audit.reference, alert.pk])
    cara.open(conclude)
    cara.send(outcome="Rang children's social care.")
    assert cara.status == 422
    cara.open(reverse("audit:acknowledge_risk", args=[world.audit.reference, alert.pk]))
    cara.send()
    assert "In hand" in cara.page
    cara.open(conclude)
    cara.send(outcome="Seen by the police at 10:40, safe with an aunt.")
    assert "Outcome recorded" in cara.page
    alert.refresh_from_db()
    assert alert.acknowledged_by_id == world.member(*LEAD).person_id
    cara.open(conclude)
    cara.send(outcome="Again.")
    assert cara.status == 422
    assert "recorded already" in cara.page
    events = TrailEvent.objects.filter(record_kind="returns.riskalert", outcome="allowed")
    assert {"risk.raised", "risk.acknowledged", "risk.concluded"} <= set(
        events.values_list("event", flat=True)
    )


def test_it_is_told_again_each_half_hour_until_somebody_has_it_in_hand(world: World) -> None:
    raised(world)
    alert, first = RiskAlert.objects.get(), len(told())
    _, remind = chores()["risks.remind"]
    remind()
    assert len(told()) == first
    for minutes, times in ((31, 2), (31, 2), (59, 2), (61, 3)):
        remind_of_risks(at=alert.raised_at + dt.timedelta(minutes=minutes))
        assert len(told()) == times * first, minutes
    alert.acknowledged_at = alert.raised_at
    alert.save()
    remind_of_risks(at=alert.raised_at + dt.timedelta(minutes=95))
    assert len(told()) == 3 * first


def test_reminders_go_on_and_reach_all_who_may_take_it_in_hand(world: World) -> None:
    raised(world)
    alert, first = RiskAlert.objects.get(), len(told())
    ida = world.member(Role.AGENCY_SIGN_OFF, "HOMES").person.email

    def told_after(**since: int) -> list[str]:
        before = told()
        remind_of_risks(at=alert.raised_at + dt.timedelta(**since))
        return sorted((Counter(told()) - Counter(before)).elements())

    assert len(told_after(minutes=59)) == first
    assert ida not in told()
    assert ida in told_after(minutes=61)
    last = told_after(hours=23, minutes=59)
    # The weekend is no reason to fall silent: again every four hours, and once each time.
    assert [told_after(hours=24), told_after(hours=25)] == [last, []]
    assert told_after(hours=28, minutes=1) == told_after(days=9) == last
    assert len(last) == first + 1


def test_an_agency_without_a_lead_has_others_told_who_may_take_it_in_hand(world: World) -> None:
    Membership.objects.filter(role=Role.SAFEGUARDING_LEAD).delete()
    cleo = world.member(Role.AGENCY_COORDINATOR, "HOMES")
    asha = raised(world)
    assert "The agency&#39;s coordinators and sign-off and the coordinator are told." in asha.page
    assert "has no other safeguarding lead here: tell it yourself too." in asha.page
    assert told() == sorted([cleo.person.email, world.member(*OFFICE).person.email])
    alert = RiskAlert.objects.get()
    hers = Answerer(world.client(Role.AGENCY_COORDINATOR, "HOMES"))
    hers.open(reverse("audit:acknowledge_risk", args=[world.audit.reference, alert.pk]))
    hers.send()
    assert "In hand" in hers.page


def test_an_only_lead_who_raises_it_is_not_the_only_one_told(world: World) -> None:
    ida = world.member(Role.AGENCY_SIGN_OFF, "HOMES")
    cara = raised(world, *LEAD)
    assert ida.person.email in told()
    assert "sign-off and the coordinator are told." in cara.page


def test_where_nobody_else_can_be_told_the_page_says_so(world: World) -> None:
    Membership.objects.filter(agency=world.agencies["HOMES"]).exclude(
        pk=world.member(*AUDITOR).pk
    ).delete()
    Membership.objects.filter(role=Role.AUDIT_COORDINATOR).delete()
    asha = raised(world)
    assert "nobody else here could be told" in asha.page
    assert told() == []


@pytest.mark.parametrize("role", [Role.AUDIT_MODERATOR, Role.MEETING_CHAIR])
def test_who_reads_several_agencies_says_whose_lead_is_told(world: World, role: Role) -> None:
    one = Answerer(world.client(role, "CSC"))
    one.open(reverse("audit:raise_risk", args=[world.audit.reference]))
    one.send(case="03", what=WORRY)
    assert one.status == 422
    one.send(agency="HOMES")
    assert world.member(*LEAD).person.email in told()


def test_nobody_takes_in_hand_what_they_raised_themselves(world: World) -> None:
    cara = raised(world, *LEAD)
    alert = RiskAlert.objects.get()
    assert "Take it in hand" not in cara.page
    address = reverse("audit:acknowledge_risk", args=[world.audit.reference, alert.pk])
    assert cara.client.get(address).status_code == 403


def test_who_is_not_concerned_sees_nothing_of_it(world: World) -> None:
    raised(world)
    alert = RiskAlert.objects.get()
    page = reverse("audit:risk", args=[world.audit.reference, alert.pk])
    for role, where in [
        (Role.AGENCY_AUDITOR, "CSC"),
        (Role.SAFEGUARDING_LEAD, "CSC"),
        (Role.AUDIT_MODERATOR, "office"),
        (Role.BOARD_MEMBER, "office"),
        (Role.AUDIT_COORDINATOR, "elsewhere"),
    ]:
        client = world.client(role, where)
        assert client.get(page).status_code == 404, (role, where)
        risks = client.get(reverse("audit:risks", args=[world.audit.reference]))
        assert page not in risks.content.decode()


def test_the_office_says_whose_lead_is_told(world: World) -> None:
    edie = Answerer(world.client(*OFFICE))
    edie.open(reverse("audit:raise_risk", args=[world.audit.reference]))
    edie.send(case="03", what=WORRY)
    assert edie.status == 422
    edie.send(agency="HOMES")
    assert RiskAlert.objects.get().participant.code == "HOMES"
    assert world.member(*LEAD).person.email in told()


def test_a_return_that_says_it_raises_one_outside_the_audits_clock(world: World) -> None:
    from django.utils import timezone

    from factories.answering import SmallRound

    small = SmallRound()
    working = small.working(answers={"known": "yes", "good": "yes", "immediate_risk": "yes"})
    asha = Answerer(small.client)
    asha.open(reverse("audit:check_answers", args=["voices", working.pk]))
    asha.send()
    alert = RiskAlert.objects.get()
    assert alert.audit_return == Return.objects.get(participant=small.participant)
    # Also once no more answers are taken.
    small.audit.opened_at = timezone.now()
    small.audit.save()
    asha.open(reverse("audit:raise_risk", args=["voices"]))
    asha.send(case="01", what=WORRY)
    assert RiskAlert.objects.count() == 2


def test_a_child_at_risk_in_what_can_be_sent_in_no_more_is_told_of(db: None) -> None:
    """Opening the round leaves behind what was begun: that must not be where it stays unread."""
    small = SmallRound()
    small.working(
        answers={"known": "yes", IMMEDIATE_RISK: "yes"}, updated_by_id=small.asha.person_id
    )
    office = small.agency.partnership.agencies.get(is_office=True)
    chair = make_membership(make_person("Noel", agency=office), office, Role.MEETING_CHAIR)
    lead = make_person("Lena", email="lena@example.org", agency=small.agency)
    make_membership(lead, small.agency, Role.SAFEGUARDING_LEAD)
    open_meeting(audit=small.audit, because="Two are ill.", by=make_viewer(chair))
    made = RiskAlert.objects.get()
    assert (made.case, made.what) == (small.case, FROM_BEGUN)
    assert made.raised_by_id == small.asha.person_id
    assert told() == ["lena@example.org"]


def test_what_is_told_already_is_not_told_again_at_the_opening(db: None) -> None:
    small = SmallRound()
    small.working(answers={"known": "yes", IMMEDIATE_RISK: "yes"})
    by = make_viewer(small.asha)
    raise_risk(case=small.case, participant=small.participant, what=WORRY, by=by)
    office = small.agency.partnership.agencies.get(is_office=True)
    chair = make_membership(make_person("Noel", agency=office), office, Role.MEETING_CHAIR)
    open_meeting(audit=small.audit, because="Two are ill.", by=make_viewer(chair))
    assert RiskAlert.objects.count() == 1
