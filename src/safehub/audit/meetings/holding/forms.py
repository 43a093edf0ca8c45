"""What is asked of a meeting: when and where, who came, what it said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from safehub.audit.meetings.models import Attendance, MeetingStatement
from safehub.foundation.govuk import forms
from safehub.foundation.submissions.forms import EditForm

_LONGEST = 4_000
_LONGEST_MINUTES = 60_000
KINDS = {
    MeetingStatement.Kind.FINDING.value: "Finding",
    MeetingStatement.Kind.WORKING_WELL.value: "Working well",
    MeetingStatement.Kind.WORRIED_ABOUT.value: "Worried about",
    MeetingStatement.Kind.NEXT_STEP.value: "Decision or next step",
}
Choices = Sequence[tuple[str, str]]


class PlanForm(forms.Form):
    """When and where, and who must be there."""

    planned_on = forms.DateField("When is the meeting?")
    starts_at = forms.TextField("At what time?", hint="Such as 10am to 1pm.", longest=40)
    place = forms.TextField("Where?", required=False, hint="Blank where it is held online alone.")
    link = forms.TextField(
        "Link to join from elsewhere",
        required=False,
        hint="It begins with https:// and is shown to whoever may open this audit.",
        longest=1_000,
    )
    quorum = forms.CheckboxesField(
        "Which agencies must be there?",
        [],
        required=False,
        hint="Without one of them the page says that the meeting has no quorum.",
    )

    def __init__(self, *args: Any, agencies: Choices = (), **more: Any) -> None:
        """`agencies` are codes of those that take part, with their names."""
        super().__init__(*args, **more)
        self.fields["quorum"].choices = list(agencies)  # type: ignore[attr-defined]

    def clean_link(self) -> str:
        """A link that somebody can follow, and nothing that runs."""
        link: str = self.cleaned_data["link"]
        if link and (not link.startswith("https://") or " " in link):
            raise ValidationError("Enter a link that begins with https:// and has no spaces")
        return link


class InviteForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class OpenForm(forms.Form):
    """Nothing to fill in where there is a quorum; else why the round is opened all the same."""

    def __init__(self, *args: Any, is_quorate: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        if not is_quorate:
            self.fields["because"] = forms.LongTextField(
                "Why is the round opened without a quorum?",
                hint="It is kept with the minutes, with who was missing, and stays. Name no child "
                "or family.",
                longest=_LONGEST,
            )


class AttendanceForm(forms.Form):
    """For each agency whether it came, and in which roles."""

    def __init__(self, *args: Any, agencies: Choices = (), **more: Any) -> None:
        """`agencies` are codes of those that take part, with their names."""
        super().__init__(*args, **more)
        self.codes = [code for code, _ in agencies]
        for place, (_, name) in enumerate(agencies, start=1):
            self.fields[f"state-{place}"] = forms.RadiosField(
                name, [*Attendance.State.choices, ("", "Not known yet")], required=False
            )
            self.fields[f"role-{place}"] = forms.TextField(
                f"In which roles {name} came",
                required=False,
                hint="Such as service manager. No names.",
            )

    def came(self) -> dict[str, tuple[str, str]]:
        """State and roles by the code of the agency, of the valid form."""
        typed = self.cleaned_data
        return {
            code: (typed[f"state-{place}"], typed[f"role-{place}"])
            for place, code in enumerate(self.codes, start=1)
        }


class MinutesForm(EditForm, forms.Form):
    """The minutes as they are now."""

    minutes = forms.LongTextField(
        "Minutes",
        hint="What you type is kept as you go. No name of a child or family.",
        longest=_LONGEST_MINUTES,
    )


class StatementFields(forms.Form):
    """What the meeting said."""

    text = forms.LongTextField(
        "What did the meeting say?",
        hint="In a sentence that names no child, family or worker.",
        longest=_LONGEST,
    )
    theme = forms.SelectField("Theme", [], required=False)
    owner = forms.TextField("Who owns it?", required=False, hint="Such as the board.")
    seen_before = forms.CheckboxField("An earlier round found this too", required=False)

    def __init__(self, *args: Any, themes: Choices = (), **more: Any) -> None:
        """`themes` are codes with their names."""
        super().__init__(*args, **more)
        self.fields["theme"].choices = [("", "None"), *themes]  # type: ignore[attr-defined]


class AddStatementForm(StatementFields):
    """A further one, under one of the headings."""

    field_order = ("kind", "text", "theme", "owner", "seen_before")
    kind = forms.RadiosField("What is it?", list(KINDS.items()))


class ChangeStatementForm(EditForm, StatementFields):
    """It as it is worded now."""

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """What it holds; its theme by code, as the list has it."""
        assert isinstance(record, MeetingStatement)  # noqa: S101 - the form is of nothing else
        code = record.theme.code if record.theme else ""
        return {**super().initial_of(record), "theme": code}


class RemoveStatementForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False
