"""A tool as a FHIR R4 Questionnaire.

What FHIR can say is said in its own elements and published extensions. The rest stands in
extensions of ours, so that reading it back gives an equal tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from safehub.exchange.fhir_questionnaire.conditions import enable_when
from safehub.exchange.fhir_questionnaire.languages import Languages
from safehub.exchange.fhir_questionnaire.vocabulary import (
    CANONICAL,
    CONTROLS,
    HIDDEN,
    ITEM_CONTROL,
    ITEM_CONTROLS,
    MAX,
    MIN,
    MOST,
    ORDINAL,
    OURS,
    SAID_BY_US,
    STEP,
    TRANSLATION,
    TYPES,
)
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Audience, Choice, Question, QuestionType, Section, Tool, Words

Data = dict[str, Any]
_LITERAL = re.compile(r"""'([^']*)'|"([^"]*)"|(-?\d+(?:\.\d+)?)""")
_BOUNDS = re.compile(
    r"\. >= (?P<min>-?\d{1,9}(?:\.\d{1,6})?)(?: and \. <= (?P<max>-?\d{1,9}(?:\.\d{1,6})?))?"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def write_questionnaire(tool: Tool, status: str = "unknown") -> Data:
    """The tool as a Questionnaire, ready for `json.dumps`; `status` is FHIR's PublicationStatus."""
    return _Writer(tool).questionnaire(status)


class _Writer:
    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        self._languages = Languages.of(tool)
        self._links = set(tool.by_name)

    def questionnaire(self, status: str) -> Data:
        tool = self._tool
        root: Data = {
            "resourceType": "Questionnaire",
            "extension": [*_own("tool", "1"), *self._languages.extensions(OURS)],
            "url": f"{CANONICAL}{quote(tool.form_id, safe='')}",
            "version": tool.version,
            "title": tool.title,
            "status": status,
        }
        root["extension"] += _own("default-language", tool.default_language)
        if code := self._languages.real_code(tool.default_language):
            root["language"] = code
        if items := self._children(None):
            root["item"] = items
        return root

    def _children(self, parent: str | None) -> list[Data]:
        """Sections and questions of one section, in the order in which they are met."""
        found: list[tuple[tuple[int, int, int], Section | Question]] = [
            ((section.at, 0, number), section)
            for number, section in enumerate(self._tool.sections)
            if section.parent == parent
        ]
        found += [
            ((number, 1, 0), item)
            for number, item in enumerate(self._tool.items)
            if item.section == parent
        ]
        return [
            self._group(one) if isinstance(one, Section) else self._question(one)
            for _, one in sorted(found, key=lambda pair: pair[0])
        ]

    def _link(self, wanted: str) -> str:
        """A linkId that nothing else has: a question may be called as a group's would be."""
        while wanted in self._links:
            wanted = f"{wanted}."
        self._links.add(wanted)
        return wanted

    def _group(self, section: Section) -> Data:
        usual = f"group.{section.name}"
        item: Data = {"linkId": self._link(usual), "type": "group"}
        extensions = _own("name", section.name if item["linkId"] != usual else "")
        extensions += _number("weight", section.weight)
        extensions += _own("appearance", section.appearance)
        extensions += _audience(section.audience)
        self._say_when(item, extensions, section.relevant, self._repeat_around(section))
        if section.repeat is not None:
            item["repeats"] = True
            extensions.append({"url": MOST, "valueInteger": section.repeat.most})
            extensions += _expression("repeat-count", section.repeat.count)
        children: list[Data] = []
        self._word(item, extensions, section.label, section.words, section.hint, children)
        children += self._children(section.name)
        if not children:
            # A group of FHIR has items (R4, que-1).
            place = self._link(f"{item['linkId']}.empty")
            nothing = _own("placeholder", "1")
            children.append(
                {"extension": nothing, "linkId": place, "text": "No questions", "type": "display"}
            )
        return _finished(item, extensions, children)

    def _repeat_around(self, section: Section) -> str | None:
        around = self._tool.by_section.get(section.parent or "")
        while around is not None and around.repeat is None:
            around = self._tool.by_section.get(around.parent or "")
        return around.name if around is not None else None

    def _question(self, question: Question) -> Data:
        item: Data = {"linkId": question.name, "type": _type(question)}
        extensions: list[Data] = []
        if question.type in SAID_BY_US:
            extensions += _own("type", question.type.value)
        self._say_when(item, extensions, question.condition, question.repeat)
        _demand(item, extensions, question)
        _show(item, extensions, question)
        extensions += _scale(question) + _constraint(question)
        extensions += _expression("calculation", question.calculation)
        extensions += _number("weight", question.weight)
        extensions += _own("standard", question.standard)
        extensions += _audience(question.audience)
        self._offer(item, extensions, question)
        _begin_with(item, extensions, question)
        children: list[Data] = []
        if question.type is QuestionType.NOTE:
            # A display item has no items of its own (R4, que-1).
            self._word(item, extensions, question.label, question.words, "", children)
            extensions += _own("hint", question.hint)
        else:
            self._word(item, extensions, question.label, question.words, question.hint, children)
        return _finished(item, extensions, children)

    def _say_when(
        self,
        item: Data,
        extensions: list[Data],
        condition: Expression | None,
        repeat: str | None,
    ) -> None:
        if condition is None:
            return
        extensions += _expression("relevant", condition)
        if said := enable_when(condition, self._tool, repeat):
            item["enableWhen"], behaviour = said
            if behaviour:
                item["enableBehavior"] = behaviour

    def _word(
        self,
        item: Data,
        extensions: list[Data],
        label: str,
        words: Words,
        hint: str,
        children: list[Data],
    ) -> None:
        """The label and the hint, each with its translations; other words in an extension."""
        item["text"] = label
        labels = [word for word in words if word[0] == "label" and word[1]]
        hints = [word for word in words if word[0] == "hint" and word[1] and hint]
        rest = [word for word in words if word not in labels and word not in hints]
        if labels:
            item["_text"] = {"extension": self._translations(labels)}
        if hint:
            child: Data = {"linkId": self._link(f"{item['linkId']}.hint"), "text": hint}
            child |= {"type": "display", "extension": [_control("help")]}
            if hints:
                child["_text"] = {"extension": self._translations(hints)}
            children.append(child)
        extensions += _words(rest)
        extensions += _order(words)

    def _translations(self, words: Iterable[tuple[str, str, str]]) -> list[Data]:
        return [
            {
                "url": TRANSLATION,
                "extension": [
                    {"url": "lang", "valueCode": self._languages.code(language)},
                    {"url": "content", "valueString": text},
                ],
            }
            for _, language, text in words
        ]

    def _offer(self, item: Data, extensions: list[Data], question: Question) -> None:
        extensions += _own("list", question.list_name)
        extensions += _own("other", "1" if question.has_other else "")
        extensions += _expression("choice-filter", question.choice_filter)
        if question.type in {QuestionType.SELECT_MULTIPLE, QuestionType.RANK}:
            item["repeats"] = True
        if question.choices:
            item["answerOption"] = [self._option(choice) for choice in question.choices]

    def _option(self, choice: Choice) -> Data:
        coding: Data = {"code": choice.name, "display": choice.label}
        labels = [word for word in choice.words if word[0] == "label" and word[1]]
        rest = [word for word in choice.words if word not in labels]
        if labels:
            coding["_display"] = {"extension": self._translations(labels)}
        extensions = _own("descriptor", choice.descriptor) + _words(rest)
        extensions += _order(choice.words)
        for column, value in choice.columns:
            parts = [*_part("name", column), *_part("value", value)]
            extensions.append({"url": f"{OURS}column", "extension": parts})
        if choice.score is not None:
            coding["extension"] = [{"url": ORDINAL, "valueDecimal": _shown(choice.score)}]
            extensions += [] if _is_exact(choice.score) else _own("score", str(choice.score))
        option: Data = {"extension": extensions} if extensions else {}
        return option | {"valueCoding": coding}


def _type(question: Question) -> str:
    if question.type is QuestionType.TEXT and question.appearance == "multiline":
        return "text"
    return TYPES[question.type]


def _demand(item: Data, extensions: list[Data], question: Question) -> None:
    """Whether it must be answered. A condition for that FHIR cannot say."""
    required = question.required
    if required is not None and required.source == "true()" and item["type"] != "display":
        item["required"] = True
    else:
        extensions += _expression("required", required)
    extensions += _own("required-message", question.required_message)


def _show(item: Data, extensions: list[Data], question: Question) -> None:
    if question.type is QuestionType.CALCULATE:
        item["readOnly"] = True
        extensions.append({"url": HIDDEN, "valueBoolean": True})
    if question.is_read_only and item["type"] != "display" and "readOnly" not in item:
        item["readOnly"] = True
    elif question.is_read_only:
        extensions += _own("read-only", "1")
    if question.type is QuestionType.RANGE:
        extensions.append(_control("slider"))
    elif question.is_select and (control := CONTROLS.get(question.appearance)):
        extensions.append(_control(control))
        return
    if item["type"] != "text":
        extensions += _own("appearance", question.appearance)


def _scale(question: Question) -> list[Data]:
    scale = question.scale
    if scale is None:
        return []
    parts = (scale.start, scale.end, scale.step)
    found: list[Data] = [
        {"url": MIN, "valueDecimal": _shown(scale.start)},
        {"url": MAX, "valueDecimal": _shown(scale.end)},
    ]
    # The step of a slider is a whole number in R4.
    if scale.step == scale.step.to_integral_value():
        found.append({"url": STEP, "valueInteger": int(scale.step)})
        if all(map(_is_exact, parts)):
            return found
    return found + _own("scale", " ".join(str(part) for part in parts))


def _constraint(question: Question) -> list[Data]:
    found = _expression("constraint", question.constraint)
    if question.constraint is not None and question.type in {
        QuestionType.INTEGER,
        QuestionType.DECIMAL,
    }:
        bounds = _BOUNDS.fullmatch(question.constraint.source)
        for url, bound in ((MIN, "min"), (MAX, "max")):
            value = Decimal(bounds[bound]) if bounds and bounds[bound] else None
            if value is None:
                continue
            if question.type is QuestionType.DECIMAL:
                found.append({"url": url, "valueDecimal": _shown(value)})
            elif value == value.to_integral_value():
                found.append({"url": url, "valueInteger": int(value)})
    return found + _own("constraint-message", question.constraint_message)


def _begin_with(item: Data, extensions: list[Data], question: Question) -> None:
    """The default: where it is a plain value, as the initial one of FHIR too."""
    extensions += _expression("default", question.default)
    match = _LITERAL.fullmatch(question.default.source) if question.default is not None else None
    if match is None or item["type"] == "display":
        return
    text = match[1] or match[2] or match[3] or ""
    for option in item.get("answerOption", ()):
        several = question.type is QuestionType.SELECT_MULTIPLE
        if option["valueCoding"]["code"] in (text.split() if several else [text]):
            option["initialSelected"] = True
    if question.type is QuestionType.TEXT and text.strip():
        item["initial"] = [{"valueString": text}]
    elif question.type is QuestionType.INTEGER and re.fullmatch(r"-?\d{1,9}", text):
        item["initial"] = [{"valueInteger": int(text)}]
    elif question.type is QuestionType.DATE and _DATE.fullmatch(text):
        item["initial"] = [{"valueDate": text}]


def _finished(item: Data, extensions: list[Data], children: list[Data]) -> Data:
    start: Data = {"extension": extensions} if extensions else {}
    end: Data = {"item": children} if children else {}
    return start | item | end


def _own(name: str, text: str) -> list[Data]:
    return [{"url": f"{OURS}{name}", "valueString": text}] if text else []


def _part(name: str, text: str) -> list[Data]:
    return [{"url": name, "valueString": text}] if text else []


def _expression(name: str, expression: Expression | None) -> list[Data]:
    return _own(name, expression.source) if expression is not None else []


def _audience(audience: Audience) -> list[Data]:
    if not audience.codes:
        return []
    parts: list[Data] = [{"url": "code", "valueString": code} for code in sorted(audience.codes)]
    if audience.is_without:
        parts.append({"url": "without", "valueBoolean": True})
    return [{"url": f"{OURS}agencies", "extension": parts}]


def _words(words: Sequence[tuple[str, str, str]]) -> list[Data]:
    return [
        {
            "url": f"{OURS}words",
            "extension": [
                *_part("column", column),
                *_part("language", language),
                *_part("text", text),
            ],
        }
        for column, language, text in words
    ]


def _order(words: Words) -> list[Data]:
    """The places of the words as they are, where that is not the order of the alphabet."""
    usual = sorted(words)
    if list(words) == usual:
        return []
    return _own("words-order", " ".join(str(usual.index(word)) for word in words))


def _control(code: str) -> Data:
    coding = [{"system": ITEM_CONTROLS, "code": code}]
    return {"url": ITEM_CONTROL, "valueCodeableConcept": {"coding": coding}}


def _is_exact(number: Decimal) -> bool:
    return Decimal(repr(_shown(number))) == number


def _shown(number: Decimal) -> int | float:
    """The number as JSON has it."""
    return int(number) if number == number.to_integral_value() else float(number)


def _number(name: str, number: Decimal | None) -> list[Data]:
    if number is None:
        return []
    if not _is_exact(number):
        return _own(name, str(number))
    return [{"url": f"{OURS}{name}", "valueDecimal": _shown(number)}]


def walked(items: Iterable[Data]) -> Iterator[Data]:
    """Each item and all within, in order."""
    for item in items:
        yield item
        yield from walked(item.get("item", ()))
