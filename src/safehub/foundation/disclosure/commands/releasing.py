"""Making the documents, clearing them as a second person, releasing the very bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safehub.foundation.access import decision
from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.disclosure.bases import check_basis
from safehub.foundation.disclosure.commands.drafting import unread_row, word_row
from safehub.foundation.disclosure.commands.steps import (
    BATCH,
    CONTENT,
    Check,
    back_to_draft,
    checked,
    locked,
    move,
    person,
    refuse_open,
    undecided,
)
from safehub.foundation.disclosure.composing import bundle
from safehub.foundation.disclosure.models import (
    Composed,
    Disclosure,
    FoundWord,
    Recipient,
    Release,
    SharingRecord,
    UnreadPart,
)
from safehub.foundation.disclosure.outgoing import CleanItem, Compose, Outgoing
from safehub.foundation.disclosure.queries import (
    barred_pairs,
    decided_of,
    people_who_decided,
    switched_on,
)
from safehub.foundation.disclosure.reading.files import read_file
from safehub.foundation.disclosure.reading.parts import Unread
from safehub.foundation.disclosure.rules import clearance_digest, surplus
from safehub.foundation.disclosure.scanning import Scanner, scan_reading
from safehub.foundation.disclosure.sharing import what_goes
from safehub.foundation.disclosure.states import DisclosureState, SharingDecision
from safehub.foundation.disclosure.stored import (
    clean_item,
    kept_bytes,
    kept_keys,
    reading_of_clean,
    recipient_of,
)
from safehub.foundation.documents import uploads
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record


@transaction.atomic
def compose(
    *,
    disclosure: Disclosure,
    outgoing: Outgoing,
    making: Compose = bundle,
    by: Viewer,
    check: Check = checked,
) -> list[Composed]:
    """Make each recipient's document of what they may get, scan it byte for byte, and hand the
    disclosure to a second person.

    What the documents hold beyond what was decided is stored as hits and unread parts of the
    document, and the disclosure stays a draft until they are decided and this is called again;
    the list is then empty. Raises NotPossible while anything is open or anybody is barred.
    """
    disclosure = locked(disclosure, by, "disclosure.edit", check)
    refuse_open(disclosure, outgoing)
    back_to_draft(disclosure)
    scanner = Scanner(outgoing.protected)
    made = [
        _compose_for(disclosure, recipient, scanner, making)
        for recipient in disclosure.recipients.all()
    ]
    is_open = undecided(disclosure)
    record(
        "disclosure.edit",
        by=by,
        on=ref_of(disclosure),
        classes=CONTENT,
        detail={"documents": len(made), "open": is_open},
    )
    if is_open:
        Composed.objects.filter(recipient__disclosure=disclosure).delete()
        return []
    move(
        disclosure,
        DisclosureState.CHECKED,
        checked_by_id=person(by),
        checked_at=timezone.now(),
    )
    return made


def _compose_for(
    disclosure: Disclosure, recipient: Recipient, scanner: Scanner, making: Compose
) -> Composed:
    clean, allowed, looked = _clean(disclosure, recipient, scanner)
    if not clean:
        raise NotPossible("A recipient would get nothing at all: leave the recipient out.")
    document = making(recipient_of(recipient), clean)
    reading = read_file(document.name, document.data)
    own = disclosure.found_words.filter(recipient=recipient)
    seen = disclosure.unread_parts.filter(recipient=recipient)
    allowed += kept_keys(own)
    looked += Counter(part.why for part in seen.exclude(answer=""))
    hits = surplus(scan_reading(reading, scanner), allowed)
    FoundWord.objects.bulk_create(
        (word_row(disclosure, hit, recipient=recipient) for hit in hits), batch_size=BATCH
    )
    UnreadPart.objects.bulk_create(
        unread_row(disclosure, one, recipient=recipient) for one in _unseen(reading.unread, looked)
    )
    return Composed.objects.create(
        recipient=recipient,
        name=document.name,
        sha256=uploads.keep(settings.UPLOADS, document.data),
        size=len(document.data),
    )


def _clean(
    disclosure: Disclosure, recipient: Recipient, scanner: Scanner
) -> tuple[list[CleanItem], Counter[Any], Counter[str]]:
    """The items for one recipient, how often which word may stand in them, and what was looked at.

    Each text is scanned again after the masking: what is left over must be what was kept.
    """
    items, allowed, looked = [], Counter[Any](), Counter[str]()
    for item in disclosure.items.filter(is_removed=False).exclude(exclusions__recipient=recipient):
        words = list(disclosure.found_words.filter(item=item))
        clean = clean_item(item, words)
        kept = kept_keys(words)
        if surplus(scan_reading(reading_of_clean(clean), scanner), kept):
            raise NotPossible(
                "After the masking a protected word is still there or has come about anew: scan "
                "again and decide what is found."
            )
        items.append(clean)
        allowed += kept
        looked += Counter(part.why for part in disclosure.unread_parts.filter(item=item))
    return items, allowed, looked


def _unseen(unread: Iterable[Unread], looked: Counter[str]) -> list[Unread]:
    """What nobody has looked at yet. The same thing inside a bundle has another path."""
    left, found = Counter(looked), []
    for one in unread:
        if left[one.why] > 0:
            left[one.why] -= 1
        else:
            found.append(one)
    return found


@transaction.atomic
def clear(
    *, disclosure: Disclosure, outgoing: Outgoing, by: Viewer, check: Check = checked
) -> None:
    """Clear, as a second person, the very documents that were made.

    Refused to the maker and to everybody who decided anything of it. Raises NotPossible where
    anything has changed since the documents were made; they are scanned again here.
    """
    disclosure = locked(disclosure, by, "disclosure.clear", check)
    if person(by) in people_who_decided(disclosure):
        raise not_allowed(
            "You worked on this disclosure yourself: a second person must clear it.",
            decision.Refusal(by, "disclosure.clear", ref_of(disclosure), Reason.OWN_WORK),
        )
    if disclosure.state != DisclosureState.CHECKED:
        raise NotPossible(
            "The documents have not been made yet, or have changed: check them first."
        )
    check_basis(disclosure.lawful_basis, switched_on(disclosure.partnership))
    refuse_open(disclosure, outgoing)
    if not _are_clean(disclosure, outgoing):
        raise NotPossible(
            "The documents hold a word that is protected since they were made: scan again."
        )
    move(
        disclosure,
        DisclosureState.CLEARED,
        cleared_by_id=person(by),
        cleared_at=timezone.now(),
        clearance=clearance_digest(outgoing, decided_of(disclosure)),
    )
    record("disclosure.clear", by=by, on=ref_of(disclosure), classes=CONTENT)


@transaction.atomic
def release(
    *,
    disclosure: Disclosure,
    outgoing: Outgoing,
    link: str = "",
    by: Viewer,
    check: Check = checked,
) -> list[Release]:
    """Release to every recipient the bytes that were cleared, after one more scan of them.

    `outgoing` is what the app sees now. Where anything differs from what was cleared, the
    clearance is void: nothing is released, the disclosure is a draft again, and the list is empty.
    A recipient with an e-mail address is sent the reference and the link, nothing else.
    """
    disclosure = locked(disclosure, by, "disclosure.release", check)
    if disclosure.state != DisclosureState.CLEARED:
        raise NotPossible("Only what a second person has cleared can be released.")
    check_basis(disclosure.lawful_basis, switched_on(disclosure.partnership))
    if not _still_holds(disclosure, outgoing):
        back_to_draft(disclosure)
        record("disclosure.voided", by=by, on=ref_of(disclosure), outcome="refused")
        return []
    now = timezone.now()
    released = [
        Release.objects.create(
            disclosure=disclosure,
            recipient=one.recipient,
            recipient_name=one.recipient.name,
            name=one.name,
            sha256=one.sha256,
            size=one.size,
            released_by_id=person(by),
            released_at=now,
        )
        for one in Composed.objects.filter(recipient__disclosure=disclosure).select_related(
            "recipient"
        )
    ]
    move(disclosure, DisclosureState.RELEASED, released_by_id=person(by), released_at=now)
    _keep_sharing(disclosure, by)
    record("disclosure.release", by=by, on=ref_of(disclosure), classes=CONTENT)
    for one in released:
        if one.recipient.email:
            tell(
                "disclosure.ready",
                to=one.recipient.email,
                reference=disclosure.reference,
                link=link,
                about=ref_of(disclosure),
                once=f"disclosure:{disclosure.pk}:{one.recipient_id}",
            )
    return released


def _still_holds(disclosure: Disclosure, outgoing: Outgoing) -> bool:
    """Whether what would be released is, in every point, what was cleared."""
    if disclosure.clearance != clearance_digest(outgoing, decided_of(disclosure)):
        return False
    if barred_pairs(disclosure) or undecided(disclosure):
        return False
    return _are_clean(disclosure, outgoing)


def _are_clean(disclosure: Disclosure, outgoing: Outgoing) -> bool:
    scanner = Scanner(outgoing.protected)
    return all(
        _is_clean(disclosure, one, scanner)
        for one in Composed.objects.filter(recipient__disclosure=disclosure)
    )


def _is_clean(disclosure: Disclosure, composed: Composed, scanner: Scanner) -> bool:
    """The last scan: of the bytes that are kept, read anew from where they are kept."""
    _, allowed, looked = _clean(disclosure, composed.recipient, scanner)
    allowed += kept_keys(disclosure.found_words.filter(recipient=composed.recipient))
    seen = disclosure.unread_parts.filter(recipient=composed.recipient)
    looked += Counter(part.why for part in seen)
    reading = read_file(composed.name, kept_bytes(composed.sha256))
    hits = scan_reading(reading, scanner)
    return not surplus(hits, allowed) and not _unseen(reading.unread, looked)


def _keep_sharing(disclosure: Disclosure, by: Viewer) -> None:
    terms = disclosure.sharing
    SharingRecord.objects.create(
        partnership=disclosure.partnership,
        organisation=disclosure.organisation,
        disclosure=disclosure,
        about_kind=disclosure.about_kind,
        about_key=disclosure.about_key,
        decision=SharingDecision.SHARED.value,
        what=what_goes(disclosure),
        with_whom="; ".join(row.name for row in disclosure.recipients.all()),
        bases_edition=disclosure.bases_edition,
        decided_by_id=person(by),
        decided_at=timezone.now(),
        **terms,
    )


@transaction.atomic
def withdraw(*, disclosure: Disclosure, reason: str, by: Viewer, check: Check = checked) -> None:
    """Give a disclosure up before it is released. The reason is kept."""
    disclosure = locked(disclosure, by, "disclosure.withdraw", check)
    if not reason.strip():
        raise NotPossible("Say why the disclosure is withdrawn.")
    move(
        disclosure,
        DisclosureState.WITHDRAWN,
        withdrawn_by_id=person(by),
        withdrawn_at=timezone.now(),
        withdrawn_reason=reason.strip(),
    )
    record("disclosure.withdraw", by=by, on=ref_of(disclosure))
