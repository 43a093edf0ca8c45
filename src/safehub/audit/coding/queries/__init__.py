"""Reading the code book, the texts to be coded, and what their codes come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from safehub.audit.coding.figures import Coded, ThemeAgreement, agreement_of, coded_of
from safehub.audit.coding.models import Code, CodedText, CodeTheme, TextChoice, ThemeWords
from safehub.audit.coding.queries.relations import own_texts
from safehub.audit.coding.rows import GivenCode, Key, TextTaken, ThemeUsed, Words
from safehub.audit.coding.states import FIRST, SECOND
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.blinding import hanging_on, plain_name
from safehub.audit.returns.models import ReturnStatus, ReturnVersion
from safehub.audit.returns.queries import answers_shown
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import (
    check,
    classes_of,
    classes_shown,
    open_record,
    visible_to,
)
from safehub.foundation.access.queries import facts_of
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.paging import Paged, paged
from safehub.instruments.queries import tool_of
from safehub.instruments.responses import answers_of
from safehub.instruments.tools import YES, Question, QuestionType

TEXTS_A_PAGE = 50
ALL_IN = Q(first_done_at__isnull=False, version__is_latest=True) & (
    Q(wants_second=False) | Q(second_done_at__isnull=False)
)
IN_SAMPLE = Q(audit_return__case__withdrawal_position=None)


# --- the code book -----------------------------------------------------------------------------


def book_of(audit: Audit) -> list[ThemeWords]:
    """The current words of every theme of the audit's partnership, the retired last. One query."""
    found = ThemeWords.objects.filter(theme__partnership=audit.partnership_id, is_current=True)
    words = list(found.select_related("theme").order_by("name", "pk"))
    return sorted(words, key=lambda one: one.theme.retired_at is not None)


def themes_to_give(audit: Audit) -> list[ThemeWords]:
    """The words of the themes that a text may be coded by now. One query."""
    return [one for one in book_of(audit) if one.theme.retired_at is None]


def words_of(audit: Audit, code: str) -> ThemeWords:
    """The current words of the theme of that code. Raises Absent. One query."""
    found = ThemeWords.objects.filter(
        theme__partnership=audit.partnership_id, theme__code=code, is_current=True
    )
    words = found.select_related("theme").first()
    if words is None:
        raise Absent("The code book has no such theme.")
    return words


# --- the texts of an audit ----------------------------------------------------------------------


def questions_to_code(audit: Audit) -> list[Question]:
    """The questions that are answered in words. While the round is gathered, none that hangs on
    the grade: a moderator codes too, and must not read it."""
    tool = tool_of(audit.tool_version)
    gathers = audit.opened_at is None and bool(audit.grading_question)
    kept = hanging_on(tool, audit.grading_question) if gathers else frozenset()
    return [
        one
        for one in tool.questions
        if one.type is QuestionType.TEXT and one.is_asked and one.name not in kept
    ]


@dataclass(frozen=True)
class Answered:
    """An answer in words of the latest version of a return that counts."""

    version: ReturnVersion
    key: Key
    column: str
    words: str


def answers_in_words(audit: Audit, questions: Sequence[str]) -> list[Answered]:
    """Every answer to these questions in the returns that count, in their order. Two queries.

    Counted are submitted returns on a known child, of a case in the sample.
    """
    asked = cases_drawn(audit).filter(number__isnull=False, withdrawal_position__isnull=True)
    versions = (
        ReturnVersion.objects.filter(
            audit_return__participant__audit=audit,
            audit_return__case__in=asked,
            is_latest=True,
            status=ReturnStatus.SUBMITTED,
            known=YES,
        )
        .select_related("audit_return__participant", "audit_return__case")
        .order_by("audit_return__position")
    )
    wanted = set(questions)
    return [
        Answered(version, _key(version), column, words)
        for version in versions
        for column, words in answers_of(version.response).items()
        if plain_name(column) in wanted and words.strip()
    ]


