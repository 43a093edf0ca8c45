"""What kinds of events there are. Each app declares its own in its declares.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventType:
    """`code` is `noun.verb_in_the_past`; `words` complete "NAME …", such as "opened the return"."""

    code: str
    words: str
    is_read: bool = False
