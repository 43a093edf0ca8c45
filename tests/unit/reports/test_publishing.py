"""A report is published once, by a second person, behind its checks; and then never changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_membership, make_person, make_viewer, operator
from factories.publishing import gaps_in_hand, published, put
from factories.world import World, whole_world
from safehub.audit.meetings.models import MeetingStatement
from safehub.audit.reports.commands import make_report
from safehub.audit.reports.models import (
    Publication,
    PublishedFile,
    ReportFigure,
    ReportVersion,
    ReportWord,
)
from safehub.audit.reports.publishing import commands, files
from safehub.audit.reports.publishing.states import FORMS, Suppression
from safehub.audit.sampling.models import FrameReferral
from safehub.foundation.access.commands import label_record
from safehub.foundation.access.decision import may
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

OFFICE = (Role.AUDIT_COORDINATOR, "office")
CHAIR = (Role.MEETING_CHAIR, "CSC")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


@pytest.fixture
def edie(world: World) -> Viewer:
    return make_viewer(world.member(*OFFICE))


@pytest.fixture
def chair(world: World) -> Viewer:
    return make_viewer(world.member(*CHAIR))


def draft_of(world: World) -> ReportVersion:
    found = world.audit.reports.last()
    assert found is not None
    return found


def cleared(report: ReportVersion, by: Viewer) -> ReportVersion:
    for word in report.found_words.filter(cleared_at__isnull=True):
        commands.clear_word(report=report, word=word, reason="It is a word.", by=by)
    return report


def signed(report: ReportVersion, by: Viewer) -> Publication:
    at = Publication.objects.get(report=report).put_forward_at.isoformat()
    return commands.sign(report=report, put_forward_at=at, by=by)


def test_one_button_makes_the_report_and_leads_to_it(world: World) -> None:
    gaps_in_hand(world.audit, measure="Thirty plans.")
    edie = Answerer(world.client(*OFFICE))
    ref = world.audit.reference
    assert reverse("audit:make_report", args=[ref]) in edie.open(
        reverse("audit:reports", args=[ref])
    )
    edie.open(reverse("audit:make_report", args=[ref]))
    edie.send(previous="none")
    assert edie.address.endswith(f"/reports/{draft_of(world).number}/")
    assert draft_of(world).number == 3
    assert draft_of(world).made_by_id == world.member(*OFFICE).person_id
    # Pressed again with nothing new, it is the same report.
    edie.open(reverse("audit:make_report", args=[ref]))
    edie.send(previous="none")
    assert world.audit.reports.count() == 3
    page = edie.open(reverse("audit:report_preview", args=[ref, 3]))
    assert "<h2>" in page
    assert world.audit.title in page


def test_agencies_and_the_board_see_only_what_is_published(world: World) -> None:
    ref = world.audit.reference
    for role, where in [
        (Role.AGENCY_AUDITOR, "CSC"),
        (Role.SAFEGUARDING_LEAD, "HOMES"),
        (Role.BOARD_MEMBER, "CSC"),
        (Role.COMMISSIONER, "office"),
        (Role.SCRUTINEER, "office"),
    ]:
        client = world.client(role, where)
        listed = client.get(reverse("audit:reports", args=[ref])).content.decode()
        assert reverse("audit:report", args=[ref, 1]) in listed
        assert reverse("audit:report", args=[ref, 2]) not in listed
        for name in ("report", "report_preview"):
            assert client.get(reverse(f"audit:{name}", args=[ref, 1])).status_code == 200
            assert client.get(reverse(f"audit:{name}", args=[ref, 2])).status_code == 404
        for form in FORMS:
            assert client.get(reverse("audit:download", args=[ref, 1, form])).status_code == 200
            assert client.get(reverse("audit:download", args=[ref, 2, form])).status_code == 404
        assert client.get(reverse("audit:found_words", args=[ref, 1])).status_code in {403, 404}


def test_a_chair_reads_a_draft_once_the_round_is_opened(world: World, chair: Viewer) -> None:
    """It shows what every agency returned, and what each says of itself."""
    report = draft_of(world)
    named = ("report.see", "report.download", "report.see_words", "report.clear", "report.sign")
    assert all(may(chair, one, report) for one in named)
    world.audit.opened_at = None
    world.audit.save()
    assert not any(may(chair, one, report) for one in named)
    client = world.client(Role.MEETING_CHAIR, "office")
    address = reverse("audit:report", args=[world.audit.reference, report.number])
    assert client.get(address).status_code == 404
    assert (
        address
        not in client.get(reverse("audit:reports", args=[world.audit.reference])).content.decode()
    )
    office = world.client(Role.AUDIT_COORDINATOR, "office")
    assert office.get(address).status_code == 200


def test_nobody_clears_or_signs_their_own(world: World, edie: Viewer) -> None:
    report = draft_of(world)
    word = report.found_words.get(position=900)
    with pytest.raises(NotAllowed):
        commands.clear_word(report=report, word=word, reason="Mine.", by=edie)
    with pytest.raises(NotAllowed):
        signed(report, edie)
    # Nor whoever made what another put forward; nor the machine's operator, who has no name.
    gaps_in_hand(world.audit, measure="Forty plans.")
    made = make_report(audit=world.audit, by=make_viewer(world.member(*OFFICE))).version
    with pytest.raises(NotAllowed):
        commands.sign(report=made, put_forward_at="", by=edie)
    for wrong in (operator(), make_viewer(world.member(Role.AGENCY_AUDITOR))):
        with pytest.raises((NotAllowed, Absent)):
            commands.put_forward(report=made, suppression=Suppression.NONE, by=wrong)
        with pytest.raises((NotAllowed, Absent)):
            commands.sign(report=made, put_forward_at="", by=wrong)


def test_each_check_stands_in_the_way(world: World, edie: Viewer, chair: Viewer) -> None:
    gaps_in_hand(world.audit, measure="")
    report = put(world.audit, edie, corrected="The measure.", why="It was wrong.")
    page = world.client(*OFFICE).get(
        reverse("audit:report", args=[world.audit.reference, report.number])
    )
    assert "Give each action on these gaps" in page.content.decode()
    cleared(report, chair)
    with pytest.raises(NotPossible, match="Every gap has an owner, a date and a measure"):
        signed(report, chair)
    old = cleared(world.audit.reports.get(number=2), chair)
    with pytest.raises(NotPossible, match="newest report"):
        signed(old, chair)
    gaps_in_hand(world.audit, measure="Fifty plans.")
    last = put(world.audit, edie, corrected="The measure.", why="It was wrong.")
    ReportWord.objects.create(report=last, position=901, kind="name", word="May")
    with pytest.raises(NotPossible, match="gives anybody away"):
        signed(last, chair)
    cleared(last, chair)
    world.audit.opened_at = None
    type(world.audit).objects.filter(pk=world.audit.pk).update(opened_at=None)
    # The chair does not read it then; another coordinator does, and cannot publish it either.
    with pytest.raises(Absent):
        signed(last, chair)
    office = world.agencies["office"]
    erin = make_person("Erin", email="erin@example.org", agency=office)
    other = make_viewer(make_membership(erin, office, Role.AUDIT_COORDINATOR))
    with pytest.raises(NotPossible, match="opened the round"):
        signed(last, other)


def test_putting_forward_freezes_what_was_made(world: World, edie: Viewer) -> None:
    report = make_report(audit=world.audit, by=edie).version
    gaps_in_hand(world.audit, measure="Sixty plans.")
    with pytest.raises(NotPossible, match="make the report again"):
        commands.put_forward(
            report=report, suppression=Suppression.NONE, corrected="x", why="y", by=edie
        )


def test_put_forward_anew_every_word_is_to_be_cleared_again(
    world: World, edie: Viewer, chair: Viewer
) -> None:
    report = draft_of(world)
    old = Publication.objects.get(report=report).put_forward_at.isoformat()
    cleared(report, chair)
    commands.put_forward(
        report=report, suppression=Suppression.UNDER_FIVE, corrected="x", why="y", by=edie
    )
    with pytest.raises(NotPossible, match="read it again"):
        commands.sign(report=report, put_forward_at=old, by=chair)
    assert not report.found_words.filter(cleared_at__isnull=False).exists()


def test_a_word_is_cleared_once_and_with_a_reason(world: World, chair: Viewer) -> None:
    report = draft_of(world)
    word = report.found_words.get(position=900)
    with pytest.raises(NotPossible, match="why"):
        commands.clear_word(report=report, word=word, reason=" ", by=chair)
    commands.clear_word(report=report, word=word, reason="A month.", by=chair)
    with pytest.raises(NotPossible, match="already"):
        commands.clear_word(report=report, word=word, reason="Again.", by=chair)
    events = TrailEvent.objects.filter(event="report.cleared", record_key=report.pk)
    assert not any("QX" in one.detail for one in events)
    assert events.count() == 1


def test_every_name_of_the_sample_in_any_text_is_found(world: World, edie: Viewer) -> None:
    """May, Grace and Will are words too: each place is shown, and none is judged by a machine."""
    frame = world.audit.frame
    frame.columns = [*frame.columns, "child_name", "born", "home_address"]
    frame.save()
    who = FrameReferral.objects.filter(frame=frame, cases__number="01").get()
    who.further |= {
        "child_name": "May Willoughby",
        "born": "2019-03-04",
        "home_address": "12 Quarry Lane",
    }
    who.save()
    other = FrameReferral.objects.filter(frame=frame, cases__isnull=True).first()
    if other is not None:
        other.further |= {"child_name": "Peregrine Outsider"}
        other.save()
    finding = MeetingStatement.objects.filter(meeting__audit=world.audit, kind="finding").first()
    assert finding is not None
    finding.text = (
        "In May nobody visited Quarry Lane; born on 4 March 2019; Willoughby; Peregrine. 3 cases."
    )
    finding.save()
    report = put(world.audit, edie, suppression=Suppression.UNDER_FIVE, corrected="It.", why="So.")
    found = {(word.kind, word.word.casefold()) for word in report.found_words.all()}
    assert ("name", "may") in found
    assert ("name", "willoughby") in found
    assert any(kind == "address" and "quarry" in word for kind, word in found)
    assert ("birth_date", "4 march 2019") in found
    assert ("number", "3 cases") in found
    assert not any("peregrine" in word for _, word in found)
    # In the report and in the briefing, each once for each text that holds it.
    assert report.found_words.filter(word="Willoughby").count() >= 1
    publication = report.publication
    assert "child_name" in publication.looked_in


def test_a_published_report_never_changes(world: World, edie: Viewer, chair: Viewer) -> None:
    report = world.audit.reports.get(number=1)
    before = {form: files.rendered(report, form)[0] for form in FORMS}
    for refused in (
        lambda: Publication.objects.filter(report=report).update(report_json="{}"),
        lambda: ReportVersion.objects.filter(pk=report.pk).update(report_json="{}"),
        lambda: Publication.objects.filter(report=report).delete(),
        lambda: ReportFigure.objects.filter(report=report).delete(),
        lambda: PublishedFile.objects.filter(report=report).update(sha256="0"),
        lambda: PublishedFile.objects.filter(report=report).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            refused()
    with pytest.raises(NotAllowed):
        commands.put_forward(report=report, suppression=Suppression.NONE, by=edie)
    with pytest.raises(NotAllowed):
        signed(report, chair)
    gaps_in_hand(world.audit, measure="Seventy plans.")
    published(world.audit, edie, chair, corrected="The measure.", why="It was wrong.")
    after = {form: files.rendered(world.audit.reports.get(number=1), form)[0] for form in FORMS}
    assert before == after


def test_of_two_who_sign_at_once_the_second_is_told(
    world: World, edie: Viewer, chair: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were let in; the second then finds the report published, once it holds the row."""
    report = cleared(draft_of(world), chair)
    word = report.found_words.first()
    assert word is not None
    at = Publication.objects.get(report=report).put_forward_at.isoformat()
    commands.sign(report=report, put_forward_at=at, by=chair)
    monkeypatch.setattr(commands, "check", lambda *_: None)
    for late in (
        lambda: commands.sign(report=report, put_forward_at=at, by=chair),
        lambda: commands.put_forward(report=report, suppression=Suppression.NONE, by=edie),
        lambda: commands.clear_word(report=report, word=word, reason="Late.", by=chair),
    ):
        with pytest.raises(NotPossible, match="never changes"):
            late()
    assert report.files.count() == len(FORMS)


