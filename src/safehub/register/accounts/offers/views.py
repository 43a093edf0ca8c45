"""Answering an offer, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible
from safehub.register.accounts.offers import commands
from safehub.register.accounts.offers.queries import offer_of_agencies_of, offer_to
from safehub.register.accounts.queries import acting_viewer, current_memberships
from safehub.register.accounts.sessions.views import own


@require_POST
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """Take the role."""
    person, now = own(request), timezone.now()
    offer = offer_to(person, key, now)
    by = acting_viewer(request, person, current_memberships(person, now), now)
    try:
        commands.accept_offer(offer=offer, person=person, by=by)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"You have the role at {offer.agency.name} now.")
    return redirect("accounts:own")


@require_POST
def decline(request: HttpRequest, key: int) -> HttpResponse:
    """Turn the role down."""
    person, now = own(request), timezone.now()
    offer = offer_to(person, key, now)
    by = acting_viewer(request, person, current_memberships(person, now), now)
    commands.decline_offer(offer=offer, person=person, by=by)
    messages.success(request, f"You have turned down the role at {offer.agency.name}.")
    return redirect("accounts:own")


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take back what nobody has answered."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    offer = offer_of_agencies_of(viewer, key, timezone.now())
    commands.withdraw_offer(offer=offer, by=viewer)
    messages.success(request, "The invitation was taken back.")
    return redirect("accounts:people")
