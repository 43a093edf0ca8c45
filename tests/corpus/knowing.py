"""The forms in which an agency says whether it knows a child, and in which it is asked."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.opened import Opened, Registered
from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_membership, make_person, sign_in
from factories.tools import Office
from safehub.audit.returns.knowing import forms
from safehub.audit.returns.models import Knowing
from safehub.foundation.access.vocabulary import Role


def answer() -> Opened:
    client, question = _question("")
    address = reverse("audit:answer_knowing", args=["voices", question.pk])
    return Opened(client, address, forms.AnswerForm(), {"answer": "known", "why": "Seen."})


def take_back() -> Opened:
    client, question = _question("known")
    address = reverse("audit:take_back_knowing", args=["voices", question.pk])
    return Opened(client, address, forms.TakeBackForm(), {"because": "Another child."})


def ask() -> Opened:
    small = SmallRound()
    office = Office(small.agency.partnership.name)
    address = reverse("audit:ask_known", args=["voices"])
    return Opened(office.client(), address, forms.SendForm(), {})


def remind() -> Opened:
    small = SmallRound()
    Knowing.objects.create(participant=small.participant, case=small.case, asked_at=timezone.now())
    office = Office(small.agency.partnership.name)
    address = reverse("audit:remind_known", args=["voices"])
    return Opened(office.client(), address, forms.SendForm(), {})


def _question(answer: str) -> tuple[Client, Knowing]:
    small = SmallRound()
    person = make_person("Cora", email="cora@example.org", agency=small.agency)
    member = make_membership(person, small.agency, Role.AGENCY_COORDINATOR)
    now = timezone.now()
    question = Knowing.objects.create(
        participant=small.participant,
        case=small.case,
        answer=answer,
        asked_at=now,
        answered_at=now if answer else None,
    )
    return sign_in(browser(), person, member), question


FORMS = [
    Registered("answer-knowing", answer),
    Registered("take-back-knowing", take_back),
    Registered("ask-known", ask),
    Registered("remind-known", remind),
]
