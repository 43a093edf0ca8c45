"""What each app adds to the engines, gathered from its declares.py at start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from safehub.foundation.access.policy import Action, FieldRule, Kind
from safehub.foundation.clocks.kinds import ClockRule
from safehub.foundation.errors import Misconfigured
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType


@dataclass(frozen=True)
class Declares:
    """What one app declares: `DECLARES = Declares(...)` in its declares.py.

    `fields` gives every field of every model of the app, as `model.field` in lower case, its
    privacy class and its retention. `parts` gives the kind that a model without rules of its own
    is part of, both by label: whoever may not open that record sees nothing of its parts.
    """

    kinds: tuple[Kind, ...] = ()
    actions: tuple[Action, ...] = ()
    events: tuple[EventType, ...] = ()
    notices: tuple[NoticeType, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    fields: dict[str, FieldRule] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Declared:
    """All that the installed apps declare, by code."""

    kinds: dict[str, Kind]
    actions: dict[str, Action]
    events: dict[str, EventType]
    notices: dict[str, NoticeType]
    clocks: dict[str, ClockRule]
    fields: dict[str, FieldRule]
    parts: dict[str, str]


def declaring_apps() -> Iterator[tuple[str, Declares]]:
    """The label and the declarations of each installed app that has some."""
    for config in apps.get_app_configs():
        if config.name.startswith("safehub.") and find_spec(f"{config.name}.declares"):
            yield config.label, import_module(f"{config.name}.declares").DECLARES


def _whole(label: str, name: str) -> str:
    """`model.field` of the app itself; another's table is named whole, `app.model.field`."""
    return name if name.count(".") == 2 else f"{label}.{name}"


@cache
def declared() -> Declared:
    """Everything declared. Raises Misconfigured where two apps declare one code."""
    found = Declared({}, {}, {}, {}, {}, {}, {})
    for label, declares in declaring_apps():
        for part in fields(Declared):
            mine = getattr(declares, part.name)
            if part.name == "fields":
                rows = {_whole(label, name): rule for name, rule in mine.items()}
            else:
                rows = mine if isinstance(mine, dict) else {one.code: one for one in mine}
            twice = rows.keys() & getattr(found, part.name).keys()
            if twice:
                raise Misconfigured(f"Declared twice among {part.name}: {', '.join(twice)}.")
            getattr(found, part.name).update(rows)
    for action in found.actions.values():
        event = EventType(action.code, action.words, is_read=action.is_read)
        found.events.setdefault(action.code, event)
    return found
