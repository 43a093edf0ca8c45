"""What the expressions of a tool refer to: only questions that there are, never in a circle, and
never from outside a repeated group into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Question, QuestionType, Tool

# Far more than any person writes, and far from what Python's own stack can hold.
MOST_IN_A_ROW = 80


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
    search = _searched(needs)
    waiting = set(search.circles)
    _refuse_circles(tool, waiting - doubtful, search.circles, written, mistakes)
    _refuse_long_chain(tool, search.depths, written, mistakes)
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


def _searched(needs: Mapping[str, set[str]]) -> _Search:
    """Which questions wait on themselves, and on how many others each waits one after another.

    Each need is looked at once. Source: Tarjan, "Depth-first search and linear graph algorithms"
    (1972), without recursion.
    """
    search = _Search(needs)
    for name in needs:
        search.begin(name)
    return search


class _Search:
    def __init__(self, needs: Mapping[str, set[str]]) -> None:
        self._needs = needs
        self._numbers: dict[str, int] = {}
        # The lowest number that can be come back to, and what has not been given to a circle.
        self._lowest: dict[str, int] = {}
        self._open: dict[str, None] = {}
        # Each question that waits on itself, with all that wait on each other with it.
        self.circles: dict[str, set[str]] = {}
        self.depths: dict[str, int] = {}

    def begin(self, start: str) -> None:
        """Follow the needs of a question as far as they lead."""
        if start in self._numbers:
            return
        steps = [self._step(start)]
        while steps:
            name, rest = steps[-1]
            following = next(rest, None)
            if following is None:
                steps.pop()
                self._leave(name)
                if steps:
                    before = steps[-1][0]
                    self._lowest[before] = min(self._lowest[before], self._lowest[name])
            elif following in self._open:
                self._lowest[name] = min(self._lowest[name], self._numbers[following])
            elif following in self._needs and following not in self._numbers:
                steps.append(self._step(following))

    def _step(self, name: str) -> tuple[str, Iterator[str]]:
        self._numbers[name] = self._lowest[name] = len(self._numbers)
        self._open[name] = None
        return name, iter(self._needs[name])

    def _leave(self, name: str) -> None:
        """Where nothing leads back beyond it, what is open since it is a circle, or it alone."""
        if self._lowest[name] != self._numbers[name]:
            return
        circle = {name}
        while (last := self._open.popitem()[0]) != name:
            circle.add(last)
        if len(circle) > 1 or name in self._needs[name]:
            self.circles |= dict.fromkeys(circle, circle)
        beyond = {one for each in circle for one in self._needs[each]} - circle
        depth = 1 + max((self.depths.get(one, 0) for one in beyond), default=0)
        self.depths |= dict.fromkeys(circle, depth)


def _refuse_long_chain(
    tool: Tool, depths: Mapping[str, int], written: list[Written], mistakes: FileMistakes
) -> None:
    """The first question that waits on more others, one after another, than can be worked out."""
    places = {id(condition.expression): condition.place for condition in written}
    for item in tool.items:
        if depths[item.name] <= MOST_IN_A_ROW:
            continue
        for expression in _waits(item, tool):
            if any(depths.get(name, 0) >= MOST_IN_A_ROW for name in expression.references):
                wanted = f"what waits on at most {MOST_IN_A_ROW} questions, one after another"
                mistakes.add(places[id(expression)], expression.source, wanted)
                return


def _refuse_circles(
    tool: Tool,
    waiting: set[str],
    circles: Mapping[str, set[str]],
    written: list[Written],
    mistakes: FileMistakes,
) -> None:
    """One mistake a circle: where a condition first names its own question or a later one."""
    places = {id(condition.expression): condition.place for condition in written}
    told: set[str] = set()
    order = {item.name: number for number, item in enumerate(tool.items)}
    for item in tool.items:
        if item.name not in waiting or item.name in told:
            continue
        circle = circles[item.name]
        told |= circle
        later = {name for name in circle if order[name] >= order[item.name]}
        for expression in _waits(item, tool):
            if expression.references & later:
                is_derived = expression is item.derivation
                what = "a calculation" if is_derived else "a condition"
                wanted = f"{what} that does not wait on its own question"
                mistakes.add(places[id(expression)], expression.source, wanted)
                break
