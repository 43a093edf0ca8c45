"""Those whose work was audited are told twice; it shows which agency has not passed it on."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer, operator
from factories.world import World, whole_world
from safehub.audit.meetings.learning import commands
from safehub.audit.meetings.models import LearningNote
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

CHAIR = (Role.MEETING_CHAIR, "office")
LEAD = (Role.SAFEGUARDING_LEAD, "CSC")
OTHER = (Role.SAFEGUARDING_LEAD, "POLICE")
LEARNT = "Ask each child what a day is like."


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path)
    for one in (LEAD, OTHER, (Role.AGENCY_AUDITOR, "CSC")):
        made.member(*one)
    return made


def sent(world: World, moment: str = "meeting") -> Answerer:
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:send_learning", args=[world.audit.reference]))
    chair.send(agency="CSC", moment=moment, text=LEARNT)
    return chair


def test_it_is_sent_by_reference_passed_on_and_shown_who_has_not(world: World) -> None:
    chair = sent(world)
    here = reverse("audit:learning", args=[world.audit.reference])
    assert "<strong>Not passed on yet by:</strong> Social Care." in chair.page
    told = Message.objects.filter(notice="learning.sent")
    assert [message.to for message in told] == [world.member(*LEAD).person.email]
    assert LEARNT not in "".join(f"{one.reference}{one.link}" for one in told)
    lead = Answerer(world.client(*LEAD))
    assert LEARNT in lead.open(here)
    note = LearningNote.objects.get()
    step = reverse("audit:pass_on_learning", args=[world.audit.reference, note.pk])
    assert step in lead.page
    other = Answerer(world.client(*OTHER))
    assert step not in other.open(here)
    other.open(step)
    other.send()
    assert other.status == 422
    assert "another agency" in other.page
    for _ in range(2):
        lead.open(step)
        lead.send()
    assert "Passed on, " in lead.page
    note.refresh_from_db()
    assert note.passed_on_by_id == world.member(*LEAD).person_id
    assert TrailEvent.objects.filter(event="learning.passed_on").count() == 1
    assert "Not passed on yet by" not in chair.open(here)


def test_it_is_told_twice_and_each_time_once(world: World) -> None:
    sent(world)
    again = sent(world)
    assert again.status == 422
    assert "was sent this already: after the meeting" in again.page
    sent(world, "report")
    assert sorted(LearningNote.objects.values_list("moment", flat=True)) == ["meeting", "report"]
    assert Message.objects.filter(notice="learning.sent").count() == 2


def test_nothing_is_sent_before_the_round_is_opened(world: World) -> None:
    world.audit.opened_at = None
    world.audit.save()
    meeting, csc = world.audit.meeting, world.audit.participants.get(code="CSC")
    meeting.audit.refresh_from_db()
    with pytest.raises(NotPossible, match="hold it first"):
        commands.send_learning(
            meeting=meeting, participant=csc, moment="meeting", text=LEARNT, by=operator()
        )


def test_only_those_who_answer_for_an_agency_say_that_it_was_passed_on(world: World) -> None:
    sent(world)
    note = LearningNote.objects.get()
    for one in ((Role.AGENCY_AUDITOR, "CSC"), CHAIR):
        viewer = make_viewer(world.member(*one))
        with pytest.raises(NotAllowed):
            commands.pass_on_learning(note=note, by=viewer)
    page = world.client(Role.BOARD_MEMBER, "office").get(
        reverse("audit:learning", args=[world.audit.reference])
    )
    assert page.status_code == 404