def test_a_label_keeps_the_whole_report_from_whom_it_names(world: World) -> None:
    auditor = world.member(Role.AGENCY_AUDITOR)
    label_record(
        on=ref_of(world.audit.reports.get(number=1)),
        reason="A part of it must not reach this person.",
        by=make_viewer(world.member(*OFFICE)),
        field_class=FieldClass.OPINION,
        not_to_person=auditor.person_id,
    )
    client, ref = world.client(Role.AGENCY_AUDITOR), world.audit.reference
    assert client.get(reverse("audit:report_preview", args=[ref, 1])).status_code == 404
    assert client.get(reverse("audit:download", args=[ref, 1, "pdf"])).status_code == 404
    other = world.client(Role.SAFEGUARDING_LEAD, "HOMES")
    assert other.get(reverse("audit:download", args=[ref, 1, "pdf"])).status_code == 200


def test_bytes_that_are_not_those_published_are_not_handed_out(
    world: World, settings: Settings
) -> None:
    report = world.audit.reports.get(number=1)
    file = report.files.get(form="pdf")
    (Path(settings.UPLOADS) / file.sha256).write_bytes(b"another")
    with pytest.raises(NotPossible, match="not those that were published"):
        files.rendered(report, "pdf")
    (Path(settings.UPLOADS) / file.sha256).unlink()
    with pytest.raises(NotPossible, match="not where they are kept"):
        files.rendered(report, "pdf")


