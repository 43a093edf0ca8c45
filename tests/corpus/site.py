"""The forms and lists of the pages that belong to no single part: letters, alerts, glass."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from corpus.opened import Opened, Registered, RegisteredList
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from factories.waiting import LONG_AGO, dead_message, dead_task
from safehub.foundation.access import commands as access
from safehub.foundation.access.models import Alert, Conflict, GlassBreak, Label
from safehub.foundation.access.states import AlertKind, GlassCategory, GlassOutcome
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.records import RecordRef, ref_of
from safehub.register.accounts.models import Membership
from safehub.site import forms

# No such return is there, and whoever may break glass is told no more than that it may be broken.
UNSEEN = RecordRef("returns.return", 999_999)
WHY = "The duty worker asked for what the school said of her."


class Office:
    """The police, with whom each page is for: nobody is signed in yet."""

    def __init__(self) -> None:
        self.agency = make_agency("police")
        self.edie: Membership | None = None
        self.asha = self._one("Asha", Role.AGENCY_AUDITOR)
        # Who gives it is asked elsewhere: here it is there.
        Membership.objects.filter(pk=self.asha.pk).update(has_break_glass=True)
        self.asha.refresh_from_db()

    def _one(self, name: str, role: Role) -> Membership:
        person = make_person(name, email=f"{name.lower()}@example.org", agency=self.agency)
        return make_membership(person, self.agency, role)

    def client(self, role: Role) -> Client:
        """Somebody of that role, signed in with both factors."""
        member = self.member(role)
        return sign_in(browser(), member.person, member)

    def member(self, role: Role) -> Membership:
        """Asha as auditor; Edie in any other role."""
        if role is Role.AGENCY_AUDITOR:
            return self.asha
        if self.edie is None:
            self.edie = self._one("Edie", role)
        return self.edie

    def alert(self) -> Alert:
        by = make_viewer(self.asha)
        return access.raise_alert(what=AlertKind.SUSPECTED_CONFLICT, on=ref_of(self.agency), by=by)

    def look(self) -> GlassBreak:
        return access.break_glass(
            on=UNSEEN, category=GlassCategory.COVER, reason=WHY, by=make_viewer(self.asha)
        )


def lay_aside() -> Opened:
    office = Office()
    return _with_reason(office, "lay_aside", dead_message().pk)


def lay_task_aside() -> Opened:
    office = Office()
    return _with_reason(office, "lay_task_aside", dead_task().pk)


def _with_reason(office: Office, name: str, key: int) -> Opened:
    client = office.client(Role.SYSTEM_ADMINISTRATOR)
    data = {"reason": "The address is of somebody who left."}
    return Opened(client, reverse(name, args=[key]), forms.ReasonForm(), data)


def retry() -> Opened:
    office = Office()
    return _once_more(office, "retry", dead_message().pk)


def retry_task() -> Opened:
    office = Office()
    return _once_more(office, "retry_task", dead_task().pk)


def _once_more(office: Office, name: str, key: int) -> Opened:
    client = office.client(Role.SYSTEM_ADMINISTRATOR)
    return Opened(client, reverse(name, args=[key]), forms.ConfirmForm(), {"meant": "on"})


def close_alert() -> Opened:
    office = Office()
    client = office.client(Role.PRIVACY_OFFICER)
    address = reverse("close_alert", args=[office.alert().pk])
    return Opened(client, address, forms.ReasonForm(), {"reason": "The surname is a common one."})


def _overdue(office: Office) -> Label:
    """A label on the agency whose day to look again has passed."""
    by = make_viewer(office.member(Role.SAFEGUARDING_LEAD))
    return access.label_record(
        on=ref_of(office.agency), reason=WHY, by=by, purpose="the audit", recheck_by=LONG_AGO
    )


def recheck_label() -> Opened:
    office = Office()
    label = _overdue(office)
    data = {
        "outcome": "kept",
        "reason": "The placement is not over.",
        "recheck_by-day": "31",
        "recheck_by-month": "12",
        "recheck_by-year": "2096",
    }
    address = reverse("recheck_label", args=[label.pk])
    return Opened(office.client(Role.SAFEGUARDING_LEAD), address, forms.RecheckLabelForm(), data)


def labels() -> tuple[Client, str]:
    office = Office()
    _overdue(office)
    return office.client(Role.SAFEGUARDING_LEAD), reverse("labels")


def break_glass() -> Opened:
    client = Office().client(Role.AGENCY_AUDITOR)
    data = {"category": GlassCategory.COVER.value, "reason": WHY}
    address = reverse("break_glass", args=[UNSEEN.kind, UNSEEN.key])
    return Opened(client, address, forms.BreakGlassForm(), data)


def review_glass() -> Opened:
    office = Office()
    client = office.client(Role.PRIVACY_OFFICER)
    address = reverse("review_glass", args=[office.look().pk])
    data = {"outcome": GlassOutcome.JUSTIFIED.value, "words": "The child was found."}
    return Opened(client, address, forms.ReviewGlassForm(), data)


def confirm_glass() -> Opened:
    office = Office()
    client = office.client(Role.SAFEGUARDING_LEAD)
    address = reverse("confirm_glass", args=[office.look().pk])
    return Opened(client, address, forms.ConfirmForm(), {"meant": "on"})


def declare_conflict() -> Opened:
    office = Office()
    address = reverse("declare_conflict", args=["agencies.agency", office.agency.pk])
    data = {"reason": "My brother works there."}
    return Opened(office.client(Role.AGENCY_COORDINATOR), address, forms.ReasonForm(), data)


def _suspected(office: Office) -> Conflict:
    by = make_viewer(office.member(Role.SAFEGUARDING_LEAD))
    return access.suspect_conflict(
        on=ref_of(office.agency), person=office.asha.person_id, reason="The same surname.", by=by
    )


def decide_conflict() -> Opened:
    office = Office()
    address = reverse("decide_conflict", args=[_suspected(office).pk])
    data = {"outcome": "cleared", "reason": "The surname is a common one."}
    return Opened(office.client(Role.SAFEGUARDING_LEAD), address, forms.DecideConflictForm(), data)


def reverse_conflict() -> Opened:
    office = Office()
    made = _suspected(office)
    access.decide_conflict(
        conflict=made,
        is_conflict=True,
        words="He is her uncle.",
        by=make_viewer(office.member(Role.SAFEGUARDING_LEAD)),
    )
    address = reverse("reverse_conflict", args=[made.pk])
    data = {"reason": "It was another of that name."}
    return Opened(office.client(Role.SAFEGUARDING_LEAD), address, forms.ReasonForm(), data)


def conflicts() -> tuple[Client, str]:
    office = Office()
    _suspected(office)
    return office.client(Role.SAFEGUARDING_LEAD), reverse("conflicts")


def letters() -> tuple[Client, str]:
    office = Office()
    dead_message()
    dead_task()
    return office.client(Role.SYSTEM_ADMINISTRATOR), reverse("letters")


def alerts() -> tuple[Client, str]:
    office = Office()
    office.alert()
    return office.client(Role.PRIVACY_OFFICER), reverse("alerts")


def glass() -> tuple[Client, str]:
    office = Office()
    office.look()
    return office.client(Role.PRIVACY_OFFICER), reverse("glass")


def trail() -> tuple[Client, str]:
    office = Office()
    address = reverse("trail", args=["agencies.agency", office.agency.pk])
    return office.client(Role.SAFEGUARDING_LEAD), address


FORMS = [
    Registered("lay-aside", lay_aside),
    Registered("lay-task-aside", lay_task_aside),
    Registered("retry", retry),
    Registered("retry-task", retry_task),
    Registered("close-alert", close_alert),
    Registered("recheck-label", recheck_label),
    Registered("break-glass", break_glass),
    Registered("review-glass", review_glass),
    Registered("confirm-glass", confirm_glass),
    Registered("declare-conflict", declare_conflict),
    Registered("decide-conflict", decide_conflict),
    Registered("reverse-conflict", reverse_conflict),
]
LISTS = [
    RegisteredList("letters", letters),
    RegisteredList("alerts", alerts),
    RegisteredList("labels", labels),
    RegisteredList("glass", glass),
    RegisteredList("conflicts", conflicts),
    RegisteredList("trail", trail, is_strict=True),
]
