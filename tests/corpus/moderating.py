"""The forms of moderation, each as the coordinator or a moderator has it open."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.opened import Opened, Registered
from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_membership, make_person, sign_in
from safehub.audit.moderation import forms
from safehub.audit.moderation.models import Choice, SecondLook
from safehub.audit.returns.models import Return, ReturnVersion
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.queries import tool_of
from safehub.instruments.responses import as_questionnaire_response


class GradedRound(SmallRound):
    """The small round with grades: the police returned its case, and graded it good."""

    def __init__(self) -> None:
        super().__init__()
        self.audit.grading_question, self.audit.met_good = "grade", ["good"]
        self.audit.save()
        made = Return.objects.create(participant=self.participant, case=self.case, position=1)
        answers = {"known": "yes", "grade": "good"}
        self.version = ReturnVersion.objects.create(
            audit_return=made,
            number=1,
            status="submitted",
            known="yes",
            response=as_questionnaire_response(
                tool_of(self.audit.tool_version), answers, complete=True
            ),
            not_asked=[],
            tool_version=self.audit.tool_version,
        )

    def at_the_office(self, name: str, role: Role) -> Client:
        """Somebody of that role in the partnership's office, signed in."""
        office = self.agency.partnership.agencies.get(is_office=True)
        person = make_person(name, email=f"{name.lower()}@example.org", agency=office)
        return sign_in(browser(), person, make_membership(person, office, role))

    def look(self) -> SecondLook:
        """A second look at that return, chosen in a share."""
        choice = Choice.objects.create(
            audit=self.audit,
            number=1,
            share=100,
            seed="7",
            of=1,
            graders=1,
            chosen_at=timezone.now(),
        )
        return SecondLook.objects.create(
            choice=choice,
            audit_return=self.version.audit_return,
            position=1,
            because=["share"],
        )


def choose() -> Opened:
    small = GradedRound()
    client = small.at_the_office("Omar", Role.AUDIT_COORDINATOR)
    address = reverse("audit:choose_moderated", args=["voices"])
    data = {"way": "share", "percent": "100", "graders": "1"}
    return Opened(client, address, forms.ChooseForm(), data)


def grade() -> Opened:
    small = GradedRound()
    look = small.look()
    grades = [("good", "Good"), ("poor", "Poor"), ("na", "Not applicable")]
    key = small.version.pk
    form = forms.GradeForm(grades=grades, version=key)
    data: dict[str, Any] = {"version": str(key), "grade": "poor", "reason": "Nobody was seen."}
    address = reverse("audit:grade_again", args=["voices", look.pk])
    return Opened(small.at_the_office("Mo", Role.AUDIT_MODERATOR), address, form, data)


def send_back() -> Opened:
    small = GradedRound()
    address = reverse("audit:send_back", args=["voices", small.look().pk])
    client = small.at_the_office("Mo", Role.AUDIT_MODERATOR)
    return Opened(client, address, forms.SendBackForm(), {"reason": "Who was seen?"})


FORMS = [
    Registered("choose-moderated", choose),
    Registered("grade-again", grade),
    Registered("send-back", send_back),
]
