"""A return that was submitted is accepted by its agency, or sent back and answered again."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from safehub.audit.returns.grid import Answer, Standing, standing_of
from safehub.audit.returns.models import Return, ReturnVersion, SignedOff, SignOff, WorkingReturn
from safehub.audit.returns.queries import grid_for, rows_of
from safehub.audit.returns.signing.commands import sign_off_return
from safehub.audit.returns.signing.queries import returns_to_sign
from safehub.audit.returns.working import commands
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, EditConflict, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.submissions import submitting
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Membership

from .answering import Answerer

SIGN_OFF, COORDINATOR = Role.AGENCY_SIGN_OFF, Role.AGENCY_COORDINATOR
WHY = "Say who was asked."


@pytest.fixture
def small(db: None) -> SmallRound:
    return SmallRound()


def member(small: SmallRound, name: str, role: Role = SIGN_OFF, **more: Any) -> Membership:
    agency = more.pop("agency", small.agency)
    person = make_person(name, email=f"{name.lower()}@example.org", agency=agency)
    return make_membership(person, agency, role, **more)


def client(one: Membership) -> Client:
    return sign_in(browser(), one.person, one)


def page_of(made: Return) -> str:
    return reverse("audit:sign_off", args=["voices", made.pk])


def sign(made: Return, by: Membership, outcome: str = "accepted", why: str = "", number: int = 1):  # type: ignore[no-untyped-def]
    return sign_off_return(
        audit_return=made,
        number=number,
        outcome=SignedOff(outcome),
        reason=why,
        by=make_viewer(by),
    )


def standing(small: SmallRound, by: Membership) -> Standing:
    grid = grid_for(make_viewer(by), small.audit)
    assert grid is not None
    found = grid.cells["01", "police"].standing
    # The totals are counted from what is kept on the return itself.
    assert grid.counts["police"][found] == grid.asked == 1
    return found


def test_an_agency_accepts_its_return(small: SmallRound) -> None:
    made, dora = small.submitted(), member(small, "Dora")
    before = rows_of(small.audit)
    one = Answerer(client(dora))
    assert page_of(made) in one.open("/")
    assert page_of(made) in one.open(reverse("audit:own_cases", args=["voices"]))
    one.open(page_of(made))
    one.send(outcome="accepted")
    assert "the return is accepted." in one.page
    assert "Accepted" in one.page
    assert page_of(made) not in one.page
    kept = SignOff.objects.get()
    assert (kept.outcome, kept.reason, kept.signed_by) == ("accepted", "", dora.person)
    assert standing(small, dora) is Standing.ACCEPTED
    # What figures are made from is what it was.
    assert rows_of(small.audit) == before
    assert TrailEvent.objects.filter(event="return.accepted", record_key=made.pk).count() == 1


def test_what_is_sent_back_is_answered_again_and_the_version_before_is_kept(
    small: SmallRound,
) -> None:
    made, dora = small.submitted(), member(small, "Dora")
    before = rows_of(small.audit)
    one = Answerer(client(dora))
    one.open(page_of(made))
    one.send(outcome="sent_back", reason=" ")
    assert one.status == 422
    assert "Say what is to be looked at again" in one.page
    one.send(outcome="sent_back", reason=WHY)
    assert standing(small, dora) is Standing.SENT_BACK
    assert rows_of(small.audit) == before
    asha = Answerer(small.client)
    cases = asha.open(reverse("audit:own_cases", args=["voices"]))
    assert "Sent back" in cases
    assert "1 case of 1" in cases
    shown = asha.open(reverse("audit:return", args=["voices", made.pk]))
    assert WHY in shown
    begin = reverse("audit:begin_return", args=["voices", "01"])
    assert begin in shown
    # The same answers are a version of their own now: somebody has looked at them again.
    asha.open(begin)
    asha.send(known="yes")
    working = WorkingReturn.objects.get()
    assert working.answers["good"] == "yes"
    asha.open(reverse("audit:check_answers", args=["voices", working.pk]))
    asha.send()
    assert "your return is submitted" in asha.page
    first, second = ReturnVersion.objects.order_by("number")
    assert (first.is_latest, first.sign_off.reason) == (False, WHY)
    assert (second.is_latest, second.submitted_by) == (True, small.asha.person)
    assert standing(small, dora) is Standing.RETURNED
    assert [one.number for one in returns_to_sign(make_viewer(dora))] == [2]


def test_whoever_submitted_it_and_the_coordinators_are_told_by_reference_alone(
    small: SmallRound,
) -> None:
    made, dora = small.submitted(), member(small, "Dora")
    member(small, "Cleo", COORDINATOR)
    member(small, "Finn", COORDINATOR, agency=make_agency("fire"))
    sign(made, dora, "sent_back", WHY)
    sent = Message.objects.filter(notice="return.sent_back")
    assert sorted(sent.values_list("to", flat=True)) == ["asha@example.org", "cleo@example.org"]
    for one in sent:
        assert one.reference == f"return {made.pk}"
        assert WHY not in f"{one.reference}{one.link}"


def test_nobody_signs_off_what_they_submitted(small: SmallRound) -> None:
    made = small.submitted()
    # Asha signs off for her agency as well.
    other = make_membership(small.asha.person, small.agency, SIGN_OFF)
    with pytest.raises(NotAllowed):
        sign(made, other)
    assert client(other).get(page_of(made)).status_code == 403
    assert returns_to_sign(make_viewer(other)) == []
    sign(made, member(small, "Dora"))


def test_nobody_signs_off_what_they_answered_any_of_whoever_submitted_it(
    small: SmallRound,
) -> None:
    dora, asha = member(small, "Dora"), make_viewer(small.asha)
    working = commands.begin_return(audit=small.audit, case=small.case, by=make_viewer(dora))
    assert isinstance(working, WorkingReturn)
    given = {"known": "yes", "good": "yes"}
    commands.answer_return(working=working, given=given, by=make_viewer(dora))
    # What changes nothing answers nothing: Asha has only looked and pressed.
    commands.answer_return(working=working, given=given, by=asha)
    working.refresh_from_db()
    made = commands.submit_return(working=working, edition=working.edition, by=asha).audit_return
    with pytest.raises(NotAllowed):
        sign(made, dora)
    assert client(dora).get(page_of(made)).status_code == 403
    assert returns_to_sign(make_viewer(dora)) == []
    eve = member(small, "Eve")
    sign(made, eve, "sent_back", WHY)
    # The next version begins with what Dora answered, and Asha sent; Eve has answered nothing.
    again = commands.begin_return(audit=small.audit, case=small.case, by=asha)
    assert isinstance(again, WorkingReturn)
    commands.submit_return(
        working=again, edition=again.edition, by=make_viewer(member(small, "Fay", COORDINATOR))
    )
    for one in (dora, make_membership(small.asha.person, small.agency, SIGN_OFF)):
        with pytest.raises(NotAllowed):
            sign(made, one, number=2)
    assert sign(made, eve, number=2).signed_by == eve.person


@pytest.mark.parametrize("role", [Role.AGENCY_AUDITOR, COORDINATOR, Role.SAFEGUARDING_LEAD])
def test_other_roles_of_the_agency_do_not_sign_off(small: SmallRound, role: Role) -> None:
    made = small.submitted()
    # To an auditor to whom the case is not allocated it is not there at all.
    with pytest.raises(Absent if role is Role.AGENCY_AUDITOR else NotAllowed):
        sign(made, member(small, "Finn", role))


def test_another_agencys_sign_off_finds_nothing_there(small: SmallRound) -> None:
    made = small.submitted()
    with pytest.raises(Absent):
        sign(made, member(small, "Finn", agency=make_agency("fire")))


def test_once_the_meeting_has_opened_the_round_nothing_is_signed_off(small: SmallRound) -> None:
    from django.utils import timezone

    made, dora = small.submitted(), member(small, "Dora")
    small.audit.opened_at = timezone.now()
    small.audit.save()
    with pytest.raises(NotAllowed):
        sign(made, dora)


def test_the_same_said_twice_is_said_once_and_two_who_differ_meet(small: SmallRound) -> None:
    made, dora, ezra = small.submitted(), member(small, "Dora"), member(small, "Ezra")
    for _ in range(2):
        sign(made, dora, "sent_back", WHY)
    assert SignOff.objects.count() == 1
    assert Message.objects.filter(notice="return.sent_back").count() == 1
    assert TrailEvent.objects.filter(event="return.sent_back").count() == 1
    with pytest.raises(EditConflict):
        sign(made, ezra)
    assert SignOff.objects.get().outcome == "sent_back"


def test_a_version_that_came_in_since_is_not_signed_off_unread(small: SmallRound) -> None:
    made, dora = small.submitted(), member(small, "Dora")
    one = Answerer(client(dora))
    one.open(page_of(made))
    small.submitted(visits="3")
    one.send(outcome="accepted")
    assert one.status == 422
    assert "Another version of this return came in" in one.page
    assert not SignOff.objects.exists()
    # Also where it came in after the form was looked at, before it was done.
    with pytest.raises(EditConflict):
        sign(made, dora, number=1)
    one.open(page_of(made))
    one.send(outcome="accepted")
    assert SignOff.objects.get().version.number == 2


def test_what_is_still_owed_is_not_signed_off(small: SmallRound) -> None:
    made = small.submitted()
    ReturnVersion.objects.update(status="not_returned")
    with pytest.raises(NotPossible):
        sign(made, member(small, "Dora"))


def test_a_draft_shows_as_a_state_to_its_agency_and_the_office_and_to_nobody_else(
    small: SmallRound,
) -> None:
    working = small.working()
    office = make_agency("office", partnership=small.agency.partnership)
    office.is_office = True
    office.save()
    edie = member(small, "Edie", Role.AUDIT_COORDINATOR, agency=office)
    mina = member(small, "Mina", Role.AUDIT_MODERATOR, agency=office)
    assert standing(small, small.asha) is Standing.DRAFT
    assert standing(small, edie) is Standing.DRAFT
    assert standing(small, mina) is Standing.AWAITED
    assert "Draft" in client(edie).get("/audits/voices/").content.decode()
    # That it is begun is all: what it holds is not there for the office.
    for name in ("answers", "check_answers", "discard_answers"):
        address = reverse(f"audit:{name}", args=["voices", working.pk])
        assert client(edie).get(address).status_code == 404, name


YES, NO = Answer("submitted", "yes"), Answer("submitted", "no")
OWED = Answer("not_returned", "yes")


@pytest.mark.parametrize(
    ("answers", "begun", "wanted"),
    [
        ((), False, Standing.AWAITED),
        ((), True, Standing.DRAFT),
        ((OWED,), False, Standing.AWAITED),
        ((OWED,), True, Standing.DRAFT),
        ((NO,), False, Standing.NOT_KNOWN),
        ((NO, OWED), False, Standing.AWAITED),
        ((NO,), True, Standing.NOT_KNOWN),
        ((NO._replace(signed="accepted"),), False, Standing.NOT_KNOWN),
        ((NO._replace(signed="sent_back"),), True, Standing.SENT_BACK),
        ((YES,), True, Standing.RETURNED),
        ((YES, NO), False, Standing.RETURNED),
        ((YES._replace(signed="accepted"), NO), False, Standing.ACCEPTED),
        ((YES._replace(signed="accepted"), YES), False, Standing.RETURNED),
        ((YES._replace(signed="accepted"), YES._replace(signed="sent_back")), False,
         Standing.SENT_BACK),
    ],
)  # fmt: skip
def test_where_an_agency_stands(answers: tuple[Answer, ...], begun: bool, wanted: Standing) -> None:
    assert standing_of(answers, is_begun=begun) is wanted


# --- a second press --------------------------------------------------------------------------


def check_page(small: SmallRound, *answerers: Answerer) -> WorkingReturn:
    working = small.working(answers={"known": "yes", "good": "yes"})
    for one in answerers:
        one.open(reverse("audit:check_answers", args=["voices", working.pk]))
        assert "Submit the return" in one.page
    return working


def is_at_the_return(one: Answerer) -> None:
    made = Return.objects.get()
    assert one.status == 200
    assert one.address == reverse("audit:return", args=["voices", made.pk])
    assert "this return is submitted already" in one.page
    assert ReturnVersion.objects.count() == 1
    assert TrailEvent.objects.filter(event="return.submitted").count() == 1


def test_a_second_press_leads_to_what_was_submitted(small: SmallRound) -> None:
    asha, again = Answerer(small.client), Answerer(small.client)
    check_page(small, asha)
    again.page, again.address = asha.page, asha.address
    asha.send()
    assert "your return is submitted" in asha.page
    again.send()
    is_at_the_return(again)


def test_a_kept_link_to_what_was_being_answered_leads_to_the_return(small: SmallRound) -> None:
    asha = Answerer(small.client)
    working = check_page(small, asha)
    asha.send()
    for name in ("check_answers", "answers"):
        asha.open(reverse(f"audit:{name}", args=["voices", working.pk]))
        is_at_the_return(asha)
    # What was dropped is simply gone.
    dropped = small.working()
    commands.discard_return(working=dropped, by=make_viewer(small.asha))
    address = reverse("audit:answers", args=["voices", dropped.pk])
    assert small.client.get(address).status_code == 404


def test_two_people_press_one_after_the_other(small: SmallRound) -> None:
    asha = Answerer(small.client)
    ben = Answerer(client(member(small, "Ben", Role.AGENCY_COORDINATOR)))
    check_page(small, asha, ben)
    asha.send()
    ben.send()
    is_at_the_return(ben)
    assert ReturnVersion.objects.get().submitted_by == small.asha.person


def test_two_people_press_at_once(small: SmallRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other's press is done after this one was let in, and before it takes the row."""
    asha = Answerer(small.client)
    ben = Answerer(client(member(small, "Ben", Role.AGENCY_COORDINATOR)))
    check_page(small, asha, ben)
    turns = [1]

    def after_the_other(*args: Any, **kwargs: Any) -> HttpResponse:
        if turns:
            turns.clear()
            asha.send()
            assert "your return is submitted" in asha.page
        return submitting.submit(*args, **kwargs)

    monkeypatch.setattr(f"{commands.__package__}.views.submit", after_the_other)
    ben.send()
    is_at_the_return(ben)


