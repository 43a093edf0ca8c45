"""Addresses of drafts. A visitor's are open to all: each holder reaches their own alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from safehub.foundation.submissions import views

app_name = "submissions"
urlpatterns = [
    path("discard/<int:key>/", login_not_required(views.discard), name="discard"),
    path("<str:form>/", login_not_required(views.keep), name="draft"),
]
