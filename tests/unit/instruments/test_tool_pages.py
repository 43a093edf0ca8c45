"""Pages of tools: from a blank draft or a workbook to a published version, and what stops it."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

import lxml.html
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.tools import SHEETS, WRONG_PLACES, Office, questionnaire, workbook, wrong_sheets
from safehub.foundation.access.vocabulary import Role
from safehub.instruments import commands
from safehub.instruments.drafting import Drafted, with_settings
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.instruments.queries import tool_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


def send(client: Client, name: str, data: dict[str, Any], *args: object) -> Any:
    """Open a form and send it, as a person would."""
    address = reverse(f"tools:{name}", args=args)
    shown = client.get(address)
    assert shown.status_code == 200, shown.content.decode()[:500]
    return client.post(address, {**hidden_in(shown), **data})


def hidden_in(answer: Any) -> dict[str, str]:
    """All that the page's form carries: its marks, and the edition of the draft."""
    tree: Any = lxml.html.fromstring(answer.content)
    inputs = tree.xpath("//main//form[@method='post']//input[@type='hidden']")
    return {one.get("name"): one.get("value") for one in inputs}


def text(answer: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(plain))


def file_of(data: bytes, name: str = "my tool.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def key(draft: ToolDraft, name: str) -> int:
    lines = Drafted(draft.sheets, draft.keys).survey
    return next(one.key for one in lines if one["name"] == name)


def rows(draft: ToolDraft) -> list[list[str]]:
    draft.refresh_from_db()
    return [list(row) for row in draft.sheets["survey"][1:]]


def test_a_tool_is_written_on_pages_from_nothing_to_a_version() -> None:
    office = Office()
    client = office.client()
    named = {"title": "Front door", "form_id": "front", "version": "1"}
    answer = send(client, "blank", named)
    assert answer.status_code == 302
    draft = ToolDraft.objects.get()
    assert answer["Location"] == reverse("tools:draft", args=[draft.pk])
    said = text(client.get(answer["Location"]))
    assert "1 mistake stands in the way of publishing" in said
    choices = {"list_name": "grades", "name_new1": "good", "label_new1": "Good"}
    choices |= {"score_new1": "1", "descriptor_new1": "The child was seen alone"}
    assert send(client, "add_list", choices, draft.pk).status_code == 302
    section = {"name": "judgement", "label": "Judgement"}
    answer = send(client, "add_section", section, draft.pk, 0)
    draft.refresh_from_db()
    begins = key(draft, "judgement")
    assert answer["Location"].endswith(f"#row-{begins}")
    question = {
        "kind": "select_one",
        "list_name": "grades",
        "name": "grade",
        "label": "Grade",
        "required": "yes",
        "standard": "Working Together",
        "weight": "2",
    }
    assert send(client, "add_question", question, draft.pk, begins).status_code == 302
    answer = send(client, "publish", {}, draft.pk)
    version = ToolVersion.objects.get()
    assert answer["Location"] == reverse("tools:version", args=[version.pk])
    asked = tool_of(version).by_name["grade"]
    assert (asked.section, asked.standard, str(asked.weight)) == (
        "judgement",
        "Working Together",
        "2",
    )
    assert asked.choices[0].descriptor == "The child was seen alone"
    assert "The child was seen alone" in text(
        client.get(reverse("tools:version_preview", args=[version.pk]))
    )


def test_a_workbook_with_mistakes_is_shown_cell_by_cell_and_given_back_marked() -> None:
    office = Office()
    client = office.client()
    answer = send(client, "upload_new", {"file": file_of(workbook(wrong_sheets()))})
    draft = ToolDraft.objects.get()
    assert answer["Location"] == reverse("tools:refused", args=[draft.pk])
    said = text(client.get(answer["Location"]))
    assert "survey 3 type sentence" in said
    assert "survey 4 relevant" in said
    marked = client.get(reverse("tools:marked", args=[draft.pk]))
    assert marked.headers["Content-Disposition"] == 'attachment; filename="my-tool-to-mend.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert book["survey"]["A3"].comment is not None
    assert send(client, "take", {}, draft.pk).status_code == 302
    assert rows(draft)[1][0] == "sentence"
    said = text(client.get(reverse("tools:draft", args=[draft.pk])))
    assert "2 mistakes stand in the way of publishing" in said
    assert "Row 3, type: found sentence" in said
    wrong = send(client, "publish", {}, draft.pk)
    assert wrong.status_code == 422
    assert not ToolVersion.objects.exists()
    page = client.get(reverse("tools:row", args=[draft.pk, key(draft, "why")]))
    assert "sentence (not known)" in text(page)
    mended = {"kind": "text", "name": "why", "label": "Why", "required": "no"}
    assert send(client, "row", mended, draft.pk, key(draft, "why")).status_code == 302
    then = {"kind": "text", "name": "then", "label": "Then", "required": "no"}
    then |= {"relevant": "${why} = 'x'"}
    assert send(client, "row", then, draft.pk, key(draft, "then")).status_code == 302
    assert send(client, "publish", {}, draft.pk).status_code == 302
    assert ToolVersion.objects.count() == 1


def test_an_upload_is_refused_where_it_is_no_workbook_and_the_form_says_why() -> None:
    office = Office()
    answer = send(office.client(), "upload_new", {"file": file_of(b"not one")})
    assert answer.status_code == 422
    assert "no workbook" in text(answer)
    assert not ToolDraft.objects.exists()


def json_file(kind: str = "boolean") -> SimpleUploadedFile:
    return SimpleUploadedFile("sleep.json", questionnaire(kind))


def test_a_questionnaire_becomes_a_draft_and_what_is_left_out_is_told() -> None:
    office = Office()
    client = office.client()
    answer = send(client, "upload_new", {"file": json_file()})
    draft = ToolDraft.objects.get()
    assert answer["Location"] == reverse("tools:draft", args=[draft.pk])
    said = text(client.get(answer["Location"]))
    assert "The file was taken in. Not as it stood there: publisher not kept" in said
    assert (draft.title, draft.form_id) == ("A child's sleep", "sleep")
    assert send(client, "publish", {}, draft.pk).status_code == 302
    assert [one.name for one in tool_of(ToolVersion.objects.get()).questions] == ["q1", "q2.1"]


def test_what_is_wrong_in_a_questionnaire_is_shown_with_its_path_and_what_to_write() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    before = draft.sheets
    answer = send(client, "upload", {"file": json_file("quantity")}, draft.pk)
    assert answer["Location"] == reverse("tools:refused", args=[draft.pk])
    said = text(client.get(answer["Location"]))
    assert "Nothing of sleep.json was taken in. 1 place must be mended first." in said
    assert "item[1].item[0].type (linkId 2.1) quantity decimal" in said
    assert "Take it in as it is" not in said
    assert client.get(reverse("tools:marked", args=[draft.pk])).status_code == 404
    refused = send(client, "take", {}, draft.pk)
    assert (refused.status_code, "mend it first" in text(refused)) == (422, True)
    draft.refresh_from_db()
    assert draft.sheets == before
    assert send(client, "upload", {"file": json_file()}, draft.pk).status_code == 302
    draft.refresh_from_db()
    assert (draft.upload_mistakes, draft.form_id) == ([], "sleep")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("sleep.json", b"{", "JSON that cannot be read"),
        ("sleep.json", b'{"resourceType": "Patient"}', "wanted a Questionnaire"),
        ("sleep.xml", b"<html/>", "line 1: found the element html of another namespace"),
        ("sleep.pdf", b"%PDF-", ".json"),
    ],
)
def test_what_is_no_questionnaire_is_refused_on_the_form(
    name: str, data: bytes, words: str
) -> None:
    answer = send(Office().client(), "upload_new", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert words in text(answer)
    assert not ToolDraft.objects.exists()


def test_rows_are_moved_by_the_buttons_beside_them() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    first = key(draft, "before")
    answer = send(client, "draft", {"move": f"down-{first}"}, draft.pk)
    assert answer["Location"].endswith(f"#row-{first}")
    assert [row[1] for row in rows(draft)][:2] == ["judgement", "before"]
    assert send(client, "draft", {"move": "sideways-1"}, draft.pk).status_code == 422
    assert send(client, "draft", {"move": "up-99999"}, draft.pk).status_code == 422


def test_two_people_who_change_one_question_are_both_shown() -> None:
    office = Office()
    draft = office.draft()
    address = reverse("tools:row", args=[draft.pk, key(draft, "before")])
    mine, theirs = office.client(), office.client()
    shown = hidden_in(mine.get(address))
    row = {"kind": "text", "name": "before", "required": "no"}
    assert send(theirs, "row", {**row, "label": "Theirs"}, draft.pk, key(draft, "before"))
    met = mine.post(address, {**shown, **row, "label": "Mine"})
    assert met.status_code == 409
    assert "Both changed it: choose" in text(met)
    assert rows(draft)[0][2] == "Theirs"
    again = {**hidden_in(met), **row, "label": "Mine", "form_keep_label": "mine"}
    assert mine.post(address, again).status_code == 302
    assert rows(draft)[0][2] == "Mine"


def test_what_is_done_to_a_whole_draft_meets_a_change_made_meanwhile() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    address = reverse("tools:publish", args=[draft.pk])
    shown = hidden_in(client.get(address))
    commands.edit_draft(
        draft=draft, change=lambda one: one.set_settings({"version": "2"}), by=office.viewer
    )
    assert client.post(address, shown).status_code == 409
    assert not ToolVersion.objects.exists()


def test_publishing_twice_in_one_press_does_it_once() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    address = reverse("tools:publish", args=[draft.pk])
    shown = hidden_in(client.get(address))
    first, second = client.post(address, shown), client.post(address, shown)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert ToolVersion.objects.count() == 1


def test_a_preview_shows_each_agency_its_own_questions() -> None:
    office = Office()
    client, version = office.client(), office.version()
    address = reverse("tools:version_preview", args=[version.pk])
    police = text(client.get(address, {"agency": "police"}))
    others = text(client.get(address, {"agency": "school"}))
    assert "Asked only where ${grade} = 'poor'" in police
    assert "Asked only where ${grade} = 'poor'" not in others
    assert "The child was seen alone" in others
    assert "Police" in others


def test_a_list_is_changed_shortened_put_in_order_and_renamed() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    from safehub.instruments.presenters import list_key

    drafted = Drafted(draft.sheets, draft.keys)
    good, poor = (one.key for one in drafted.list_of("grades"))
    data = {
        "list_name": "scale",
        f"name_{good}": "good",
        f"label_{good}": "Good, mostly",
        f"score_{good}": "3",
        f"place_{good}": "2",
        f"place_{poor}": "1",
        f"name_{poor}": "poor",
        f"label_{poor}": "Poor",
        f"score_{poor}": "0",
        "name_new2": "na",
        "label_new2": "Does not apply",
    }
    answer = send(client, "list", data, draft.pk, list_key("grades"))
    assert answer["Location"] == reverse("tools:list", args=[draft.pk, list_key("scale")])
    draft.refresh_from_db()
    drafted = Drafted(draft.sheets, draft.keys)
    assert [(one["name"], one["score"]) for one in drafted.list_of("scale")] == [
        ("poor", "0"),
        ("good", "3"),
        ("na", ""),
    ]
    assert drafted.line("survey", key(draft, "grade"))["type"] == "select_one scale"  # type: ignore[index]
    unused = drafted.list_of("unused")[0].key
    gone = {"list_name": "unused", f"name_{unused}": "yes", f"remove_{unused}": "on"}
    send(client, "list", gone, draft.pk, list_key("unused"))
    draft.refresh_from_db()
    assert Drafted(draft.sheets).list_names == ["scale"]


def test_a_language_is_added_and_its_words_have_fields() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    named = {"form_title": "A tool", "form_id": "a_tool", "version": "1"}
    wrong = send(client, "settings", {**named, "language": "Welsh"}, draft.pk)
    assert "such as Welsh (cy)" in text(wrong)
    default = {"default_language": "English (en)"}
    done = send(client, "settings", {**named, **default, "language": "Welsh (cy)"}, draft.pk)
    assert done.status_code == 302
    page = text(client.get(reverse("tools:row", args=[draft.pk, key(draft, "before")])))
    assert "label::Welsh (cy)" in page


def test_a_section_is_taken_away_with_or_without_its_questions() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    send(client, "remove_row", {"questions": "keep"}, draft.pk, key(draft, "judgement"))
    assert [row[1] for row in rows(draft)] == ["before", "grade", "why", "later", "closed", ""]
    send(client, "remove_row", {"questions": "remove"}, draft.pk, key(draft, "later"))
    send(client, "remove_row", {}, draft.pk, key(draft, "why"))
    assert [row[1] for row in rows(draft)] == ["before", "grade"]


def test_a_version_is_carried_compared_retired_and_taken_away_as_files() -> None:
    office = Office()
    client, version = office.client(), office.version()
    answer = send(client, "carry", {"version": "2"}, version.pk)
    draft = ToolDraft.objects.get(based_on=version)
    assert answer["Location"] == reverse("tools:draft", args=[draft.pk])
    send(client, "remove_row", {}, draft.pk, key(draft, "closed"))
    said = text(client.get(reverse("tools:draft_compare", args=[draft.pk])))
    assert "from version 1 to this draft" in said
    assert "When was it closed?" in said
    send(client, "publish", {}, draft.pk)
    later = ToolVersion.objects.get(version="2")
    said = text(client.get(reverse("tools:compare", args=[version.pk, later.pk])))
    assert "from version 1 to version 2" in said
    assert send(client, "retire", {}, version.pk).status_code == 302
    assert "Retired" in text(client.get(reverse("tools:version", args=[version.pk])))
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("tools:xlsform", args=[version.pk])).content)
    )
    read = [[cell or "" for cell in row] for row in book["survey"].iter_rows(values_only=True)]
    assert read == version.sheets["survey"]
    fhir = client.get(reverse("fhir:questionnaire", args=[version.pk]))
    assert fhir.headers["Content-Type"] == "application/fhir+json"
    assert fhir.json()["resourceType"] == "Questionnaire"
    assert fhir.json()["status"] == "retired"


