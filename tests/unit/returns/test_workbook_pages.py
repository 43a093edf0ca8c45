"""A workbook on pages: taken away, sent in, looked over, taken whole or refused whole."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.people import make_viewer, sign_in
from factories.world import World, whole_world
from safehub.audit.returns.models import (
    Return,
    ReturnEvidence,
    ReturnVersion,
    RiskAlert,
    SentWorkbook,
    WorkingReturn,
)
from safehub.audit.returns.queries import rows_of
from safehub.audit.returns.signing.queries import returns_to_sign
from safehub.audit.returns.working.commands import answer_return, submit_return
from safehub.audit.returns.working.parts import field_name
from safehub.foundation.access.models import Conflict, Label
from safehub.foundation.access.states import ConflictState
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.documents import uploads
from safehub.foundation.trail.models import TrailEvent
from safehub.instruments.xlsform import FRAME_PREFIX

from .answering import Answerer
from .sending import cells, filled, send, taken_away, told

AUDITOR = (Role.AGENCY_AUDITOR, "HOMES")
OFFICE = (Role.AUDIT_COORDINATOR, "office")
NIL = {"case": "01", "status": "submitted", "known": "no"}
GOOD = {"case": "02", "status": "submitted", "known": "yes", "visits": "1", "consent": "yes",
        "voice": "yes"}  # fmt: skip


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


@pytest.fixture
def asha(world: World) -> Answerer:
    return Answerer(world.client(*AUDITOR))


def test_a_workbook_is_taken_away_filled_looked_over_and_taken(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    page = asha.open(reverse("audit:own_cases", args=[world.audit.reference]))
    assert "Workbook" in page
    blank = taken_away(world, asha.client)
    assert blank.status_code == 200
    assert len(cells(blank.content)) == 10
    send(world, asha, filled(blank.content, tmp_path, NIL, GOOD))
    assert "What the workbook would change" in asha.page
    assert "Nothing of it is taken yet" in asha.page
    assert not Return.objects.filter(participant__code="HOMES").exists()
    asha.send()
    assert "The workbook is taken: 2 returns new, 0 changed, 0 as before." in asha.page
    rows = {row.case: row for row in rows_of(world.audit, agency="HOMES")}
    assert rows["01"].answers == {"known": "no"}
    assert rows["02"].answers["voice"] == "yes"
    assert set(rows) == {"01", "02"}


def test_half_by_page_and_half_by_workbook(world: World, asha: Answerer, tmp_path: Path) -> None:
    asha.open(reverse("audit:begin_return", args=[world.audit.reference, "01"]))
    asha.send(known="no")
    blank = taken_away(world, asha.client).content
    asha.open(reverse("audit:begin_return", args=[world.audit.reference, "02"]))
    asha.send(known="yes")
    send(world, asha, filled(blank, tmp_path, GOOD, {**NIL, "case": "03"}))
    assert "On 1 case (02) somebody is also answering on a page." in asha.page
    asha.send()
    assert {row.case for row in rows_of(world.audit, agency="HOMES")} == {"01", "02", "03"}


def test_changed_answers_are_shown_before_and_after_in_words(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    blank = taken_away(world, asha.client).content
    send(world, asha, filled(blank, tmp_path, GOOD))
    asha.send()
    send(world, asha, filled(blank, tmp_path, {**GOOD, "consent": "no"}))
    row = asha.page[asha.page.index("What would change") :]
    assert row.index("Yes") < row.index("No<")
    asha.send()
    assert ReturnVersion.objects.filter(audit_return__participant__code="HOMES").count() == 2


def test_a_refused_one_is_told_cell_by_cell_and_comes_back_marked(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    blank = taken_away(world, asha.client).content
    send(world, asha, filled(blank, tmp_path, GOOD, {**NIL, "known": "perhaps"}))
    assert "This workbook was not taken in" in asha.page
    assert "perhaps" in asha.page
    marked = asha.client.get(reverse("audit:marked_workbook", args=[world.audit.reference]))
    assert marked.headers["Content-Disposition"] == 'attachment; filename="ours-to-mend.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert "mistakes" in book.sheetnames
    assert not Return.objects.filter(participant__code="HOMES").exists()
    asha.send()  # a press that comes from a page opened earlier
    assert asha.status == 409
    send(world, asha, filled(blank, tmp_path, GOOD))
    asha.send()
    assert Return.objects.filter(participant__code="HOMES").count() == 1


def test_pressing_twice_takes_once_and_the_same_bytes_are_known_again(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    data = filled(taken_away(world, asha.client).content, tmp_path, GOOD)
    send(world, asha, data)
    page, address = asha.page, asha.address
    asha.send()
    asha.page, asha.address = page, address
    asha.send()
    assert "The workbook is taken: 1 return new" in asha.page
    assert ReturnVersion.objects.filter(audit_return__participant__code="HOMES").count() == 1
    send(world, asha, data)
    assert "This very workbook was taken before" in asha.page


def test_what_is_taken_is_what_was_looked_at(world: World, asha: Answerer, tmp_path: Path) -> None:
    blank = taken_away(world, asha.client).content
    send(world, asha, filled(blank, tmp_path, GOOD))
    seen, address = asha.page, asha.address
    # Meanwhile the same case is submitted on a page.
    asha.open(reverse("audit:begin_return", args=[world.audit.reference, "02"]))
    asha.send(known="no")
    asha.page, asha.address = seen, address
    asha.send()
    assert asha.status == 422
    assert "look the changes over again" in asha.page
    (row,) = rows_of(world.audit, agency="HOMES")
    assert row.answers == {"known": "no"}


def test_nobody_gets_or_sends_in_the_workbook_of_another(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    for role, where in [
        (Role.AGENCY_AUDITOR, "elsewhere"),
        (Role.REFERRER, "HOMES"),
        (Role.AUDIT_MODERATOR, "HOMES"),
        (Role.BOARD_MEMBER, "office"),
    ]:
        client = world.client(role, where)
        assert taken_away(world, client).status_code in (403, 404), (role, where)
        page = client.get(reverse("audit:workbook", args=[world.audit.reference]))
        assert page.status_code in (403, 404), (role, where)
    assert taken_away(world, asha.client, "CSC").status_code == 404
    theirs = taken_away(world, world.client(Role.AGENCY_AUDITOR, "CSC"), "CSC").content
    send(world, asha, filled(theirs, tmp_path, GOOD))
    assert "the workbook of CSC" in asha.page
    assert "This workbook was not taken in" in asha.page
    colleague = world.client(Role.AGENCY_AUDITOR, "CSC")
    sent = reverse("audit:sent_workbook", args=[world.audit.reference])
    assert colleague.get(sent).status_code == 404


def test_taking_one_away_wants_the_second_factor_again(world: World) -> None:
    member = world.member(*AUDITOR)
    client = sign_in(Client(), member.person, member, has_second_factor=False)
    assert taken_away(world, client).status_code == 302


def test_who_each_case_is_stands_only_on_cases_that_are_open(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    whole = cells(taken_away(world, asha.client).content)
    assert all(row[f"{FRAME_PREFIX}child_id"] for row in whole)
    case, labelled = (world.audit.draws.get().cases.get(number=one) for one in ("03", "04"))
    Label.objects.create(
        kind="sampling.case",
        key=labelled.pk,
        not_to_person=world.member(Role.MEETING_CHAIR, "office").person,
        reason="The chair is a neighbour.",
        set_by=world.member(*OFFICE).person,
        set_at=timezone.now(),
    )
    member = world.member(*AUDITOR)
    Conflict.objects.create(
        kind="sampling.case",
        key=case.pk,
        person_id=member.person_id,
        state=ConflictState.DECLARED,
        reason="A cousin.",
        raised_by_id=member.person_id,
        raised_at=timezone.now(),
    )
    rows = cells(taken_away(world, asha.client).content)
    assert {str(row["case"]) for row in whole} - {str(row["case"]) for row in rows} == {"03"}
    # A label does not travel with a workbook, so who that child is stays behind.
    assert [row["case"] for row in rows if not row[f"{FRAME_PREFIX}child_id"]] == ["04"]
    looks = TrailEvent.objects.filter(event="case.see_link", person=member.person_id)
    assert looks.values("record_key").distinct().count() == 10
    data = filled(taken_away(world, world.client(*OFFICE)).content, tmp_path,
                  {**NIL, "case": "03"})  # fmt: skip
    send(world, asha, data)
    assert "it is not open to you" in asha.page


def test_immediate_risk_is_told_at_once_also_where_the_workbook_is_refused(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    lead = world.member(Role.SAFEGUARDING_LEAD, "HOMES").person.email
    office = world.member(*OFFICE).person.email
    blank = taken_away(world, asha.client).content
    risk = {**GOOD, "immediate_risk": "yes"}
    send(world, asha, filled(blank, tmp_path, risk, {**NIL, "known": "perhaps"}))
    assert "A child may be at immediate risk." in asha.page
    alert = RiskAlert.objects.get()
    assert (alert.case.number, alert.participant.code, alert.audit_return) == ("02", "HOMES", None)
    assert told("risk.raised") == sorted([lead, office])
    # It can be taken in hand and ended, and is raised once: as mended, and as taken.
    leading = Answerer(world.client(Role.SAFEGUARDING_LEAD, "HOMES"))
    leading.open(reverse("audit:acknowledge_risk", args=[world.audit.reference, alert.pk]))
    leading.send()
    assert leading.status == 200
    send(world, asha, filled(blank, tmp_path, risk))
    assert "A child may be at immediate risk." in asha.page
    asha.send()
    alert = RiskAlert.objects.get()
    assert alert.audit_return == Return.objects.get(participant__code="HOMES")
    assert told("risk.raised") == sorted([lead, office])
    assert told("workbook.at_risk") == []
    # Nor is it raised again where its row comes once more as it was.
    RiskAlert.objects.update(concluded_at=timezone.now(), outcome="Seen by the duty worker.")
    send(world, asha, filled(blank, tmp_path, risk, NIL))
    asha.send()
    assert "1 return new" in asha.page
    assert RiskAlert.objects.count() == 1


def test_an_alert_that_was_ended_before_the_workbook_is_taken_is_not_raised_anew(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    blank = taken_away(world, asha.client).content
    risk = {**GOOD, "immediate_risk": "yes"}
    send(world, asha, filled(blank, tmp_path, risk, {**risk, "case": "03"}))
    cases = RiskAlert.objects.values_list("case__number", flat=True)
    assert sorted(number or "" for number in cases) == ["02", "03"]
    now = timezone.now()
    RiskAlert.objects.update(acknowledged_at=now, concluded_at=now, outcome="Seen.")
    asha.send()
    assert "2 returns new" in asha.page
    assert RiskAlert.objects.count() == 2


def test_a_case_that_no_sample_knows_is_told_of_all_the_same(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    lead = world.member(Role.SAFEGUARDING_LEAD, "HOMES").person.email
    blank = taken_away(world, asha.client).content
    book = openpyxl.load_workbook(
        io.BytesIO(filled(blank, tmp_path, {**GOOD, "immediate_risk": "yes"}))
    )
    for row in book["returns"].iter_rows(min_row=2):
        for cell in row:
            if cell.value == "02":
                cell.value = "the second"
    file = io.BytesIO()
    book.save(file)
    send(world, asha, file.getvalue())
    assert "This workbook was not taken in" in asha.page
    assert not RiskAlert.objects.exists()
    assert lead in told("workbook.at_risk")


@pytest.mark.parametrize("said", ["Yes", " YES ", "y", "true", "yes, now"])
def test_yes_is_heard_however_it_is_written(
    world: World, asha: Answerer, tmp_path: Path, said: str
) -> None:
    world.member(Role.SAFEGUARDING_LEAD, "HOMES")
    blank = taken_away(world, asha.client).content
    send(world, asha, filled(blank, tmp_path, {**GOOD, "immediate_risk": said}))
    assert "A child may be at immediate risk." in asha.page
    assert RiskAlert.objects.get().case.number == "02"


@pytest.mark.parametrize("spoilt", ["version", "sample", "sheet", "heading", "agency", "hidden"])
def test_immediate_risk_is_heard_in_a_workbook_that_cannot_be_read(
    world: World, asha: Answerer, tmp_path: Path, spoilt: str
) -> None:
    lead = world.member(Role.SAFEGUARDING_LEAD, "HOMES").person.email
    blank = taken_away(world, asha.client).content
    data = filled(blank, tmp_path, {**GOOD, "immediate_risk": "yes"})
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet, hidden = book["returns"], book["safehub"]
    heads = {str(cell.value): cell for cell in sheet[1]}
    if spoilt == "sheet":
        sheet.title = "our returns"
    elif spoilt == "heading":
        heads["immediate_risk"].value = "Immediate_risk "
    elif spoilt == "agency":
        for row in sheet.iter_rows(min_row=2):
            row[(heads["agency"].column or 1) - 1].value = "Homes"
    elif spoilt == "hidden":
        hidden["B3"].value = "changed"
    else:
        for row in hidden.iter_rows():
            if row[0].value in {"tool" if spoilt == "version" else "sample", "check"}:
                row[1].value = "0" * 16
    file = io.BytesIO()
    book.save(file)
    send(world, asha, file.getvalue())
    assert "This workbook was not taken in" in asha.page
    assert "A child may be at immediate risk." in asha.page
    alert = RiskAlert.objects.get()
    assert (alert.case.number, alert.participant.code) == ("02", "HOMES")
    # Where it may be of another sample it says that the number may be of another child.
    assert ("another child" in alert.what) == (spoilt in {"version", "sample", "hidden"})
    assert lead in told("risk.raised")


def test_the_office_neither_sees_nor_replaces_what_is_not_open_to_it(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    blank = taken_away(world, asha.client).content
    send(world, asha, filled(blank, tmp_path, GOOD))
    asha.send()
    case = world.audit.draws.get().cases.get(number="02")
    member = world.member(*OFFICE)
    Conflict.objects.create(
        kind="sampling.case",
        key=case.pk,
        person_id=member.person_id,
        state=ConflictState.DECLARED,
        reason="A cousin.",
        raised_by_id=member.person_id,
        raised_at=timezone.now(),
    )
    edie = Answerer(world.client(*OFFICE))
    send(world, edie, filled(blank, tmp_path, {**NIL, "case": "02"}), "theirs.xlsx")
    assert "it is not open to you" in edie.page
    assert "No answer" not in edie.page
    (row,) = rows_of(world.audit, agency="HOMES")
    assert row.answers["known"] == "yes"


def test_a_page_begun_before_replaces_a_workbook_only_once_that_was_read(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    asha.open(reverse("audit:begin_return", args=[world.audit.reference, "02"]))
    asha.send(known="yes")
    check = asha.address.rstrip("/") + "/check/"
    part = asha.address.rstrip("/") + "/2/"
    asha.open(part)
    asha.send(**{field_name("consent"): "na"})
    blank = taken_away(world, asha.client).content
    send(world, asha, filled(blank, tmp_path, {**GOOD, "immediate_risk": "yes"}))
    asha.send()
    assert "ring 999" in asha.page
    page = asha.open(check)
    assert "Another return on this case came in since this one was begun" in page
    assert "A child may be at immediate risk." in page
    asha.send()
    assert asha.status == 422
    (row,) = rows_of(world.audit, agency="HOMES")
    assert row.answers["immediate_risk"] == "yes"
    asha.send(replaces="on")
    assert "your return is submitted" in asha.page
    assert ReturnVersion.objects.filter(audit_return__participant__code="HOMES").count() == 2


def test_the_office_takes_in_what_came_by_other_ways(world: World, tmp_path: Path) -> None:
    edie = Answerer(world.client(*OFFICE))
    blank = taken_away(world, edie.client, "HOMES").content
    send(world, edie, filled(blank, tmp_path, GOOD), "theirs.xlsx")
    assert "theirs.xlsx" in edie.page
    edie.send()
    assert "The workbook is taken: 1 return new" in edie.page
    assert SentWorkbook.objects.get().taken_at is not None


def test_a_file_of_a_return_is_opened_by_those_who_weigh_it(
    world: World, asha: Answerer, settings: Settings
) -> None:
    asha.open(reverse("audit:begin_return", args=[world.audit.reference, "01"]))
    asha.send(known="no")
    made = Return.objects.get(participant__code="HOMES")
    file = ReturnEvidence.objects.create(
        audit_return=made,
        column="known",
        name="no",
        sha256=uploads.keep(settings.UPLOADS, b"A page."),
        size=7,
        added_at=timezone.now(),
    )
    page = reverse("audit:return", args=[world.audit.reference, made.pk])
    address = reverse("audit:return_file", args=[world.audit.reference, made.pk, file.pk])
    for who in (AUDITOR, OFFICE):
        client = world.client(*who)
        assert address in client.get(page).content.decode()
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (200, b"A page.")
        assert "attachment" in answer.headers["Content-Disposition"]
    for role, where in [(Role.AGENCY_AUDITOR, "CSC"), (Role.MEETING_CHAIR, "office")]:
        assert world.client(role, where).get(address).status_code in (403, 404), role
    assert TrailEvent.objects.filter(event="return.see_evidence", outcome="allowed").count() == 2


def test_nobody_signs_off_what_they_answered_and_a_workbook_took_over(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    """Dora, who signs off, answered on pages; a colleague sends the same case by a workbook."""
    dora = Answerer(world.client(Role.AGENCY_SIGN_OFF, "HOMES"))
    blank = taken_away(world, asha.client).content
    dora.open(reverse("audit:begin_return", args=[world.audit.reference, "02"]))
    dora.send(known="yes")
    working = WorkingReturn.objects.get(participant__code="HOMES", case__number="02")
    by = make_viewer(world.member(Role.AGENCY_SIGN_OFF, "HOMES"))
    answer_return(working=working, given={"visits": "1", "consent": "no", "voice": "no"}, by=by)
    working.refresh_from_db()
    answerer = make_viewer(world.member(*AUDITOR))
    made = submit_return(working=working, edition=working.edition, by=answerer).audit_return
    # What stands of it is hers: that the child is known, and the visits.
    send(world, asha, filled(blank, tmp_path, GOOD))
    asha.send()
    assert made.versions.count() == 2
    where = reverse("audit:sign_off", args=[world.audit.reference, made.pk])
    assert dora.client.get(where).status_code == 403
    assert [one.pk for one in returns_to_sign(by)] == []
    # And of what stands in the one after that, as long as any of it does.
    send(world, asha, filled(blank, tmp_path, {**GOOD, "visits": "5"}))
    asha.send()
    assert dora.client.get(where).status_code == 403
    # Once nothing of hers stands any more she signs it off as anything else.
    send(world, asha, filled(blank, tmp_path, {**NIL, "case": "02"}))
    asha.send()
    assert made.versions.count() == 4
    assert dora.client.get(where).status_code == 200
    assert [one.pk for one in returns_to_sign(by)] == [made.pk]


def test_an_alert_on_a_case_that_is_closed_to_its_sender_is_raised_and_shows_them_nothing(
    world: World, asha: Answerer, tmp_path: Path
) -> None:
    blank = taken_away(world, asha.client).content
    member = world.member(*AUDITOR)
    case = world.audit.draws.get().cases.get(number="02")
    Conflict.objects.create(
        kind="sampling.case",
        key=case.pk,
        person_id=member.person_id,
        state=ConflictState.DECLARED,
        reason="A cousin.",
        raised_by_id=member.person_id,
        raised_at=timezone.now(),
    )
    send(world, asha, filled(blank, tmp_path, {**GOOD, "immediate_risk": "yes"}))
    assert "it is not open to you" in asha.page
    alert = RiskAlert.objects.get()
    assert alert.case == case
    where = reverse("audit:risk", args=[world.audit.reference, alert.pk])
    assert asha.client.get(where).status_code == 404
    lead = world.client(Role.SAFEGUARDING_LEAD, "HOMES")
    assert lead.get(where).status_code == 200
