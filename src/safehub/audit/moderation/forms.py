"""What is asked when returns are chosen, graded a second time, and sent back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms

from safehub.audit.moderation.commands import CHANGED
from safehub.audit.moderation.states import SHARE, Trigger
from safehub.foundation.govuk import forms

TRIGGERS = "triggers"
_REASON = 4_000
_NAMES = {
    Trigger.LOWEST: "The grade is the lowest that there is",
    Trigger.HIGHEST: "The grade is the highest that there is",
    Trigger.NO_GRADE: "The child is known, and there is no grade",
    Trigger.IMMEDIATE_RISK: "It says that a child is at immediate risk",
    Trigger.APART: "Agencies' grades of the case lie two steps or more apart",
}


class ChooseForm(forms.Form):
    """Which returns are graded a second time, and by how many moderators."""

    way = forms.RadiosField(
        "Which returns are to be graded a second time?",
        [(SHARE, "A share of all returns"), (TRIGGERS, "Those that meet one of these")],
        look=forms.Look(reveals={SHARE: ("percent",), TRIGGERS: ("triggers",)}),
    )
    percent = forms.WholeNumberField(
        "How many percent?",
        hint="Drawn by a permanent random number of each return; rounded up to whole returns.",
        least=1,
        most=100,
        look=forms.Look(width=3, inputmode="numeric", suffix="%"),
    )
    triggers = forms.CheckboxesField(
        "Choose each return where", [(one.value, words) for one, words in _NAMES.items()]
    )
    graders = forms.WholeNumberField(
        "How many moderators are to grade each?",
        hint="Both grades are shown once all are in.",
        least=1,
        most=5,
        look=forms.Look(width=2, inputmode="numeric"),
    )


class GradeForm(forms.Form):
    """The second grade of the version that was read, and why."""

    def __init__(
        self, *args: Any, grades: Sequence[tuple[str, str]] = (), version: int = 0, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._version = version
        self.fields["version"] = django_forms.IntegerField(
            widget=django_forms.HiddenInput, initial=version
        )
        self.fields["grade"] = forms.RadiosField("Which grade do you give?", list(grades))
        self.fields["reason"] = forms.LongTextField(
            "Why?",
            hint="What in the answers decides it. The agency reads this once all grades are in.",
            longest=_REASON,
        )

    def clean(self) -> dict[str, Any]:
        """What is graded is what was read."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and cleaned["version"] != self._version:
            self.add_error(None, CHANGED)
        return cleaned


class SendBackForm(forms.Form):
    """What the agency is to look at again."""

    reason = forms.LongTextField(
        "What is the agency to look at again?",
        hint="The agency reads this at once. Say nothing of the grade that you would give.",
        longest=_REASON,
    )
