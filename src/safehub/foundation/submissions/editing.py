"""What an edit form edits: with what it began, and what has become of that since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model
from django.forms import BaseForm
from django.http import QueryDict

from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.submissions.forms import EditForm, code_of
from safehub.foundation.submissions.merging import MINE, THEIRS, Merge, merged, plain_values
from safehub.foundation.submissions.originals import CHOICE, ORIGINAL, Original, original_of
from safehub.foundation.submissions.queries import locked


class Met(Exception):  # noqa: N818 - it is no error, and never leaves `submit`
    """Somebody else changed what the form edits since it was opened."""

    def __init__(self, merge: Merge, original: Original) -> None:
        super().__init__()
        self.merge = merge
        self.original = original


@dataclass(frozen=True)
class Edit:
    """A form class and the record that it edits; with a form that edits nothing, all is empty."""

    form_class: type[BaseForm]
    record: Model | None

    @property
    def about(self) -> RecordRef | None:
        """The record's name, whether it is edited or only what the form is about."""
        return ref_of(self.record) if self.record else None

    def current(self, record: Model | None = None) -> dict[str, Any]:
        """What the record holds now, by field."""
        record = record or self.record
        if record is None or not issubclass(self.form_class, EditForm):
            return {}
        return self.form_class.initial_of(record)

    def original(self, form: BaseForm) -> str:
        """For a page that is opened now, signed; blank where nothing is edited."""
        found = self._original_of(form, self.current())
        return found.signed() if found else ""

    def _original_of(
        self, form: BaseForm, current: dict[str, Any], clashes: tuple[str, ...] = ()
    ) -> Original | None:
        if not current or self.about is None:
            return None
        return Original(code_of(self.form_class), self.about, plain_values(form, current), clashes)

    def meet(self, form: BaseForm, posted: QueryDict) -> None:
        """Put into the valid form what was chosen of an earlier meeting.

        Raises Met where there is a new one, and Absent where the record is gone. Locks the record,
        so it must be called within the transaction of the act.
        """
        if self.record is None or self.about is None or not self.current():
            return
        current = self.current(locked(self.record))
        before = original_of(
            posted.get(ORIGINAL, ""), form=code_of(self.form_class), record=self.about
        )
        choices = _choices(form, posted)
        merge = merged(form, original=before, current=current, choices=choices)
        found = self._original_of(form, current, merge.clashes)
        if found is not None and merge.differences and not _is_settled(merge, before, found):
            raise Met(merge, found)
        form.cleaned_data.update(merge.values)


def _choices(form: BaseForm, posted: QueryDict) -> dict[str, str]:
    """Whose was chosen, for each field that both had changed."""
    return {
        name: str(posted[CHOICE + name])
        for name in form.fields
        if posted.get(CHOICE + name) in (MINE, THEIRS)
    }


def _is_settled(merge: Merge, before: Original | None, found: Original) -> bool:
    """Nothing waits for a choice, and nothing was changed since the page showed it."""
    return not merge.clashes and (
        before is None or replace(found, clashes=()) == replace(before, clashes=())
    )
