"""A second grade that comes once the meeting has opened the round: not taken, and not lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.world import World, whole_world
from safehub.audit.moderation import commands
from safehub.audit.moderation.models import SecondGrade, SentBack
from safehub.foundation.submissions.models import Draft
from unit.returns.answering import Answerer

from .grading import MODERATOR, WHY, a_look, address, chosen, graded

TYPED = "Typed while the chair pressed"


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


@pytest.mark.parametrize(
    ("name", "given"),
    [("grade_again", {"grade": "good", "reason": TYPED}), ("send_back", {"reason": TYPED})],
)
def test_what_a_moderator_types_too_late_stays(
    world: World, name: str, given: dict[str, str]
) -> None:
    chosen(world)
    look = a_look(world)
    mo = Answerer(world.client(*MODERATOR))
    mo.open(address(world, name, look.pk))
    world.audit.opened_at = timezone.now()
    world.audit.save()
    page = mo.send(**given)
    assert mo.status == 409
    assert TYPED in page
    assert "The round was opened on" in page
    assert "nothing more can be sent" in page
    assert not SecondGrade.objects.exists()
    assert not SentBack.objects.exists()
    assert Draft.objects.filter(person=world.member(*MODERATOR).person_id).count() == 1
    # Opened again, it says so, and nothing offers to send it.
    page = mo.open(address(world, name, look.pk))
    assert (mo.status, "nothing more can be sent" in page) == (200, True)
    assert 'type="submit" class="govuk-button"' not in page


def test_the_meeting_that_opens_while_a_grade_is_sent_takes_nothing_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(world)
    look = a_look(world)
    mo = Answerer(world.client(*MODERATOR))
    mo.open(address(world, "grade_again", look.pk))
    real = commands.grade_again

    def slow(**given: object) -> object:
        type(world.audit).objects.filter(pk=world.audit.pk).update(opened_at=timezone.now())
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(commands, "grade_again", slow)
    page = mo.send(grade="good", reason=TYPED)
    assert (mo.status, TYPED in page) == (409, True)
    assert not SecondGrade.objects.exists()


def test_whose_place_another_moderator_filled_keeps_what_they_typed(world: World) -> None:
    chosen(world)
    look = a_look(world)
    mo = Answerer(world.client(*MODERATOR))
    mo.open(address(world, "grade_again", look.pk))
    graded(world, look)
    page = mo.send(grade="inadequate", reason=TYPED)
    assert (mo.status, TYPED in page) == (409, True)
    assert "Every second grade of this return is in by now" in page
    assert SecondGrade.objects.get().reason == WHY