def test_what_is_downloaded_can_be_uploaded_again_unchanged() -> None:
    office = Office()
    client = office.client()
    sheets = {name: [list(row) for row in each] for name, each in SHEETS.items()}
    sheets["survey"][1][2] = "=1+1"
    draft = office.draft(sheets)
    data = client.get(reverse("tools:draft_xlsform", args=[draft.pk])).content
    before = draft.sheets
    assert send(client, "upload", {"file": file_of(data)}, draft.pk).status_code == 302
    draft.refresh_from_db()
    assert draft.sheets == before


def test_a_ready_made_tool_is_loaded_and_can_be_published() -> None:
    office = Office()
    client = office.client()
    answer = send(client, "ready", {"tool": "front_door"})
    draft = ToolDraft.objects.get()
    assert answer["Location"] == reverse("tools:draft", args=[draft.pk])
    assert send(client, "publish", {}, draft.pk).status_code == 302


def test_a_discarded_draft_is_out_of_the_list() -> None:
    office = Office()
    client, draft = office.client(), office.draft()
    assert send(client, "discard", {}, draft.pk).status_code == 302
    assert "No tool is being written" in text(client.get(reverse("tools:tools")))
    assert "Discarded" in text(client.get(reverse("tools:draft", args=[draft.pk])))


