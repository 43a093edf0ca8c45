"""R2: nobody overwrites somebody else unseen."""

from __future__ import annotations

import pytest
from django.test import Client
from lxml import html

from corpus.kitchen import Recipe, address_of
from corpus.kitchen_fixtures import made_person, signed_in
from corpus.pages import hidden_in
from safehub.foundation.errors import EditConflict
from safehub.foundation.submissions.models import Draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen")]

START = {"title": "Soup", "story": "Peas.", "kind": "soup", "portions": "2"}


@pytest.fixture
def recipe() -> Recipe:
    return Recipe.objects.create(title="Soup", story="Peas.", kind="soup", portions=2)


@pytest.fixture
def asha() -> Client:
    return signed_in(made_person("Asha"))


@pytest.fixture
def ben() -> Client:
    return signed_in(made_person("Ben"))


def now(recipe: Recipe) -> Recipe:
    return Recipe.objects.get(pk=recipe.pk)


def meeting(
    recipe: Recipe, asha: Client, ben: Client, hers: dict[str, str], his: dict[str, str]
) -> tuple[str, dict[str, str], int]:
    """Both open it, Ben saves, then Asha: her page, its hidden inputs, its status."""
    path = address_of(recipe)
    opened = hidden_in(asha.get(path))
    assert ben.post(path, {**START, **his, **hidden_in(ben.get(path))}).status_code == 302
    answer = asha.post(path, {**START, **hers, **opened})
    hidden = hidden_in(answer) if answer.status_code != 302 else {}
    return answer.content.decode(), hidden, answer.status_code


def test_an_edit_that_meets_nobody_is_saved(recipe: Recipe, asha: Client) -> None:
    path = address_of(recipe)
    answer = asha.post(path, {**START, "title": "Broth", **hidden_in(asha.get(path))})
    assert answer.status_code == 302
    assert (now(recipe).title, now(recipe).version) == ("Broth", 2)


def test_edits_of_different_fields_are_put_together_and_shown(
    recipe: Recipe, asha: Client, ben: Client
) -> None:
    page, hidden, status = meeting(recipe, asha, ben, {"title": "Broth"}, {"portions": "6"})
    assert status == 409
    assert "Nothing was saved yet and nothing was overwritten" in page
    assert "Yours: only you changed it" in page
    assert "Theirs: only they changed it" in page
    assert now(recipe).title == "Soup"
    tree = html.fromstring(page)
    assert tree.xpath("string(//input[@name='title']/@value)") == "Broth"
    assert tree.xpath("string(//input[@name='portions']/@value)") == "6"
    sent = {**START, "title": "Broth", "portions": "6", **hidden}
    assert asha.post(address_of(recipe), sent).status_code == 302
    assert (now(recipe).title, now(recipe).portions, now(recipe).version) == ("Broth", 6, 3)


@pytest.mark.parametrize(("choice", "title"), [("mine", "Broth"), ("theirs", "Stew")])
def test_a_field_that_both_changed_is_chosen(
    recipe: Recipe, asha: Client, ben: Client, choice: str, title: str
) -> None:
    page, hidden, status = meeting(recipe, asha, ben, {"title": "Broth"}, {"title": "Stew"})
    assert status == 409
    assert "Both changed it: choose" in page
    assert 'name="form_keep_title"' in page
    sent = {**START, "title": "Broth", "form_keep_title": choice, **hidden}
    assert asha.post(address_of(recipe), sent).status_code == 302
    assert now(recipe).title == title


def test_without_a_choice_nothing_is_saved(recipe: Recipe, asha: Client, ben: Client) -> None:
    _, hidden, _ = meeting(recipe, asha, ben, {"title": "Broth"}, {"title": "Stew"})
    for choice in ({}, {"form_keep_title": "both"}):
        sent = {**START, "title": "Broth", **choice, **hidden}
        assert asha.post(address_of(recipe), sent).status_code == 409
    assert now(recipe).title == "Stew"


