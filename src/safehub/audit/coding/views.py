"""The code book, the texts to be coded, coding one, and what codes come to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.coding import commands, forms, presenters, queries
from safehub.audit.coding.leaving.commands import go_on, let_go
from safehub.audit.coding.leaving.queries import FINISHED, begun_as, why_not_on, why_not_yet
from safehub.audit.coding.models import CodedText
from safehub.audit.coding.states import FIRST, Polarity
from safehub.audit.coding.suggesting.queries import suggestions_for
from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.late import is_late
from safehub.audit.returns.presenters import MASKED, tabs_of
from safehub.foundation.access.decision import may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotAllowed
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.wording import plural
from safehub.foundation.submissions.submitting import submit


@require_safe
def coding(request: HttpRequest, reference: str) -> HttpResponse:
    """The texts to be coded that the viewer may see, the themes by agency, and the agreement."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_coding")
    texts = queries.texts_listed(viewer, audit, request.GET.get("page"))
    noted_list(viewer, "coding.see", texts.rows)
    matrix = queries.matrix_for(viewer, audit)
    agreement = queries.agreement_for(viewer, audit)
    return page(
        request,
        "coding/coding.html",
        title="Coding",
        audit=audit,
        tabs=tabs_of(viewer, audit, "coding"),
        chooses=may(viewer, "audit.choose_texts", audit),
        suggests=may(viewer, "audit.see_suggestions", audit),
        texts=texts,
        rows=presenters.text_rows(audit, texts.rows),
        agencies=list(matrix.agencies.values()),
        ways=[one.label for one in Polarity],
        matrix=presenters.matrix_rows(audit, matrix),
        by_way=presenters.way_rows(audit, matrix),
        lead=presenters.agreement_lead(agreement),
        agreement=presenters.agreement_rows(agreement),
        choices=presenters.choice_rows(queries.choices_made(audit)),
    )


def choose_texts(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the questions whose answers are coded, and the share coded twice."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.choose_texts")
    back = reverse("audit:coding", args=[reference])
    return submit(
        request,
        forms.ChooseTextsForm,
        act=lambda form: commands.choose_texts(
            audit=audit,
            questions=form.cleaned_data["questions"],
            percent=form.cleaned_data["percent"],
            by=viewer,
        ),
        title="Choose the texts to be coded",
        lead="Every answer to these questions in a return that counts is to be coded. What was "
        "chosen stays. Choose again once more returns are in, or were sent in again: words that "
        "did not change keep their codes.",
        success=lambda made: f"{plural(made.texts.count(), 'text')} added to those to be coded.",
        then=back,
        record=audit,
        form_kwargs={
            "questions": [
                (one.name, one.label or one.name) for one in queries.questions_to_code(audit)
            ]
        },
        button="Choose them",
        cancel=back,
    )


