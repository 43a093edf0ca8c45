"""Text without what hides a word from a search, each character still knowing where it stood."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

# What differs from a Latin letter only to a machine, and letters without a decomposition.
_LIKE_LATIN = {
    **dict(zip("аеорсхуіѕјԁһӏԛԝвкмнт", "aeopcxyisjdhlqwbkmht", strict=True)),
    **dict(zip("АВЕКМНОРСТХУІЅЈ", "ABEKMHOPCTXYISJ", strict=True)),
    **dict(zip("αοινρτκ", "aoivptk", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "ı": "i", "ħ": "h", "ŧ": "t",
}  # fmt: skip
_APOSTROPHES = "'’‘ʼ`´ʹ′ˈ"
_UNSEEN = {"Cf", "Mn", "Me", "Cc", "Sk"}
_ODD = re.compile(
    r"[^\x00-\x7f]+"
    # A word broken at the end of a line.
    r"|(?<=[^\W_])-[ \t]*\r?\n[ \t>]*(?=[^\W_])"
    rf"|(?<=[^\W_])[{_APOSTROPHES}](?=[^\W_])"
    r"|[\x00-\x08\x0e-\x1f\x7f]+"
)
_BROKEN = re.compile(r"(?<=[^\W_])[-\u2010\u2011]\s*\n[\s>]*(?=[^\W_])")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """The character as Latin letters and digits where it is one of them in other dress."""
    if char in _LIKE_LATIN:
        return _LIKE_LATIN[char]
    if char in _APOSTROPHES or unicodedata.category(char) in _UNSEEN:
        return ""
    parts = unicodedata.normalize("NFKD", char)
    kept = (_LIKE_LATIN.get(c, c) for c in parts if unicodedata.category(c) not in _UNSEEN)
    return "".join(_digit(c) for c in kept)


def _digit(char: str) -> str:
    """A digit of another script as one of ours."""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


@dataclass(frozen=True)
class Token:
    """A run of letters or of digits: small letters, where it stands in the flat text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Flat:
    """`text` keeps capitals and spaces. `ats` and `froms` map places in it to the original."""

    original: str
    text: str
    ats: tuple[int, ...]
    froms: tuple[int, ...]

    def origin(self, place: int) -> int:
        """Where the character at this place of the flat text stood."""
        if not self.ats:
            return place
        index = bisect_right(self.ats, place) - 1
        limit = self.froms[index + 1] if index + 1 < len(self.froms) else len(self.original)
        return min(self.froms[index] + place - self.ats[index], limit)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original stretch of a flat one. Neither is empty."""
        first = self.origin(start)
        return first, max(self.origin(end - 1) + 1, first + 1)

    @cached_property
    def lower(self) -> str:
        """In small letters, of the same length."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)

    @cached_property
    def tokens(self) -> list[Token]:
        """Its words and numbers in order."""
        return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(self.lower)]

    def is_capital(self, token: Token) -> bool:
        """Whether the word begins with a capital that no start of a sentence explains."""
        if not self.text[token.start].isupper():
            return False
        before = self.text[: token.start].rstrip(" \t\"'(“‘*_")[-1:]
        return bool(before) and before not in ".!?:;\n•|>"


def flatten(text: str) -> Flat:
    """Accents, look-alike letters of other scripts, zero-width signs, soft hyphens and line breaks
    inside words undone; apostrophes inside words dropped."""
    pieces: list[str] = []
    ats: list[int] = []
    froms: list[int] = []
    length = done = 0

    def add(piece: str, origin: int) -> None:
        nonlocal length
        if piece:
            ats.append(length)
            froms.append(origin)
            pieces.append(piece)
            length += len(piece)

    for match in _ODD.finditer(text):
        add(text[done : match.start()], done)
        if not match.group().isascii():
            for place, char in enumerate(match.group(), match.start()):
                add(_plain(char), place)
        done = match.end()
    if not ats and not done:
        return Flat(text, text, (), ())
    add(text[done:], done)
    return _joined(Flat(text, "".join(pieces), tuple(ats), tuple(froms)))


def _joined(flat: Flat) -> Flat:
    """Words broken at the end of a line by a sign that was no plain hyphen, made whole."""
    if not _BROKEN.search(flat.text):
        return flat
    kept = set(range(len(flat.text)))
    for match in _BROKEN.finditer(flat.text):
        kept -= set(range(*match.span()))
    places = sorted(kept)
    return Flat(
        flat.original,
        "".join(flat.text[place] for place in places),
        tuple(range(len(places))),
        tuple(flat.origin(place) for place in places),
    )
