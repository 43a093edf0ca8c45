"""What changes drafts and the marks of forms that were sent."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone

from safehub.foundation.errors import NotPossible
from safehub.foundation.submissions.drafts import MOST, TooManyDrafts, place_of, sealed
from safehub.foundation.submissions.fields import EVERYTHING, Typed, typed
from safehub.foundation.submissions.holders import Holder
from safehub.foundation.submissions.models import Draft, Submission
from safehub.foundation.submissions.originals import ORIGINAL
from safehub.foundation.submissions.queries import submission_with, unsent, was_sent
from safehub.foundation.submissions.tokens import TOKEN, FormToken, TokenRefused, token_of


@transaction.atomic
def claim(*, token: FormToken, digest: str) -> Submission | None:
    """Take the token for this transaction; or what it has done already.

    None: it is ours, and whatever follows happens only now. Two at once: the database lets one
    wait for the other, which then finds the first one's row; or none, where the first one was
    rolled back. Must be called within the transaction of the act.
    """
    try:
        with transaction.atomic():
            Submission.objects.create(
                token=token.nonce,
                window=token.window,
                form=token.form,
                person_id=token.holder.person,
                visitor=token.holder.visitor,
                digest=digest,
                sent_at=timezone.now(),
            )
    except IntegrityError:
        first = submission_with(token.nonce, token.holder)
        if first is None:
            raise
        return first
    return None


@transaction.atomic
def conclude(*, token: FormToken, led_to: str, told: str) -> None:
    """Keep where the act led, for a second press, and drop the draft that it was made from."""
    Submission.objects.filter(token=token.nonce).update(led_to=led_to, told=told)
    Draft.objects.filter(window=token.window).delete()


@transaction.atomic
def keep_draft(*, token: FormToken, fields: Typed, original: str = "") -> dt.datetime | None:
    """Keep text that was not sent, in place of what the same window kept before.

    None where there is nothing to keep: the text was sent meanwhile, or nothing is typed. Raises
    DraftTooLarge and TooManyDrafts.
    """
    if was_sent(token.window) or not any(any(values) for values in fields.values()):
        return None
    holder, now = token.holder, timezone.now()
    kind, key = token.record or ("", 0)
    payload = sealed(fields, original, place=place_of(holder, token.form, token.window))
    written = Draft.objects.filter(window=token.window).update(payload=payload, saved_at=now)
    if written:
        return now
    if unsent(holder).count() >= MOST:
        raise TooManyDrafts
    Draft.objects.update_or_create(
        window=token.window,
        defaults={"payload": payload, "saved_at": now},
        create_defaults={
            "form": token.form,
            "person_id": holder.person,
            "visitor": holder.visitor,
            "record_kind": kind,
            "record_key": key,
            "path": token.path,
            "payload": payload,
            "saved_at": now,
        },
    )
    return now


def keep_posted(*, token: FormToken, data: QueryDict) -> dt.datetime | None:
    """As `keep_draft`, from a form as it was posted. Raises NotPossible for one without drafts."""
    if EVERYTHING in token.left_out:
        raise NotPossible("What is typed here is not kept unsent: send it before you leave.")
    fields = typed(data, leaving_out=token.left_out)
    return keep_draft(token=token, fields=fields, original=data.get(ORIGINAL, ""))


def keep_rescued(*, person_id: int, path: str, post_data: QueryDict) -> str | None:
    """Keep what somebody sent just as their session ended, for when they are back.

    The address at which they go on with it; None where it is no form of ours, or was opened by
    somebody else. Passwords, codes and files are never kept. `path` is where it was sent to; the
    draft belongs to the page that the form came from.
    """
    try:
        token = token_of(post_data.get(TOKEN, ""), holder=Holder(person=person_id))
        kept = keep_posted(token=token, data=post_data)
    except (TokenRefused, NotPossible):
        return None
    return None if kept is None else token.path or path


def discard_draft(*, holder: Holder, key: int) -> None:
    """Drop an unsent text of the holder's for good; one that is gone already is no mistake."""
    Draft.objects.filter(pk=key, person=holder.person, visitor=holder.visitor).delete()


@transaction.atomic
def purge(*, at: dt.datetime) -> int:
    """Drop the drafts and marks that have had their time at the moment; how many there were.

    A person's are kept 30 days, a visitor's seven (reliability.md, R4). The draft of a text that
    was sent goes as well.
    """
    persons, visitors = (
        at - holder.keeps_for for holder in (Holder(person=0), Holder(visitor="-"))
    )
    gone = 0
    for rows, moment in ((Draft.objects, "saved_at"), (Submission.objects, "sent_at")):
        old = {f"{moment}__lte": persons}
        older = {f"{moment}__lte": visitors}
        gone += rows.filter(person__isnull=False, **old).delete()[0]
        gone += rows.filter(person__isnull=True, **older).delete()[0]
    gone += Draft.objects.filter(window__in=Submission.objects.values("window")).delete()[0]
    return gone
