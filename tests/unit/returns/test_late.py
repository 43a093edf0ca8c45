"""What comes once the meeting has opened the round is not taken, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.meetings.holding.commands import open_meeting
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import (
    Return,
    ReturnSource,
    RiskAlert,
    SentWorkbook,
    SignOff,
    WorkingReturn,
)
from safehub.audit.returns.workbooks import commands as workbooks
from safehub.audit.returns.working import commands
from safehub.audit.returns.working.commands import answer_return, begin_return
from safehub.audit.returns.working.parts import field_name
from safehub.audit.sampling.models import Case
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.govuk.wording import day
from safehub.foundation.outbox.models import Message
from safehub.foundation.submissions.models import Draft
from walk.drafts import fill_workbook

from .answering import Answerer, Inputs

COORDINATOR = (Role.AGENCY_COORDINATOR, "HOMES")
KEPT, TYPED = "Visited twice and heard", "Typed while the chair pressed"


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


@pytest.fixture
def cora(world: World) -> Answerer:
    return Answerer(world.client(*COORDINATOR))


def viewer(world: World, role: Role, where: str) -> Viewer:
    return make_viewer(world.member(role, where))


def begun(world: World, number: str = "01") -> WorkingReturn:
    """A return of the housing agency that is typed and not sent."""
    case = Case.objects.get(draw__audit=world.audit, number=number)
    by = viewer(world, *COORDINATOR)
    working = begin_return(audit=world.audit, case=case, by=by)
    assert isinstance(working, WorkingReturn)
    given = {"known": "yes", "visits": "3", "hours": "2", "consent": "yes", "voice": "yes"}
    given["comment"] = KEPT
    return answer_return(working=working, given=given, by=by)


def opens(world: World) -> str:
    """The meeting opens the round: on which day, in words."""
    world.audit.refresh_from_db()
    open_meeting(audit=world.audit, by=viewer(world, Role.MEETING_CHAIR, "office"))
    world.audit.refresh_from_db()
    return day(world.audit.opened_at)


def address(world: World, name: str, *args: object) -> str:
    return reverse(f"audit:{name}", args=[world.audit.reference, *args])


def test_what_was_begun_is_read_once_the_round_is_opened(world: World, cora: Answerer) -> None:
    working = begun(world)
    on = opens(world)
    for name, args in (
        ("answers", (working.pk,)),
        ("answer_part", (working.pk, 2)),
        ("check_answers", (working.pk,)),
        ("discard_answers", (working.pk,)),
    ):
        page = cora.open(address(world, name, *args))
        assert (cora.status, cora.address) == (200, address(world, "answers", working.pk)), name
        assert KEPT in page
        assert f"The round was opened on {on}, so nothing more can be sent" in page
        assert "ask the audit coordinator" in page
        # It is read and nothing else: no way leads on to a form that takes nothing.
        assert address(world, "check_answers", working.pk) not in page
        assert address(world, "discard_answers", working.pk) not in page
        assert address(world, "answer_part", working.pk, 2) not in page


def test_your_cases_say_what_was_not_sent(world: World, cora: Answerer) -> None:
    working = begun(world)
    sent = begun(world, "02")
    by = viewer(world, *COORDINATOR)
    commands.answer_return(working=sent, given={"known": "no"}, by=by)
    sent.refresh_from_db()
    made = commands.submit_return(working=sent, edition=sent.edition, by=by).audit_return
    assert "has still to answer on 9 cases of 10" in cora.open(address(world, "own_cases"))
    on = opens(world)
    page = cora.open(address(world, "own_cases"))
    assert "has still to answer" not in page
    assert "due on" not in page
    assert f"The round was opened on {on}" in page
    assert "sent nothing on 9 cases of 10" in page
    assert "Begun, not sent" in page
    assert page.count("Not sent") == 8
    assert address(world, "answers", working.pk) in page
    assert address(world, "return", made.pk) in page
    # Nothing on it leads to a page that is closed.
    assert address(world, "begin_return", "03") not in page
    # And whoever began one finds the way to it.
    assert address(world, "own_cases") in cora.open(address(world, "round"))


def test_a_part_that_comes_too_late_keeps_what_was_typed(world: World, cora: Answerer) -> None:
    """Also what would not have done: visits are a number."""
    working = begun(world)
    cora.open(address(world, "answer_part", working.pk, 2))
    opens(world)
    page = cora.send(**{field_name("comment"): TYPED, field_name("visits"): "some"})
    assert cora.status == 409
    assert TYPED in page
    assert 'value="some"' in page
    assert "nothing more can be sent" in page
    assert "Save and continue" not in page
    working.refresh_from_db()
    assert working.answers["comment"] == KEPT
    assert Draft.objects.filter(person=world.member(*COORDINATOR).person_id).count() == 1
    # It is found again where the rest is read, by who typed it and by nobody else of their agency.
    assert TYPED in cora.open(address(world, "answers", working.pk))
    dora = Answerer(world.client(Role.AGENCY_SIGN_OFF, "HOMES"))
    page = dora.open(address(world, "answers", working.pk))
    assert (KEPT in page, TYPED in page) == (True, False)


def test_the_meeting_that_opens_while_a_page_is_sent_takes_nothing_away(
    world: World, cora: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was let in, and the command that it leads to is not."""
    working = begun(world)
    cora.open(address(world, "answer_part", working.pk, 2))
    real = commands.answer_return

    def slow(**given: object) -> object:
        Audit.objects.filter(pk=world.audit.pk).update(opened_at=world.audit.commissioned_at)
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(commands, "answer_return", slow)
    page = cora.send(**{field_name("comment"): TYPED})
    assert cora.status == 409
    assert TYPED in page
    assert "The round was opened on" in page
    assert Draft.objects.filter(person=world.member(*COORDINATOR).person_id).count() == 1