def test_a_choice_does_not_hold_for_what_was_changed_since(
    recipe: Recipe, asha: Client, ben: Client
) -> None:
    _, hidden, _ = meeting(recipe, asha, ben, {"title": "Broth"}, {"title": "Stew"})
    path = address_of(recipe)
    assert (
        ben.post(path, {**START, "title": "Gumbo", **hidden_in(ben.get(path))}).status_code == 302
    )
    sent = {**START, "title": "Broth", "form_keep_title": "theirs", **hidden}
    answer = asha.post(path, sent)
    assert answer.status_code == 409
    assert "Gumbo" in answer.content.decode()
    assert now(recipe).title == "Gumbo"


def test_both_making_the_same_change_is_no_clash(recipe: Recipe, asha: Client, ben: Client) -> None:
    _, _, status = meeting(recipe, asha, ben, {"title": "Broth"}, {"title": "Broth"})
    assert (status, now(recipe).title) == (302, "Broth")


@pytest.mark.parametrize("original", ["", "tampered"])
def test_with_nothing_to_compare_with_every_difference_is_chosen(
    recipe: Recipe, asha: Client, original: str
) -> None:
    path = address_of(recipe)
    hidden = {**hidden_in(asha.get(path)), "form_original": original}
    answer = asha.post(path, {**START, "title": "Broth", **hidden})
    assert answer.status_code == 409
    assert 'name="form_keep_title"' in answer.content.decode()
    assert 'name="form_keep_story"' not in answer.content.decode()
    assert now(recipe).title == "Soup"


def test_what_another_record_began_with_does_not_pass(recipe: Recipe, asha: Client) -> None:
    other = Recipe.objects.create(title="Broth", story="Peas.", kind="soup", portions=2)
    hidden = hidden_in(asha.get(address_of(recipe)))
    hidden["form_original"] = hidden_in(asha.get(address_of(other)))["form_original"]
    answer = asha.post(address_of(recipe), {**START, "title": "Broth", **hidden})
    assert answer.status_code == 409
    assert now(recipe).title == "Soup"


def test_a_draft_goes_on_from_what_its_form_began_with(
    recipe: Recipe, asha: Client, ben: Client
) -> None:
    """Else continuing would take Ben's change for something that Asha had seen and left out."""
    path = address_of(recipe)
    opened = hidden_in(asha.get(path))
    asha.post("/drafts/kitchen.RecipeForm/", {**START, "title": "Broth", **opened})
    ben.post(path, {**START, "portions": "6", **hidden_in(ben.get(path))})
    going_on = asha.get(f"{path}?draft={Draft.objects.get().pk}")
    answer = asha.post(path, {**START, "title": "Broth", **hidden_in(going_on)})
    assert answer.status_code == 409
    assert now(recipe).portions == 6


def test_a_record_that_is_gone_is_not_made_again(recipe: Recipe, asha: Client) -> None:
    path = address_of(recipe)
    opened = hidden_in(asha.get(path))
    Recipe.objects.filter(pk=recipe.pk).delete()
    assert asha.post(path, {**START, **opened}).status_code == 404
    assert not Recipe.objects.exists()


def test_a_guarded_save_refuses_what_was_changed_since(recipe: Recipe) -> None:
    one, two = now(recipe), now(recipe)
    one.title, two.title = "Broth", "Stew"
    one.save_guarded(update_fields=["title"])
    with pytest.raises(EditConflict, match="Nothing was overwritten"):
        two.save_guarded(update_fields=["title"])
    assert (now(recipe).title, now(recipe).version, one.version) == ("Broth", 2, 2)
    one.title = "Gumbo"
    one.save_guarded(update_fields=["title"])
    assert now(recipe).version == 3


def test_a_change_by_a_command_that_counts_no_version_is_seen_all_the_same(
    recipe: Recipe, asha: Client
) -> None:
    path = address_of(recipe)
    opened = hidden_in(asha.get(path))
    Recipe.objects.filter(pk=recipe.pk).update(story="Beans.")
    answer = asha.post(path, {**START, "title": "Broth", **opened})
    assert answer.status_code == 409
    assert now(recipe).story == "Beans."


def test_a_change_outside_the_form_is_no_meeting(recipe: Recipe, asha: Client) -> None:
    path = address_of(recipe)
    opened = hidden_in(asha.get(path))
    Recipe.objects.filter(pk=recipe.pk).update(version=7)
    assert asha.post(path, {**START, "title": "Broth", **opened}).status_code == 302
    assert (now(recipe).title, now(recipe).version) == ("Broth", 8)
