"""A Questionnaire on the command line: checked, published, and taken away again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from factories.people import operator
from safehub.cli import main
from safehub.exchange.fhir_questionnaire import read_questionnaire, write_questionnaire
from safehub.exchange.fhir_questionnaire.sending import sent_in
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.commands import publish_draft, start_draft
from safehub.instruments.queries import tool_of
from safehub.instruments.xlsform import read_tool
from safehub.register.agencies.models import Partnership

FORM = {
    "resourceType": "Questionnaire",
    "status": "active",
    "name": "sleep",
    "title": "A child's sleep",
    "publisher": "An invented board",
    "item": [
        {"linkId": "1", "text": "Seen?", "type": "boolean"},
        {
            "linkId": "2",
            "text": "What was it like?",
            "type": "text",
            "enableWhen": [{"question": "1", "operator": "=", "answerBoolean": True}],
        },
    ],
}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["tools", *words])


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "sleep.json"
    path.write_text(json.dumps(FORM), encoding="utf-8")
    return path


def test_sheets_of_a_questionnaire_read_as_its_tool() -> None:
    sent, remarks = sent_in(json.dumps(FORM).encode(), "sleep.json")
    assert sent.mistakes == ()
    assert sent.sheets is not None
    tool = read_tool(sent.sheets, "", Mistakes().of("sheets"))
    assert tool is not None
    assert (tool.form_id, [item.name for item in tool.items]) == ("sleep", ["q1", "q2"])
    assert len(remarks) == 2


def test_check_says_that_nothing_is_wrong_and_what_is_left_out(form: Path) -> None:
    result = run("check", str(form))
    assert result.exit_code == 0
    assert "sleep.json: nothing is wrong." in result.stdout
    assert "publisher not kept" in result.stderr


def test_check_names_item_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "weight.json"
    items = [{"linkId": "w", "text": "Weight", "type": "quantity"}]
    path.write_text(json.dumps({**FORM, "item": items}), encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 1
    assert "weight.json, item w, type: found quantity, wanted decimal" in result.stderr


def test_check_marks_no_copy_of_what_has_no_cells(form: Path, tmp_path: Path) -> None:
    result = run("check", str(form), "--marked", str(tmp_path / "marked.xlsx"))
    assert result.exit_code != 0
    assert not (tmp_path / "marked.xlsx").exists()


@pytest.mark.django_db
def test_version_out_of_a_questionnaire_goes_out_and_comes_back_equal() -> None:
    sent, _ = sent_in(json.dumps(FORM).encode(), "sleep.json")
    assert sent.sheets is not None
    owner = Partnership.objects.create(name="Meadowshire")
    by = operator()
    draft = start_draft(sheets=sent.sheets, title="sleep", partnership=owner, by=by)
    version = publish_draft(draft=draft, by=by)
    tool = tool_of(version)
    mistakes = Mistakes()
    again = read_questionnaire(json.dumps(write_questionnaire(tool)).encode(), mistakes.of("q"))
    assert version.form_id == "sleep"
    assert again == tool
    assert len(mistakes) == 0
