"""What is done most often, done with the keyboard alone: answer, say not known, update an action.

The fourth, from the round to the returns behind a figure, is in test_pages.py.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.fixtures import Settings

from factories.answering import SmallRound
from factories.world import whole_world
from safehub.audit.actions.models import Action, ActionUpdate
from safehub.audit.meetings.models import Gap
from safehub.audit.returns.models import ReturnVersion
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.models import ToolVersion
from safehub.instruments.responses import answers_of

from .casting import CHOICES, SETTINGS, SURVEY
from .test_pages import cookies

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


class Keys:
    """A page and a keyboard, and no pointer."""

    def __init__(self, context: BrowserContext, server: str, client: Client, path: str) -> None:
        context.add_cookies(cookies(client, server))
        self.page: Page = context.new_page()
        self.page.goto(f"{server}{path}")

    def reach(self, wanted: Locator) -> None:
        """Press Tab until it has the focus, which is then seen."""
        expect(wanted).to_be_visible()
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("one => one === document.activeElement"):
                assert wanted.evaluate("one => one.matches(':focus-visible')")
                return
        raise AssertionError(f"{wanted} is not reached by the Tab key")

    def follow(self, name: str) -> None:
        self.reach(self.page.get_by_role("link", name=name).first)
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def press(self, name: str) -> None:
        self.reach(self.page.get_by_role("button", name=name, exact=True))
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def write(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.type(text)

    def choose(self, group: str, *, down: int = 0) -> None:
        """The first radio of the group, or the one so many further down."""
        self.reach(self.page.get_by_role("group", name=group).get_by_role("radio").first)
        self.page.keyboard.press("Space")
        for _ in range(down):
            self.page.keyboard.press("ArrowDown")


@pytest.fixture
def small(server: str) -> SmallRound:
    sheets = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}
    return SmallRound(
        tool=ToolVersion.objects.create(
            form_id="voices", version="1", title="Voices", sheets=sheets, sha256="2" * 64
        )
    )


def test_a_case_is_answered_and_submitted(
    server: str, context: BrowserContext, small: SmallRound
) -> None:
    keys = Keys(context, server, small.client, "/audits/voices/")
    keys.follow("Your cases")
    keys.follow("Case 01")
    keys.choose("Is the child known?")
    keys.press("Continue")
    keys.follow("The work")
    keys.write("What did the child say, or show?", "She waits at the gate.")
    keys.choose("How good was the work?", down=1)
    keys.choose("Is any child at immediate risk now?", down=1)
    keys.press("Save and continue")
    keys.press("Submit the return")
    expect(keys.page.get_by_text("your return is submitted")).to_be_visible()
    assert answers_of(ReturnVersion.objects.get().response) == {
        "known": "yes",
        "voice": "She waits at the gate.",
        "grade": "inadequate",
        "immediate_risk": "no",
    }


def test_a_child_is_said_to_be_not_known(
    server: str, context: BrowserContext, small: SmallRound
) -> None:
    keys = Keys(context, server, small.client, "/audits/voices/")
    keys.follow("Your cases")
    keys.follow("Case 01")
    keys.choose("Is the child known?", down=1)
    keys.press("Continue")
    expect(keys.page.get_by_text("your nil return is submitted")).to_be_visible()
    assert ReturnVersion.objects.get().known == "no"


def test_an_action_is_updated(server: str, context: BrowserContext, tmp_path: Path) -> None:
    world = whole_world(tmp_path)
    action = Action.objects.create(
        gap=Gap.objects.order_by("pk")[0],
        position=90,
        text="Ask each child alone.",
        owner_agency=world.audit.participants.get(code="CSC"),
        due_on=timezone.localdate() + dt.timedelta(days=30),
        measure="Ten plans.",
        status="open",
    )
    keys = Keys(context, server, world.client(Role.ACTION_OWNER), "/")
    keys.follow("Your actions")
    keys.follow("Ask each child alone.")
    keys.follow("Update it")
    keys.choose("How is it coming on?", down=1)
    keys.write("What has happened?", "Half of the teams were told.")
    keys.press("Save the update")
    expect(keys.page.get_by_text("Half of the teams were told.")).to_be_visible()
    assert ActionUpdate.objects.filter(action=action).count() == 1
