"""What becomes of marks that come once the coding was let go of, taken on or finished."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.world import World, whole_world
from safehub.audit.coding import commands
from safehub.audit.coding.leaving.commands import let_go
from safehub.audit.coding.leaving.queries import LEFT_ALONE
from safehub.audit.coding.models import Code
from safehub.audit.coding.queries import words_of_text
from safehub.foundation.submissions.models import Draft
from unit.returns.answering import Answerer

from .test_coding import MODERATOR, OFFICE, address, chosen, coded, marked, theme, viewer


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path, opened=False)
    for one in (OFFICE, MODERATOR):
        made.member(*one)
    return made


def test_whoever_was_let_go_of_is_told_and_keeps_what_they_sent(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    marked(world, text, words)
    edie, typed = Answerer(world.client(*OFFICE)), {"exact": words_of_text(text)[:4]}
    where = address(world, "code_text", text.pk)
    sends = {**typed, "themes": str(words.pk), "polarity": "worried_about", "then": "more"}
    edie.open(where)
    Code.objects.update(coded_at=timezone.now() - LEFT_ALONE)
    let_go(text=text, by=viewer(world, *MODERATOR))
    page = edie.send(**sends)
    assert edie.status == 409
    assert "what you had marked in it before was dropped" in page
    assert "open the text again: what you sent is kept there" in page
    assert typed["exact"] in page
    assert not Code.objects.exists()
    # It is offered where it was typed, and may be sent from there.
    page = edie.open(where)
    assert "?draft=" in page
    kept = Draft.objects.get(person=world.member(*OFFICE).person_id, path=where)
    edie.open(f"{where}?draft={kept.pk}")
    edie.send()
    assert (edie.status, Code.objects.count()) == (200, 1)
    # Somebody else codes it by now: nothing of what they mark shows.
    Code.objects.update(coded_at=timezone.now() - LEFT_ALONE)
    let_go(text=text, by=viewer(world, *MODERATOR))
    made = marked(world, text, words, *MODERATOR)
    assert made
    page = edie.send(**sends)
    assert (edie.status, "Somebody else codes it by now" in page) == (409, True)
    assert "take_out" not in page
    assert Code.objects.get() == made[0]
    # And they have finished it.
    commands.finish_coding(text=text, by=viewer(world, *MODERATOR))
    page = edie.send(**sends)
    assert (edie.status, "This coding was finished meanwhile" in page) == (409, True)
    assert typed["exact"] in page
    assert Code.objects.get() == made[0]
    assert edie.client.get(where).status_code == 403


def test_a_second_coder_is_not_taken_for_the_first(world: World) -> None:
    """What was opened as the first coding is nobody's second one."""
    words, text = theme(world), chosen(world, percent=100)[0]
    mo = Answerer(world.client(*MODERATOR))
    mo.open(address(world, "code_text", text.pk))
    coded(world, text, words)
    page = mo.send(
        exact=words_of_text(text)[:4], themes=str(words.pk), polarity="worried_about", then="more"
    )
    assert (mo.status, "This coding was finished meanwhile" in page) == (409, True)
    text.refresh_from_db()
    assert text.second_by is None
