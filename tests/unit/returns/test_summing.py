"""An agency's summative report: whose figures it begins with, who writes it, who reads it when."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from safehub.audit.programmes.models import Audit, Participant, Theme
from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.models import PrintedNumber, SummativeReport, SummativeStatement
from safehub.audit.returns.queries import summaries_of
from safehub.audit.returns.rows import Printed, ReturnRow
from safehub.audit.returns.summing.commands import sum_up
from safehub.audit.returns.summing.rules import (
    figures_of,
    first_words,
    lines_from,
    statements_from,
)
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed
from safehub.foundation.trail.models import TrailEvent
from safehub.instruments.queries import tool_of
from safehub.register.accounts.models import Membership
from safehub.register.agencies.models import Agency

from .answering import Answerer, Inputs


class Summing(SmallRound):
    """A round with Cora, who answers for the police as a whole, and a theme."""

    def __init__(self) -> None:
        super().__init__(size=4)
        self.cora = self.member("Cora", Role.AGENCY_COORDINATOR)
        Theme.objects.create(audit=self.audit, position=1, code="voice", name="The child's voice")

    def member(self, name: str, role: Role, agency: Agency | None = None) -> Membership:
        agency = agency or self.agency
        person = make_person(name, email=f"{name.lower()}@example.org", agency=agency)
        return make_membership(person, agency, role)

    def browser_of(self, member: Membership) -> Answerer:
        answerer = Answerer(sign_in(browser(), member.person, member))
        answerer.open(self.address)
        return answerer

    @property
    def address(self) -> str:
        return reverse("audit:sum_up", args=["voices"])


@pytest.fixture
def small(db: None, settings: Settings, tmp_path: Path) -> Summing:
    settings.UPLOADS = tmp_path / "uploads"
    return Summing()


def row(case: str, known: str = "yes", status: str = "submitted", **answers: str) -> ReturnRow:
    return ReturnRow("police", "", case, status, {"known": known, **answers})


def test_figures_count_cases_once_and_only_those_asked(small: Summing) -> None:
    rows = [
        # Two practices on one case; one of them does not know the child.
        row("01", good="yes"),
        row("01", known="no"),
        row("02", good="no"),
        row("03", known="no"),
        # Withdrawn from the sample since.
        row("09", good="yes"),
        # Known, and nothing returned.
        row("04", status="not_returned"),
    ]
    tool = tool_of(small.audit.tool_version)
    asked = frozenset({"01", "02", "03", "04", "05"})
    found = figures_of(rows, asked, tool, grading="good", met_good=frozenset({"yes"}))
    assert (found.asked, found.known, found.not_known, found.returns) == (5, 2, 1, 2)
    assert (found.good, found.graded) == (1, 2)
    assert found.printed() == (Printed("cases_known", 2), Printed("met_good", 1, 2))
    assert first_words(found) == (
        "We were asked about 5 cases. We know the child in 2 and do not know the child in 1. "
        "2 cases are not answered yet. Of 2 graded returns, 1 was good or better."
    )
    assert figures_of(rows, asked, tool).printed() == (Printed("cases_known", 2),)
    good = next(one for one in found.answered if dict(one.counts).keys() == {"Yes", "No"})
    assert (dict(good.counts), good.of) == ({"Yes": 1, "No": 1}, 2)


# A line that begins with the code of a theme and a colon is under that theme: so it is written.
_TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1)


@given(st.lists(st.tuples(_TEXT, st.sampled_from(["voice", "harm", None]))))
def test_lines_say_the_same_statements_again(pairs: list[tuple[str, str | None]]) -> None:
    codes = frozenset({"voice", "harm"})
    said = tuple(
        Statement(text, theme, None)
        for text, theme in pairs
        if len(text.splitlines()) == 1 and not (theme is None and text.partition(":")[0] in codes)
    )
    assert statements_from(lines_from(said), codes) == said


def test_page_begins_with_own_figures_and_keeps_them_with_the_words(small: Summing) -> None:
    small.submitted()
    cora = small.browser_of(small.cora)
    assert cora.status == 200, cora.page
    assert "We were asked about 4 cases. We know the child in 1" in cora.page
    cora.send(
        working_well="voice: She is heard.\n\n He is seen: always. ",
        worried_about="Nobody writes it down.",
        actions="",
    )
    assert "summative report is kept" in cora.page
    [kept] = summaries_of(small.audit)
    assert kept.working_well == (
        Statement("She is heard.", "voice", None),
        Statement("He is seen: always.", None, None),
    )
    assert kept.worried_about == (Statement("Nobody writes it down.", None, None),)
    assert (kept.actions, kept.printed) == ((), (Printed("cases_known", 1),))
    assert kept.overview.startswith("We were asked about 4 cases.")
    report = SummativeReport.objects.get()
    assert TrailEvent.objects.filter(event="summative.written", record_key=report.pk).exists()
    # It opens with what was kept, and a second sending replaces it.
    [begun] = Inputs(cora.page).values["working_well"]
    assert begun.split("\n") == ["voice: She is heard.", "He is seen: always."]
    cora.send(working_well="voice: She is heard.")
    assert SummativeReport.objects.get() == report
    assert SummativeStatement.objects.filter(kind="working_well").count() == 1
    assert PrintedNumber.objects.count() == 1


def test_who_wrote_meanwhile_is_not_overwritten_unseen(small: Summing) -> None:
    sam = small.browser_of(small.member("Sam", Role.AGENCY_SIGN_OFF))
    cora = small.browser_of(small.cora)
    sam.send(overview="Sam's words.", worried_about="Sam worries.")
    cora.send(overview="Cora's words.")
    assert cora.status == 409
    assert "Sam&#39;s words." in cora.page or "Sam's words." in cora.page
    [kept] = summaries_of(small.audit)
    assert kept.overview == "Sam's words."
    assert kept.worried_about == (Statement("Sam worries.", None, None),)


def test_only_its_agency_writes_it_and_only_while_the_round_gathers(small: Summing) -> None:
    schools = make_agency("schools", partnership=small.agency.partnership)
    Participant.objects.create(
        audit=small.audit, agency=schools, position=2, code="schools", name="Schools"
    )
    outside = make_agency("fire", partnership=small.agency.partnership)
    refused = [
        small.asha,
        small.member("Noel", Role.MEETING_CHAIR),
        small.member("Mina", Role.AUDIT_MODERATOR),
        small.member("Otto", Role.AGENCY_COORDINATOR, outside),
        small.member("Bea", Role.BOARD_MEMBER),
    ]
    for member in refused:
        assert small.browser_of(member).status in {403, 404}, member.role
        with pytest.raises((Absent, NotAllowed)):
            write(small, member)
    # Another agency that is asked writes its own, and reads nothing of this one.
    write(small, small.cora, "Ours alone.")
    dot = small.member("Dot", Role.AGENCY_COORDINATOR, schools)
    assert "Ours alone." not in small.browser_of(dot).page
    write(small, dot, "The schools'.")
    assert [(one.agency, one.overview) for one in summaries_of(small.audit)] == [
        ("police", "Ours alone."),
        ("schools", "The schools'."),
    ]
    Audit.objects.update(opened_at=timezone.now())
    small.audit.refresh_from_db()
    cora = small.browser_of(small.cora)
    assert "nothing more can be sent" in cora.page
    assert "Keep it" not in cora.page
    with pytest.raises(NotAllowed):
        write(small, small.cora)


def test_owner_that_a_pack_named_stays_while_the_words_do(small: Summing) -> None:
    write(small, small.cora, actions=[Statement("Brief all.", "voice", "The lead")])
    write(small, small.cora, actions=[Statement("Brief all.", None, None)])
    assert SummativeStatement.objects.get().owner == "The lead"
    write(small, small.cora, actions=[Statement("Brief some.", None, None)])
    assert SummativeStatement.objects.get().owner == ""


def test_auditor_reads_why_it_came_back_and_another_agency_does_not(small: Summing) -> None:
    made = small.submitted()
    why = "What did she say?"
    ida = small.member("Ida", Role.AGENCY_SIGN_OFF)
    signing = Answerer(sign_in(browser(), ida.person, ida))
    signing.open(reverse("audit:sign_off", args=["voices", made.pk]))
    signing.send(outcome="sent_back", reason=why)
    asha = Answerer(small.client)
    assert why in asha.open(reverse("audit:begin_return", args=["voices", "01"]))
    asha.send(known="yes")
    working = small.participant.working_returns.get()
    assert why in asha.open(reverse("audit:answers", args=["voices", working.pk]))
    # Once it is answered again the reason is of a version that no longer stands.
    working.delete()
    small.submitted()
    assert why not in asha.open(reverse("audit:begin_return", args=["voices", "01"]))


def write(
    small: Summing,
    member: Membership,
    words: str = "Words.",
    *,
    actions: list[Statement] = [],  # noqa: B006
) -> SummativeReport:
    return sum_up(
        audit=small.audit,
        overview=words,
        working_well=[],
        worried_about=[],
        actions=actions,
        by=make_viewer(member),
    )
