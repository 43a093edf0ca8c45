"""What codes come to: of how many cases each agency speaks of a theme, and how far coders agree.

Cases are counted, not passages: somebody who writes more does not count for more. Only texts of
which every coding that is wanted is in count, and of those the first coding; the second says how
far it can be relied on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safehub.audit.coding.rows import GivenCode, TextTaken, Words
from safehub.audit.coding.states import Polarity
from safehub.foundation import statistics
from safehub.foundation.statistics import Coefficient

NONE_TWICE = "No text has two codings yet."
ALIKE = "Both coders used it in every text, or in none, so that chance would agree as well."


@dataclass(frozen=True)
class ThemeAgreement:
    """Of the `texts` that were coded twice: how many codings gave a theme in both, one or none."""

    code: str
    name: str
    texts: int
    both: int
    first_only: int
    second_only: int
    kappa: Coefficient

    @property
    def same(self) -> int:
        """In how many texts both coders did the same: gave it, or did not."""
        return self.texts - self.first_only - self.second_only


@dataclass(frozen=True)
class ThemeCounted:
    """A theme, with of how many cases each agency speaks of it, and in which way."""

    code: str
    words: Words
    cases: dict[str, int]
    every: int
    ways: dict[str, int]


@dataclass(frozen=True)
class Coded:
    """What coding came to. `texts` counts those settled, `twice` those with two codings."""

    texts: int
    twice: int
    themes: tuple[ThemeCounted, ...]
    agreement: tuple[ThemeAgreement, ...]


def coded_of(texts: Iterable[TextTaken], agencies: Sequence[str]) -> Coded:
    """All of it, of the texts that are settled; agencies in their order."""
    settled = [one for one in texts if one.is_settled]
    newest = newest_words(settled)
    return Coded(
        texts=len(settled),
        twice=sum(one.second is not None for one in settled),
        themes=tuple(
            _counted(code, words, settled, agencies) for code, words in sorted(newest.items())
        ),
        agreement=tuple(agreement_of(settled)),
    )


def newest_words(texts: Iterable[TextTaken]) -> dict[str, Words]:
    """The words of each theme that the texts were coded by; of several editions the newest."""
    found: dict[str, tuple[int, Words]] = {}
    for text in texts:
        for code in (*text.first, *(text.second or ())):
            theme = code.theme
            if theme.code not in found or theme.edition > found[theme.code][0]:
                found[theme.code] = theme.edition, theme.words
    return {code: words for code, (_, words) in found.items()}


def _counted(
    theme: str, words: Words, settled: Sequence[TextTaken], agencies: Sequence[str]
) -> ThemeCounted:
    cases: dict[str, set[str]] = {agency: set() for agency in agencies}
    ways: dict[str, set[str]] = {one.value: set() for one in Polarity}
    for text in settled:
        agency, _, case = text.key
        for code in text.first:
            if code.theme.code == theme:
                cases[agency].add(case)
                ways[code.polarity].add(case)
    return ThemeCounted(
        theme,
        words,
        {agency: len(found) for agency, found in cases.items()},
        len(set[str]().union(*cases.values())),
        {way: len(found) for way, found in ways.items()},
    )


def agreement_of(texts: Sequence[TextTaken]) -> list[ThemeAgreement]:
    """How far two coders agree on each theme: whether a text speaks of it at all.

    Where a passage begins and which way it points is not compared.
    """
    twice = [(_themes(one.first), _themes(one.second)) for one in texts if one.second is not None]
    names = newest_words(text for text in texts if text.second is not None)
    found = []
    for code, words in sorted(names.items()):
        pairs = [(int(code in first), int(code in second)) for first, second in twice]
        kappa = statistics.cohen_kappa(pairs, NONE_TWICE)
        if kappa.value is None and pairs:
            kappa = Coefficient(None, ALIKE)
        found.append(
            ThemeAgreement(
                code,
                words.name,
                len(pairs),
                pairs.count((1, 1)),
                pairs.count((1, 0)),
                pairs.count((0, 1)),
                kappa,
            )
        )
    return found


def _themes(codes: Iterable[GivenCode]) -> set[str]:
    return {code.theme.code for code in codes}
