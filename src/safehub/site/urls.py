"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("drafts/", include("safehub.foundation.submissions.urls")),
    path("", include("safehub.register.accounts.urls")),
]
