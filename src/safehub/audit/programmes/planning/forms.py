"""What is asked of a planned audit."""

from __future__ import annotations

from typing import Any

from safehub.audit.programmes.states import Origin
from safehub.foundation.govuk import forms
from safehub.foundation.submissions.forms import EditForm


class PlanFields(forms.Form):
    """What is planned, and where its theme came from."""

    title = forms.TextField("Title of the audit")
    theme = forms.TextField(
        "Theme",
        hint="By the name or the code that it had in earlier audits, so that what they found is "
        "shown beside it.",
    )
    origin = forms.RadiosField("Where did the theme come from?", Origin.choices)
    origin_words = forms.TextField(
        "Which one?",
        required=False,
        longest=500,
        hint="For example, gap 2a of 2025. Name no child.",
    )
    begins_on = forms.DateField("When does it begin?")

    def changes(self) -> dict[str, Any]:
        """What is written, by field."""
        return {name: self.cleaned_data[name] for name in PlanFields.base_fields}


class PlanForm(PlanFields):
    """A new one."""


class ChangePlanForm(EditForm, PlanFields):
    """One that is on the plan."""


class DropForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class BeginForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False
