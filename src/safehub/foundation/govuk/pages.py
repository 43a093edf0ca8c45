"""Answering a request with a page."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

ENGINE = "pages"


@runtime_checkable
class HasMistakes(Protocol):
    """What can say its mistakes: a text each, and the address of the input within the page."""

    is_summed_up: bool

    def mistakes(self) -> list[dict[str, str]]:
        """In the order of the page."""
        ...


def page(
    request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    """The template, which extends `govuk/layout.html`, under this title.

    What in the context has mistakes (a form, entries) has them listed above the content; the
    title then begins with `Error:` and a status of 200 becomes 422.
    """
    mistakes = [one for value in context.values() for one in _mistakes(value)]
    html = get_template(template, using=ENGINE).render(
        {
            "title": title,
            "page_title": f"Error: {title}" if mistakes else title,
            "mistakes": mistakes,
            **context,
        },
        request,
    )
    return HttpResponse(html, status=422 if mistakes and status == 200 else status)


def _mistakes(value: object) -> list[dict[str, str]]:
    """Of a form or of entries, which then leave the summary to the page."""
    if not isinstance(value, HasMistakes):
        return []
    value.is_summed_up = True
    return value.mistakes()