@pytest.mark.parametrize("role", [Role.AUDIT_MODERATOR, Role.MEETING_CHAIR])
def test_moderator_and_chair_read_a_draft_and_change_nothing(role: Role) -> None:
    office = Office()
    draft = office.draft()
    reader = Office(role=role).client()
    page = reader.get(reverse("tools:draft", args=[draft.pk]))
    assert page.status_code == 200
    assert "Take away" not in text(page)
    assert reader.get(reverse("tools:settings", args=[draft.pk])).status_code == 403
    move = {**hidden_in(page), "move": f"down-{key(draft, 'before')}"}
    assert reader.post(reverse("tools:draft", args=[draft.pk]), move).status_code == 403
    assert rows(draft)[0][1] == "before"


def test_another_partnership_reads_versions_by_their_address_and_no_draft() -> None:
    office, elsewhere = Office(), Office("Elsewhere").client()
    draft, version = office.draft(with_settings(SHEETS, version="9")), office.version()
    assert elsewhere.get(reverse("tools:draft", args=[draft.pk])).status_code == 404
    assert elsewhere.get(reverse("tools:version", args=[version.pk])).status_code == 200
    assert "a_tool" not in text(elsewhere.get(reverse("tools:tools")))


def test_pages_stay_within_their_budget_of_queries(django_assert_max_num_queries: Any) -> None:
    office = Office()
    client, version = office.client(), office.version()
    draft = office.draft()
    for number in range(2, 12):
        office.version(with_settings(SHEETS, version=str(number)))
    for name, args, most in (
        ("tools", (), 12),
        ("version", (version.pk,), 25),
        ("version_preview", (version.pk,), 25),
        ("draft", (draft.pk,), 25),
        ("lists", (draft.pk,), 12),
        ("row", (draft.pk, key(draft, "grade")), 25),
        ("publish", (draft.pk,), 25),
        ("draft_preview", (draft.pk,), 25),
    ):
        address = reverse(f"tools:{name}", args=args)
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_the_marked_places_are_those_that_the_reader_names() -> None:
    office = Office()
    draft = commands.start_draft(sheets={}, title="A tool", by=office.viewer)
    sent = commands.upload_into_draft(
        draft=draft, name="t.xlsx", data=workbook(wrong_sheets()), by=office.viewer
    )
    assert [one[0] for one in sent.upload_mistakes] == WRONG_PLACES


def test_the_page_of_a_refused_workbook_lists_500_mistakes_and_says_how_many_more() -> None:
    office = Office()
    draft = office.draft()
    mistakes = [[f"sheet survey, row {row}, column type", "x", "a type"] for row in range(2, 1_703)]
    draft.upload_name, draft.upload_mistakes = "my.xlsx", mistakes
    draft.save()
    answer = office.client().get(reverse("tools:refused", args=[draft.pk]))
    assert answer.content.decode().partition('id="mistakes"')[2].count("<tr") == 501
    assert "And 1,201 more, all of them in the marked copy." in text(answer)
