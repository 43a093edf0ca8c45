"""The form that moves a round to a newer version of its tool."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms

from safehub.audit.returns.revising.commands import NOT_THE_NEWEST
from safehub.foundation.govuk import forms


class MoveRoundForm(forms.Form):
    """Confirm what was looked at: the version that the round has, and the one it moves to."""

    keeps_drafts = False

    def __init__(self, *args: Any, before: int, version: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self._moved = {"before": before, "version": version}
        for name, key in self._moved.items():
            self.fields[name] = django_forms.IntegerField(
                widget=django_forms.HiddenInput, initial=key
            )

    def clean(self) -> dict[str, Any]:
        """What is confirmed is what was looked at."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and cleaned != self._moved:
            self.add_error(None, NOT_THE_NEWEST)
        return cleaned
