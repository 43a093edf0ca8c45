"""A field of a form, drawn with the macro that fits its widget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.widgets import Input
from django.utils.safestring import SafeString
from markupsafe import Markup, escape

from safehub.foundation.govuk.dates import PARTS, DateWidget, typed
from safehub.foundation.govuk.looks import PLAIN, Look
from safehub.foundation.govuk.macros import govuk

Params = dict[str, Any]


class BoundField(DjangoBoundField):
    """Draws itself; in a template `{{ form.name.as_govuk() }}`, or `{{ form.name }}`."""

    @property
    def look(self) -> Look:
        """How the field looks; a plain Django field looks plain."""
        found: Look = getattr(self.field, "look", PLAIN)
        return found

    def as_govuk(self) -> Markup:
        """Label, hint, mistake and input; hidden fields are the bare input."""
        if self.is_hidden:
            return self.as_hidden_input()
        return _drawer(self.field.widget)(self)

    def as_hidden_input(self) -> Markup:
        """Written out: Django's own widget goes through a second template engine."""
        value = self.value()
        return Markup('<input type="hidden" name="{}" value="{}" id="{}">').format(
            self.html_name, "" if value is None else value, self.auto_id
        )

    def __str__(self) -> SafeString:
        return SafeString(self.as_govuk())

    def __html__(self) -> SafeString:
        return SafeString(self.as_govuk())

    @property
    def mistake(self) -> str:
        """The first mistake in the field, or nothing."""
        form: Any = self.form
        if getattr(form, "is_quiet", False):
            return ""
        return str(self.errors[0]) if self.errors else ""

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """Of a date with a mistake, the boxes that it is in."""
        if not self.mistake:
            return ()
        first = self.errors.as_data()[0]
        parts = (first.params or {}).get("parts", PARTS) if first.params else PARTS
        return tuple(parts)

    @property
    def target(self) -> str:
        """The id of what the error summary leads to."""
        if isinstance(self.field.widget, DateWidget):
            return f"{self.auto_id}-{self.wrong_parts[0] if self.wrong_parts else PARTS[0]}"
        return str(self.auto_id)


def _label(bound: BoundField) -> str:
    label = str(bound.label)
    form: Any = bound.form
    asked = bound.field.required or bound.name in getattr(form, "nested", {})
    return label if asked or "optional" in label.lower() else f"{label} (optional)"


def _shared(bound: BoundField) -> Params:
    params: Params = {"name": bound.html_name, "id": bound.auto_id, "idPrefix": bound.auto_id}
    if bound.help_text:
        params["hint"] = {"text": str(bound.help_text)}
    if bound.mistake:
        params["errorMessage"] = {"text": bound.mistake}
    if bound.field.disabled:
        params["disabled"] = True
    return params


def _labelled(bound: BoundField) -> Params:
    look = bound.look
    label: Params = {"text": _label(bound)}
    if look.size:
        label["classes"] = f"govuk-label--{look.size}"
    if look.is_heading:
        label["isPageHeading"] = True
    return {**_shared(bound), "label": label}


def _grouped(bound: BoundField) -> Params:
    look = bound.look
    legend: Params = {"text": _label(bound), "isPageHeading": look.is_heading}
    if look.size:
        legend["classes"] = f"govuk-fieldset__legend--{look.size}"
    return {**_shared(bound), "fieldset": {"legend": legend}}


def _written(bound: BoundField) -> str:
    value = bound.field.widget.format_value(bound.value())
    return "" if value is None else str(value)


def _input(bound: BoundField) -> Markup:
    look = bound.look
    params = _labelled(bound)
    params |= {
        "type": getattr(bound.field.widget, "input_type", "text"),
        "value": _written(bound),
        "autocomplete": _hinted(bound, "autocomplete"),
        "inputmode": _hinted(bound, "inputmode"),
        "spellcheck": look.spellcheck,
        "attributes": _passed_on(bound),
    }
    if params["type"] == "number":
        # Turning the wheel over such a box changes the number unseen.
        params |= {"type": "text", "inputmode": look.inputmode or "numeric"}
    if look.width:
        params["classes"] = f"govuk-input--width-{look.width}"
    if look.prefix:
        params["prefix"] = {"text": look.prefix}
    if look.suffix:
        params["suffix"] = {"text": look.suffix}
    return govuk("input", params)


def _hinted(bound: BoundField, name: str) -> str | None:
    """From the look, else from the widget of a plain Django field."""
    found = getattr(bound.look, name) or bound.field.widget.attrs.get(name)
    return str(found) if found else None


def _passed_on(bound: BoundField) -> Params:
    # No maxlength: it would cut what is pasted without a word. The mistake is told instead.
    kept = ("data-", "aria-")
    return {
        name: value
        for name, value in bound.field.widget.attrs.items()
        if str(name).startswith(kept)
    }


def _password(bound: BoundField) -> Markup:
    params = _labelled(bound)
    params["autocomplete"] = _hinted(bound, "autocomplete") or "current-password"
    return govuk("password-input", params)


def _textarea(bound: BoundField) -> Markup:
    look = bound.look
    params = _labelled(bound)
    params |= {
        "value": _unbent(_written(bound)),
        "rows": look.rows,
        "autocomplete": look.autocomplete or None,
        "spellcheck": look.spellcheck,
        "attributes": _passed_on(bound),
    }
    longest = getattr(bound.field, "max_length", None)
    if look.counts and longest:
        return govuk("character-count", {**params, "maxlength": longest, "threshold": 75})
    return govuk("textarea", params)


