"""What changes disclosures. Each asks the access rules, is one transaction and is in the trail.

`check` may be given by an app that guards the record it is about as well; it is called with the
viewer, the action and the record, and raises Absent or NotAllowed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safehub.foundation.access import decision
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.disclosure.bases import check_basis, current_edition
from safehub.foundation.disclosure.composing import bundle
from safehub.foundation.disclosure.models import (
    Composed,
    Disclosure,
    Exclusion,
    FoundWord,
    Item,
    Recipient,
    Release,
    SharingRecord,
    SwitchedBasis,
    UnreadPart,
)
from safehub.foundation.disclosure.outgoing import (
    CleanItem,
    Compose,
    Outgoing,
    OutgoingFile,
    ScanResult,
    SharingTerms,
)
from safehub.foundation.disclosure.protected import Hit, Protected
from safehub.foundation.disclosure.queries import (
    barred_pairs,
    decided_of,
    people_who_decided,
    switched_on,
)
from safehub.foundation.disclosure.reading.files import read_file
from safehub.foundation.disclosure.reading.parts import Unread
from safehub.foundation.disclosure.rules import (
    clearance_digest,
    labels_as_data,
    outgoing_digest,
    surplus,
)
from safehub.foundation.disclosure.scanning import Scanner, scan_reading
from safehub.foundation.disclosure.sharing import checked_terms, terms_as_data, what_goes
from safehub.foundation.disclosure.states import (
    MOVES,
    DisclosureState,
    HitDecision,
    SharingDecision,
)
from safehub.foundation.disclosure.stored import (
    TEXT,
    TITLE,
    clean_item,
    kept_bytes,
    kept_keys,
    reading_of,
    reading_of_clean,
    recipient_of,
    same_place,
    stored_outgoing,
)
from safehub.foundation.documents import uploads
from safehub.foundation.errors import EditConflict, NotAllowed, NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.commands import record

Check = Callable[[Viewer, str, Disclosure | None], object]
_CONTENT = (FieldClass.PROTECTED,)
_BATCH = 500
_SCANNED_AGAIN = "The disclosure was scanned again meanwhile: open its hits anew."


def _checked(viewer: Viewer, action: str, disclosure: Disclosure | None) -> None:
    decision.check(viewer, action, disclosure)


@transaction.atomic
def prepare(
    *,
    outgoing: Outgoing,
    terms: SharingTerms,
    about: RecordRef | None = None,
    by: Viewer,
    check: Check = _checked,
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
        made_by_id=_person(by),
        made_at=timezone.now(),
    )
    _keep_outgoing(disclosure, outgoing)
    record("disclosure.prepare", by=by, on=ref_of(disclosure), classes=_CONTENT)
    return disclosure


def _person(by: Viewer) -> int:
    """A second person can only be told from a first, so the machine itself does none of this."""
    if by.person is None:
        raise NotAllowed("Only a person who has signed in may work on a disclosure.")
    return by.person


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
        batch_size=_BATCH,
    )


@transaction.atomic
def scan(
    *, disclosure: Disclosure, outgoing: Outgoing, by: Viewer, check: Check = _checked
) -> ScanResult:
    """Look for every protected word in every item, and for barred recipients.

    Where items or recipients have changed since, they are taken anew. What was decided of a hit
    that is still there, in the same place of the same item, stays decided. Leads back to a draft.
    """
    disclosure = _locked(disclosure, by, "disclosure.edit", check)
    _back_to_draft(disclosure)
    if outgoing_digest(outgoing) != outgoing_digest(
        stored_outgoing(disclosure, outgoing.protected)
    ):
        _keep_outgoing(disclosure, outgoing)
    result = _scan_items(disclosure, outgoing.protected)
    result.barred = len(barred_pairs(disclosure))
    Disclosure.objects.filter(pk=disclosure.pk).update(scanned_at=timezone.now())
    detail = {"hits": result.hits, "unread": result.unread, "barred": result.barred}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=_CONTENT, detail=detail)
    return result


def _locked(disclosure: Disclosure, by: Viewer, action: str, check: Check) -> Disclosure:
    """The disclosure as it stands now, held until the end of the transaction."""
    _person(by)
    found = Disclosure.objects.select_for_update().get(pk=disclosure.pk)
    check(by, action, found)
    return found


def _move(disclosure: Disclosure, to: DisclosureState, **fields: Any) -> None:
    """Move on, from the very state that was looked at. Raises NotPossible and EditConflict."""
    before = DisclosureState(disclosure.state)
    if to not in MOVES[before]:
        raise NotPossible(f"This disclosure is {before.value} and cannot become {to.value}.")
    moved = Disclosure.objects.filter(pk=disclosure.pk, state=before.value)
    if moved.update(state=to.value, **fields) != 1:
        raise EditConflict("Somebody else has moved this disclosure on: open it again.")
    disclosure.state = to.value


def _back_to_draft(disclosure: Disclosure) -> None:
    """Undo check and clearance, since something of what they covered changes."""
    if disclosure.state != DisclosureState.DRAFTED:
        _move(
            disclosure,
            DisclosureState.DRAFTED,
            checked_by=None,
            checked_at=None,
            cleared_by=None,
            cleared_at=None,
            clearance="",
        )
    Composed.objects.filter(recipient__disclosure=disclosure).delete()


def _scan_items(disclosure: Disclosure, protected: Sequence[Protected]) -> ScanResult:
    scanner = Scanner(protected)
    decided = {same_place(word): word for word in disclosure.found_words.exclude(decision="")}
    looked = {(p.item_id, p.part, p.why): p for p in disclosure.unread_parts.exclude(answer="")}
    disclosure.found_words.all().delete()
    disclosure.unread_parts.all().delete()
    result = ScanResult()
    for item in disclosure.items.filter(is_removed=False):
        reading = reading_of(item)
        words = [_word(disclosure, hit, item=item) for hit in scan_reading(reading, scanner)]
        for word in words:
            before = decided.get(same_place(word))
            if before is not None:
                _carry(word, before)
                result.kept_decisions += 1
        FoundWord.objects.bulk_create(words, batch_size=_BATCH)
        unread = [_unread(disclosure, one, item=item) for one in reading.unread]
        for part in unread:
            seen = looked.get((part.item_id, part.part, part.why))
            if seen is not None:
                part.answer, part.looked_by_id = seen.answer, seen.looked_by_id
                part.looked_at = seen.looked_at
        UnreadPart.objects.bulk_create(unread, batch_size=_BATCH)
        result.hits += len(words)
        result.unread += len(unread)
    return result


def _word(
    disclosure: Disclosure,
    hit: Hit,
    *,
    item: Item | None = None,
    recipient: Recipient | None = None,
) -> FoundWord:
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


def _unread(
    disclosure: Disclosure,
    one: Unread,
    *,
    item: Item | None = None,
    recipient: Recipient | None = None,
) -> UnreadPart:
    return UnreadPart(
        disclosure=disclosure, item=item, recipient=recipient, part=one.part, why=one.why
    )


def _carry(word: FoundWord, before: FoundWord) -> None:
    word.decision, word.reason = before.decision, before.reason
    word.decided_by_id, word.decided_at = before.decided_by_id, before.decided_at


@transaction.atomic
def decide_hit(
    *,
    words: Sequence[FoundWord],
    decision: HitDecision,
    reason: str,
    by: Viewer,
    check: Check = _checked,
) -> None:
    """Mask, remove or keep hits of one disclosure: one, or many that are alike, for one reason.

    Raises NotPossible without a reason to keep, and for masking a word inside a file or in a
    document that was already made: there the file is replaced or left out.
    """
    disclosure = _locked(_one_disclosure(words), by, "disclosure.edit", check)
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
    _back_to_draft(disclosure)
    rows.update(
        decision=decision.value,
        reason=reason.strip(),
        decided_by_id=_person(by),
        decided_at=timezone.now(),
    )
    detail = {"words": [word.pk for word in words]}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=_CONTENT, detail=detail)


def _one_disclosure(rows: Sequence[FoundWord] | Sequence[UnreadPart]) -> Disclosure:
    found = {row.disclosure_id: row.disclosure for row in rows}
    if len(found) != 1:
        raise NotPossible("Choose at least one, all of the same disclosure.")
    return next(iter(found.values()))


@transaction.atomic
def answer_unread(
    *, parts: Sequence[UnreadPart], answer: str, by: Viewer, check: Check = _checked
) -> None:
    """Say, as a person who has looked, what stands where no program could read."""
    disclosure = _locked(_one_disclosure(parts), by, "disclosure.edit", check)
    if not answer.strip():
        raise NotPossible("Say what you saw when you looked at it.")
    rows = UnreadPart.objects.filter(pk__in=[part.pk for part in parts], disclosure=disclosure)
    if rows.count() != len({part.pk for part in parts}):
        raise EditConflict(_SCANNED_AGAIN)
    _back_to_draft(disclosure)
    rows.update(answer=answer.strip(), looked_by_id=_person(by), looked_at=timezone.now())
    detail = {"parts": [part.pk for part in parts]}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=_CONTENT, detail=detail)


@transaction.atomic
def exclude_item(
    *, item: Item, recipient: Recipient, reason: str, by: Viewer, check: Check = _checked
) -> Exclusion:
    """Leave an item out for one recipient. Only this lets a barred recipient get the rest."""
    disclosure = _locked(item.disclosure, by, "disclosure.edit", check)
    if recipient.disclosure_id != disclosure.pk:
        raise NotPossible("That recipient belongs to another disclosure.")
    if not reason.strip():
        raise NotPossible("Say why this recipient does not get the item.")
    _back_to_draft(disclosure)
    made, _ = Exclusion.objects.get_or_create(
        item=item,
        recipient=recipient,
        defaults={"reason": reason.strip(), "by_id": _person(by), "at": timezone.now()},
    )
    detail = {"item": item.pk, "recipient": recipient.pk}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=_CONTENT, detail=detail)
    return made


@transaction.atomic
def remove_item(*, item: Item, reason: str, by: Viewer, check: Check = _checked) -> None:
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
    check: Check = _checked,
) -> ScanResult:
    """Put another file in the place of an item's, such as a print without an address; scanned at
    once."""
    if not item.sha256:
        raise NotPossible("This item has no file that could be replaced.")
    sha256 = uploads.keep(settings.UPLOADS, file.data)
    disclosure = _change_item(
        item, reason, by, check, replacement_name=file.name, replacement_sha256=sha256
    )
    return _scan_items(disclosure, protected)


def _change_item(item: Item, reason: str, by: Viewer, check: Check, **fields: Any) -> Disclosure:
    disclosure = _locked(item.disclosure, by, "disclosure.edit", check)
    if not reason.strip():
        raise NotPossible("Say why the item is changed.")
    _back_to_draft(disclosure)
    item.found_words.all().delete()
    item.unread_parts.all().delete()
    Item.objects.filter(pk=item.pk).update(
        changed_reason=reason.strip(), changed_by_id=_person(by), **fields
    )
    detail = {"item": item.pk}
    record("disclosure.edit", by=by, on=ref_of(disclosure), classes=_CONTENT, detail=detail)
    return disclosure


@transaction.atomic
def compose(
    *,
    disclosure: Disclosure,
    outgoing: Outgoing,
    making: Compose = bundle,
    by: Viewer,
    check: Check = _checked,
) -> list[Composed]:
    """Make each recipient's document of what they may get, scan it byte for byte, and hand the
    disclosure to a second person.

    What the documents hold beyond what was decided is stored as hits and unread parts of the
    document, and the disclosure stays a draft until they are decided and this is called again;
    the list is then empty. Raises NotPossible while anything is open or anybody is barred.
    """
    disclosure = _locked(disclosure, by, "disclosure.edit", check)
    _refuse_open(disclosure, outgoing)
    _back_to_draft(disclosure)
    scanner = Scanner(outgoing.protected)
    made = [
        _compose_for(disclosure, recipient, scanner, making)
        for recipient in disclosure.recipients.all()
    ]
    is_open = _undecided(disclosure)
    record(
        "disclosure.edit",
        by=by,
        on=ref_of(disclosure),
        classes=_CONTENT,
        detail={"documents": len(made), "open": is_open},
    )
    if is_open:
        Composed.objects.filter(recipient__disclosure=disclosure).delete()
        return []
    _move(
        disclosure,
        DisclosureState.CHECKED,
        checked_by_id=_person(by),
        checked_at=timezone.now(),
    )
    return made


def _undecided(disclosure: Disclosure) -> int:
    words = disclosure.found_words.filter(decision="").count()
    return words + disclosure.unread_parts.filter(answer="").count()


def _refuse_open(disclosure: Disclosure, outgoing: Outgoing) -> None:
    """Raises NotPossible for whatever still stands in the way."""
    stored = stored_outgoing(disclosure, outgoing.protected)
    if disclosure.scanned_at is None or outgoing_digest(stored) != outgoing_digest(outgoing):
        raise NotPossible("The items or recipients are not those that were scanned: scan again.")
    undecided = _undecided(disclosure)
    if undecided:
        raise NotPossible(f"{undecided} hits or unread parts are not decided yet: decide each.")
    barred = barred_pairs(disclosure)
    if barred:
        _, _, why = barred[0]
        raise NotPossible(
            f"An item cannot go to a recipient, since {why}. Leave the item out for them, or leave "
            f"them out. In all {len(barred)} such pairs stand in the way."
        )


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
        (_word(disclosure, hit, recipient=recipient) for hit in hits), batch_size=_BATCH
    )
    UnreadPart.objects.bulk_create(
        _unread(disclosure, one, recipient=recipient) for one in _unseen(reading.unread, looked)
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
    *, disclosure: Disclosure, outgoing: Outgoing, by: Viewer, check: Check = _checked
) -> None:
    """Clear, as a second person, the very documents that were made.

    Refused to the maker and to everybody who decided anything of it. Raises NotPossible where
    anything has changed since the documents were made.
    """
    disclosure = _locked(disclosure, by, "disclosure.clear", check)
    if _person(by) in people_who_decided(disclosure):
        raise NotAllowed("You worked on this disclosure yourself: a second person must clear it.")
    if disclosure.state != DisclosureState.CHECKED:
        raise NotPossible(
            "The documents have not been made yet, or have changed: check them first."
        )
    check_basis(disclosure.lawful_basis, switched_on(disclosure.partnership))
    _refuse_open(disclosure, outgoing)
    _move(
        disclosure,
        DisclosureState.CLEARED,
        cleared_by_id=_person(by),
        cleared_at=timezone.now(),
        clearance=clearance_digest(outgoing, decided_of(disclosure)),
    )
    record("disclosure.clear", by=by, on=ref_of(disclosure), classes=_CONTENT)


@transaction.atomic
def release(
    *,
    disclosure: Disclosure,
    outgoing: Outgoing,
    link: str = "",
    by: Viewer,
    check: Check = _checked,
) -> list[Release]:
    """Release to every recipient the bytes that were cleared, after one more scan of them.

    `outgoing` is what the app sees now. Where anything differs from what was cleared, the
    clearance is void: nothing is released, the disclosure is a draft again, and the list is empty.
    A recipient with an e-mail address is sent the reference and the link, nothing else.
    """
    disclosure = _locked(disclosure, by, "disclosure.release", check)
    if disclosure.state != DisclosureState.CLEARED:
        raise NotPossible("Only what a second person has cleared can be released.")
    check_basis(disclosure.lawful_basis, switched_on(disclosure.partnership))
    if not _still_holds(disclosure, outgoing):
        _back_to_draft(disclosure)
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
            released_by_id=_person(by),
            released_at=now,
        )
        for one in Composed.objects.filter(recipient__disclosure=disclosure).select_related(
            "recipient"
        )
    ]
    _move(disclosure, DisclosureState.RELEASED, released_by_id=_person(by), released_at=now)
    _keep_sharing(disclosure, by)
    record("disclosure.release", by=by, on=ref_of(disclosure), classes=_CONTENT)
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
    if barred_pairs(disclosure) or _undecided(disclosure):
        return False
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
        decided_by_id=_person(by),
        decided_at=timezone.now(),
        **terms,
    )


@transaction.atomic
def withdraw(*, disclosure: Disclosure, reason: str, by: Viewer, check: Check = _checked) -> None:
    """Give a disclosure up before it is released. The reason is kept."""
    disclosure = _locked(disclosure, by, "disclosure.withdraw", check)
    if not reason.strip():
        raise NotPossible("Say why the disclosure is withdrawn.")
    _move(
        disclosure,
        DisclosureState.WITHDRAWN,
        withdrawn_by_id=_person(by),
        withdrawn_at=timezone.now(),
        withdrawn_reason=reason.strip(),
    )
    record("disclosure.withdraw", by=by, on=ref_of(disclosure))


@transaction.atomic
def refuse_sharing(
    *,
    what: str,
    with_whom: str,
    terms: SharingTerms,
    about: RecordRef | None = None,
    by: Viewer,
    check: Check = _checked,
) -> SharingRecord:
    """Record that something is not shared, with the reasons: each refusal is kept like a share.

    `terms.lawful_basis` may be blank; `terms.necessity` says why it was not right to share.
    """
    check(by, "disclosure.refuse_sharing", None)
    checked_terms(terms, is_refusal=True)
    if not what.strip() or not with_whom.strip():
        raise NotPossible("Say what is not shared, and with whom.")
    kept = SharingRecord.objects.create(
        partnership=by.partnership,
        organisation=by.organisation,
        about_kind=about.kind if about else "",
        about_key=str(about.key) if about else "",
        decision=SharingDecision.REFUSED.value,
        what=what.strip(),
        with_whom=with_whom.strip(),
        bases_edition=current_edition(),
        decided_by_id=_person(by),
        decided_at=timezone.now(),
        **terms_as_data(terms),
    )
    record("disclosure.refuse_sharing", by=by, on=ref_of(kept))
    return kept


@transaction.atomic
def switch_basis(
    *, code: str, is_on: bool, reason: str, by: Viewer, check: Check = _checked
) -> SwitchedBasis:
    """Switch a lawful basis of one's partnership on, once it is in force, or off again."""
    check(by, "disclosure.switch_basis", None)
    if by.partnership is None:
        raise NotPossible("A lawful basis is switched on for a partnership, and you act for none.")
    check_basis(code, frozenset({code}))
    if not reason.strip():
        raise NotPossible("Say why, such as the regulations that bring it into force.")
    switched = SwitchedBasis.objects.create(
        partnership=by.partnership,
        code=code,
        is_on=is_on,
        reason=reason.strip(),
        switched_by_id=_person(by),
        switched_at=timezone.now(),
    )
    record("disclosure.switch_basis", by=by, on=ref_of(switched))
    return switched