def _key(version: ReturnVersion) -> Key:
    made = version.audit_return
    return made.participant.code, made.respondent, made.case.number or ""


def texts_of(audit: Audit) -> list[CodedText]:
    """Every text of the audit with its version, whoever asks. One query."""
    found = CodedText.objects.filter(choice__audit=audit)
    return list(found.select_related("version").order_by("pk"))


def choices_made(audit: Audit) -> list[TextChoice]:
    """Every choice of texts, first to last. One query."""
    return list(TextChoice.objects.filter(audit=audit).order_by("number"))


def _every() -> QuerySet[CodedText]:
    return CodedText.objects.select_related(
        "version__tool_version",
        "audit_return__case",
        "audit_return__participant__audit__tool_version",
    ).defer(
        "version__tool_version__sheets",
        "version__response",
        "audit_return__participant__audit__tool_version__sheets",
    )


@dataclass(frozen=True)
class Listed:
    """A text as a list shows it. `is_mine`: the viewer may code it, and nobody else is at it."""

    text: CodedText
    is_mine: bool

    @property
    def pk(self) -> int:
        """The key of the text."""
        return self.text.pk


@dataclass(frozen=True)
class Texts:
    """A page of the texts that the viewer may see, and how many of all are where."""

    rows: list[Listed]
    paged: Paged
    settled: int
    following: CodedText | None


def texts_listed(viewer: Viewer, audit: Audit, page: str | None = None) -> Texts:
    """The texts that the viewer may see, those to be coded first; and the next for the viewer.

    At most five queries.
    """
    texts = CodedText.objects.filter(choice__audit=audit)
    seen = visible_to(viewer, "coding.see", texts)
    counts = seen.order_by().aggregate(
        every=Count("pk", distinct=True), settled=Count("pk", filter=ALL_IN, distinct=True)
    )
    part = paged(page, size=TEXTS_A_PAGE, total=counts["every"])
    order = ("audit_return__case__number", "audit_return__participant__position", "pk")
    rows = list(
        visible_to(viewer, "coding.see", _every().filter(choice__audit=audit)).order_by(*order)[
            part.part
        ]
    )
    able = _able(viewer, texts.filter(pk__in=[one.pk for one in rows]))
    waits = {one.pk for one in able}
    following = None
    if counts["every"]:
        following = next(iter(_able(viewer, texts.order_by(*order), most=1)), None)
    return Texts([Listed(one, one.pk in waits) for one in rows], part, counts["settled"], following)


def _able(viewer: Viewer, texts: QuerySet[CodedText], most: int | None = None) -> list[CodedText]:
    """Those of the texts that the viewer may code now, and nobody else has begun. Two queries."""
    texts = texts.exclude(own_texts(viewer))
    free = texts.filter(Q(first_by=None) | Q(first_by=viewer.person))
    first = visible_to(viewer, "coding.code", free.filter(first_done_at=None))
    free = texts.filter(Q(second_by=None) | Q(second_by=viewer.person))
    second = visible_to(viewer, "coding.code_again", free.filter(first_done_at__isnull=False))
    found = [*first[:most], *second[:most]]
    # What one may code is the work of two people: the same text is never in both.
    return found if viewer.person is not None else []


def one_text(viewer: Viewer, reference: str, key: int, action: str = "coding.see") -> CodedText:
    """One text, opened. Raises Absent and NotAllowed. Two queries."""
    found = _every().filter(choice__audit__reference=reference)
    return open_record(viewer, action, found, pk=key)


def coding_open(text: CodedText) -> int:
    """Which coding is to be done now: the first until that is finished."""
    return FIRST if text.first_done_at is None else SECOND


def action_open(text: CodedText) -> str:
    """The action by which that coding is done."""
    return "coding.code" if coding_open(text) == FIRST else "coding.code_again"


def coder_of(text: CodedText) -> int | None:
    """The key of the person who has begun the coding that is open; None for nobody."""
    return text.first_by_id if coding_open(text) == FIRST else text.second_by_id


