"""What is asked of a gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.foundation.govuk import forms
from safehub.foundation.submissions.forms import EditForm

_LONGEST = 4_000


class GapFields(forms.Form):
    """What the gap is, and who owns it."""

    text = forms.LongTextField(
        "What is the gap?",
        hint="What is missing, in a sentence that names no child, family or worker.",
        longest=_LONGEST,
    )
    owner = forms.TextField("Whose gap is it?", required=False, hint="Such as all agencies.")


class AddGapForm(GapFields):
    """A further gap under one of the themes."""

    field_order = ("theme", "text", "owner")

    def __init__(self, *args: Any, themes: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["theme"] = forms.SelectField("Theme", [("", "Choose one"), *themes])
        self.order_fields(self.field_order)


class ChangeGapForm(EditForm, GapFields):
    """The gap as it is worded now."""


class RemoveGapForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class LinkGapForm(forms.Form):
    """Which gaps of earlier rounds are this one."""

    def __init__(self, *args: Any, earlier: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["earlier"] = forms.CheckboxesField(
            "Gaps of earlier rounds",
            earlier,
            required=False,
            hint="Gaps under a theme of the same code count as seen before without a tick.",
        )
