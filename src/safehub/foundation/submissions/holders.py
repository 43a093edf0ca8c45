"""Whose a form is: the person signed in, or a visitor known by the session alone."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.http import HttpRequest

from safehub.foundation.access.viewer import Viewer

_VISITOR = "submissions_visitor"


@dataclass(frozen=True)
class Holder:
    """Exactly one of the two is given."""

    person: int | None = None
    visitor: str = ""

    def __post_init__(self) -> None:
        if (self.person is None) == (not self.visitor):
            raise ValueError("A holder is a person or a visitor.")

    @property
    def keeps_for(self) -> dt.timedelta:
        """How long tokens and drafts hold (reliability.md, R4)."""
        return dt.timedelta(days=7 if self.person is None else 30)

    def __str__(self) -> str:
        return f"v{self.visitor}" if self.person is None else f"p{self.person}"


def membership_of(request: HttpRequest) -> int | None:
    """The key of the membership that the request acts under; None for a visitor."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return viewer.membership if viewer is not None else None


def holder_of(request: HttpRequest) -> Holder:
    """Whose forms this request opens. A visitor is given a name, which is kept in the session."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Holder(person=int(user.pk))
    visitor = request.session.get(_VISITOR)
    if not isinstance(visitor, str) or not visitor:
        visitor = request.session[_VISITOR] = secrets.token_urlsafe(24)
    return Holder(visitor=visitor)
