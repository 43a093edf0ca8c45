"""Reading what was sent and what was not, always a holder's own; and records to be edited."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from safehub.foundation.errors import Absent
from safehub.foundation.records import RecordRef
from safehub.foundation.submissions.drafts import KeptText, opened
from safehub.foundation.submissions.holders import Holder
from safehub.foundation.submissions.models import Draft, Submission

Record = TypeVar("Record", bound=Model)


def unsent(holder: Holder) -> QuerySet[Draft]:
    """The holder's drafts that still hold and were never sent, oldest first."""
    return Draft.objects.filter(
        person=holder.person,
        visitor=holder.visitor,
        saved_at__gt=timezone.now() - holder.keeps_for,
    ).exclude(window__in=Submission.objects.values("window"))


def drafts_of(holder: Holder, *, form: str, record: RecordRef | None, path: str) -> list[KeptText]:
    """The holder's unsent texts of the form at an address, oldest first. One query."""
    kind, key = record or ("", 0)
    rows = unsent(holder).filter(form=form, record_kind=kind, record_key=key, path=path)
    return [text for text in map(opened, rows) if text is not None]


def texts_about(holder: Holder, record: RecordRef) -> list[KeptText]:
    """The holder's unsent texts of whichever form about a record, oldest first. One query."""
    rows = unsent(holder).filter(record_kind=record.kind, record_key=record.key)
    return [text for text in map(opened, rows) if text is not None]


def draft_with(key: int, holder: Holder) -> KeptText:
    """One of the holder's unsent texts. Raises Absent."""
    row = unsent(holder).filter(pk=key).first()
    text = opened(row) if row is not None else None
    if text is None:
        raise Absent("There is no such text: it was sent or discarded, or has had its time.")
    return text


def drafts_to_go_on_with(holder: Holder) -> list[tuple[str, str, dt.datetime]]:
    """Path, form and time of each of the holder's unsent texts, the newest first. One query."""
    return list(unsent(holder).order_by("-saved_at").values_list("path", "form", "saved_at"))


def submission_with(token: str, holder: Holder) -> Submission | None:
    """What the token has done for this holder; None where it has done nothing."""
    return Submission.objects.filter(
        token=token, person=holder.person, visitor=holder.visitor
    ).first()


def was_sent(window: str) -> bool:
    """Whether the text of the window has been sent."""
    return Submission.objects.filter(window=window).exists()


def locked(record: Record) -> Record:
    """The record as it is now, and nobody else's to change until the transaction ends.

    Raises Absent where it is gone. On SQLite the transaction itself keeps other writers out, since
    settings begin it as IMMEDIATE.
    """
    rows: QuerySet[Record] = type(record)._base_manager.select_for_update(of=("self",))
    found = rows.filter(pk=record.pk).first()
    if found is None:
        raise Absent("This was taken away while you had it open. What you typed is kept.")
    return found
