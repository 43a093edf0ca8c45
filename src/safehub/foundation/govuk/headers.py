"""Headers that every answer carries, beside those of Django and of the content policy."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_SAME = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "interest-cohort=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class PageHeaders:
    """No page is kept: not by the browser, and not by what stands between."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What has chosen its own caching, as built files have, keeps it."""
        response = self.get_response(request)
        for name, value in _SAME.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
