"""Answering a request with a page."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

ENGINE = "pages"


def page(
    request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    """The template, which extends `govuk/layout.html`, under this title.

    Where a form or formset of the context has mistakes, the title begins with `Error:` and a
    status of 200 becomes 422.
    """
    mistaken = any(_shows_mistakes(value) for value in context.values())
    html = get_template(template, using=ENGINE).render(
        {"title": title, "page_title": f"Error: {title}" if mistaken else title, **context}, request
    )
    return HttpResponse(html, status=422 if mistaken and status == 200 else status)


def _shows_mistakes(value: object) -> bool:
    if isinstance(value, BaseForm):
        return bool(getattr(value, "is_quiet", False) is False and value.errors)
    if isinstance(value, BaseFormSet):
        quiet = bool(getattr(value, "is_quiet", False))
        return not quiet and value.is_bound and not value.is_valid()
    return False
