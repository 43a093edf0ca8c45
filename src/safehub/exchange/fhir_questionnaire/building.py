"""Sections and questions out of the items of a Questionnaire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from safehub.exchange.fhir_questionnaire.conditions import NotSaid, comparison_of, quoted
from safehub.exchange.fhir_questionnaire.elements import Element
from safehub.exchange.fhir_questionnaire.items import Entry, Items
from safehub.exchange.fhir_questionnaire.options import Named, in_order, own_words, words_of
from safehub.exchange.fhir_questionnaire.parts import (
    appearance_of,
    audience_of,
    hint_of,
    limits_of,
    number_of,
    scale_of,
)
from safehub.exchange.fhir_questionnaire.vocabulary import (
    FEWEST,
    MOST,
)
from safehub.instruments.answers import plain
from safehub.instruments.expressions import Expression, ExpressionError
from safehub.instruments.tools import (
    NO,
    OTHER,
    OTHER_SUFFIX,
    YES,
    Choice,
    Question,
    QuestionType,
    Repeat,
    Section,
    Words,
)
from safehub.instruments.xlsform.survey import MOST_ENTRIES

# As read_tool takes a repeat that does not say how often.
USUAL_ENTRIES = 5
_CODES = "a tool has names of its own, and keeps no codes of a terminology"
_TRUE = "true()"


class Builder:
    """Makes the sections and questions of the items, in order."""

    def __init__(self, items: Items, named: Named) -> None:
        self._items, self._named = items, named
        self.sections: list[Section] = []
        self.questions: list[Question] = []
        self._by_name: dict[str, Section] = {}
        self._lists: dict[tuple[Choice, ...], str] = {}
        self._kept: dict[str, tuple[Choice, ...]] = {}

    def build(self) -> None:
        """Build them all; each part of an item that is left is told."""
        for entry in self._items.entries:
            if entry.kind is None:
                self._section(entry)
            else:
                self._question(entry, entry.kind)
            entry.element.finish()

    # --- sections --------------------------------------------------------------------------------

    def _section(self, entry: Entry) -> None:
        item = entry.element
        label, words = self._words(entry)
        for key in ("required", "readOnly"):
            if item.flag(key):
                item.refuse(key, "true", "nothing on a group: say it of the items in it")
        section = Section(
            name=entry.name,
            label=label or entry.name,
            parent=entry.section,
            at=len(self.questions),
            hint=entry.hint,
            relevant=self._relevant(entry),
            repeat=self._repeat(entry),
            weight=number_of(item, "weight"),
            audience=audience_of(item),
            appearance=item.own("appearance"),
            words=words,
        )
        if entry.control and not section.appearance:
            item.remark(f"shown as a {entry.control}: not kept")
        self.sections.append(section)
        self._by_name[section.name] = section

    def _around(self, name: str | None) -> list[Section]:
        """The sections around, outermost first."""
        found: list[Section] = []
        section = self._by_name.get(name or "")
        while section is not None:
            found.insert(0, section)
            section = self._by_name.get(section.parent or "")
        return found

    def _repeat(self, entry: Entry) -> Repeat | None:
        item = entry.element
        repeats = item.flag("repeats")
        most, fewest = item.said(MOST, "Integer"), item.said(FEWEST, "Integer")
        count = self._own(item, "repeat-count")
        if fewest:
            item.refuse("questionnaire-minOccurs", fewest, "a question that is required instead")
        if not repeats:
            return None
        if any(one.repeat for one in self._around(entry.section)):
            item.refuse("repeats", "true", "no repeated group within another")
        if most is None:
            item.remark(f"repeats without an end: read as at most {USUAL_ENTRIES} times")
            most = USUAL_ENTRIES
        if not 1 <= most <= MOST_ENTRIES:
            item.refuse("questionnaire-maxOccurs", most, f"a number from 1 to {MOST_ENTRIES}")
        return Repeat(most, count)

    # --- questions -------------------------------------------------------------------------------

    def _question(self, entry: Entry, kind: QuestionType) -> None:
        item = entry.element
        label, words = self._words(entry)
        around = self._around(entry.section)
        condition = self._relevant(entry)
        if item.flag("repeats"):
            item.refuse("repeats", "true", "one answer")
        conditions = [*self._conditions(entry, around), condition]
        has_other = item.own("other") == "1"
        choices, list_name = self._choices(entry, has_other=has_other)
        repeated = [one.name for one in around if one.repeat is not None]
        scale = scale_of(item, kind)
        question = Question(
            name=entry.name,
            label=label or entry.name,
            type=kind,
            hint=hint_of(entry),
            choices=choices,
            required=self._required(item),
            relevant=tuple(one for one in conditions if one is not None),
            constraint=self._constraint(entry, kind),
            constraint_message=item.own("constraint-message"),
            section=entry.section,
            condition=condition,
            list_name=list_name,
            choice_filter=self._own(item, "choice-filter"),
            has_other=has_other or entry.is_open,
            scale=scale,
            calculation=self._own(item, "calculation"),
            default=self._default(entry, kind),
            is_read_only=self._is_read_only(item, kind),
            appearance=appearance_of(entry, kind),
            required_message=item.own("required-message"),
            weight=number_of(item, "weight"),
            standard=item.own("standard"),
            audience=audience_of(item),
            repeat=repeated[-1] if repeated else None,
            words=words,
        )
        if kind is QuestionType.CALCULATE and question.calculation is None:
            item.refuse("calculation", "", "how it is worked out")
        self.questions.append(question)
        if entry.is_open and not has_other:
            self._ask_for_other(question)

    def _conditions(
        self, entry: Entry, around: list[Section]
    ) -> list[Expression | None] | tuple[Expression, ...]:
        """What has to hold besides its own condition."""
        before = self.questions[-1] if self.questions else None
        if before and before.has_other and entry.name == before.name + OTHER_SUFFIX:
            return before.relevant
        return [one.relevant for one in around]

    def _choices(self, entry: Entry, *, has_other: bool) -> tuple[tuple[Choice, ...], str]:
        choices = tuple(entry.options.choices)
        own = entry.element.own("list")
        if not choices:
            return (), own
        self._hold_list(entry, own, choices)
        if not entry.is_open or has_other:
            fallback = "yes_no" if entry.code == "boolean" else f"{entry.name}_list"
            return choices, own or self._lists.setdefault(choices, fallback)
        if any(choice.name == OTHER for choice in choices):
            entry.element.refuse("type", "open-choice", f"no choice that is called {OTHER} already")
        name = own or self._lists.setdefault(choices, f"{entry.name}_list")
        return (*choices, Choice(OTHER, "Other")), name

    def _hold_list(self, entry: Entry, name: str, choices: tuple[Choice, ...]) -> None:
        """One list has the same choices wherever it is used, but for the other one."""
        plain_ones = tuple(choice for choice in choices if choice.name != OTHER)
        if name and self._kept.setdefault(name, plain_ones) != plain_ones:
            wanted = f"the choices that the list {name} has at an item before"
            entry.element.refuse("answerOption", "other choices", wanted)

    def _ask_for_other(self, question: Question) -> None:
        """What `or_other` of a sheet adds: a question for the words of the other choice."""
        condition = Expression(f"selected(${{{question.name}}}, '{OTHER}')")
        self.questions.append(
            Question(
                name=f"{question.name}{OTHER_SUFFIX}",
                label="Specify other.",
                type=QuestionType.TEXT,
                relevant=(*question.relevant, condition),
                section=question.section,
                condition=condition,
                repeat=question.repeat,
                audience=question.audience,
            )
        )

    def _words(self, entry: Entry) -> tuple[str, Words]:
        item = entry.element
        prefix, text = item.text("prefix"), item.text("text")
        item.leave("code", "definition", why=_CODES)
        translated = words_of(item.beside("text"), "label", self._named)
        words = tuple(sorted((*translated, *entry.hint_words, *own_words(item))))
        return f"{prefix} {text}".strip(), in_order(words, item.own("words-order"))

    def _required(self, item: Element) -> Expression | None:
        own = self._own(item, "required")
        if item.flag("required"):
            return own or Expression(_TRUE)
        return own

    @staticmethod
    def _is_read_only(item: Element, kind: QuestionType) -> bool:
        own = item.own("read-only") == "1"
        given = item.flag("readOnly")
        return own or (given and kind is not QuestionType.CALCULATE)

    # --- expressions -----------------------------------------------------------------------------

    def _own(self, item: Element, name: str) -> Expression | None:
        source = item.own(name)
        return self._expression(source, f"{item.place}, {name}", item) if source else None

    def _expression(self, source: str, place: str, item: Element) -> Expression | None:
        part = place.rpartition(", ")[2]
        try:
            return Expression(source, columns=part == "choice-filter")
        except ExpressionError as error:
            item.refuse(part, source, str(error))
            return None

    def _relevant(self, entry: Entry) -> Expression | None:
        item = entry.element
        own = self._own(item, "relevant")
        whens = item.elements("enableWhen")
        behaviour = item.text("enableBehavior")
        if own is not None:
            # That both say the same is seen to when everything has been read.
            return own
        said = [part for when in whens if (part := self._comparison(when))]
        if len(whens) > 1 and behaviour not in {"all", "any"}:
            item.refuse("enableBehavior", behaviour, "all or any")
        joined = (" or " if behaviour == "any" else " and ").join(said)
        parts = [f"${{{name}}} != ''" for name in entry.after]
        if joined and parts and behaviour == "any" and len(said) > 1:
            joined = f"({joined})"
        parts += [joined] if joined else []
        if not parts or len(said) < len(whens):
            return None
        return self._expression(" and ".join(parts), f"{item.place}, enableWhen", item)

    def _comparison(self, when: Element) -> str:
        link, operator = when.text("question"), when.text("operator")
        entry = self._items.by_link.get(link)
        coding = when.element("answerCoding")
        value = when.value("answer")
        if coding is not None:
            value = "Coding", (coding.text("system"), coding.text("code"))
            coding.drop("display", "version", "userSelected")
            coding.finish()
        when.finish()
        if entry is None or entry.kind in {None, QuestionType.NOTE}:
            when.refuse("question", link, "the linkId of a question")
            return ""
        if value is None:
            when.refuse("answer", "", "an answer[x]")
            return ""
        try:
            return comparison_of(entry.asked, operator, *value)
        except NotSaid as no:
            when.refuse("", no.found, no.wanted)
            return ""

    def _constraint(self, entry: Entry, kind: QuestionType) -> Expression | None:
        """Our own rule, or what others' limits come to."""
        item = entry.element
        own = self._own(item, "constraint")
        rules = list(limits_of(item, kind, entry))
        if own is not None:
            return own
        if not rules:
            return None
        return self._expression(" and ".join(rules), f"{item.place}, limits", item)

    def _default(self, entry: Entry, kind: QuestionType) -> Expression | None:
        item = entry.element
        own = self._own(item, "default")
        values = [one.value() for one in item.elements("initial")]
        if own is not None:
            return own
        texts = [*entry.options.selected]
        for value in values:
            if value is None or value[0] not in _TEXTS:
                item.refuse("initial", f"value{value[0]}" if value else "", "a plain value")
            else:
                texts.append(_text_of(value[1], entry, item))
        if not texts:
            return None
        if len(texts) > 1 and kind is not QuestionType.SELECT_MULTIPLE:
            item.refuse("initial", f"{len(texts)} values", "one")
        try:
            source = quoted(" ".join(texts))
        except NotSaid as no:
            item.refuse("initial", no.found, no.wanted)
            return None
        return self._expression(source, f"{item.place}, initial", item)


_TEXTS = {"String", "Integer", "Decimal", "Date", "Time", "DateTime", "Boolean", "Uri"}


def _text_of(value: Any, entry: Entry, item: Element) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    text = plain(Decimal(value)) if isinstance(value, int | Decimal) else str(value)
    if entry.options.codes:
        name = entry.options.codes.get(("", text))
        if name is None:
            item.refuse("initial", text, "a choice that the question has")
        return name or text
    return text
