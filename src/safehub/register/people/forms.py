"""What is asked of people in the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django.utils import timezone

from safehub.foundation.documents.lettering import is_blank
from safehub.foundation.govuk import forms
from safehub.foundation.govuk.dates import DateMistake
from safehub.foundation.govuk.forms import Look, Section, ValidationError
from safehub.foundation.submissions.forms import EditForm
from safehub.matching.records import Compared, compared
from safehub.register.agencies.models import Agency
from safehub.register.people.commands import BirthSaid, Lived
from safehub.register.people.looks.commands import TOO_LITTLE
from safehub.register.people.rules import fault_of_number, plain_number
from safehub.register.people.states import DATED, LOSSES, Birth, Ending, NameKind, Scheme, Sex

_LONGEST_NAME = 200
_ONE_NAME = "Somebody who has one name alone has it in either box."
_BIRTHS = [
    (Birth.EXACT.value, "Yes"),
    (Birth.ESTIMATED.value, "No, but it can be estimated"),
    (Birth.UNKNOWN.value, "No"),
    (Birth.UNBORN.value, "The child is not born yet"),
]
_SEXES = [(one.value, one.label) for one in Sex]


def _today() -> dt.date:
    return timezone.localdate()


def _nhs_number() -> forms.TextField:
    look = Look(inputmode="numeric", spellcheck=False)
    return forms.TextField("NHS number", required=False, longest=20, hint="10 digits", look=look)


def _postcode() -> forms.TextField:
    return forms.TextField("Postcode", required=False, longest=20, look=Look(spellcheck=False))


def _checked(scheme: str, written: str) -> str:
    """The number as it was typed, where it checks. Raises ValidationError."""
    number = plain_number(scheme, written)
    fault = fault_of_number(scheme, number) if number else ""
    if fault:
        raise ValidationError(fault, code="invalid")
    return written


class SearchForm(forms.Form):
    """Whom somebody looks for: as much as they know."""

    given_names = forms.TextField(
        "Given names", required=False, longest=_LONGEST_NAME, look=Look(spellcheck=False)
    )
    family_name = forms.TextField(
        "Family name",
        required=False,
        longest=_LONGEST_NAME,
        hint=_ONE_NAME,
        look=Look(spellcheck=False),
    )
    born_on = forms.DateField("Date of birth", required=False, latest=_today)
    postcode = _postcode()
    nhs_number = _nhs_number()

    # What was typed is kept by the look-up itself, and no longer.
    keeps_drafts = False

    def clean_nhs_number(self) -> str:
        """Raises ValidationError for one that does not check."""
        return _checked(Scheme.NHS, self.cleaned_data["nhs_number"])

    def clean(self) -> dict[str, Any]:
        """Something must be typed; whether it is enough, the command says."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise ValidationError(TOO_LITTLE, code="required")
        return data


class BirthFields(forms.Form):
    """How well the birth is known, with the day that goes with that."""

    birth = forms.RadiosField("Is the date of birth known?", _BIRTHS)
    born_on = forms.DateField(
        "Date of birth",
        required=False,
        latest=_today,
        hint="Or your estimate of it: 1 July of a year where the year alone is known",
    )
    due_on = forms.DateField(
        "Expected date of birth", required=False, hint="Of a child who is not born yet"
    )
    sex = forms.RadiosField("Sex", _SEXES)

    def clean(self) -> dict[str, Any]:
        """A date stands with an answer that it goes with, and with no other."""
        data = super().clean() or self.cleaned_data
        birth = data.get("birth")
        if not birth or "born_on" in self.errors:
            return data
        if birth in DATED and not data.get("born_on"):
            self.add_error("born_on", DateMistake("Enter date of birth"))
        if birth not in DATED and data.get("born_on"):
            self.add_error(
                "born_on",
                DateMistake("Date of birth must be blank unless it is known or estimated"),
            )
        return data

    @property
    def said(self) -> BirthSaid:
        """What the valid form says of the birth."""
        data = self.cleaned_data
        return BirthSaid(data["birth"], data["born_on"], data["due_on"], data["sex"])


class _NameFields(forms.Form):
    given_names = forms.TextField(
        "Given names", required=False, longest=_LONGEST_NAME, look=Look(spellcheck=False)
    )
    family_name = forms.TextField(
        "Family name",
        required=False,
        longest=_LONGEST_NAME,
        hint=f"{_ONE_NAME} Of an unborn child without a name, the mother's.",
        look=Look(spellcheck=False),
    )

    def clean(self) -> dict[str, Any]:
        """A name has a part."""
        data = super().clean() or self.cleaned_data
        names = [str(data.get(name, "")) for name in ("given_names", "family_name")]
        if not {"given_names", "family_name"} & set(self.errors) and all(map(is_blank, names)):
            self.add_error("family_name", ValidationError("Enter a name", code="required"))
        return data


class _AddressFields(forms.Form):
    lines = forms.LongTextField("Address", required=False, longest=500, look=Look(rows=3))
    postcode = _postcode()
    is_protected = forms.CheckboxField(
        "The address is protected",
        hint="Somebody may come to harm if it is known. It then shows to fewer, stands on the page "
        "of this person alone, and nobody is found by it.",
    )

    def lived(self, since: dt.date | None = None, until: dt.date | None = None) -> Lived | None:
        """The address of the valid form; None where none was typed."""
        data = self.cleaned_data
        if not (data["lines"] or data["postcode"]):
            return None
        return Lived(data["lines"], data["postcode"], data["is_protected"], since, until)


