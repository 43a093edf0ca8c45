"""The form in which an agency sums up its part."""

from __future__ import annotations

from django.urls import reverse

from corpus.opened import Opened, Registered
from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_membership, make_person, sign_in
from safehub.audit.returns.summing import forms
from safehub.foundation.access.vocabulary import Role


def sum_up() -> Opened:
    small = SmallRound()
    person = make_person("Cora", email="cora@example.org", agency=small.agency)
    member = make_membership(person, small.agency, Role.AGENCY_COORDINATOR)
    values = {
        "overview": "We know one child.",
        "working_well": "The child is seen.",
        "worried_about": "Nobody writes it down.",
        "actions": "Brief everybody.",
    }
    client = sign_in(browser(), person, member)
    return Opened(client, reverse("audit:sum_up", args=["voices"]), forms.SumUpForm(), values)


FORMS = [Registered("sum-up", sum_up)]
