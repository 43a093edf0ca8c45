"""What kinds of notices there are. Each app declares its own in its declares.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeType:
    """A message that goes out of the product: a subject and a line of plain words.

    Neither holds a name or case content: an e-mail carries a reference and a link, nothing else.
    Both may hold `{reference}`. `reaches_family` says that it would reach a child's family, so
    that a hold stops it.
    """

    code: str
    subject: str
    words: str
    reaches_family: bool = False