class RecordForm(_NameFields, BirthFields, _AddressFields):
    """Somebody new. `likely` are those who look like them, each to be called somebody else.

    That question stands first, below the table of them.
    """

    nhs_number = _nhs_number()

    sections = (
        Section("Name", ("given_names", "family_name")),
        Section("Birth and sex", ("birth", "born_on", "due_on", "sex")),
        Section("Where they live", ("lines", "postcode", "is_protected")),
        Section("Number", ("nhs_number",)),
    )

    def __init__(self, *args: Any, likely: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if likely:
            self.fields["others"] = forms.CheckboxesField(
                "Who of these is somebody else?",
                likely,
                hint="They are already in the register. Compare them above. If one of them is the "
                "person, open that person and record nobody.",
            )

    def clean_nhs_number(self) -> str:
        """Raises ValidationError for one that does not check."""
        return _checked(Scheme.NHS, self.cleaned_data["nhs_number"])

    def face(self) -> Compared:
        """What the valid form says, as it is compared."""
        data, said = self.cleaned_data, self.said
        is_exact = said.birth == Birth.EXACT and said.born_on is not None
        return compared(
            first_name=data["given_names"],
            surname=data["family_name"],
            born=said.born_on.isoformat() if is_exact and said.born_on else "",
            postcode="" if data["is_protected"] else data["postcode"],
            nhs_number=data["nhs_number"],
        )

    def clean_others(self) -> list[str]:
        """Each of them is ticked. Raises ValidationError."""
        ticked = list(self.cleaned_data["others"])
        field = cast("forms.CheckboxesField", self.fields["others"])
        choices = cast("Sequence[tuple[str, str]]", field.choices)
        if {key for key, _ in choices} - set(ticked):
            raise ValidationError(
                "Tick each who is somebody else; if one is the person, record nobody",
                code="required",
            )
        return ticked


class NameForm(_NameFields):
    """A further name."""

    kind = forms.RadiosField(
        "What is this name?",
        [(one.value, one.label) for one in NameKind],
        hint="The name before becomes a former name where this is the name now.",
    )
    used_from = forms.DateField("Used from", required=False, latest=_today)
    used_until = forms.DateField("Used until", required=False, latest=_today)

    def clean(self) -> dict[str, Any]:
        """The days are in order; a name that is used now has no last day."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("used_from"), data.get("used_until")
        if first and last and first > last:
            self.add_error("used_until", DateMistake("Used until must be on or after Used from"))
        if last and data.get("kind") == NameKind.CURRENT:
            self.add_error("used_until", DateMistake("Used until must be blank for the name now"))
        return data


class IdentifierForm(forms.Form):
    """A number by which others know the person."""

    scheme = forms.RadiosField(
        "What number is it?",
        [(one.value, one.label) for one in Scheme],
    )
    agency = forms.SelectField(
        "Whose number?", (), required=False, hint="Where it is an agency's own"
    )
    number = forms.TextField("Number", longest=60, look=Look(spellcheck=False))

    def __init__(self, *args: Any, agencies: Sequence[Agency] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = {str(one.pk): one for one in agencies}
        field = cast("forms.SelectField", self.fields["agency"])
        field.choices = [("", "Choose an agency"), *((k, one.name) for k, one in self.of.items())]

    def clean(self) -> dict[str, Any]:
        """The number checks, and a local one has its agency."""
        data = super().clean() or self.cleaned_data
        scheme, number = data.get("scheme"), data.get("number")
        if scheme == Scheme.LOCAL and not data.get("agency") and "agency" not in self.errors:
            self.add_error("agency", ValidationError("Choose an agency", code="required"))
        fault = fault_of_number(scheme, plain_number(scheme, number)) if scheme and number else ""
        if fault:
            self.add_error("number", ValidationError(fault, code="invalid"))
        return data


class AddressForm(_AddressFields):
    """A further address."""

    lived_from = forms.DateField("Lived there from", required=False, latest=_today)
    lived_until = forms.DateField("Lived there until", required=False, latest=_today)

    def clean(self) -> dict[str, Any]:
        """Some of the address is given, and the days are in order."""
        data = super().clean() or self.cleaned_data
        typed = f"{data.get('lines', '')}{data.get('postcode', '')}"
        if is_blank(typed) and not {"lines", "postcode"} & set(self.errors):
            self.add_error(
                "lines", ValidationError("Enter an address, or its postcode", code="required")
            )
        first, last = data.get("lived_from"), data.get("lived_until")
        if first and last and first > last:
            self.add_error(
                "lived_until",
                DateMistake("Lived there until must be on or after Lived there from"),
            )
        return data


class EndAddressForm(forms.Form):
    """Until when somebody lived there."""

    lived_until = forms.DateField("Lived there until", latest=_today)


class ContactForm(forms.Form):
    """How and when it is safe to make contact."""

    how = forms.LongTextField(
        "How is it safe to make contact?",
        longest=2_000,
        hint="By which telephone or person, what to say, and what not. Or that no way is safe.",
    )
    when = forms.TextField("When is it safe?", required=False, longest=500)


class CorrectBirthForm(EditForm, BirthFields):
    """What is recorded of birth and sex, corrected."""

    why = forms.TextField("Why is it corrected?", longest=500)


class BornForm(forms.Form):
    """That an unborn child is born."""

    born_on = forms.DateField("Date of birth", latest=_today)
    sex = forms.RadiosField("Sex", _SEXES)


class LostForm(forms.Form):
    """How a pregnancy ended without a living child."""

    ending = forms.RadiosField("What happened?", [(one.value, Ending(one).label) for one in LOSSES])
    on = forms.DateField("On which day?", latest=_today)


class DiedForm(forms.Form):
    """That somebody died."""

    on = forms.DateField("Date of death", latest=_today)
