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
from safehub.audit.meetings.evidence import forms as evidence_forms
from safehub.audit.meetings.gaps import forms as gap_forms
from safehub.audit.meetings.holding import forms as meeting_forms
from safehub.audit.meetings.learning import forms as learning_forms
from safehub.audit.meetings.models import Gap, LearningNote, Meeting, MeetingStatement
from safehub.audit.programmes.models import Theme
from safehub.audit.returns.models import Return, ReturnVersion
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


def send_learning() -> Opened:
    made = Planned()
    form = learning_forms.LearningForm(agencies=[("police", "The police")])
    data = {"agency": "police", "moment": "meeting", "text": "Ask what the child says."}
    return Opened(made.client, made.address("send_learning"), form, data)


def pass_on_learning() -> Opened:
    made = Planned()
    small = made.small
    note = LearningNote.objects.create(
        meeting=made.meeting,
        participant=small.participant,
        moment="meeting",
        text="Ask what the child says.",
        sent_at=timezone.now(),
    )
    person = make_person("Cara", email="cara@example.org", agency=small.agency)
    lead = make_membership(person, small.agency, Role.SAFEGUARDING_LEAD)
    client = sign_in(browser(), person, lead)
    address = made.address("pass_on_learning", note.pk)
    return Opened(client, address, learning_forms.PassedOnForm(), {})


def gaps() -> tuple[Client, str]:
    made = Planned()
    made.action()
    return made.client, made.address("gaps")


def plan_meeting() -> Opened:
    made = Planned()
    data = {
        "planned_on-day": "1",
        "planned_on-month": "12",
        "planned_on-year": "2026",
        "starts_at": "10am",
        "place": "Town hall",
        "link": "https://meet.example.org/1",
        "quorum": ["police"],
    }
    form = meeting_forms.PlanForm(agencies=[("police", "The police")])
    return Opened(made.client, made.address("plan_meeting"), form, data)


def invite() -> Opened:
    made = Planned()
    made.meeting.planned_on = dt.date(2026, 12, 1)
    made.meeting.save()
    return Opened(made.client, made.address("invite"), meeting_forms.InviteForm(), {})


def attendance() -> Opened:
    made = Planned()
    form = meeting_forms.AttendanceForm(agencies=[("police", "The police")])
    data = {"state-1": "present", "role-1": "Inspector"}
    return Opened(made.client, made.address("attendance"), form, data)


def open_meeting() -> Opened:
    made = Planned()
    made.small.audit.opened_at = None
    made.small.audit.save()
    return Opened(made.client, made.address("open_meeting"), meeting_forms.OpenForm(), {})


def minutes() -> Opened:
    made = Planned()
    data = {"minutes": "All came."}
    return Opened(made.client, made.address("minutes"), meeting_forms.MinutesForm(), data)


_SAID = {"text": "Plans are late.", "theme": "voice", "owner": "Board", "seen_before": "on"}


def add_statement() -> Opened:
    made = Planned()
    form = meeting_forms.AddStatementForm(themes=[("voice", "1 Voice")])
    data = {"kind": "finding", **_SAID}
    return Opened(made.client, made.address("add_statement"), form, data)


def _statement(made: Planned) -> int:
    found = MeetingStatement.objects.create(
        meeting=made.meeting, kind="finding", position=1, text="Plans are late."
    )
    return found.pk


def change_statement() -> Opened:
    made = Planned()
    form = meeting_forms.ChangeStatementForm(themes=[("voice", "1 Voice")])
    address = made.address("change_statement", _statement(made))
    return Opened(made.client, address, form, dict(_SAID))


def keep_figure() -> Opened:
    made = Planned()
    finding = str(_statement(made))
    draw = made.small.case.draw
    draw.plan = made.small.audit.sampling_plan
    draw.save()
    address = reverse("audit:keep_figure", args=["voices", "police.asked"])
    form = evidence_forms.KeepFigureForm(findings=[(finding, "Plans are late.")])
    return Opened(made.client, address, form, {"finding": finding})


def keep_passage() -> Opened:
    made = Planned()
    finding = str(_statement(made))
    small = made.small
    returned = Return.objects.create(participant=small.participant, case=small.case, position=1)
    ReturnVersion.objects.create(
        audit_return=returned,
        number=1,
        status="submitted",
        known="yes",
        response={"item": [{"linkId": "words", "answer": [{"valueString": "Seen at home."}]}]},
        not_asked=[],
        tool_version=small.audit.tool_version,
    )
    form = evidence_forms.KeepPassageForm(
        findings=[(finding, "Plans are late.")], passages=[("words", "In a few words")]
    )
    address = made.address("keep_passage", returned.pk)
    return Opened(made.client, address, form, {"finding": finding, "passage": "words"})


def remove_statement() -> Opened:
    made = Planned()
    address = made.address("remove_statement", _statement(made))
    return Opened(made.client, address, meeting_forms.RemoveStatementForm(), {})


FORMS = [
    Registered("plan-meeting", plan_meeting),
    Registered("invite-to-meeting", invite),
    Registered("attendance-of-meeting", attendance),
    Registered("open-meeting", open_meeting),
    Registered("minutes-of-meeting", minutes),
    Registered("add-statement-of-meeting", add_statement),
    Registered("change-statement-of-meeting", change_statement),
    Registered("remove-statement-of-meeting", remove_statement),
    Registered("send-learning-of-meeting", send_learning),
    Registered("pass-on-learning-of-meeting", pass_on_learning),
    Registered("keep-figure-of-meeting", keep_figure),
    Registered("keep-passage-of-meeting", keep_passage),
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
