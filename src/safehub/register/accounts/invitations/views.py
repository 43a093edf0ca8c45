"""Following the link of an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from safehub.foundation.errors import NotPossible
from safehub.foundation.govuk.pages import page
from safehub.register.accounts.forms import AcceptForm
from safehub.register.accounts.invitations.commands import SPENT, accept_invitation
from safehub.register.accounts.invitations.queries import open_invitation
from safehub.register.accounts.offers.commands import SPENT as OFFER_SPENT
from safehub.register.accounts.offers.commands import accept_as_newcomer
from safehub.register.accounts.offers.queries import offer_by_token
from safehub.register.accounts.queries import person_by_email, request_id_of
from safehub.register.accounts.sessions.commands import end_this


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password; then the doors lead to the second factor."""
    now = timezone.now()
    invitation = open_invitation(token, now)
    offer = None if invitation else offer_by_token(token, now)
    if offer is not None and person_by_email(offer.email) is not None:
        # An account begun meanwhile, by another invitation: the offer waits there.
        return redirect("accounts:own")
    if invitation is None and offer is None:
        return _spent(request)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = (accept_invitation if invitation else accept_as_newcomer)(
                token=token,
                password=form.cleaned_data["password1"],
                request_id=request_id_of(request),
            )
        except NotPossible as refusal:
            if str(refusal) in (SPENT, OFFER_SPENT):
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
        email=invitation.person.email if invitation else offer.email if offer else "",
    )


def _spent(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        "accounts/spent.html",
        title="This invitation no longer works",
        status=410,
        reason=SPENT,
    )
