"""The edge of the product: gives each request an id, writes the trail, and turns errors to pages.

Whatever was read is in the trail before the answer leaves; if it cannot be written there, the
answer does not leave.
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import get_template

from safehub.foundation.access.alerts import record_refusal_of
from safehub.foundation.access.queries.bearing import remembering
from safehub.foundation.errors import (
    Absent,
    EditConflict,
    NotAllowed,
    NotFound,
    NotPossible,
    Refused,
    SafehubError,
    Unavailable,
)
from safehub.foundation.govuk.pages import ENGINE, page
from safehub.foundation.trail.buffer import buffering
from safehub.foundation.trail.commands import write_noted

_log = logging.getLogger(__name__)


class EdgeMiddleware:
    """Stands outside all that knows who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, with all that it read written down first."""
        request.request_id = secrets.token_hex(8)  # type: ignore[attr-defined]
        with buffering(), remembering(reads_only=request.method in _READS):
            response = self.get_response(request)
            try:
                write_noted()
            except (Unavailable, DatabaseError) as error:
                _log.error("trail not written: request %s: %s", _id(request), _class_of(error))
                response.close()
                response = plain(503)
        response.headers["Safehub-Request"] = _id(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view raised, as a page. A refusal is recorded first: its work is rolled back."""
        if isinstance(exception, Absent | NotAllowed) and exception.refusal is not None:
            try:
                record_refusal_of(exception.refusal)
            except (Unavailable, DatabaseError) as error:
                _log.error("refusal not recorded: %s: %s", _id(request), _class_of(error))
                return plain(503)
        if isinstance(exception, DatabaseError):
            _log.error("database: request %s: %s", _id(request), _class_of(exception))
            return plain(503)
        if isinstance(exception, SafehubError):
            return answer(request, exception)
        return None


def _id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _class_of(error: Exception) -> str:
    """Never the text: it may hold a name."""
    return type(error).__name__


def answer(request: HttpRequest, error: SafehubError) -> HttpResponse:
    """The page for an error that a person may be shown."""
    if isinstance(error, NotFound):
        return not_found(request, error)
    if isinstance(error, NotAllowed):
        return _problem(request, 403, "You may not do this", [str(error), _RING])
    if isinstance(error, EditConflict):
        return _problem(request, 409, "Somebody else changed this", [str(error)])
    if isinstance(error, Unavailable):
        _log.error("unavailable: request %s: %s", _id(request), _class_of(error))
        return plain(503)
    if isinstance(error, Refused):
        lines = [str(mistake) for mistake in error.mistakes]
        return _problem(request, 422, "This was not taken in", lines)
    if isinstance(error, NotPossible):
        return _problem(request, 409, "This cannot be done now", [str(error)])
    _log.error("misconfigured: request %s: %s", _id(request), _class_of(error))
    return plain(500)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one page for what is not there, and for what is not there for this viewer.

    Where glass may be broken the page says so, and only to those who may.
    """
    glass = ""
    refusal = getattr(exception, "refusal", None)
    if refusal is not None and getattr(exception, "offers_glass", False) and refusal.on:
        glass = f"/glass/{refusal.on.kind}/{refusal.on.key}/"
    return page(request, "site/not_found.html", title="Page not found", status=404, glass=glass)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For a request that could not be read."""
    return plain(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For what Django itself refuses."""
    return _problem(request, 403, "You may not do this", [_RING])


def failed(request: HttpRequest) -> HttpResponse:
    """For a fault of ours. It asks nothing of the database, which may be what failed.

    Django comes here too with what a middleware raised, before any view was called: the session
    or the membership could not be read. That is the database's fault, and passes.
    """
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseError | Unavailable):
        _log.error("before the view: request %s: %s", _id(request), _class_of(error))
        return plain(503)
    return plain(500)


def _problem(request: HttpRequest, status: int, title: str, lines: list[str]) -> HttpResponse:
    return page(request, "govuk/problem.html", title=title, status=status, lines=lines)


def plain(status: int) -> HttpResponse:
    """A page that needs neither the database nor anybody's name."""
    title, lines = _PLAIN[status]
    context = {"title": title, "lines": lines, "request": None}
    html = get_template("govuk/problem.html", using=ENGINE).render(context)
    return HttpResponse(html, status=status, headers=_RETRY if status == 503 else None)


_READS = ("GET", "HEAD")
_RETRY = {"Retry-After": "30"}
_RING = "If you need it for your work, ask your agency's safeguarding lead."
_UNDER_WAY = (
    "If a child is in danger now, ring 999. What cannot wait goes to the hub by telephone, and at "
    "night to the emergency duty team of your local authority."
)
_PLAIN = {
    400: ("This could not be read", ["Nothing was done. Go back and load the page anew."]),
    500: (
        "Something went wrong in Safehub",
        [
            "Nothing was half done. Try again in a minute. If it fails again, ask for help.",
            _UNDER_WAY,
        ],
    ),
    503: (
        "Safehub cannot answer just now",
        [
            "Nothing was shown or done. Try again in a minute. What you sent before is kept.",
            _UNDER_WAY,
        ],
    ),
}
