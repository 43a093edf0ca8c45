"""A second reading of enableWhen, straight from R4: it imports nothing of the product.

Source: HL7 FHIR R4, Questionnaire.item.enableWhen; code system questionnaire-enable-operator.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def is_enabled(item: Mapping[str, Any], answers: Mapping[str, Sequence[Any]]) -> bool:
    """Whether the item is asked. `answers` are values by linkId: codes, numbers, texts, dates."""
    held = [_holds(when, answers) for when in item["enableWhen"]]
    return any(held) if item.get("enableBehavior") == "any" else all(held)


def _holds(when: Mapping[str, Any], answers: Mapping[str, Sequence[Any]]) -> bool:
    given = answers.get(when["question"], ())
    ((kind, value),) = [(key, part) for key, part in when.items() if key.startswith("answer")]
    if when["operator"] == "exists":
        return bool(given) is value
    if kind == "answerCoding":
        value = value["code"]
    if when["operator"] == "!=":
        return all(one != value for one in given)
    return any(_COMPARE[when["operator"]](one, value) for one in given)
