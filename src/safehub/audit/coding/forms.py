"""What is asked when the code book is written, texts are chosen, and one is coded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms

from safehub.audit.coding.models import Code, ThemeWords
from safehub.audit.coding.rows import Words
from safehub.audit.coding.rules import Span, passages, places_of, sentences
from safehub.audit.coding.states import Polarity
from safehub.audit.coding.suggesting.queries import Suggested
from safehub.foundation.govuk import forms

MORE, DONE = "more", "done"
DISMISS = "dismiss"
_LONGEST = 2_000


class ThemeForm(forms.Form):
    """The words of a theme. Each says what it is for, so that two people code alike."""

    name = forms.TextField("What is the theme called?", longest=100)
    definition = forms.LongTextField(
        "What does it mean?", hint="In one or two sentences.", longest=_LONGEST
    )
    use_when = forms.LongTextField(
        "When is it used?", hint="What must stand in the text.", required=False, longest=_LONGEST
    )
    not_when = forms.LongTextField(
        "When is it not used?",
        hint="What looks like it and belongs to another theme.",
        required=False,
        longest=_LONGEST,
    )
    examples = forms.LongTextField(
        "Examples",
        hint="Made up, or so changed that nobody is known by them: the code book outlasts the "
        "audit, and everybody who reads the coding reads it.",
        required=False,
        longest=_LONGEST,
    )

    def words(self) -> Words:
        """The words that were given."""
        said = self.cleaned_data
        return Words(
            said["name"].strip(),
            said["definition"].strip(),
            said["examples"].strip(),
            said["use_when"].strip(),
            said["not_when"].strip(),
        )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the press of the button is the answer."""


class ChooseTextsForm(forms.Form):
    """Which answers are coded, and which share of them twice."""

    def __init__(self, *args: Any, questions: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["questions"] = forms.CheckboxesField(
            "The answers to which questions are to be coded?", list(questions)
        )
        self.fields["percent"] = forms.WholeNumberField(
            "How many percent are to be coded by a second person?",
            hint="Drawn by a permanent random number of each text; rounded up to whole texts. "
            "0 for none.",
            least=0,
            most=100,
            look=forms.Look(width=3, inputmode="numeric", suffix="%"),
        )


class CodeForm(forms.Form):
    """A passage, its themes and which way it points; suggestions; codes to take out; and whether it
    is done.
    """

    # How it stood is said anew whenever it is opened.
    never_drafted = ("begun",)

    def __init__(
        self,
        *args: Any,
        text: str = "",
        themes: Sequence[ThemeWords] = (),
        given: Sequence[Code] = (),
        suggested: Sequence[Suggested] = (),
        begun: str = "",
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["begun"] = django_forms.CharField(
            widget=django_forms.HiddenInput, initial=begun, required=False
        )
        self._text, self._spans, self._suggested = text, sentences(text), suggested
        for one in suggested:
            self.fields[one.name] = forms.RadiosField(
                f"Suggested: {one.words.name}",
                [
                    *((way, f"Take it: {label.lower()}") for way, label in Polarity.choices),
                    (DISMISS, "Dismiss it: do not suggest it to me again"),
                ],
                hint=text[one.start : one.end],
                required=False,
            )
        self.fields["sentences"] = forms.CheckboxesField(
            "Which sentences?",
            [(str(at), text[start:end]) for at, (start, end) in enumerate(self._spans)],
            hint="Sentences that follow each other are one passage.",
            required=False,
        )
        self.fields["exact"] = forms.LongTextField(
            "Or the exact words, where it is less than a sentence",
            hint="As they stand in the text.",
            required=False,
            longest=10_000,
        )
        self.fields["themes"] = forms.CheckboxesField(
            "Of which themes do they speak?",
            [(str(one.pk), one.name) for one in themes],
            required=False,
        )
        self.fields["polarity"] = forms.RadiosField(
            "Which way do they point?", Polarity.choices, required=False
        )
        if given:
            self.fields["take_out"] = forms.CheckboxesField(
                "Take out what you marked",
                [(str(one.pk), f"{one.words.name}: {text[one.start : one.end]}") for one in given],
                required=False,
            )
        self.fields["then"] = forms.RadiosField(
            "And then?",
            [
                (MORE, "I go on with this text"),
                (DONE, "I am done with this text: what I marked stays"),
            ],
        )

    def clean(self) -> dict[str, Any]:
        """A passage has themes and a way; and something is to be done."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        cleaned["spans"] = self._marked(cleaned)
        if self.errors:
            return cleaned
        if cleaned["spans"]:
            if not cleaned["themes"]:
                self.add_error("themes", "Choose the themes of which the passage speaks")
            if not cleaned["polarity"]:
                self.add_error("polarity", "Choose which way the passage points")
        elif cleaned["themes"] or cleaned["polarity"]:
            self.add_error("sentences", "Choose the sentences, or give the exact words")
        elif cleaned["then"] == MORE and not (cleaned.get("take_out") or self.answered()):
            self.add_error("sentences", "Choose sentences to mark, or say that you are done")
        return cleaned

    def answered(self) -> list[tuple[Suggested, str]]:
        """The suggestions that were answered: with the way a passage points, or DISMISS."""
        said = self.cleaned_data
        return [(one, said[one.name]) for one in self._suggested if said.get(one.name)]

    def _marked(self, cleaned: dict[str, Any]) -> list[Span]:
        chosen = [int(at) for at in cleaned["sentences"]]
        exact = cleaned["exact"].strip()
        if not exact:
            return passages(self._spans, chosen)
        found = places_of(self._text, exact)
        if chosen:
            within = [self._spans[at] for at in chosen]
            found = [
                one
                for one in found
                if any(low <= one[0] and one[1] <= high for low, high in within)
            ]
        if not found:
            self.add_error(
                "exact",
                "Give the words as they stand in the text"
                + (", in one of the sentences that you chose" if chosen else ""),
            )
        elif len(found) > 1:
            self.add_error(
                "exact", "These words stand there more than once: choose their sentence as well"
            )
        return found
