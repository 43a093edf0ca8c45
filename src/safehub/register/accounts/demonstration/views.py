"""Following a link of the demonstration."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from safehub.foundation.errors import NotFound
from safehub.foundation.govuk.pages import page
from safehub.register.accounts.demonstration.commands import sign_in_by_link


@login_not_required
@never_cache
@require_GET
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Signed in at once; beside real data there is no such page."""
    if not settings.SAFEHUB_DEMONSTRATION:
        raise Http404
    try:
        sign_in_by_link(request=request, token=token)
    except NotFound as spent:
        return page(
            request,
            "accounts/spent.html",
            title="This link no longer works",
            status=410,
            reason=str(spent),
        )
    return redirect("/")
