"""What a registered form is: who has it open, where, and what they would rightly send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm
from django.test import Client


@dataclass
class Opened:
    """A form as somebody has it open: who, where, and what they would rightly send.

    `form` is an unbound one with the fields of the page.
    """

    client: Client
    address: str
    form: BaseForm
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Registered:
    """`opens` makes the world in which the form is open. `site` is kitchen or product.

    A `strict` form takes whatever its fields take; another's command may refuse more.
    `has_token` says that it goes through `submit`; `leads_away` that it answers whatever is sent
    with another page: there is nothing to fill in, or a mistake is told elsewhere.
    """

    name: str
    opens: Callable[[], Opened]
    site: str = "product"
    is_strict: bool = False
    has_token: bool = True
    leads_away: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class RegisteredList:
    """A page that takes a question in its address. `opens` gives who asks, and where.

    `is_strict` says that a place in the list that makes no sense is a page that is not there.
    """

    name: str
    opens: Callable[[], tuple[Client, str]]
    site: str = "product"
    is_strict: bool = False

    def __str__(self) -> str:
        return self.name
