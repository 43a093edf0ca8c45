"""Entries of which there may be several: "add another" and "remove" as buttons, without script.

A view asks `entries.pressed` first: where a button was pressed, the page is drawn again with what
was typed and nothing is judged; else `entries.is_valid()` and `entries.values()`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from markupsafe import Markup

from safehub.foundation.govuk.forms import Form
from safehub.foundation.govuk.macros import template_macro

_MOST = 50


class Entries:
    """Forms of one class, named `<prefix>-<number>-<field>`, between `least` and `most` of them.

    `label` names one entry: `Agency`. Entries left wholly blank are passed over, but for `least`.
    """

    def __init__(
        self,
        form: type[Form],
        *,
        label: str,
        prefix: str,
        data: QueryDict | None = None,
        initial: Sequence[Mapping[str, Any]] = (),
        least: int = 1,
        most: int = _MOST,
    ) -> None:
        self.label, self.prefix, self.least, self.most = label, prefix, least, min(most, _MOST)
        self.add_name, self.remove_name = f"{prefix}-add", f"{prefix}-remove"
        self.is_bound = data is not None
        self.pressed = data is not None and (self.add_name in data or self.remove_name in data)
        self.is_summed_up = False
        self.forms = (
            [
                form(initial=dict(row), prefix=f"{prefix}-{n}")
                for n, row in enumerate(self._first(initial))
            ]
            if data is None
            else self._bound(form, data)
        )

    def _first(self, initial: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        rows = list(initial)[: self.most]
        return rows + [{}] * (max(self.least, 1) - len(rows))

    def _bound(self, form: type[Form], data: QueryDict) -> list[Form]:
        kept = self._kept(data)
        moved = data.copy()
        for name in [name for name in moved if self._number(name) is not None]:
            del moved[name]
        for new, old in enumerate(kept):
            start = f"{self.prefix}-{old}-"
            for name in data:
                if name.startswith(start):
                    moved.setlist(f"{self.prefix}-{new}-{name[len(start) :]}", data.getlist(name))
        made = [form(moved, prefix=f"{self.prefix}-{n}") for n in range(len(kept))]
        for one in made:
            one.is_quiet = self.pressed
            one.use_required_attribute = False
        filled = sum(one.has_changed() for one in made)
        blank = [one for one in made if not one.has_changed()]
        for one in blank[max(self.least - filled, 0) :]:
            one.empty_permitted = True
        return made

    def _kept(self, data: QueryDict) -> list[int]:
        """The numbers of the entries to show, in order; a new one has a number not yet used."""
        sent = sorted({n for name in data if (n := self._number(name)) is not None})[: self.most]
        unused = max(sent, default=-1) + 1
        removed = data.get(self.remove_name, "")
        if removed.isascii() and removed.isdigit() and len(removed) < 4:
            sent = [n for n in sent if n != int(removed)]
        added = self.add_name in data and len(sent) < self.most
        wanted = max(len(sent) + added, self.least, 1)
        sent += range(unused, unused + wanted - len(sent))
        return sent

    def _number(self, name: str) -> int | None:
        found = re.fullmatch(rf"{re.escape(self.prefix)}-([0-9]{{1,3}})-.+", name)
        return int(found.group(1)) if found else None

    @property
    def can_add(self) -> bool:
        """Whether there is room for one more."""
        return len(self.forms) < self.most

    @property
    def can_remove(self) -> bool:
        """Whether one can go."""
        return len(self.forms) > max(self.least, 1)

    def marker_html(self, position: int) -> Markup:
        """Says that the entry is there: boxes that are not ticked send nothing of themselves."""
        return Markup('<input type="hidden" name="{}-{}-entry" value="1">').format(
            self.prefix, position
        )

    def is_valid(self) -> bool:
        """Whether every entry will do; never where a button was pressed."""
        if not self.is_bound or self.pressed:
            return False
        # Each is asked, so that all mistakes show at once.
        return sum(not one.is_valid() for one in self.forms) == 0

    def values(self) -> list[dict[str, Any]]:
        """The cleaned entries, blank ones left out."""
        return [one.cleaned_data for one in self.forms if not one.empty_permitted]

    def mistakes(self) -> list[dict[str, str]]:
        """As of one form, entry by entry."""
        return [mistake for one in self.forms for mistake in one.mistakes()]

    def as_govuk(self) -> Markup:
        """All entries with their buttons; it stands inside a form's tags."""
        return template_macro("govuk/forms.html", "add_another")(self)
