"""What is asked to send an agency what is learnt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.audit.meetings.models import LearningNote
from safehub.foundation.govuk import forms

_LONGEST = 4_000


class LearningForm(forms.Form):
    """To which agency, at which of the two moments, and what."""

    field_order = ("agency", "moment", "text")
    moment = forms.RadiosField("When is it told?", LearningNote.Moment.choices)
    text = forms.LongTextField(
        "What is learnt?",
        hint="In a few sentences for the people whose work was audited: what works well, and what "
        "to do otherwise. It names no child, family or worker.",
        longest=_LONGEST,
    )

    def __init__(self, *args: Any, agencies: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        """`agencies` are codes of those that take part, with their names."""
        super().__init__(*args, **more)
        self.fields["agency"] = forms.SelectField("Which agency?", [("", "Choose one"), *agencies])
        self.order_fields(self.field_order)


class PassedOnForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False
