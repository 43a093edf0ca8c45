"""What is asked of an action: what, by whom, by when, how one will know, and how it comes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from safehub.audit.actions.commands import DONE
from safehub.audit.actions.models import Action
from safehub.audit.actions.states import Progress
from safehub.foundation.govuk import forms
from safehub.foundation.submissions.forms import EditForm

_LONGEST = 4_000


class ActionFields(forms.Form):
    """A SMART action: specific, measurable, achievable, relevant and timed."""

    text = forms.LongTextField(
        "What is to be done?",
        hint="One step that its owner can take. It names no child, family or worker.",
        longest=_LONGEST,
    )
    owner_agency = forms.SelectField("Which agency owns it?", [])
    person = forms.TextField(
        "Who sees to it?",
        required=False,
        hint="A name or a post. It is never published.",
    )
    due_on = forms.DateField("By when?")
    measure = forms.LongTextField(
        "How will one know that it worked?",
        hint="What will be different for children, and how it is measured.",
        longest=_LONGEST,
    )

    def __init__(self, *args: Any, agencies: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        """`agencies` are keys of those that take part, with their names."""
        super().__init__(*args, **more)
        field = self.fields["owner_agency"]
        field.choices = [("", "Choose one"), *agencies]  # type: ignore[attr-defined]


class AddActionForm(ActionFields):
    """A further action."""


class ChangeActionForm(EditForm, ActionFields):
    """The action as it was agreed."""

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """What the action holds; its agency by key, as the list has it."""
        held = super().initial_of(record)
        assert isinstance(record, Action)  # noqa: S101 - the form is of nothing else
        return {**held, "owner_agency": str(record.owner_agency_id)}


class UpdateActionForm(forms.Form):
    """How an action comes on."""

    progress = forms.RadiosField("How is it coming on?", [*Progress.choices, (DONE, "Done")])
    text = forms.LongTextField(
        "What has happened?",
        hint="No name of a child, family or worker.",
        longest=_LONGEST,
    )
    evidence = forms.LongTextField(
        "What is different for children and families, and how do you know?",
        required=False,
        hint="Evidence of impact, such as an audit of ten plans. Blank while there is none.",
        longest=_LONGEST,
    )


class CheckActionForm(forms.Form):
    """Whether an action that is done works."""

    works = forms.RadiosField(
        "Has it closed the gap?",
        [("yes", "Yes: close the action"), ("no", "No, or not yet: it goes on")],
    )
    text = forms.LongTextField(
        "How do you know?",
        hint="What you looked at. No name of a child, family or worker.",
        longest=_LONGEST,
    )
