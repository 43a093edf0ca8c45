"""What a return rests on beside the record: said or not asked, seen as its opinions are."""

from __future__ import annotations

import datetime as dt
import json
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
from safehub.audit.returns.sources.commands import (
    Heard,
    add_source,
    correct_source,
    take_out_source,
)
from safehub.audit.returns.sources.queries import sources_taken
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, EditConflict, NotAllowed, NotPossible
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Membership
from safehub.register.agencies.models import Agency

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


def recorded(small: SmallRound, made: Return, words: str = WORDS) -> ReturnSource:
    heard = Heard(SourceKind.PRACTITIONER, words=words, asked_on=DAY)
    return add_source(audit_return=made, heard=heard, by=make_viewer(small.asha))


def a_member(small: SmallRound, name: str, role: Role, agency: Agency | None = None) -> Membership:
    of = agency or small.agency
    return make_membership(make_person(name, agency=of), of, role)


def test_who_recorded_a_source_corrects_it_and_what_stood_before_is_kept(small: SmallRound) -> None:
    made = small.submitted()
    source = recorded(small, made, "Somebody called Tom said so.")
    page = reverse("audit:return", args=["voices", made.pk])
    asha = Answerer(small.client)
    address = reverse("audit:correct_source", args=["voices", made.pk, source.pk])
    assert address in asha.open(page)
    asha.open(address)
    asha.send(words=WORDS)
    assert "The source is corrected." in asha.page
    source.refresh_from_db()
    assert source.words == "Somebody called Tom said so."
    again = ReturnSource.objects.get(corrects=source)
    assert (again.words, again.asked_on, again.added_by_id) == (WORDS, DAY, small.asha.person_id)
    # It is read by its own agency, apart from what stands; by nobody else, and in no pack.
    assert asha.page.index(WORDS) < asha.page.index("Somebody called Tom")
    assert "What was corrected or taken out" in asha.page
    assert [one.words for one in sources_taken(small.audit)] == [WORDS]
    schools = make_agency("schools", partnership=small.agency.partnership)
    schools.is_office = True
    schools.save()
    mina = a_member(small, "Mina", Role.AUDIT_MODERATOR, schools)
    other = sign_in(browser(), mina.person, mina).get(page).content.decode()
    assert (WORDS in other, "Somebody called Tom" in other) == (True, False)
    event = TrailEvent.objects.get(event="return.source_corrected")
    assert json.loads(event.detail) == {"source": again.pk, "corrects": source.pk}
    # What was corrected is not corrected twice.
    with pytest.raises(NotPossible, match="meanwhile"):
        correct_source(
            source=source,
            heard=Heard(SourceKind.PRACTITIONER, words="Else.", asked_on=DAY),
            by=make_viewer(small.asha),
        )
    assert "meanwhile" in asha.open(address)
    assert "Keep it</button>" not in asha.page


def test_who_recorded_a_source_takes_it_out_with_a_reason(small: SmallRound) -> None:
    made = small.submitted()
    source = recorded(small, made)
    asha = Answerer(small.client)
    asha.open(reverse("audit:correct_source", args=["voices", made.pk, source.pk]))
    # Nothing else is asked of what is taken out.
    asha.send(does="take_out", words="")
    assert asha.status == 422
    assert "Say why it is taken out" in asha.page
    assert "Say what they said" not in asha.page
    asha.send(taken_out_because="Of another child.")
    assert "The source is taken out." in asha.page
    assert sources_taken(small.audit) == []
    source.refresh_from_db()
    assert (source.words, source.taken_out_because) == (WORDS, "Of another child.")
    assert TrailEvent.objects.filter(event="return.source_taken_out", record_key=made.pk).exists()
    with pytest.raises(NotPossible, match="meanwhile"):
        take_out_source(source=source, because="Twice.", by=make_viewer(small.asha))


def test_nobody_else_changes_a_source_and_nobody_once_it_is_accepted(small: SmallRound) -> None:
    made = small.submitted()
    source = recorded(small, made)
    address = reverse("audit:correct_source", args=["voices", made.pk, source.pk])
    cora, dora = (
        a_member(small, name, role)
        for name, role in (("Cora", Role.AGENCY_COORDINATOR), ("Dora", Role.AGENCY_SIGN_OFF))
    )
    heard = Heard(SourceKind.PRACTITIONER, words="Mine now.", asked_on=DAY)

    def refused(by: Membership, error: type[Exception], said: str) -> None:
        with pytest.raises(error, match=said):
            correct_source(source=source, heard=heard, by=make_viewer(by))
        with pytest.raises(error, match=said):
            take_out_source(source=source, because="Mine.", by=make_viewer(by))

    refused(cora, NotPossible, "Only whoever recorded this")
    page = Answerer(sign_in(browser(), cora.person, cora)).open(address)
    assert "Only whoever recorded this" in page
    assert "Keep it</button>" not in page
    of = make_viewer(dora)
    sign_off_return(audit_return=made, number=1, outcome=SignedOff.SENT_BACK, reason="?", by=of)
    asha = Answerer(small.client)
    asha.open(address)
    assert "Keep it</button>" in asha.page
    small.submitted()
    sign_off_return(audit_return=made, number=2, outcome=SignedOff.ACCEPTED, by=of)
    refused(small.asha, NotPossible, "accepted this return")
    # A page that was open until then keeps what was typed.
    asha.send(words="Typed too late.")
    assert asha.status == 409
    assert "Typed too late." in asha.page
    small.audit.opened_at = timezone.now()
    small.audit.save()
    refused(small.asha, NotAllowed, "as things stand")
    assert ReturnSource.objects.get() == source
    # Of another return it is not there.
    wrong = reverse("audit:correct_source", args=["voices", made.pk, source.pk + 1])
    assert small.client.get(wrong).status_code == 404


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


def test_what_is_signed_off_is_what_the_return_rests_on(small: SmallRound) -> None:
    """The page of sign-off shows it, and nothing is added once the return is accepted."""
    made, by = small.submitted(), make_viewer(small.asha)
    add_source(
        audit_return=made,
        heard=Heard(SourceKind.PRACTITIONER, asked_on=DAY, words=WORDS),
        by=by,
    )
    person = make_person("Dora", email="dora@example.org", agency=small.agency)
    member = make_membership(person, small.agency, Role.AGENCY_SIGN_OFF)
    dora = Answerer(sign_in(browser(), person, member))
    page = dora.open(reverse("audit:sign_off", args=[small.audit.reference, made.pk]))
    assert "Conversation with the practitioner" in page
    assert WORDS in page
    asha = opened(small, made)
    dora.send(outcome="accepted")
    assert dora.status == 200
    page = asha.send(kind="family", is_safe="no", was_asked="no", not_asked_because="Court.")
    assert (asha.status, "Court." in page) == (409, True)
    assert "Your agency has accepted this return" in page
    assert "answer the case again first" in page
    assert ReturnSource.objects.count() == 1
    with pytest.raises(EditConflict, match="accepted"):
        add_source(
            audit_return=made,
            heard=Heard(SourceKind.PRACTITIONER, not_asked_because="On leave."),
            by=by,
        )
