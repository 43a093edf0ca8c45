"""What is asked for to begin a tool, and for each step that is taken with a draft or a version."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import HiddenInput

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.forms import Look
from safehub.foundation.submissions.forms import EditForm
from safehub.instruments.drafting import Drafted
from safehub.instruments.sheet_forms import CODE, LONGEST_NAME, NARROW, drafted_of
from safehub.instruments.uploading import MOST_BYTES, all_endings

SETTINGS_FIELDS = ("form_title", "form_id", "version", "default_language")


class StartBlankForm(forms.Form):
    """A tool that begins with its name."""

    title = forms.TextField("Title", hint="Such as Front door audit.")
    form_id = forms.TextField(
        "Short name",
        hint="The same in every version: letters, digits and _. Such as front_door.",
        longest=LONGEST_NAME,
        look=CODE,
    )
    version = forms.TextField("Version", hint="Such as 2026.1.", longest=LONGEST_NAME, look=CODE)


class StartUploadForm(forms.Form):
    """A tool that was written elsewhere."""

    file = forms.FileField(
        "Workbook or Questionnaire",
        hint="An Excel workbook (.xlsx) in XLSForm, with sheets survey, choices and settings; or a "
        "FHIR R4 Questionnaire (.json or .xml).",
        endings=all_endings(),
        most_bytes=MOST_BYTES,
    )


class StartReadyForm(forms.Form):
    """One of the tools that come with Safehub."""

    tool = forms.RadiosField("Tool", [])

    def __init__(self, *args: Any, tools: Sequence[tuple[str, str, str]], **kwargs: Any) -> None:
        """`tools` are code, title and what it is for."""
        super().__init__(*args, **kwargs)
        field = self.fields["tool"]
        field.choices = [(code, title) for code, title, _ in tools]  # type: ignore[attr-defined]
        field.look = Look(item_hints={code: words for code, _, words in tools})  # type: ignore[attr-defined]


class CarryForm(forms.Form):
    """The next version."""

    version = forms.TextField(
        "Version", hint="It must be another than before.", longest=LONGEST_NAME, look=CODE
    )


class _Whole(EditForm, forms.Form):
    """What is done to the draft as a whole: its edition tells whether it changed meanwhile."""

    edition = forms.WholeNumberField("Edition of the draft", most=2_000_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].widget = HiddenInput()


class UploadForm(_Whole):
    """A file that takes the place of all that is in the draft."""

    keeps_drafts = False
    file = forms.FileField(
        "Workbook or Questionnaire",
        hint="An Excel workbook (.xlsx) in XLSForm, or a FHIR R4 Questionnaire (.json or .xml). It "
        "takes the place of everything in the draft.",
        endings=all_endings(),
        most_bytes=MOST_BYTES,
    )


class WholeDraftForm(_Whole):
    """A step that needs no words."""

    keeps_drafts = False


class RetireForm(forms.Form):
    """A step that needs no words."""

    keeps_drafts = False


class MoveForm(forms.Form):
    """A press of one of the buttons beside the rows: `up-17`."""

    keeps_drafts = False
    move = forms.RadiosField("Where to", [], told="Press one of the buttons beside a row")

    def __init__(self, *args: Any, drafted: Drafted, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"].choices = [  # type: ignore[attr-defined]
            (f"{way}-{one.key}", way) for one in drafted.survey for way in ("up", "down")
        ]

    def clean_move(self) -> tuple[int, bool]:
        """The number of the row, and whether it goes up."""
        way, _, key = str(self.cleaned_data["move"]).partition("-")
        return int(key), way == "up"


class SettingsForm(EditForm, forms.Form):
    """The tool's own name and version."""

    code = "instruments.SettingsForm"
    form_title = forms.TextField("Title")
    form_id = forms.TextField(
        "Short name", hint="The same in every version.", longest=LONGEST_NAME, look=CODE
    )
    version = forms.TextField("Version", longest=LONGEST_NAME, look=CODE)
    default_language = forms.TextField(
        "Language of the columns without one",
        hint="Such as English (en). Only where the tool has several languages.",
        required=False,
        longest=LONGEST_NAME,
        look=NARROW,
    )
    language = forms.TextField(
        "Add a language",
        hint="Such as Welsh (cy). Each question and choice then has a field for its words.",
        required=False,
        longest=LONGEST_NAME,
        look=NARROW,
    )

    def clean_language(self) -> str:
        """A name and a code."""
        given = " ".join(str(self.cleaned_data["language"]).split())
        if given and not re.fullmatch(r"[^():]+ \([A-Za-z]{2,3}(-[A-Za-z0-9]+)*\)", given):
            raise ValidationError(
                "Give the language with its code in brackets, such as Welsh (cy)", code="invalid"
            )
        return given

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the sheet says."""
        settings = drafted_of(record).settings
        return {name: settings.get(name, "") for name in SETTINGS_FIELDS}


class RemoveSectionForm(forms.Form):
    """Whether its questions go too."""

    keeps_drafts = False
    questions = forms.RadiosField(
        "Its questions", [("keep", "Keep them, outside the section"), ("remove", "Take them away")]
    )


class RemoveForm(forms.Form):
    """A step that needs no words."""

    keeps_drafts = False