@require_safe
def coded_text(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """One text; its codes once every coding is in."""
    viewer = viewer_on(request)
    text = queries.one_text(viewer, reference, key)
    audit = text.audit_return.participant.audit
    words = queries.words_shown(viewer, text)
    shown = queries.codes_shown(viewer, text)
    codes = may(viewer, queries.action_open(text), text)
    holder = queries.coder_of(text)
    return page(
        request,
        "coding/text.html",
        title=f"Text of case {text.audit_return.case.number}",
        audit=audit,
        text=text,
        state=presenters.state_of(text),
        facts=[
            *presenters.text_facts(text),
            *(presenters.coders(text, shown) if shown else []),
        ],
        words=MASKED if words is None else words,
        codes=presenters.code_rows(words, shown.codes) if shown and words is not None else None,
        codes_it=codes and holder in {None, viewer.person},
        lets_go=codes and holder is not None,
    )


def code_text(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Mark passages of a text and say of what they speak; then finish it."""
    viewer = viewer_on(request)
    text = queries.one_text(viewer, reference, key)
    too_late = _too_late(request, viewer, text)
    back = reverse("audit:coded_text", args=[reference, key])
    is_theirs = queries.coder_of(text) in {None, viewer.person} and too_late != FINISHED
    if not is_theirs and request.method != "POST":
        return redirect(back)
    audit = text.audit_return.participant.audit
    shown = queries.words_shown(viewer, text)
    words = shown or ""
    # What somebody else marks in it shows to nobody else.
    given = queries.codes_being_given(text) if is_theirs else []
    themes = queries.themes_to_give(audit)
    suggests = is_theirs and shown is not None
    suggested = suggestions_for(viewer, text, themes, given) if suggests else []
    nth = "" if queries.coding_open(text) == FIRST else " a second time"

    def act(form: forms.CodeForm) -> str:
        said = form.cleaned_data
        go_on(text=text, begun=said["begun"], by=viewer)
        if said.get("take_out"):
            commands.take_out_codes(text=text, codes=[int(k) for k in said["take_out"]], by=viewer)
        answer_suggestions(form, text, viewer)
        if said["spans"]:
            commands.mark_passages(
                text=text,
                spans=said["spans"],
                themes=[int(one) for one in said["themes"]],
                polarity=said["polarity"],
                by=viewer,
            )
        if said["then"] == forms.DONE:
            commands.finish_coding(text=text, by=viewer)
            return reverse("audit:coding", args=[reference])
        return reverse("audit:code_text", args=[reference, key])

    return submit(
        request,
        forms.CodeForm,
        act=act,
        too_late=too_late,
        title=f"Code the text of case {text.audit_return.case.number}{nth}",
        success="What you marked is kept.",
        template="coding/code.html",
        record=text,
        form_kwargs={
            "text": words,
            "themes": themes,
            "given": given,
            "suggested": suggested,
            "begun": begun_as(viewer, text),
        },
        audit=audit,
        text=text,
        facts=presenters.text_facts(text),
        words=MASKED if shown is None else words,
        themes=themes,
        suggested=suggested,
        button="Keep it",
        cancel=back,
    )


def _too_late(request: HttpRequest, viewer: Viewer, text: CodedText) -> str:
    """Why what is sent is not taken any more, to whom the coding was open once; else blank.

    Raises Absent, and NotAllowed to whom it never was.
    """
    begun = request.POST.get("begun", "")
    try:
        queries.check_codes(viewer, text)
    except NotAllowed as refused:
        # Whoever opened it has the page; whoever did not has no word of how it stood.
        if not (is_late(refused) and begun):
            raise
        return FINISHED
    return why_not_on(viewer, text, begun) if request.method == "POST" else ""


def answer_suggestions(form: forms.CodeForm, text: CodedText, viewer: Viewer) -> None:
    """Take or dismiss the suggestions that the coder answered, and no others."""
    for one, said in form.answered():
        if said == forms.DISMISS:
            commands.dismiss_suggestion(
                text=text, start=one.start, end=one.end, theme=one.words.theme, by=viewer
            )
        else:
            commands.take_suggestion(
                text=text,
                start=one.start,
                end=one.end,
                words=one.words,
                polarity=said,
                by=viewer,
            )


def let_go_text(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Leave the coding of a text to somebody else."""
    viewer = viewer_on(request)
    text = queries.one_text(viewer, reference, key)
    queries.check_codes(viewer, text)
    back = reverse("audit:coded_text", args=[reference, key])
    return submit(
        request,
        forms.ConfirmForm,
        act=lambda form: let_go(text=text, by=viewer),
        too_late=why_not_yet(viewer, text),
        title="Let somebody else code this text?",
        lead="What was marked in the coding that is not finished is dropped, and nobody has seen "
        "it. Whoever marked it is told. Codings that are finished stay.",
        success="Anybody who codes may take this text now.",
        then=back,
        record=text,
        button="Let it go",
        warns=True,
        cancel=back,
    )


@require_safe
def theme_passages(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The passages behind a number, and the words of the theme that they were coded by."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_coding")
    queries.theme_of(audit, code)
    agency, way = request.GET.get("agency", ""), request.GET.get("way", "")
    found = queries.passages_for(
        viewer, audit, code, agency=agency, way=way, page=request.GET.get("page")
    )
    noted_list(viewer, "coding.see", found.rows)
    before, after = presenters.page_links(found.paged, agency=agency, way=way)
    name = found.editions[0].name if found.editions else queries.words_of(audit, code).name
    return page(
        request,
        "coding/passages.html",
        title=name,
        audit=audit,
        found=found,
        before=before,
        after=after,
        rows=presenters.passage_rows(audit, found),
        editions=[(one, presenters.words_facts(one)) for one in found.editions],
    )


@require_safe
def code_book(request: HttpRequest, reference: str) -> HttpResponse:
    """The themes of the partnership with what each means."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_coding")
    writes = may(viewer, "audit.write_code_book", audit)
    return page(
        request,
        "coding/book.html",
        title="Code book",
        audit=audit,
        writes=writes,
        book=presenters.book_facts(audit, queries.book_of(audit), writes=writes),
    )


def add_theme(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a theme to the code book."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.write_code_book")
    back = reverse("audit:code_book", args=[reference])
    return submit(
        request,
        forms.ThemeForm,
        act=lambda form: commands.add_theme(audit=audit, words=form.words(), by=viewer),
        title="Add a theme to the code book",
        lead="The code book is the partnership's: later rounds code by it too.",
        success="The theme is in the code book.",
        then=back,
        record=audit,
        button="Add it",
        cancel=back,
    )


def change_theme(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Change the words of a theme: a new edition."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.write_code_book")
    words = queries.words_of(audit, code)
    back = reverse("audit:code_book", args=[reference])
    names = ("name", "definition", "examples", "use_when", "not_when")
    return submit(
        request,
        forms.ThemeForm,
        act=lambda form: commands.change_words(
            audit=audit, words=words, to=form.words(), by=viewer
        ),
        title=f"Change the words of {words.name}",
        lead="Texts are coded by the new words from now on. What was coded by the earlier ones "
        "keeps them, in this round and in earlier ones.",
        success="The words are changed.",
        then=back,
        record=words,
        initial={name: getattr(words, name) for name in names},
        button="Change them",
        cancel=back,
    )


def retire_theme(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Retire a theme, or bring a retired one back."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.write_code_book")
    words = queries.words_of(audit, code)
    is_used = words.theme.retired_at is None
    back = reverse("audit:code_book", args=[reference])
    command = commands.retire_theme if is_used else commands.bring_back_theme
    return submit(
        request,
        forms.ConfirmForm,
        act=lambda form: command(audit=audit, theme=words.theme, by=viewer),
        title=f"Retire {words.name}?" if is_used else f"Bring back {words.name}?",
        lead="No further text is coded by it, in any round. Codes that were given stay, and it can "
        "be brought back."
        if is_used
        else "Texts are coded by it again.",
        success="The theme is retired." if is_used else "The theme is in use again.",
        then=back,
        record=words,
        button="Retire it" if is_used else "Bring it back",
        cancel=back,
    )
