"""A finding keeps what it rests on as it stood: figures with their definition, and passages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.browsers import browser
from factories.people import make_membership, make_person, make_viewer, operator, sign_in
from factories.world import World, whole_world
from safehub.audit.meetings.commands import record_meeting
from safehub.audit.meetings.evidence.commands import Frozen, keep_evidence
from safehub.audit.meetings.evidence.queries import source_of
from safehub.audit.meetings.holding.commands import remove_statement
from safehub.audit.meetings.models import FindingEvidence, MeetingStatement
from safehub.audit.meetings.queries import agreed_at
from safehub.audit.returns.models import Return, ReturnVersion
from safehub.foundation.access.commands import declare_conflict
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import ref_of
from unit.returns.answering import Answerer

CHAIR = (Role.MEETING_CHAIR, "office")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def finding() -> MeetingStatement:
    return MeetingStatement.objects.get(text="Plans are late.")


def test_a_figure_is_kept_with_its_definition_whatever_comes_in_later(world: World) -> None:
    chair = Answerer(world.client(*CHAIR))
    ref = world.audit.reference
    figure = reverse("audit:figure", args=[ref, "CSC.returned"])
    keep = reverse("audit:keep_figure", args=[ref, "CSC.returned"])
    assert keep in chair.open(figure)
    for _ in range(2):
        chair.open(keep)
        chair.send(finding=str(finding().pk))
        assert "The figure is kept with the finding." in chair.page
    kept = FindingEvidence.objects.get()
    assert (kept.kind, kept.source, kept.agency) == ("figure", "CSC.returned", "CSC")
    before = kept.text
    ReturnVersion.objects.filter(audit_return__participant__code="CSC").update(
        status="not_returned"
    )
    page = chair.open(reverse("audit:meeting", args=[ref]))
    assert f"{kept.definition}: {before}" in page
    chair.open(keep)
    chair.send(finding=str(finding().pk))
    # What it has come to since stands beside it, and not in its place.
    assert sorted(FindingEvidence.objects.values_list("text", flat=True)) == sorted([before, "0"])


def test_a_passage_is_kept_in_the_words_that_it_had(world: World) -> None:
    found = Return.objects.filter(participant__code="CSC", versions__known="yes").first()
    assert found is not None
    version = found.versions.get(is_latest=True)
    said = {"item": [{"linkId": "comment", "answer": [{"valueString": "Seen <b>twice</b>."}]}]}
    ReturnVersion.objects.filter(pk=version.pk).update(response=said, status="submitted")
    chair = Answerer(world.client(*CHAIR))
    keep = reverse("audit:keep_passage", args=[world.audit.reference, found.pk])
    case = reverse("audit:meeting_case", args=[world.audit.reference, found.case.number])
    assert keep in chair.open(case)
    chair.open(keep)
    chair.send(passage="comment", finding=str(finding().pk))
    assert "The passage is kept with the finding." in chair.page
    ReturnVersion.objects.filter(pk=version.pk).update(response={"item": []})
    page = chair.open(reverse("audit:meeting", args=[world.audit.reference]))
    assert "Seen &lt;b&gt;twice&lt;/b&gt;." in page
    for role in (Role.AGENCY_COORDINATOR, Role.AGENCY_AUDITOR):
        client = world.client(role, "CSC")
        assert client.get(keep).status_code == 403


def test_a_finding_with_evidence_does_not_go(world: World) -> None:
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:keep_figure", args=[world.audit.reference, "CSC.returned"]))
    chair.send(finding=str(finding().pk))
    with pytest.raises(NotPossible, match="Evidence is kept with this"):
        remove_statement(statement=finding(), by=operator())
    agreed = agreed_at(world.audit)
    assert agreed is not None
    record_meeting(audit=world.audit, agreed=agreed, by=operator())
    assert agreed_at(world.audit) == agreed
    assert FindingEvidence.objects.get().statement == finding()
    fewer = replace(
        agreed, findings=tuple(one for one in agreed.findings if one.text != "Plans are late.")
    )
    with pytest.raises(NotPossible, match="Evidence is kept with findings of"):
        record_meeting(audit=world.audit, agreed=fewer, by=operator())
    assert agreed_at(world.audit) == agreed


def test_a_passage_shows_to_whoever_may_read_its_return(world: World) -> None:
    version = ReturnVersion.objects.filter(
        audit_return__participant__code="POLICE", is_latest=True, known="yes", status="submitted"
    ).first()
    assert version is not None
    found = version.audit_return
    keep_evidence(
        statement=finding(),
        frozen=Frozen(
            kind=FindingEvidence.Kind.PASSAGE,
            source=source_of(found.case.number or ""),
            agency=found.participant.name,
            definition="In words?",
            text="Seen twice.",
        ),
        by=make_viewer(world.member(*CHAIR)),
    )
    reads = world.member(Role.AGENCY_COORDINATOR, "CSC")
    conflicted = world.member(Role.AGENCY_COORDINATOR, "HEALTH")
    declare_conflict(on=ref_of(found.case), reason="My sister's son.", by=make_viewer(conflicted))
    csc = world.agencies["CSC"]
    unallocated = make_membership(
        make_person("Noa", agency=csc, email="noa@example.org"), csc, Role.AGENCY_AUDITOR
    )
    theme = world.audit.themes.get(code="plans")
    MeetingStatement.objects.filter(pk=finding().pk).update(theme=theme)
    ref = world.audit.reference
    places = [
        reverse("audit:meeting", args=[ref]),
        reverse("audit:meeting_theme", args=[ref, theme.code]),
    ]
    here = reverse("audit:return", args=[ref, found.pk])
    for member, may_read in ((reads, True), (conflicted, False), (unallocated, False)):
        client = sign_in(browser(), member.person, member)
        assert (client.get(here).status_code == 200) is may_read
        for place in places:
            page = client.get(place).content.decode()
            assert f"Rests on: Case {found.case.number}, Police" in page
            assert ("Seen twice." in page) is may_read
            assert ("In words?" in page) is may_read


def test_a_kept_figure_shows_once_the_round_is_opened_or_figures_do(world: World) -> None:
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:keep_figure", args=[world.audit.reference, "CSC.returned"]))
    chair.send(finding=str(finding().pk))
    kept = FindingEvidence.objects.get()
    words, meeting = (
        f"{kept.definition}: {kept.text}",
        reverse("audit:meeting", args=[world.audit.reference]),
    )
    scrutineer = Answerer(world.client(Role.SCRUTINEER, "office"))
    agency = Answerer(world.client(Role.MEETING_CHAIR, "CSC"))
    for one in (chair, scrutineer, agency):
        assert words in one.open(meeting)
    world.audit.opened_at = None
    world.audit.save()
    # A chair of the office sees figures at any time, and nobody else before the opening.
    assert words in chair.open(meeting)
    for one in (scrutineer, agency):
        assert words not in one.open(meeting)
        assert "A figure of CSC (as on" in one.page
