"""Forms that draw themselves."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.macros import jinja
from safehub.foundation.govuk.pages import page


class Referral(forms.Form):
    name = forms.TextField("Name", longest=10)
    known = forms.RadiosField(
        "Is the child known?",
        [("yes", "Yes"), ("no", "No")],
        look=forms.Look(reveals={"yes": ("since", "other")}),
    )
    since = forms.DateField("Known since")
    other = forms.CheckboxesField(
        "Known to",
        [("police", "Police"), ("nobody", "Nobody")],
        look=forms.Look(reveals={"police": ("number",)}, exclusive="nobody"),
    )
    number = forms.TextField("Police number")
    notes = forms.LongTextField("Notes", required=False)


BASE = {"name": "Ada", "known": "no"}


class Inputs(HTMLParser):
    """The names, values and described-by ids of the inputs of a page, and all ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.described: list[str] = []
        self.labelled: list[str] = []
        self.inputs: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self._in_text = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self.described += (found.get("aria-describedby") or "").split()
        if tag == "label":
            self.labelled.append(str(found.get("for")))
        if tag in {"input", "select", "textarea"}:
            self.inputs.append(found)
        self._in_text = tag == "textarea"
        if self._in_text:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_text = False

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.texts[-1] += data


def test_field_that_no_choice_reveals_is_neither_judged_nor_kept() -> None:
    form = Referral({**BASE, "since-day": "99", "other": "police", "number": "secret"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["since"] is None
    assert form.cleaned_data["other"] == []
    assert form.cleaned_data["number"] == ""


def test_field_that_a_choice_reveals_must_be_filled() -> None:
    form = Referral({**BASE, "known": "yes"})
    assert set(form.errors) == {"since", "other"}


def test_field_within_a_revealed_field_must_be_filled() -> None:
    form = Referral({**BASE, "known": "yes", "other": ["police"]})
    assert set(form.errors) == {"since", "number"}


def test_exclusive_choice_stands_alone() -> None:
    form = Referral({**BASE, "known": "yes", "other": ["police", "nobody"]})
    assert form["other"].mistake == "Choose “Nobody” alone, or any of the others"


def test_revealed_fields_are_drawn_once_and_under_their_choice() -> None:
    html = Referral().as_govuk()
    assert html.count('name="since-day"') == 1
    assert html.index('value="yes"') < html.index('name="since-day"') < html.index('value="no"')


@pytest.mark.parametrize("data", [None, {}, {"known": "yes", "other": "police"}], ids=str)
def test_every_id_is_there_once_and_every_reference_leads_somewhere(
    data: dict[str, Any] | None,
) -> None:
    form = Referral(data)
    found = Inputs(form.as_govuk())
    assert len(found.ids) == len(set(found.ids))
    assert set(found.described) <= set(found.ids)
    assert set(found.labelled) <= set(found.ids)
    for mistake in form.mistakes():
        assert mistake["href"].removeprefix("#") in found.ids


def test_mistakes_are_listed_in_the_order_of_the_fields_and_those_of_none_last() -> None:
    form = Referral({"known": "yes"})
    form.add_error(None, "The two do not fit")
    assert [one["text"] for one in form.mistakes()] == [
        "Enter name",
        "Enter known since",
        "Choose known to",
        "The two do not fit",
    ]
    assert "href" not in form.mistakes()[-1]


def test_quiet_form_shows_what_was_typed_and_no_mistake() -> None:
    form = Referral({"name": "much too long a name"})
    form.is_quiet = True
    assert not form.mistakes()
    html = form.as_govuk()
    assert "govuk-error" not in html
    assert "much too long a name" in html


@pytest.mark.parametrize(
    "text", ["two\n  lines\n\nthree", "</textarea><script>", "\ttab", "{{ x }}", "a\r\nb", " x "]
)
def test_long_text_comes_back_to_the_letter_wherever_it_is_nested(text: str) -> None:
    class Inner(forms.Form):
        ask = forms.RadiosField("Ask?", [("y", "Yes")], look=forms.Look(reveals={"y": ("deep",)}))
        deep = forms.LongTextField("Deep")
        counted = forms.LongTextField("Counted", look=forms.Look(counts=True))
        sections = (forms.Section("Part", ("ask", "counted")),)

    html = Inner({"ask": "y", "deep": text, "counted": text}).as_govuk()
    assert Inputs(html).texts == [text.replace("\r\n", "\n")] * 2


def test_first_line_break_of_a_text_survives_the_browser() -> None:
    html = Referral({"notes": "\n\nthird line"}).as_govuk()
    # The parser of a browser, unlike the one of these tests, leaves out the first.
    assert ">&#10;&#10;&#10;third line</textarea>" in html


def test_line_breaks_are_counted_as_the_counter_counts_them() -> None:
    class Short(forms.Form):
        text = forms.LongTextField("Text", longest=3)

    form = Short({"text": "a\r\nb"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "a\nb"


@pytest.mark.parametrize(
    ("field", "good", "bad", "sentence"),
    [
        (forms.TextField("Name", longest=3), "abc", "abcd", "Name must be 3 characters or fewer"),
        (forms.EmailField("Email"), "a@example.org", "a", "Email must be an email address"),
        (forms.WholeNumberField("Adults", most=9), "0", "ten", "Adults must be a whole number"),
        (forms.WholeNumberField("Adults", most=9), "9", "10", "between 0 and 9"),
        (forms.WholeNumberField("Adults"), "1", "9" * 5000, "Adults must be a whole number"),
        (forms.RadiosField("Area", [("n", "North")]), "n", "x", "Choose area from the list"),
        (forms.SelectField("Area", [("n", "North")]), "n", "", "Choose area"),
        (forms.CheckboxField("I agree", required=True), "on", "", "Tick “I agree” to go on"),
        (forms.RadiosField("Known?", [("n", "No")]), "n", "", "Answer “Known?”"),
    ],
)
def test_mistake_is_a_sentence_that_names_the_field(
    field: django_forms.Field, good: str, bad: str, sentence: str
) -> None:
    made: type[forms.Form] = type("Made", (forms.Form,), {"it": field})
    assert made({"it": good}).is_valid()
    wrong = made({"it": bad})
    assert not wrong.is_valid()
    assert sentence in wrong.mistakes()[0]["text"]
    assert sentence.replace("“", "“") in wrong.as_govuk()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.docx", b"x", ""),
        ("A.DOCX", b"x", ""),
        ("a.exe", b"x", "The file must be one of: .docx"),
        ("a.docx", b"", "The file is empty: choose another"),
        ("a.docx", b"x" * 11, "The file must be smaller than"),
        ("a" * 200 + ".docx", b"x", "The file's name must be 200 characters or fewer"),
    ],
)
def test_file_is_judged_by_name_and_size(name: str, content: bytes, sentence: str) -> None:
    class Upload(forms.Form):
        paper = forms.FileField("Paper", endings=(".docx",), most_bytes=10)

    sent: MultiValueDict[str, Any] = MultiValueDict({"paper": [SimpleUploadedFile(name, content)]})
    form = Upload({}, sent)
    assert form.is_valid() is not bool(sentence)
    if sentence:
        assert sentence in form["paper"].mistake
    assert 'enctype="multipart/form-data"' in form.whole()
    assert 'accept=".docx"' in form.as_govuk()


def test_optional_field_says_so_and_a_needed_one_does_not() -> None:
    html = Referral().as_govuk()
    assert "Notes (optional)" in html
    assert "Name (optional)" not in html
    assert "Known since (optional)" not in html


def test_text_in_labels_hints_and_choices_is_escaped() -> None:
    class Odd(forms.Form):
        it = forms.RadiosField("<i>1", [("<i>2", "<i>3")], hint="<i>4")
        text = forms.TextField("<i>5", hint="<i>6", look=forms.Look(prefix="<i>7", suffix="<i>8"))
        one = forms.CheckboxField("<i>9", hint="<i>10")
        of = forms.SelectField("<i>11", [("<i>12", "<i>13")])
        sections = (forms.Section("<i>14", ("of",)),)

    html = Odd({"text": "<i>15", "it": "<i>2"}).whole(button="<i>16", cancel="<i>17")
    assert "<i>" not in html
    for number in range(1, 18):
        assert f"&lt;i&gt;{number}" in html


def test_plain_django_fields_are_drawn_too() -> None:
    class Plain(forms.Govuk, django_forms.Form):
        word = django_forms.CharField(
            help_text="A hint",
            widget=django_forms.TextInput(
                attrs={"autocomplete": "username", "placeholder": "Word"}
            ),
        )
        number = django_forms.IntegerField()
        secret = django_forms.CharField(widget=django_forms.PasswordInput)
        hidden = django_forms.CharField(widget=django_forms.HiddenInput, initial='"<')
        choice = django_forms.ChoiceField(choices=[("Group", [("a", "A")])])
        flag = django_forms.BooleanField(required=False)

    html = Plain().as_govuk()
    found = {one["name"]: one for one in Inputs(html).inputs}
    assert set(found) == {"word", "number", "secret", "hidden", "choice", "flag"}
    assert found["word"]["autocomplete"] == "username"
    assert "placeholder" not in html
    # The wheel of a mouse must not change a number.
    assert found["number"]["type"] == "text"
    assert found["hidden"]["value"] == '"<'


def test_widget_without_a_macro_is_refused() -> None:
    class Odd(forms.Form):
        it = django_forms.DateTimeField(widget=django_forms.SplitDateTimeWidget)

    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        Odd().as_govuk()


def test_password_is_never_sent_back() -> None:
    class SignIn(forms.Form):
        password = forms.PasswordField("Password")

    assert "hunter2" not in SignIn({"password": "hunter2"}).as_govuk()


def test_form_in_a_template_has_the_token_against_forgery_and_out_of_one_has_not() -> None:
    template = jinja().from_string("{{ form.whole(button='Send', cancel='/x', warns=true) }}")
    html = template.render(form=Referral(), csrf_input="<input name=token>")
    assert html.count("<input name=token>") == 1
    assert "token" not in Referral().whole()
    assert "govuk-button--warning" in html


def test_page_of_a_form_carries_its_token() -> None:
    request = RequestFactory().get("/")
    html = page(request, "govuk/form.html", title="Tell us", form=Referral()).content.decode()
    assert html.count('name="csrfmiddlewaretoken"') == 1


def test_page_with_mistakes_says_so_in_title_and_status_and_lists_them_once() -> None:
    request = RequestFactory().get("/")
    answer = page(request, "govuk/form.html", title="Tell us", form=Referral({}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Tell us – Safehub</title>" in html
    assert html.count("There is a problem") == 1
    assert html.index("There is a problem") < html.index("<h1")


def test_form_that_a_foreign_view_hands_over_has_its_mistakes_listed_too() -> None:
    html = jinja().get_template("govuk/form.html").render(title="Sign in", form=Referral({}))
    assert "<title>Error: Sign in – Safehub</title>" in html
    assert html.count("There is a problem") == 1


def test_hidden_fields_of_others_come_with_the_form() -> None:
    from markupsafe import Markup

    class Tokened(Referral):
        def hidden_fields_html(self) -> Markup:
            return Markup('<input type="hidden" name="token" value="1">')

        def form_attributes(self) -> dict[str, str]:
            return {"data-drafts": '"/d'}

    html = Tokened().whole()
    assert html.count('name="token"') == 1
    assert '<form method="post" data-drafts="&#34;/d" novalidate>' in html


def test_form_of_many_values_reads_them_all() -> None:
    form = Referral(
        QueryDict(
            "name=A&known=yes&other=police&other=police&number=7&since-day=1"
            "&since-month=1&since-year=2020"
        )
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["number"] == "7"
