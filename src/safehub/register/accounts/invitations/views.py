"""Following the link of an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from safehub.foundation.errors import NotPossible
from safehub.foundation.govuk.pages import page
from safehub.register.accounts.forms import AcceptForm
from safehub.register.accounts.invitations.commands import SPENT, accept_invitation
from safehub.register.accounts.invitations.queries import open_invitation
from safehub.register.accounts.queries import request_id_of
from safehub.register.accounts.sessions.commands import end_this


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password; then the doors lead to the second factor."""
    invitation = open_invitation(token, timezone.now())
    if invitation is None:
        return _spent(request)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = accept_invitation(
                token=token,
                password=form.cleaned_data["password1"],
                request_id=request_id_of(request),
            )
        except NotPossible as refusal:
            if str(refusal) == SPENT:
                return _spent(request)
            form.add_error("password1", str(refusal))
        else:
            if request.user.is_authenticated:
                end_this(request=request)
            record_authentication(request, person, "password", email=person.email)
            answer: HttpResponse = perform_login(request, Login(user=person))
            return answer
    return page(
        request,
        "accounts/accept.html",
        title="Choose your password",
        form=form,
        email=invitation.person.email,
    )


def _spent(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        "accounts/spent.html",
        title="This invitation no longer works",
        status=410,
        reason=SPENT,
    )
