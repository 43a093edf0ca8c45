"""The forms of coding and of the code book, each as the coordinator has it open."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from corpus.moderating import GradedRound
from corpus.opened import Opened, Registered
from safehub.audit.coding import forms
from safehub.audit.coding.models import CodedText, CodeTheme, Suggestion, TextChoice, ThemeWords
from safehub.audit.coding.suggesting.queries import Suggested
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.queries import tool_of
from safehub.instruments.responses import as_questionnaire_response

STORY = "She was seen twice. Nobody asked her."
WORDS: dict[str, Any] = {
    "name": "Voice of the child",
    "definition": "What the child said.",
    "use_when": "Their own words are told.",
    "not_when": "Others say what they need.",
    "examples": "“I like it there.”",
}


class CodedRound(GradedRound):
    """The small round whose one return tells a story, with a theme to code it by."""

    def __init__(self) -> None:
        super().__init__()
        answers = {"known": "yes", "grade": "good", "story": STORY}
        self.version.response = as_questionnaire_response(
            tool_of(self.audit.tool_version), answers, complete=True
        )
        self.version.save()
        now = timezone.now()
        theme = CodeTheme.objects.create(
            partnership=self.audit.partnership, code="plans", added_at=now
        )
        self.words = ThemeWords.objects.create(
            theme=theme, edition=1, name="Plans", definition="What is to be done.", written_at=now
        )

    def text(self) -> CodedText:
        """The story, chosen to be coded."""
        choice = TextChoice.objects.create(
            audit=self.audit,
            number=1,
            questions=["story"],
            share=0,
            seed="7",
            of=1,
            chosen_at=timezone.now(),
        )
        return CodedText.objects.create(
            choice=choice,
            audit_return=self.version.audit_return,
            version=self.version,
            column="story",
        )

    def opened(self, name: str, form: Any, data: dict[str, Any], *args: object) -> Opened:
        """The page of that name, open to the coordinator at the office."""
        client = self.at_the_office("Omar", Role.AUDIT_COORDINATOR)
        return Opened(client, reverse(f"audit:{name}", args=["voices", *args]), form, data)


def add_theme() -> Opened:
    return CodedRound().opened("add_theme", forms.ThemeForm(), WORDS)


def change_theme() -> Opened:
    return CodedRound().opened("change_theme", forms.ThemeForm(), WORDS, "plans")


def retire_theme() -> Opened:
    return CodedRound().opened("retire_theme", forms.ConfirmForm(), {}, "plans")


def choose() -> Opened:
    form = forms.ChooseTextsForm(
        questions=[("words", "In a few words"), ("story", "The story"), ("why_not", "Why not?")]
    )
    data = {"questions": ["story"], "percent": "20"}
    return CodedRound().opened("choose_texts", form, data)


def code() -> Opened:
    small = CodedRound()
    data = {
        "sentences": ["0"],
        "exact": "",
        "themes": [str(small.words.pk)],
        "polarity": "worried_about",
        "then": "more",
    }
    form = forms.CodeForm(text=STORY, themes=[small.words])
    return small.opened("code_text", form, data, small.text().pk)


def code_suggested() -> Opened:
    small = CodedRound()
    text = small.text()
    Suggestion.objects.create(text=text, theme=small.words.theme, start=0, end=19)
    one = Suggested(0, 19, small.words)
    form = forms.CodeForm(text=STORY, themes=[small.words], suggested=[one])
    data = {
        "sentences": [],
        "exact": "",
        "themes": [],
        "polarity": "",
        one.name: "worried_about",
        "then": "more",
    }
    return small.opened("code_text", form, data, text.pk)


def let_go() -> Opened:
    small = CodedRound()
    return small.opened("let_go_text", forms.ConfirmForm(), {}, small.text().pk)


FORMS = [
    Registered("add-theme", add_theme),
    Registered("change-theme", change_theme),
    Registered("retire-theme", retire_theme),
    Registered("choose-texts", choose),
    Registered("code-text", code),
    Registered("code-suggested-text", code_suggested),
    Registered("let-go-text", let_go),
]
