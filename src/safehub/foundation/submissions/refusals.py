"""Requests that no page can be asked: what each is told, in plain words and without a session."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import get_template

from safehub.foundation.govuk.pages import ENGINE

LONGEST_QUERY = 8_000  # characters of an address after its question mark
LARGEST_REQUEST = 100_000_000  # bytes, files included
_PLAIN_WORDS = ("utf-8", "utf8", "us-ascii", "ascii")


def plain_page(
    title: str, lines: Iterable[str], *, status: int, onward: tuple[str, str] | None = None
) -> HttpResponse:
    """A page that asks nothing of the request: neither who is signed in nor the database."""
    context = {"title": title, "lines": list(lines), "next": onward, "request": None}
    html = get_template("govuk/problem.html", using=ENGINE).render(context)
    return HttpResponse(html, status=status)


def refusal_of(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that cannot be read or must not be; None where it can.

    Reads the whole of a form, so that what is wrong with it shows here and nowhere later.
    """
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdecimal()):
        # Django itself fails on such a length as soon as the body is read.
        return answer_to(BadRequest())
    if _is_too_large(length):
        return answer_to(RequestDataTooBig())
    if "\0" in request.path or "\0" in request.META.get("QUERY_STRING", ""):
        return plain_page("This address cannot be right", [_ADDRESS], status=400)
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
        return plain_page("This address is too long", [_QUERY], status=400)
    if any("\0" in value for value in request.COOKIES.values()):
        return answer_to(BadRequest())
    if _charset(request) not in _PLAIN_WORDS:
        return plain_page("This was sent in another encoding", [_ENCODING], status=400)
    try:
        nul = any("\0" in part for pair in request.GET.lists() for part in (pair[0], *pair[1]))
        # Whoever asks for it first makes Django read the body.
        request.POST  # noqa: B018
    except _READING as error:
        return answer_to(error)
    return plain_page("This address cannot be right", [_ADDRESS], status=400) if nul else None


_READING = (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)


def answer_to(error: Exception) -> HttpResponse | None:
    """The answer to an error that a broken or tampered request brings about; None for others."""
    if isinstance(error, RequestDataTooBig):
        return plain_page("This is too much at once", [_TOO_MUCH], status=413)
    if isinstance(error, TooManyFieldsSent):
        return plain_page("This has too many fields", [_TOO_MANY_FIELDS], status=413)
    if isinstance(error, TooManyFilesSent):
        return plain_page("These are too many files", [_TOO_MANY_FILES], status=413)
    if isinstance(error, UnreadablePostError):
        return plain_page("This did not arrive whole", [_BROKEN_OFF], status=400)
    if isinstance(error, DisallowedHost):
        return plain_page("This address is not ours", [_HOST], status=400)
    if isinstance(error, MultiPartParserError | BadRequest | SuspiciousOperation):
        return plain_page("This could not be read", [_UNREADABLE], status=400)
    return None


def _is_too_large(length: str) -> bool:
    # Python refuses to read a number of thousands of digits.
    return len(length) > len(str(LARGEST_REQUEST)) or int(length) > LARGEST_REQUEST


def _charset(request: HttpRequest) -> str:
    return (request.content_params or {}).get("charset", "utf-8").lower()


_BACK = "Nothing was done. Go back in your browser: what you typed is still there."
_TOO_MUCH = f"{_BACK} Send less text, or smaller files."
_TOO_MANY_FIELDS = f"{_BACK} No form here has that many fields: load it anew and send it again."
_TOO_MANY_FILES = f"{_BACK} Send fewer files at a time."
_BROKEN_OFF = f"The connection broke while this was sent. {_BACK} Send it again."
_UNREADABLE = f"What was sent is damaged, or no form of ours. {_BACK} Load the form anew."
_ENCODING = f"Forms are read as UTF-8 alone. {_BACK} Load the form anew and send it again."
_ADDRESS = "It holds a character that no address of ours has. Begin at the home page."
_QUERY = "Search for fewer words, or begin at the home page."
_HOST = "Begin at the address that you were given for Safehub."
