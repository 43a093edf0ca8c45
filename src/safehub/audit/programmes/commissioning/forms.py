"""What is asked when an audit is commissioned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms as django_forms
from django.db.models import Model
from django.forms import Field

from safehub.audit.programmes.commissioning.drafting import (
    MOST_SEED,
    NAMING_COLUMNS,
    themes_from_lines,
)
from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.plans import Method
from safehub.audit.programmes.steps import MOST_DAYS, OFFSETS, WORDS, Step
from safehub.audit.programmes.terms import Kind
from safehub.foundation.errors import NotPossible
from safehub.foundation.govuk import forms
from safehub.foundation.govuk.forms import Look, Section, ValidationError
from safehub.foundation.submissions.forms import EditForm
from safehub.instruments.tools import Question
from safehub.register.agencies.models import Agency

_LONGEST = 5_000
_KINDS = [
    (Kind.ROUTINE.value, "Routine"),
    (Kind.THEMED.value, "Themed"),
    (Kind.EXTRAORDINARY.value, "Extraordinary"),
    (Kind.RAPID.value, "Rapid"),
]
METHODS = {
    Method.RANDOM: "At random, from the seed",
    Method.PURPOSIVE: "On purpose: every case of the frame was chosen by people",
    Method.CENSUS: "Every case of the frame",
}
NO_GRADE = "-"


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class StartCommissionForm(forms.Form):
    """A title, and why the audit is done."""

    title = forms.TextField("Title of the audit", hint="For example, Voice of the child 2027")
    kind = forms.RadiosField("What kind of audit is it?", _KINDS)


class AboutForm(EditForm, forms.Form):
    """What the audit is about and who wants it."""

    title = forms.TextField("Title of the audit")
    kind = forms.RadiosField("What kind of audit is it?", _KINDS)
    period_from = forms.DateField("Referrals from")
    period_to = forms.DateField("Referrals to")
    reason = forms.LongTextField(
        "Why is it done?", required=False, longest=_LONGEST, hint="Name no child."
    )
    commissioned_by = forms.TextField(
        "Who commissions it?", required=False, hint="For example, the quality assurance subgroup"
    )
    owner = forms.TextField("Who answers for it?", required=False, hint="A person or a role")
    programme = forms.TextField("Programme that it belongs to", required=False)
    key_lines_of_enquiry = forms.LongTextField(
        "Key lines of enquiry", required=False, hint="One question a line.", longest=_LONGEST
    )

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the draft holds them; a line for each line of enquiry."""
        found = super().initial_of(record)
        return {**found, "key_lines_of_enquiry": "\n".join(found["key_lines_of_enquiry"])}

    def clean(self) -> dict[str, Any]:
        """A period begins before it ends."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("period_from"), data.get("period_to")
        if first and last and first > last:
            self.add_error("period_to", "Referrals to must be on or after Referrals from")
        return data

    def changes(self) -> dict[str, Any]:
        """What is written, by field of the draft."""
        lines = lines_of(self.cleaned_data["key_lines_of_enquiry"])
        own = {name: self.cleaned_data[name] for name in self.base_fields}
        return {**own, "key_lines_of_enquiry": lines}


class ThemesForm(EditForm, forms.Form):
    """The themes, one a line."""

    themes = forms.LongTextField(
        "Themes",
        hint=(
            "One a line, in their order. A short code may stand before a colon, such as "
            "“voice: The child's voice”; without one it is made from the words. A star (*) at the "
            "beginning marks a theme that is itself a key line of enquiry."
        ),
        longest=_LONGEST,
        look=Look(rows=10),
    )

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """A line for each theme."""
        draft = cast("CommissionDraft", record)
        lines = (f"{'* ' if is_line else ''}{code}: {name}" for code, name, is_line in draft.themes)
        return {"themes": "\n".join(lines)}

    def clean_themes(self) -> str:
        """Raises ValidationError for a code that stands twice, and for a theme without words."""
        text = str(self.cleaned_data["themes"])
        try:
            found = themes_from_lines(text)
        except NotPossible as refused:
            raise ValidationError(str(refused), code="invalid") from refused
        if not found:
            raise ValidationError("Enter at least one theme", code="required")
        return text

    def changes(self) -> dict[str, Any]:
        """What is written, by field of the draft."""
        found = themes_from_lines(self.cleaned_data["themes"])
        return {"themes": [[one.code, one.name, one.is_key_line_of_enquiry] for one in found]}


class AgenciesFields(forms.Form):
    """Which agencies take part, and who answers within each."""

    keys: ClassVar[tuple[int, ...]] = ()

    def changes(self) -> dict[str, Any]:
        """What is written, by field of the draft."""
        chosen = {int(key) for key in self.cleaned_data["agencies"]}
        units = {key: self.cleaned_data.get(f"unit_{key}") or "" for key in self.keys}
        return {"agencies": [[key, units[key]] for key in self.keys if key in chosen]}


class AgenciesForm(EditForm, AgenciesFields):
    """The agencies of one partnership: made by `agencies_form`."""

    code = "commissioning.AgenciesForm"

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the draft holds them."""
        draft = cast("CommissionDraft", record)
        units = {f"unit_{key}": "" for key in cls.keys}
        chosen = {f"unit_{key}": unit for key, unit in draft.agencies if key in cls.keys}
        return {
            "agencies": [str(key) for key, _ in draft.agencies if key in cls.keys],
            **units,
            **chosen,
        }


