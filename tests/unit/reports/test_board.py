"""The board is shown what was published as numbers, none of them small, and nothing else."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_membership, make_person, make_viewer, operator
from factories.publishing import gaps_in_hand, published, put
from factories.world import CANARY, World, whole_world
from safehub.audit.programmes.models import Audit
from safehub.audit.reports.board.queries import board_rounds
from safehub.audit.reports.models import ReportVersion
from safehub.audit.reports.publishing.commands import clear_word, sign
from safehub.audit.reports.publishing.states import Suppression
from safehub.exchange.audit_pack.reading import read_pack
from safehub.exchange.audit_pack.storing import store
from safehub.foundation.access.commands import label_record
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.states import ConflictState
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.errors import NotAllowed
from safehub.foundation.outbox.models import Message
from safehub.foundation.records import ref_of
from safehub.foundation.trail.models import TrailEvent
from walk.small import small

OFFICE, CHAIR = (Role.AUDIT_COORDINATOR, "office"), (Role.MEETING_CHAIR, "CSC")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def rows(agency: str, known: int, not_known: int, good: int) -> list[dict[str, str]]:
    """Each case answered, from case 01 on: known ones graded, so many of them good."""
    made = []
    for at in range(1, known + not_known + 1):
        row = {"agency": agency, "case": f"{at:02}", "status": "submitted", "known": "no"}
        if at <= known:
            grade = "good" if at <= good else "inadequate"
            row |= {"known": "yes", "consent": "yes", "grade": grade, "immediate_risk": "no"}
        made.append(row)
    return made


def a_round(folder: Path, year: int, good: int, *, police: tuple[int, int, int]) -> Audit:
    """Thirty cases of social care, six of them not known; and the police as given."""
    draft = small(
        cases=30,
        title=f"Voices {year}",
        period={"from": dt.date(year, 4, 1), "to": dt.date(year + 1, 3, 31)},
        meeting_on=dt.date(year + 1, 6, 24),
    )
    for row in draft.frame:
        row["referred_on"] = row["referred_on"].replace("2025", str(year))
    assert draft.meeting is not None
    draft.meeting["held_on"] = dt.date(year + 1, 6, 25)
    draft.returns = [*rows("CSC", 24, 6, good), *rows("POLICE", *police)]
    return store(read_pack(draft.write(folder / str(year))), operator())


def signers(world: World) -> tuple[Viewer, Viewer]:
    return make_viewer(world.member(*OFFICE)), make_viewer(world.member(*CHAIR))


def looked(world: World, role: Role = Role.BOARD_MEMBER, where: str = "CSC") -> str:
    return html.unescape(world.client(role, where).get(reverse("board")).content.decode())


def row_of(page: str, report: ReportVersion, agency: str) -> list[str]:
    """The cells of an agency in the table of a report."""
    table = page.partition(f'id="figures-{report.pk}"')[2].partition("</table>")[0]
    for line in table.split("<tr")[1:]:
        found = re.findall(r"<t[hd].*?</t[hd]>", line, re.S)
        cells = [re.sub(r"<[^>]+>", "", one).strip() for one in found]
        if cells and cells[0] == agency:
            return cells[1:]
    raise AssertionError(f"no row of {agency}")


HIDDEN = "under 5, or near it"


def test_figures_of_each_round_stand_beside_the_round_before(world: World, tmp_path: Path) -> None:
    before = published(a_round(tmp_path, 2023, 6, police=(24, 6, 12)), *signers(world))
    now = published(a_round(tmp_path, 2024, 18, police=(28, 2, 20)), *signers(world))
    page = looked(world)
    assert row_of(page, now, "Social Care") == [
        *("30", "24", "18 of 24 (75.0 %)", "A rise beyond chance. It rests on 24 cases."),
    ]
    # Two are not known, which hides the counts and not the grades; eight of 28 are not good.
    assert row_of(page, now, "Police") == [
        *("30", HIDDEN, "20 of 28 (71.4 %)", "Cannot be told from chance. It rests on 24 cases."),
    ]
    assert row_of(page, before, "Social Care")[:3] == ["30", "24", "6 of 24 (25.0 %)"]
    # It wrote a report and graded nothing.
    assert row_of(page, now, "Health")[2] == "–"
    assert reverse("audit:report", args=[now.audit.reference, now.number]) in page
    assert "The last column sets good or better beside Voices 2023 (1 April 2023" in page
    assert page.index("Voices 2024 (1") < page.index("Voices 2023 (1")


def test_small_figures_are_left_out_whatever_was_published(world: World, tmp_path: Path) -> None:
    made = published(a_round(tmp_path, 2024, 22, police=(27, 3, 20)), *signers(world))
    assert made.publication.suppression == Suppression.NONE.value
    page = looked(world)
    # Two of 24 are not good: neither number stands, nor the share.
    assert row_of(page, made, "Social Care") == ["30", "24", HIDDEN, "–"]
    assert row_of(page, made, "Police")[1] == HIDDEN
    assert "22 of 24" not in page
    # What is hidden in one of two rounds is compared in neither.
    later = published(a_round(tmp_path, 2025, 12, police=(24, 6, 12)), *signers(world))
    assert row_of(looked(world), later, "Social Care")[2:] == [
        *("12 of 24 (50.0 %)", "Not shown in both rounds."),
    ]


def test_what_is_shown_is_what_a_suppressed_report_shows(world: World, tmp_path: Path) -> None:
    """The same numbers by another road: those of the published figures.csv."""
    audit = a_round(tmp_path, 2024, 22, police=(28, 2, 20))
    made = published(audit, *signers(world), suppression=Suppression.UNDER_FIVE)
    lines = csv.DictReader(io.StringIO(made.publication.figures))
    written = {line["figure"] for line in lines if line["n"]}
    (one,) = [one for one in board_rounds(operator()) if one.audit == audit]
    shown = {row[0] for agency in one.agencies for row in agency.rows if row[5] is not None}
    counts = {f"{code}.{name}" for code in ("CSC", "POLICE") for name in ("known", "met_good")}
    assert shown & counts == written & counts == {"CSC.known", "POLICE.met_good"}


def test_only_the_latest_published_report_of_a_round_counts(world: World, tmp_path: Path) -> None:
    audit = a_round(tmp_path, 2024, 18, police=(24, 6, 12))
    editor, chair = signers(world)
    first = published(audit, editor, chair)
    gaps_in_hand(audit, measure="Thirty plans.")
    second = put(audit, editor, corrected="A measure.", why="It was wrong.")
    assert second.pk != first.pk
    page = looked(world)
    assert f'id="figures-{first.pk}"' in page
    assert f'id="figures-{second.pk}"' not in page
    for word in second.found_words.all():
        clear_word(report=second, word=word, reason="It is a word.", by=chair)
    at = second.publication.put_forward_at.isoformat()
    sign(report=second, put_forward_at=at, by=chair)
    page = looked(world)
    assert f'id="figures-{first.pk}"' not in page
    assert f'id="figures-{second.pk}"' in page


def test_no_name_word_or_person_of_a_case_is_on_the_page(world: World) -> None:
    for role, where in [(Role.BOARD_MEMBER, "CSC"), (Role.SCRUTINEER, "office")]:
        page = looked(world, role, where)
        own = world.member(role, where).person.name
        found = {found.group(0) for found in CANARY.finditer(page.replace(own, ""))}
        assert not found
        assert "Date each step" not in page
    assert "Social Care" in page
    assert "waits for a review" in page


def test_it_is_for_the_board_and_those_who_run_its_audits(world: World) -> None:
    may = {
        *(Role.AUDIT_COORDINATOR, Role.MEETING_CHAIR, Role.SCRUTINEER, Role.COMMISSIONER),
        Role.BOARD_MEMBER,
    }
    for role in [*may, Role.AGENCY_COORDINATOR, Role.AUDIT_MODERATOR, Role.INSPECTOR]:
        client = world.client(role, world.related(role))
        home = client.get(reverse("home")).content.decode()
        assert (f'href="{reverse("board")}"' in home) == (role in may)
        assert client.get(reverse("board")).status_code == (200 if role in may else 403)
    with pytest.raises(NotAllowed):
        board_rounds(make_viewer(world.member(Role.AGENCY_AUDITOR)))


def test_another_partnerships_board_sees_nothing_of_it(world: World) -> None:
    page = looked(world, Role.BOARD_MEMBER, "elsewhere")
    assert world.audit.title not in page
    assert "Police" not in page


def test_a_conflict_or_a_label_takes_a_round_off_the_page(world: World) -> None:
    member = world.member(Role.BOARD_MEMBER)
    report = world.audit.reports.get(number=1)
    assert f'id="figures-{report.pk}"' in looked(world)
    label = label_record(
        on=ref_of(report),
        reason="Not yet.",
        field_class=FieldClass.AGGREGATE,
        not_to_person=member.person_id,
        by=signers(world)[0],
    )
    assert f'id="figures-{report.pk}"' not in looked(world)
    label.delete()
    assert f'id="figures-{report.pk}"' in looked(world)
    Conflict.objects.create(
        kind="programmes.audit",
        key=world.audit.pk,
        person=member.person,
        state=ConflictState.DECLARED,
        reason="A cousin.",
        raised_by=member.person,
        raised_at=world.audit.commissioned_at,
    )
    assert f'id="figures-{report.pk}"' not in looked(world)


def test_rounds_cost_no_further_queries(world: World, tmp_path: Path) -> None:
    client = world.client(Role.BOARD_MEMBER)
    counts = []
    for year in (2023, 2024):
        published(a_round(tmp_path, year, 18, police=(24, 6, 12)), *signers(world))
        client.get(reverse("board"))
        with CaptureQueriesContext(connection) as taken:
            assert client.get(reverse("board")).status_code == 200
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_a_look_is_in_the_trail(world: World) -> None:
    looked(world)
    report = world.audit.reports.get(number=1)
    person = world.member(Role.BOARD_MEMBER).person_id
    (event,) = TrailEvent.objects.filter(event="report.see", person=person)
    assert json.loads(event.detail) == {"listed": [report.pk]}


# --- who is told ---------------------------------------------------------------------------------


def test_those_who_took_part_and_the_board_are_told_once_by_reference(
    world: World, tmp_path: Path
) -> None:
    both = world.member(Role.AGENCY_COORDINATOR)
    make_membership(both.person, both.agency, Role.SAFEGUARDING_LEAD)
    expected = {both.person.email}
    for role, where in [
        (Role.SAFEGUARDING_LEAD, "POLICE"),
        (Role.BOARD_MEMBER, "HEALTH"),
        (Role.BOARD_MEMBER, "office"),
    ]:
        expected.add(world.member(role, where).person.email)
    for role, where in [
        (Role.AGENCY_AUDITOR, "CSC"),
        (Role.BOARD_MEMBER, "elsewhere"),
        (Role.AGENCY_COORDINATOR, "elsewhere"),
    ]:
        world.member(role, where)
    conflicted = make_person("Somebody", email="kin@example.org", agency=both.agency)
    make_membership(conflicted, both.agency, Role.SAFEGUARDING_LEAD)
    audit = a_round(tmp_path, 2024, 18, police=(24, 6, 12))
    Conflict.objects.create(
        kind="programmes.audit",
        key=audit.pk,
        person=conflicted,
        state=ConflictState.DECLARED,
        reason="A cousin.",
        raised_by=conflicted,
        raised_at=audit.commissioned_at,
    )
    report = published(audit, *signers(world))
    told = Message.objects.filter(notice="report.published", about_key=report.pk)
    assert sorted(one.to for one in told) == sorted(expected)
    for one in told:
        assert one.reference == audit.reference
        assert one.link == reverse("audit:report", args=[audit.reference, report.number])


def test_nobody_is_told_before_it_is_signed(world: World, tmp_path: Path) -> None:
    world.member(Role.BOARD_MEMBER)
    audit = a_round(tmp_path, 2024, 18, police=(24, 6, 12))
    report = put(audit, signers(world)[0])
    assert not Message.objects.filter(notice="report.published", about_key=report.pk).exists()
