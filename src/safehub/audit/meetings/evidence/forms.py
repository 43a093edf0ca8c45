"""With which finding something is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.foundation.govuk import forms

Choices = Sequence[tuple[str, str]]


class KeepFigureForm(forms.Form):
    """With which finding the figure is kept."""

    def __init__(self, *args: Any, findings: Choices = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["finding"] = forms.RadiosField(
            "With which finding?", findings, told="Choose a finding: write one down first"
        )


class KeepPassageForm(KeepFigureForm):
    """Which answer of the return, and with which finding."""

    def __init__(self, *args: Any, passages: Choices = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["passage"] = forms.RadiosField("Which answer?", passages)
        self.order_fields(("passage", "finding"))
