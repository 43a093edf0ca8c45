"""Forms that draw themselves: `from safehub.foundation.govuk import forms`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms as django_forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorList
from django.utils.safestring import SafeString
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from safehub.foundation.govuk.bound import BoundField
from safehub.foundation.govuk.dates import DateField
from safehub.foundation.govuk.fields import (
    CheckboxesField,
    CheckboxField,
    EmailField,
    FileField,
    LongTextField,
    PasswordField,
    RadiosField,
    SelectField,
    TextField,
    WholeNumberField,
)
from safehub.foundation.govuk.looks import Look
from safehub.foundation.govuk.macros import govuk

__all__ = [
    "BoundField",
    "CheckboxField",
    "CheckboxesField",
    "DateField",
    "EmailField",
    "FileField",
    "Form",
    "Govuk",
    "LongTextField",
    "Look",
    "PasswordField",
    "RadiosField",
    "Section",
    "SelectField",
    "TextField",
    "ValidationError",
    "WholeNumberField",
]


@dataclass(frozen=True, slots=True)
class Section:
    """Fields of a form that belong together under a legend."""

    legend: str
    fields: tuple[str, ...]
    size: str = "m"


if TYPE_CHECKING:

    class _AnyForm(django_forms.BaseForm):
        """What every Django form has, and the stubs do not say."""

        _errors: dict[str, ErrorList]

        def __getitem__(self, name: str) -> BoundField: ...
        def __iter__(self) -> Iterator[BoundField]: ...
        def _clean_fields(self) -> None: ...
else:
    _AnyForm = object


class Govuk(_AnyForm):
    """What a Django form gains; mix it in before any form class, such as one of allauth.

    A form that `is_quiet` shows no mistakes: what was typed is only drawn again.
    """

    bound_field_class = BoundField
    sections: ClassVar[tuple[Section, ...]] = ()
    is_quiet = False
    is_summed_up = False

    @property
    def nested(self) -> dict[str, tuple[str, frozenset[str]]]:
        """For each field that another reveals: the name of that one, and the values that do."""
        found: dict[str, tuple[str, set[str]]] = {}
        for name, field in self.fields.items():
            look: Look | None = getattr(field, "look", None)
            for value, names in (look.reveals if look else {}).items():
                for inner in names:
                    found.setdefault(inner, (name, set()))[1].add(value)
        return {inner: (name, frozenset(values)) for inner, (name, values) in found.items()}

    def _clean_fields(self) -> None:
        super()._clean_fields()
        nested = self.nested
        for name in nested:
            if not self._is_revealed(name, nested):
                # What stands in a field that was not asked for is neither judged nor kept.
                self._errors.pop(name, None)
                self.cleaned_data[name] = self._nothing(name)

    def _is_revealed(self, name: str, nested: Mapping[str, tuple[str, frozenset[str]]]) -> bool:
        parent, values = nested[name]
        if parent in nested and not self._is_revealed(parent, nested):
            return False
        chosen = self.cleaned_data.get(parent)
        if isinstance(chosen, bool):
            return chosen and "on" in values
        if isinstance(chosen, list):
            return any(str(one) in values for one in chosen)
        return str(chosen) in values

    def _nothing(self, name: str) -> Any:
        field = self.fields[name]
        if isinstance(field, django_forms.CharField | django_forms.ChoiceField):
            return [] if isinstance(field, django_forms.MultipleChoiceField) else ""
        return False if isinstance(field, django_forms.BooleanField) else None

    def mistakes(self) -> list[dict[str, str]]:
        """What the error summary lists, in the order of the fields: text, and href to the input."""
        if self.is_quiet:
            return []
        errors = self.errors
        listed = [
            {"text": self[name].mistake, "href": f"#{self[name].target}"}
            for name in self.fields
            if name in errors
        ]
        listed += [{"text": str(text)} for text in errors.get(NON_FIELD_ERRORS, [])]
        return listed

    def error_summary(self) -> Markup:
        """The summary, or nothing without mistakes. The second time it is asked for: nothing."""
        mistakes = [] if self.is_summed_up else self.mistakes()
        if not mistakes:
            return Markup()
        self.is_summed_up = True
        return govuk("error-summary", {"titleText": "There is a problem", "errorList": mistakes})

    def hidden_fields_html(self) -> Markup:
        """Inputs that belong to no field: a token against pressing twice, a version."""
        return Markup()

    def form_attributes(self) -> dict[str, str]:
        """Attributes for the form's tag, such as where drafts go."""
        return {}

    def outer_fields(self) -> Iterator[BoundField]:
        """The visible fields that no other field reveals."""
        nested = self.nested
        for name in self.fields:
            bound: BoundField = self[name]
            if name not in nested and not bound.is_hidden:
                yield bound

    def fields_html(self) -> Markup:
        """The fields alone, hidden ones first."""
        hidden = [bound.as_govuk() for bound in self if bound.is_hidden]
        in_section = {name for section in self.sections for name in section.fields}
        open_ones = [one.as_govuk() for one in self.outer_fields() if one.name not in in_section]
        return Markup("\n").join([*hidden, *open_ones, *map(self._drawn, self.sections)])

    @pass_context
    def as_govuk(self, context: Context | None = None) -> Markup:
        """All between the form's tags but the button, the token against forgery included.

        The summary comes first unless the page has shown it. Called from Python there is no
        context and so no token.
        """
        parts = [self.error_summary()]
        if context is not None:
            parts.append(Markup(str(context.get("csrf_input") or "")))  # noqa: S704 - Django's own
        parts += [self.hidden_fields_html(), self.fields_html()]
        return Markup("\n").join(parts)

    def _drawn(self, section: Section) -> Markup:
        inner = Markup("\n").join(self[name].as_govuk() for name in section.fields)
        legend = {"text": section.legend, "classes": f"govuk-fieldset__legend--{section.size}"}
        return govuk("fieldset", {"legend": legend, "html": inner})

    @pass_context
    def whole(
        self,
        context: Context | None = None,
        *,
        button: str = "Save and continue",
        action: str = "",
        cancel: str = "",
        warns: bool = False,
    ) -> Markup:
        """The form with its tags and its button; `cancel` is an address, `warns` makes it red."""
        attributes = {"method": "post", "action": action, **self.form_attributes()}
        if self.is_multipart():
            attributes["enctype"] = "multipart/form-data"
        tag = Markup().join(
            Markup(' {}="{}"').format(name, value)
            for name, value in attributes.items()
            if value or name != "action"
        )
        return Markup("<form{} novalidate>\n{}\n{}\n</form>").format(
            tag, self.as_govuk(context), buttons(button, cancel=cancel, warns=warns)
        )

    def __str__(self) -> SafeString:
        return SafeString(self.as_govuk())

    def __html__(self) -> SafeString:
        return SafeString(self.as_govuk())


class Form(Govuk, django_forms.Form):
    """A form of ours; its fields are those of this module."""


def buttons(label: str, *, cancel: str = "", warns: bool = False) -> Markup:
    """The button that sends a form, which a second press within a second does not press again."""
    params: dict[str, Any] = {"text": label, "preventDoubleClick": True}
    if warns:
        params["classes"] = "govuk-button--warning"
    made = govuk("button", params)
    if not cancel:
        return made
    link = Markup('<a class="govuk-link" href="{}">Cancel</a>').format(cancel)
    return Markup('<div class="govuk-button-group">{}{}</div>').format(made, link)
