"""Between a request and its page: does the session hold, who acts, and is the door open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from safehub.register.accounts import doors
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import (
    membership_to_act_under,
    request_id_of,
    viewer_of,
)
from safehub.register.accounts.rules import DEVICE_HOLDS
from safehub.register.accounts.sessions import commands as sessions
from safehub.register.accounts.sessions import life
from safehub.register.accounts.sessions.factors import second_factor_at
from safehub.register.accounts.sessions.typed_text import typed_text_rescued
from safehub.register.accounts.signals import DEVICE_COOKIE

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What a page's script sends of itself, such as looking for news, carries this header and is no sign
# that anybody sits there. Saving a draft is one, and goes without it.
BACKGROUND = "Safehub-Background"


def idle_time() -> dt.timedelta:
    """After how long without activity a session ends."""
    return dt.timedelta(minutes=settings.SAFEHUB_IDLE_MINUTES)


def is_background(request: HttpRequest) -> bool:
    """Whether a script sent this by itself, so that it counts as no activity."""
    return BACKGROUND in request.headers


class SessionLifeMiddleware:
    """Ends a session that was idle too long or has lasted too long, and counts activity.

    A request of a session that has ended goes on as one of nobody; `request.ended_for` then holds
    the person whose session it was.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Judge the session before anything reads who is signed in, and count activity."""
        request.ended_for = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            now = timezone.now()
            if life.state_of(request.session, now, idle_time()) is not life.SessionState.LIVE:
                request.ended_for = request.user  # type: ignore[attr-defined]
                sessions.end_this(request=request)
            elif not is_background(request) and life.note_activity(request.session, now):
                sessions.note_seen(session_key=request.session.session_key or "", at=now)
        response = self.get_response(request)
        device = getattr(request, "device_token", "")
        if device:
            _remember_device(response, device)
        return response


def _remember_device(response: HttpResponseBase, device: str) -> None:
    """So that the next sign-in from this browser is no news."""
    response.set_cookie(
        DEVICE_COOKIE,
        device,
        max_age=DEVICE_HOLDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class ViewerMiddleware:
    """Sets `request.viewer` and `request.membership`; both None for who is not signed in whole.

    The membership is read afresh for each request, so that a change holds from the next one on.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Identify the viewer, then answer."""
        request.viewer = request.membership = None  # type: ignore[attr-defined]
        request.proved_at = None  # type: ignore[attr-defined]
        if isinstance(request.user, Person):
            self._identify(request, request.user)
        return self.get_response(request)

    def _identify(self, request: HttpRequest, person: Person) -> None:
        proved_at = second_factor_at(request, person)
        request.proved_at = proved_at  # type: ignore[attr-defined]
        if proved_at is None:
            return
        now = timezone.now()
        membership = membership_to_act_under(person, request.session.get(life.MEMBERSHIP), now)
        if membership is None:
            return
        request.membership = membership  # type: ignore[attr-defined]
        request.viewer = viewer_of(  # type: ignore[attr-defined]
            membership,
            at=now,
            request_id=request_id_of(request),
            stepped_up_at=proved_at,
        )


class DoorMiddleware:
    """Sends everybody to what they have still to do: sign in, a second factor, a role.

    Nobody is exempt, whatever their role. It stands in `process_view`, behind the check against
    forgery, since what was typed is kept there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """All happens in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """The way to what is missing; None where nothing is."""
        if doors.is_open_to_all(view):
            return None
        if not isinstance(request.user, Person):
            return self._to_sign_in(request, view)
        if request.proved_at is None and doors.needs_second_factor(view):  # type: ignore[attr-defined]
            return self._to_second_factor(request, request.user)
        if request.viewer is None and doors.needs_role(view):  # type: ignore[attr-defined]
            return elsewhere(request, reverse("accounts:no_role"))
        return None

    def _to_sign_in(self, request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase:
        ended_for, there = request.ended_for, request.get_full_path()  # type: ignore[attr-defined]
        if ended_for is not None:
            kept = typed_text_rescued(request, ended_for) if doors.keeps_typed_text(view) else None
            if not is_background(request):
                messages.info(request, KEPT if kept else ENDED)
            there = kept or there
        return elsewhere(request, with_next(reverse("account_login"), there))

    def _to_second_factor(self, request: HttpRequest, person: Person) -> HttpResponseBase:
        methods = [
            one["url"]
            for one in get_adapter().get_reauthentication_methods(person)
            if one["id"].startswith("mfa_")
        ]
        return elsewhere(request, methods[0] if methods else reverse("mfa_index"))


ENDED = "You were signed out, because nothing was done for a while. Sign in again to go on."
KEPT = (
    "You were signed out, because nothing was done for a while. "
    "What you typed was kept: sign in again to go on with it."
)


def with_next(address: str, there: str) -> str:
    """The address, and in it the way back to where somebody was going."""
    return f"{address}?{urlencode({'next': there})}"


def elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Send a browser to the address; tell a script so in its own way, since it follows none."""
    if is_background(request) or request.headers.get("Accept") == "application/json":
        return HttpResponse("You are not signed in.", status=401, content_type="text/plain")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
