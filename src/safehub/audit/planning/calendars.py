"""The calendar of one's audits: its page, and the address that a calendar programme fetches."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from safehub.audit.planning import presenters
from safehub.audit.programmes.feeds import commands, forms
from safehub.audit.programmes.feeds.ics import calendar_of
from safehub.audit.programmes.feeds.queries import feed_at, fetched_steps, own_feed
from safehub.audit.programmes.feeds.tokens import shown_token
from safehub.foundation.access.decision import check
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.register.accounts.rates import address_of, count_once, is_used_up

# Within an hour: a calendar programme comes every quarter of one or so; an address that is wrong
# was switched off or guessed. Only what its owner fetches counts for a calendar, so that no
# stranger can use it up.
MOST_FETCHES, MOST_TRIES = 30, 60
_FETCHED, _TRIED = "calendar.fetched", "calendar.tried"


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Whether one's calendar has an address, and which."""
    viewer = viewer_on(request)
    check(viewer, "calendar.keep")
    feed = own_feed(viewer)
    token = shown_token(feed) if feed else ""
    address = reverse("programme:ics", args=[feed.pk, token]) if feed and token else ""
    return page(
        request,
        "programmes/calendar.html",
        title="Your calendar",
        feed=feed,
        address=request.build_absolute_uri(address) if address else "",
    )


def make_address(request: HttpRequest) -> HttpResponse:
    """Make the address, or make it anew."""
    viewer = viewer_on(request)
    check(viewer, "calendar.keep")
    return submit(
        request,
        forms.AddressForm,
        act=lambda _: commands.make_address(by=viewer),
        title="Make an address for your calendar",
        lead="Whoever has the address sees the days of the audits that you take part in, with the "
        "title of each audit, so give it to nobody. An address that you had before leads "
        "nowhere from then on.",
        success="Your calendar has an address. Copy it into your calendar programme.",
        then=reverse("programme:calendar"),
        button="Make the address",
        cancel=reverse("programme:calendar"),
    )


def switch_off(request: HttpRequest) -> HttpResponse:
    """Take the address away."""
    viewer = viewer_on(request)
    check(viewer, "calendar.keep")
    return submit(
        request,
        forms.OffForm,
        act=lambda _: commands.switch_off(by=viewer),
        title="Switch your calendar's address off?",
        lead="Calendar programmes that use it find nothing there any more. You may make another.",
        success="The address is switched off.",
        then=reverse("programme:calendar"),
        button="Switch it off",
        warns=True,
        cancel=reverse("programme:calendar"),
    )


@require_safe
def ics(request: HttpRequest, key: int, token: str) -> HttpResponse:
    """The calendar as a file, for whoever has the address. Nobody need be signed in."""
    now, stranger = timezone.now(), address_of(request)
    request_id = getattr(request, "request_id", "")
    if is_used_up(_TRIED, stranger, MOST_TRIES, at=now):
        return _later()
    try:
        feed = feed_at(key, token, at=now, request_id=request_id)
    except Absent:
        count_once(_TRIED, stranger, at=now)
        raise
    if is_used_up(_FETCHED, str(feed.pk), MOST_FETCHES, at=now):
        return _later()
    count_once(_FETCHED, str(feed.pk), at=now)
    steps = fetched_steps(feed, at=now, request_id=request_id)
    days = presenters.calendar_days(steps, request.build_absolute_uri)
    body = calendar_of(days, name="Safehub: audits", made_at=now)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audits.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _later() -> HttpResponse:
    said = "This was asked for too often. Come again in an hour."
    return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8")
