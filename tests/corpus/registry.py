"""The forms and lists that every stored case is fed to. Whoever adds a page adds it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm
from django.test import Client

from corpus.kitchen import SINK, Recipe, RecipeForm, SinkForm, TellForm, address_of
from corpus.kitchen_fixtures import made_person, signed_in


@dataclass
class Opened:
    """A form as somebody has it open: who, where, and what they would rightly send.

    `form` is an unbound one with the fields of the page. `once` says that its data is good once
    only, so that it is opened anew for each case.
    """

    client: Client
    address: str
    form: BaseForm
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Registered:
    """`opens` makes the world in which the form is open. `site` is kitchen or product.

    A `strict` form takes whatever its fields take; another's command may refuse more.
    `has_token` says that it goes through `submit`.
    """

    name: str
    opens: Callable[[], Opened]
    site: str = "product"
    is_strict: bool = False
    has_token: bool = True

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class RegisteredList:
    """A page that takes a question in its address. `opens` gives who asks, and where."""

    name: str
    opens: Callable[[], tuple[Client, str]]
    site: str = "product"

    def __str__(self) -> str:
        return self.name


def _asha() -> Client:
    return signed_in(made_person("Asha"))


def _edit() -> Opened:
    recipe = Recipe.objects.create(title="Soup", story="Peas.", portions=2)
    data = {"title": "Soup", "story": "Peas.", "kind": "soup", "portions": "2"}
    return Opened(_asha(), address_of(recipe), RecipeForm(), data)


FORMS: list[Registered] = [
    Registered("sink", lambda: Opened(_asha(), "/sink/", SinkForm(), SINK), "kitchen", True),
    Registered("edit", _edit, "kitchen", True),
    Registered(
        "tell", lambda: Opened(Client(), "/tell/", TellForm(), {"story": "x"}), "kitchen", True
    ),
]
LISTS: list[RegisteredList] = [
    RegisteredList("cooked", lambda: (Client(), "/cooked/"), "kitchen"),
    RegisteredList("sink", lambda: (_asha(), "/sink/"), "kitchen"),
]
