"""The forms on which a return is answered, each as an auditor has it open."""

from __future__ import annotations

from django.urls import reverse

from corpus.opened import Opened, Registered, RegisteredList
from factories.answering import SmallRound
from safehub.audit.returns.models import WorkingReturn
from safehub.audit.returns.workbooks import forms as workbook_forms
from safehub.audit.returns.workbooks.presenters import seen_of
from safehub.audit.returns.working import forms, queries


def begin() -> Opened:
    small = SmallRound()
    known = queries.tool_for(small.audit.tool_version, "police").by_name["known"]
    address = reverse("audit:begin_return", args=["voices", "01"])
    return Opened(small.client, address, forms.BeginForm(known=known), {"known": "yes"})


def every_kind() -> Opened:
    small = SmallRound()
    return _part(small, small.working(), 2, {"words": "Seen at home.", "visits": "3"})


def repeated() -> Opened:
    small = SmallRound()
    return _part(small, small.working(), 3, {"age[1]": "7"})


def _part(
    small: SmallRound, working: WorkingReturn, number: int, answers: dict[str, str]
) -> Opened:
    parts = queries.parts_for(working.tool_version, "police")
    shown = forms.PartPage(parts[number - 1], queries.judged(working))
    form = shown.form_class(working)()
    # They look as if they were required, and are not before the return is submitted.
    for field in form.fields.values():
        field.required = False
    data = {shown.asked[column].name: text for column, text in answers.items()}
    address = reverse("audit:answer_part", args=["voices", working.pk, number])
    return Opened(small.client, address, form, data)


def check() -> Opened:
    small = SmallRound()
    working = small.working(answers={"known": "yes", "good": "yes"})
    form = forms.SubmitForm(edition=working.edition)
    address = reverse("audit:check_answers", args=["voices", working.pk])
    return Opened(small.client, address, form, {"edition": str(working.edition)})


def discard() -> Opened:
    small = SmallRound()
    address = reverse("audit:discard_answers", args=["voices", small.working().pk])
    return Opened(small.client, address, forms.DiscardForm(), {})


def send_workbook() -> Opened:
    address = reverse("audit:workbook", args=["voices"])
    return Opened(SmallRound().client, address, workbook_forms.SendForm(), {})


def take_workbook() -> Opened:
    small = SmallRound()
    filled = small.sent_workbook()
    address = reverse("audit:sent_workbook", args=["voices"])
    form = workbook_forms.TakeForm(seen=seen_of(filled))
    return Opened(small.client, address, form, {"seen": seen_of(filled)})


FORMS = [
    Registered("begin-return", begin),
    Registered("answer-every-kind", every_kind),
    Registered("answer-repeated", repeated),
    Registered("check-answers", check),
    Registered("discard-answers", discard),
    Registered("send-workbook", send_workbook),
    Registered("take-workbook", take_workbook),
]
LISTS = [
    RegisteredList(
        "own-cases", lambda: (SmallRound().client, reverse("audit:own_cases", args=["voices"]))
    ),
]
