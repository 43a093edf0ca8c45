"""A calendar's address is a secret of one membership; behind it are days and titles alone."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from factories.browsers import browser
from factories.people import make_viewer, operator
from factories.world import CANARY, World, whole_world
from safehub.audit.planning import calendars
from safehub.audit.programmes.feeds import commands
from safehub.audit.programmes.feeds.ics import Day, calendar_of
from safehub.audit.programmes.feeds.tokens import fits, shown_token, token_of
from safehub.audit.programmes.models import AuditStep, CalendarFeed
from safehub.audit.programmes.steps import WORDS, Step
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Membership
from unit.returns.answering import Answerer

ROLE = Role.AGENCY_COORDINATOR


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path)
    AuditStep.objects.filter(audit=made.audit).delete()
    today = timezone.localdate()
    AuditStep.objects.bulk_create(
        AuditStep(audit=made.audit, code=step.value, position=at, on=today + dt.timedelta(days=at))
        for at, step in enumerate(Step, start=1)
    )
    return made


def address_of(member: Membership) -> str:
    feed = commands.make_address(by=make_viewer(member))
    return reverse("programme:ics", args=[feed.pk, shown_token(feed)])


def read(data: bytes) -> list[dict[str, str]]:
    """Each event's properties, unfolded and unescaped as RFC 5545 says: a reader of our own."""
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    lines = data.replace(b"\r\n ", b"").decode().split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events:
            events[-1].setdefault(name, re.sub(r"\\(.)", r"\1", value))
    return events


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)