def test_the_session_ended_after_the_press(small: SmallRound) -> None:
    """The answer to the first press never came; the second is sent when signed out, then in."""
    asha = Answerer(small.client)
    working = check_page(small, asha)
    pressed, address = asha.page, asha.address
    asha.send()
    again = Answerer(browser())
    again.page, again.address = pressed, address
    again.send()
    assert "sign-in" in again.address or "login" in again.address, again.address
    assert ReturnVersion.objects.count() == 1
    sign_in(again.client, small.asha.person, small.asha)
    again.open(address)
    is_at_the_return(again)
    again.page, again.address = pressed, address
    again.send()
    is_at_the_return(again)
    assert not WorkingReturn.objects.filter(pk=working.pk).exists()


def test_the_session_ended_before_the_press_and_nothing_is_lost(small: SmallRound) -> None:
    asha = Answerer(small.client)
    working = check_page(small, asha)
    pressed, address = asha.page, asha.address
    again = Answerer(browser())
    again.page, again.address = pressed, address
    again.send()
    assert not ReturnVersion.objects.exists()
    sign_in(again.client, small.asha.person, small.asha)
    again.open(address)
    assert "Submit the return" in again.page
    again.send()
    assert "your return is submitted" in again.page
    assert ReturnVersion.objects.count() == 1
    assert not WorkingReturn.objects.filter(pk=working.pk).exists()


