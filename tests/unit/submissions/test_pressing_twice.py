"""R3: pressing twice does it once, and the second press gets the first result."""

from __future__ import annotations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from corpus.kitchen import SINK, Recipe
from corpus.kitchen_fixtures import made_person, signed_in
from corpus.pages import hidden_in, messages_in
from safehub.foundation.submissions.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen")]


@pytest.fixture
def asha() -> Client:
    return signed_in(made_person("Asha"))


def test_a_form_pressed_once_does_it_and_says_so(asha: Client) -> None:
    answer = asha.post("/sink/", {**SINK, **hidden_in(asha.get("/sink/"))})
    recipe = Recipe.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/cooked/?made={recipe.pk}"
    assert messages_in(answer) == ["Pea soup is cooked."]
    sent = Submission.objects.get()
    assert (sent.led_to, sent.told) == (answer["Location"], "Pea soup is cooked.")


def test_a_form_pressed_twice_does_it_once_with_the_same_result(asha: Client) -> None:
    sent = {**SINK, **hidden_in(asha.get("/sink/"))}
    first, second = asha.post("/sink/", sent), asha.post("/sink/", sent)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert "Pea soup is cooked." in messages_in(second)
    assert Recipe.objects.count() == 1


def test_a_second_press_with_other_text_is_neither_done_nor_lost(asha: Client) -> None:
    sent = {**SINK, **hidden_in(asha.get("/sink/"))}
    asha.post("/sink/", sent)
    answer = asha.post("/sink/", {**sent, "story": "Something else entirely."})
    assert answer.status_code == 409
    assert "Something else entirely." in answer.content.decode()
    assert "and that was done" in answer.content.decode()
    assert Recipe.objects.count() == 1
    assert asha.post("/sink/", {**sent, **hidden_in(answer), "story": "Else."}).status_code == 302
    assert Recipe.objects.count() == 2


def test_a_second_press_with_another_file_is_another_text(asha: Client) -> None:
    sent = {**SINK, **hidden_in(asha.get("/sink/"))}
    files = [SimpleUploadedFile("a.png", content) for content in (b"one", b"one", b"two")]
    statuses = [asha.post("/sink/", {**sent, "picture": file}).status_code for file in files]
    assert statuses == [302, 302, 409]


def test_a_refused_form_may_be_mended_and_sent(asha: Client) -> None:
    sent = {**SINK, **hidden_in(asha.get("/sink/"))}
    refused = asha.post("/sink/", {**sent, "title": "fail late"})
    assert refused.status_code == 422
    assert "It burnt at the last moment" in refused.content.decode()
    assert not Recipe.objects.exists()
    assert not Submission.objects.exists()
    assert asha.post("/sink/", {**SINK, **hidden_in(refused)}).status_code == 302
    assert Recipe.objects.count() == 1


def test_a_form_without_its_token_is_shown_again_with_what_was_typed(asha: Client) -> None:
    answer = asha.post("/sink/", {**SINK, "story": "Long and careful words."})
    assert answer.status_code == 422
    assert "Long and careful words." in answer.content.decode()
    assert not Recipe.objects.exists()
    assert asha.post("/sink/", {**SINK, **hidden_in(answer)}).status_code == 302


@pytest.mark.parametrize("ruin", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t * 200])
def test_a_tampered_token_is_refused_politely(asha: Client, ruin: object) -> None:
    hidden = hidden_in(asha.get("/sink/"))
    answer = asha.post("/sink/", {**SINK, "form_token": ruin(hidden["form_token"])})  # type: ignore[operator]
    assert answer.status_code == 422
    assert "Pea soup" in answer.content.decode()
    assert not Recipe.objects.exists()


def test_the_token_of_another_person_is_refused(asha: Client) -> None:
    ben = signed_in(made_person("Ben"))
    answer = ben.post("/sink/", {**SINK, **hidden_in(asha.get("/sink/"))})
    assert answer.status_code == 422
    assert "opened by somebody else" in answer.content.decode()
    assert not Recipe.objects.exists()


def test_the_token_of_another_form_is_refused(asha: Client) -> None:
    answer = asha.post("/sink/", {**SINK, **hidden_in(asha.get("/tell/"))})
    assert answer.status_code == 422
    assert "opened as another form" in answer.content.decode()
    assert not Recipe.objects.exists()


def test_a_visitor_presses_twice_and_another_visitor_has_no_part_in_it() -> None:
    here, there = Client(), Client()
    sent = {"story": "He hit her.", **hidden_in(here.get("/tell/"))}
    assert [here.post("/tell/", sent).status_code for _ in range(2)] == [302, 302]
    assert Recipe.objects.count() == 1
    assert there.post("/tell/", sent).status_code == 422


def test_a_token_expires_with_its_drafts() -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        ben = made_person("Ben")
        sent = {**SINK, **hidden_in(signed_in(ben).get("/sink/"))}
    with time_machine.travel("2026-12-24T11:59:00Z", tick=False):
        assert signed_in(ben).post("/sink/", sent).status_code == 302
    with time_machine.travel("2026-12-24T12:00:01Z", tick=False):
        late = signed_in(ben).post("/sink/", sent)
    assert late.status_code == 422
    assert "opened too long ago" in late.content.decode()
    assert Recipe.objects.count() == 1
