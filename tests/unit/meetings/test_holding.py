"""A meeting on pages: planned, asked to, attended, opened once, minuted, and what it said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.people import make_viewer, operator
from factories.world import World, whole_world
from safehub.audit.meetings.holding import commands
from safehub.audit.meetings.models import Meeting, MeetingStatement
from safehub.audit.meetings.queries import agreed_at
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, WorkingReturn
from safehub.audit.returns.queries.outstanding import outstanding_of
from safehub.audit.sampling.models import Case
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

CHAIR = (Role.MEETING_CHAIR, "office")
OFFICE = (Role.AUDIT_COORDINATOR, "office")
LEAD = (Role.SAFEGUARDING_LEAD, "CSC")
AUDITOR = (Role.AGENCY_AUDITOR, "CSC")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


def planned(world: World, **changes: object) -> Answerer:
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:plan_meeting", args=[world.audit.reference]))
    typed = {
        "planned_on-day": "24",
        "planned_on-month": "6",
        "planned_on-year": "2026",
        "starts_at": "10am to 1pm",
        "place": "Town hall",
        "link": "https://meet.example.org/1",
        "quorum": ["CSC", "POLICE"],
    }
    chair.send(**{**typed, **changes})
    return chair


def test_a_meeting_is_planned_and_every_agency_sees_when_and_where(world: World) -> None:
    chair = planned(world)
    assert "The meeting is planned." in chair.page
    assert "24 June 2026, 10am to 1pm" in chair.page
    assert "No quorum: Social Care, Police must be here" in chair.page
    page = world.client(*AUDITOR).get(reverse("audit:meeting", args=[world.audit.reference]))
    words = page.content.decode()
    assert "24 June 2026, 10am to 1pm" in words
    assert "https://meet.example.org/1" in words
    # Who else takes part, and what is said, is for later.
    assert "Police" not in words
    assert "Plan the meeting" not in words
    # One that is only planned has agreed nothing.
    assert agreed_at(world.audit) is None


def test_whoever_opens_the_round_reads_first_what_is_missing(world: World) -> None:
    """Also a chair who may see no return yet: what is typed cannot be sent in afterwards."""
    now = timezone.now()
    homes = world.audit.participants.get(code="HOMES")
    before = outstanding_of(world.audit)
    for case in Case.objects.filter(number__in=["01", "02"], draw__audit=world.audit):
        WorkingReturn.objects.update_or_create(
            participant=homes,
            case=case,
            defaults={
                "tool_version": world.audit.tool_version,
                "started_at": now,
                "updated_at": now,
            },
        )
    out = outstanding_of(world.audit)
    begun = WorkingReturn.objects.filter(participant__audit=world.audit)
    assert dict(out.by_agency)[homes.name] == begun.filter(participant=homes).count() >= 2
    assert out.begun == begun.count()
    returned = {(one.case_id, one.participant_id) for one in Return.objects.all()}
    assert (out.asked, out.returned) == (before.asked, len(returned))
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:open_meeting", args=[world.audit.reference]))
    assert f"{out.missing} are missing." in chair.page
    assert f"{out.begun} returns are begun and not sent in" in chair.page
    assert f"{homes.name} {dict(out.by_agency)[homes.name]}" in chair.page


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://meet.example.org", "https://a b"])
def test_a_link_that_runs_or_leads_nowhere_is_refused(world: World, link: str) -> None:
    chair = planned(world, link=link)
    assert chair.status == 422
    assert not Meeting.objects.exists()


def test_agencies_are_invited_by_reference_alone_once_for_each_day(world: World) -> None:
    for one in (LEAD, AUDITOR, CHAIR, OFFICE, (Role.AGENCY_COORDINATOR, "POLICE")):
        world.member(*one)
    with pytest.raises(NotPossible, match="Say first when the meeting is"):
        commands.invite(audit=world.audit, by=operator())
    planned(world)
    chair = Answerer(world.client(*CHAIR))
    invite = reverse("audit:invite", args=[world.audit.reference])
    for _ in range(2):
        chair.open(invite)
        chair.send()
    told = Message.objects.filter(notice="meeting.invited")
    asked = [LEAD, CHAIR, OFFICE, (Role.AGENCY_COORDINATOR, "POLICE")]
    assert sorted(told.values_list("to", flat=True)) == sorted(
        world.member(*one).person.email for one in asked
    )
    assert set(told.values_list("reference", flat=True)) == {world.audit.reference}
    planned(world, **{"planned_on-day": "25"})
    chair.open(invite)
    chair.send()
    assert told.count() == 2 * len(asked)


def test_who_came_is_recorded_and_gives_the_quorum(world: World) -> None:
    chair = planned(world)
    chair.open(reverse("audit:attendance", args=[world.audit.reference]))
    codes = list(world.audit.participants.order_by("position").values_list("code", flat=True))
    social, police = codes.index("CSC") + 1, codes.index("POLICE") + 1
    chair.send(**{f"state-{social}": "present", f"role-{social}": "Service manager"})
    assert "No quorum: Police must be here" in chair.page
    assert "Service manager" in chair.page
    chair.open(reverse("audit:attendance", args=[world.audit.reference]))
    chair.send(**{f"state-{police}": "present"})
    assert "There is a quorum" in chair.page
    chair.open(reverse("audit:attendance", args=[world.audit.reference]))
    chair.send(**{f"state-{police}": "apologies"})
    assert "No quorum: Police must be here" in chair.page
    chair.open(reverse("audit:attendance", args=[world.audit.reference]))
    chair.send(**{f"state-{police}": ""})
    assert Meeting.objects.get().attendance.count() == 1


def test_the_meeting_opens_the_round_once(world: World) -> None:
    planned(world)
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:open_meeting", args=[world.audit.reference]))
    assert "It cannot be taken back." in chair.page
    chair.send(because="Both had sent word.")
    audit = Audit.objects.get(pk=world.audit.pk)
    assert audit.opened_at is not None
    assert audit.meeting.held_on is not None
    assert "Open the round" not in chair.open(
        reverse("audit:meeting", args=[world.audit.reference])
    )
    with pytest.raises(NotPossible, match="has opened this round already"):
        commands.open_meeting(audit=world.audit, by=operator())
    assert Audit.objects.get(pk=world.audit.pk).opened_at == audit.opened_at
    assert TrailEvent.objects.filter(event="audit.opened").count() == 1


def came(world: World, *codes: str) -> None:
    states = dict.fromkeys(codes, ("present", ""))
    commands.record_attendance(audit=world.audit, came=states, by=operator())


def test_whoever_opens_the_round_is_told_of_the_quorum(world: World) -> None:
    chair = Answerer(world.client(*CHAIR))
    address = reverse("audit:open_meeting", args=[world.audit.reference])
    chair.open(address)
    assert "Nobody has said which agencies must be here" in chair.page
    planned(world)
    came(world, "CSC")
    chair.open(address)
    lacking = "There is no quorum: Police must be here, and is not recorded as here."
    assert lacking in chair.page
    # Whoever writes down a decision reads the same.
    decision = reverse("audit:add_statement", args=[world.audit.reference])
    assert lacking in chair.open(decision)
    came(world, "POLICE")
    chair.open(address)
    assert "There is a quorum: every agency that must be here is." in chair.page
    assert "quorum" not in chair.open(decision)
    chair.open(address)
    assert "Why is the round opened without a quorum?" not in chair.page
    chair.send()
    assert not Meeting.objects.get().without_quorum
    assert not TrailEvent.objects.filter(event="meeting.without_quorum").exists()


def test_a_round_opened_without_a_quorum_says_why_for_ever(world: World) -> None:
    planned(world)
    came(world, "CSC")
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:open_meeting", args=[world.audit.reference]))
    for nothing in ("", "   "):
        chair.send(because=nothing)
        assert chair.status == 422
    with pytest.raises(NotPossible, match="no quorum: Police must be here"):
        commands.open_meeting(audit=world.audit, because=" ", by=operator())
    assert Audit.objects.get(pk=world.audit.pk).opened_at is None
    assert not Meeting.objects.get().held_on
    chair.send(because="They sent their view in writing.")
    kept = "Without Police: They sent their view in writing."
    made = Meeting.objects.get()
    assert (made.without_quorum, made.minutes) == (kept, "")
    event = TrailEvent.objects.get(event="meeting.without_quorum")
    # Ids alone: what was typed is not in the trail.
    police = world.audit.participants.get(code="POLICE")
    assert json.loads(event.detail) == {"missing": [police.pk]}
    # It stays, whoever is recorded as here and whatever is minuted afterwards.
    came(world, "POLICE")
    commands.write_minutes(meeting=made, minutes="All came.", by=operator())
    ref = world.audit.reference
    assert kept in chair.open(reverse("audit:meeting", args=[ref]))
    assert Meeting.objects.get().without_quorum == kept
    # To whoever may not read what the meeting said it does not show.
    stranger = world.client(Role.BOARD_MEMBER, "office").get(reverse("audit:meeting", args=[ref]))
    assert kept not in stranger.content.decode()


def test_a_quorum_that_is_lost_while_the_page_is_open_is_asked_about(world: World) -> None:
    planned(world)
    came(world, "CSC", "POLICE")
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:open_meeting", args=[world.audit.reference]))
    commands.record_attendance(audit=world.audit, came={"POLICE": ("absent", "")}, by=operator())
    chair.send()
    assert chair.status == 422
    assert "Why is the round opened without a quorum?" in chair.page
    assert Audit.objects.get(pk=world.audit.pk).opened_at is None


@pytest.mark.parametrize("who", [AUDITOR, LEAD, (Role.SCRUTINEER, "office")])
def test_who_does_not_hold_the_meeting_opens_nothing(world: World, who: tuple[Role, str]) -> None:
    viewer = make_viewer(world.member(*who))
    with pytest.raises(NotAllowed):
        commands.open_meeting(audit=world.audit, by=viewer)
    for name in ("open_meeting", "plan_meeting", "invite", "attendance", "add_statement"):
        address = reverse(f"audit:{name}", args=[world.audit.reference])
        assert world.client(*who).get(address).status_code == 403, name


def test_findings_decisions_and_minutes_are_kept_as_they_are_said(world: World) -> None:
    chair = planned(world)
    ref = world.audit.reference
    chair.open(reverse("audit:add_statement", args=[ref]))
    chair.send(kind="finding", text="Plans are late.", theme="plans", seen_before="on")
    chair.open(reverse("audit:add_statement", args=[ref]))
    chair.send(kind="next_step", text="Report in autumn.", owner="Board")
    assert "Plans are late. (Plans, seen before)" in chair.page
    assert "Report in autumn. (owned by Board)" in chair.page
    agreed = agreed_at(world.audit)
    assert agreed is not None
    (finding,), (step,) = agreed.findings, agreed.next_steps
    assert (finding.text, finding.theme, finding.seen_before) == ("Plans are late.", "plans", True)
    assert (step.text, step.owner) == ("Report in autumn.", "Board")
    key = MeetingStatement.objects.get(kind="finding").pk
    chair.open(reverse("audit:change_statement", args=[ref, key]))
    chair.send(text="Plans are often late.", theme="voice", seen_before=None)
    assert "Plans are often late. (Voice of the child)" in chair.page
    chair.open(reverse("audit:remove_statement", args=[ref, key]))
    chair.send()
    assert not MeetingStatement.objects.filter(pk=key).exists()
    chair.open(reverse("audit:minutes", args=[ref]))
    chair.send(minutes="Opened at ten.\nAll came.")
    assert Meeting.objects.get().minutes == "Opened at ten.\nAll came."


def test_two_who_write_the_minutes_lose_nothing(world: World) -> None:
    planned(world)
    address = reverse("audit:minutes", args=[world.audit.reference])
    chair, edie = Answerer(world.client(*CHAIR)), Answerer(world.client(*OFFICE))
    chair.open(address)
    edie.open(address)
    chair.send(minutes="From the chair.")
    edie.send(minutes="From Edie.")
    # She is shown both, and chooses.
    assert edie.status == 409
    assert "From the chair." in edie.page
    assert Meeting.objects.get().minutes == "From the chair."


def test_a_chair_from_an_agency_sees_figures_once_the_round_is_opened(world: World) -> None:
    ref = world.audit.reference
    places = [
        *(reverse(f"audit:{name}", args=[ref]) for name in ("figures", "figures_csv", "reaudit")),
        f"{reverse('audit:figures', args=[ref])}?agency=POLICE",
        reverse("audit:figure", args=[ref, "POLICE.grade.inadequate"]),
        reverse("audit:keep_figure", args=[ref, "POLICE.grade.inadequate"]),
    ]
    theirs, ours = world.client(Role.MEETING_CHAIR, "CSC"), world.client(*CHAIR)
    assert not [one for one in places if theirs.get(one).status_code not in {403, 404}]
    assert not [one for one in places if ours.get(one).status_code != 200]
    # Nothing that opens the round needs them.
    chair = Answerer(theirs)
    chair.open(reverse("audit:open_meeting", args=[ref]))
    chair.send()
    assert "The round is open" in chair.page
    assert not [one for one in places if theirs.get(one).status_code != 200]
