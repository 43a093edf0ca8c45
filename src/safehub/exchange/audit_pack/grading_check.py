"""Whether the grades of the terms are those of the tool."""

from __future__ import annotations

from safehub.exchange.audit_pack.terms_file import ReadTerms
from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.tools import Question, QuestionType, Tool


def check_grading(terms: ReadTerms, tool: Tool, mistakes: FileMistakes) -> None:
    """Note where the grading question, or a grade that counts as good, is none of the tool's."""
    grading = terms.grading
    if grading is None or not grading.question or not tool.names_certain:
        return
    question = tool.by_name.get(grading.question)
    if question is None or (question.certain and not _is_graded(question)):
        wanted = "the name of a select_one question of the tool"
        mistakes.add("grading.question", grading.question, wanted)
    elif question.certain:
        names = [choice.name for choice in question.choices]
        for position, grade in enumerate(grading.met_good, start=1):
            if grade and grade not in names:
                mistakes.add(f"grading.met_good[{position}]", grade, " or ".join(names))


def _is_graded(question: Question) -> bool:
    """Whether it has one grade a return."""
    is_one = question.type is QuestionType.SELECT_ONE
    return is_one and question.is_asked and question.repeat is None