def test_a_correction_says_what_and_why_and_the_old_one_that_it_was_corrected(
    world: World, edie: Viewer, chair: Viewer
) -> None:
    report = make_report(audit=world.audit, by=edie).version
    with pytest.raises(NotPossible, match="what this report corrects, and why"):
        commands.put_forward(report=report, suppression=Suppression.NONE, by=edie)
    made = published(
        world.audit, edie, chair, corrected="The police's count.", why="A return came late."
    )
    said = json.loads(made.publication.report_json)
    assert said["published"] == {
        "suppression": "none",
        "corrects": 1,
        "corrected": "The police's count.",
        "why": "A return came late.",
    }
    client = world.client(Role.AGENCY_AUDITOR)
    old = client.get(reverse("audit:report", args=[world.audit.reference, 1])).content.decode()
    assert f"Report {made.number}" in old
    assert "A return came late." in old
    html = files.rendered(made, "html")[0].decode()
    assert "This report corrects report 1." in html


def test_the_whole_walk_on_pages(world: World) -> None:
    gaps_in_hand(world.audit, measure="Eighty plans.")
    ref = world.audit.reference
    edie, chair = Answerer(world.client(*OFFICE)), Answerer(world.client(*CHAIR))
    edie.open(reverse("audit:make_report", args=[ref]))
    edie.send(previous="none")
    number = draft_of(world).number
    edie.open(reverse("audit:put_forward", args=[ref, number]))
    edie.send(suppression="under_five", corrected="Plans.", why="More of them.")
    assert "Put forward" in edie.page
    report = draft_of(world)
    for word in report.found_words.all():
        chair.open(reverse("audit:clear_word", args=[ref, number, word.pk]))
        chair.send(reason="It is a word.")
    assert reverse("audit:sign_report", args=[ref, number]) not in edie.open(
        reverse("audit:report", args=[ref, number])
    )
    chair.open(reverse("audit:sign_report", args=[ref, number]))
    chair.send()
    assert chair.status == 422
    chair.send(read="on", stands="on")
    assert "The report is published." in chair.page
    assert not re.search(r"Put it forward|Sign and publish", chair.page)
    files_kept = PublishedFile.objects.filter(report=report)
    assert {one.form for one in files_kept} == set(FORMS)
