"""What is asked when a child is at immediate risk: as little as can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.foundation.govuk import forms

_LONGEST = 2_000


class RiskForm(forms.Form):
    """Which case, whose lead is told, and what the worry is."""

    def __init__(
        self,
        *args: Any,
        cases: Sequence[tuple[str, str]] = (),
        agencies: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["case"] = forms.SelectField("Which case?", [("", "Choose one"), *cases])
        if len(agencies) > 1:
            self.fields["agency"] = forms.SelectField(
                "Whose safeguarding lead is to be told?", [("", "Choose one"), *agencies]
            )
        self.fields["what"] = forms.LongTextField(
            "What is the worry?",
            hint="In a few words. The message that goes out holds none of them.",
            longest=_LONGEST,
        )


class AcknowledgeForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class ConcludeForm(forms.Form):
    """What came of it."""

    outcome = forms.LongTextField(
        "What was done for the child?",
        hint="Who was told and when, and what they decided.",
        longest=_LONGEST,
    )