def _unbent(text: str) -> Markup:
    """Text for between the tags of a textarea: the macros indent every line that they can see.

    A browser leaves out a first line break, so it gets one more.
    """
    text = text.replace("\r\n", "\n")
    lines = escape("\n" + text if text.startswith("\n") else text)
    return Markup(str(lines).replace("\n", "&#10;"))  # noqa: S704 - escaped the line before


def _choices(bound: BoundField) -> Iterator[tuple[str, str]]:
    """Groups are laid out flat: neither radios nor the select macro know them."""
    for value, label in bound.field.widget.choices:
        if isinstance(label, list | tuple):
            yield from ((str(inner), str(words)) for inner, words in label)
        else:
            yield str(value if value is not None else ""), str(label)


def _chosen(bound: BoundField) -> set[str]:
    value = bound.value()
    if value is None:
        return set()
    if isinstance(value, list | tuple | set | frozenset):
        return {str(one) for one in value}
    return {str(value)}


def _items(bound: BoundField) -> list[Params]:
    look, chosen = bound.look, _chosen(bound)
    items: list[Params] = []
    for value, label in _choices(bound):
        if not value and isinstance(bound.field.widget, forms.RadioSelect):
            continue
        item: Params = {"value": value, "text": label, "checked": value in chosen}
        if bound.field.disabled:
            item["disabled"] = True
        if value in look.item_hints:
            item["hint"] = {"text": look.item_hints[value]}
        if value in look.reveals:
            item["conditional"] = {"html": _nested(bound, look.reveals[value])}
        if value == look.exclusive and value:
            items.append({"divider": look.exclusive_divider})
            item["behaviour"] = "exclusive"
        items.append(item)
    return items


def _nested(bound: BoundField, names: tuple[str, ...]) -> Markup:
    form: Any = bound.form
    return Markup("\n").join(form[name].as_govuk() for name in names)


def _many(component: str) -> Callable[[BoundField], Markup]:
    def draw(bound: BoundField) -> Markup:
        look = bound.look
        extra = [
            f"govuk-{component}--{word}"
            for word, on in (("inline", look.inline), ("small", look.small))
            if on
        ]
        params = _grouped(bound) | {"items": _items(bound), "classes": " ".join(extra)}
        return _revealing(govuk(component, params))

    return draw


def _revealing(html: Markup) -> Markup:
    """Leave showing and hiding to the style sheet, which needs no script.

    Their script says `aria-expanded` of a radio button, which ARIA does not allow there.
    """
    if "data-aria-controls" not in html:
        return html
    plain = re.sub(r' data-aria-controls="[^"]*"', "", html)
    return Markup(re.sub(r" govuk-(radios|checkboxes)__conditional--hidden", "", plain))  # noqa: S704


def _tick(bound: BoundField) -> Markup:
    look = bound.look
    item: Params = {
        "value": "on",
        "text": str(bound.label),
        "checked": bool(bound.value()),
        "disabled": bound.field.disabled,
    }
    if bound.help_text:
        item["hint"] = {"text": str(bound.help_text)}
    if "on" in look.reveals:
        item["conditional"] = {"html": _nested(bound, look.reveals["on"])}
    params = _shared(bound) | {"items": [item]}
    params.pop("hint", None)
    if look.small:
        params["classes"] = "govuk-checkboxes--small"
    return _revealing(govuk("checkboxes", params))


def _select(bound: BoundField) -> Markup:
    chosen = _chosen(bound)
    items = [
        {"value": value, "text": label, "selected": value in chosen}
        for value, label in _choices(bound)
    ]
    if not any(not item["value"] for item in items):
        items.insert(0, {"value": "", "text": "Choose one", "selected": not chosen})
    return govuk("select", _labelled(bound) | {"items": items})


# A month may be typed by its name.
_WIDTHS = {"day": 2, "month": 3, "year": 4}


def _date(bound: BoundField) -> Markup:
    values = typed(bound.value())
    birthday = bound.look.autocomplete == "bday"
    items = [
        {
            "name": part,
            "value": value,
            "classes": f"govuk-input--width-{_WIDTHS[part]}"
            + (" govuk-input--error" if part in bound.wrong_parts else ""),
            "autocomplete": f"bday-{part}" if birthday else None,
            # So its box must not bring up digits alone.
            "inputmode": "text" if part == "month" else "numeric",
        }
        for part, value in zip(PARTS, values, strict=True)
    ]
    params = _grouped(bound) | {"namePrefix": bound.html_name, "items": items}
    return govuk("date-input", params)


def _file(bound: BoundField) -> Markup:
    endings = getattr(bound.field, "endings", ())
    params = _labelled(bound)
    if endings:
        params["attributes"] = {"accept": ",".join(endings)}
    if getattr(bound.field.widget, "allow_multiple_selected", False):
        params["multiple"] = True
    return govuk("file-upload", params)


# In this order: the first kind that a widget is of.
_DRAWERS: tuple[tuple[type[forms.Widget], Callable[[BoundField], Markup]], ...] = (
    (DateWidget, _date),
    (forms.PasswordInput, _password),
    (forms.Textarea, _textarea),
    (forms.CheckboxSelectMultiple, _many("checkboxes")),
    (forms.RadioSelect, _many("radios")),
    (forms.CheckboxInput, _tick),
    (forms.Select, _select),
    (forms.FileInput, _file),
    (Input, _input),
)


def _drawer(widget: forms.Widget) -> Callable[[BoundField], Markup]:
    for kind, draw in _DRAWERS:
        if isinstance(widget, kind):
            return draw
    raise TypeError(f"There is no macro for the widget {type(widget).__name__}.")
