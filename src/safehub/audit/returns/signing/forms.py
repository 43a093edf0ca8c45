"""What is asked of an agency's sign-off."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms

from safehub.audit.returns.models import SignedOff
from safehub.foundation.govuk import forms

_LONGEST = 2_000
NEWER = "Another version of this return came in since you opened it: read it and say so again."


class SignOffForm(forms.Form):
    """Accept the return, or say why it goes back."""

    def __init__(self, *args: Any, number: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["outcome"] = forms.RadiosField(
            "Does your agency stand by this return?",
            [
                (SignedOff.ACCEPTED.value, "Accept it"),
                (SignedOff.SENT_BACK.value, "Send it back to be answered again"),
            ],
        )
        self.fields["reason"] = forms.LongTextField(
            "If you send it back, what is to be looked at again?",
            hint="Your own agency reads this, and nobody else.",
            required=False,
            longest=_LONGEST,
        )
        # What was read is what is signed off.
        self.fields["number"] = django_forms.IntegerField(
            widget=django_forms.HiddenInput, initial=number
        )

        self._number = number

    def clean_number(self) -> int:
        """Nothing is signed off that was not read."""
        if self.cleaned_data["number"] != self._number:
            raise forms.ValidationError(NEWER)
        return self._number

    def clean(self) -> dict[str, Any]:
        """What goes back wants a reason."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_back = cleaned.get("outcome") == SignedOff.SENT_BACK
        if is_back and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Say what is to be looked at again")
        return cleaned
