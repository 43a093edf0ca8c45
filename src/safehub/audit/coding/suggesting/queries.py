"""What suggestions are learnt from and made for, and what a coder is shown of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from safehub.audit.coding.models import (
    Code,
    CodedText,
    CodeTheme,
    Dismissal,
    Learning,
    Suggestion,
    ThemeWords,
)
from safehub.audit.coding.queries import ALL_IN, IN_SAMPLE, coding_open
from safehub.audit.coding.rules import Span, sentences
from safehub.audit.coding.states import FIRST
from safehub.audit.coding.suggesting.rules import (
    WANTED,
    Counted,
    Measured,
    Sentence,
    is_installed,
)
from safehub.audit.programmes.models import Audit
from safehub.foundation.access.queries import set_apart
from safehub.foundation.access.viewer import Viewer
from safehub.instruments.responses import answers_of


@dataclass(frozen=True)
class Waiting:
    """A text that nobody has begun to code, with its sentences."""

    key: int
    spans: tuple[Span, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Material:
    """What there is to learn from, and for. `codes` were given by people alone.

    `themes` are the keys, by their codes, of those that a text may be coded by now.
    """

    codes: int
    sentences: tuple[Sentence, ...]
    waiting: tuple[Waiting, ...]
    themes: dict[str, int]


def _of(partnership: int) -> Q:
    return Q(choice__audit__partnership=partnership)


def _coded(partnership: int) -> QuerySet[CodedText]:
    """The texts that are learnt from: as the counts have them, and what nobody guards or labels.

    Codes that came with a pack are left out: who gave them is not in it, nor whether they took
    them from a suggestion.
    """
    found = CodedText.objects.filter(ALL_IN & IN_SAMPLE & _of(partnership), first_by__isnull=False)
    return found.exclude(set_apart("coding.codedtext"))


def _given(partnership: int) -> QuerySet[Code]:
    texts = _coded(partnership).order_by()
    return Code.objects.filter(text__in=texts.values("pk"), coding=FIRST, is_suggested=False)


def codes_given(partnership: int) -> int:
    """How many codes people gave by themselves from which suggestions are learnt. One query."""
    return _given(partnership).count()


def partnerships_that_code() -> list[int]:
    """The keys of the partnerships with texts to be coded. One query."""
    found = CodedText.objects.order_by().values_list("choice__audit__partnership", flat=True)
    return sorted(set(found.distinct()))


def state_of(partnership: int) -> str:
    """The SHA-256 of the keys of all that is learnt from and for: reads no text. Four queries.

    A version of a return never changes, so where the keys are the same the words are.
    """
    coded = _coded(partnership).order_by()
    codes = Code.objects.filter(text__in=coded.values("pk"), coding=FIRST).order_by("pk")
    said = [
        list(coded.order_by("pk").values_list("pk", "version_id", "audit_return__case")),
        list(codes.values_list("pk", "start", "end", "words_id", "is_suggested")),
        list(unbegun(partnership).order_by("pk").values_list("pk", "version_id")),
        sorted(_themes_in_use(partnership).items()),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _themes_in_use(partnership: int) -> dict[str, int]:
    found = CodeTheme.objects.filter(partnership=partnership, retired_at=None)
    return dict(found.order_by("code").values_list("code", "pk"))


def material_of(partnership: int) -> Material:
    """What there is to learn from and for, in an order that never changes. At most six queries.

    While there are too few codes no text is read.
    """
    codes, themes = codes_given(partnership), _themes_in_use(partnership)
    if codes < WANTED:
        return Material(codes, (), (), themes)
    coded, waiting = _sentences(_coded(partnership)), _waiting(partnership)
    return Material(codes, tuple(coded), tuple(waiting), themes)


def _sentences(texts: QuerySet[CodedText]) -> Iterable[Sentence]:
    found = texts.select_related("version", "audit_return").prefetch_related("codes__words__theme")
    for text in found.order_by("pk"):
        words = _words(text)
        codes = [one for one in text.codes.all() if one.coding == FIRST]
        for span in sentences(words):
            given = _themes(one for one in codes if not one.is_suggested and _touch(one, span))
            taken = _themes(one for one in codes if one.is_suggested and _touch(one, span))
            yield Sentence(
                text.audit_return.case_id, words[slice(*span)], given, taken.difference(given)
            )


def _words(text: CodedText) -> str:
    return answers_of(text.version.response).get(text.column, "")


def _themes(codes: Iterable[Code]) -> frozenset[str]:
    return frozenset(one.words.theme.code for one in codes)


def _touch(one: Code | Suggestion, span: Span) -> bool:
    return one.start < span[1] and span[0] < one.end


def unbegun(partnership: int) -> QuerySet[CodedText]:
    """The texts that nobody has begun to code. A text that somebody codes keeps what it had."""
    return CodedText.objects.filter(
        _of(partnership), first_by=None, first_done_at=None, version__is_latest=True
    )


def _waiting(partnership: int) -> Iterable[Waiting]:
    for text in unbegun(partnership).select_related("version").order_by("pk"):
        words = _words(text)
        spans = tuple(sentences(words))
        yield Waiting(text.pk, spans, tuple(words[slice(*span)] for span in spans))


def learning_of(partnership: int) -> Learning | None:
    """When it was last learnt. One query."""
    return Learning.objects.filter(partnership=partnership).first()


def measured_of(learning: Learning | None) -> Measured | None:
    """What held-back codes said; None where there were too few codes."""
    if learning is None or not learning.measured:
        return None
    themes = learning.measured["themes"]
    return Measured(
        Counted(**learning.measured["every"]),
        {code: Counted(**themes[code]) for code in sorted(themes)},
    )


def names_of(audit: Audit) -> dict[str, str]:
    """The names of the themes of the audit's partnership, by their codes. One query."""
    found = ThemeWords.objects.filter(theme__partnership=audit.partnership_id, is_current=True)
    return dict(found.values_list("theme__code", "name"))


@dataclass(frozen=True)
class Suggested:
    """A suggestion as a coder is shown it, with the words by which its theme is given now."""

    start: int
    end: int
    words: ThemeWords

    @property
    def name(self) -> str:
        """What it is called in a form: the same passage and theme always alike."""
        return f"suggested-{self.start}-{self.end}-{self.words.theme.code}"


def suggestions_for(
    viewer: Viewer, text: CodedText, themes: Sequence[ThemeWords], given: Sequence[Code]
) -> list[Suggested]:
    """What the viewer, who may do the coding that is open, is shown. At most two queries.

    Nobody is suggested anything in a second coding, nor what they dismissed, nor a theme that the
    passage has.
    """
    if coding_open(text) != FIRST or viewer.person is None or not is_installed():
        return []
    found = list(text.suggestions.all())
    if not found:
        return []
    words = {one.theme_id: one for one in themes}
    gone = set(
        Dismissal.objects.filter(text=text, person=viewer.person).values_list(
            "start", "end", "theme"
        )
    )
    return [
        Suggested(one.start, one.end, words[one.theme_id])
        for one in found
        if one.theme_id in words
        and (one.start, one.end, one.theme_id) not in gone
        and not any(
            code.words.theme_id == one.theme_id and _touch(code, (one.start, one.end))
            for code in given
        )
    ]