def test_nothing_is_sent_or_dropped_too_late(world: World, cora: Answerer) -> None:
    working = begun(world)
    counts = Return.objects.count(), WorkingReturn.objects.count()
    pages = [Answerer(cora.client) for _ in range(2)]
    for one, name in zip(pages, ("check_answers", "discard_answers"), strict=True):
        one.open(address(world, name, working.pk))
    opens(world)
    for one in pages:
        page = one.client.post(one.address, _inputs(one))
        assert page.status_code == 409, one.address
        assert "nothing more can be sent" in page.content.decode()
        assert (Return.objects.count(), WorkingReturn.objects.count()) == counts


def _inputs(one: Answerer) -> dict[str, list[str]]:
    return Inputs(one.page).values


def test_a_press_that_was_taken_before_is_told_as_taken(world: World, cora: Answerer) -> None:
    working = begun(world)
    cora.open(address(world, "answer_part", working.pk, 2))
    before, given = cora.address, _inputs(cora) | {field_name("comment"): ["Another comment"]}
    assert cora.client.post(before, given).status_code == 302
    opens(world)
    again = cora.client.post(before, given)
    assert again.status_code == 302
    working.refresh_from_db()
    assert working.answers["comment"] == "Another comment"


def test_the_other_texts_of_an_agency_are_kept_too(world: World) -> None:
    """A summary, a source and why a return is sent back."""
    made = Return.objects.filter(
        participant__audit=world.audit, participant__code="CSC", versions__known="yes"
    ).first()
    assert made is not None
    SignOff.objects.filter(version__audit_return=made).delete()
    pages: list[tuple[Answerer, dict[str, str]]] = []
    for role, name, args, typed in (
        (Role.AGENCY_COORDINATOR, "sum_up", (), {"overview": TYPED}),
        (
            Role.AGENCY_COORDINATOR,
            "add_source",
            (made.pk,),
            {"kind": "practitioner", "was_asked": "yes", "words": TYPED},
        ),
        (Role.AGENCY_SIGN_OFF, "sign_off", (made.pk,), {"outcome": "sent_back", "reason": TYPED}),
    ):
        one = Answerer(world.client(role, "CSC"))
        one.open(address(world, name, *args))
        assert one.status == 200, name
        pages.append((one, typed))
    opens(world)
    sources = ReturnSource.objects.count()
    for one, typed in pages:
        where = one.address
        page = one.send(**typed)
        assert (one.status, TYPED in page) == (409, True), where
        assert "nothing more can be sent" in page
        # It is offered where it was typed.
        page = one.open(where)
        assert one.status == 200
        assert "?draft=" in page
    assert ReturnSource.objects.count() == sources
    assert not SignOff.objects.filter(version__audit_return=made).exists()


def test_a_return_that_is_begun_too_late_is_told_so(world: World, cora: Answerer) -> None:
    where = address(world, "begin_return", "03")
    cora.open(where)
    on = opens(world)
    page = cora.send(known="yes")
    assert (cora.status, cora.address) == (409, where)
    assert f"The round was opened on {on}, so nothing more can be sent" in page
    assert "No return was begun from this page" in page
    assert not WorkingReturn.objects.filter(participant__code="HOMES").exists()
    page = cora.open(where)
    assert (cora.status, "nothing more can be sent" in page) == (200, True)
    assert "Continue</button>" not in page
    # Whoever never could begin one is told no more than before.
    assert world.client(Role.AUDIT_COORDINATOR, "office").get(where).status_code == 403


RISK = {"case": "02", "status": "submitted", "known": "yes", "visits": "1", "consent": "yes",
        "voice": "yes", "immediate_risk": "yes"}  # fmt: skip


