"""What writes the code book, chooses texts, and codes them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from safehub.audit.coding.leaving.queries import TAKEN
from safehub.audit.coding.models import (
    Code,
    CodedText,
    CodeTheme,
    Dismissal,
    TextChoice,
    ThemeWords,
)
from safehub.audit.coding.queries import (
    Answered,
    action_open,
    answers_in_words,
    coder_of,
    coding_open,
    questions_to_code,
    texts_of,
    themes_to_give,
    words_of_text,
)
from safehub.audit.coding.rows import Key, TextTaken, ThemeUsed, Words
from safehub.audit.coding.rules import Span, coded_twice
from safehub.audit.coding.states import FIRST, SECOND, Polarity
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import ReturnVersion
from safehub.audit.sampling.queries import latest_draw
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.responses import answers_of
from safehub.register.agencies.models import Partnership

# --- the code book -----------------------------------------------------------------------------


def _lock_book(audit: Audit) -> None:
    """Two people at the code book take turns, so that no theme is there twice."""
    Partnership.objects.select_for_update().get(pk=audit.partnership_id)


def _check_words(words: Words) -> None:
    if not words.name.strip() or not words.definition.strip():
        raise NotPossible("Give the theme a name and say what it means.")


@transaction.atomic
def add_theme(*, audit: Audit, words: Words, by: Viewer) -> ThemeWords:
    """Add a theme to the code book of the audit's partnership.

    Raises Absent, NotAllowed, and NotPossible where a theme has that name, also a retired one.
    """
    check(by, "audit.write_code_book", audit)
    _lock_book(audit)
    _check_words(words)
    _check_name(audit, words.name, None)
    themes = CodeTheme.objects.filter(partnership=audit.partnership_id)
    taken = set(themes.values_list("code", flat=True))
    stem = slugify(words.name)[:50] or "theme"
    code = next(
        one
        for number in range(len(taken) + 1)
        if (one := stem if not number else f"{stem}-{number + 1}") not in taken
    )
    now = timezone.now()
    theme = CodeTheme.objects.create(partnership_id=audit.partnership_id, code=code, added_at=now)
    made = _worded(theme, 1, words, by=by.person)
    record("coding.theme_added", by=by, on=ref_of(audit), detail={"theme": theme.pk})
    return made


def _check_name(audit: Audit, name: str, theme: CodeTheme | None) -> None:
    others = ThemeWords.objects.filter(
        theme__partnership=audit.partnership_id, is_current=True, name__iexact=name.strip()
    )
    if others.exclude(theme=theme).exists():
        raise NotPossible(
            "The code book has a theme of this name. Change its words, or bring it back, instead."
        )


def _worded(
    theme: CodeTheme, edition: int, words: Words, *, by: int | None, is_current: bool = True
) -> ThemeWords:
    return ThemeWords.objects.create(
        theme=theme,
        edition=edition,
        name=words.name.strip(),
        definition=words.definition.strip(),
        examples=words.examples.strip(),
        use_when=words.use_when.strip(),
        not_when=words.not_when.strip(),
        is_current=is_current,
        written_by_id=by,
        written_at=timezone.now(),
    )


def _said(words: ThemeWords) -> Words:
    return Words(words.name, words.definition, words.examples, words.use_when, words.not_when)


@transaction.atomic
def change_words(*, audit: Audit, words: ThemeWords, to: Words, by: Viewer) -> ThemeWords:
    """A new edition of a theme's words. What was coded by the earlier one keeps it.

    The same words once more change nothing. Raises as `add_theme`, and NotPossible where somebody
    changed them since they were read.
    """
    check(by, "audit.write_code_book", audit)
    _lock_book(audit)
    _check_words(to)
    now = ThemeWords.objects.select_related("theme").get(
        theme=words.theme, theme__partnership=audit.partnership_id, is_current=True
    )
    if now.pk != words.pk:
        raise NotPossible(
            "Somebody has changed the words of this theme since you opened it. Open it again."
        )
    _check_name(audit, to.name, now.theme)
    if _said(now) == to:
        return now
    last = max(now.theme.editions.values_list("edition", flat=True))
    ThemeWords.objects.filter(pk=now.pk).update(is_current=False)
    made = _worded(now.theme, last + 1, to, by=by.person)
    record(
        "coding.theme_worded",
        by=by,
        on=ref_of(audit),
        detail={"theme": now.theme_id, "edition": made.edition},
    )
    return made


@transaction.atomic
def retire_theme(*, audit: Audit, theme: CodeTheme, by: Viewer) -> CodeTheme:
    """Code no further text by the theme. Codes that were given stay. Raises Absent, NotAllowed."""
    return _retired(audit, theme, by, is_retired=True)


@transaction.atomic
def bring_back_theme(*, audit: Audit, theme: CodeTheme, by: Viewer) -> CodeTheme:
    """Code texts by a retired theme again. Raises Absent and NotAllowed."""
    return _retired(audit, theme, by, is_retired=False)


def _retired(audit: Audit, theme: CodeTheme, by: Viewer, *, is_retired: bool) -> CodeTheme:
    check(by, "audit.write_code_book", audit)
    _lock_book(audit)
    now = CodeTheme.objects.get(pk=theme.pk, partnership=audit.partnership_id)
    if (now.retired_at is not None) is is_retired:
        return now
    now.retired_at = timezone.now() if is_retired else None
    now.save(update_fields=["retired_at"])
    event = "coding.theme_retired" if is_retired else "coding.theme_brought_back"
    record(event, by=by, on=ref_of(audit), detail={"theme": now.pk})
    return now


# --- which texts ---------------------------------------------------------------------------------


@transaction.atomic
def choose_texts(*, audit: Audit, questions: Sequence[str], percent: int, by: Viewer) -> TextChoice:
    """Have the answers to these questions coded, and so many percent of them twice.

    Texts that were chosen stay. Where a return was sent in again with the same words, what was
    coded goes with them; other words are a new text. Raises Absent, NotAllowed and NotPossible.
    """
    check(by, "audit.choose_texts", audit)
    Audit.objects.select_for_update().get(pk=audit.pk)
    able = {one.name for one in questions_to_code(audit)}
    if not questions or not set(questions) <= able:
        raise NotPossible("Choose questions that are answered in words and can be coded now.")
    answers = answers_in_words(audit, questions)
    made = TextChoice(
        audit=audit,
        number=1 + TextChoice.objects.filter(audit=audit).count(),
        questions=sorted(questions),
        share=percent,
        seed=str(_seed(audit)),
        of=len(answers),
        chosen_at=timezone.now(),
        chosen_by_id=by.person,
    )
    new = _moved(audit, answers)
    moved = len(answers) - len(new)
    if not new and not moved:
        raise NotPossible("No return that counts answers these questions yet. Wait for returns.")
    made.save()
    twice = coded_twice(_seed(audit), ((one.key, one.column) for one in answers), percent)
    CodedText.objects.bulk_create(
        CodedText(
            choice=made,
            audit_return_id=one.version.audit_return_id,
            version=one.version,
            column=one.column,
            wants_second=(one.key, one.column) in twice,
        )
        for one in new
    )
    record("coding.chosen", by=by, on=ref_of(audit), detail={"choice": made.pk, "of": len(new)})
    return made


def _seed(audit: Audit) -> int:
    if latest_draw(audit) is None:
        raise NotPossible("No sample has been drawn yet, so that there is nothing to code.")
    return int(audit.sampling_plan["seed"])


def _moved(audit: Audit, answers: Sequence[Answered]) -> list[Answered]:
    """The answers that are no text yet. A text whose words were sent in again goes along."""
    texts = texts_of(audit)
    there = {(one.version_id, one.column) for one in texts}
    earlier: dict[tuple[int, str, str], CodedText] = {}
    for one in texts:
        if not one.version.is_latest:
            words = answers_of(one.version.response).get(one.column, "")
            earlier[one.audit_return_id, one.column, words] = one
    new = []
    for answer in answers:
        if (answer.version.pk, answer.column) in there:
            continue
        same = earlier.get((answer.version.audit_return_id, answer.column, answer.words))
        if same is None:
            new.append(answer)
        else:
            CodedText.objects.filter(pk=same.pk).update(version=answer.version)
    return new


# --- coding --------------------------------------------------------------------------------------


def _begun(text: CodedText, by: Viewer) -> CodedText:
    """The text as it stands now, locked, with its open coding the viewer's own.

    Raises Absent, NotAllowed, and NotPossible where somebody else has begun it.
    """
    now = CodedText.objects.select_for_update().select_related("version").get(pk=text.pk)
    check(by, action_open(now), now)
    if coder_of(now) is None:
        if coding_open(now) == FIRST:
            now.first_by_id = by.person
        else:
            now.second_by_id = by.person
        now.save(update_fields=["first_by", "second_by"])
    elif coder_of(now) != by.person:
        raise NotPossible(TAKEN)
    return now


@transaction.atomic
def mark_passages(
    *,
    text: CodedText,
    spans: Sequence[Span],
    themes: Sequence[int],
    polarity: str,
    by: Viewer,
) -> list[Code]:
    """Give each passage each of the themes, by the keys of their current words.

    A passage that has a theme already is given it anew with this polarity. Raises as `_begun`, and
    NotPossible for a passage outside the text or a theme that is not in use.
    """
    now = _begun(text, by)
    length = len(words_of_text(now))
    if not spans or any(not 0 <= start < end <= length for start, end in spans):
        raise NotPossible("Mark a passage of the text.")
    known = {one.pk for one in themes_to_give(now.choice.audit)}
    if not themes or not set(themes) <= known:
        raise NotPossible("Choose themes that are in use in the code book.")
    if polarity not in Polarity.values:
        raise NotPossible("Say which way the passage points.")
    made = []
    for start, end in spans:
        for theme in themes:
            code, _ = Code.objects.update_or_create(
                text=now,
                coding=coding_open(now),
                start=start,
                end=end,
                words_id=theme,
                defaults={"polarity": polarity, "coded_at": timezone.now()},
            )
            made.append(code)
    record("coding.marked", by=by, on=ref_of(now), detail={"codes": [one.pk for one in made]})
    return made


@transaction.atomic
def take_out_codes(*, text: CodedText, codes: Sequence[int], by: Viewer) -> None:
    """Take out codes of the coding that is open; those that are gone already are passed over."""
    now = _begun(text, by)
    gone = now.codes.filter(coding=coding_open(now), pk__in=codes)
    keys = list(gone.values_list("pk", flat=True))
    gone.delete()
    record("coding.marked", by=by, on=ref_of(now), detail={"taken_out": keys})


@transaction.atomic
def finish_coding(*, text: CodedText, by: Viewer) -> CodedText:
    """Finish the coding that is open, also where it marks nothing. It stays. Raises as `_begun`."""
    now = _begun(text, by)
    if coding_open(now) == FIRST:
        now.first_done_at = timezone.now()
        now.suggestions.all().delete()
        now.dismissals.all().delete()
    else:
        now.second_done_at = timezone.now()
    now.save(update_fields=["first_done_at", "second_done_at"])
    record("coding.done", by=by, on=ref_of(now))
    return now


# --- suggestions: nothing is coded by itself ------------------------------------------------------


def _check_suggested(text: CodedText, start: int, end: int, theme: CodeTheme) -> int:
    """The key of who codes the text. Raises NotPossible where this is not suggested to them."""
    if coding_open(text) != FIRST or text.first_by_id is None:
        raise NotPossible("A second coding is done without suggestions.")
    if not text.suggestions.filter(start=start, end=end, theme=theme).exists():
        raise NotPossible("This is not suggested any more. Mark the passage yourself.")
    return text.first_by_id


@transaction.atomic
def take_suggestion(
    *, text: CodedText, start: int, end: int, words: ThemeWords, polarity: str, by: Viewer
) -> Code:
    """Make a suggestion a code of whoever takes it, marked as taken from one. Twice is once.

    `words` are the theme's current words. Raises Absent, NotAllowed, and NotPossible where it is
    not suggested, in a second coding, or where somebody else codes the text.
    """
    now = _begun(text, by)
    _check_suggested(now, start, end, words.theme)
    if words.pk not in {one.pk for one in themes_to_give(now.choice.audit)}:
        raise NotPossible("Choose themes that are in use in the code book.")
    if polarity not in Polarity.values:
        raise NotPossible("Say which way the passage points.")
    code, _ = Code.objects.get_or_create(
        text=now,
        coding=FIRST,
        start=start,
        end=end,
        words=words,
        defaults={"polarity": polarity, "is_suggested": True, "coded_at": timezone.now()},
    )
    record("coding.suggestion_taken", by=by, on=ref_of(now), detail={"code": code.pk})
    return code


@transaction.atomic
def dismiss_suggestion(
    *, text: CodedText, start: int, end: int, theme: CodeTheme, by: Viewer
) -> Dismissal:
    """Never suggest the theme of this passage to this coder again. Raises as `take_suggestion`."""
    now = _begun(text, by)
    coder = _check_suggested(now, start, end, theme)
    made, _ = Dismissal.objects.get_or_create(
        text=now,
        theme=theme,
        start=start,
        end=end,
        person_id=coder,
        defaults={"at": timezone.now()},
    )
    record("coding.suggestion_dismissed", by=by, on=ref_of(now), detail={"theme": theme.pk})
    return made


# --- what comes with a pack ----------------------------------------------------------------------


@transaction.atomic
def keep_codes(*, audit: Audit, texts: Sequence[TextTaken], by: Viewer) -> None:
    """Keep codes that came with a pack: who gave them is not in it.

    A theme that the code book lacks is added; words that it lacks are kept beside those that it
    codes by now. The audit has no codes yet. Raises Absent and NotAllowed.
    """
    check(by, "audit.receive", audit)
    if not texts:
        return
    _lock_book(audit)
    now = timezone.now()
    choice = TextChoice.objects.create(
        audit=audit,
        number=1,
        questions=sorted({one.column for one in texts}),
        seed=str(audit.sampling_plan.get("seed", "")),
        of=len(texts),
        chosen_at=now,
    )
    returns = _returns(audit)
    words: dict[ThemeUsed, ThemeWords] = {}
    used = {code.theme for text in texts for code in (*text.first, *(text.second or ()))}
    new: set[int] = set()
    for theme in sorted(used, key=lambda one: (one.code, one.edition)):
        words[theme] = _words_kept(audit, theme, new)
    for text in texts:
        key, version = returns[text.key]
        kept = CodedText.objects.create(
            choice=choice,
            audit_return_id=key,
            version_id=version,
            column=text.column,
            wants_second=text.wants_second,
            first_done_at=now,
            second_done_at=None if text.second is None else now,
        )
        Code.objects.bulk_create(
            Code(
                text=kept,
                coding=coding,
                start=one.start,
                end=one.end,
                words=words[one.theme],
                polarity=one.polarity,
                coded_at=now,
            )
            for coding, codes in ((FIRST, text.first), (SECOND, text.second or ()))
            for one in codes
        )
    record("coding.received", by=by, on=ref_of(audit), detail={"texts": len(texts)})


def _returns(audit: Audit) -> dict[Key, tuple[int, int]]:
    """The key of each return and of its latest version, by agency, respondent and case."""
    rows = ReturnVersion.objects.filter(
        audit_return__participant__audit=audit, is_latest=True
    ).values_list(
        "audit_return__participant__code",
        "audit_return__respondent",
        "audit_return__case__number",
        "audit_return_id",
        "pk",
    )
    return {(agency, who, case or ""): (key, version) for agency, who, case, key, version in rows}


def _words_kept(audit: Audit, used: ThemeUsed, new: set[int]) -> ThemeWords:
    """The words as the code book has them. Of a `new` theme the newest are those in use."""
    theme, is_new = CodeTheme.objects.get_or_create(
        partnership_id=audit.partnership_id,
        code=used.code,
        defaults={"added_at": timezone.now()},
    )
    if is_new:
        new.add(theme.pk)
    there = list(theme.editions.order_by("edition"))
    same = next((one for one in there if _said(one) == used.words), None)
    if same is not None:
        return same
    if theme.pk in new:
        theme.editions.update(is_current=False)
    return _worded(theme, 1 + len(there), used.words, by=None, is_current=theme.pk in new)
