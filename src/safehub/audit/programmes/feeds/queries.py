"""Reading a calendar: one's own, and the one that an address leads to."""

from __future__ import annotations

import datetime as dt

from safehub.audit.programmes.feeds.tokens import fits
from safehub.audit.programmes.models import AuditStep, CalendarFeed
from safehub.audit.programmes.planning.queries import coming_steps
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.clocks.calendar import london_day
from safehub.foundation.errors import Absent
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.commands import noted
from safehub.register.accounts.queries import viewer_of

# Days that have just passed stay, so that a calendar does not lose them overnight.
BEFORE = dt.timedelta(days=90)


def own_feed(viewer: Viewer) -> CalendarFeed | None:
    """The viewer's own, under the membership under which they act. One query."""
    return CalendarFeed.objects.filter(membership=viewer.membership).first()


def feed_at(key: int, token: str, *, at: dt.datetime, request_id: str) -> CalendarFeed:
    """The calendar to which the address leads. One query.

    Raises Absent for a wrong key or secret, and once the membership has ended, the account is shut
    or the training has run out: alike, so that none of them is told from the others.
    """
    owners = CalendarFeed.objects.select_related("membership__person", "membership__agency")
    feed = owners.filter(pk=key).first()
    if not fits(feed, token) or feed is None:
        raise Absent("There is nothing here that you may see.")
    # Whose membership has ended is told no more than a stranger; the trail says that they came.
    check(_owner(feed, at, request_id), "calendar.keep")
    return feed


def fetched_steps(feed: CalendarFeed, *, at: dt.datetime, request_id: str) -> list[AuditStep]:
    """The days of the audits that its owner may open at that moment; noted as the owner's look."""
    viewer = _owner(feed, at, request_id)
    steps = coming_steps(viewer, london_day(at) - BEFORE)
    listed = sorted({one.audit_id for one in steps})
    on = RecordRef("accounts.membership", feed.membership_id)
    noted("calendar.fetched", by=viewer, on=on, detail={"feed": feed.pk, "listed": listed})
    return steps


def _owner(feed: CalendarFeed, at: dt.datetime, request_id: str = "") -> Viewer:
    return viewer_of(feed.membership, at=at, request_id=request_id, via="calendar")
