"""What is asked when a workbook is sent in, and when what it would change is taken."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms

from safehub.audit.returns.workbooks.commands import MOST_BYTES
from safehub.foundation.govuk import forms

LOOK_AGAIN = "The round has changed since you opened this page: look the changes over again."


class SendForm(forms.Form):
    """A filled workbook."""

    keeps_drafts = False
    file = forms.FileField(
        "Filled workbook",
        hint="An Excel workbook (.xlsx). You see what it would change before anything is taken.",
        endings=(".xlsx",),
        most_bytes=MOST_BYTES,
    )


class TakeForm(forms.Form):
    """Take what was looked at: `seen` tells those changes from any others."""

    keeps_drafts = False

    def __init__(self, *args: Any, seen: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["seen"] = django_forms.CharField(
            widget=django_forms.HiddenInput, initial=seen, required=False
        )
        self._seen = seen

    def clean_seen(self) -> str:
        """What is taken is what was looked at."""
        if self.cleaned_data["seen"] != self._seen:
            raise forms.ValidationError(LOOK_AGAIN)
        return self._seen
