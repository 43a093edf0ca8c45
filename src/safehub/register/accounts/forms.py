"""What is asked for of people and memberships."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from safehub.foundation.access.vocabulary import Role
from safehub.foundation.govuk import forms
from safehub.foundation.govuk.forms import Look
from safehub.foundation.submissions.forms import EditForm
from safehub.register.accounts.credentials.forms import DIFFERENT, new_password_fields
from safehub.register.accounts.models import LONGEST_NAME
from safehub.register.accounts.rules import ROLE_NAMES
from safehub.register.agencies.models import Agency

# Later than that is a slip of the keyboard.
LATEST = dt.date(2100, 1, 1)


class MembershipFields(forms.Form):
    """A role in an agency, from when to when."""

    agency = forms.SelectField("Agency", [])
    role = forms.SelectField("Role", [])
    unit = forms.TextField(
        "Unit",
        required=False,
        hint="Only where this person answers for a part of the agency, such as one practice.",
        longest=500,
    )
    ends_on = forms.DateField(
        "Last day of the role",
        required=False,
        hint="Leave it blank where no end is known.",
        latest=LATEST,
    )
    trained_until = forms.DateField(
        "Training holds until",
        required=False,
        hint="The last day on which the training for this role holds. Blank: none is asked for.",
        latest=LATEST,
    )

    def __init__(
        self, *args: Any, agencies: Sequence[Agency], roles: Sequence[Role], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(one.pk): one for one in agencies}
        choices = [("", "Choose one"), *((key, one.name) for key, one in self.agencies.items())]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", "Choose one"),
            *((role.value, ROLE_NAMES[role]) for role in roles),
        ]

    def chosen_agency(self) -> Agency:
        """The agency of a valid form."""
        return self.agencies[self.cleaned_data["agency"]]


class InvitePersonForm(MembershipFields):
    """Somebody new, and their first role."""

    name = forms.TextField("Full name", longest=LONGEST_NAME, look=Look(autocomplete="off"))
    email = forms.EmailField(
        "Work email address",
        hint="The invitation goes there. It cannot be changed later.",
        look=Look(autocomplete="off", spellcheck=False),
    )
    field_order = ("name", "email", "agency", "role", "unit", "ends_on", "trained_until")


class AddMembershipForm(MembershipFields):
    """A further role."""


class RenameForm(EditForm, forms.Form):
    """The name as it is now."""

    name = forms.TextField("Full name", longest=LONGEST_NAME)


class TrainingForm(EditForm, forms.Form):
    """Until when the training holds."""

    trained_until = forms.DateField(
        "Training holds until",
        required=False,
        hint="The last day on which it holds. Blank: none is asked for.",
        latest=LATEST,
    )


class EndMembershipForm(forms.Form):
    """When a role ends."""

    ends_on = forms.DateField(
        "Last day of the role",
        required=False,
        hint="Leave it blank to end the role now.",
        latest=LATEST,
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False


class AcceptForm(forms.Form):
    """A first password."""

    keeps_drafts = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = new_password_fields()

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            raise ValidationError({"password2": DIFFERENT})
        return self.cleaned_data


class FindPeopleForm(forms.Form):
    """Narrows the list of people."""

    keeps_drafts = False
    q = forms.TextField("Name or email address", required=False, look=Look(width=20))
    agency = forms.SelectField("Agency", [], required=False)
    state = forms.SelectField(
        "State",
        [("", "All"), ("active", "Active"), ("invited", "Invited"), ("out", "Shut out")],
        required=False,
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", "All"),
            *((str(one.pk), one.name) for one in agencies),
        ]
