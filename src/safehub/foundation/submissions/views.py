"""Where the script saves drafts, and where one is discarded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from safehub.foundation.errors import NotPossible
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.commands import discard_draft, keep_posted, keep_rescued
from safehub.foundation.submissions.drafts import DraftTooLarge
from safehub.foundation.submissions.holders import Holder, holder_of
from safehub.foundation.submissions.posting import clock_time
from safehub.foundation.submissions.queries import draft_with
from safehub.foundation.submissions.refusals import plain_page
from safehub.foundation.submissions.tokens import TOKEN, TokenRefused, token_of


@require_POST
def keep(request: HttpRequest, form: str) -> JsonResponse:
    """Keep what was typed so far. Answers with the time, or with a sentence that says why not.

    Where the session ended meanwhile (`request.ended_for` says whose it was), the text is kept all
    the same, and the answer says that one is signed out.
    """
    ended = getattr(request, "ended_for", None)
    holder = Holder(person=int(ended.pk)) if ended is not None else holder_of(request)
    try:
        token = token_of(request.POST.get(TOKEN, ""), holder=holder)
        if token.form != form:
            raise TokenRefused("This was opened as another form: open it again.")
        kept = keep_posted(token=token, data=request.POST)
    except DraftTooLarge as refused:
        return JsonResponse({"sentence": str(refused)}, status=413)
    except NotPossible as refused:
        return JsonResponse({"sentence": str(refused)}, status=409)
    saved_at = clock_time(kept) if kept else ""
    if ended is not None:
        sentence = (
            f"you were signed out. Your text was kept at {saved_at}: sign in to go on with it"
        )
        return JsonResponse({"sentence": sentence}, status=401)
    return JsonResponse({"saved_at": saved_at})


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, key: int) -> HttpResponse:
    """Ask whether an unsent text is to be dropped, and drop it."""
    holder = holder_of(request)
    text = draft_with(key, holder)
    if request.method == "POST":
        discard_draft(holder=holder, key=key)
        messages.info(request, "The text was discarded.")
        return HttpResponseRedirect(text.path)
    saved = clock_time(text.saved_at)
    title = "Do you want to discard this text?"
    return page(request, "submissions/discard.html", title=title, saved=saved, form_page=text.path)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer where the check against forgery fails: most often after signing in elsewhere.

    What was typed is kept where the form's own token proves that this person opened it, which
    nobody who forges a request can know.
    """
    kept = None
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        kept = keep_rescued(person_id=int(user.pk), path=request.path, post_data=request.POST)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"sentence": "open this page again to go on"}, status=403)
    again = ("Open the form again", kept) if kept else None
    lines = [_FORGED, _FORGED_KEPT if kept else _FORGED_LOST]
    return plain_page("This was not sent", lines, status=403, onward=again)


_FORGED = (
    "The page was opened before you last signed in, or your browser keeps no cookies. "
    "To keep others from acting in your name, nothing was done."
)
_FORGED_KEPT = "What you typed is kept: open the form again and continue with it."
_FORGED_LOST = (
    "Go back in your browser: your text is still there. Copy it, load the page anew, and send it "
    "again."
)
