"""What people decide: of hits, of what no program could read, of items and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.disclosure.commands.drafting import scan_items
from safehub.foundation.disclosure.commands.steps import (
    CONTENT,
    Check,
    back_to_draft,
    checked,
    locked,
    person,
)
from safehub.foundation.disclosure.models import (
    Disclosure,
    Exclusion,
    FoundWord,
    Item,
    Recipient,
    UnreadPart,
)
from safehub.foundation.disclosure.outgoing import OutgoingFile, ScanResult
from safehub.foundation.disclosure.protected import Protected
from safehub.foundation.disclosure.states import HitDecision
from safehub.foundation.disclosure.stored import TEXT, TITLE
from safehub.foundation.documents import uploads
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

_SCANNED_AGAIN = "The disclosure was scanned again meanwhile: open its hits anew."


@transaction.atomic
def decide_hit(
    *,
    words: Sequence[FoundWord],
    decision: HitDecision,
    reason: str,
    by: Viewer,
    check: Check = checked,
) -> None:
    """Mask, remove or keep hits of one disclosure: one, or many that are alike, for one reason.

    Raises NotPossible without a reason to keep, and for masking a word inside a file or in a
    document that was already made: there the file is replaced or left out.
    """
    disclosure = locked(_one_disclosure(words), by, "disclosure.edit", check)
    rows = FoundWord.objects.filter(pk__in=[word.pk for word in words], disclosure=disclosure)
    if rows.count() != len({word.pk for word in words}):
        raise EditConflict(_SCANNED_AGAIN)
    if decision is HitDecision.KEPT and not reason.strip():
        raise NotPossible("Say why the word may stand: a second person will read the reason.")
    if (
        decision is not HitDecision.KEPT
        and rows.exclude(item__isnull=False, part__in=[TITLE, TEXT]).exists()
    ):
        raise NotPossible(
            "A word inside a file cannot be painted over safely: replace the file by one without "
            "it, or leave the file out."
        )
    back_to_draft(disclosure)
    rows.update(
        decision=decision.value,
        reason=reason.strip(),
        decided_by_id=person(by),
        decided_at=timezone.now(),
    )
    detail = {"words": [word.pk for word in words]}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=CONTENT, detail=detail)


def _one_disclosure(rows: Sequence[FoundWord] | Sequence[UnreadPart]) -> Disclosure:
    found = {row.disclosure_id: row.disclosure for row in rows}
    if len(found) != 1:
        raise NotPossible("Choose at least one, all of the same disclosure.")
    return next(iter(found.values()))


@transaction.atomic
def answer_unread(
    *, parts: Sequence[UnreadPart], answer: str, by: Viewer, check: Check = checked
) -> None:
    """Say, as a person who has looked, what stands where no program could read."""
    disclosure = locked(_one_disclosure(parts), by, "disclosure.edit", check)
    if not answer.strip():
        raise NotPossible("Say what you saw when you looked at it.")
    rows = UnreadPart.objects.filter(pk__in=[part.pk for part in parts], disclosure=disclosure)
    if rows.count() != len({part.pk for part in parts}):
        raise EditConflict(_SCANNED_AGAIN)
    back_to_draft(disclosure)
    rows.update(answer=answer.strip(), looked_by_id=person(by), looked_at=timezone.now())
    detail = {"parts": [part.pk for part in parts]}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=CONTENT, detail=detail)


@transaction.atomic
def exclude_item(
    *, item: Item, recipient: Recipient, reason: str, by: Viewer, check: Check = checked
) -> Exclusion:
    """Leave an item out for one recipient. Only this lets a barred recipient get the rest."""
    disclosure = locked(item.disclosure, by, "disclosure.edit", check)
    if recipient.disclosure_id != disclosure.pk:
        raise NotPossible("That recipient belongs to another disclosure.")
    if not reason.strip():
        raise NotPossible("Say why this recipient does not get the item.")
    back_to_draft(disclosure)
    made, _ = Exclusion.objects.get_or_create(
        item=item,
        recipient=recipient,
        defaults={"reason": reason.strip(), "by_id": person(by), "at": timezone.now()},
    )
    detail = {"item": item.pk, "recipient": recipient.pk}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=CONTENT, detail=detail)
    return made


@transaction.atomic
def remove_item(*, item: Item, reason: str, by: Viewer, check: Check = checked) -> None:
    """Leave an item out for everybody, its hits with it."""
    _change_item(item, reason, by, check, is_removed=True)


@transaction.atomic
def replace_file(
    *,
    item: Item,
    file: OutgoingFile,
    reason: str,
    protected: Sequence[Protected],
    by: Viewer,
    check: Check = checked,
) -> ScanResult:
    """Put another file in the place of an item's, such as a print without an address; scanned at
    once."""
    if not item.sha256:
        raise NotPossible("This item has no file that could be replaced.")
    sha256 = uploads.keep(settings.UPLOADS, file.data)
    disclosure = _change_item(
        item, reason, by, check, replacement_name=file.name, replacement_sha256=sha256
    )
    return scan_items(disclosure, protected)


def _change_item(item: Item, reason: str, by: Viewer, check: Check, **fields: Any) -> Disclosure:
    disclosure = locked(item.disclosure, by, "disclosure.edit", check)
    if not reason.strip():
        raise NotPossible("Say why the item is changed.")
    back_to_draft(disclosure)
    item.found_words.all().delete()
    item.unread_parts.all().delete()
    Item.objects.filter(pk=item.pk).update(
        changed_reason=reason.strip(), changed_by_id=person(by), **fields
    )
    detail = {"item": item.pk}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=CONTENT, detail=detail)
    return disclosure
