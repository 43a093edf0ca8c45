"""Others' Questionnaires: what becomes a tool, and what is refused for which reason."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from safehub.exchange.fhir_questionnaire import read_questionnaire, write_questionnaire
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import Question, QuestionType, Scale, Tool
from safehub.instruments.xlsform import read_tool

SHARED = Path(__file__).parents[4] / "shared" / "data" / "fhir"
HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the collected data is not here")

Item = dict[str, Any]


def read(*items: Item, **root: Any) -> tuple[Tool | None, list[str], list[str]]:
    """The tool, the mistakes, and the remarks."""
    resource = {"resourceType": "Questionnaire", "status": "active", "item": list(items), **root}
    return read_bytes(json.dumps(resource).encode())


def read_bytes(data: bytes) -> tuple[Tool | None, list[str], list[str]]:
    mistakes = Mistakes()
    tool = read_questionnaire(data, mistakes.of("q"))
    return tool, [str(mistake) for mistake in mistakes], mistakes.remarks


def question(*items: Item, **root: Any) -> Question:
    """The last question of the tool; nothing may be refused."""
    tool, lines, _ = read(*items, **root)
    assert lines == []
    assert tool is not None
    return tool.items[-1]


def refused(*items: Item, **root: Any) -> str:
    """The one mistake."""
    tool, lines, _ = read(*items, **root)
    assert tool is None
    assert len(lines) == 1, lines
    return lines[0]


def item(link: str = "a", kind: str = "string", **more: Any) -> Item:
    return {"linkId": link, "type": kind, "text": f"Text {link}", **more}


def choice(link: str = "c", *codes: str, **more: Any) -> Item:
    options = [{"valueCoding": {"code": code, "display": code.title()}} for code in codes]
    return item(link, "choice", answerOption=options or [{"valueString": "One"}], **more)


def when(link: str, operator: str, **answer: Any) -> Item:
    return {"question": link, "operator": operator, **answer}


def extension(url: str, **value: Any) -> Item:
    return {"extension": [{"url": url, **value}]}


# --- types ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("string", QuestionType.TEXT),
        ("text", QuestionType.TEXT),
        ("integer", QuestionType.INTEGER),
        ("decimal", QuestionType.DECIMAL),
        ("date", QuestionType.DATE),
        ("dateTime", QuestionType.DATETIME),
        ("time", QuestionType.TIME),
        ("attachment", QuestionType.FILE),
        ("display", QuestionType.NOTE),
        ("boolean", QuestionType.SELECT_ONE),
    ],
)
def test_type_becomes_one_of_ours(kind: str, wanted: QuestionType) -> None:
    assert question(item(kind=kind)).type is wanted


def test_boolean_becomes_yes_or_no() -> None:
    assert [one.name for one in question(item(kind="boolean")).choices] == ["yes", "no"]


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        ("quantity", "decimal, with the unit in the text"),
        ("reference", "string or choice, for a tool leads to no other record"),
        ("url", "string"),
        ("coding", "choice (R5 calls it coding)"),
    ],
)
def test_type_that_no_tool_has_is_refused_with_another(kind: str, instead: str) -> None:
    assert refused(item(), item("b", kind)) == f"q, item b, type: found {kind}, wanted {instead}"


def test_choice_that_repeats_becomes_select_multiple() -> None:
    found = question(choice("c", "x", "y", repeats=True))
    assert found.type is QuestionType.SELECT_MULTIPLE
    assert [one.name for one in found.choices] == ["x", "y"]


def test_open_choice_asks_for_the_other_answer() -> None:
    tool, lines, _ = read({**choice("c", "x", "y"), "type": "open-choice"})
    assert lines == []
    assert tool is not None
    assert [one.name for one in tool.items] == ["c", "c_other"]
    assert tool.items[0].has_other
    assert [one.name for one in tool.items[0].choices] == ["x", "y", "other"]


def test_text_that_repeats_is_refused() -> None:
    assert "put the question into a group that repeats" in refused(item(repeats=True))


def test_group_that_repeats_becomes_a_repeat() -> None:
    most = extension(f"{HL7}questionnaire-maxOccurs", valueInteger=3)
    tool, lines, _ = read(item("g", "group", repeats=True, item=[item()], **most))
    assert lines == []
    assert tool is not None
    assert tool.sections[0].repeat is not None
    assert tool.sections[0].repeat.most == 3
    assert tool.items[0].repeat == "g"


def test_group_that_repeats_within_another_is_refused() -> None:
    inner = item("h", "group", repeats=True, item=[item()])
    assert "no repeated group within another" in refused(
        item("g", "group", repeats=True, item=[inner])
    )


def test_slider_with_ends_becomes_a_range() -> None:
    control = {"coding": [{"code": "slider"}]}
    found = question(
        item(
            kind="integer",
            extension=[
                {"url": f"{HL7}questionnaire-itemControl", "valueCodeableConcept": control},
                {"url": f"{HL7}minValue", "valueInteger": 0},
                {"url": f"{HL7}maxValue", "valueInteger": 10},
            ],
        )
    )
    assert found.type is QuestionType.RANGE
    assert found.scale is not None
    assert found.scale == Scale(Decimal(0), Decimal(10), Decimal(1))


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "name"),
    [("1", "q1"), ("1.2", "q1.2"), ("/93/a b", "_93_a_b"), ("agency", "q_agency"), ("é", "é")],
)
def test_link_id_becomes_a_name(link: str, name: str) -> None:
    assert question(item(link)).name == name


def test_link_ids_that_come_to_one_name_are_refused() -> None:
    line = refused(item("a b"), item("a/b"))
    assert line == (
        "q, item a/b, linkId: found a/b, wanted a linkId that is not also written a_b, as a b is"
    )


def test_link_id_that_comes_twice_is_refused() -> None:
    assert "a again" in refused(item("a"), item("a"))


def test_names_that_were_changed_are_told() -> None:
    _, _, remarks = read(item("1"), item("2"))
    assert remarks == [
        "q, the Questionnaire: linkIds that are no names are written as names: 1 is q1, 2 is q2"
    ]


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "condition", "source"),
    [
        (item(kind="boolean"), when("a", "=", answerBoolean=True), "${a} = 'yes'"),
        (item(kind="boolean"), when("a", "!=", answerBoolean=False), "${a} != 'no'"),
        (item(kind="integer"), when("a", ">", answerInteger=5), "${a} > 5"),
        (item(kind="decimal"), when("a", "<=", answerDecimal=0.5), "${a} <= 0.5"),
        (item(kind="date"), when("a", ">=", answerDate="2026-01-31"), "${a} >= '2026-01-31'"),
        (item(), when("a", "=", answerString="it's"), '${a} = "it\'s"'),
        (item(), when("a", "exists", answerBoolean=True), "${a} != ''"),
        (item(), when("a", "exists", answerBoolean=False), "${a} = ''"),
        (choice("a", "x"), when("a", "=", answerCoding={"code": "x"}), "${a} = 'x'"),
        (
            choice("a", "x", repeats=True),
            when("a", "!=", answerCoding={"code": "x"}),
            "not(selected(${a}, 'x'))",
        ),
        (
            item("a", "choice", answerOption=[{"valueString": "Not sure"}]),
            when("a", "=", answerString="Not sure"),
            "${a} = 'not_sure'",
        ),
    ],
)
def test_enable_when_becomes_a_condition(asked: Item, condition: Item, source: str) -> None:
    found = question(asked, item("b", enableWhen=[condition]))
    assert found.condition is not None
    assert found.condition.source == source


@pytest.mark.parametrize(("behaviour", "word"), [("all", "and"), ("any", "or")])
def test_enable_behavior_joins(behaviour: str, word: str) -> None:
    whens = [when("a", "=", answerString="x"), when("a", "=", answerString="y")]
    found = question(item(), item("b", enableWhen=whens, enableBehavior=behaviour))
    assert found.condition is not None
    assert found.condition.source == f"${{a}} = 'x' {word} ${{a}} = 'y'"


def test_items_under_a_question_wait_for_its_answer() -> None:
    whens = [when("z", "=", answerString="x"), when("z", "=", answerString="y")]
    under = item("b", enableWhen=whens, enableBehavior="any")
    found = question(item("z"), item("a", item=[under]))
    assert found.condition is not None
    assert found.condition.source == "${a} != '' and (${z} = 'x' or ${z} = 'y')"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (when("gone", "=", answerString="x"), "found gone, wanted the linkId of a question"),
        (when("a", "=", answerCoding={"code": "q"}), "found q, wanted a choice that the question"),
        (when("a", "=", answerQuantity={"value": 1}), "wanted an answer that fits the question"),
        (when("a", ">", answerCoding={"code": "x"}), "wanted = or !=, for choices have no order"),
        (when("a", "~", answerCoding={"code": "x"}), "wanted one of exists"),
        (when("a", "="), "wanted an answer[x]"),
    ],
)
def test_condition_that_cannot_be_said_is_refused(condition: Item, words: str) -> None:
    assert words in refused(choice("a", "x"), item("b", enableWhen=[condition]))


def test_two_conditions_without_behavior_are_refused() -> None:
    whens = [when("a", "=", answerString="x"), when("a", "=", answerString="y")]
    assert "wanted all or any" in refused(item(), item("b", enableWhen=whens))


def test_condition_that_waits_on_itself_is_refused_with_its_item() -> None:
    line = refused(item("a", enableWhen=[when("a", "=", answerString="x")]))
    assert line.startswith("q, item a, enableWhen: found ${a} = 'x'")


# --- limits, defaults, words ---------------------------------------------------------------------


def test_limits_become_a_constraint() -> None:
    limits = [
        {"url": f"{HL7}minLength", "valueInteger": 2},
        {"url": f"{HL7}regex", "valueString": "[a-z]+"},
    ]
    found = question(item(maxLength=9, extension=limits))
    assert found.constraint is not None
    assert found.constraint.source == (
        "string-length(.) <= 9 and string-length(.) >= 2 and regex(., '[a-z]+')"
    )


def test_exclusive_option_becomes_a_constraint() -> None:
    options = [
        {"valueCoding": {"code": "x"}},
        {
            "valueCoding": {"code": "none"},
            **extension(f"{HL7}questionnaire-optionExclusive", valueBoolean=True),
        },
    ]
    found = question(item("a", "choice", repeats=True, answerOption=options))
    assert found.constraint is not None
    assert found.constraint.source == "(not(selected(., 'none')) or count-selected(.) = 1)"


def test_initial_becomes_a_default() -> None:
    found = question(item(kind="integer", initial=[{"valueInteger": 4}]))
    assert found.default is not None
    assert found.default.literal == "4"
    options = [{"valueCoding": {"code": "x"}, "initialSelected": True}]
    found = question(item("a", "choice", answerOption=options))
    assert found.default is not None
    assert found.default.literal == "x"


def test_scores_stand_on_the_option_or_on_its_coding() -> None:
    score = extension(f"{HL7}ordinalValue", valueDecimal=1.5)
    options = [
        {"valueCoding": {"code": "x", **score}},
        {"valueCoding": {"code": "y"}, **score},
        {"valueCoding": {"code": "z"}},
    ]
    found = question(item("a", "choice", answerOption=options))
    assert [one.score and float(one.score) for one in found.choices] == [1.5, 1.5, None]


def test_help_prefix_and_unit_stay_with_the_question() -> None:
    helping = extension(
        f"{HL7}questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "help"}]}
    )
    unit = extension(f"{HL7}questionnaire-unit", valueCoding={"code": "kg"})
    child = item("a.1", "display", **helping)
    found = question(item("a", "decimal", prefix="3.", item=[child], **unit))
    assert found.label == "3. Text a"
    assert found.hint == "Text a.1 (kg)"


def test_translations_become_languages() -> None:
    words = [{"url": "lang", "valueCode": "nl"}, {"url": "content", "valueString": "Tekst"}]
    beside = {"extension": [{"url": f"{HL7}translation", "extension": words}]}
    tool, lines, _ = read(item(_text=beside))
    assert lines == []
    assert tool is not None
    assert tool.languages == ("Dutch (nl)",)
    assert tool.items[0].words == (("label", "Dutch (nl)", "Tekst"),)


def test_contained_value_set_gives_the_choices() -> None:
    codes = [{"code": "x", "display": "Ex"}, {"code": "y"}]
    contained = {
        "resourceType": "ValueSet",
        "id": "v",
        "compose": {"include": [{"system": "urn:s", "concept": codes}]},
    }
    found = question(item("a", "choice", answerValueSet="#v"), contained=[contained])
    assert [(one.name, one.label) for one in found.choices] == [("x", "Ex"), ("y", "y")]


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (choice("a", answerValueSet="http://example.org/vs"), "wanted choices under answerOption"),
        (item("a", "choice"), "answerOption: found nothing, wanted the choices"),
        (item("a", nonsense=1), "nonsense: found 1, wanted nothing"),
        (item("a", disabledDisplay="hidden"), "disabledDisplay: found hidden, wanted nothing"),
        (
            item("a", **extension(f"{SDC}sdc-questionnaire-calculatedExpression", valueString="1")),
            "nothing: FHIRPath is not worked out here, so write a calculate in a sheet",
        ),
        (
            item("a", **extension(f"{SDC}sdc-questionnaire-initialExpression", valueString="1")),
            "nothing: answers of another system cannot be filled in",
        ),
        (
            item("a", **extension("https://example.org/who-knows", valueString="1")),
            "nothing: Safehub does not know this extension and cannot keep it",
        ),
        (
            item("a", **extension(f"{HL7}questionnaire-hidden", valueBoolean=True)),
            "an item that is shown",
        ),
        (
            item("a", modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
            "nothing that changes the meaning",
        ),
        (item("g", "group", required=True, item=[item()]), "nothing on a group"),
        (item("a", text=5), "text: found 5, wanted a text that can be printed"),
        (item("a", text="a\u0000b"), "wanted a text that can be printed"),
        (item("a", required="yes"), "required: found yes, wanted true or false"),
        (item("a", enableWhen="x"), "enableWhen: found x, wanted a list"),
        (item("a", item=["x"]), "item 1: found x, wanted an object"),
        ({"type": "string", "text": "Who?"}, "linkId: found nothing, wanted a linkId"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(broken: Item, words: str) -> None:
    tool, lines, _ = read(item("other"), broken)
    assert tool is None
    assert any(words in line for line in lines), lines


def test_choices_that_come_to_one_name_are_refused() -> None:
    options = [{"valueString": "A b"}, {"valueString": "a B"}]
    assert "not also written a_b" in refused(item("a", "choice", answerOption=options))


def test_what_only_tells_of_its_maker_is_left_out_with_a_remark() -> None:
    tool, lines, remarks = read(item(code=[{"code": "x"}]), publisher="A board", date="2026")
    assert lines == []
    assert tool is not None
    assert [line.partition(":")[2].strip()[:24] for line in remarks] == [
        "code not kept: a tool ha",
        "date, publisher not kept",
    ]


def test_a_questionnaire_without_a_question_is_refused() -> None:
    assert "at least one question" in refused()
    assert "at least one question" in refused(item("g", "group"))


@pytest.mark.parametrize("kind", ["url", "reference", "quantity"])
def test_one_refused_item_is_not_told_as_no_question_too(kind: str) -> None:
    assert "item a, type: found " + kind in refused(item("a", kind))


def test_too_many_items_are_not_told_as_no_question_too() -> None:
    many = refused(*(item(f"n{number}") for number in range(1_001)))
    assert many == "q, item: found 1,001 of them, wanted at most 1,000"


def test_lists_without_end_are_refused() -> None:
    options = [{"valueCoding": {"code": f"c{number}"}} for number in range(1001)]
    _, lines, _ = read(item("a", "choice", answerOption=options))
    assert "q, item a, answerOption: found 1,001 of them, wanted at most 1,000" in lines


def test_languages_without_end_are_refused() -> None:
    words = [
        {
            "url": f"{HL7}translation",
            "extension": [
                {"url": "lang", "valueCode": f"x-{number}"},
                {"url": "content", "valueString": "w"},
            ],
        }
        for number in range(50)
    ]
    assert "at most 40 languages" in refused(item(_text={"extension": words}))


# --- our own, changed by hand --------------------------------------------------------------------


def exported() -> dict[str, Any]:
    survey = [
        ["type", "name", "label", "relevant", "default"],
        ["select_one yn", "known", "Known?", "", "no"],
        ["text", "why", "Why?", "${known} = 'yes'", ""],
    ]
    choices = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]
    tool = read_tool({"survey": survey, "choices": choices}, "T", Mistakes().of("t"))
    assert tool is not None
    return write_questionnaire(tool)


def test_own_text_changed_by_hand_is_taken() -> None:
    resource = exported()
    resource["item"][1]["text"] = "What for?"
    tool, lines, _ = read_bytes(json.dumps(resource).encode())
    assert lines == []
    assert tool is not None
    assert tool.by_name["why"].label == "What for?"


def test_own_condition_changed_in_one_place_is_refused() -> None:
    resource = exported()
    resource["item"][1]["enableWhen"][0]["operator"] = "!="
    tool, lines, _ = read_bytes(json.dumps(resource).encode())
    assert tool is None
    assert len(lines) == 1
    assert lines[0].startswith("q, item why, enableWhen: found")
    assert "what the extensions of Safehub on this item say" in lines[0]


def test_own_default_changed_in_one_place_is_refused() -> None:
    resource = exported()
    resource["item"][0]["answerOption"][0]["initialSelected"] = True
    tool, lines, _ = read_bytes(json.dumps(resource).encode())
    assert tool is None
    assert [line.partition(": ")[0] for line in lines] == ["q, item known, initialSelected"]


# --- the collected files -------------------------------------------------------------------------


@needs_shared
def test_quiz_of_others_loads_with_every_question() -> None:
    tool, lines, remarks = read_bytes(
        (SHARED / "Questionnaire-trivia-questionnaire.xml").read_bytes()
    )
    assert lines == []
    assert tool is not None
    assert len(tool.questions) == 20
    assert tool.questions[1].type is QuestionType.INTEGER
    assert any("questionnaire-answerKey is not kept" in remark for remark in remarks)


@needs_shared
def test_calculator_of_others_is_refused_for_what_it_fetches_and_works_out() -> None:
    tool, lines, _ = read_bytes((SHARED / "smartforms_CVD-Risk-2023.json").read_bytes())
    assert tool is None
    told = "\n".join(lines)
    for word in ("variable", "launchContext", "initialExpression", "calculatedExpression"):
        assert word in told
    assert "item 418e4a02-de77-48a0-a92a-fe8fcc52b1aa, answerValueSet" in told


@needs_shared
def test_answers_are_no_questionnaire() -> None:
    tool, lines, _ = read_bytes(
        (SHARED / "smartforms_questionnaire-response-sample.json").read_bytes()
    )
    assert tool is None
    assert lines == ["q: found the resource QuestionnaireResponse, wanted a Questionnaire"]
