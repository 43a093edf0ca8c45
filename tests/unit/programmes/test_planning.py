"""The year's plan: put on it, changed, taken off, commissioned; and what was found before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.commissions import Commissioning
from factories.world import World, whole_world
from safehub.audit.planning.queries import found_before
from safehub.audit.programmes.models import CommissionDraft, PlannedAudit
from safehub.audit.programmes.planning import commands
from safehub.audit.programmes.planning.queries import coming_steps
from safehub.audit.programmes.planning.years import plan_year
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer


@pytest.fixture
def made(db: None) -> Commissioning:
    return Commissioning()


def planned(made: Commissioning, theme: str = "voice") -> PlannedAudit:
    return commands.plan_audit(
        title="Voices 2027", theme=theme, origin="review", origin_words="Review of Child B",
        begins_on=dt.date(2027, 1, 11), by=made.edie,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2027, 3, 31), "2026 to 2027"),
        (dt.date(2027, 4, 1), "2027 to 2028"),
        (dt.date(2026, 12, 1), "2026 to 2027"),
    ],
)
def test_a_year_goes_from_april_to_march(day: dt.date, year: str) -> None:
    assert plan_year(day) == year


def test_from_the_plan_to_a_commission_on_pages(made: Commissioning) -> None:
    edie = Answerer(made.office.client())
    edie.open(reverse("programme:plan"))
    day = {"begins_on-day": "11", "begins_on-month": "1", "begins_on-year": "2027"}
    edie.send(title="Voices 2027", theme="voice", origin="review", origin_words="Child B", **day)
    one = PlannedAudit.objects.get()
    assert "A review: Child B" in edie.page
    edie.open(reverse("programme:change", args=[one.pk]))
    edie.send(title="Voices again")
    page = edie.open(reverse("programme:programme"))
    assert "April to March, 2026 to 2027" in page
    assert "Voices again" in page
    edie.open(reverse("programme:begin", args=[one.pk]))
    edie.send()
    draft = CommissionDraft.objects.get()
    assert (draft.title, draft.starts_on) == ("Voices again", dt.date(2027, 1, 11))
    assert edie.address == reverse("commissions:commission", args=[draft.pk])
    assert "Being commissioned" in edie.open(reverse("programme:programme"))
    for act in (
        lambda: commands.commission_planned(planned=one, by=made.edie),
        lambda: commands.change_planned(planned=one, changes={"title": "No"}, by=made.edie),
        lambda: commands.drop_planned(planned=one, by=made.edie),
    ):
        with pytest.raises(NotPossible, match="commissioned already"):
            act()
    assert CommissionDraft.objects.count() == 1


def test_what_is_taken_off_is_gone_from_the_plan_and_stays_off(made: Commissioning) -> None:
    one = planned(made)
    edie = Answerer(made.office.client())
    edie.open(reverse("programme:drop", args=[one.pk]))
    edie.send()
    assert "Voices 2027" not in edie.page
    with pytest.raises(NotPossible, match="taken off the plan"):
        commands.commission_planned(planned=one, by=made.edie)
    events = TrailEvent.objects.filter(record_kind="programmes.plannedaudit", outcome="allowed")
    assert {"plan.added", "plan.dropped"} <= set(events.values_list("event", flat=True))


def test_who_reads_the_plan_and_who_writes_it(made: Commissioning) -> None:
    one = planned(made)
    page = reverse("programme:planned", args=[one.pk])
    for role, where, status in (
        (Role.COMMISSIONER, made.police, 200),
        (Role.BOARD_MEMBER, made.police, 200),
        (Role.MEETING_CHAIR, made.office.agency, 200),
        (Role.AGENCY_AUDITOR, made.police, 404),
        (Role.SYSTEM_ADMINISTRATOR, made.office.agency, 404),
    ):
        member = made._member(f"One{role}", role, where)
        client = made.client(member)
        assert client.get(page).status_code == status, role
        change = client.get(reverse("programme:change", args=[one.pk])).status_code
        assert change == (403 if status == 200 else 404), role
        with pytest.raises(NotAllowed):
            commands.plan_audit(
                title="Mine", theme="t", origin="other", origin_words="",
                begins_on=dt.date(2027, 1, 11), by=made.viewer(member),
            )  # fmt: skip


def test_the_days_that_come_are_those_of_audits_that_one_may_open(made: Commissioning) -> None:
    audit = made.signed().audit
    assert audit is not None
    steps = coming_steps(made.edie, dt.date(2026, 12, 1))
    wanted = audit.steps.filter(on__gte=dt.date(2026, 12, 1)).order_by("on")
    assert [one.pk for one in steps] == [one.pk for one in wanted]
    assert len(steps) < audit.steps.count()
    stranger = made.viewer(made._member("Sid", Role.BOARD_MEMBER, made.office.agency))
    assert [one.audit_id for one in coming_steps(stranger, dt.date(2026, 1, 1))] == [audit.pk] * 7
    from factories.people import make_viewer
    from factories.tools import Office

    assert coming_steps(make_viewer(Office("Elsewhere").edie), dt.date(2026, 1, 1)) == []


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def test_what_was_found_on_the_theme_before_is_told_to_who_reads_the_meeting(
    world: World,
) -> None:
    from factories.people import make_viewer

    edie = make_viewer(world.member(Role.AUDIT_COORDINATOR, "office"))
    by_code = commands.plan_audit(
        title="Plans again", theme="PLANS", origin="audit", origin_words="",
        begins_on=dt.date(2027, 1, 11), by=edie,
    )  # fmt: skip
    (found,) = found_before(edie, by_code)
    assert found.audit == world.audit
    assert [(one.letter, one.text) for one in found.gaps] == [
        ("a", "No plan."), ("b", "No dates in plans."),
    ]  # fmt: skip
    assert found.report == world.audit.reports.get(number=1)
    page = world.client(Role.AUDIT_COORDINATOR, "office").get(
        reverse("programme:planned", args=[by_code.pk])
    )
    assert "No dates in plans." in page.content.decode()
    # A commissioner reads the plan and the published report, and no meeting.
    commissioner = world.client(Role.COMMISSIONER, "office")
    text = commissioner.get(reverse("programme:planned", args=[by_code.pk])).content.decode()
    assert reverse("audit:report", args=[world.audit.reference, 1]) in text
    assert reverse("audit:report", args=[world.audit.reference, 2]) not in text
    assert "No dates in plans." not in text
    other = commands.plan_audit(
        title="New", theme="Something new", origin="other", origin_words="",
        begins_on=dt.date(2027, 1, 11), by=edie,
    )  # fmt: skip
    assert found_before(edie, other) == []


def test_a_planned_audit_that_two_begin_at_once_is_begun_once(made: Commissioning) -> None:
    one = planned(made)
    seen_by_both = [PlannedAudit.objects.get(pk=one.pk) for _ in range(2)]
    commands.commission_planned(planned=seen_by_both[0], by=made.edie)
    with pytest.raises(NotPossible, match="commissioned already"):
        commands.commission_planned(planned=seen_by_both[1], by=made.edie)
    assert CommissionDraft.objects.count() == 1
