"""The kitchen's edge: as thin as one can be that turns the house's errors into answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from safehub.foundation.errors import NotAllowed, NotFound, Unavailable


class Edge:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        for kind, status in ((NotFound, 404), (NotAllowed, 403), (Unavailable, 503)):
            if isinstance(error, kind):
                return HttpResponse(str(error), status=status)
        return None


class OneAtATime:
    """Where all threads share one connection, as with SQLite in memory, they take turns."""

    turn = threading.Lock()

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with self.turn:
            return self.get_response(request)
