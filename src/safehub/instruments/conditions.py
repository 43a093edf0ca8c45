"""What the expressions of a tool refer to: only questions that there are, never in a circle, and
never from outside a repeated group into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Question, QuestionType, Tool


@dataclass(frozen=True)
class Written:
    """An expression that could be read, the cell and the repeated group in which it is written."""

    expression: Expression
    place: str
    repeat: str | None = None


def with_known_references(tool: Tool, written: list[Written], mistakes: FileMistakes) -> Tool:
    """The tool, its expressions checked: each `${name}` is a question, and none waits on itself."""
    if not tool.names_certain:
        return replace(tool, items=tuple(_doubted(item, tool) for item in tool.items))
    unknown = _unknown(tool, written, mistakes) | _beyond_reach(tool, written, mistakes)
    doubtful = {item.name for item in tool.items if _uses(item, tool, unknown)}
    needs = {item.name: _needs(item, tool) for item in tool.items}
    waiting = {name for name in needs if name in _reached(name, needs)}
    _refuse_circles(tool, waiting - doubtful, needs, written, mistakes)
    return replace(
        tool,
        items=tuple(
            replace(item, conditions_certain=False) if item.name in doubtful | waiting else item
            for item in tool.items
        ),
    )


def _expressions(item: Question, tool: Tool) -> list[Expression]:
    own = [
        *(item.constraint, item.required, item.choice_filter, item.calculation, item.default),
        _count(item, tool),
    ]
    return [*item.relevant, *(expression for expression in own if expression is not None)]


def _count(item: Question, tool: Tool) -> Expression | None:
    """The number of entries of the repeated group that it stands in."""
    section = tool.by_section.get(item.repeat or "")
    return section.repeat.count if section is not None and section.repeat is not None else None


def _uses(item: Question, tool: Tool, expressions: set[int]) -> bool:
    return any(id(expression) in expressions for expression in _expressions(item, tool))


def _doubted(item: Question, tool: Tool) -> Question:
    lost = any(e.references - tool.by_name.keys() for e in _expressions(item, tool))
    return replace(item, conditions_certain=False) if lost else item


def _unknown(tool: Tool, written: list[Written], mistakes: FileMistakes) -> set[int]:
    """Note each name that is no question, where it is written; the conditions with such names."""
    asked = {
        item.name for item in tool.items if item.type is not QuestionType.NOTE or not item.certain
    }
    found = set()
    for condition in written:
        for name in sorted(condition.expression.references - asked):
            found.add(id(condition.expression))
            mistakes.add(condition.place, f"${{{name}}}", "the name of a question")
    return found


def _beyond_reach(tool: Tool, written: list[Written], mistakes: FileMistakes) -> set[int]:
    """Note each name of a question in a repeated group that the expression does not stand in.

    Such a question has several answers, and nothing says which is meant.
    """
    found = set()
    for condition in written:
        for name in sorted(condition.expression.references & tool.by_name.keys()):
            repeat = tool.by_name[name].repeat
            if repeat is not None and repeat != condition.repeat:
                found.add(id(condition.expression))
                wanted = f"a question outside {repeat}, for one that is repeated has many answers"
                mistakes.add(condition.place, f"${{{name}}}", wanted)
    return found


def _waits(item: Question, tool: Tool) -> list[Expression]:
    """What must be known before its answer, or whether it is asked, can be told."""
    own = (item.derivation, _count(item, tool))
    return [*item.relevant, *(expression for expression in own if expression is not None)]


def _needs(item: Question, tool: Tool) -> set[str]:
    return {name for expression in _waits(item, tool) for name in expression.references}


def _reached(start: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Every question on whose answer it hangs whether this one is asked, and what it comes to."""
    reached: set[str] = set()
    waiting = set(needs.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting |= needs.get(name, set())
    return reached


def _refuse_circles(
    tool: Tool,
    waiting: set[str],
    needs: Mapping[str, set[str]],
    written: list[Written],
    mistakes: FileMistakes,
) -> None:
    """One mistake a circle: where a condition first names its own question or a later one."""
    places = {id(condition.expression): condition.place for condition in written}
    told: set[str] = set()
    order = [item.name for item in tool.items]
    for item in tool.items:
        if item.name not in waiting or item.name in told:
            continue
        circle = {name for name in _reached(item.name, needs) if item.name in _reached(name, needs)}
        told |= circle
        later = set(order[order.index(item.name) :]) & circle
        for expression in _waits(item, tool):
            if expression.references & later:
                is_derived = expression is item.derivation
                what = "a calculation" if is_derived else "a condition"
                wanted = f"{what} that does not wait on its own question"
                mistakes.add(places[id(expression)], expression.source, wanted)
                break
