"""The forms of matters of practice or conduct, and of the sources of a return."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.opened import Opened, Registered
from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_membership, make_person, make_viewer, sign_in
from safehub.audit.returns.conduct import forms
from safehub.audit.returns.models import ConductMatter, SourceKind
from safehub.audit.returns.sources.commands import Heard
from safehub.audit.returns.sources.commands import add_source as add
from safehub.audit.returns.sources.forms import CorrectForm, SourceForm
from safehub.foundation.access.vocabulary import Role


def raise_matter() -> Opened:
    small = SmallRound()
    _lead(small)
    cases, agencies = [("01", "Case 01")], [("police", "The police")]
    form = forms.MatterForm(cases=cases, agencies=agencies)
    address = reverse("audit:raise_matter", args=["voices"])
    said = {"case": "01", "agency": "police", "kind": "practice", "what": "No visit was made."}
    return Opened(small.client, address, form, said)


def acknowledge_matter() -> Opened:
    client, matter = _matter()
    address = reverse("audit:acknowledge_matter", args=["voices", matter.pk])
    return Opened(client, address, forms.AcknowledgeForm(), {})


def conclude_matter() -> Opened:
    client, matter = _matter(acknowledged_at=timezone.now())
    address = reverse("audit:conclude_matter", args=["voices", matter.pk])
    return Opened(client, address, forms.ConcludeForm(), {"outcome": "Spoken to."})


def add_source() -> Opened:
    small = SmallRound()
    address = reverse("audit:add_source", args=["voices", small.submitted().pk])
    said = {"kind": "practitioner", "was_asked": "no", "not_asked_because": "They have left."}
    return Opened(small.client, address, SourceForm(), said)


def correct_source() -> Opened:
    small = SmallRound()
    made = small.submitted()
    heard = Heard(SourceKind.PRACTITIONER, not_asked_because="They are away.")
    source = add(audit_return=made, heard=heard, by=make_viewer(small.asha))
    address = reverse("audit:correct_source", args=["voices", made.pk, source.pk])
    said = {"does": "correct", "kind": "practitioner", "was_asked": "no"}
    return Opened(small.client, address, CorrectForm(), {**said, "not_asked_because": "Gone."})


def _lead(small: SmallRound) -> Client:
    person = make_person("Cara", email="cara@example.org", agency=small.agency)
    lead = make_membership(person, small.agency, Role.SAFEGUARDING_LEAD)
    return sign_in(browser(), person, lead)


def _matter(**more: Any) -> tuple[Client, ConductMatter]:
    small = SmallRound()
    matter = ConductMatter.objects.create(
        participant=small.participant,
        case=small.case,
        kind="practice",
        what="No visit was made.",
        raised_by=small.asha.person,
        raised_at=timezone.now(),
        **more,
    )
    return _lead(small), matter


FORMS = [
    Registered("raise-matter", raise_matter),
    Registered("acknowledge-matter", acknowledge_matter),
    Registered("conclude-matter", conclude_matter),
    Registered("add-source", add_source),
    Registered("correct-source", correct_source),
]
