"""The rules of R4 for a Questionnaire that its models do not hold (que-0 to que-13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_CHOICES = {"choice", "open-choice"}
_TEXTS = {"boolean", "decimal", "integer", "string", "text", "url"}


def broken(questionnaire: dict[str, Any]) -> list[str]:
    """Each rule that is broken, with the linkId where."""
    items = list(_walked(questionnaire.get("item", [])))
    links = [item["linkId"] for item in items]
    found = [f"que-2 {link}" for link in set(links) if links.count(link) > 1]
    for item in items:
        found += [f"{rule} {item['linkId']}" for rule in _broken_by(item)]
    lost = {when["question"] for item in items for when in item.get("enableWhen", [])} - set(links)
    return found + [f"no question {link}" for link in sorted(lost)]


def _broken_by(item: dict[str, Any]) -> Iterator[str]:
    kind = item["type"]
    is_display, is_question = kind == "display", kind not in {"display", "group"}
    whens = item.get("enableWhen", [])
    rules = {
        "que-1": (kind == "group" and not item.get("item")) or (is_display and "item" in item),
        "que-3": is_display and "code" in item,
        "que-4": "answerOption" in item and "answerValueSet" in item,
        "que-5": kind not in _CHOICES and ("answerOption" in item or "answerValueSet" in item),
        "que-6": is_display and ("required" in item or "repeats" in item),
        "que-7": any((w["operator"] == "exists") and "answerBoolean" not in w for w in whens),
        "que-8": not is_question and "initial" in item,
        "que-9": is_display and "readOnly" in item,
        "que-10": "maxLength" in item and kind not in _TEXTS,
        "que-11": "answerOption" in item and "initial" in item,
        "que-12": len(whens) > 1 and "enableBehavior" not in item,
        "que-13": len(item.get("initial", [])) > 1 and not item.get("repeats"),
        "text": not item.get("text", "").strip(),
    }
    yield from (rule for rule, is_broken in rules.items() if is_broken)


def _walked(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _walked(item.get("item", []))
