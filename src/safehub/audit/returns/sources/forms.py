"""What is asked of a source."""

from __future__ import annotations

from typing import Any

from safehub.audit.returns.models import SourceKind
from safehub.foundation.govuk import forms

_YES_NO = [("yes", "Yes"), ("no", "No")]


class SourceForm(forms.Form):
    """Who was spoken to and what they said, or why nobody was."""

    kind = forms.RadiosField("Whose view is it?", SourceKind.choices)
    is_safe = forms.RadiosField(
        "Was it safe to ask?",
        _YES_NO,
        hint="Of a child or a family. It is not where asking could tell somebody who is a risk to "
        "them, or put pressure on the child.",
        required=False,
    )
    was_asked = forms.RadiosField("Did you ask?", _YES_NO)
    not_asked_because = forms.LongTextField("Not asked because", longest=2_000, required=False)
    asked_on = forms.DateField("When did you speak?", required=False)
    by_whom = forms.TextField(
        "Who spoke with them?", hint="A role, such as the auditor.", required=False
    )
    words = forms.LongTextField(
        "What did they say?", hint="In their words where you can. Do not name anybody.",
        required=False,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Either what was said and when, or why nobody was asked."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        asked, safe = cleaned.get("was_asked"), cleaned.get("is_safe")
        is_family = cleaned.get("kind") in {SourceKind.CHILD, SourceKind.FAMILY}
        if is_family and not safe and "is_safe" not in self.errors:
            self.add_error("is_safe", "Say whether it was safe to ask")
        if is_family and safe == "no" and asked == "yes":
            self.add_error("was_asked", "Choose No where it was not safe to ask")
        if asked == "no" and not cleaned.get("not_asked_because"):
            self.add_error("not_asked_because", "Say why nobody was asked")
        if asked == "yes":
            for name, said in (
                ("asked_on", "Enter the day on which you spoke"),
                ("words", "Say what they said"),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, said)
        return cleaned


class CorrectForm(SourceForm):
    """The same with what was recorded, or why it is taken out."""

    does = forms.RadiosField(
        "What do you want to do?", [("correct", "Correct it"), ("take_out", "Take it out")]
    )
    taken_out_because = forms.LongTextField("Why is it taken out?", longest=2_000, required=False)
    field_order = ("does", "taken_out_because")

    def clean(self) -> dict[str, Any]:
        """Of what is taken out nothing is asked but why."""
        if self.cleaned_data.get("does") != "take_out":
            return super().clean()
        for name in [one for one in self.errors if one in SourceForm.base_fields]:
            del self.errors[name]
        if not self.cleaned_data.get("taken_out_because"):
            self.add_error("taken_out_because", "Say why it is taken out")
        return self.cleaned_data
