"""What waits for somebody stands on their first page, as a number that leads to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.commissions import Commissioning
from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.actions.models import Action
from safehub.audit.meetings.models import Gap
from safehub.audit.moderation.commands import choose_share
from safehub.foundation.access.vocabulary import Role


@pytest.fixture
def folder(db: None, settings: Settings, tmp_path: Path) -> Path:
    settings.UPLOADS = tmp_path / "uploads"
    return tmp_path


def home(client: Client) -> str:
    return client.get("/").content.decode()


def test_a_commission_waits_for_those_who_may_sign_it(folder: Path) -> None:
    made = Commissioning()
    draft = made.waiting()
    address = f'href="/commissions/{draft.pk}/"'
    assert address in home(made.client(made.hal))
    assert address in home(made.client(made.fay))
    # Edie wrote it.
    assert "commission to sign" not in home(made.office.client())


def test_a_moderator_is_shown_the_grades_that_they_owe(folder: Path) -> None:
    world: World = whole_world(folder, opened=False)
    by = make_viewer(world.member(Role.AUDIT_COORDINATOR, "office"))
    choose_share(audit=world.audit, percent=100, by=by)
    page = home(world.client(Role.AUDIT_MODERATOR, "office"))
    assert "to grade a second time" in page
    assert f'href="/audits/{world.audit.reference}/moderation/"' in page
    assert "to grade a second time" not in home(world.client(Role.AUDIT_COORDINATOR, "office"))


@pytest.mark.parametrize(
    ("days", "words"),
    [(3, "due soon"), (60, "further action"), (-3, "overdue"), (None, "further action")],
)
def test_an_open_action_is_shown_to_its_agency_whenever_it_is_due(
    folder: Path, days: int | None, words: str
) -> None:
    world = whole_world(folder)
    Action.objects.all().delete()
    gap = Gap.objects.order_by("pk")[0]
    Action.objects.create(
        gap=gap,
        position=1,
        text="Ask each child.",
        owner_agency=world.audit.participants.get(code="CSC"),
        status="open",
        due_on=None if days is None else timezone.localdate() + dt.timedelta(days=days),
    )
    assert words in home(world.client(Role.ACTION_OWNER))
    assert words not in home(world.client(Role.ACTION_OWNER, "elsewhere"))
