"""Drafts and versions: what may be done with them, and by whom."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from pytest_django.fixtures import Settings

from factories.people import make_agency, make_membership, make_person, make_viewer, operator
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.documents.marking import marked_copy
from safehub.foundation.errors import Absent, EditConflict, NotAllowed, NotPossible, Refused
from safehub.foundation.trail.models import TrailEvent
from safehub.instruments import commands
from safehub.instruments.drafting import Drafted, with_settings
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.instruments.queries import tool_of, tool_versions, version_after, version_named
from safehub.instruments.states import DraftStatus, ToolStatus
from safehub.register.agencies.models import Agency, Partnership

from .test_drafting import SHEETS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


def coordinator(partnership: str = "Meadowshire") -> Viewer:
    owner, _ = Partnership.objects.get_or_create(name=partnership)
    office = Agency.objects.filter(partnership=owner, is_office=True).first()
    if office is None:
        make_agency("police", partnership=owner)
        office, _ = Agency.objects.get_or_create(
            partnership=owner, code="@office", defaults={"name": "Office", "is_office": True}
        )
    person = make_person("Edie", agency=office)
    return make_viewer(make_membership(person, office, Role.AUDIT_COORDINATOR))


def book(sheets: dict[str, list[list[str]]], *, formula: str = "") -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if formula:
        made["survey"][formula] = "=1+1"
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def wrong() -> dict[str, list[list[str]]]:
    """Two mistakes: a type that is none, and a condition on a question that is not there."""
    sheets = {name: [list(row) for row in rows] for name, rows in SHEETS.items()}
    sheets["survey"] = [
        ["type", "name", "label", "relevant"],
        ["text", "before", "Before", ""],
        ["sentence", "why", "Why", ""],
        ["text", "then", "Then", "${nothing} = 'x'"],
    ]
    return sheets


def start(by: Viewer, sheets: dict[str, list[list[str]]] = SHEETS) -> ToolDraft:
    return commands.start_draft(sheets=sheets, title="A tool", by=by)


def test_a_draft_is_published_once_and_never_changes() -> None:
    by = coordinator()
    draft = start(by)
    version = commands.publish_draft(draft=draft, by=by)
    assert (version.form_id, version.version, version.title) == ("a_tool", "1", "A tool")
    assert len(tool_of(version).questions) == 4
    draft.refresh_from_db()
    assert draft.published_as == version
    for again in (
        lambda: commands.publish_draft(draft=draft, by=by),
        lambda: commands.edit_draft(draft=draft, change=lambda _: None, by=by),
        lambda: commands.discard_draft(draft=draft, by=by),
    ):
        with pytest.raises(NotPossible, match="is published"):
            again()
    said = list(TrailEvent.objects.values_list("event", flat=True))
    assert {"tool.started", "tool.published"} <= set(said)


def test_a_version_of_a_tool_is_published_once_a_partnership() -> None:
    by = coordinator()
    commands.publish_draft(draft=start(by), by=by)
    with pytest.raises(NotPossible, match="Version 1 of a_tool is published already"):
        commands.publish_draft(draft=start(by), by=by)
    elsewhere = coordinator("Elsewhere")
    commands.publish_draft(draft=start(elsewhere), by=elsewhere)
    assert ToolVersion.objects.count() == 2
    assert tool_versions(by).count() == 1


def test_mistakes_stand_in_the_way_of_publishing() -> None:
    by = coordinator()
    draft = start(by, wrong())
    with pytest.raises(Refused) as refused:
        commands.publish_draft(draft=draft, by=by)
    places = [one.place for one in refused.value.mistakes]
    assert places == ["sheet survey, row 3, column type", "sheet survey, row 4, column relevant"]
    assert not ToolVersion.objects.exists()


def test_a_version_is_carried_to_the_next_round_with_all_that_it_has() -> None:
    by = coordinator()
    version = commands.publish_draft(draft=start(by), by=by)
    draft = commands.carry_version(version=version, number="2", by=by)
    assert draft.based_on == version
    assert with_settings(draft.sheets, version="1") == version.sheets
    commands.edit_draft(
        draft=draft,
        change=lambda one: one.set_row("survey", one.survey[0].key, {"label": "Before that"}),
        by=by,
    )
    later = commands.publish_draft(draft=draft, by=by)
    assert tool_of(later).by_name["before"].label == "Before that"
    assert tool_of(version).by_name["before"].label == "Before"
    assert version_named(by, "a_tool") == later


def test_each_change_is_an_edition_and_none_is_made_over_another() -> None:
    by = coordinator()
    draft = start(by)
    commands.edit_draft(draft=draft, change=lambda one: one.set_settings({"version": "7"}), by=by)

    def meanwhile(one: Drafted) -> None:
        ToolDraft.objects.filter(pk=draft.pk).update(edition=9)
        one.set_settings({"version": "8"})

    with pytest.raises(EditConflict):
        commands.edit_draft(draft=draft, change=meanwhile, by=by)
    draft.refresh_from_db()
    assert Drafted(draft.sheets).settings["version"] == "7"


def test_a_workbook_is_taken_whole_or_refused_with_its_mistakes_kept() -> None:
    by = coordinator()
    draft = commands.start_draft(sheets={}, title="A tool", by=by)
    kept = commands.upload_into_draft(draft=draft, name="my.xlsx", data=book(wrong()), by=by)
    assert kept.sheets == {}
    assert [one[0] for one in kept.upload_mistakes] == [
        "sheet survey, row 3, column type",
        "sheet survey, row 4, column relevant",
    ]
    taken = commands.upload_into_draft(draft=draft, name="my.xlsx", data=book(SHEETS), by=by)
    assert taken.upload_mistakes == []
    assert commands.publish_draft(draft=draft, by=by).title == "A tool"


def test_a_refused_workbook_may_be_taken_as_it_is_but_not_with_formulas() -> None:
    by = coordinator()
    draft = commands.start_draft(sheets={}, title="A tool", by=by)
    with pytest.raises(NotPossible, match="no longer here"):
        commands.take_upload_as_it_is(draft=draft, by=by)
    commands.upload_into_draft(draft=draft, name="m.xlsx", data=book(SHEETS, formula="C2"), by=by)
    with pytest.raises(NotPossible, match="formulas"):
        commands.take_upload_as_it_is(draft=draft, by=by)
    commands.upload_into_draft(draft=draft, name="m.xlsx", data=book(wrong()), by=by)
    taken = commands.take_upload_as_it_is(draft=draft, by=by)
    assert taken.sheets["survey"][2][0] == "sentence"
    assert taken.upload_sha256 == ""


def test_what_is_no_workbook_is_refused_and_not_kept(settings: Settings) -> None:
    by = coordinator()
    draft = start(by)
    with pytest.raises(Refused, match="no workbook"):
        commands.upload_into_draft(draft=draft, name="my.xlsx", data=b"not one", by=by)
    assert not Path(settings.UPLOADS).exists()
    draft.refresh_from_db()
    assert draft.edition == 1


def test_a_retired_version_is_not_used_for_a_new_audit() -> None:
    by = coordinator()
    version = commands.publish_draft(draft=start(by), by=by)
    commands.retire_version(version=version, by=by)
    first = ToolVersion.objects.get().retired_at
    commands.retire_version(version=version, by=by)
    found = ToolVersion.objects.get()
    assert found.status == ToolStatus.RETIRED
    assert found.retired_at == first
    assert version_after(by, ToolVersion(form_id="a_tool", pk=0), found.partnership_id) is None
    with pytest.raises(NotPossible, match="retired"):
        commands.keep_tool_version(tool=tool_of(version), sheets=version.sheets, by=by)


def test_tools_are_written_by_the_office_of_their_partnership_alone() -> None:
    by, elsewhere = coordinator(), coordinator("Elsewhere")
    draft = start(by)
    version = commands.publish_draft(draft=start(by, with_settings(SHEETS, version="3")), by=by)
    with pytest.raises(Absent):
        commands.edit_draft(draft=draft, change=lambda _: None, by=elsewhere)
    with pytest.raises(NotAllowed):
        commands.retire_version(version=version, by=elsewhere)
    police = Agency.objects.get(code="police", partnership__name="Meadowshire")
    person = make_person("Cara", agency=police)
    outside = make_viewer(make_membership(person, police, Role.AUDIT_COORDINATOR))
    with pytest.raises(NotAllowed, match="office"):
        start(outside)
    with pytest.raises(NotPossible, match="for which partnership"):
        start(operator())
    commands.discard_draft(draft=draft, by=by)
    assert ToolDraft.objects.get(pk=draft.pk).status == DraftStatus.DISCARDED


def test_a_marked_copy_has_each_mistake_in_its_cell_and_in_a_list() -> None:
    by = coordinator()
    draft = commands.start_draft(sheets={}, title="A tool", by=by)
    data = book(wrong())
    from safehub.foundation.mistakes import Mistake

    kept = commands.upload_into_draft(draft=draft, name="my.xlsx", data=data, by=by)
    made = marked_copy(data, [Mistake("my.xlsx", *one) for one in kept.upload_mistakes])
    read = openpyxl.load_workbook(io.BytesIO(made))
    assert read.sheetnames[0] == "mistakes"
    assert [cell.value for cell in read["mistakes"]["A"]][1:] == [
        one[0] for one in kept.upload_mistakes
    ]
    note = read["survey"]["A3"].comment
    assert note is not None
    assert "sentence" in str(note.text)
    assert read["survey"]["A3"].fill.fill_type == "solid"
    assert read["survey"]["A2"].comment is None
    assert read["survey"]["D4"].comment is not None
