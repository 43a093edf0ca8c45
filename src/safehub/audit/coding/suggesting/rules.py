"""How suggestions are learnt, when they are made, and how they are measured on held-back codes.

A sentence is turned into the weights of its words and of pairs of words that follow each other
(TF-IDF), and for each theme a logistic regression says how likely it is that a person would give it
(one against the rest). Texts are few and short, so that a linear model does as well as a larger
one, and the same codes always give the same suggestions.

Nothing of it outlasts the learning: no words and no weights are kept. scikit-learn is loaded here
alone, and only while it learns.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from safehub.foundation.statistics import Interval, as_percents, wilson

WANTED = 200
"""Below so many codes that people gave by themselves nothing is suggested."""
SENTENCES_A_THEME, CASES_A_THEME = 15, 5
"""A theme of which fewer sentences, or fewer cases, speak is not suggested."""
CASES_A_WORD = 3
"""A word that fewer cases have weighs nothing: a name, or what one case alone tells."""
LIKELY = 0.5
A_SENTENCE, A_TEXT = 2, 10
FOLDS = 5
FEW_SUGGESTED = 10
"""With fewer held-back suggestions nothing is said of a single theme."""
_SEED = 0
_STRENGTH = 10.0
_WORD = re.compile(r"[^\W\d_]{2,}")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text that was coded. `case` is the key of its case.

    `themes` were given by a person alone; whether those of `unclear` belong there is not counted,
    since a suggestion was taken.
    """

    case: int
    text: str
    themes: frozenset[str]
    unclear: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Counted:
    """Of `suggested` held-back suggestions `right` were what a person had given.

    `coded` counts the sentences that a person had given it (or any theme), `spoken` those of them
    of which something was suggested.
    """

    suggested: int
    right: int
    coded: int
    spoken: int

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson interval of the share that was right, in percent; None without any."""
        return as_percents(wilson(self.right, self.suggested)) if self.suggested else None

    @property
    def of_ten(self) -> int:
        """Of ten suggestions about so many are right, half rounded up. `suggested` is above 0."""
        return (20 * self.right + self.suggested) // (2 * self.suggested)


@dataclass(frozen=True)
class Measured:
    """What held-back codes say of all suggestions, and of each theme that may be suggested."""

    every: Counted
    themes: Mapping[str, Counted] = field(default_factory=dict)


Scorer = Callable[[Sequence[str]], list[dict[str, float]]]
"""For each sentence how likely each theme is, from 0 to 1."""


def is_installed() -> bool:
    """Whether scikit-learn is there. It is not loaded for that."""
    return find_spec("sklearn") is not None


def suggestible(sentences: Iterable[Sentence]) -> list[str]:
    """The themes of which enough sentences of enough cases speak, in their order."""
    cases: dict[str, list[int]] = defaultdict(list)
    for one in sentences:
        for theme in one.themes:
            cases[theme].append(one.case)
    return sorted(
        theme
        for theme, of in cases.items()
        if len(of) >= SENTENCES_A_THEME and len(set(of)) >= CASES_A_THEME
    )


def terms(text: str) -> list[str]:
    """The words of a text and the pairs that follow each other; no numbers, no single letters."""
    words = _WORD.findall(text.casefold())
    return [*words, *(f"{one} {after}" for one, after in itertools.pairwise(words))]


def vocabulary(sentences: Iterable[Sentence]) -> list[str]:
    """The words and pairs that enough cases have, in their order."""
    cases: dict[str, set[int]] = defaultdict(set)
    for one in sentences:
        for term in terms(one.text):
            cases[term].add(one.case)
    return sorted(term for term, of in cases.items() if len(of) >= CASES_A_WORD)


def learnt(sentences: Sequence[Sentence], themes: Collection[str]) -> Scorer:
    """Learn the themes; for each of them, sentences where it is unclear are left out."""
    known = vocabulary(sentences)
    if not known:
        return lambda texts: [{} for _ in texts]
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    weighing: Any = TfidfVectorizer(vocabulary=known, analyzer=terms, sublinear_tf=True)
    matrix = weighing.fit_transform([one.text for one in sentences])
    models: dict[str, Any] = {}
    for theme in sorted(themes):
        rows = [at for at, one in enumerate(sentences) if theme not in one.unclear]
        given = [int(theme in sentences[at].themes) for at in rows]
        if 0 < sum(given) < len(given):
            model: Any = LogisticRegression(
                C=_STRENGTH, class_weight="balanced", solver="liblinear", random_state=_SEED
            )
            models[theme] = model.fit(matrix[rows], given)

    def score(texts: Sequence[str]) -> list[dict[str, float]]:
        if not texts or not models:
            return [{} for _ in texts]
        found = weighing.transform(texts)
        columns = {theme: model.predict_proba(found)[:, 1] for theme, model in models.items()}
        return [
            {theme: float(column[at]) for theme, column in columns.items()}
            for at in range(len(texts))
        ]

    return score


def likely(scores: Mapping[str, float]) -> list[str]:
    """The themes to suggest of one sentence, the likeliest first."""
    rated = sorted(((-round(value, 6), theme) for theme, value in scores.items()))
    return [theme for value, theme in rated if -value >= LIKELY][:A_SENTENCE]


def most_likely(scores: Sequence[Mapping[str, float]]) -> list[tuple[int, str]]:
    """What to suggest of one text: the place of each sentence with a theme, the likeliest alone."""
    found = [
        (-round(scores[at][theme], 6), at, theme)
        for at in range(len(scores))
        for theme in likely(scores[at])
    ]
    return sorted((at, theme) for _, at, theme in sorted(found)[:A_TEXT])


def fold_of(case: int) -> int:
    """In which part a case is held back: by the SHA-256 of its key, so that it stays there."""
    return int(hashlib.sha256(str(case).encode()).hexdigest(), 16) % FOLDS


def held_back(sentences: Sequence[Sentence], themes: Collection[str]) -> list[list[str]]:
    """What would be suggested of each sentence, learnt from the cases of the other parts alone."""
    found: list[list[str]] = [[] for _ in sentences]
    for fold in range(FOLDS):
        others = [one for one in sentences if fold_of(one.case) != fold]
        held = [at for at, one in enumerate(sentences) if fold_of(one.case) == fold]
        if held and others:
            scored = learnt(others, themes)([sentences[at].text for at in held])
            for at, scores in zip(held, scored, strict=True):
                found[at] = likely(scores)
    return found


def measured(
    sentences: Sequence[Sentence], themes: Sequence[str], suggested: Sequence[Sequence[str]]
) -> Measured:
    """Count what was suggested of held-back sentences against what people had given.

    Where it is unclear whether a theme belongs to a sentence it counts neither as right nor wrong.
    """
    pairs = list(zip(sentences, suggested, strict=True))
    by_theme = {theme: _counted(pairs, {theme}) for theme in themes}
    return Measured(_counted(pairs, set(themes)), by_theme)


def _counted(pairs: Sequence[tuple[Sentence, Sequence[str]]], themes: set[str]) -> Counted:
    made = right = coded = spoken = 0
    for one, suggested in pairs:
        clear = [theme for theme in suggested if theme in themes - one.unclear]
        made += len(clear)
        right += sum(theme in one.themes for theme in clear)
        if one.themes & themes:
            coded += 1
            spoken += bool(clear)
    return Counted(made, right, coded, spoken)
