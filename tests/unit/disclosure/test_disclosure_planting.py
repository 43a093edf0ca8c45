"""A protected word planted anywhere in any text, in any allowed dress, is found."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from safehub.foundation.disclosure.ordinary import ordinary_words
from safehub.foundation.disclosure.scanning import Scanner

from .disclosure_canaries import PROTECTED, K

SCANNER = Scanner(PROTECTED)
OWN = {"will", "may", "grace", "jo", "the"}
USUAL = sorted(word for word in ordinary_words() if word not in OWN)
PLANTED = (
    (K.NAME, "O'Hanrahan"), (K.NAME, "Tremlettova"), (K.NAME, "Grace Marisol"),
    (K.ADDRESS, "12 Alderwick Close"), (K.ADDRESS, "Alderwick Close"),
    (K.SCHOOL, "Greystoke Primary School"), (K.REFUGE, "Wrenhaven House"),
    (K.GP, "Larchmont Surgery"),
)  # fmt: skip
CODES = (
    (K.POSTCODE, "QX16 8ZB"), (K.PHONE, "07700 900123"), (K.REFERENCE, "943 476 5919"),
    (K.BIRTH_DATE, "02/03/2019"), (K.EMAIL, "zoe.tremlettova@example.org"),
)  # fmt: skip
FULL_WIDTH = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ０１２３４５６７８９",
)

DRESSES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "capitals": str.upper,
    "small": str.lower,
    "wide spaces": lambda text: text.replace(" ", "  "),
    "lines": lambda text: text.replace(" ", "\n"),
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "full width": lambda text: text.translate(FULL_WIDTH),
    "zero width": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: "\u00ad".join(text),
    "direction marks": lambda text: f"\u202a{text}\u202c",
}
ACCENTS: dict[str, Callable[[str], str]] = {
    "accents": lambda text: text.replace("a", "á").replace("o", "ö"),
    "joined accents": lambda text: text.replace("e", "e\u0301"),
    "homoglyphs": lambda text: text.replace("a", "а").replace("e", "е").replace("o", "о"),
    "no apostrophe": lambda text: text.replace("'", ""),
    "curly apostrophe": lambda text: text.replace("'", "’"),
    "comma": lambda text: text.replace(" ", ", ", 1),
}

words = st.lists(st.sampled_from(USUAL), max_size=30).map(" ".join)
around = st.tuples(words, words)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_found(kind: K, before: str, planted: str, after: str) -> bool:
    start = len(before) + 1
    hits = SCANNER.scan_text(f"{before} {planted} {after}")
    return any(
        hit.kind is kind and hit.start < start + len(planted) and hit.end > start for hit in hits
    )


@quick
@given(
    st.sampled_from(PLANTED + CODES),
    st.lists(st.sampled_from(sorted(DRESSES)), min_size=1, max_size=2, unique=True),
    around,
)
def test_word_in_another_dress_is_found(
    what: tuple[K, str], dresses: list[str], around: tuple[str, str]
) -> None:
    kind, planted = what
    for dress in sorted(dresses):
        planted = DRESSES[dress](planted)
    assert is_found(kind, around[0], planted, around[1])


@quick
@given(
    st.sampled_from(PLANTED),
    st.sampled_from(sorted(ACCENTS)),
    st.sampled_from(sorted(DRESSES)),
    around,
)
def test_accented_or_respelt_word_is_found(
    what: tuple[K, str], accent: str, dress: str, around: tuple[str, str]
) -> None:
    kind, planted = what
    assert is_found(kind, around[0], DRESSES[dress](ACCENTS[accent](planted)), around[1])


@st.composite
def slips(draw: st.DrawFn) -> tuple[K, str]:
    """A planted word with one slip in one of its words of five letters or more."""
    kind, planted = draw(st.sampled_from(PLANTED))
    plain = planted.replace("'", "")
    parts = plain.split(" ")
    index = draw(st.sampled_from([i for i, part in enumerate(parts) if len(part) >= 5]))
    word = parts[index]
    place = draw(st.integers(0, len(word) - 2))
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    parts[index] = draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
            ]
        )
    )
    # A slip that makes another ordinary word cannot be told from that word.
    assume(parts[index].casefold() not in ordinary_words())
    return kind, " ".join(parts)


@quick
@given(slips(), around)
def test_word_with_a_slip_is_found(what: tuple[K, str], around: tuple[str, str]) -> None:
    assert is_found(what[0], around[0], what[1], around[1])


@quick
@given(st.sampled_from(PLANTED), st.data(), around)
def test_word_broken_at_the_end_of_a_line_is_found(
    what: tuple[K, str], data: st.DataObject, around: tuple[str, str]
) -> None:
    kind, planted = what
    letters = [
        i for i in range(1, len(planted)) if planted[i - 1].isalpha() and planted[i].isalpha()
    ]
    place = data.draw(st.sampled_from(letters))
    broken = planted[:place] + data.draw(st.sampled_from(["-\n", "-\r\n", "- \n  ", "‐\n"]))
    assert is_found(kind, around[0], broken + planted[place:], around[1])


@quick
@given(st.text(max_size=400), st.sampled_from(PLANTED + CODES), st.text(max_size=400))
def test_any_text_at_all_can_be_scanned(before: str, what: tuple[K, str], after: str) -> None:
    """Found amid arbitrary characters, where only a line parts it from them; and nothing breaks."""
    text = f"{before}\n.\n{what[1]}\n.\n{after}"
    hits = SCANNER.scan_text(text)
    assert any(hit.kind is what[0] for hit in hits)
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)
