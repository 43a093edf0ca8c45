"""A matter of practice or conduct: to the employer alone, apart from the audit, ended once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.returns.conduct import commands
from safehub.audit.returns.models import ConductMatter, MatterKind
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import may
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent

from .answering import Answerer

AUDITOR = (Role.AGENCY_AUDITOR, "CSC")
EMPLOYER = (Role.SAFEGUARDING_LEAD, "HOMES")
OFFICE_LEAD = (Role.SAFEGUARDING_LEAD, "office")
WORDS = "The worker wrote that a visit took place, and none did."
SAID = "Spoken to under our own procedure."


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path, opened=False)
    for one in (AUDITOR, EMPLOYER, OFFICE_LEAD):
        made.member(*one)
    return made


def raised(world: World, *, about_lead: bool = False, agency: str = "HOMES") -> ConductMatter:
    asha = Answerer(world.client(*AUDITOR))
    asha.open(reverse("audit:raise_matter", args=[world.audit.reference]) + "?case=02")
    assert asha.status == 200, asha.page
    assert "designated officer" in asha.page
    sent = {"agency": agency, "kind": "conduct", "what": WORDS}
    asha.send(**sent, **({"is_about_lead": "on"} if about_lead else {}))
    assert "It is sent to the employer." in asha.page
    return ConductMatter.objects.latest("pk")


def told() -> list[str]:
    return sorted(Message.objects.filter(notice="conduct.raised").values_list("to", flat=True))


def test_the_employers_lead_is_told_by_reference_alone(world: World) -> None:
    matter = raised(world)
    assert told() == [world.member(*EMPLOYER).person.email]
    message = Message.objects.get(notice="conduct.raised")
    assert message.reference == f"matter {matter.pk}"
    assert WORDS not in f"{message.reference}{message.link}"
    page = world.client(*EMPLOYER).get(message.link).content.decode()
    assert WORDS in page
    assert world.member(*AUDITOR).person.name in page


def test_who_raised_it_sees_that_it_was_sent_and_no_more(world: World) -> None:
    matter = raised(world)
    lead = make_viewer(world.member(*EMPLOYER))
    commands.acknowledge_matter(matter=matter, by=lead)
    commands.conclude_matter(matter=matter, outcome=SAID, by=lead)
    address = reverse("audit:matter", args=[world.audit.reference, matter.pk])
    page = world.client(*AUDITOR).get(address).content.decode()
    assert "Sent to the employer" in page
    for hidden in (WORDS, SAID, "Outcome recorded", world.member(*EMPLOYER).person.name):
        assert hidden not in page
    asha = make_viewer(world.member(*AUDITOR))
    with pytest.raises(NotAllowed):
        commands.acknowledge_matter(matter=matter, by=asha)


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.SAFEGUARDING_LEAD, "CSC"),
        (Role.SAFEGUARDING_LEAD, "office"),
        (Role.SAFEGUARDING_LEAD, "elsewhere"),
        (Role.AGENCY_COORDINATOR, "HOMES"),
        (Role.AGENCY_SIGN_OFF, "HOMES"),
        (Role.AGENCY_AUDITOR, "HOMES"),
        (Role.AUDIT_COORDINATOR, "office"),
        (Role.AUDIT_MODERATOR, "office"),
        (Role.MEETING_CHAIR, "office"),
        (Role.SCRUTINEER, "office"),
        (Role.BOARD_MEMBER, "office"),
        (Role.PRIVACY_OFFICER, "office"),
        (Role.SYSTEM_ADMINISTRATOR, "office"),
    ],
    ids=str,
)
def test_nobody_else_learns_of_it(world: World, role: Role, where: str) -> None:
    matter = raised(world)
    client, viewer = world.client(role, where), make_viewer(world.member(role, where))
    for name in ("matter", "acknowledge_matter", "conclude_matter"):
        address = reverse(f"audit:{name}", args=[world.audit.reference, matter.pk])
        assert client.get(address).status_code == 404, name
    listed = client.get(reverse("audit:matters", args=[world.audit.reference]))
    assert f"Matter {matter.pk}" not in listed.content.decode()
    with pytest.raises((Absent, NotAllowed)):
        commands.acknowledge_matter(matter=matter, by=viewer)
    with pytest.raises((Absent, NotAllowed)):
        commands.conclude_matter(matter=matter, outcome="Done.", by=viewer)


@pytest.mark.parametrize("about_lead", [True, False], ids=["about the lead", "no lead"])
def test_the_office_answers_where_the_employer_cannot(world: World, about_lead: bool) -> None:
    matter = raised(world, about_lead=about_lead, agency="HOMES" if about_lead else "CSC")
    assert matter.is_for_office
    assert told() == [world.member(*OFFICE_LEAD).person.email]
    assert may(make_viewer(world.member(*OFFICE_LEAD)), "conduct.conclude", matter)
    assert not may(make_viewer(world.member(*EMPLOYER)), "conduct.see", matter)


def test_it_is_refused_where_nobody_would_be_told(world: World) -> None:
    for one in (EMPLOYER, OFFICE_LEAD):
        member = world.member(*one)
        member.valid_to = timezone.now()
        member.save()
    case = cases_drawn(world.audit).filter(number="02").get()
    with pytest.raises(NotPossible, match="tell the employer yourself"):
        commands.raise_matter(
            case=case,
            participant=world.audit.participants.get(code="HOMES"),
            kind=MatterKind.PRACTICE,
            what=WORDS,
            by=make_viewer(world.member(*AUDITOR)),
        )
    assert not ConductMatter.objects.exists()


def test_it_is_acknowledged_and_ended_once(world: World) -> None:
    matter = raised(world)
    cara = Answerer(world.client(*EMPLOYER))
    address = reverse("audit:matter", args=[world.audit.reference, matter.pk])
    cara.open(reverse("audit:conclude_matter", args=[world.audit.reference, matter.pk]))
    cara.send(outcome=SAID)
    assert "acknowledged this yet" in cara.page
    cara.open(reverse("audit:acknowledge_matter", args=[world.audit.reference, matter.pk]))
    cara.send()
    cara.open(reverse("audit:conclude_matter", args=[world.audit.reference, matter.pk]))
    cara.send(outcome=SAID)
    assert SAID in cara.open(address)
    lead = make_viewer(world.member(*EMPLOYER))
    with pytest.raises(NotPossible, match="already"):
        commands.conclude_matter(matter=matter, outcome="Other.", by=lead)
    commands.acknowledge_matter(matter=matter, by=lead)
    events = TrailEvent.objects.filter(event__startswith="conduct.", outcome="allowed")
    for event in ("conduct.raised", "conduct.acknowledged", "conduct.concluded"):
        assert events.filter(event=event, record_key=matter.pk).exists()
    assert events.filter(event="conduct.acknowledged").count() == 1


def test_the_link_stands_beside_that_of_immediate_risk(world: World) -> None:
    asha = Answerer(world.client(*AUDITOR))
    ref = world.audit.reference
    link = reverse("audit:raise_matter", args=[ref]) + "?case=01"
    assert link in asha.open(reverse("audit:begin_return", args=[ref, "01"]))
