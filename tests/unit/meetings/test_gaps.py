"""Gaps keep their theme and letter whatever becomes of them, and are known again next time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer, operator
from factories.publishing import IN_HAND
from factories.world import World, whole_world
from safehub.audit.actions.models import Action
from safehub.audit.meetings.commands import record_meeting
from safehub.audit.meetings.gaps import commands, queries
from safehub.audit.meetings.gaps.letters import letters, next_letter
from safehub.audit.meetings.models import Gap, GapLink, Meeting
from safehub.audit.meetings.queries import agreed_at
from safehub.audit.programmes.models import Audit, Theme
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotPossible
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

CHAIR = (Role.MEETING_CHAIR, "office")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path)
    # What a report had to have before it could be published.
    Action.objects.filter(text=IN_HAND).delete()
    return made


def test_letters_go_on_after_the_last() -> None:
    assert next_letter([]) == "a"
    assert next_letter(["a", "c"]) == "d"
    assert next_letter(["z"]) == "aa"
    assert next_letter(["az"]) == "ba"
    every = list(letters())
    assert len(every) == len(set(every)) == 702
    assert next_letter(every) is None
    assert next_letter(set(every) - {"f"}) == "f"


def test_gaps_stand_under_their_themes_with_their_letters(world: World) -> None:
    chair = Answerer(world.client(*CHAIR))
    here = reverse("audit:gaps", args=[world.audit.reference])
    page = chair.open(here)
    places = [page.index(f"Gap {heading}") for heading in ("1a", "3a", "3b")]
    assert places == sorted(places)
    chair.open(reverse("audit:add_gap", args=[world.audit.reference]))
    chair.send(theme="plans", text="Plans name nobody.", owner="Board")
    assert "Gap 3c is written down." in chair.page
    made = Gap.objects.get(text="Plans name nobody.")
    chair.open(reverse("audit:change_gap", args=[world.audit.reference, made.pk]))
    chair.send(text="Plans name no owner.")
    made.refresh_from_db()
    assert (made.letter, made.text, made.owner) == ("c", "Plans name no owner.", "Board")
    chair.open(reverse("audit:remove_gap", args=[world.audit.reference, made.pk]))
    chair.send()
    assert not Gap.objects.filter(pk=made.pk).exists()
    events = TrailEvent.objects.filter(record_kind="meetings.meeting", event__startswith="gap.")
    assert list(events.order_by("pk").values_list("event", flat=True)) == [
        *("gap.added", "gap.changed", "gap.removed")
    ]


def test_a_gap_with_actions_on_it_is_not_taken_out(world: World) -> None:
    gap = Action.objects.get(owner_agency__code="CSC").gap
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:remove_gap", args=[world.audit.reference, gap.pk]))
    chair.send()
    assert chair.status == 422
    assert "Actions stand on this gap" in chair.page
    assert Gap.objects.filter(pk=gap.pk).exists()


def test_actions_survive_what_the_meeting_is_said_to_have_agreed_anew(world: World) -> None:
    agreed = agreed_at(world.audit)
    assert agreed is not None
    before = {one.reference: key for one, key in zip(agreed.gaps, keys(world), strict=True)}
    on = dict(Action.objects.values_list("pk", "gap_id"))
    worded = replace(
        agreed,
        gaps=tuple(replace(gap, text=f"{gap.text} Now.") for gap in reversed(agreed.gaps)),
        held_on=dt.date(2026, 6, 26),
    )
    record_meeting(audit=world.audit, agreed=worded, by=operator())
    assert agreed_at(world.audit) == worded
    assert dict(Action.objects.values_list("pk", "gap_id")) == on
    after = {one.reference: key for one, key in zip(worded.gaps, keys(world), strict=True)}
    assert after == before
    fewer = replace(worded, gaps=tuple(g for g in worded.gaps if g.reference != "plans.b"))
    with pytest.raises(NotPossible, match="Actions stand on gaps of"):
        record_meeting(audit=world.audit, agreed=fewer, by=operator())
    assert agreed_at(world.audit) == worded
    fewer = replace(worded, gaps=tuple(g for g in worded.gaps if g.reference != "plans.a"))
    record_meeting(audit=world.audit, agreed=fewer, by=operator())
    assert agreed_at(world.audit) == fewer


def keys(world: World) -> list[int]:
    return [gap.pk for gap in world.audit.meeting.gaps.order_by("position")]


def earlier_round(world: World, *, days: int = 365, title: str = "Last year's round") -> Audit:
    """A round of the same partnership that ended so many days before."""
    now = world.audit
    return Audit.objects.create(
        reference=f"earlier-{days}",
        pack_sha256=str(days),
        partnership=now.partnership,
        tool_version=now.tool_version,
        title=title,
        kind="routine",
        period_from=now.period_from - dt.timedelta(days=days),
        period_to=now.period_to - dt.timedelta(days=days),
        sampling_plan={},
        opened_at=now.opened_at,
    )


def gap_in(audit: Audit, code: str, text: str) -> Gap:
    place = audit.themes.count() + 1
    theme = Theme.objects.create(audit=audit, position=place, code=code, name=code)
    meeting, _ = Meeting.objects.get_or_create(audit=audit)
    return Gap.objects.create(meeting=meeting, position=1, theme=theme, letter="a", text=text)


def test_a_gap_was_seen_before_by_theme_or_by_somebodys_word(world: World) -> None:
    earlier = earlier_round(world)
    of_theme = gap_in(earlier, "voice", "Babies were not seen.")
    other = gap_in(earlier_round(world, days=730, title="Before"), "dates", "No dates.")
    gap_in(earlier_round(world, days=-365, title="Next year"), "voice", "To come.")
    chair = Answerer(world.client(*CHAIR))
    viewer = make_viewer(world.member(*CHAIR))
    gaps = queries.gaps_of(world.audit.meeting)
    voice, plans_a, plans_b = gaps
    seen = queries.seen_before(viewer, world.audit, gaps)
    assert seen == {voice.pk: [of_theme], plans_a.pk: [], plans_b.pk: []}
    page = chair.open(reverse("audit:gaps", args=[world.audit.reference]))
    assert "Last year&#39;s round" in page
    assert page.count("Not seen in an earlier round.") == 2
    chair.open(reverse("audit:link_gap", args=[world.audit.reference, plans_b.pk]))
    assert "No dates." in chair.page
    assert "To come." not in chair.page
    chair.send(earlier=[str(other.pk)])
    assert queries.seen_before(viewer, world.audit, gaps)[plans_b.pk] == [other]
    chair.open(reverse("audit:link_gap", args=[world.audit.reference, plans_b.pk]))
    chair.send()
    assert GapLink.objects.count() == 1
    chair.open(reverse("audit:link_gap", args=[world.audit.reference, plans_b.pk]))
    chair.send(earlier=None)
    assert not GapLink.objects.exists()


def test_an_earlier_gap_that_one_may_not_open_is_not_told_of(world: World) -> None:
    earlier = earlier_round(world)
    gap_in(earlier, "voice", "Babies were not seen.")
    # Health took no part in that round.
    viewer = make_viewer(world.member(Role.AGENCY_COORDINATOR, "HEALTH"))
    gaps = queries.gaps_of(world.audit.meeting)
    assert not any(queries.seen_before(viewer, world.audit, gaps).values())
    other = gap_in(earlier, "hidden", "Not for them.")
    chair = make_viewer(world.member(Role.MEETING_CHAIR, "CSC"))
    with pytest.raises(Absent):
        commands.link_gap(gap=gaps[0], earlier=[other], by=chair)


def test_agencies_see_no_gap_before_the_round_is_opened(world: World) -> None:
    world.audit.opened_at = None
    world.audit.save()
    page = world.client(Role.AGENCY_COORDINATOR, "CSC").get(
        reverse("audit:gaps", args=[world.audit.reference])
    )
    words = page.content.decode()
    # Their own action is theirs at any time.
    assert "Date each step." in words
    assert "No dates in plans." not in words
    assert "Babies are not observed." not in words
    assert "Observe." not in words
