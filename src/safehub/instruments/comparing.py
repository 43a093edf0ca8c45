"""What differs between two versions of a tool, in words, and which figures it makes unlike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safehub.instruments.answers import plain
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Audience, Choice, Question, Scale, Section, Tool, Words


@dataclass(frozen=True)
class Difference:
    """One change. `where` is the name of a question or group, blank for the tool itself.

    `breaks` says that figures of the two versions can no longer be read side by side; `is_wording`
    that only the words of a question or choice are others, so that a person has to judge it.
    """

    kind: str
    where: str
    before: str
    after: str
    words: str
    breaks: bool = False
    is_wording: bool = False


ADDED, REMOVED, MOVED, CHANGED = "added", "removed", "moved", "changed"

# What is said of a changed part, and whether figures before and after mean the same. A label may
# be a better wording or another question: a person has to judge, so it is marked too.
_OF_QUESTION = {
    "label": ("is worded otherwise", True),
    "hint": ("has another hint", False),
    "type": ("is answered otherwise", True),
    "list": ("takes another list", False),
    "condition": ("is asked on another condition", True),
    "around": ("stands in a group with another condition", True),
    "constraint": ("takes other answers", True),
    "constraint_message": ("says otherwise what it takes", False),
    "required": ("is required otherwise", True),
    "required_message": ("says otherwise that it is required", False),
    "filter": ("offers its choices by another rule", True),
    "scale": ("has another scale", True),
    "calculation": ("is worked out otherwise", True),
    "default": ("begins with another answer", True),
    "read_only": ("is filled in otherwise", True),
    "appearance": ("looks otherwise", False),
    "weight": ("has another weight in the score", True),
    "standard": ("cites another standard", False),
    "audience": ("is asked of other agencies", True),
    "repeat": ("is asked another number of times", True),
    "other": ("takes words of one's own otherwise", True),
    "words": ("has other words in another language, or other media", False),
}
_OF_SECTION = {
    "label": ("has another heading", False),
    "hint": ("has another hint", False),
    "condition": ("is asked on another condition", True),
    "weight": ("has another weight in the score", True),
    "audience": ("is asked of other agencies", True),
    "repeat": ("is asked another number of times", True),
    "appearance": ("looks otherwise", False),
    "words": ("has other words in another language, or other media", False),
}
_OF_CHOICE = {
    "label": ("is worded otherwise", True),
    "score": ("has another score", True),
    "descriptor": ("has another descriptor", True),
    "columns": ("is offered by another rule", True),
    "words": ("has other words in another language, or other media", False),
}
_OF_TOOL = {
    "title": ("The tool has another title", False),
    "form_id": ("The tool has another id", False),
    "version": ("The version is another", False),
    "default_language": ("Another language is shown first", False),
    "languages": ("It is written in other languages", False),
}


def differences(old: Tool, new: Tool) -> tuple[Difference, ...]:
    """Every difference, first of the tool, then of groups and questions in the new order.

    What was removed comes last. Two tools without a difference are equal.
    """
    moved = _moved(old, new)
    return (
        *_of_tool(old, new),
        *_of_parts(old, new, old.sections, new.sections, moved),
        *_of_parts(old, new, old.items, new.items, moved),
    )


def _of_tool(old: Tool, new: Tool) -> Iterator[Difference]:
    for name, (words, breaks) in _OF_TOOL.items():
        before, after = (_shown(getattr(tool, name)) for tool in (old, new))
        if before != after:
            yield Difference(CHANGED, "", before, after, f"{words}.", breaks)


def _of_parts(
    old: Tool,
    new: Tool,
    before: Sequence[Section] | Sequence[Question],
    after: Sequence[Section] | Sequence[Question],
    moved: set[str],
) -> Iterator[Difference]:
    were = {part.name: part for part in before}
    names = {part.name for part in after}
    for part in after:
        was = were.get(part.name)
        what = _what(part)
        if was is None:
            words = f"The {what} (“{part.label}”) is new."
            yield Difference(ADDED, part.name, "", part.label, words)
            continue
        around = _around(old, was) != _around(new, part)
        yield from _changed(was, part, is_elsewhere=around)
        if what in moved or around:
            first, second = (
                " in ".join(chain) for chain in (_around(old, was), _around(new, part))
            )
            words = f"The {what} stands in another place."
            yield Difference(MOVED, part.name, first, second, words)
    for part in before:
        if part.name not in names:
            words = f"The {_what(part)} (“{part.label}”) is gone."
            breaks = isinstance(part, Question)
            yield Difference(REMOVED, part.name, part.label, "", words, breaks)


def _what(part: Section | Question) -> str:
    return f"{'group' if isinstance(part, Section) else 'question'} {part.name}"


def _around(tool: Tool, part: Section | Question) -> list[str]:
    """The groups around it, the nearest first."""
    name = part.parent if isinstance(part, Section) else part.section
    section = tool.by_section.get(name or "")
    return [] if section is None else [section.name, *_around(tool, section)]


def _moved(old: Tool, new: Tool) -> set[str]:
    """What leaves the shared order: as few parts as will do (those outside a longest run)."""
    position = {_what(part): number for number, part in enumerate(old.parts())}
    shared = [_what(part) for part in new.parts() if _what(part) in position]
    runs: list[list[str]] = []
    for what in shared:
        before = [run for run in runs if position[run[-1]] < position[what]]
        runs.append([*_longest(before), what])
    return set(shared) - set(_longest(runs))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []


def _changed(
    was: Section | Question, now: Section | Question, *, is_elsewhere: bool
) -> Iterator[Difference]:
    if isinstance(was, Question) and isinstance(now, Question):
        before, after, said = _question(was), _question(now), _OF_QUESTION
    elif isinstance(was, Section) and isinstance(now, Section):
        before, after, said = _section(was), _section(now), _OF_SECTION
    else:
        return
    for name, (words, breaks) in said.items():
        # Where the groups are the same, a changed condition is told of the group itself.
        if before[name] != after[name] and (name != "around" or is_elsewhere):
            line = f"The {_what(now)} {words}."
            yield Difference(
                CHANGED, now.name, before[name], after[name], line, breaks, name == "label"
            )
    if isinstance(was, Question) and isinstance(now, Question):
        yield from _choices(was, now)


def _choices(was: Question, now: Question) -> Iterator[Difference]:
    before = {choice.name: choice for choice in was.choices}
    after = {choice.name: choice for choice in now.choices}
    for name, choice in after.items():
        shown = f"The choice {name} of {now.name}"
        if name not in before:
            yield Difference(ADDED, now.name, "", choice.label, f"{shown} is new.", breaks=True)
            continue
        first, second = _choice(before[name]), _choice(choice)
        for part, (words, breaks) in _OF_CHOICE.items():
            if first[part] != second[part]:
                line = f"{shown} {words}."
                yield Difference(
                    CHANGED, now.name, first[part], second[part], line, breaks, part == "label"
                )
    for name, choice in before.items():
        if name not in after:
            line = f"The choice {name} of {now.name} is gone."
            yield Difference(REMOVED, now.name, choice.label, "", line, breaks=True)
    both = [name for name in before if name in after]
    if both != [name for name in after if name in before]:
        # A list of grades goes from best to worst, so its order is part of what it means.
        line = f"The choices of {now.name} stand in another order."
        listed = (", ".join(before), ", ".join(after))
        yield Difference(MOVED, now.name, *listed, line, breaks=True)


def _question(item: Question) -> dict[str, str]:
    around = item.relevant if item.condition is None else item.relevant[:-1]
    return {
        "label": item.label,
        "hint": item.hint,
        "type": item.type.value,
        "list": item.list_name,
        "condition": _source(item.condition),
        "around": " and ".join(f"({one.source})" for one in around),
        "constraint": _source(item.constraint),
        "constraint_message": item.constraint_message,
        "required": _source(item.required),
        "required_message": item.required_message,
        "filter": _source(item.choice_filter),
        "scale": _steps(item.scale),
        "calculation": _source(item.calculation),
        "default": _source(item.default),
        "read_only": "read only" if item.is_read_only else "",
        "appearance": item.appearance,
        "weight": "" if item.weight is None else plain(item.weight),
        "standard": item.standard,
        "audience": _agencies(item.audience),
        "repeat": item.repeat or "",
        "other": "or other" if item.has_other else "",
        "words": _words(item.words),
    }


def _section(section: Section) -> dict[str, str]:
    repeat = section.repeat
    count = f" and by {repeat.count.source}" if repeat and repeat.count else ""
    return {
        "label": section.label,
        "hint": section.hint,
        "condition": _source(section.relevant),
        "weight": "" if section.weight is None else plain(section.weight),
        "audience": _agencies(section.audience),
        "repeat": f"at most {repeat.most}{count}" if repeat else "",
        "appearance": section.appearance,
        "words": _words(section.words),
    }


def _choice(choice: Choice) -> dict[str, str]:
    return {
        "label": choice.label,
        "score": "" if choice.score is None else plain(choice.score),
        "descriptor": choice.descriptor,
        "columns": ", ".join(f"{name}: {cell}" for name, cell in choice.columns),
        "words": _words(choice.words),
    }


def _source(expression: Expression | None) -> str:
    return "" if expression is None else expression.source


def _steps(scale: Scale | None) -> str:
    if scale is None:
        return ""
    return f"{plain(scale.start)} to {plain(scale.end)} by {plain(scale.step)}"


def _agencies(audience: Audience) -> str:
    if not audience.codes:
        return "all agencies"
    listed = ", ".join(sorted(audience.codes))
    return f"all but {listed}" if audience.is_without else listed


def _words(words: Words) -> str:
    return "; ".join(f"{column} {language}: {text}" for column, language, text in words)


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
