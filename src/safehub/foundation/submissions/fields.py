"""What was typed into a form, apart from what must never be kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from django.forms import BaseForm, Field, FileField, PasswordInput
from django.http import HttpRequest, QueryDict

from safehub.foundation.submissions.originals import CHOICE, ORIGINAL
from safehub.foundation.submissions.tokens import TOKEN

ACTION = "form_action"
EVERYTHING = "*"  # left out: the form keeps no drafts
Typed = dict[str, list[str]]

_OURS = {"csrfmiddlewaretoken", TOKEN, ORIGINAL, ACTION}
_SECRET_NAME = re.compile(
    r"(^|[_-])(password|passphrase|passcode|otp|totp|secret|token|recovery_code|one_time_code)\d*"
    r"([_-]|$)|^code$",
    re.IGNORECASE,
)
_SECRET_FILLING = {"current-password", "new-password", "one-time-code"}


def left_out(form: BaseForm) -> tuple[str, ...]:
    """The fields of a form whose text never enters a draft: passwords, codes, and files."""
    never = set(getattr(form, "never_drafted", ()))
    return tuple(
        form.add_prefix(name)
        for name, field in form.fields.items()
        if name in never or isinstance(field, FileField) or _is_secret(name, field)
    )


def _is_secret(name: str, field: Field) -> bool:
    return (
        isinstance(field.widget, PasswordInput)
        or field.widget.attrs.get("autocomplete") in _SECRET_FILLING
        or getattr(getattr(field, "look", None), "autocomplete", "") in _SECRET_FILLING
        or _SECRET_NAME.search(name) is not None
    )


def typed(data: QueryDict | Mapping[str, list[str]], *, leaving_out: Iterable[str]) -> Typed:
    """What may be kept of what was sent, by name; each name may have come more than once."""
    without = set(leaving_out)
    lists = data.lists() if isinstance(data, QueryDict) else data.items()
    return {
        name: [str(value) for value in values]
        for name, values in lists
        if _may_be_kept(name) and not without & set(_names_behind(name))
    }


def _may_be_kept(name: str) -> bool:
    return not (name in _OURS or name.startswith(CHOICE) or _SECRET_NAME.search(name))


def _names_behind(name: str) -> Iterator[str]:
    """The field that an input belongs to: a date has three inputs, such as `born-day`."""
    yield name
    for mark in "-_":
        head, parted, tail = name.rpartition(mark)
        if parted and (mark == "-" or tail.isdecimal()):
            yield head


def digest_of(request: HttpRequest) -> str:
    """Tells two sendings apart by all that was typed, chosen and attached."""
    found = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        if name not in _OURS:
            found.update(repr((name, values)).encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            found.update(repr((name, file.name, file.size)).encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                found.update(chunk)
            file.seek(0)
    return found.hexdigest()
