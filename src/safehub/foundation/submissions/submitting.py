"""One way for every form: shown, drafted, sent once, and met by somebody else's edit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)

from safehub.foundation.errors import (
    EditConflict,
    NotPossible,
    Refused,
    SafehubError,
)
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.commands import claim, conclude, keep_posted
from safehub.foundation.submissions.drafts import KeptText
from safehub.foundation.submissions.editing import Edit, Met
from safehub.foundation.submissions.fields import ACTION, EVERYTHING, digest_of, left_out
from safehub.foundation.submissions.forms import EditForm, code_of, keeps_drafts
from safehub.foundation.submissions.holders import holder_of, membership_of
from safehub.foundation.submissions.models import Submission
from safehub.foundation.submissions.originals import ORIGINAL
from safehub.foundation.submissions.posting import (
    DRAFT,
    SAVE,
    Posting,
    attach,
    clock_time,
    offer_of,
)
from safehub.foundation.submissions.queries import drafts_of, submission_with
from safehub.foundation.submissions.tokens import (
    TOKEN,
    FormToken,
    TokenRefused,
    new_token,
    token_for,
)

_log = logging.getLogger(__name__)

Act = Callable[[Any], Any]


def submit(
    request: HttpRequest,
    form_class: type[BaseForm],
    *,
    act: Act,
    title: str,
    success: str | Callable[[Any], str],
    template: str = "submissions/form_page.html",
    then: str | Callable[[Any], str] = "",
    record: Model | None = None,
    initial: Mapping[str, Any] | None = None,
    form_kwargs: Mapping[str, Any] | None = None,
    too_late: str = "",
    **context: Any,
) -> HttpResponse:
    """Show the form, or do what it asks: once, whole or not at all.

    `act` is called with the valid form, within one transaction with its token, its trail and its
    outbox. It leads to `then`, else to the address that `act` returns (or of the record that it
    returns), else back to the form; and `success` is told once all is committed. What `act`
    raises of the house's errors is shown above the form, with what was typed. With an EditForm
    `record` is what is edited; with any other it only says what the form is about. Whether the
    viewer may open the page at all is for the view to ask before. `too_late` is the sentence that
    says why the form, which was open to them once, is not taken any more: then nothing is done,
    and what was typed is shown and kept.
    """
    sending = _Sending(
        request,
        form_class,
        act,
        title,
        success,
        template,
        then,
        record,
        dict(initial or {}),
        dict(form_kwargs or {}),
        too_late,
        context,
    )
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    return sending.taken() if request.method == "POST" else sending.shown()


@dataclass
class _Sending:
    """One request of one form."""

    request: HttpRequest
    form_class: type[BaseForm]
    act: Act
    title: str
    success: str | Callable[[Any], str]
    template: str
    then: str | Callable[[Any], str]
    record: Model | None
    initial: dict[str, Any]
    form_kwargs: dict[str, Any]
    too_late: str
    context: dict[str, Any]

    def __post_init__(self) -> None:
        self.holder = holder_of(self.request)
        self.membership = membership_of(self.request)
        self.code = code_of(self.form_class)
        self.edit = Edit(self.form_class, self.record)
        self.about = self.edit.about
        self.drafts_kept = False
        self.saved = ""

    # Showing

    def shown(self) -> HttpResponse:
        form = self._form()
        texts = self._texts() if self.drafts_kept else []
        chosen = next((one for one in texts if str(one.key) == self.request.GET.get(DRAFT)), None)
        if chosen is not None:
            return self._gone_on_with(chosen)
        offers = [offer_of(text, self.request.path) for text in texts]
        return self._page(form, self._token(form), original=self.edit.original(form), offers=offers)

    def _texts(self) -> list[KeptText]:
        return drafts_of(self.holder, form=self.code, record=self.about, path=self.request.path)

    def _gone_on_with(self, text: KeptText) -> HttpResponse:
        data = QueryDict(mutable=True)
        for name, values in text.fields.items():
            data.setlist(name, values)
        form = _quiet(self._form(data))
        self.saved = clock_time(text.saved_at)
        token = self._token(form, window=text.window)
        return self._page(form, token, original=text.original or self.edit.original(form))

    def _form(self, data: QueryDict | None = None, files: Any = None) -> BaseForm:
        initial = {**self.edit.current(), **self.initial}
        form = self.form_class(data, files, initial=initial, **self.form_kwargs)
        self.drafts_kept = keeps_drafts(form)
        return form

    def _token(self, form: BaseForm, window: str = "") -> FormToken:
        return new_token(
            holder=self.holder,
            form=self.code,
            record=self.about,
            path=self.request.path,
            left_out=left_out(form) if self.drafts_kept else (EVERYTHING,),
            window=window,
            membership=self.membership,
        )

    def _page(
        self, form: BaseForm, token: FormToken, *, status: int = 200, **further: Any
    ) -> HttpResponse:
        posting = Posting(
            token=token,
            drafts_kept=self.drafts_kept,
            has_files=form.is_multipart(),
            saved=self.saved,
            too_late=self.too_late,
            **further,
        )
        attach(form, posting)
        title = (
            f"Somebody else changed this: {self.title}"
            if further.get("differences")
            else self.title
        )
        return page(
            self.request,
            self.template,
            title=title,
            status=status,
            form=form,
            posting=posting,
            **self.context,
        )

    def _met(self, form: BaseForm, token: FormToken, met: Met) -> HttpResponse:
        """Both sides beside each other, and the form with all that could be put together."""
        shown = self.form_class(initial=dict(met.merge.values), **self.form_kwargs)
        self._rescue(token)
        return self._page(
            shown,
            self._token(form, window=token.window),
            status=409,
            original=met.original.signed(),
            differences=met.merge.differences,
        )

    # Sending

    def taken(self) -> HttpResponse:
        request = self.request
        form = self._form(request.POST, request.FILES)
        try:
            token = token_for(
                request.POST.get(TOKEN, ""),
                holder=self.holder,
                form=self.code,
                record=self.about,
                path=request.path,
                membership=self.membership,
            )
        except TokenRefused as refused:
            return self._refused(form, self._token(form), [str(refused)])
        if self.too_late:
            return self._late(form, token)
        wanted = request.POST.get(ACTION, "")
        if wanted == SAVE and self.drafts_kept:
            return self._saved_for_later(form, token)
        if not form.is_valid():
            first = submission_with(token.nonce, self.holder)
            return self._pressed_again(form, first) if first else self._refused(form, token, [])
        return self._done(form, token)

    def _saved_for_later(self, form: BaseForm, token: FormToken) -> HttpResponse:
        try:
            kept = keep_posted(token=token, data=self.request.POST)
        except NotPossible as refused:
            return self._refused(form, token, [str(refused)], status=413)
        if kept is not None:
            days = self.holder.keeps_for.days
            messages.info(
                self.request, f"Kept at {clock_time(kept)} for {days} days, and not sent yet."
            )
        return HttpResponseRedirect(self.request.path)

    def _done(self, form: BaseForm, token: FormToken) -> HttpResponse:
        try:
            with transaction.atomic(durable=True):
                first = claim(token=token, digest=digest_of(self.request))
                if first is None:
                    self.edit.meet(form, self.request.POST)
                    led_to, told = self._act(form)
                    conclude(token=token, led_to=led_to, told=told)
        except Met as met:
            return self._met(form, token, met)
        except EditConflict as conflict:
            return self._overtaken(form, token, conflict)
        except Refused as refused:
            return self._refused(form, token, refused.mistakes)
        except NotPossible as refused:
            return self._refused(form, token, [str(refused)])
        except Exception:
            # Whatever went wrong, and whoever shows and records it: what was typed is kept.
            self._rescue(token)
            raise
        if first is not None:
            return self._pressed_again(form, first)
        messages.success(self.request, told)
        return HttpResponseRedirect(led_to)

    def _act(self, form: BaseForm) -> tuple[str, str]:
        result = self.act(form)
        then = self.then(result) if callable(self.then) else self.then
        if not then and isinstance(result, str):
            then = result
        if not then and hasattr(result, "get_absolute_url"):
            then = result.get_absolute_url()
        told = self.success(result) if callable(self.success) else self.success
        return then or self.request.path, told

    def _pressed_again(self, form: BaseForm, first: Submission) -> HttpResponse:
        """The first result again; unless something else was typed since, which is not lost."""
        if first.digest == digest_of(self.request):
            messages.success(self.request, first.told)
            return HttpResponseRedirect(first.led_to)
        sentence = (
            f"You sent this form at {clock_time(first.sent_at)}, and that was done. What you have "
            "typed since is here and was not sent: send it as well only if you mean both."
        )
        form.is_valid()
        return self._refused(form, self._token(form), [sentence], status=409)

    def _overtaken(self, form: BaseForm, token: FormToken, conflict: EditConflict) -> HttpResponse:
        """The command found what was edited changed, though the form had not."""
        if self.record is None or not isinstance(form, EditForm):
            return self._refused(form, token, [str(conflict)], status=409)
        try:
            with transaction.atomic():
                self.edit.meet(form, self.request.POST)
        except Met as met:
            return self._met(form, token, met)
        return self._refused(form, token, [str(conflict)], status=409)

    # Refusing

    def _late(self, form: BaseForm, token: FormToken) -> HttpResponse:
        """What was done before it was too late, or what was typed, kept and not judged any more."""
        first = submission_with(token.nonce, self.holder)
        if first is not None:
            return self._pressed_again(form, first)
        form.is_valid()
        _quiet(form).add_error(None, self.too_late)
        self._rescue(token)
        original = self.request.POST.get(ORIGINAL, "")
        return self._page(form, token, status=409, original=original)

    def _refused(
        self, form: BaseForm, token: FormToken, mistakes: Iterable[Any], *, status: int = 422
    ) -> HttpResponse:
        """The form as it was typed, with what is wrong and what to do; and the text is kept."""
        form.is_valid()
        _say_kindly(form)
        for mistake in mistakes:
            place = getattr(mistake, "place", "")
            if place in form.fields:
                form.add_error(place, f"Enter {mistake.wanted}")
            else:
                form.add_error(None, str(mistake))
        self._rescue(token)
        # As it came, whether it will do or not: a new one would hide what others changed meanwhile.
        return self._page(form, token, status=status, original=self.request.POST.get(ORIGINAL, ""))

    def _rescue(self, token: FormToken) -> None:
        """Keep what was typed, if it can be. What is wrong already must not be hidden by this."""
        if not self.drafts_kept:
            return
        try:
            kept = keep_posted(token=token, data=self.request.POST)
        except (SafehubError, DatabaseError, OSError) as error:
            _log.warning("draft not kept: form %s: %s", self.code, type(error).__name__)
            return
        if kept is not None:
            self.saved = clock_time(kept)


def _quiet(form: BaseForm) -> BaseForm:
    """Unsent text is shown without its mistakes: it was never finished."""
    form.is_quiet = True  # type: ignore[attr-defined]
    form._errors = ErrorDict()  # type: ignore[attr-defined]
    return form


def _say_kindly(form: BaseForm) -> None:
    for errors in form.errors.as_data().values():
        for error in errors:
            if error.code == "null_characters_not_allowed":
                error.message = _NUL


_NUL = (
    "This holds a character that cannot be kept (a NUL, which comes with some pasted text): "
    "take it out or type it anew"
)