@given(title=TEXT, on=st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_what_is_written_is_read_again(title: str, on: dt.date) -> None:
    made_at = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    data = calendar_of([Day("a@b", on, title, "https://x/")], name="A, b", made_at=made_at)
    (event,) = read(data)
    assert event["SUMMARY"] == " ".join(title.split())
    assert event["DTSTART;VALUE=DATE"] == f"{on:%Y%m%d}"
    assert event["DTEND;VALUE=DATE"] == f"{on + dt.timedelta(days=1):%Y%m%d}"
    assert event["DTSTAMP"] == "20261124T120000Z"


def test_from_a_button_to_a_calendar_without_signing_in(world: World) -> None:
    member = world.member(ROLE)
    own = Answerer(world.client(ROLE))
    assert reverse("programme:calendar") in own.open(reverse("programme:programme"))
    assert "has no address" in own.open(reverse("programme:calendar"))
    own.open(reverse("programme:calendar_new"))
    own.send()
    found = re.search(r'<code id="address">https://testserver(.*?)</code>', own.page)
    assert found is not None
    said = browser().get(found.group(1))
    assert said.status_code == 200
    assert said.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in said.headers["Cache-Control"]
    events = read(said.content)
    assert [one["SUMMARY"] for one in events] == [
        f"{WORDS[step]}: {world.audit.title}" for step in Step
    ]
    page = f"https://testserver{reverse('audit:round', args=[world.audit.reference])}"
    assert {one["URL"] for one in events} == {page}
    assert len({one["UID"] for one in events}) == len(events)
    assert set(events[0]) == {
        *("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "URL"),
        *("TRANSP", "END"),
    }
    assert not CANARY.search(said.content.decode())
    (event,) = TrailEvent.objects.filter(event="calendar.fetched")
    assert (event.membership, event.via) == (member.pk, "calendar")
    feed = CalendarFeed.objects.get(membership=member)
    token = found.group(1).rpartition("/")[2].removesuffix(".ics")
    kept = {str(getattr(feed, one.attname)) for one in CalendarFeed._meta.fields}
    assert not any(token in one for one in kept)
    assert token not in "".join(TrailEvent.objects.values_list("detail", flat=True))


def test_made_anew_or_switched_off_the_old_address_leads_nowhere(world: World) -> None:
    member = world.member(ROLE)
    first = address_of(member)
    second = address_of(member)
    assert first != second
    assert CalendarFeed.objects.filter(membership=member).count() == 1
    assert browser().get(first).status_code == 404
    assert browser().get(second).status_code == 200
    own = Answerer(world.client(ROLE))
    own.open(reverse("programme:calendar_off"))
    own.send()
    assert browser().get(second).status_code == 404
    with pytest.raises(NotPossible, match="nothing to switch off"):
        commands.switch_off(by=make_viewer(member))
    said = TrailEvent.objects.filter(record_kind="accounts.membership", record_key=member.pk)
    assert {"calendar.made", "calendar.switched_off"} <= set(said.values_list("event", flat=True))


def _ended(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).update(valid_to=timezone.now())


def _shut(member: Membership) -> None:
    member.person.is_active = False
    member.person.save()


def _untrained(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).update(trained_until=dt.date(2020, 1, 1))


@pytest.mark.parametrize("end", [_ended, _shut, _untrained])
def test_it_ends_with_the_membership_and_answers_as_what_was_never_there(
    world: World, end: Any
) -> None:
    member = world.member(ROLE)
    address = address_of(member)
    assert browser().get(address).status_code == 200
    end(member)
    gone = browser().get(address)
    never = browser().get(reverse("programme:ics", args=[999_999, "x"]))
    assert gone.status_code == never.status_code == 404
    assert _plain(gone) == _plain(never)
    # That somebody came with a secret that was right once is in the trail.
    assert TrailEvent.objects.filter(
        membership=member.pk, event="calendar.keep", outcome="refused"
    ).exists()


def _plain(said: Any) -> bytes:
    return re.sub(rb'value="[\w-]{20,}"|data-csrf="[\w-]+"', b"", said.content)


def test_it_holds_what_its_owner_may_open_at_that_moment(world: World) -> None:
    stranger = address_of(world.member(ROLE, "elsewhere"))
    assert read(browser().get(stranger).content) == []
    address = address_of(world.member(ROLE))
    assert len(read(browser().get(address).content)) == len(Step)
    world.audit.participants.filter(code="CSC").update(agency=world.elsewhere)
    assert read(browser().get(address).content) == []


def test_an_address_is_its_own_alone(world: World) -> None:
    one, other = (
        commands.make_address(by=make_viewer(world.member(role)))
        for role in (ROLE, Role.BOARD_MEMBER)
    )
    assert (
        browser().get(reverse("programme:ics", args=[other.pk, shown_token(one)])).status_code
        == 404
    )
    assert fits(one, shown_token(one))
    assert not fits(None, "")
    # With another key of the installation the address still works, and is shown no more.
    token = shown_token(one)
    one.salt = "another"
    assert shown_token(one) == ""
    assert fits(one, token)
    assert token_of(1, "a") != token_of(2, "a")


def test_who_guesses_is_stopped_and_stops_nobody_else(world: World) -> None:
    address = address_of(world.member(ROLE))
    wrong = address.replace(".ics", "x.ics")
    guesser = browser(REMOTE_ADDR="203.0.113.9")
    for _ in range(calendars.MOST_TRIES):
        assert guesser.get(wrong).status_code == 404
    assert guesser.get(wrong).status_code == 429
    assert browser().get(address).status_code == 200


def test_a_calendar_is_fetched_so_many_times_an_hour(world: World) -> None:
    address = address_of(world.member(ROLE))
    for _ in range(calendars.MOST_FETCHES):
        assert browser().get(address).status_code == 200
    assert browser().get(address).status_code == 429
    assert browser().get(address_of(world.member(Role.BOARD_MEMBER))).status_code == 200


def test_who_keeps_no_calendar(world: World) -> None:
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.REFERRER):
        with pytest.raises(NotAllowed):
            commands.make_address(by=make_viewer(world.member(role, "office")))
    with pytest.raises(NotAllowed):
        commands.make_address(by=operator())
