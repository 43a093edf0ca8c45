"""The worker drops what has had its time."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from corpus.kitchen_fixtures import made_person
from safehub.foundation.outbox.jobs import chores
from safehub.foundation.submissions.commands import keep_draft
from safehub.foundation.submissions.holders import Holder
from safehub.foundation.submissions.models import Draft
from safehub.foundation.submissions.tokens import new_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen")]


def test_the_worker_drops_old_drafts_and_leaves_young_ones() -> None:
    holder = Holder(person=made_person("Asha").pk)
    now = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    for age in (0, 29, 31):
        token = new_token(holder=holder, form="a.B", record=None, path="/a/")
        with time_machine.travel(now - dt.timedelta(days=age), tick=False):
            keep_draft(token=token, fields={"story": ["Words."]})
    every, purge = chores()["submissions.purge"]
    assert every <= 24 * 3600
    with time_machine.travel(now, tick=False):
        purge()
    assert {(now - draft.saved_at).days for draft in Draft.objects.all()} == {0, 29}
