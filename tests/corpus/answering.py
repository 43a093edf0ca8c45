"""The forms on which a return is answered, each as an auditor has it open."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.opened import Opened, Registered, RegisteredList
from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_membership, make_person, sign_in
from safehub.audit.returns.allocating.forms import AllocateForm
from safehub.audit.returns.models import RiskAlert, WorkingReturn
from safehub.audit.returns.risks import forms as risk_forms
from safehub.audit.returns.signing.forms import SignOffForm
from safehub.audit.returns.workbooks import forms as workbook_forms
from safehub.audit.returns.workbooks.presenters import seen_of
from safehub.audit.returns.working import forms, queries
from safehub.foundation.access.vocabulary import Role


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


def raise_risk() -> Opened:
    small = SmallRound()
    cases, agencies = [("01", "Case 01")], [("police", "The police")]
    form = risk_forms.RiskForm(cases=cases, agencies=agencies)
    address = reverse("audit:raise_risk", args=["voices"])
    return Opened(small.client, address, form, {"case": "01", "what": "Alone at home."})


def acknowledge_risk() -> Opened:
    client, alert = _alert()
    address = reverse("audit:acknowledge_risk", args=["voices", alert.pk])
    return Opened(client, address, risk_forms.AcknowledgeForm(), {})


def conclude_risk() -> Opened:
    client, alert = _alert(acknowledged_at=timezone.now())
    address = reverse("audit:conclude_risk", args=["voices", alert.pk])
    return Opened(client, address, risk_forms.ConcludeForm(), {"outcome": "Seen and safe."})


def _alert(**more: Any) -> tuple[Client, RiskAlert]:
    """An alert that Asha has raised, and the browser of her agency's lead."""
    small = SmallRound()
    person = make_person("Cara", email="cara@example.org", agency=small.agency)
    lead = make_membership(person, small.agency, Role.SAFEGUARDING_LEAD)
    alert = RiskAlert.objects.create(
        participant=small.participant,
        case=small.case,
        what="Alone at home.",
        raised_by=small.asha.person,
        raised_at=timezone.now(),
        **more,
    )
    return sign_in(browser(), person, lead), alert


def sign_off() -> Opened:
    """What Asha has submitted, and the browser of her agency's sign-off."""
    small = SmallRound()
    person = make_person("Dora", email="dora@example.org", agency=small.agency)
    member = make_membership(person, small.agency, Role.AGENCY_SIGN_OFF)
    sent = small.submitted()
    address = reverse("audit:sign_off", args=["voices", sent.pk])
    data = {"outcome": "sent_back", "reason": "Say who was asked.", "number": "1"}
    return Opened(sign_in(browser(), person, member), address, SignOffForm(number=1), data)


def allocate() -> Opened:
    """The first case, which the agency's coordinator gives to Asha; Bela holds it."""
    small = SmallRound()
    bela = make_person("Bela", email="bela@example.org", agency=small.agency)
    make_membership(bela, small.agency, Role.AGENCY_CONTRIBUTOR)
    person = make_person("Cleo", email="cleo@example.org", agency=small.agency)
    member = make_membership(person, small.agency, Role.AGENCY_COORDINATOR)
    form = AllocateForm(
        auditors=[(str(small.asha.person_id), "Asha")],
        people=[(str(one.pk), one.name) for one in (small.asha.person, bela, person)],
    )
    address = reverse("audit:allocate", args=["voices", "01"])
    data = {"holder": str(bela.pk), "auditors": [str(small.asha.person_id)]}
    return Opened(sign_in(browser(), person, member), address, form, data)


FORMS = [
    Registered("allocate", allocate),
    Registered("sign-off", sign_off),
    Registered("begin-return", begin),
    Registered("answer-every-kind", every_kind),
    Registered("answer-repeated", repeated),
    Registered("check-answers", check),
    Registered("discard-answers", discard),
    Registered("send-workbook", send_workbook),
    Registered("take-workbook", take_workbook),
    Registered("raise-risk", raise_risk),
    Registered("acknowledge-risk", acknowledge_risk),
    Registered("conclude-risk", conclude_risk),
]
LISTS = [
    RegisteredList(
        "own-cases", lambda: (SmallRound().client, reverse("audit:own_cases", args=["voices"]))
    ),
]
