"""The tables and charts of figures in the report, and its appendix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safehub.audit.programmes.terms import Invented
from safehub.audit.reports.comparison import MET_GOOD, Compared
from safehub.audit.reports.definitions import DEFINITIONS
from safehub.audit.reports.figures import (
    AgencyFigures,
    OtherFigures,
    YesNoFigures,
)
from safehub.audit.reports.material import Material
from safehub.audit.reports.wording import Marks, cell, day, limits, share
from safehub.foundation.documents import charts
from safehub.foundation.documents.tree import Block, Heading, Notice, Paragraph, Picture, Table
from safehub.foundation.statistics import Share
from safehub.instruments.answers import parsed_date
from safehub.instruments.tools import QuestionType

_RETURNS = (Invented.RETURNS,)
_GRADES = (Invented.RETURNS, Invented.GRADES)


def counts_by_agency(material: Material, marks: Marks) -> Table:
    """Asked, known, returned and awaited cases, and who answered."""
    rows = []
    for one in material.figures.agencies:
        counts = [cell(one.counts[name]) for name in _COUNTS]
        asked, answered = one.respondents or (None, None)
        answers = "–" if asked is None else f"{answered} of {asked} ({one.agency.respondent_unit})"
        rows.append((one.agency.name, *counts, answers, _standing(one)))
    headings, marked = marks.column(
        ("Agency", "Asked", "Known", "Not known", "Returned", "Awaited", "Respondents", "Remark"),
        rows,
        Invented.RETURNS,
        Invented.RESPONDENTS,
        Invented.FRAME,
    )
    return Table(
        "Cases asked about, known and returned",
        headings,
        marked,
        numeric=frozenset(range(1, 6)),
        note="Counts are of cases; respondents answered are of respondents asked. – means that "
        "no number can be derived"
        + ("." if material.shown is None else ", or that it is left out."),
    )


_COUNTS = ("asked", "known", "not_known", "returned", "awaited")


def _standing(one: AgencyFigures) -> str:
    if one.narrative_only:
        return "Narrative report only"
    if not one.has_rows:
        return "No return and no report"
    if one.counts["awaited"] is None:
        return "Numbers left out"
    return "Returns awaited" if one.counts["awaited"] else "Complete"


def grades(material: Material, marks: Marks) -> Iterator[Block]:
    """The grades: what share met good, and their distribution; charts with their tables."""
    grading = material.terms.grading
    yield Heading(2, "Grades")
    if grading is None:
        yield Paragraph("This audit has no grading question.")
        return
    labels = {c.name: c.label for c in material.tool.by_name[grading.question].choices}
    graded = [one for one in material.figures.agencies if one.grades is not None]
    if not graded:
        yield Paragraph(
            "No agency graded a case."
            if material.shown is None
            else "No agency's grades are shown: no case was graded, or a number is under five."
        )
        return
    good = " or ".join(labels[name].lower() for name in grading.met_good)
    caption = marks.after(f"Cases that met good ({good}), by agency", *_GRADES)
    shares = [(one.agency.name, one.met_good) for one in graded if one.met_good is not None]
    if any(value.of for _, value in shares):
        yield Picture(caption, _shares_in_words(shares), _shares_chart(shares))
    yield _met_good_table(material, marks, caption, shares)
    yield from _distribution(graded, labels, marks)


def _shares_in_words(shares: Sequence[tuple[str, Share]]) -> str:
    said = [
        f"{name} {value}"
        + (f", 95 % interval {limits(value.interval)} %" if value.interval else "")
        for name, value in shares
    ]
    return f"A dot with its interval for each agency. {'; '.join(said)}."


def _shares_chart(shares: Sequence[tuple[str, Share]]) -> str:
    rows = []
    for name, value in shares:
        low, high = value.interval or (None, None)
        rows.append(
            charts.ShareRow(
                name,
                value.n,
                value.of,
                None if low is None else float(low) / 100,
                None if high is None else float(high) / 100,
            )
        )
    return charts.shares_with_intervals(rows)


def _met_good_table(
    material: Material, marks: Marks, caption: str, shares: Sequence[tuple[str, Share]]
) -> Table:
    headings: tuple[str, ...] = ("Agency", "Met good, of cases graded")
    rows: list[tuple[str, ...]] = [(name, share(value)) for name, value in shares]
    if material.is_random:
        headings = (*headings, "95 % interval")
        rows = [(*row, limits(v.interval)) for row, (_, v) in zip(rows, shares, strict=True)]
        if any(value.interval_fpc for _, value in shares):
            headings = (*headings, "Finite population")
            rows = [
                (*row, limits(v.interval_fpc)) for row, (_, v) in zip(rows, shares, strict=True)
            ]
    headings, marked = marks.column(headings, rows, *_GRADES)
    return Table(caption, headings, marked)


def _distribution(
    graded: Sequence[AgencyFigures], labels: dict[str, str], marks: Marks
) -> Iterator[Block]:
    names = [*labels, "not_graded"]
    words = [*labels.values(), "Not graded"]
    rows = [
        (one.agency.name, tuple((one.grades or {}).get(name, 0) for name in names))
        for one in graded
    ]
    caption = marks.after("Grades by agency", *_GRADES)
    filled = [charts.GradeRow(name, counts) for name, counts in rows if sum(counts)]
    if filled:
        said = "; ".join(
            f"{name}: " + ", ".join(f"{w} {n}" for w, n in zip(words, counts, strict=True) if n)
            for name, counts in rows
            if sum(counts)
        )
        drawn = charts.grades_by_agency(words, filled)
        yield Picture(caption, f"A bar for each agency, cut by grade. {said}.", drawn)
    headings, marked = marks.column(
        ("Agency", *words), [(name, *map(str, counts)) for name, counts in rows], *_GRADES
    )
    yield Table(caption, headings, marked, numeric=frozenset(range(1, len(words) + 1)))


def printed(material: Material, marks: Marks) -> Table | None:
    """What agencies printed beside what is derived from their returns."""
    rows = [
        (
            one.agency.name,
            figure.printed.figure.replace("_", " "),
            _of(figure.printed.count, figure.printed.of),
            "–" if figure.derived is None else _of(figure.derived, figure.derived_of),
            "Yes" if figure.agrees else "No",
        )
        for one in material.figures.agencies
        for figure in one.printed
    ]
    if not rows:
        return None
    headings, marked = marks.column(
        ("Agency", "Figure", "Printed", "Derived", "Agrees"), rows, *_GRADES, Invented.RESPONDENTS
    )
    return Table(
        "Numbers that agencies printed, beside those derived from their returns",
        headings,
        marked,
        note="A difference is shown and not corrected. The mark is of the derived number.",
    )


def _of(count: int, of: int | None) -> str:
    return str(count) if of is None else f"{count} of {of}"


def spread(material: Material, marks: Marks) -> Iterator[Block]:
    """How far agencies' grades of one case lie apart."""
    found = material.figures.spread
    if found is None:
        return
    yield Heading(2, "Agencies' grades of one case")
    alpha = (
        f"Krippendorff's alpha (ordinal) is {found.alpha.value}."
        if found.alpha.value is not None
        else f"Krippendorff's alpha cannot be computed: {found.alpha.reason}"
    )
    text = (
        f"{found.cases} case{'s were' if found.cases != 1 else ' was'} graded by two or more "
        f"agencies. Their grades were the same in {found.same} and within one step of each other "
        f"in {found.within_one}. {alpha} This is not agreement between raters of one thing: each "
        "agency grades its own work."
    )
    yield Paragraph(marks.after(text, *_GRADES))


def comparison(material: Material, compared: Sequence[Compared]) -> Iterator[Block]:
    """What changed since the round before: the grades, and what can be told from chance."""
    if not compared:
        return
    yield Heading(2, "Since the audit before")
    apart = [one for one in compared if one.distinguishable]
    yield Notice(
        f"{len(apart)} of {len(compared)} differences can be told from chance. The others may "
        "well be chance; all are in the appendix. With this many comparisons, about "
        f"{max(1, round(len(compared) / 20))} would stand out by chance alone."
    )
    shown = [one for one in compared if one.distinguishable or one.figure == MET_GOOD]
    if shown:
        caption = "Met good in both audits, and every difference that can be told from chance"
        yield _comparison_table(material, caption, shown)


def _comparison_table(material: Material, caption: str, compared: Sequence[Compared]) -> Table:
    names = {agency.code: agency.name for agency in material.terms.agencies}
    questions = {question.name: question.label for question in material.tool.questions}
    return Table(
        caption,
        ("Figure", "Agency", "Now", "Before", "Points", "95 % interval", "Distinguishable"),
        tuple(
            (
                "Met good" if one.figure == MET_GOOD else questions[one.figure],
                names[one.agency],
                str(one.now),
                str(one.before),
                f"{one.difference:+}",
                limits(one.interval),
                "Yes" if one.distinguishable else "No",
            )
            for one in compared
        ),
        note="Points are percentage points, now less before. A difference is distinguishable "
        "where its 95 % interval (Newcombe's hybrid score) leaves nought out.",
    )


def appendix(material: Material, compared: Sequence[Compared], marks: Marks) -> Iterator[Block]:
    """Every figure with its definition."""
    yield Heading(1, "Appendix: every figure and its definition")
    yield Table(
        "What each figure means",
        ("Figure", "Definition"),
        tuple((_FIGURE_WORDS[name], _plain(text)) for name, text in DEFINITIONS.items()),
    )
    for agency in material.figures.agencies:
        code = agency.agency.code
        questions = [one for one in material.figures.questions if one.agency == code]
        others = [one for one in material.figures.other_questions if one.agency == code]
        yield Heading(2, agency.agency.name)
        yield _all_counts(agency, marks)
        if questions:
            yield _yes_no_table(material, agency, questions, marks)
        if others:
            yield _other_table(agency, others, marks)
    if compared:
        yield Heading(2, "Every comparison with the audit before")
        yield _comparison_table(material, "Shares now and in the audit before", compared)


