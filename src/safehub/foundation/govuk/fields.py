"""Form fields whose messages are sentences that name the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.core import validators

from safehub.foundation.govuk.looks import PLAIN, Look
from safehub.foundation.govuk.wording import lowered, named

# Either pairs, or a callable that gives them when the form is made.
Choices = Sequence[tuple[str, str]] | Callable[[], Iterable[tuple[str, str]]]

_EMAIL = Look(autocomplete="email", spellcheck=False)
_PASSWORD = Look(autocomplete="current-password")
_NUMBER = Look(width=5, inputmode="numeric")


def missing(label: str, verb: str) -> str:
    """What a person is told who left the field blank; a label may be a question."""
    return f"Answer “{label}”" if label.endswith("?") else f"{verb} {lowered(label)}"


class TextField(forms.CharField):
    """One line of text. `longest` is counted in characters."""

    verb = "Enter"

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        longest: int = 200,
        look: Look = PLAIN,
        told: str = "",
        **more: Any,
    ) -> None:
        self.look = look
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            error_messages={"required": told or missing(label, self.verb)},
            **more,
        )
        self.max_length = longest
        self.validators.append(
            validators.MaxLengthValidator(
                longest, f"{named(label)} must be {longest:,} characters or fewer"
            )
        )


class LongTextField(TextField):
    """Several lines of text."""

    widget = forms.Textarea

    def __init__(self, label: str, *, longest: int = 10_000, **more: Any) -> None:
        super().__init__(label, longest=longest, **more)

    def to_python(self, value: Any) -> str:
        """Line breaks become one character each, as the counter beside the field counts them."""
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class EmailField(TextField):
    """An e-mail address."""

    widget = forms.EmailInput

    def __init__(self, label: str, *, look: Look = _EMAIL, **more: Any) -> None:
        super().__init__(label, look=look, **more)
        self.validators.append(
            validators.EmailValidator(
                f"{named(label)} must be an email address, such as name@example.org"
            )
        )


class PasswordField(TextField):
    """A password, with a button that shows it where script runs. It is never sent back."""

    widget = forms.PasswordInput

    def __init__(self, label: str, *, look: Look = _PASSWORD, **more: Any) -> None:
        super().__init__(label, look=look, strip=False, **more)


class WholeNumberField(forms.IntegerField):
    """A whole number within `least` and `most`."""

    widget = forms.TextInput

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        least: int = 0,
        most: int = 1_000_000,
        look: Look = _NUMBER,
        told: str = "",
    ) -> None:
        self.look = look
        wrong = f"{named(label)} must be a whole number between {least:,} and {most:,}"
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            error_messages={"required": told or missing(label, "Enter"), "invalid": wrong},
        )
        self.validators += [
            validators.MinValueValidator(least, wrong),
            validators.MaxValueValidator(most, wrong),
        ]

    def to_python(self, value: Any) -> int | None:
        """Twenty digits are more than any count here; longer ones cost time to read."""
        if isinstance(value, str) and len(value) > 20:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


def _choice_messages(label: str, told: str) -> dict[str, str]:
    asked = told or missing(label, "Choose")
    return {
        "required": asked,
        "invalid_choice": f"{asked} from the list",
        "invalid_list": asked,
    }


class _SharesChoices:
    """A form copies its fields; the choices, which never change, are what costs most of that."""

    _choices: Any

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        memo[id(self._choices)] = self._choices
        return super().__deepcopy__(memo)  # type: ignore[misc]


class RadiosField(_SharesChoices, forms.ChoiceField):
    """One of a few."""

    widget: type[forms.Widget] = forms.RadioSelect

    def __init__(
        self,
        label: str,
        choices: Choices,
        *,
        hint: str = "",
        required: bool = True,
        look: Look = PLAIN,
        told: str = "",
    ) -> None:
        self.look = look
        super().__init__(
            label=label,
            choices=choices,
            help_text=hint,
            required=required,
            error_messages=_choice_messages(label, told),
        )


class SelectField(RadiosField):
    """One of many. The first entry is blank and asks to choose."""

    widget = forms.Select


class CheckboxesField(_SharesChoices, forms.MultipleChoiceField):
    """Any of some."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self,
        label: str,
        choices: Choices,
        *,
        hint: str = "",
        required: bool = True,
        look: Look = PLAIN,
        told: str = "",
    ) -> None:
        self.look = look
        super().__init__(
            label=label,
            choices=choices,
            help_text=hint,
            required=required,
            error_messages=_choice_messages(label, told),
        )

    def validate(self, value: Any) -> None:
        """The exclusive choice stands alone."""
        super().validate(value)
        alone = self.look.exclusive
        if alone and alone in value and len(value) > 1:
            words = next((label for value, label in self.widget.choices if value == alone), alone)
            raise forms.ValidationError(
                f"Choose “{words}” alone, or any of the others", code="exclusive"
            )


class CheckboxField(forms.BooleanField):
    """One box. Where `required`, it must be ticked."""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = False,
        look: Look = PLAIN,
        told: str = "",
    ) -> None:
        self.look = look
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            error_messages={"required": told or f"Tick “{label}” to go on"},
        )


class FileField(forms.FileField):
    """One file of at most `most_bytes` with one of the endings; what is in it is checked later."""

    widget = forms.FileInput

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        endings: Sequence[str] = (),
        most_bytes: int = 20_000_000,
        look: Look = PLAIN,
        told: str = "",
    ) -> None:
        self.look, self.endings, self.most_bytes = look, tuple(endings), most_bytes
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            max_length=200,
            error_messages={
                "required": told or f"Choose a file: {lowered(label)}",
                "invalid": "The file did not arrive: choose it again",
                "missing": "The file did not arrive: choose it again",
                "empty": "The file is empty: choose another",
                "max_length": "The file's name must be 200 characters or fewer",
            },
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Raises ValidationError for a file that is too big or of another kind."""
        file = super().clean(data, initial)
        if file and data:
            if file.size > self.most_bytes:
                raise forms.ValidationError(
                    f"The file must be smaller than {self.most_bytes / 1e6:.0f} MB", code="size"
                )
            if self.endings and not str(file.name).lower().endswith(self.endings):
                listed = ", ".join(self.endings)
                raise forms.ValidationError(f"The file must be one of: {listed}", code="ending")
        return file
