"""A browser that speaks https, as all do with Safehub."""

from __future__ import annotations

from typing import Any

from django.test import Client


class HttpsClient(Client):
    """Django's test client, that asks for every page by https."""

    def generic(  # type: ignore[override]
        self, method: str, path: str, *args: Any, **kwargs: Any
    ) -> Any:
        kwargs["secure"] = True
        return super().generic(method, path, *args[:2], **kwargs)


def browser(**kwargs: Any) -> HttpsClient:
    """One with no cookies."""
    return HttpsClient(**kwargs)
