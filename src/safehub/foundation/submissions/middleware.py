"""Stands before all that reads a request, and answers in plain words what none of it could read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from safehub.foundation.submissions.refusals import answer_to, refusal_of


class PlainRefusals:
    """Broken, oversized and tampered requests get a page that says what to do, never a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Where the request cannot be read, nothing behind this is asked."""
        return refusal_of(request) or self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a page itself raises on reading the request further."""
        return answer_to(exception)
