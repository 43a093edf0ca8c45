"""Whether the pages of a meeting are on a projector, in this session."""

from __future__ import annotations

from django.http import HttpRequest

# On until somebody says otherwise: what is on a wall cannot be taken back.
_PROJECTING = "projecting"


def is_projected(request: HttpRequest) -> bool:
    """Whether names are to be masked."""
    return bool(request.session.get(_PROJECTING, True))


def set_projected(request: HttpRequest, *, is_on: bool) -> None:
    """Keep it for the rest of the session."""
    request.session[_PROJECTING] = is_on
