"""The second factor again, before a step that wants it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode

from safehub.foundation.access.judging import STEP_UP_HOLDS
from safehub.register.accounts.models import Person
from safehub.register.accounts.sessions.typed_text import typed_text_rescued

View = Callable[..., HttpResponseBase]


def has_stepped_up(request: HttpRequest) -> bool:
    """Whether the second factor was proved so lately that a step which wants it may be taken."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or viewer.stepped_up_at is None:
        return False
    return bool(viewer.at - viewer.stepped_up_at <= STEP_UP_HOLDS)


def to_second_factor(request: HttpRequest, person: Person) -> HttpResponse:
    """To the page that asks for it, and from there back here; what was typed is kept."""
    there = typed_text_rescued(request, person) or request.get_full_path()
    methods = get_adapter().get_reauthentication_methods(person)
    return redirect(f"{methods[0]['url']}?{urlencode({'next': there})}")


def second_factor_first(view: View) -> View:
    """Mark a view whose action wants the second factor again (Action.steps_up)."""

    @wraps(view)
    def asks(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_stepped_up(request) and isinstance(request.user, Person):
            return to_second_factor(request, request.user)
        return view(request, *args, **kwargs)

    return asks
