"""What makes the address of a calendar, and what switches it off."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from safehub.audit.programmes.feeds.tokens import token_of
from safehub.audit.programmes.models import CalendarFeed
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.commands import record
from safehub.register.accounts.tokens import hash_of, new_token


@transaction.atomic
def make_address(*, by: Viewer) -> CalendarFeed:
    """Make the address of the viewer's calendar, or make it anew.

    The one before then leads nowhere. It belongs to the membership under which they act. Raises
    NotAllowed.
    """
    check(by, "calendar.keep")
    assert by.membership is not None  # noqa: S101 - the action is granted to members alone
    salt, at = new_token(), by.at or timezone.now()
    token_hash = hash_of(token_of(by.membership, salt))
    feed, is_new = CalendarFeed.objects.get_or_create(
        membership_id=by.membership,
        defaults={"salt": salt, "token_hash": token_hash, "made_at": at},
    )
    if not is_new:
        feed = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
        feed.salt, feed.token_hash, feed.made_at = salt, token_hash, at
        feed.save(update_fields=["salt", "token_hash", "made_at"])
    record("calendar.made", by=by, on=_membership(by), detail={"feed": feed.pk})
    return feed


@transaction.atomic
def switch_off(*, by: Viewer) -> None:
    """Take the address away. Raises NotAllowed, and NotPossible where there is none."""
    check(by, "calendar.keep")
    found = CalendarFeed.objects.select_for_update().filter(membership=by.membership).first()
    if found is None:
        raise NotPossible("Your calendar has no address: there is nothing to switch off.")
    record("calendar.switched_off", by=by, on=_membership(by), detail={"feed": found.pk})
    found.delete()


def _membership(by: Viewer) -> RecordRef:
    return RecordRef("accounts.membership", by.membership or 0)
