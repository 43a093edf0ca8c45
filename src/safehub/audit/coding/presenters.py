"""What pages say of the code book, of texts to be coded, and of what codes come to."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from safehub.audit.coding.figures import ThemeAgreement
from safehub.audit.coding.models import Code, CodedText, TextChoice, ThemeWords
from safehub.audit.coding.queries import CodesShown, Listed, Matrix, Passages
from safehub.audit.coding.states import FIRST, Polarity
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.blinding import plain_name
from safehub.audit.returns.presenters import MASKED
from safehub.foundation.govuk.paging import Paged
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day, moment, plural
from safehub.foundation.statistics import Coefficient
from safehub.instruments.queries import tool_of

FEW = 20
NONE = "–"
SUPERSEDED = Tag("Sent in again: counts nowhere", "grey")
UNCODED = Tag("Not coded yet", "yellow")
BEGUN = Tag("Being coded", "blue")
AWAITED = Tag("Second coding awaited", "yellow")
DONE = Tag("Coded", "green")


def state_of(text: CodedText) -> Tag:
    """How far it is."""
    if not text.version.is_latest:
        return SUPERSEDED
    if text.first_done_at is None:
        return UNCODED if text.first_by_id is None else BEGUN
    if text.wants_second and text.second_done_at is None:
        return AWAITED if text.second_by_id is None else BEGUN
    return DONE


def question_of(text: CodedText) -> str:
    """The question that the text answers, in words."""
    question = tool_of(text.version.tool_version).by_name.get(plain_name(text.column))
    return (question.label or question.name) if question is not None else text.column


def text_rows(audit: Audit, texts: Sequence[Listed]) -> list[list[object]]:
    """A row for each text; what the viewer may code leads there."""
    rows: list[list[object]] = []
    for one in texts:
        case = f"Case {one.text.audit_return.case.number}"
        agency, question = one.text.audit_return.participant.name, question_of(one.text)
        hidden = f"{agency}, {question}"
        rows.append(
            [
                Link(case, reverse("audit:coded_text", args=[audit.reference, one.pk]), hidden),
                agency,
                question,
                state_of(one.text),
                Link(
                    "Code it",
                    reverse("audit:code_text", args=[audit.reference, one.pk]),
                    f"{case}, {hidden}",
                )
                if one.is_mine
                else "",
            ]
        )
    return rows


def matrix_rows(audit: Audit, matrix: Matrix) -> list[list[object]]:
    """A row for each theme: its cases by agency and in all. Each number opens its passages."""
    return [
        [
            name,
            *(
                _number(
                    audit,
                    code,
                    matrix.cells.get((code, agency), 0),
                    f"{name}, {who}",
                    agency=agency,
                )
                for agency, who in matrix.agencies.items()
            ),
            _number(audit, code, matrix.every.get(code, 0), f"{name}, all agencies"),
        ]
        for code, name in matrix.names.items()
    ]


def way_rows(audit: Audit, matrix: Matrix) -> list[list[object]]:
    """A row for each theme: how many cases, by the way in which passages point."""
    return [
        [
            name,
            *(
                _number(
                    audit,
                    code,
                    matrix.ways.get((code, way.value), 0),
                    f"{name}, {way.label.lower()}",
                    way=way.value,
                )
                for way in Polarity
            ),
        ]
        for code, name in matrix.names.items()
    ]


def _number(audit: Audit, code: str, number: int, said: str, **of: str) -> object:
    if not number:
        return "0"
    address = reverse("audit:theme_passages", args=[audit.reference, code])
    hidden = f"{'case' if number == 1 else 'cases'}: {said}"
    return Link(str(number), f"{address}?{urlencode(of)}" if of else address, hidden)


def page_links(paged: Paged, **of: str) -> tuple[str, str]:
    """The queries of the pages before and after, of the same number of the matrix."""
    named = urlencode({name: value for name, value in of.items() if value})
    before, after = (
        f"{one}&{named}" if one and named else one for one in (paged.before, paged.after)
    )
    return before, after


def agreement_lead(found: Sequence[ThemeAgreement]) -> str:
    """In plain words, with how few it rests on."""
    texts = found[0].texts if found else 0
    if not texts:
        return "No text has two codings yet, so nothing can be said of how far coders agree."
    few = (
        f" That is few: with fewer than {FEW}, one text more or less can change each number much."
        if texts < FEW
        else ""
    )
    return (
        f"{plural(texts, 'text')} {'was' if texts == 1 else 'were'} coded by two people, each "
        "without seeing the other's codes. Compared is whether a text speaks of a theme at all, "
        f"not where a passage begins or which way it points.{few}"
    )


def agreement_rows(found: Sequence[ThemeAgreement]) -> list[list[object]]:
    """A row for each theme: the same, both, one alone, and Cohen's kappa or why there is none."""
    return [
        [
            one.name,
            f"{one.same} of {plural(one.texts, 'text')}",
            one.both,
            one.first_only + one.second_only,
            value_of(one.kappa),
        ]
        for one in found
    ]


