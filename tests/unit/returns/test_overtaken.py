"""What a colleague does to a return while somebody types takes none of the text away."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.returns.models import Return, WorkingReturn
from safehub.audit.returns.working.commands import (
    answer_return,
    begin_return,
    discard_return,
    submit_return,
)
from safehub.audit.returns.working.parts import field_name
from safehub.audit.sampling.models import Case
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.states import ConflictState
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.submissions.models import Draft

from .answering import Answerer

COORDINATOR = (Role.AGENCY_COORDINATOR, "HOMES")
TYPED = "Typed while a colleague pressed,\nin two lines"


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


@pytest.fixture
def cora(world: World) -> Answerer:
    return Answerer(world.client(*COORDINATOR))


@pytest.fixture
def colleague(world: World) -> Viewer:
    return make_viewer(world.member(Role.AGENCY_AUDITOR, "HOMES"))


@pytest.fixture
def working(world: World, colleague: Viewer) -> WorkingReturn:
    case = Case.objects.get(draw__audit=world.audit, number="01")
    made = begin_return(audit=world.audit, case=case, by=colleague)
    assert isinstance(made, WorkingReturn)
    given = {"known": "yes", "visits": "3", "hours": "2", "consent": "yes", "voice": "yes"}
    return answer_return(working=made, given=given, by=colleague)


def part_of(world: World, working: WorkingReturn) -> str:
    return reverse("audit:answer_part", args=[world.audit.reference, working.pk, 2])


def typed(cora: Answerer) -> str:
    return cora.send(**{field_name("comment"): TYPED, field_name("visits"): "7"})


def drafts(world: World) -> int:
    return Draft.objects.filter(person=world.member(*COORDINATOR).person_id).count()


@pytest.mark.parametrize("how", ["submitted", "discarded"])
def test_what_is_typed_while_a_colleague_ends_the_return_is_shown_and_kept(
    world: World, cora: Answerer, colleague: Viewer, working: WorkingReturn, how: str
) -> None:
    where = part_of(world, working)
    cora.open(where)
    if how == "submitted":
        submit_return(working=working, edition=working.edition, by=colleague)
    else:
        discard_return(working=working, by=colleague)
    page = typed(cora)
    assert (cora.status, cora.address) == (409, where)
    assert TYPED in page
    assert f"Somebody {how}" in page
    assert "while you were typing, so what you typed was not saved" in page
    assert drafts(world) == 1
    # It is found again where it was typed, by nobody else.
    assert TYPED in cora.open(where)
    assert cora.status == 200
    if how == "submitted":
        made = Return.objects.get(participant__code="HOMES")
        assert reverse("audit:return", args=[world.audit.reference, made.pk]) in page
        assert made.versions.count() == 1
    assert world.client(Role.AGENCY_SIGN_OFF, "HOMES").get(where).status_code == 404
    assert world.client(Role.AGENCY_SIGN_OFF, "HOMES").post(where).status_code == 404


@pytest.mark.parametrize("how", ["submitted", "discarded", "there"])
def test_who_may_see_nothing_any_more_is_told_nothing_and_their_text_is_kept(
    world: World, cora: Answerer, colleague: Viewer, working: WorkingReturn, how: str
) -> None:
    where = part_of(world, working)
    cora.open(where)
    if how == "submitted":
        submit_return(working=working, edition=working.edition, by=colleague)
    elif how == "discarded":
        discard_return(working=working, by=colleague)
    person = world.member(*COORDINATOR).person_id
    Conflict.objects.create(
        kind="programmes.audit",
        key=world.audit.pk,
        person_id=person,
        state=ConflictState.DECLARED,
        reason="A cousin.",
        raised_by_id=person,
        raised_at=timezone.now(),
    )
    page = typed(cora)
    assert (cora.status, "Somebody" in page) == (404, False)
    assert drafts(world) == 1
    cora.open(where)
    assert cora.status == 404


def test_what_is_typed_in_a_section_that_a_colleague_hides_is_shown_and_kept(
    world: World, cora: Answerer, colleague: Viewer, working: WorkingReturn
) -> None:
    where = part_of(world, working)
    cora.open(where)
    answer_return(working=working, given={"known": "no"}, by=colleague)
    page = typed(cora)
    assert (cora.status, cora.address) == (409, where)
    assert TYPED in page
    assert "nothing of this section is asked any more" in page
    assert drafts(world) == 1
    working.refresh_from_db()
    assert working.answers == {"known": "no"}
    assert TYPED in cora.open(where)
    # Whoever typed nothing there is led on, as before.
    dora = Answerer(world.client(Role.AGENCY_SIGN_OFF, "HOMES"))
    dora.open(where)
    assert dora.address == reverse("audit:answers", args=[world.audit.reference, working.pk])
    # Once it is asked again the text is offered on the page itself.
    answer_return(working=working, given={"known": "yes"}, by=colleague)
    assert "?draft=" in cora.open(where)


def test_a_second_press_on_a_section_that_is_hidden_since_is_told_as_done(
    world: World, cora: Answerer, colleague: Viewer, working: WorkingReturn
) -> None:
    where = part_of(world, working)
    before = cora.open(where)
    typed(cora)
    assert cora.status == 200
    answer_return(working=working, given={"known": "no"}, by=colleague)
    cora.page, cora.address = before, where
    typed(cora)
    assert cora.status == 200
    assert "Saved." in cora.page
    assert drafts(world) == 0


@pytest.mark.parametrize("said", ["yes", "no"])
def test_beginning_drops_no_answers_of_a_colleague_who_began_meanwhile(
    world: World, cora: Answerer, colleague: Viewer, said: str
) -> None:
    where = reverse("audit:begin_return", args=[world.audit.reference, "01"])
    cora.open(where)
    case = Case.objects.get(draw__audit=world.audit, number="01")
    made = begin_return(audit=world.audit, case=case, known="yes", by=colleague)
    assert isinstance(made, WorkingReturn)
    answer_return(working=made, given={"comment": "Theirs"}, by=colleague)
    page = cora.send(known=said)
    made.refresh_from_db()
    assert made.answers == {"known": "yes", "comment": "Theirs"}
    assert not Return.objects.filter(participant__code="HOMES").exists()
    if said == "yes":
        # Who says the same goes on with it.
        assert cora.address == reverse("audit:answers", args=[world.audit.reference, made.pk])
    else:
        assert (cora.status, cora.address) == (409, where)
        assert "Somebody has begun this return meanwhile" in page
        assert 'value="no" checked' in page
