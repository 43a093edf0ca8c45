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
    privacy class and its retention.
    """

    kinds: tuple[Kind, ...] = ()
    actions: tuple[Action, ...] = ()
    events: tuple[EventType, ...] = ()
    notices: tuple[NoticeType, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    fields: dict[str, FieldRule] = field(default_factory=dict)


@dataclass(frozen=True)
class Declared:
    """All that the installed apps declare, by code."""

    kinds: dict[str, Kind]
    actions: dict[str, Action]
    events: dict[str, EventType]
    notices: dict[str, NoticeType]
    clocks: dict[str, ClockRule]
    fields: dict[str, FieldRule]


def declaring_apps() -> Iterator[tuple[str, Declares]]:
    """The label and the declarations of each installed app that has some."""
    for config in apps.get_app_configs():
        if config.name.startswith("safehub.") and find_spec(f"{config.name}.declares"):
            yield config.label, import_module(f"{config.name}.declares").DECLARES


@cache
def declared() -> Declared:
    """Everything declared. Raises Misconfigured where two apps declare one code."""
    found = Declared({}, {}, {}, {}, {}, {})
    for label, declares in declaring_apps():
        for part in fields(Declared):
            mine = getattr(declares, part.name)
            rows = (
                {f"{label}.{name}": rule for name, rule in mine.items()}
                if isinstance(mine, dict)
                else {one.code: one for one in mine}
            )
            twice = rows.keys() & getattr(found, part.name).keys()
            if twice:
                raise Misconfigured(f"Declared twice among {part.name}: {', '.join(twice)}.")
            getattr(found, part.name).update(rows)
    return found
