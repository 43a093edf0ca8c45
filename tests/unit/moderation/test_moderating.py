"""Second grades: chosen by the coordinator, given blind, kept for ever, never of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.browsers import browser
from factories.people import make_membership, make_viewer, operator, sign_in
from factories.world import World, whole_world
from safehub.audit.moderation import commands
from safehub.audit.moderation.models import Choice, SecondGrade, SecondLook, SentBack
from safehub.audit.moderation.queries import (
    references_to_grade,
    rows_counted,
    version_to_grade,
)
from safehub.audit.moderation.rules import share_drawn
from safehub.audit.moderation.states import WORDS, Trigger
from safehub.audit.reports.commands import make_report
from safehub.audit.reports.material import material_of
from safehub.audit.returns.models import Return, ReturnVersion
from safehub.audit.sampling.drawing.commands import withdraw_case
from safehub.foundation.access.decision import decide
from safehub.foundation.access.vocabulary import FieldClass, Outcome, Role
from safehub.foundation.errors import Absent, EditConflict, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

from .grading import MODERATOR, OFFICE, WHY, a_look, address, chosen, graded, viewer

OTHER = (Role.AUDIT_MODERATOR, "POLICE")
LABELS = ("Outstanding", "Requires improvement", "Inadequate")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path, opened=False)
    for one in (OFFICE, MODERATOR, OTHER, (Role.SAFEGUARDING_LEAD, "CSC")):
        made.member(*one)
    return made


def test_the_coordinator_chooses_a_share_on_a_page(world: World) -> None:
    edie = Answerer(world.client(*OFFICE))
    edie.open(address(world, "moderation"))
    assert address(world, "choose_moderated") in edie.page
    edie.open(address(world, "choose_moderated"))
    edie.send(way="share", percent="20")
    assert "chosen for a second grade" in edie.page
    choice = Choice.objects.get()
    rows = rows_counted(world.audit)
    assert (choice.of, choice.share, choice.seed) == (len(rows), 20, "42")
    looks = SecondLook.objects.order_by("position").values_list(
        "audit_return__participant__code", "audit_return__respondent", "audit_return__case__number"
    )
    assert list(looks) == share_drawn(42, rows, 20)
    assert "42" in edie.page
    assert "20 %" in edie.page
    # Again the same share: there is nothing new to look at.
    edie.open(address(world, "choose_moderated"))
    edie.send(way="share", percent="20")
    assert edie.status == 422
    assert "chosen already" in edie.page


def test_by_triggers_and_never_twice(world: World) -> None:
    by = viewer(world, *OFFICE)
    first = commands.choose_by_triggers(audit=world.audit, triggers=[Trigger.LOWEST], by=by)
    assert all(look.because == ["lowest"] for look in first.looks.all())
    second = commands.choose_share(audit=world.audit, percent=100, by=by)
    assert second.number == 2
    assert SecondLook.objects.count() == len(rows_counted(world.audit))
    assert TrailEvent.objects.filter(event="moderation.chosen", outcome="allowed").count() == 2


@pytest.mark.parametrize(
    "who", [MODERATOR, (Role.MEETING_CHAIR, "office"), (Role.AGENCY_COORDINATOR, "CSC")]
)
def test_nobody_else_chooses(world: World, who: tuple[Role, str]) -> None:
    with pytest.raises((Absent, NotAllowed)):
        commands.choose_share(audit=world.audit, percent=10, by=viewer(world, *who))
    assert not Choice.objects.exists()


def test_nothing_is_chosen_once_the_round_is_opened(world: World) -> None:
    world.audit.opened_at = timezone.now()
    world.audit.save()
    with pytest.raises(NotAllowed):
        chosen(world)


def test_a_moderator_grades_on_a_page_and_both_grades_show_after_it(world: World) -> None:
    chosen(world)
    look = a_look(world)
    mo = Answerer(world.client(*MODERATOR))
    assert address(world, "grade_again", look.pk) in mo.open(address(world, "moderation"))
    mo.open(address(world, "grade_again", look.pk))
    assert "Hidden from moderators" in mo.page
    mo.send(grade="inadequate", reason=WHY)
    assert "All grades are in" in mo.page
    assert WHY in mo.page
    assert "The agency&#39;s grade" in mo.page or "The agency's grade" in mo.page
    kept = SecondGrade.objects.get()
    assert (kept.grade, kept.moderator, kept.reason) == ("inadequate", 1, WHY)
    # The agency is shown both, and not who gave the second.
    asha = Answerer(world.client(Role.AGENCY_AUDITOR, "CSC"))
    asha.open(address(world, "second_look", look.pk))
    assert WHY in asha.page
    assert world.member(*MODERATOR).person.name not in asha.page
    assert world.member(*MODERATOR).person.name in mo.page


def test_no_page_tells_a_moderator_the_first_grade_before(world: World) -> None:
    chosen(world)
    make_report(audit=world.audit, by=operator())
    client = world.client(*MODERATOR)
    for made in Return.objects.filter(participant__audit=world.audit):
        page = client.get(address(world, "return", made.pk))
        if page.status_code == 200:
            text = page.content.decode()
            assert not [one for one in LABELS if one in text], made
    for name, args in [
        ("figures", ()),
        ("figures_csv", ()),
        ("figure", ("CSC.grade.good",)),
        ("download", (1, "json")),
    ]:
        assert client.get(address(world, name, *args)).status_code in {403, 404}, name
    for number in ("01", "02", "03"):
        case = client.get(address(world, "meeting_case", number))
        assert case.status_code == 200
        assert not [one for one in LABELS if one in case.content.decode()], number
    for name in ("round", "reports", "moderation"):
        text = client.get(address(world, name)).content.decode()
        assert not [one for one in LABELS if one in text], name
        assert "Good or better" not in text
    # The coordinator, who grades nothing, sees the figures.
    assert world.client(*OFFICE).get(address(world, "figures")).status_code == 200


def test_why_a_return_was_chosen_tells_nobody_a_grade_while_the_round_gathers(
    world: World,
) -> None:
    by = viewer(world, *OFFICE)
    choice = commands.choose_by_triggers(audit=world.audit, triggers=list(Trigger), by=by)
    looks = list(choice.looks.select_related("audit_return__participant"))
    assert {one for look in looks for one in look.because} >= {Trigger.LOWEST, Trigger.APART}
    # Who coordinates as well is bound while they moderate; an agency is not told of the others.
    both = make_membership(
        world.member(*OFFICE).person, world.agencies["office"], Role.AUDIT_MODERATOR
    )
    told = [WORDS[one] for one in Trigger]
    mo, asha = world.client(*MODERATOR), world.client(Role.AGENCY_COORDINATOR, "CSC")
    for client in (mo, asha, sign_in(browser(), both.person, both)):
        pages = [client.get(address(world, "moderation"))]
        pages += [client.get(address(world, "second_look", look.pk)) for look in looks]
        open_to = [page.content.decode() for page in pages if page.status_code == 200]
        assert len(open_to) > 1
        assert not [one for one in told if any(one in text for text in open_to)]
    own = next(one for one in looks if one.audit_return.participant.code == "CSC")
    places = [address(world, "moderation"), address(world, "second_look", own.pk)]
    edie = world.client(*OFFICE)
    assert all(WORDS[own.because[0]] in edie.get(one).content.decode() for one in places)
    # Nor once its own grades are in, since the moderator may still owe one on the same case.
    graded(world, own)
    assert WORDS[own.because[0]] not in mo.get(places[1]).content.decode()
    world.audit.opened_at = timezone.now()
    world.audit.save()
    for client in (mo, asha):
        assert all(WORDS[own.because[0]] in client.get(one).content.decode() for one in places)


def test_nothing_of_a_second_grade_is_shown_until_all_are_in(world: World) -> None:
    chosen(world, graders=2)
    look = a_look(world)
    graded(world, look)
    for who in (OFFICE, MODERATOR, OTHER, (Role.AGENCY_AUDITOR, "CSC")):
        page = world.client(*who).get(address(world, "second_look", look.pk))
        assert page.status_code == 200
        assert WHY not in page.content.decode(), who
    look.refresh_from_db()
    assert look.settled_at is None
    graded(world, look, "inadequate", *OTHER)
    look.refresh_from_db()
    assert look.settled_at is not None
    for who in (OFFICE, MODERATOR, OTHER, (Role.AGENCY_AUDITOR, "CSC")):
        assert decide(viewer(world, *who), "moderation.see", look, FieldClass.OPINION).outcome is (
            Outcome.ALLOW
        )
        assert (
            WHY in world.client(*who).get(address(world, "second_look", look.pk)).content.decode()
        )
    assert [one.moderator for one in look.grades.all()] == [1, 2]


def test_nobody_grades_what_their_own_agency_returned(world: World) -> None:
    chosen(world)
    own = a_look(world, "POLICE")
    with pytest.raises((Absent, NotAllowed)):
        graded(world, own, "good", *OTHER)
    graded(world, own)
    # Nor under another membership, also one that has ended.
    member = world.member(*MODERATOR)
    before = make_membership(member.person, world.agencies["CSC"], Role.AGENCY_AUDITOR)
    type(before).objects.filter(pk=before.pk).update(valid_to=timezone.now())
    with pytest.raises((Absent, NotAllowed)):
        graded(world, a_look(world))
    with pytest.raises((Absent, NotAllowed)):
        commands.send_back(look=a_look(world), reason=WHY, by=make_viewer(member))


@pytest.mark.parametrize(
    "who",
    [
        OFFICE,
        (Role.MEETING_CHAIR, "office"),
        (Role.AGENCY_SIGN_OFF, "CSC"),
        (Role.SCRUTINEER, "office"),
    ],
)
def test_no_other_role_grades(world: World, who: tuple[Role, str]) -> None:
    chosen(world)
    with pytest.raises((Absent, NotAllowed)):
        graded(world, a_look(world), "good", *who)


def test_a_second_grade_stays(world: World) -> None:
    chosen(world, graders=2)
    look = a_look(world)
    graded(world, look)
    with pytest.raises(NotPossible, match="already"):
        graded(world, look, "inadequate")
    assert SecondGrade.objects.get().grade == "good"


def test_two_moderators_at_once_fill_one_place(world: World) -> None:
    """Both have the page open; the second to send is refused, and nothing is doubled."""
    chosen(world)
    look = a_look(world)
    pages = [Answerer(world.client(*who)) for who in (MODERATOR, OTHER)]
    for one in pages:
        one.open(address(world, "grade_again", look.pk))
        assert one.status == 200
    for one in pages:
        one.send(grade="good", reason=WHY)
    assert SecondGrade.objects.filter(look=look).count() == 1
    assert pages[1].status == 409
    assert WHY in pages[1].page
    # And a command that had asked before the other was done is stopped by what is there now.
    stale = SecondLook.objects.get(pk=look.pk)
    SecondLook.objects.filter(pk=look.pk).update(settled_at=None)
    with pytest.raises(NotPossible, match="already"):
        graded(world, stale)


def test_a_double_press_is_one_grade(world: World) -> None:
    chosen(world)
    look = a_look(world)
    mo = Answerer(world.client(*MODERATOR))
    page = mo.open(address(world, "grade_again", look.pk))
    mo.send(grade="good", reason=WHY)
    mo.page, mo.address = page, address(world, "grade_again", look.pk)
    mo.send(grade="good", reason=WHY)
    assert SecondGrade.objects.count() == 1


def test_what_is_graded_is_what_was_read(world: World) -> None:
    chosen(world)
    look = a_look(world)
    read = version_to_grade(look)
    ReturnVersion.objects.filter(pk=read.pk).update(is_latest=False)
    newer = ReturnVersion.objects.get(pk=read.pk)
    newer.pk, newer.number, newer.is_latest = None, read.number + 1, True
    newer.save()
    with pytest.raises(EditConflict):
        commands.grade_again(
            look=look, version=read.pk, grade="good", reason=WHY, by=viewer(world, *MODERATOR)
        )
    graded(world, look)
    look.refresh_from_db()
    assert look.version_id == newer.pk


@pytest.mark.parametrize(("grade", "reason"), [("good", "  "), ("splendid", WHY)])
def test_a_grade_has_a_reason_and_is_one_of_the_tools(
    world: World, grade: str, reason: str
) -> None:
    chosen(world)
    look = a_look(world)
    with pytest.raises(NotPossible):
        commands.grade_again(
            look=look,
            version=version_to_grade(look).pk,
            grade=grade,
            reason=reason,
            by=viewer(world, *MODERATOR),
        )


def test_no_grade_is_taken_once_the_round_is_opened(world: World) -> None:
    chosen(world)
    look = a_look(world)
    world.audit.opened_at = timezone.now()
    world.audit.save()
    with pytest.raises(NotAllowed):
        graded(world, look)
    assert (
        "Not graded again"
        in world.client(*OFFICE).get(address(world, "second_look", look.pk)).content.decode()
    )


def test_a_return_is_sent_back_with_a_reason_that_the_agency_reads(world: World) -> None:
    chosen(world)
    look = a_look(world)
    mo = Answerer(world.client(*MODERATOR))
    mo.open(address(world, "send_back", look.pk))
    mo.send(reason="Say when the child was seen.")
    assert "The agency is told." in mo.page
    lead = world.member(Role.SAFEGUARDING_LEAD, "CSC").person
    message = Message.objects.get(notice="moderation.sent_back", to=lead.email)
    assert message.reference == f"return {look.audit_return_id}"
    assert "child was seen" not in f"{message.reference}{message.link}"
    asha = Answerer(world.client(Role.AGENCY_AUDITOR, "CSC"))
    assert "Sent back" in asha.open(address(world, "moderation"))
    asha.open(address(world, "second_look", look.pk))
    assert "Say when the child was seen." in asha.page
    number = look.audit_return.case.number
    assert address(world, "begin_return", number) in asha.page
    # Once for one version, and not once a second grade is in.
    with pytest.raises(NotPossible, match="sent back already"):
        commands.send_back(look=look, reason=WHY, by=viewer(world, *OTHER))
    graded(world, look)
    other = SentBack.objects.get()
    assert other.version_id == version_to_grade(look).pk
    # Another agency sees nothing of it.
    assert (
        world.client(Role.AGENCY_AUDITOR, "HOMES")
        .get(address(world, "second_look", look.pk))
        .status_code
        == 404
    )


def test_an_agency_sees_its_own_second_looks_alone(world: World) -> None:
    chosen(world)
    page = world.client(Role.AGENCY_AUDITOR, "CSC").get(address(world, "moderation"))
    text = page.content.decode()
    for look in SecondLook.objects.select_related("audit_return__participant"):
        is_own = look.audit_return.participant.code == "CSC"
        assert (address(world, "second_look", look.pk) in text) is is_own
    assert "Good or better" not in text


def test_figures_stand_side_by_side(world: World) -> None:
    chosen(world)
    for look in list(SecondLook.objects.all())[:4]:
        graded(world, look, "inadequate")
    text = world.client(*OFFICE).get(address(world, "moderation")).content.decode()
    assert "Cohen" in text
    assert "the moderated grade" in text
    assert "That is few" in text or "nothing can be said" in text


def test_own_grades_are_counted_as_the_report_counts_them(world: World) -> None:
    from safehub.audit.moderation.queries import moderated

    chosen(world)
    found = moderated(world.audit)
    assert found is not None
    reported = {one.agency.code: one for one in material_of(world.audit).figures.agencies}
    for one in found.agencies:
        theirs = reported[one.agency]
        assert theirs.met_good is not None
        assert (one.own.good, one.own.of) == (theirs.met_good.n, theirs.met_good.of)
        assert dict(one.own.grades) == dict(theirs.grades or {})


def test_a_withdrawn_case_is_offered_to_no_moderator(world: World) -> None:
    chosen(world)
    look = a_look(world)
    mo = Answerer(world.client(*MODERATOR))
    by = viewer(world, *MODERATOR)
    named = len(references_to_grade(by))
    grade, back = (address(world, one, look.pk) for one in ("grade_again", "send_back"))
    pages = [Answerer(mo.client) for _ in range(2)]
    for one, where in zip(pages, (grade, back), strict=True):
        one.open(where)
    assert grade in mo.open(address(world, "moderation"))
    case = look.audit_return.case
    number, looks = case.number, SecondLook.objects.filter(audit_return__case=case).count()
    withdraw_case(
        audit=world.audit, number=number or "", reason="Moved.", by=viewer(world, *OFFICE)
    )
    assert len(references_to_grade(by)) == named - looks
    page = mo.open(address(world, "moderation"))
    assert (grade in page, "Case withdrawn" in page) == (False, True)
    why = f"Case {number} was withdrawn from the sample"
    page = mo.open(address(world, "second_look", look.pk))
    assert (why in page, grade in page, back in page) == (True, False, False)
    # What was typed meanwhile stays, and is not taken.
    for one, typed in zip(pages, ({"grade": "good"}, {}), strict=True):
        page = one.send(reason="Typed while it was withdrawn", **typed)
        assert (one.status, why in page) == (409, True)
        assert "Typed while it was withdrawn" in page
    assert not SecondGrade.objects.exists()
    assert not SentBack.objects.exists()
    for where in (grade, back):
        assert why in mo.open(where)
    with pytest.raises(EditConflict, match="withdrawn"):
        graded(world, look)
