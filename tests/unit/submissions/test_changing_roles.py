"""A form that was opened in one role is not done in another."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, sign_in
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.submissions.models import Submission
from safehub.foundation.trail.models import TrailEvent

pytestmark = pytest.mark.django_db
WORDS = "My cousin works there."


def _token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_form_opened_in_one_role_and_sent_in_another_is_shown_again() -> None:
    police = make_agency("police")
    gus = make_person("Gus", agency=police)
    lead = make_membership(gus, police, Role.SAFEGUARDING_LEAD)
    auditor = make_membership(gus, police, Role.AGENCY_AUDITOR)
    client = sign_in(browser(), gus, lead)
    address = reverse("declare_conflict", args=["agencies.agency", police.pk])
    opened = _token(client.get(address).content.decode())
    client.post(reverse("accounts:act_as"), {"membership": auditor.pk})
    again = client.post(address, {"form_token": opened, "reason": WORDS})
    shown = again.content.decode()
    assert again.status_code == 422
    assert "in another role" in shown
    assert WORDS in shown
    assert not Conflict.objects.exists()
    assert not Submission.objects.exists()
    assert client.post(address, {"form_token": _token(shown), "reason": WORDS}).status_code == 302
    event = TrailEvent.objects.get(event="conflict.declared")
    assert (event.role, event.membership) == (Role.AGENCY_AUDITOR, auditor.pk)


def test_form_sent_in_the_role_it_was_opened_in_is_done() -> None:
    police = make_agency("police")
    gus = make_person("Gus", agency=police)
    lead = make_membership(gus, police, Role.SAFEGUARDING_LEAD)
    auditor = make_membership(gus, police, Role.AGENCY_AUDITOR)
    client = sign_in(browser(), gus, lead)
    address = reverse("declare_conflict", args=["agencies.agency", police.pk])
    opened = _token(client.get(address).content.decode())
    for member in (auditor, lead):
        client.post(reverse("accounts:act_as"), {"membership": member.pk})
    assert client.post(address, {"form_token": opened, "reason": WORDS}).status_code == 302
    assert TrailEvent.objects.get(event="conflict.declared").membership == lead.pk