def check_codes(viewer: Viewer, text: CodedText) -> None:
    """Raises Absent and NotAllowed where the viewer may not do the coding that is open."""
    check(viewer, action_open(text), text)


def words_of_text(text: CodedText) -> str:
    """The very text that is coded, as that version of the return has it. One query."""
    response = ReturnVersion.objects.values_list("response", flat=True).get(pk=text.version_id)
    return answers_of(response).get(text.column, "")


def words_shown(viewer: Viewer, text: CodedText) -> str | None:
    """The text as the viewer may read it in the return; None where they may not. Three queries."""
    shown = answers_shown(viewer, text.audit_return, text.version_id)
    return shown.answers.get(text.column)


def codes_being_given(text: CodedText) -> list[Code]:
    """What the coding that is open has so far: for whoever does it, and nobody else. One query."""
    return list(text.codes.filter(coding=coding_open(text)).select_related("words__theme"))


@dataclass(frozen=True)
class CodesShown:
    """The codes of a text as far as the viewer may see them."""

    codes: tuple[Code, ...]
    shows_staff: bool


def codes_shown(viewer: Viewer, text: CodedText) -> CodesShown | None:
    """All codes; None until every coding is in, and for who may not see them. Three queries."""
    classes = classes_of(viewer, "coding.see", text)
    if FieldClass.OPINION not in classes:
        return None
    return CodesShown(tuple(text.codes.select_related("words__theme")), FieldClass.STAFF in classes)


# --- what codes come to -------------------------------------------------------------------------


@dataclass(frozen=True)
class Matrix:
    """Of how many cases a theme is spoken: by agency, in all, and by the way passages point.

    Keys are codes of themes and agencies, and polarities.
    """

    names: Mapping[str, str]
    agencies: Mapping[str, str]
    cells: Mapping[tuple[str, str], int]
    every: Mapping[str, int]
    ways: Mapping[tuple[str, str], int]


def _counted(viewer: Viewer, audit: Audit) -> QuerySet[Code]:
    """The first codings of the settled texts that the viewer may see."""
    texts = CodedText.objects.filter(ALL_IN & IN_SAMPLE, choice__audit=audit)
    seen = visible_to(viewer, "coding.see", texts).order_by()
    return Code.objects.filter(text__in=seen.values("pk"), coding=FIRST).order_by()


def matrix_for(viewer: Viewer, audit: Audit) -> Matrix:
    """Cases by theme and agency, over the texts that the viewer may see. Five queries."""
    codes = _counted(viewer, audit)
    cases = Count("text__audit_return__case", distinct=True)
    theme, agency = "words__theme__code", "text__audit_return__participant__code"
    cells = codes.values_list(theme, agency).annotate(cases)
    every = codes.values_list(theme).annotate(cases)
    ways = codes.values_list(theme, "polarity").annotate(cases)
    named = codes.values_list(theme, "words__name", "words__edition").distinct()
    names = {code: name for code, name, _ in sorted(named, key=lambda one: one[2])}
    return Matrix(
        names=dict(sorted(names.items(), key=lambda one: one[1].casefold())),
        agencies=dict(audit.participants.order_by("position").values_list("code", "name")),
        cells={(one, other): number for one, other, number in cells},
        every=dict(every),
        ways={(one, way): number for one, way, number in ways},
    )


@dataclass(frozen=True)
class Passage:
    """A passage behind a number. `words` is None where the viewer may not read it."""

    code: Code
    words: str | None

    @property
    def pk(self) -> int:
        """The key of the text."""
        return self.code.text_id


@dataclass(frozen=True)
class Passages:
    """A page of the passages of a theme, and the editions of its words that they were coded by."""

    rows: list[Passage]
    paged: Paged
    editions: list[ThemeWords]