@pytest.mark.parametrize("during", [False, True], ids=["before", "while it is sent"])
def test_a_workbook_that_comes_too_late_is_told_so_and_heard_of_a_child_at_risk(
    world: World,
    cora: Answerer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    during: bool,
) -> None:
    lead = world.member(Role.SAFEGUARDING_LEAD, "HOMES").person.email
    where = address(world, "workbook")
    path = tmp_path / "HOMES.xlsx"
    path.write_bytes(cora.client.get(address(world, "blank_workbook", "HOMES")).content)
    fill_workbook(path, [RISK])
    cora.open(where)
    if during:
        real = workbooks.send_workbook

        def slow(**given: object) -> object:
            Audit.objects.filter(pk=world.audit.pk).update(opened_at=world.audit.commissioned_at)
            return real(**given)  # type: ignore[arg-type]

        monkeypatch.setattr(workbooks, "send_workbook", slow)
    else:
        opens(world)
    form = cora.page, cora.address
    for _ in range(2):  # And a second press raises nothing more.
        cora.page, cora.address = form
        page = cora.send(file=SimpleUploadedFile("ours.xlsx", path.read_bytes()))
        assert (cora.status, cora.address) == (409, where)
        assert "The round was opened on" in page
        assert "The workbook that you chose was not kept." in page
        assert "A child may be at immediate risk." in page
        alert = RiskAlert.objects.get()
        assert (alert.case.number, alert.participant.code) == ("02", "HOMES")
        told = Message.objects.filter(notice="risk.raised").values_list("to", flat=True)
        assert lead in told
        assert not SentWorkbook.objects.exists()
        assert not Return.objects.filter(participant__code="HOMES").exists()
    if during:
        opens(world)
    page = cora.open(where)
    assert (cora.status, "nothing more can be sent" in page) == (200, True)
    # Nothing on it leads to what is closed.
    assert "Send it in</button>" not in page
    assert address(world, "blank_workbook", "HOMES") not in page


def test_a_late_workbook_is_heard_of_risk_alone_and_of_whoever_could_send_one(
    world: World, cora: Answerer, tmp_path: Path
) -> None:
    where = address(world, "workbook")
    path = tmp_path / "HOMES.xlsx"
    path.write_bytes(cora.client.get(address(world, "blank_workbook", "HOMES")).content)
    cora.open(where)
    fill_workbook(path, [{**RISK, "immediate_risk": "no"}])
    quiet = path.read_bytes()
    fill_workbook(path, [RISK])
    opens(world)
    for data in (quiet, b"no workbook at all"):
        page = cora.send(file=SimpleUploadedFile("ours.xlsx", data))
        assert cora.status == 409
        assert "The workbook that you chose was not kept." in page
        assert "at immediate risk." not in page
    for role, at in ((Role.AGENCY_AUDITOR, "elsewhere"), (Role.BOARD_MEMBER, "office")):
        file = SimpleUploadedFile("ours.xlsx", path.read_bytes())
        assert world.client(role, at).post(where, {"file": file}).status_code in (403, 404)
    assert not RiskAlert.objects.exists()


def test_a_workbook_that_waits_when_the_round_is_opened_is_told_to_be_too_late(
    world: World, cora: Answerer, tmp_path: Path
) -> None:
    path = tmp_path / "HOMES.xlsx"
    path.write_bytes(cora.client.get(address(world, "blank_workbook", "HOMES")).content)
    fill_workbook(path, [{**RISK, "immediate_risk": "no"}])
    cora.open(address(world, "workbook"))
    cora.send(file=SimpleUploadedFile("ours.xlsx", path.read_bytes()))
    assert cora.address == address(world, "sent_workbook")
    opens(world)
    page = cora.send()
    assert cora.status == 409
    assert "nothing more can be sent" in page
    assert "You sent in ours.xlsx before, and nothing of it was taken." in page
    assert not Return.objects.filter(participant__code="HOMES").exists()
    cora.open(address(world, "sent_workbook"))
    assert (cora.status, cora.address) == (200, address(world, "workbook"))


def test_being_late_opens_nothing_that_was_never_open(world: World) -> None:
    working = begun(world)
    opens(world)
    for role, where in ((Role.AGENCY_AUDITOR, "POLICE"), (Role.AUDIT_COORDINATOR, "office")):
        client = world.client(role, where)
        assert client.get(address(world, "sum_up")).status_code == 403
        for name, args in (("answers", (working.pk,)), ("answer_part", (working.pk, 2))):
            assert client.get(address(world, name, *args)).status_code == 404
        assert client.post(address(world, "answer_part", working.pk, 2)).status_code == 404