def value_of(one: Coefficient) -> str:
    """The value of kappa, or why there is none."""
    return str(one.value) if one.value is not None else f"None. {one.reason}"


def choice_rows(choices: Sequence[TextChoice]) -> list[list[object]]:
    """A row for each choice, with the seed by which the share coded twice can be drawn again."""
    return [
        [
            one.number,
            ", ".join(one.questions),
            one.of,
            NONE if one.share is None else f"{one.share} %",
            one.seed,
            moment(one.chosen_at),
        ]
        for one in choices
    ]


def text_facts(text: CodedText) -> list[Fact]:
    """The head of a text."""
    return [
        Fact("Case", text.audit_return.case.number),
        Fact("Agency", text.audit_return.participant.name),
        Fact("Question", question_of(text)),
        Fact("Coded by", "two people" if text.wants_second else "one person"),
    ]


def code_rows(text: str, codes: Sequence[Code]) -> list[list[object]]:
    """A row for each code: the passage, its theme, its way, and of which coding it is."""
    return [
        [
            text[one.start : one.end],
            one.words.name,
            one.get_polarity_display(),
            ("First" if one.coding == FIRST else "Second")
            + (", taken from a suggestion" if one.is_suggested else ""),
        ]
        for one in codes
    ]


def coders(text: CodedText, shown: CodesShown) -> list[Fact]:
    """Who coded it, for who may know."""
    if not shown.shows_staff:
        return []
    named = [("First coding", text.first_by), ("Second coding", text.second_by)]
    return [Fact(label, person.name) for label, person in named if person is not None]


def passage_rows(audit: Audit, found: Passages) -> list[list[object]]:
    """A row for each passage, which leads to its text."""
    return [
        [
            Link(
                f"Case {one.code.text.audit_return.case.number}",
                reverse("audit:coded_text", args=[audit.reference, one.code.text_id]),
                one.code.text.audit_return.participant.name,
            ),
            one.code.text.audit_return.participant.name,
            MASKED if one.words is None else one.words,
            one.code.get_polarity_display(),
        ]
        for one in found.rows
    ]


def words_facts(words: ThemeWords) -> list[Fact]:
    """What a theme means, as far as it says so."""
    said = [
        ("What it means", words.definition),
        ("Used when", words.use_when),
        ("Not used when", words.not_when),
        ("Examples", words.examples),
    ]
    return [
        *(Fact(label, text) for label, text in said if text),
        Fact("Words", f"Edition {words.edition}, of {day(words.written_at)}"),
    ]


def book_facts(
    audit: Audit, book: Sequence[ThemeWords], *, writes: bool
) -> list[tuple[ThemeWords, list[Fact], list[Link]]]:
    """Each theme with what it means, and what the viewer may do with it."""
    return [(one, words_facts(one), _acts(audit, one) if writes else []) for one in book]


def _acts(audit: Audit, words: ThemeWords) -> list[Link]:
    where = [audit.reference, words.theme.code]
    retires = "Retire" if words.theme.retired_at is None else "Bring back"
    return [
        Link("Change the words", reverse("audit:change_theme", args=where), f"of {words.name}"),
        Link(retires, reverse("audit:retire_theme", args=where), words.name),
    ]
