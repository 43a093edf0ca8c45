"""What is asked of a frame, a draw, and a case that is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.audit.programmes.commissioning.drafting import MOST_SEED, NAMING_COLUMNS
from safehub.audit.programmes.commissioning.forms import METHODS
from safehub.audit.programmes.plans import Method, Plan
from safehub.audit.sampling.drawing.commands import MOST_BYTES
from safehub.audit.sampling.uploading import ENDINGS
from safehub.foundation.govuk import forms
from safehub.foundation.govuk.forms import Look

_WORDS = {
    "name": "Name of the child",
    "born": "Date of birth",
    "address": "Address",
    "family": "Family or household",
}
_REASON = 1_000


class FrameForm(forms.Form):
    """The file of the frame."""

    keeps_drafts = False
    file = forms.FileField(
        "Frame",
        hint=(
            "A CSV file with a heading for each column, among them referral_id, child_id and "
            "referred_on; or a CIN Census return (.xml)."
        ),
        endings=ENDINGS,
        most_bytes=MOST_BYTES,
    )


class ColumnsForm(forms.Form):
    """Which columns say who a child is: of each detail as many as hold some of it."""

    def __init__(self, *args: Any, columns: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        listed = [(one, one) for one in columns]
        for name, words in _WORDS.items():
            hint = "Needed to draw one child of each family." if name == "family" else ""
            self.fields[name] = forms.CheckboxesField(words, listed, required=False, hint=hint)


class ExcludeForm(forms.Form):
    """A referral that is not drawn, and why."""

    referral_id = forms.TextField("Id of the referral", hint="As it stands in the frame")
    reason = forms.TextField(
        "Why is it kept out?",
        longest=_REASON,
        hint="For example, under review elsewhere. The report gives the reason: name nobody.",
    )


class PutBackForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class DrawForm(forms.Form):
    """How cases are chosen from the frame that is there."""

    method = forms.RadiosField(
        "How are cases chosen?",
        [(one.value, words) for one, words in METHODS.items()],
        look=Look(reveals={Method.RANDOM.value: ("size", "reserve", "is_one_per_family")}),
    )
    size = forms.WholeNumberField("How many cases are drawn?", least=1, most=10_000)
    reserve = forms.WholeNumberField(
        "How many are held in reserve?", most=1_000, hint="So many for each stratum."
    )
    is_one_per_family = forms.CheckboxField("Draw one child of each family at most")
    column = forms.SelectField("Column by which it is drawn", [("", "None")], required=False)
    seed = forms.WholeNumberField(
        "Seed",
        most=MOST_SEED,
        hint="With it, anybody who has the frame draws the same cases.",
        look=Look(width=20, inputmode="numeric"),
    )

    def __init__(self, *args: Any, columns: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        listed = [(one, one) for one in columns if one not in NAMING_COLUMNS]
        choices = [("", "None: the frame as a whole"), *listed]
        self.fields["column"].choices = choices  # type: ignore[attr-defined]

    def plan(self, before: Plan) -> Plan:
        """The plan that was asked for. Sizes by stratum stay where the column does."""
        data = self.cleaned_data
        method = Method(data["method"])
        is_random = method is Method.RANDOM
        column = data["column"] or None
        return Plan(
            unit=before.unit,
            method=method,
            seed=data["seed"],
            size=data["size"] if is_random else None,
            reserve=(data["reserve"] or 0) if is_random else 0,
            column=column,
        )


class WithdrawForm(forms.Form):
    """Why a case is withdrawn."""

    reason = forms.TextField(
        "Why is the case withdrawn?",
        longest=_REASON,
        hint="For example, the record is sealed. The report gives the reason: name nobody.",
    )
