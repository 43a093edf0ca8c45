"""What a return rests on beside the record: said or not asked, seen as its opinions are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from safehub.audit.returns.models import Return, ReturnSource, SignedOff, SourceKind
from safehub.audit.returns.signing.commands import sign_off_return
from safehub.audit.returns.signing.queries import returns_to_sign
from safehub.audit.returns.sources.commands import Heard, add_source
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.trail.models import TrailEvent

from .answering import Answerer

DAY = dt.date(2026, 6, 1)
WORDS = "She asked me twice what I wanted."


@pytest.fixture
def small(db: None, settings: Settings, tmp_path: Path) -> SmallRound:
    settings.UPLOADS = tmp_path / "uploads"
    return SmallRound()


def opened(small: SmallRound, made: Return) -> Answerer:
    asha = Answerer(small.client)
    asha.open(reverse("audit:add_source", args=[small.audit.reference, made.pk]))
    assert asha.status == 200, asha.page
    return asha


def test_what_a_practitioner_said_stands_on_the_page_of_the_return(small: SmallRound) -> None:
    made = small.submitted()
    asha = opened(small, made)
    asha.send(
        kind="practitioner", was_asked="yes", words=WORDS, by_whom="The auditor",
        **{"asked_on-day": "1", "asked_on-month": "6", "asked_on-year": "2026"},
    )  # fmt: skip
    assert "The source is recorded." in asha.page
    assert "Conversation with the practitioner" in asha.page
    assert WORDS in asha.page
    source = ReturnSource.objects.get()
    assert (source.is_safe, source.asked_on) == (None, DAY)
    assert TrailEvent.objects.filter(event="return.source_added", record_key=made.pk).exists()


def test_a_family_that_it_was_not_safe_to_ask_has_a_reason_and_no_words(small: SmallRound) -> None:
    made = small.submitted()
    asha = opened(small, made)
    asha.send(kind="family", was_asked="yes", words=WORDS)
    assert asha.status == 422
    assert "Say whether it was safe to ask" in asha.page
    asha.send(kind="family", is_safe="no", was_asked="yes", words=WORDS)
    assert "Choose No where it was not safe to ask" in asha.page
    asha.send(kind="family", is_safe="no", was_asked="no", words="", not_asked_because="")
    assert "Say why nobody was asked" in asha.page
    asha.send(not_asked_because="A parent is under investigation.")
    assert "Not asked because" in asha.page
    assert "A parent is under investigation." in asha.page
    source = ReturnSource.objects.get()
    assert (source.was_asked, source.words, source.is_safe) == (False, "", False)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        (Heard(SourceKind.CHILD, words=WORDS, asked_on=DAY), "safe to ask"),
        (Heard(SourceKind.CHILD, is_safe=False, words=WORDS, asked_on=DAY), "not safe"),
        (Heard(SourceKind.CHILD, is_safe=True, words=WORDS), "when you spoke"),
        (Heard(SourceKind.PRACTITIONER), "one of the two"),
        (
            Heard(SourceKind.PRACTITIONER, words=WORDS, not_asked_because="Away.", asked_on=DAY),
            "one of the two",
        ),
    ],
)
def test_the_command_refuses_what_the_form_would(
    small: SmallRound, heard: Heard, said: str
) -> None:
    made = small.submitted()
    with pytest.raises(NotPossible, match=said):
        add_source(audit_return=made, heard=heard, by=make_viewer(small.asha))
    assert not ReturnSource.objects.exists()


def test_nobody_signs_off_a_return_on_which_they_recorded_a_source(small: SmallRound) -> None:
    made = small.submitted()
    ida, dora = (
        make_membership(make_person(name, agency=small.agency), small.agency, Role.AGENCY_SIGN_OFF)
        for name in ("Ida", "Dora")
    )
    heard = Heard(SourceKind.PRACTITIONER, words=WORDS, asked_on=DAY)
    assert [one.pk for one in returns_to_sign(make_viewer(ida))] == [made.pk]
    add_source(audit_return=made, heard=heard, by=make_viewer(ida))
    assert returns_to_sign(make_viewer(ida)) == []
    with pytest.raises(NotAllowed, match="own work"):
        sign_off_return(
            audit_return=made, number=1, outcome=SignedOff.ACCEPTED, by=make_viewer(ida)
        )
    # Also of a version that came in since: what was said stands beside every one.
    again = small.submitted(good="no")
    with pytest.raises(NotAllowed):
        sign_off_return(
            audit_return=again, number=2, outcome=SignedOff.ACCEPTED, by=make_viewer(ida)
        )
    sign_off_return(audit_return=again, number=2, outcome=SignedOff.ACCEPTED, by=make_viewer(dora))


def test_only_its_agency_records_one_and_only_while_the_round_gathers(small: SmallRound) -> None:
    made = small.submitted()
    heard = Heard(SourceKind.CHILD, is_safe=True, words=WORDS, asked_on=DAY)
    other = make_agency("schools", partnership=small.agency.partnership)
    for role, agency in (
        (Role.AGENCY_AUDITOR, other),
        (Role.AUDIT_MODERATOR, other),
        (Role.MEETING_CHAIR, small.agency),
    ):
        member = make_membership(make_person(f"{role}", agency=agency), agency, role)
        client = sign_in(browser(), member.person, member)
        address = reverse("audit:add_source", args=[small.audit.reference, made.pk])
        assert client.get(address).status_code in {403, 404}
        with pytest.raises((Absent, NotAllowed)):
            add_source(audit_return=made, heard=heard, by=make_viewer(member))
    add_source(audit_return=made, heard=heard, by=make_viewer(small.asha))
    small.audit.opened_at = timezone.now()
    small.audit.save()
    with pytest.raises(NotAllowed):
        add_source(audit_return=made, heard=heard, by=make_viewer(small.asha))
    assert ReturnSource.objects.count() == 1
