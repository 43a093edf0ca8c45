"""Finds postcodes and e-mail addresses that are not written as they are kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from safehub.foundation.disclosure.flat import Flat
from safehub.foundation.disclosure.phrases import Stretch, Vocabulary
from safehub.foundation.disclosure.protected import Matched
from safehub.foundation.disclosure.squashed import squash

# The shape of a postcode, in letters and figures that may be slips for each other.
_POSTCODE = re.compile(
    r"(?<![a-z0-9])(?=[a-z]{1,3}[ \t]?\d)"
    r"(?=([a-z][a-z0-9]{1,4}[ \t\n-]{0,3}[a-z0-9]{2,4})(?![a-z0-9]))"
)
_EMAIL = re.compile(r"[\w.+'-]+\s?@\s?[\w.-]+")
_SAID = r"(?:[^a-z0-9]|\b(?:at|dot|point|underscore|hyphen|dash|full stop)\b){0,16}"
_SHORTEST, _LONGEST = 5, 7
_LONG_EMAIL = 14


class CodeText:
    """A text made ready for many postcodes and e-mail addresses."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._postcodes: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for match in _POSTCODE.finditer(flat.lower):
            self._keep(self._postcodes, match.start(1), match.end(1))
        self._emails: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for match in _EMAIL.finditer(flat.lower):
            self._keep(self._emails, *match.span())
        self._near_postcode = Vocabulary(
            w for w in self._postcodes if _SHORTEST - 1 <= len(w) <= _LONGEST + 1 and _is_mixed(w)
        )
        self._near_email = Vocabulary(self._emails)

    def _keep(self, where: dict[str, list[tuple[int, int]]], start: int, end: int) -> None:
        word = "".join(char for char in self._flat.lower[start:end] if char.isalnum())
        where[word].append((start, end))

    def postcodes(self, code: str) -> Iterator[Stretch]:
        """Postcodes with one figure or letter wrong, missing, too many or swapped."""
        for word, _ in self._near_postcode.near(code, 1):
            for start, end in self._postcodes[word]:
                yield Stretch(start, end, Matched.FUZZY, round(100 * (1 - 1 / len(code))))

    def emails(self, address: str) -> Iterator[Stretch]:
        """Addresses with a slip or two, and those that are said: `grace at example dot org`."""
        code = squash(address)
        slips = 2 if len(code) >= _LONG_EMAIL else 1
        for word, count in self._near_email.near(code, slips):
            for start, end in self._emails[word]:
                yield Stretch(start, end, Matched.FUZZY, round(100 * (1 - count / len(code))))
        pieces = re.findall(r"[a-z0-9]+", address.casefold())
        for match in re.finditer(_SAID.join(pieces), self._flat.lower):
            yield Stretch(*match.span(), Matched.NORMALISED)


def _is_mixed(word: str) -> bool:
    return any(char.isdigit() for char in word) and any(char.isalpha() for char in word)