_FIGURE_WORDS = {
    "asked": "Asked",
    "known": "Known",
    "not_known": "Not known",
    "returned": "Returned",
    "awaited": "Awaited",
    "grade": "A grade",
    "not_graded": "Not graded",
    "met_good": "Met good",
    "respondents": "Respondents",
    "yes_no": "Yes or no",
    "choice": "Another choice, such as not applicable",
    "option": "A choice from a list",
    "missing": "Missing",
    "not_asked": "Not asked",
    "min": "Lowest",
    "median": "Median",
    "max": "Highest",
    "earliest": "Earliest",
    "latest": "Latest",
}


def _plain(definition: str) -> str:
    """A definition without a question's own words."""
    return (
        definition.replace("“{question}”", "the question")
        .replace("{answer}", "the answer")
        .replace("{grades}", "good or better")
        .replace("{grade}", "the grade")
        .replace(" ({unit})", "")
    )


def _all_counts(one: AgencyFigures, marks: Marks) -> Table:
    rows = [(_FIGURE_WORDS[name], "case", cell(one.counts[name])) for name in _COUNTS]
    for name, count in (one.grades or {}).items():
        rows.append((f"Grade: {name.replace('_', ' ')}", "case", str(count)))
    if one.met_good is not None:
        rows.append(("Met good", "case", _with_limits(one.met_good)))
    if one.respondents is not None:
        asked, answered = one.respondents
        rows.append(
            (f"Respondents ({one.agency.respondent_unit})", "respondent", f"{answered} of {asked}")
        )
    headings, marked = marks.column(
        ("Figure", "Unit", "Number"), rows, *_GRADES, Invented.FRAME, Invented.RESPONDENTS
    )
    return Table(f"{one.agency.name}: cases, grades and respondents", headings, marked)


def _with_limits(value: Share) -> str:
    text = share(value)
    if value.interval is not None:
        text += f", 95 % interval {limits(value.interval)}"
    if value.interval_fpc is not None:
        text += f", finite population {limits(value.interval_fpc)}"
    return text


def _yes_no_table(
    material: Material, agency: AgencyFigures, questions: Sequence[YesNoFigures], marks: Marks
) -> Table:
    headings: tuple[str, ...] = ("Question", "Yes, of yes and no")
    if material.is_random:
        headings = (*headings, "95 % interval")
    fpc = any(one.share.interval_fpc for one in questions)
    if fpc:
        headings = (*headings, "Finite population")
    further = any(one.further for one in questions)
    headings = (*headings, "No", "Not applicable", "Missing", "Not asked")
    if further:
        headings = (*headings, "Other choices")
    rows = []
    for one in questions:
        row = [one.question.label, share(one.share)]
        row += [limits(one.share.interval)] if material.is_random else []
        row += [limits(one.share.interval_fpc)] if fpc else []
        row += [str(n) for n in (one.no, one.na, one.missing, one.not_asked)]
        row += [", ".join(f"{k} {n}" for k, n in one.further.items())] if further else []
        rows.append(tuple(row))
    first = headings.index("No")
    headings, marked = marks.column(headings, rows, *_RETURNS)
    return Table(
        f"{agency.agency.name}: questions answered yes or no, in returns",
        headings,
        marked,
        numeric=frozenset(range(first, first + 4)),
    )


def _other_table(agency: AgencyFigures, questions: Sequence[OtherFigures], marks: Marks) -> Table:
    rows = [
        (one.question.label, _found(one), str(one.of), str(one.missing), str(one.not_asked))
        for one in questions
    ]
    headings, marked = marks.column(
        ("Question", "Answers", "Answered", "Missing", "Not asked"), rows, *_RETURNS
    )
    return Table(
        f"{agency.agency.name}: other questions, in returns",
        headings,
        marked,
        numeric=frozenset({2, 3, 4}),
        note="Where more than one choice may be made, percents need not add up to 100.",
    )


def _found(one: OtherFigures) -> str:
    """The answers in words: each choice with its share, or the range."""
    if one.question.is_select:
        labels = {choice.name: choice.label for choice in one.question.choices}
        return "; ".join(f"{labels[name]} {share(value)}" for name, value in one.options)
    if not one.of:
        return "No answer"
    if one.question.type is QuestionType.DATE:
        return "; ".join(
            f"{_FIGURE_WORDS[name].lower()} {day(parsed_date(str(value)))}"
            for name, value in one.values.items()
        )
    return "; ".join(f"{_FIGURE_WORDS[name].lower()} {value}" for name, value in one.values.items())
