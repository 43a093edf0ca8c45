"""One's own account: sessions, and as whom one acts."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from safehub.foundation.govuk.pages import page
from safehub.register.accounts.middleware import idle_time
from safehub.register.accounts.models import Person
from safehub.register.accounts.offers.queries import offers_to
from safehub.register.accounts.presenters import (
    SESSION_COLUMNS,
    held_roles,
    offer_words,
    session_rows,
)
from safehub.register.accounts.queries import acting_viewer, current_memberships
from safehub.register.accounts.sessions import commands
from safehub.register.accounts.sessions.forms import ActAsForm
from safehub.register.accounts.sessions.queries import open_sessions


def own(request: HttpRequest) -> Person:
    """The person signed in; the doors let nobody else through."""
    assert isinstance(request.user, Person)  # noqa: S101
    return request.user


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What one has and may change of one's own account."""
    held = current_memberships(own(request), timezone.now())
    return page(
        request,
        "accounts/own.html",
        title="Your account",
        person=own(request),
        roles=held_roles(held),
        offers=[(one.pk, offer_words(one)) for one in offers_to(own(request), timezone.now())],
    )


@require_safe
def no_role(request: HttpRequest) -> HttpResponse:
    """Signed in, and with nothing to do."""
    if getattr(request, "viewer", None) is not None:
        return redirect("/")
    return page(request, "accounts/no_role.html", title="You have no role at present", status=403)


@require_http_methods(["GET", "HEAD", "POST"])
def act_as(request: HttpRequest) -> HttpResponse:
    """Choose under which of one's memberships to act."""
    person = own(request)
    held = current_memberships(person, timezone.now())
    form = ActAsForm(
        request.POST if request.method == "POST" else None,
        memberships=held,
        initial={"membership": str(getattr(request.membership, "pk", ""))},  # type: ignore[attr-defined]
    )
    there = get_next_redirect_url(request) or "/"
    if form.is_valid():
        chosen = commands.act_under(
            request=request, person=person, membership=int(form.cleaned_data["membership"])
        )
        messages.success(request, f"You act for {chosen.agency.name} now.")
        return redirect(there)
    return page(request, "accounts/act_as.html", title="Act as", form=form, next_url=there)


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    found = open_sessions(
        own(request),
        this=request.session.session_key or "",
        at=timezone.now(),
        idle=idle_time(),
    )
    return page(
        request,
        "usersessions/usersession_list.html",
        title="Where you are signed in",
        columns=SESSION_COLUMNS,
        rows=session_rows(found),
        others=[one for one in found if not one.is_this],
    )


@require_POST
def end_session(request: HttpRequest, key: int) -> HttpResponse:
    """End one of one's sessions."""
    person = own(request)
    held = current_memberships(person, timezone.now())
    by = acting_viewer(request, person, held, timezone.now())
    commands.end_one(person=person, session=key, by=by)
    messages.success(request, "That session was ended.")
    return redirect("accounts:sessions")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    person = own(request)
    held = current_memberships(person, timezone.now())
    by = acting_viewer(request, person, held, timezone.now())
    commands.end_sessions(person=person, by=by, but=request.session.session_key or "")
    messages.success(request, "Your other sessions were ended.")
    return redirect("accounts:sessions")


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is there and says so; the middleware has counted it."""
    return HttpResponse(status=204)
