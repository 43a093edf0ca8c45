"""Deriving every figure of a round, with the rows that each counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from safehub.audit.reports.definitions import DEFINITIONS
from safehub.audit.reports.figures import (
    CASE,
    RESPONDENT,
    RETURN,
    Agency,
    AgencyFigures,
    Evidence,
    Figure,
    Figures,
    Grading,
    OtherFigures,
    PrintedFigure,
    Round,
    Spread,
    YesNoFigures,
)
from safehub.audit.returns.rows import KNOWN, SUBMITTED, Printed, ReturnRow
from safehub.foundation import statistics
from safehub.foundation.statistics import Share
from safehub.instruments.tools import NO, NOT_APPLICABLE, YES, Question, QuestionType


def derive(audit: Round, *, only: Collection[str] | None = None) -> Figures:
    """Every figure of the round; of questions those `only` that are named, and then no spread."""
    asked = set(audit.asked)
    counted: dict[str, list[ReturnRow]] = {agency.code: [] for agency in audit.agencies}
    with_rows = {row.agency for row in audit.rows}
    for row in audit.rows:
        if row.case in asked:
            counted[row.agency].append(row)
    agencies, questions, others = [], [], []
    listed: list[Figure] = []
    for agency in audit.agencies:
        one = _OneAgency(audit, agency, counted[agency.code], agency.code in with_rows, only)
        agencies.append(one.figures())
        questions += one.yes_no
        others += one.others
        listed += one.listed
    spread = _spread(audit, counted) if only is None else None
    return Figures(tuple(agencies), tuple(questions), tuple(others), spread, tuple(listed))


class _OneAgency:
    """Derives the figures of one agency and lists them in order."""

    def __init__(
        self,
        audit: Round,
        agency: Agency,
        rows: Sequence[ReturnRow],
        has_rows: bool,
        only: Collection[str] | None,
    ) -> None:
        self._audit, self._agency, self._rows, self._only = audit, agency, rows, only
        self._has_rows = has_rows
        self._returned = [row for row in rows if row.is_counted]
        self.yes_no: list[YesNoFigures] = []
        self.others: list[OtherFigures] = []
        self.listed: list[Figure] = []
        self._grades: dict[str, int] | None = None
        self._met_good: Share | None = None
        self._respondents: tuple[int, int] | None = None

    def figures(self) -> AgencyFigures:
        """Everything about the agency; fills `listed`, `yes_no` and `others` on the way."""
        code = self._agency.code
        narrative_only = not self._has_rows and code in self._audit.summaries
        counts = self._counts(narrative_only=narrative_only)
        if self._has_rows:
            self._grade()
            self._count_respondents()
            for question in self._audit.tool.questions:
                if self._only is None or question.name in self._only:
                    self._count_question(question)
        return AgencyFigures(
            agency=self._agency,
            narrative_only=narrative_only,
            counts=counts,
            grades=self._grades,
            met_good=self._met_good,
            respondents=self._respondents,
            printed=tuple(self._printed(p) for p in self._audit.summaries.get(code, ())),
            has_rows=self._has_rows,
        )

    def _list(self, name: str, unit: str, definition: str, **more: object) -> None:
        code = self._agency.code
        figure = Figure(f"{code}.{name}", code, unit, definition, **more)  # type: ignore[arg-type]
        self.listed.append(figure)

    def _counts(self, *, narrative_only: bool) -> dict[str, int | None]:
        evidence = self._evidence_of_counts()
        counts: dict[str, int | None] = {}
        for name, rows in evidence.items():
            derived = self._has_rows or (not narrative_only and name not in _NEED_ROWS)
            n = len({case for _, case in rows}) if derived else None
            counts[name] = n
            kept = rows if derived else ()
            self._list(name, CASE, DEFINITIONS[name], n=n, evidence=kept)
        return counts

    def _evidence_of_counts(self) -> dict[str, Evidence]:
        known = [row for row in self._rows if row.answers.get(KNOWN) == YES]
        known_cases = {row.case for row in known}
        unknown = [
            row
            for row in self._rows
            if row.answers.get(KNOWN) == NO and row.case not in known_cases
        ]
        settled = {row.case for row in [*unknown, *self._returned]}
        waited: dict[str, list[tuple[str, str]]] = {}
        for row in self._rows:
            waited.setdefault(row.case, []).append((row.respondent, row.case))
        awaited = [
            pair
            for case in self._audit.asked
            if case not in settled
            for pair in waited.get(case, [("", case)])
        ]
        return {
            "asked": tuple(("", case) for case in self._audit.asked),
            "known": _pairs(known),
            "not_known": _pairs(unknown),
            "returned": _pairs(self._returned),
            "awaited": tuple(awaited),
        }

    def _grade(self) -> None:
        grading = self._audit.grading
        if grading is None:
            return
        graded = lowest_grades(self._audit, self._returned)
        grades: dict[str, int] = {}
        choices = [choice.name for choice in self._audit.tool.by_name[grading.question].choices]
        for name in choices:
            rows = [row for grade, of_case in graded.values() if grade == name for row in of_case]
            grades[name] = sum(grade == name for grade, _ in graded.values())
            definition = DEFINITIONS["grade"].format(grade=name)
            self._list(
                f"grade.{name}",
                CASE,
                definition,
                n=grades[name],
                answer=name,
                question=grading.question,
                evidence=_pairs(rows),
            )
        without = [row for grade, rows in graded.values() if grade is None for row in rows]
        grades["not_graded"] = sum(grade is None for grade, _ in graded.values())
        self._list(
            "grade.not_graded",
            CASE,
            DEFINITIONS["not_graded"],
            n=grades["not_graded"],
            answer="not_graded",
            question=grading.question,
            evidence=_pairs(without),
        )
        self._grades = grades
        self._meet(grading, graded)

    def _meet(
        self,
        grading: Grading,
        graded: Mapping[str, tuple[str | None, Sequence[ReturnRow]]],
    ) -> None:
        good = [rows for grade, rows in graded.values() if grade in grading.met_good]
        of = sum(grade not in {None, NOT_APPLICABLE} for grade, _ in graded.values())
        self._met_good = self._audit.share(len(good), of)
        self._list(
            "met_good",
            CASE,
            DEFINITIONS["met_good"].format(grades=" or ".join(grading.met_good)),
            n=len(good),
            of=of,
            share=self._met_good,
            evidence=_pairs(row for rows in good for row in rows),
        )

    def _count_respondents(self) -> None:
        if self._agency.respondent_unit is None:
            return
        named = [row for row in self._rows if row.respondent]
        answered = [row for row in named if row.status == SUBMITTED]
        counts = len({row.respondent for row in named}), len({row.respondent for row in answered})
        self._respondents = counts
        self._list(
            "respondents",
            RESPONDENT,
            DEFINITIONS["respondents"].format(unit=self._agency.respondent_unit),
            n=counts[1],
            of=counts[0],
            evidence=_pairs(answered),
        )

    def _count_question(self, question: Question) -> None:
        grading = self._audit.grading
        is_grade = grading is not None and question.name == grading.question
        if question.name == KNOWN or question.type is QuestionType.TEXT:
            return
        if question.is_yes_no:
            self._count_yes_no(question)
        elif not is_grade:
            self._count_other(question)

    def _parted(
        self, question: Question
    ) -> tuple[list[ReturnRow], list[ReturnRow], list[ReturnRow]]:
        """The returned rows that answer the question, leave it blank, or were not asked it."""
        answered, missing, not_asked = [], [], []
        for row in self._returned:
            if question.name in row.not_asked:
                not_asked.append(row)
            elif question.name in row.answers:
                answered.append(row)
            else:
                missing.append(row)
        return answered, missing, not_asked

    def _count_yes_no(self, question: Question) -> None:
        answered, missing, not_asked = self._parted(question)
        by_choice: dict[str, list[ReturnRow]] = {choice.name: [] for choice in question.choices}
        for row in answered:
            by_choice[row.answers[question.name]].append(row)
        yes, no = len(by_choice[YES]), len(by_choice[NO])
        share = self._audit.share(yes, yes + no)
        for choice in question.choices:
            rows = by_choice[choice.name]
            self._list_answer(
                question,
                choice.name,
                _defined(
                    "yes_no" if choice.name in {YES, NO} else "choice", question, choice.label
                ),
                rows,
                of=yes + no if choice.name in {YES, NO} else None,
                share=share if choice.name == YES else None,
            )
        self._list_rest(question, missing, not_asked)
        self.yes_no.append(
            YesNoFigures(
                agency=self._agency.code,
                question=question,
                yes=yes,
                no=no,
                na=len(by_choice.get(NOT_APPLICABLE, ())),
                further={
                    name: len(rows)
                    for name, rows in by_choice.items()
                    if name not in {YES, NO, NOT_APPLICABLE}
                },
                missing=len(missing),
                not_asked=len(not_asked),
                share=share,
            )
        )

    def _count_other(self, question: Question) -> None:
        answered, missing, not_asked = self._parted(question)
        options: list[tuple[str, Share]] = []
        for choice in question.choices:
            rows = [row for row in answered if choice.name in row.answers[question.name].split()]
            if question.type is QuestionType.SELECT_ONE:
                rows = [row for row in answered if row.answers[question.name] == choice.name]
            percent = statistics.percent(len(rows), len(answered))
            share = Share(len(rows), len(answered), percent, None)
            options.append((choice.name, share))
            self._list_answer(
                question,
                choice.name,
                _defined("option", question, choice.label),
                rows,
                of=len(answered),
                share=share,
            )
        self._list_rest(question, missing, not_asked)
        values = _range(question, [row.answers[question.name] for row in answered])
        for name, value in values.items():
            self._list(
                f"{question.name}.{name}",
                RETURN,
                _defined(name, question),
                n=value,
                of=len(answered),
                question=question.name,
                answer=name,
            )
        self.others.append(
            OtherFigures(
                self._agency.code,
                question,
                len(answered),
                len(missing),
                len(not_asked),
                tuple(options),
                values,
            )
        )

    def _list_rest(
        self, question: Question, missing: Sequence[ReturnRow], not_asked: Sequence[ReturnRow]
    ) -> None:
        self._list_answer(question, "missing", _defined("missing", question), missing)
        self._list_answer(question, "not_asked", _defined("not_asked", question), not_asked)

    def _list_answer(
        self,
        question: Question,
        answer: str,
        definition: str,
        rows: Sequence[ReturnRow],
        of: int | None = None,
        share: Share | None = None,
    ) -> None:
        self._list(
            f"{question.name}.{answer}",
            RETURN,
            definition,
            n=len(rows),
            of=of,
            share=share,
            question=question.name,
            answer=answer,
            evidence=_pairs(rows),
        )

    def _printed(self, printed: Printed) -> PrintedFigure:
        """The derived number beside the printed one; None for what has no rows to derive from."""
        if not self._has_rows:
            return PrintedFigure(printed, None, None)
        found = {figure.name: figure for figure in self.listed}
        figure = found.get(f"{self._agency.code}.{self._derived_name(printed.figure)}")
        if figure is None or not isinstance(figure.n, int):
            return PrintedFigure(printed, None, None)
        return PrintedFigure(printed, figure.n, self._derived_of(printed.figure, figure))

    def _derived_name(self, name: str) -> str:
        grading = self._audit.grading
        if grading is not None and name.startswith(f"{grading.question}."):
            is_listed = self._audit.tool.by_name[grading.question].is_yes_no
            return name if is_listed else f"grade.{name.removeprefix(f'{grading.question}.')}"
        further = {
            "cases_known": "known",
            "respondents_answered": "respondents",
            f"{KNOWN}.{YES}": "known",
            f"{KNOWN}.{NO}": "not_known",
        }
        return further.get(name, name)

    def _derived_of(self, name: str, figure: Figure) -> int | None:
        if figure.of is not None:
            return figure.of
        if figure.name.startswith(f"{self._agency.code}.grade.") and self._met_good is not None:
            return self._met_good.of
        if name == "cases_known" or name.startswith(f"{KNOWN}."):
            return len(self._audit.asked)
        return None


_NEED_ROWS = {"known", "not_known"}


def _pairs(rows: Iterable[ReturnRow]) -> Evidence:
    return tuple((row.respondent, row.case) for row in rows)


def lowest_grades(
    audit: Round, returned: Iterable[ReturnRow]
) -> dict[str, tuple[str | None, list[ReturnRow]]]:
    """Each case's lowest grade with the rows that carry it; None, with all rows, if ungraded.

    Later in tool order is lower. `na` is no grade: it stands only where nobody gave one.
    """
    if audit.grading is None:
        return {}
    name = audit.grading.question
    order = {choice.name: i for i, choice in enumerate(audit.tool.by_name[name].choices)}
    order[NOT_APPLICABLE] = -1
    by_case: dict[str, list[ReturnRow]] = {}
    for row in returned:
        by_case.setdefault(row.case, []).append(row)
    lowest: dict[str, tuple[str | None, list[ReturnRow]]] = {}
    for case, rows in by_case.items():
        given = [row.answers[name] for row in rows if name in row.answers]
        grade = max(given, key=order.__getitem__) if given else None
        lowest[case] = grade, [row for row in rows if row.answers.get(name) == grade]
    return lowest


def _range(question: Question, answers: Sequence[str]) -> dict[str, int | Decimal | str | None]:
    """min, median and max of numbers, earliest and latest of dates; nothing for selects."""
    if question.type is QuestionType.DATE:
        return {"earliest": min(answers, default=None), "latest": max(answers, default=None)}
    if question.type not in {QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.RANGE}:
        return {}
    numbers = sorted(Decimal(answer) for answer in answers)
    if not numbers:
        return {"min": None, "median": None, "max": None}
    middle = (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
    found = {"min": numbers[0], "median": middle, "max": numbers[-1]}
    # Halving two decimals may leave a nought at the end: 33.50 / 2 is 16.750.
    return {
        name: int(n) if n == n.to_integral_value() else n.normalize() for name, n in found.items()
    }


def _spread(audit: Round, counted: Mapping[str, Sequence[ReturnRow]]) -> Spread | None:
    if audit.grading is None:
        return None
    choices = [c.name for c in audit.tool.by_name[audit.grading.question].choices]
    scale = [name for name in choices if name != NOT_APPLICABLE]
    by_case: dict[str, list[int]] = {}
    for rows in counted.values():
        graded = lowest_grades(audit, [row for row in rows if row.is_counted])
        for case, (grade, _) in graded.items():
            if grade not in {None, NOT_APPLICABLE}:
                by_case.setdefault(case, []).append(scale.index(str(grade)))
    units = [grades for grades in by_case.values() if len(grades) > 1]
    apart = [max(grades) - min(grades) for grades in units]
    return Spread(
        cases=len(units),
        same=apart.count(0),
        within_one=apart.count(0) + apart.count(1),
        alpha=statistics.ordinal_alpha(units, len(scale)),
    )


def _defined(name: str, question: Question, answer: str = "") -> str:
    return DEFINITIONS[name].format(question=question.label.strip(), answer=answer)
