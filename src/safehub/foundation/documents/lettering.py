"""What can be written, which way it runs, and how wide it is in Arial, before anything is drawn."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Everything that XML 1.0 forbids, and the controls and non-characters that HTML forbids besides.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LINE_END = re.compile("\r\n?")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff]")
_RIGHT_TO_LEFT_RUN = re.compile(rf"({_RIGHT_TO_LEFT.pattern}+(?:\s+{_RIGHT_TO_LEFT.pattern}+)*)")

# Advance widths in thousandths of the type size; Arimo and Liberation Sans share them with Arial.
_ADVANCES = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft\u00a0",
    334: "()-`r{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu\u2013\u2019\u2018",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "\u2014\u2026",
    1015: "@",
}
_WIDTHS = {letter: width / 1000 for width, letters in _ADVANCES.items() for letter in letters}
_BOLD = 1.08


def writable(text: str) -> str:
    """The text with each character that no XML or HTML file may hold replaced by U+FFFD."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return _UNWRITABLE.sub("\ufffd", text)


def is_blank(text: str) -> bool:
    """True also for a text of nothing but spaces, controls and zero-width characters."""
    return all(letter.isspace() or unicodedata.category(letter) == "Cf" for letter in text)


def runs_right_to_left(text: str) -> bool:
    """True when the first letter with a direction of its own is Hebrew, Arabic or the like."""
    if text.isascii():
        return False
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def by_direction(text: str) -> list[tuple[bool, str]]:
    """The text cut into pieces, each with whether it is right-to-left.

    A right-to-left piece reaches from its first such letter to its last, spaces between included.
    """
    if not _RIGHT_TO_LEFT.search(text):
        return [(False, text)]
    pieces = _RIGHT_TO_LEFT_RUN.split(text)
    return [(bool(_RIGHT_TO_LEFT.match(piece)), piece) for piece in pieces if piece]


def width_of(text: str, *, bold: bool = False) -> float:
    """The width of one line in ems, never less than what Arial or its stand-ins need."""
    width = sum(map(_letter_width, text))
    return width * _BOLD if bold else width


@lru_cache(maxsize=4096)
def _letter_width(letter: str) -> float:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    if ord(letter) < 0x250:
        plain = unicodedata.normalize("NFD", letter)[0]
        return _WIDTHS.get(plain, 0.8)
    return 0.85 if ord(letter) < 0x700 else 1.1


def on_one_line(text: str, most: int = 84) -> str:
    """The text as one line of at most `most` characters, its end left out if need be."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def wrapped(text: str, width: float, *, bold: bool = False) -> list[str]:
    """The text as lines no wider than `width` ems; a word that is wider is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_of(longer, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _cut(word, width, bold=bold)
        lines += full
    return [*lines, line]


def _cut(word: str, width: float, *, bold: bool) -> list[str]:
    if width_of(word, bold=bold) <= width:
        return [word]
    parts = [""]
    for letter in letters_of(word):
        if parts[-1] and width_of(parts[-1] + letter, bold=bold) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def letters_of(word: str) -> list[str]:
    """The word cut where a line may break: marks and joiners stay with the letter before."""
    letters: list[str] = []
    for letter in word:
        joins = unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"}
        if letters and (joins or letters[-1].endswith(("\u200d", "\u2060"))):
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters
