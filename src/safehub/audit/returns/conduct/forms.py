"""What is asked of a matter of practice or conduct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.audit.returns.models import MatterKind
from safehub.foundation.govuk import forms

_LONGEST = 4_000


class MatterForm(forms.Form):
    """On which case, whose, of which kind, and what it is."""

    def __init__(
        self,
        *args: Any,
        cases: Sequence[tuple[str, str]] = (),
        agencies: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["case"] = forms.SelectField(
            "On which case did you meet with it?", [("", "Choose one"), *cases]
        )
        self.fields["agency"] = forms.SelectField(
            "Whose practice is it, or whose worker?", [("", "Choose one"), *agencies]
        )
        self.fields["kind"] = forms.RadiosField("What is it about?", MatterKind.choices)
        self.fields["is_about_lead"] = forms.CheckboxField(
            "It is about this agency's own safeguarding lead",
            hint="The safeguarding lead of the partnership's office is told instead.",
        )
        self.fields["what"] = forms.LongTextField(
            "What is the matter?",
            hint="What you read or saw, and where. Only the employer's safeguarding lead reads "
            "it. The message that goes out holds none of it.",
            longest=_LONGEST,
        )


class AcknowledgeForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class ConcludeForm(forms.Form):
    """What came of it."""

    outcome = forms.LongTextField(
        "What came of it?",
        hint="Who was told and when, what was decided, and by which procedure.",
        longest=_LONGEST,
    )