def agencies_form(agencies: Sequence[Agency]) -> Any:
    """The class of form for these agencies."""
    fields: dict[str, Field] = {
        "agencies": forms.CheckboxesField(
            "Which agencies take part?",
            [(str(one.pk), one.name) for one in agencies],
            look=Look(reveals={str(one.pk): (f"unit_{one.pk}",) for one in agencies}),
        )
    }
    for one in agencies:
        fields[f"unit_{one.pk}"] = forms.TextField(
            f"Who answers within {one.name}?",
            hint="Leave blank where the agency answers as one. Else, for example, GP practice.",
            required=False,
            longest=60,
        )
    own = {"keys": tuple(one.pk for one in agencies)}
    return type("AgenciesForm", (AgenciesForm,), {**fields, **own})


class ToolForm(EditForm, forms.Form):
    """The tool with which the cases are audited."""

    tool_version = forms.SelectField("Audit tool", [])

    def __init__(self, *args: Any, versions: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "Choose a tool"), *versions]
        self.fields["tool_version"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """The version by its key."""
        draft = cast("CommissionDraft", record)
        key = draft.tool_version_id
        return {"tool_version": "" if key is None else str(key)}


class GradingFields(forms.Form):
    """Which question grades the work, and which of its choices are good or better."""

    names: ClassVar[dict[str, str]] = {}

    def clean(self) -> dict[str, Any]:
        """A question needs a choice that is good."""
        data = super().clean() or self.cleaned_data
        of = self.names.get(data.get("grading_question", ""))
        if of and not data.get(of):
            self.add_error(of, "Choose the answers that are good or better")
        return data

    def changes(self) -> dict[str, Any]:
        """What is written, by field of the draft."""
        question = self.cleaned_data["grading_question"]
        if question == NO_GRADE:
            return {"grading_question": "", "met_good": []}
        return {
            "grading_question": question,
            "met_good": list(self.cleaned_data[self.names[question]]),
        }


class GradingForm(EditForm, GradingFields):
    """The grading questions of one tool: made by `grading_form`."""

    code = "commissioning.GradingForm"

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the draft holds them."""
        draft = cast("CommissionDraft", record)
        chosen = draft.grading_question
        goods: dict[str, list[str]] = {name: [] for name in cls.names.values()}
        if chosen in cls.names:
            goods[cls.names[chosen]] = list(draft.met_good)
        return {"grading_question": chosen or NO_GRADE, **goods}


def grading_form(questions: Sequence[Question]) -> Any:
    """The class of form for these questions of a tool."""
    names = {one.name: f"good_{at}" for at, one in enumerate(questions)}
    fields: dict[str, Field] = {
        "grading_question": forms.RadiosField(
            "Which question grades the work?",
            [
                *((one.name, one.label or one.name) for one in questions),
                (NO_GRADE, "None: the cases are not graded"),
            ],
            look=Look(reveals={name: (field,) for name, field in names.items()}),
        )
    }
    for one in questions:
        fields[names[one.name]] = forms.CheckboxesField(
            "Which answers are good or better?",
            [(choice.name, choice.label or choice.name) for choice in one.choices],
            required=False,
        )
    return type("GradingForm", (GradingForm,), {**fields, "names": names})


class SampleForm(EditForm, forms.Form):
    """How the cases are chosen."""

    sample_unit = forms.TextField(
        "What is a case?", longest=60, hint="In one word or a few, such as referral or child"
    )
    sample_method = forms.RadiosField(
        "How are cases chosen?",
        [(one.value, words) for one, words in METHODS.items()],
        look=Look(reveals={Method.RANDOM.value: ("sample_size", "sample_reserve")}),
    )
    sample_size = forms.WholeNumberField("How many cases are drawn?", least=1, most=10_000)
    sample_reserve = forms.WholeNumberField(
        "How many are held in reserve?",
        most=1_000,
        hint="They take the place of cases that are withdrawn: so many for each stratum.",
    )
    sample_column = forms.TextField(
        "Column of the frame by which it is drawn",
        required=False,
        longest=100,
        hint="For example, area. Cases are then drawn from each value in proportion.",
    )
    sample_seed = forms.WholeNumberField(
        "Seed",
        most=MOST_SEED,
        hint="Any whole number. With it, anybody who has the frame draws the same cases.",
        look=Look(width=20, inputmode="numeric"),
    )

    def clean_sample_column(self) -> str:
        """Strata are published, so their names may name no child."""
        column = str(self.cleaned_data["sample_column"])
        if column in NAMING_COLUMNS:
            raise ValidationError("Enter a column that names no child", code="invalid")
        return column

    def changes(self) -> dict[str, Any]:
        """What is written, by field of the draft."""
        found = {name: self.cleaned_data[name] for name in self.base_fields}
        return {
            **found,
            "sample_seed": str(found["sample_seed"]),
            "sample_reserve": found["sample_reserve"] or 0,
        }


def _days() -> dict[str, Field]:
    found: dict[str, Field] = {}
    for step in Step:
        found[f"days_{step}"] = forms.WholeNumberField(
            f"{WORDS[step]}: working days after the beginning", most=MOST_DAYS
        )
        found[f"on_{step}"] = forms.DateField(
            f"{WORDS[step]}: or on this day", required=False, hint="Only to set it by hand."
        )
    return found


class DatesFields(EditForm, forms.Form):
    """The day on which it begins."""

    starts_on = forms.DateField("The audit begins on")

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the draft holds them; the house's lengths where it says none."""
        draft = cast("CommissionDraft", record)
        days = {f"days_{one}": draft.offsets.get(one, OFFSETS[one]) for one in Step}
        hands = {f"on_{one}": _day(draft.by_hand.get(one)) for one in Step}
        return {"starts_on": draft.starts_on, **days, **hands}

    def changes(self) -> dict[str, Any]:
        """What is written, by field of the draft."""
        data = self.cleaned_data
        return {
            "starts_on": data["starts_on"],
            "offsets": {one.value: data[f"days_{one}"] for one in Step},
            "by_hand": {
                one.value: data[f"on_{one}"].isoformat() for one in Step if data[f"on_{one}"]
            },
        }


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


DatesForm: Any = type(
    "DatesForm",
    (DatesFields,),
    {
        **_days(),
        "__module__": __name__,
        "sections": tuple(Section(WORDS[one], (f"days_{one}", f"on_{one}")) for one in Step),
    },
)


class AskForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class DiscardForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class SendBackForm(forms.Form):
    """What is to be changed."""

    because = forms.LongTextField("What is to be changed?", longest=2_000, hint="Name no child.")


class SignForm(forms.Form):
    """The name that stands under the letter; `edition` is what was read."""

    name = forms.TextField(
        "Your name and role, as they stand under the letter", hint="You sign the terms as shown."
    )

    def __init__(self, *args: Any, edition: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["edition"] = django_forms.IntegerField(
            widget=django_forms.HiddenInput, initial=edition
        )
