"""The form that moves a round to a newer version of its tool."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms

from safehub.audit.returns.revising.commands import NOT_THE_NEWEST, READ_AGAIN
from safehub.foundation.govuk import forms


class MoveRoundForm(forms.Form):
    """Confirm what was looked at: the version that the round has, and the one it moves to.

    With `wording`, a mark of what is worded otherwise, also that it means the same.
    """

    keeps_drafts = False

    def __init__(
        self, *args: Any, before: int, version: int, wording: str = "", **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._moved = {"before": before, "version": version}
        for name, key in self._moved.items():
            self.fields[name] = django_forms.IntegerField(
                widget=django_forms.HiddenInput, initial=key
            )
        self._wording = wording
        if wording:
            self.fields["wording"] = django_forms.CharField(
                widget=django_forms.HiddenInput, initial=wording, required=False
            )
            self.fields["same"] = forms.CheckboxField(
                "I have read both wordings of each, and they mean the same", required=True
            )

    def clean(self) -> dict[str, Any]:
        """What is confirmed is what was looked at."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if any(cleaned[name] != key for name, key in self._moved.items()):
            self.add_error(None, NOT_THE_NEWEST)
        elif cleaned.get("wording", "") != self._wording:
            self.add_error(None, READ_AGAIN)
        return cleaned
