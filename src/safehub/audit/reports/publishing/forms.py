"""What is asked when a report is made, put forward, cleared and signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms

from safehub.audit.reports.publishing.checks import CHOICES
from safehub.audit.reports.publishing.states import Suppression
from safehub.foundation.govuk import forms

_LONGEST = 2_000
ALONE = "none"


class MakeForm(forms.Form):
    """Which earlier audit to compare with, if any."""

    def __init__(self, *args: Any, earlier: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["previous"] = forms.SelectField(
            "Which earlier audit do you want to compare with?",
            [("", "Choose one"), (ALONE, "None"), *earlier],
            hint="The report then says which differences can be told from chance.",
        )


class ForwardForm(forms.Form):
    """What is suppressed; and of a correction, what is corrected and why."""

    suppression = forms.RadiosField(
        "What is left out of everything that is published?",
        [(one.value, label) for one, label in CHOICES.items()],
        hint="Your choice, with your name, is kept with the report.",
    )

    def __init__(self, *args: Any, corrects: int | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if corrects is not None:
            self.fields["corrected"] = forms.LongTextField(
                f"What does it correct in report {corrects}?",
                hint="This is published with the report.",
                longest=_LONGEST,
            )
            self.fields["why"] = forms.LongTextField("Why?", longest=_LONGEST)

    @property
    def chosen(self) -> Suppression:
        """The choice that was made."""
        return Suppression(self.cleaned_data["suppression"])


class ClearForm(forms.Form):
    """Why a word gives nobody away."""

    reason = forms.LongTextField(
        "Why does this word give nobody away?",
        hint="For instance: the month May, in the period of the audit.",
        longest=_LONGEST,
    )


class SignForm(forms.Form):
    """The second signature."""

    keeps_drafts = False
    put_forward_at = django_forms.CharField(
        widget=django_forms.HiddenInput, required=False, max_length=40
    )
    read = forms.CheckboxField(
        "I have read the whole report and its briefing, and they give nobody away",
        required=True,
    )
    stands = forms.CheckboxField(
        "I know that what is published never changes: a mistake needs a correction",
        required=True,
    )
