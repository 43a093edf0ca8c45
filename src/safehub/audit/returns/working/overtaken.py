"""What was typed on a page of a return that somebody else has ended or hidden meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from safehub.audit.returns.models import WorkingReturn
from safehub.audit.returns.working import presenters, queries
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.errors import Absent, NotPossible
from safehub.foundation.govuk.pages import page
from safehub.foundation.records import RecordRef
from safehub.foundation.submissions.commands import keep_posted
from safehub.foundation.submissions.fields import Typed, digest_of, typed
from safehub.foundation.submissions.holders import holder_of, membership_of
from safehub.foundation.submissions.queries import submission_with, texts_about
from safehub.foundation.submissions.tokens import TOKEN, FormToken, TokenRefused, token_of

_View = Callable[[HttpRequest, str, int, int], HttpResponse]
HIDDEN = (
    "What somebody answered meanwhile on another section means that nothing of this section is "
    "asked any more, so nothing from here was saved."
)


def keeping_text(view: _View) -> _View:
    """Where a return was submitted or discarded while somebody typed, show what they typed and why.

    It is kept as a draft, which its address shows again, also for whoever is told no more than that
    there is nothing here.
    """

    @wraps(view)
    def shown(request: HttpRequest, reference: str, key: int, number: int) -> HttpResponse:
        try:
            return view(request, reference, key, number)
        except Absent:
            token = posted_token(request, key)
            if token is not None:
                _keep(request, token)
            gone = queries.why_gone(viewer_on(request), reference, key)
            if gone is None or (request.method == "POST" and token is None):
                raise
            answer = text_page(request, gone, key, token)
            if answer is None:
                raise
            return answer

    return shown


def posted_token(request: HttpRequest, key: int) -> FormToken | None:
    """The token of the form that was sent, where its sender opened it here in the same role."""
    if request.method != "POST":
        return None
    try:
        token = token_of(request.POST.get(TOKEN, ""), holder=holder_of(request))
    except TokenRefused:
        return None
    here = (RecordRef("returns.workingreturn", key), request.path, membership_of(request))
    return token if (token.record, token.path, token.membership) == here else None


def hidden_page(request: HttpRequest, working: WorkingReturn, late: str) -> HttpResponse | None:
    """What was typed on a section of which nothing is asked any more; None where there is none.

    What was done before is told as done.
    """
    token = posted_token(request, working.pk)
    if token is not None:
        first = submission_with(token.nonce, token.holder)
        if first is not None and first.digest == digest_of(request):
            messages.success(request, first.told)
            return redirect(first.led_to)
        _keep(request, token)
    gone = queries.gone_of(working, late or HIDDEN)
    return text_page(request, gone, working.pk, token)


def text_page(
    request: HttpRequest, gone: queries.Gone, key: int, token: FormToken | None
) -> HttpResponse | None:
    """The page with the text; None where nothing was typed."""
    found: list[tuple[str, Typed]] = []
    if token is not None:
        found = [(token.form, typed(request.POST, leaving_out=token.left_out))]
    elif request.method != "POST":
        kept = texts_about(holder_of(request), RecordRef("returns.workingreturn", key))
        found = [(one.form, one.fields) for one in kept if one.path == request.path]
    if not found:
        return None
    return page(
        request,
        "returns/overtaken.html",
        title="What you typed was not saved",
        status=409 if request.method == "POST" else 200,
        gone=gone,
        facts=presenters.text_facts(queries.typed_of(gone, found)),
        days=holder_of(request).keeps_for.days,
    )


def _keep(request: HttpRequest, token: FormToken) -> None:
    """As any form that is refused. What is wrong already must not be hidden by this."""
    try:
        keep_posted(token=token, data=request.POST)
    except NotPossible:
        return
