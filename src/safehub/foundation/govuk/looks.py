"""How a field looks, beyond its label and hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Look:
    """Everything has a quiet default.

    `width` is in characters (2, 3, 4, 5, 10, 20 or 30; 0 is the full measure). `size` is that of
    label or legend (s, m, l, xl); `is_heading` makes it the page's only h1. `counts` shows how
    many characters are left. `reveals` gives, for a value of radios or checkboxes, the names of
    the fields shown under it; they are asked for, and looked at, only where the value is chosen.
    `item_hints` gives a hint for a value; `exclusive` is the value that unticks all others, after
    a divider.
    """

    width: int = 0
    size: str = ""
    is_heading: bool = False
    autocomplete: str = ""
    inputmode: str = ""
    spellcheck: bool | None = None
    prefix: str = ""
    suffix: str = ""
    rows: int = 5
    counts: bool = False
    inline: bool = False
    small: bool = False
    reveals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    item_hints: Mapping[str, str] = field(default_factory=dict)
    exclusive: str = ""
    exclusive_divider: str = "or"


PLAIN = Look()
