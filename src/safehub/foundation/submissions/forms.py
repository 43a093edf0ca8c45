"""What a form may say of itself to be drafted, sent once and edited by two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model

from safehub.foundation.govuk.dates import DateWidget


class EditForm(forms.Form):
    """Mix in before the house's Form where a form edits the fields of a record.

    It begins with what the record holds now, and on sending that is compared with what it holds
    then: what somebody else changed meanwhile is never overwritten unseen.
    """

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """The values of the record's fields that have the names of this form's."""
        return {name: getattr(record, name) for name in cls.base_fields if hasattr(record, name)}


def code_of(form_class: type[forms.BaseForm]) -> str:
    """What the form is called in tokens, drafts and addresses: `accounts.InviteForm`.

    A form may give its own as `code`; it must never change while drafts of it are kept.
    """
    own = getattr(form_class, "code", "")
    if own:
        return str(own)
    parts = [part for part in form_class.__module__.split(".") if part != "forms"]
    return f"{parts[-1]}.{form_class.__name__}"


def keeps_drafts(form: forms.BaseForm) -> bool:
    """Whether there is text to keep; a form whose text must not be says `keeps_drafts = False`."""
    typed = (forms.TextInput, forms.Textarea, DateWidget)
    return getattr(form, "keeps_drafts", True) and any(
        isinstance(field.widget, typed) and not isinstance(field.widget, forms.PasswordInput)
        for field in form.fields.values()
    )
