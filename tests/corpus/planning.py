"""The forms on which gaps and actions are written down, each as somebody has it open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.opened import Opened, Registered, RegisteredList
from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_membership, make_person, sign_in
from safehub.audit.actions import forms as action_forms
from safehub.audit.actions.models import Action
from safehub.audit.meetings.gaps import forms as gap_forms
from safehub.audit.meetings.models import Gap, Meeting
from safehub.audit.programmes.models import Theme
from safehub.foundation.access.vocabulary import Role


class Planned:
    """A round that is opened, with a gap, and Edie of the partnership's office."""

    def __init__(self) -> None:
        self.small = SmallRound()
        audit = self.small.audit
        audit.opened_at = timezone.now()
        audit.save()
        self.theme = Theme.objects.create(audit=audit, position=1, code="voice", name="Voice")
        self.meeting = Meeting.objects.create(audit=audit, held_on=dt.date(2026, 6, 1))
        self.gap = Gap.objects.create(
            meeting=self.meeting, position=1, theme=self.theme, letter="a", text="Babies."
        )
        office = audit.partnership.agencies.get(is_office=True)
        person = make_person("Edie", email="edie@example.org", agency=office)
        edie = make_membership(person, office, Role.AUDIT_COORDINATOR)
        self.client: Client = sign_in(browser(), person, edie)
        self.agencies = [(str(self.small.participant.pk), self.small.participant.name)]

    def action(self, status: str = "in_progress") -> Action:
        """An action of the police on the gap."""
        return Action.objects.create(
            gap=self.gap,
            position=1,
            text="Observe.",
            owner_agency=self.small.participant,
            due_on=dt.date(2026, 12, 1),
            measure="An audit.",
            status=status,
        )

    def address(self, name: str, key: int | None = None) -> str:
        """Where a page of the audit is."""
        more = [] if key is None else [key]
        return reverse(f"audit:{name}", args=[self.small.audit.reference, *more])

    @property
    def agreed(self) -> dict[str, Any]:
        """An action as it is typed."""
        return {
            "text": "Observe.",
            "owner_agency": self.agencies[0][0],
            "person": "Asha",
            "due_on-day": "1",
            "due_on-month": "12",
            "due_on-year": "2026",
            "measure": "An audit.",
        }


def add_gap() -> Opened:
    made = Planned()
    form = gap_forms.AddGapForm(themes=[("voice", "1 Voice")])
    data = {"theme": "voice", "text": "Notices.", "owner": "Board"}
    return Opened(made.client, made.address("add_gap"), form, data)


def change_gap() -> Opened:
    made = Planned()
    data = {"text": "Babies.", "owner": "Board"}
    return Opened(
        made.client, made.address("change_gap", made.gap.pk), gap_forms.ChangeGapForm(), data
    )


def remove_gap() -> Opened:
    made = Planned()
    return Opened(
        made.client, made.address("remove_gap", made.gap.pk), gap_forms.RemoveGapForm(), {}
    )


def link_gap() -> Opened:
    made = Planned()
    form = gap_forms.LinkGapForm(earlier=[])
    return Opened(made.client, made.address("link_gap", made.gap.pk), form, {})


def add_action() -> Opened:
    made = Planned()
    form = action_forms.AddActionForm(agencies=made.agencies)
    return Opened(made.client, made.address("add_action", made.gap.pk), form, made.agreed)


def change_action() -> Opened:
    made = Planned()
    form = action_forms.ChangeActionForm(agencies=made.agencies)
    return Opened(made.client, made.address("change_action", made.action().pk), form, made.agreed)


def update_action() -> Opened:
    made = Planned()
    data = {"progress": "behind", "text": "Two are done.", "evidence": ""}
    form = action_forms.UpdateActionForm()
    return Opened(made.client, made.address("update_action", made.action().pk), form, data)


def check_action() -> Opened:
    made = Planned()
    data = {"works": "yes", "text": "Ten plans were read."}
    form = action_forms.CheckActionForm()
    return Opened(made.client, made.address("check_action", made.action("done").pk), form, data)


def gaps() -> tuple[Client, str]:
    made = Planned()
    made.action()
    return made.client, made.address("gaps")


FORMS = [
    Registered("add-gap", add_gap),
    Registered("change-gap", change_gap),
    Registered("remove-gap", remove_gap),
    Registered("link-gap", link_gap),
    Registered("add-action", add_action),
    Registered("change-action", change_action),
    Registered("update-action", update_action),
    Registered("check-action", check_action),
]
LISTS = [
    RegisteredList("gaps", gaps),
    RegisteredList("own-actions", lambda: (Planned().client, reverse("own_actions"))),
]