def passages_for(
    viewer: Viewer, audit: Audit, theme: str, *, agency: str, way: str, page: str | None
) -> Passages:
    """The passages that a number of the matrix counts. At most eight queries."""
    codes = _counted(viewer, audit).filter(words__theme__code=theme)
    if agency:
        codes = codes.filter(text__audit_return__participant__code=agency)
    if way:
        codes = codes.filter(polarity=way)
    part = paged(page, size=TEXTS_A_PAGE, total=codes.count())
    shown = list(
        codes.select_related(
            "words", "text__version", "text__audit_return__case", "text__audit_return__participant"
        ).order_by("text__audit_return__case__number", "text_id", "start", "pk")[part.part]
    )
    facts = facts_of(viewer, "coding.codedtext", {one.text_id for one in shown}) if shown else {}
    editions = ThemeWords.objects.filter(pk__in=codes.values("words")).order_by("-edition")
    return Passages([_passage(viewer, one, facts) for one in shown], part, list(editions))


def _passage(viewer: Viewer, code: Code, facts: Mapping[int, object]) -> Passage:
    classes = classes_shown(viewer, "coding.see", facts[code.text_id])  # type: ignore[arg-type]
    if FieldClass.OPINION not in classes:
        return Passage(code, None)
    words = answers_of(code.text.version.response).get(code.text.column, "")
    return Passage(code, words[code.start : code.end])


def agreement_for(viewer: Viewer, audit: Audit) -> list[ThemeAgreement]:
    """How far coders agree on each theme, over the texts that the viewer may see. Two queries."""
    texts = CodedText.objects.filter(ALL_IN & IN_SAMPLE, choice__audit=audit, wants_second=True)
    return agreement_of(list(_taken(visible_to(viewer, "coding.see", texts))))


def texts_taken(audit: Audit) -> list[TextTaken]:
    """Every text of which the first coding is finished, whoever asks: what a pack carries.

    A text of a return that was sent in again since is left out. Two queries.
    """
    texts = CodedText.objects.filter(
        choice__audit=audit, first_done_at__isnull=False, version__is_latest=True
    )
    return list(_taken(texts))


def _taken(texts: QuerySet[CodedText]) -> Iterator[TextTaken]:
    found = (
        texts.select_related("audit_return__participant", "audit_return__case")
        .prefetch_related("codes__words__theme")
        .order_by("audit_return__position", "column", "pk")
    )
    for one in found:
        made = one.audit_return
        codes = sorted(
            one.codes.all(), key=lambda code: (code.start, code.end, code.words.theme.code)
        )
        yield TextTaken(
            (made.participant.code, made.respondent, made.case.number or ""),
            one.column,
            one.wants_second,
            tuple(given(code) for code in codes if code.coding == FIRST),
            None
            if one.second_done_at is None
            else tuple(given(code) for code in codes if code.coding == SECOND),
        )


def given(code: Code) -> GivenCode:
    """A code as plain data; its words and theme are loaded."""
    words = code.words
    used = Words(words.name, words.definition, words.examples, words.use_when, words.not_when)
    theme = ThemeUsed(words.theme.code, words.edition, used)
    return GivenCode(code.start, code.end, code.polarity, theme)


def coded(audit: Audit, cases: Iterable[str]) -> Coded | None:
    """What coding came to for the report, or None where nothing counts. Three queries.

    `cases` are the numbers in the sample. Whoever asks has checked that the report may be made.
    """
    asked = set(cases)
    texts = [one for one in texts_taken(audit) if one.key[2] in asked]
    if not any(one.is_settled for one in texts):
        return None
    agencies = list(audit.participants.order_by("position").values_list("code", flat=True))
    return coded_of(texts, agencies)


def theme_of(audit: Audit, code: str) -> CodeTheme:
    """The theme of that code in the audit's partnership. Raises Absent. One query."""
    found = CodeTheme.objects.filter(partnership=audit.partnership_id, code=code).first()
    if found is None:
        raise Absent("The code book has no such theme.")
    return found
