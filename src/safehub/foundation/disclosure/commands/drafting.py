"""Drafting a disclosure and scanning it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.disclosure.bases import check_basis, current_edition
from safehub.foundation.disclosure.commands.steps import (
    BATCH,
    CONTENT,
    Check,
    back_to_draft,
    checked,
    locked,
    person,
)
from safehub.foundation.disclosure.models import Disclosure, FoundWord, Item, Recipient, UnreadPart
from safehub.foundation.disclosure.outgoing import Outgoing, ScanResult, SharingTerms
from safehub.foundation.disclosure.protected import Hit, Protected
from safehub.foundation.disclosure.queries import barred_pairs, switched_on
from safehub.foundation.disclosure.reading.parts import Unread
from safehub.foundation.disclosure.rules import labels_as_data, outgoing_digest
from safehub.foundation.disclosure.scanning import Scanner, scan_reading
from safehub.foundation.disclosure.sharing import checked_terms, terms_as_data
from safehub.foundation.disclosure.stored import reading_of, same_place, stored_outgoing
from safehub.foundation.documents import uploads
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.commands import record


@transaction.atomic
def prepare(
    *,
    outgoing: Outgoing,
    terms: SharingTerms,
    about: RecordRef | None = None,
    by: Viewer,
    check: Check = checked,
) -> Disclosure:
    """Draft a disclosure of these items to these recipients. Nothing is scanned yet.

    Raises NotPossible without items or recipients, for a lawful basis that is not in use here, and
    for terms that leave a reason out.
    """
    check(by, "disclosure.prepare", None)
    checked_terms(terms)
    check_basis(terms.lawful_basis, switched_on(by.partnership))
    disclosure = Disclosure.objects.create(
        partnership=by.partnership,
        organisation=by.organisation,
        about_kind=about.kind if about else "",
        about_key=str(about.key) if about else "",
        purpose=terms.purpose,
        lawful_basis=terms.lawful_basis,
        bases_edition=current_edition(),
        sharing=terms_as_data(terms),
        made_by_id=person(by),
        made_at=timezone.now(),
    )
    _keep_outgoing(disclosure, outgoing)
    record("disclosure.prepare", by=by, on=ref_of(disclosure), classes=CONTENT)
    return disclosure


def _keep_outgoing(disclosure: Disclosure, outgoing: Outgoing) -> None:
    """Store items and recipients in place of those before, whose decisions go with them."""
    if not outgoing.items or not outgoing.recipients:
        raise NotPossible("A disclosure needs at least one item and at least one recipient.")
    disclosure.items.all().delete()
    disclosure.recipients.all().delete()
    Recipient.objects.bulk_create(
        Recipient(
            disclosure=disclosure,
            position=position,
            name=one.name,
            person_key=one.person_key,
            address=one.address,
            email=one.email,
            relations=None if one.relations is None else list(one.relations),
        )
        for position, one in enumerate(outgoing.recipients, start=1)
    )
    Item.objects.bulk_create(
        (
            Item(
                disclosure=disclosure,
                position=position,
                kind=one.kind,
                key=one.key,
                title=one.title,
                text=one.text,
                file_name=one.file.name if one.file else "",
                sha256=uploads.keep(settings.UPLOADS, one.file.data) if one.file else "",
                labels=labels_as_data(one.labels),
            )
            for position, one in enumerate(outgoing.items, start=1)
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def scan(
    *, disclosure: Disclosure, outgoing: Outgoing, by: Viewer, check: Check = checked
) -> ScanResult:
    """Look for every protected word in every item, and for barred recipients.

    Where items or recipients have changed since, they are taken anew. What was decided of a hit
    that is still there, in the same place of the same item, stays decided. Leads back to a draft.
    """
    disclosure = locked(disclosure, by, "disclosure.edit", check)
    back_to_draft(disclosure)
    if outgoing_digest(outgoing) != outgoing_digest(
        stored_outgoing(disclosure, outgoing.protected)
    ):
        _keep_outgoing(disclosure, outgoing)
    result = scan_items(disclosure, outgoing.protected)
    result.barred = len(barred_pairs(disclosure))
    Disclosure.objects.filter(pk=disclosure.pk).update(scanned_at=timezone.now())
    detail = {"hits": result.hits, "unread": result.unread, "barred": result.barred}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=CONTENT, detail=detail)
    return result


def scan_items(disclosure: Disclosure, protected: Sequence[Protected]) -> ScanResult:
    """Scan every item anew. What was decided in the very same place stays decided."""
    scanner = Scanner(protected)
    decided = {same_place(word): word for word in disclosure.found_words.exclude(decision="")}
    looked = {(p.item_id, p.part, p.why): p for p in disclosure.unread_parts.exclude(answer="")}
    disclosure.found_words.all().delete()
    disclosure.unread_parts.all().delete()
    result = ScanResult()
    for item in disclosure.items.filter(is_removed=False):
        reading = reading_of(item)
        words = [word_row(disclosure, hit, item=item) for hit in scan_reading(reading, scanner)]
        for word in words:
            before = decided.get(same_place(word))
            if before is not None:
                _carry(word, before)
                result.kept_decisions += 1
        FoundWord.objects.bulk_create(words, batch_size=BATCH)
        unread = [unread_row(disclosure, one, item=item) for one in reading.unread]
        for part in unread:
            seen = looked.get((part.item_id, part.part, part.why))
            if seen is not None:
                part.answer, part.looked_by_id = seen.answer, seen.looked_by_id
                part.looked_at = seen.looked_at
        UnreadPart.objects.bulk_create(unread, batch_size=BATCH)
        result.hits += len(words)
        result.unread += len(unread)
    return result


def word_row(
    disclosure: Disclosure,
    hit: Hit,
    *,
    item: Item | None = None,
    recipient: Recipient | None = None,
) -> FoundWord:
    """A hit as a row that is not saved yet."""
    return FoundWord(
        disclosure=disclosure,
        item=item,
        recipient=recipient,
        kind=hit.kind.value,
        persons=list(hit.persons),
        part=hit.part,
        where=hit.where,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        matched=hit.matched.value,
        score=hit.score,
        suggestion=hit.suggestion.value,
    )


def unread_row(
    disclosure: Disclosure,
    one: Unread,
    *,
    item: Item | None = None,
    recipient: Recipient | None = None,
) -> UnreadPart:
    """An unread part as a row that is not saved yet."""
    return UnreadPart(
        disclosure=disclosure, item=item, recipient=recipient, part=one.part, why=one.why
    )


def _carry(word: FoundWord, before: FoundWord) -> None:
    word.decision, word.reason = before.decision, before.reason
    word.decided_by_id, word.decided_at = before.decided_by_id, before.decided_at
