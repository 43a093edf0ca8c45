"""Sentences, passages, which texts are coded twice, and what codes come to."""

from __future__ import annotations

import hashlib
import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.audit.coding.figures import ALIKE, agreement_of, coded_of
from safehub.audit.coding.rows import GivenCode, TextTaken, ThemeUsed, Words
from safehub.audit.coding.rules import coded_twice, passages, places_of, sentences

VOICE = ThemeUsed("voice", 1, Words("Voice of the child", "What the child said."))
PLANS = ThemeUsed("plans", 1, Words("Plans", "What is to be done."))
NEWER = ThemeUsed("voice", 2, Words("The child's voice", "What the child said or showed."))


def code(theme: ThemeUsed = VOICE, start: int = 0, way: str = "working_well") -> GivenCode:
    return GivenCode(start, start + 4, way, theme)


def text(
    agency: str,
    case: str,
    *first: GivenCode,
    second: tuple[GivenCode, ...] | None = None,
    wants: bool = False,
) -> TextTaken:
    return TextTaken((agency, "", case), "story", wants or second is not None, first, second)


def test_sentences_end_at_stops_and_lines() -> None:
    words = "  She was seen.  “Was she alone?” Nobody\nsaid! On 3.5 visits…  "
    assert [words[start:end] for start, end in sentences(words)] == [
        "She was seen.",
        "“Was she alone?”",
        "Nobody",
        "said!",
        "On 3.5 visits…",
    ]
    assert sentences("") == sentences(" \n ") == []


@given(st.text(alphabet="ab .!?\n”", max_size=60))
def test_every_word_stands_in_one_sentence(words: str) -> None:
    found = sentences(words)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))
    kept = "".join(words[start:end] for start, end in found)
    assert [one for one in kept if one in "ab"] == [one for one in words if one in "ab"]


def test_sentences_that_follow_each_other_are_one_passage() -> None:
    spans = [(0, 4), (5, 9), (10, 14), (15, 19)]
    assert passages(spans, [3, 0, 1]) == [(0, 9), (15, 19)]
    assert passages(spans, []) == []


def test_words_are_found_however_their_spaces_are_broken() -> None:
    assert places_of("She was\nnot seen. She was not seen.", "was not") == [(4, 11), (22, 29)]
    assert places_of("Was it (so)?", "it (so)") == [(4, 11)]
    assert places_of("Nothing.", " ") == []


def test_texts_coded_twice_are_drawn_by_permanent_random_numbers() -> None:
    texts = [(("CSC", "", f"{case:02}"), "story") for case in range(1, 31)]
    drawn = coded_twice(7, texts, 20)

    def rank(one: tuple[tuple[str, str, str], str]) -> str:
        key, column = one
        return hashlib.sha256(f"7|{key[0]}|{key[1]}|{key[2]}|{column}".encode()).hexdigest()

    assert drawn == set(sorted(texts, key=rank)[:6])
    assert drawn < coded_twice(7, texts, 40)
    assert len(coded_twice(7, texts, 1)) == 1
    assert not coded_twice(7, texts, 0)


def test_cases_are_counted_and_not_passages() -> None:
    found = coded_of(
        [
            text("CSC", "01", code(), code(start=9), code(start=20, way="worried_about")),
            text("CSC", "01", code()),
            text("CSC", "02", code(PLANS)),
            text("POLICE", "01", code(NEWER)),
            # A second coding is wanted and not in: it counts nowhere.
            text("POLICE", "03", code(), wants=True),
        ],
        ["CSC", "POLICE", "HOMES"],
    )
    assert (found.texts, found.twice) == (4, 0)
    plans, voice = found.themes
    assert plans.cases == {"CSC": 1, "POLICE": 0, "HOMES": 0}
    assert voice.cases == {"CSC": 1, "POLICE": 1, "HOMES": 0}
    # One case of two agencies is one case.
    assert voice.every == 1
    assert voice.ways == {"working_well": 1, "worried_about": 1, "needs_to_happen": 0}
    assert voice.words == NEWER.words


def plain_kappa(pairs: list[tuple[bool, bool]]) -> Fraction | None:
    """Kappa of two raters and a yes or no, from its four counts (Cohen 1960)."""
    n = len(pairs)
    a, d = pairs.count((True, True)), pairs.count((False, False))
    b, c = pairs.count((True, False)), pairs.count((False, True))
    by_chance = Fraction((a + b) * (a + c) + (c + d) * (b + d), n * n)
    return None if by_chance == 1 else (Fraction(a + d, n) - by_chance) / (1 - by_chance)


@pytest.mark.parametrize("seed", range(20))
def test_kappa_of_each_theme_is_that_of_a_second_computation(seed: int) -> None:
    drawing = random.Random(seed)
    texts, pairs = [], []
    for case in range(drawing.randint(1, 30)):
        first, second = drawing.random() < 0.5, drawing.random() < 0.6
        pairs.append((first, second))
        texts.append(
            text(
                "CSC",
                str(case),
                *([code()] if first else []),
                second=(code(start=2),) if second else (),
            )
        )
    texts.append(text("CSC", "alone", code()))
    found = {one.code: one for one in agreement_of(texts)}
    if not any(first or second for first, second in pairs):
        assert found == {}
        return
    one = found["voice"]
    assert one.texts == len(pairs)
    assert one.both == pairs.count((True, True))
    assert one.same == sum(first == second for first, second in pairs)
    wanted = plain_kappa(pairs)
    if wanted is None:
        assert (one.kappa.value, one.kappa.reason) == (None, ALIKE)
    else:
        assert one.kappa.value is not None
        assert abs(Fraction(one.kappa.value) - wanted) <= Fraction(1, 2000)
