"""What is asked when a case is allocated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.foundation.govuk import forms

NOBODY_HERE = "nobody"


class AllocateForm(forms.Form):
    """Who holds the case, and who audits it."""

    keeps_drafts = False

    def __init__(
        self,
        *args: Any,
        auditors: Sequence[tuple[str, str]],
        people: Sequence[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        nobody = (NOBODY_HERE, "Nobody who has an account here")
        self.fields["holder"] = forms.SelectField(
            "Who holds this case in your agency?",
            [("", "Choose one"), nobody, *people],
            hint="Whoever holds it does not audit it. They are put before those who decide on "
            "conflicts of interest.",
        )
        self.fields["auditors"] = forms.CheckboxesField(
            "Who audits it?",
            list(auditors),
            hint="An auditor sees the cases that are allocated to them, and no other. Tick nobody "
            "to take the case back.",
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Nobody audits the case that they hold."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("holder") and cleaned["holder"] in cleaned.get("auditors", []):
            self.add_error("auditors", "Choose somebody who does not hold the case")
        return cleaned
