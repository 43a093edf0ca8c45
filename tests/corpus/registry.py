"""The forms and lists that every stored case is fed to. Whoever adds a page adds it here."""

from __future__ import annotations

from django.test import Client

from corpus import product
from corpus.kitchen import SINK, Recipe, RecipeForm, SinkForm, TellForm, address_of
from corpus.kitchen_fixtures import made_person, signed_in
from corpus.opened import Opened, Registered, RegisteredList


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
    *product.FORMS,
]
LISTS: list[RegisteredList] = [
    RegisteredList("cooked", lambda: (Client(), "/cooked/"), "kitchen"),
    RegisteredList("sink", lambda: (_asha(), "/sink/"), "kitchen"),
    *product.LISTS,
]
