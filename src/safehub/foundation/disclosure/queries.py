"""Reading disclosures. The viewer comes first where a person looks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from safehub.foundation.access.queries import visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.disclosure.models import (
    Composed,
    Disclosure,
    FoundWord,
    Item,
    Recipient,
    Release,
    SharingRecord,
    SwitchedBasis,
    UnreadPart,
)
from safehub.foundation.disclosure.rules import bars, labels_from_data
from safehub.foundation.disclosure.stored import recipient_of


def disclosures_for(viewer: Viewer) -> QuerySet[Disclosure]:
    """The disclosures that the viewer may open, the newest first."""
    return visible_to(viewer, "disclosure.see", Disclosure.objects.all())


def sharing_records_for(viewer: Viewer) -> QuerySet[SharingRecord]:
    """The shares and refusals that the viewer may read."""
    return visible_to(viewer, "sharing.see", SharingRecord.objects.all())


def hits_of(viewer: Viewer, disclosure: Disclosure) -> QuerySet[FoundWord]:
    """The hits of a disclosure that the viewer may open; none of any other. One query."""
    return FoundWord.objects.filter(
        disclosure__in=disclosures_for(viewer).filter(pk=disclosure.pk)
    ).select_related("item", "recipient")


def unread_of(viewer: Viewer, disclosure: Disclosure) -> QuerySet[UnreadPart]:
    """What no program could read of a disclosure that the viewer may open."""
    return UnreadPart.objects.filter(
        disclosure__in=disclosures_for(viewer).filter(pk=disclosure.pk)
    ).select_related("item", "recipient")


def releases_of(viewer: Viewer, disclosure: Disclosure) -> QuerySet[Release]:
    """What was released, to whom and when, of a disclosure that the viewer may open."""
    return Release.objects.filter(disclosure__in=disclosures_for(viewer).filter(pk=disclosure.pk))


def barred_pairs(disclosure: Disclosure) -> list[tuple[Item, Recipient, str]]:
    """Each item that would go to somebody whom its labels bar, and why. Three queries."""
    left_out = set(
        disclosure.items.filter(exclusions__isnull=False).values_list(
            "pk", "exclusions__recipient_id"
        )
    )
    recipients = [(row, recipient_of(row)) for row in disclosure.recipients.all()]
    found = []
    for item in disclosure.items.filter(is_removed=False):
        labels = labels_from_data(item.labels)
        for row, recipient in recipients:
            why = "" if (item.pk, row.pk) in left_out else bars(labels, recipient)
            if why:
                found.append((item, row, why))
    return found


def people_who_decided(disclosure: Disclosure) -> set[int]:
    """The maker, and everybody who decided, looked, changed or left anything out."""
    rows = {
        disclosure.made_by_id,
        disclosure.checked_by_id,
        *disclosure.found_words.values_list("decided_by_id", flat=True),
        *disclosure.unread_parts.values_list("looked_by_id", flat=True),
        *disclosure.items.values_list("changed_by_id", flat=True),
        *disclosure.items.values_list("exclusions__by_id", flat=True),
    }
    return {row for row in rows if row is not None}


def decided_of(disclosure: Disclosure) -> list[Any]:
    """Everything that people decided, and the documents that were made, in a fixed order."""
    words = disclosure.found_words.order_by("pk").values_list(
        "item__position", "recipient__position", "part", "start", "end", "text", "kind",
        "decision", "reason",
    )  # fmt: skip
    parts = disclosure.unread_parts.order_by("pk").values_list("part", "why", "answer")
    items = disclosure.items.order_by("position").values_list(
        "position", "is_removed", "replacement_name", "replacement_sha256", "changed_reason"
    )
    excluded = disclosure.items.filter(exclusions__isnull=False).values_list(
        "position", "exclusions__recipient__position", "exclusions__reason"
    )
    made = Composed.objects.filter(recipient__disclosure=disclosure).order_by("recipient__position")
    documents = made.values_list("recipient__position", "name", "sha256", "size")
    terms: list[Any] = [
        disclosure.purpose,
        disclosure.lawful_basis,
        sorted(disclosure.sharing.items()),
    ]
    return [
        [list(row) for row in words],
        [list(row) for row in parts],
        [list(row) for row in items],
        sorted(list(row) for row in excluded),
        [list(row) for row in documents],
        terms,
    ]


def switched_on(partnership: int | None) -> frozenset[str]:
    """The lawful bases that this partnership has switched on. One query."""
    if partnership is None:
        return frozenset()
    found: dict[str, bool] = {}
    for row in SwitchedBasis.objects.filter(partnership=partnership).order_by("pk"):
        found[row.code] = row.is_on
    return frozenset(code for code, is_on in found.items() if is_on)
