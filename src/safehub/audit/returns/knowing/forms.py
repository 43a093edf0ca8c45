"""What is asked of whether an agency knows a child."""

from __future__ import annotations

from typing import Any

from safehub.audit.returns.models import KnownAnswer
from safehub.foundation.govuk import forms

_LINE = 500


class AnswerForm(forms.Form):
    """Known, not known, or that it cannot be told."""

    # What stood on the page tells who the child is: nothing of it is kept beside a draft.
    keeps_drafts = False

    answer = forms.RadiosField(
        "Does your agency know this child?",
        KnownAnswer.choices,
        hint="Not known sends your nil return for this case: nothing else is asked of your agency "
        "then. Cannot tell keeps the question open.",
    )
    why = forms.LongTextField(
        "Why",
        hint="In a line. It must be said where you cannot tell. Do not name anybody.",
        longest=_LINE,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Why it cannot be told is said."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") == KnownAnswer.CANNOT_TELL and not cleaned.get("why"):
            self.add_error("why", "Say in a line why your agency cannot tell")
        return cleaned


class TakeBackForm(forms.Form):
    """Why an answer is taken back."""

    because = forms.LongTextField(
        "Why is the answer taken back?", hint="Do not name anybody.", longest=_LINE
    )


class SendForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False
