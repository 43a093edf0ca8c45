"""The words of FHIR that a tool is written in, and our own where FHIR has none.

Source: HL7 FHIR R4 (4.0.1), Questionnaire; Structured Data Capture (SDC) for what others add.
"""

from __future__ import annotations

from safehub.instruments.tools import QuestionType

OURS = "urn:safehub:fhir:"
CANONICAL = "urn:safehub:tool:"
HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"

ITEM_CONTROL = f"{HL7}questionnaire-itemControl"
ITEM_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
HIDDEN = f"{HL7}questionnaire-hidden"
MOST = f"{HL7}questionnaire-maxOccurs"
FEWEST = f"{HL7}questionnaire-minOccurs"
STEP = f"{HL7}questionnaire-sliderStepValue"
MIN, MAX = f"{HL7}minValue", f"{HL7}maxValue"
UNIT = f"{HL7}questionnaire-unit"
ORDINAL = f"{HL7}ordinalValue"
TRANSLATION = f"{HL7}translation"

TYPES = {
    QuestionType.TEXT: "string",
    QuestionType.INTEGER: "integer",
    QuestionType.DECIMAL: "decimal",
    QuestionType.RANGE: "decimal",
    QuestionType.DATE: "date",
    QuestionType.TIME: "time",
    QuestionType.DATETIME: "dateTime",
    QuestionType.SELECT_ONE: "choice",
    QuestionType.SELECT_MULTIPLE: "choice",
    QuestionType.RANK: "choice",
    QuestionType.ACKNOWLEDGE: "boolean",
    QuestionType.FILE: "attachment",
    QuestionType.CALCULATE: "string",
    QuestionType.NOTE: "display",
}
# Types that FHIR has no word for: the item is of the nearest one, and says which it is.
SAID_BY_US = {
    QuestionType.RANGE,
    QuestionType.RANK,
    QuestionType.ACKNOWLEDGE,
    QuestionType.CALCULATE,
}
# How others show a question, and the appearance of XLSForm that says the same.
APPEARANCES = {
    "drop-down": "minimal",
    "autocomplete": "autocomplete",
    "radio-button": "",
    "check-box": "",
    "text-box": "",
    "text-area": "multiline",
    "spinner": "",
}
CONTROLS = {"minimal": "drop-down", "autocomplete": "autocomplete"}