def test_answers_that_are_the_same_as_before_lead_there_as_well(small: SmallRound) -> None:
    """Nothing new is kept, so there is no version to find it by: the press is remembered."""
    small.submitted()
    asha = Answerer(small.client)
    working = check_page(small, asha)
    again = Answerer(small.client)
    asha.open(reverse("audit:check_answers", args=["voices", working.pk]))
    WorkingReturn.objects.update(based_on=1)
    asha.open(asha.address)
    again.page, again.address = asha.page, asha.address
    asha.send()
    again.send()
    assert "this return is submitted already" in again.page
    assert ReturnVersion.objects.count() == 1


def test_a_child_at_risk_is_told_of_once_and_the_warning_shows_again(small: SmallRound) -> None:
    member(small, "Cara", Role.SAFEGUARDING_LEAD)
    asha, again = Answerer(small.client), Answerer(small.client)
    working = small.working(answers={"known": "yes", "good": "yes", "immediate_risk": "yes"})
    asha.open(reverse("audit:check_answers", args=["voices", working.pk]))
    again.page, again.address = asha.page, asha.address
    asha.send()
    again.send()
    assert "ring 999" in again.page
    assert Message.objects.filter(notice="risk.raised").count() == 1


def test_a_stranger_is_not_led_anywhere(small: SmallRound) -> None:
    working = check_page(small)
    commands.submit_return(working=working, edition=1, by=make_viewer(small.asha))
    finn = client(member(small, "Finn", Role.AGENCY_AUDITOR, agency=make_agency("fire")))
    for name in ("check_answers", "answers"):
        address = reverse(f"audit:{name}", args=["voices", working.pk])
        assert finn.get(address).status_code == 404
