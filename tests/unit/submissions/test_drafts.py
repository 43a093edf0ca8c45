"""R4: typed text survives; it is its writer's alone, encrypted, and gone in time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from corpus.kitchen import SINK, Recipe
from corpus.kitchen_fixtures import made_person, signed_in
from corpus.pages import hidden_in, messages_in
from safehub.foundation.errors import Misconfigured
from safehub.foundation.submissions import drafts
from safehub.foundation.submissions.commands import keep_rescued, purge
from safehub.foundation.submissions.encryption import Unreadable, decrypt, encrypt
from safehub.foundation.submissions.models import Draft, Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen")]

WORDS = "She said that he waits outside the school."
NOON = dt.datetime(2026, 11, 24, 14, 5, tzinfo=dt.UTC)


@pytest.fixture
def asha() -> Client:
    return signed_in(made_person("Asha"))


def address(answer: Any, form: str = "kitchen.SinkForm") -> str:
    assert f'data-drafts="/drafts/{form}/"' in answer.content.decode()
    return f"/drafts/{form}/"


def test_what_is_typed_is_saved_and_offered_and_gone_on_with(asha: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        opened = asha.get("/sink/")
        saved = asha.post(address(opened), {**SINK, "story": WORDS, **hidden_in(opened)})
        assert saved.json() == {"saved_at": "14:05"}
        offer = asha.get("/sink/").content.decode()
    assert "You have text from 14:05 that was not sent." in offer
    assert WORDS not in offer
    going_on = asha.get(f"/sink/?draft={Draft.objects.get().pk}")
    page = going_on.content.decode()
    assert going_on.status_code == 200
    assert WORDS in page
    assert 'value="29"' in page
    assert "There is a problem" not in page
    assert asha.post("/sink/", {**SINK, "story": WORDS, **hidden_in(going_on)}).status_code == 302
    assert Recipe.objects.get().story == WORDS
    assert not Draft.objects.exists()


def test_unfinished_text_is_gone_on_with_without_reproach(asha: Client) -> None:
    opened = asha.get("/sink/")
    asha.post("/drafts/kitchen.SinkForm/", {"story": WORDS, **hidden_in(opened)})
    page = asha.get(f"/sink/?draft={Draft.objects.get().pk}").content.decode()
    assert WORDS in page
    assert "There is a problem" not in page
    assert "<title>Error" not in page


def test_a_refused_form_is_kept_without_script(asha: Client) -> None:
    sent = {**SINK, "title": "", "story": WORDS, **hidden_in(asha.get("/sink/"))}
    with time_machine.travel(NOON, tick=False):
        refused = asha.post("/sink/", sent)
    assert refused.status_code == 422
    assert "Kept at 14:05, and not sent" in refused.content.decode()
    assert "You have text from" in asha.get("/sink/").content.decode()


@pytest.mark.parametrize(
    ("title", "status"), [("refuse", 422), ("forbid", 403), ("no trail", 503), ("fail late", 422)]
)
def test_text_that_an_act_refused_is_kept(asha: Client, title: str, status: int) -> None:
    sent = {**SINK, "title": title, "story": WORDS, **hidden_in(asha.get("/sink/"))}
    assert asha.post("/sink/", sent).status_code == status
    assert not Recipe.objects.exists()
    assert not Submission.objects.exists()
    assert WORDS in asha.get(f"/sink/?draft={Draft.objects.get().pk}").content.decode()


def test_text_is_kept_where_the_fault_is_ours(asha: Client) -> None:
    sent = {**SINK, "title": "break", "story": WORDS, **hidden_in(asha.get("/sink/"))}
    with pytest.raises(RuntimeError):
        asha.post("/sink/", sent)
    assert not Recipe.objects.exists()
    assert WORDS in asha.get(f"/sink/?draft={Draft.objects.get().pk}").content.decode()


def test_save_for_later_keeps_what_is_not_finished(asha: Client) -> None:
    sent = {"story": WORDS, "form_action": "save", **hidden_in(asha.get("/sink/"))}
    with time_machine.travel(NOON, tick=False):
        answer = asha.post("/sink/", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/sink/")
    assert messages_in(answer) == ["Kept at 14:05 for 30 days, and not sent yet."]
    assert not Recipe.objects.exists()


def test_a_draft_is_its_writers_alone(asha: Client) -> None:
    opened = asha.get("/sink/")
    asha.post("/drafts/kitchen.SinkForm/", {"story": WORDS, **hidden_in(opened)})
    key = Draft.objects.get().pk
    ben = signed_in(made_person("Ben"))
    for path in ("/sink/", f"/sink/?draft={key}"):
        page = ben.get(path).content.decode()
        assert WORDS not in page
        assert "You have text" not in page
    assert ben.get(f"/drafts/discard/{key}/").status_code == 404
    assert ben.post(f"/drafts/discard/{key}/").status_code == 404
    overwriting = {"story": "mine now", **hidden_in(opened)}
    assert ben.post("/drafts/kitchen.SinkForm/", overwriting).status_code == 409
    assert WORDS in asha.get(f"/sink/?draft={key}").content.decode()


def test_a_draft_is_of_its_record_alone(asha: Client) -> None:
    one, two = (Recipe.objects.create(title=title) for title in ("One", "Two"))
    opened = asha.get(f"/recipes/{one.pk}/")
    asha.post("/drafts/kitchen.RecipeForm/", {"story": WORDS, **hidden_in(opened)})
    assert "You have text" in asha.get(f"/recipes/{one.pk}/").content.decode()
    assert "You have text" not in asha.get(f"/recipes/{two.pk}/").content.decode()


def test_a_visitors_draft_is_their_sessions_alone() -> None:
    here, there = Client(), Client()
    here.post("/drafts/kitchen.TellForm/", {"story": WORDS, **hidden_in(here.get("/tell/"))})
    assert "You have text" in here.get("/tell/").content.decode()
    assert "You have text" not in there.get("/tell/").content.decode()


def test_two_windows_of_one_form_never_overwrite_each_other(asha: Client) -> None:
    one, two = hidden_in(asha.get("/sink/")), hidden_in(asha.get("/sink/"))
    for words, hidden in (("first window", one), ("second window", two), ("first again", one)):
        asha.post("/drafts/kitchen.SinkForm/", {"story": words, **hidden})
    texts = [asha.get(f"/sink/?draft={draft.pk}").content.decode() for draft in Draft.objects.all()]
    assert any("first again" in text for text in texts)
    assert any("second window" in text for text in texts)
    asha.post("/sink/", {**SINK, **one})
    assert Draft.objects.count() == 1


def test_a_draft_that_comes_after_its_form_was_sent_is_dropped(asha: Client) -> None:
    hidden = hidden_in(asha.get("/sink/"))
    asha.post("/sink/", {**SINK, **hidden})
    late = asha.post("/drafts/kitchen.SinkForm/", {**SINK, **hidden})
    assert late.json() == {"saved_at": ""}
    assert "You have text" not in asha.get("/sink/").content.decode()


def test_a_draft_is_discarded_when_asked_twice(asha: Client) -> None:
    opened = asha.get("/sink/")
    asha.post("/drafts/kitchen.SinkForm/", {"story": WORDS, **hidden_in(opened)})
    path = f"/drafts/discard/{Draft.objects.get().pk}/"
    assert "cannot be brought back" in asha.get(path).content.decode()
    assert Draft.objects.exists()
    assert asha.post(path)["Location"] == "/sink/"
    assert not Draft.objects.exists()


def test_passwords_codes_files_and_tokens_never_enter_a_draft(asha: Client) -> None:
    secrets = {"password": "correct horse", "code": "123456", "reset_token": "t0ken"}
    opened = asha.get("/sink/")
    sent = {**SINK, **secrets, **hidden_in(opened), "csrfmiddlewaretoken": "forgery"}
    asha.post("/drafts/kitchen.SinkForm/", sent)
    kept = drafts.opened(Draft.objects.get())
    assert kept is not None
    assert kept.fields["made_on-day"] == ["29"]
    assert kept.fields["tags"] == ["soup", "tea"]
    assert not {*secrets, "csrfmiddlewaretoken", "form_token", "form_action"} & set(kept.fields)


def test_a_form_may_keep_no_drafts_at_all(asha: Client) -> None:
    opened = asha.get("/whisper/")
    assert "data-drafts" not in opened.content.decode()
    assert asha.post("/whisper/", {"story": "", **hidden_in(opened)}).status_code == 422
    asha.post("/whisper/", {"story": WORDS, "form_action": "save", **hidden_in(opened)})
    assert not Draft.objects.exists()


def test_a_form_without_drafts_keeps_none_by_the_scripts_address(asha: Client) -> None:
    opened = asha.get("/whisper/")
    answer = asha.post("/drafts/kitchen.SecretForm/", {"story": WORDS, **hidden_in(opened)})
    assert answer.status_code == 409
    assert not Draft.objects.exists()


def test_no_word_of_a_draft_lies_in_the_database_in_clear(asha: Client) -> None:
    opened = asha.get("/sink/")
    asha.post("/drafts/kitchen.SinkForm/", {"story": WORDS, **hidden_in(opened)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM submissions_draft")
        rows = cursor.fetchall()
    cells = [bytes(c) if isinstance(c, memoryview) else c for row in rows for c in row]
    raw = b"".join(c if isinstance(c, bytes) else str(c).encode() for c in cells)
    assert len(raw) > 100
    for word in (WORDS, "outside", "story"):
        assert word.encode() not in raw


def test_the_key_lies_outside_the_database_for_its_owner_alone(asha: Client) -> None:
    opened = asha.get("/sink/")
    asha.post("/drafts/kitchen.SinkForm/", {"story": WORDS, **hidden_in(opened)})
    key = Path(settings.SAFEHUB_HOME) / "keys" / "draft_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) == 32
    assert not list(key.parent.glob("draft_key.*"))
    key.write_bytes(b"k" * 32)
    assert "You have text" not in asha.get("/sink/").content.decode()
    key.write_bytes(b"short")
    with pytest.raises(Misconfigured):
        encrypt(b"text", place="p")


def test_a_ciphertext_opens_in_its_place_alone_and_unchanged() -> None:
    sealed = encrypt(b"text", place="p1/form/window")
    assert decrypt(sealed, place="p1/form/window") == b"text"
    changed = [sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :] for i in range(len(sealed))]
    tries = [(one, "p1/form/window") for one in [*changed, sealed[:-1], b"", b"\x01"]]
    for text, place in [*tries, (sealed, "p2/form/window")]:
        with pytest.raises(Unreadable):
            decrypt(text, place=place)
    assert encrypt(b"text", place="p") != encrypt(b"text", place="p")


def test_more_than_a_draft_holds_is_refused_in_words(asha: Client) -> None:
    opened = asha.get("/sink/")
    large = {"story": "x" * (drafts.LARGEST + 1), **hidden_in(opened)}
    answer = asha.post("/drafts/kitchen.SinkForm/", large)
    assert answer.status_code == 413
    assert "send it now" in answer.json()["sentence"]
    assert asha.post("/sink/", {**large, "form_action": "save"}).status_code == 413


def test_there_are_only_so_many_drafts(asha: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safehub.foundation.submissions.commands.MOST", 2)
    hidden = [hidden_in(asha.get("/sink/")) for _ in range(3)]
    answers = [asha.post("/drafts/kitchen.SinkForm/", {"story": "a", **one}) for one in hidden]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    again = asha.post("/drafts/kitchen.SinkForm/", {"story": "b", **hidden[0]})
    assert again.status_code == 200


def test_what_was_sent_as_a_session_ended_is_there_after_signing_in_again() -> None:
    person = made_person("Asha")
    posted = QueryDict(mutable=True)
    posted.update({"story": WORDS, "password": "x", **hidden_in(signed_in(person).get("/sink/"))})
    assert keep_rescued(person_id=person.pk, path="/sink/", post_data=posted) == "/sink/"
    again = signed_in(person)
    assert "You have text" in again.get("/sink/").content.decode()
    assert WORDS in again.get(f"/sink/?draft={Draft.objects.get().pk}").content.decode()


def test_what_another_person_or_no_form_of_ours_sent_is_not_rescued() -> None:
    asha, ben = made_person("Asha"), made_person("Ben")
    posted = QueryDict(mutable=True)
    posted.update({"story": WORDS, **hidden_in(signed_in(asha).get("/sink/"))})
    assert keep_rescued(person_id=ben.pk, path="/sink/", post_data=posted) is None
    assert keep_rescued(person_id=asha.pk, path="/x/", post_data=QueryDict("story=a")) is None
    assert not Draft.objects.exists()


def test_text_sent_with_a_stale_mark_against_forgery_is_kept() -> None:
    person = made_person("Asha")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    sent = {**SINK, "story": WORDS, **hidden_in(strict.get("/sink/"))}
    answer = strict.post("/sink/", {**sent, "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "What you typed is kept" in answer.content.decode()
    assert not Recipe.objects.exists()
    assert WORDS in strict.get(f"/sink/?draft={Draft.objects.get().pk}").content.decode()


def test_a_forger_without_the_forms_token_keeps_nothing() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(made_person("Asha"))
    assert strict.post("/sink/", {**SINK, "story": "planted"}).status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("who", "days"), [("person", 30), ("visitor", 7)])
def test_drafts_and_marks_go_when_their_time_is_over(who: str, days: int) -> None:
    with time_machine.travel(NOON, tick=False):
        client = signed_in(made_person("Asha")) if who == "person" else Client()
        client.post("/drafts/kitchen.TellForm/", {"story": "a", **hidden_in(client.get("/tell/"))})
        client.post("/tell/", {"story": "b", **hidden_in(client.get("/tell/"))})
    almost = NOON + dt.timedelta(days=days) - dt.timedelta(seconds=1)
    assert purge(at=almost) == 0
    with time_machine.travel(almost + dt.timedelta(seconds=2), tick=False):
        # Whether or not the worker has come round, it is not offered any longer.
        assert Draft.objects.count() == 1
        assert purge(at=timezone.now()) == 2
    assert (Draft.objects.count(), Submission.objects.count()) == (0, 0)
