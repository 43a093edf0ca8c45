"""Several who answer: practices of one agency, two people on one page; and what stands beside."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.allocating import allocate_all
from factories.answering import CHOICES, SETTINGS, SmallRound, sheets
from factories.browsers import browser
from factories.people import make_membership, make_person, sign_in
from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import Allocation, Return, ReturnVersion, RiskAlert, WorkingReturn
from safehub.audit.returns.working.parts import field_name
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.outbox.models import Message
from safehub.instruments.models import ToolVersion
from safehub.instruments.queries import tool_of
from safehub.instruments.responses import as_questionnaire_response

from .answering import Answerer


def somebody(small: SmallRound, name: str, role: Role, *, unit: str = "") -> Client:
    person = make_person(name, email=f"{name.lower()}@example.org", agency=small.agency)
    member = make_membership(person, small.agency, role, unit=unit)
    if role is Role.AGENCY_AUDITOR:
        allocate_all(small.audit, small.asha, member)
    return sign_in(browser(), person, member)


def part_of(small: SmallRound, working: WorkingReturn, number: int) -> str:
    return reverse("audit:answer_part", args=["voices", working.pk, number])


def test_practices_answer_each_for_themselves(db: None) -> None:
    small = SmallRound(respondent_unit="GP practice")
    greta = Answerer(somebody(small, "Greta", Role.GP_PRACTICE, unit="Elm Surgery"))
    henry = Answerer(somebody(small, "Henry", Role.GP_PRACTICE, unit="Oak Surgery"))
    for one in (greta, henry):
        one.open(reverse("audit:begin_return", args=["voices", "01"]))
        assert "Which GP practice answers?" not in one.page
        one.send(known="yes")
    elm = WorkingReturn.objects.get(respondent="Elm Surgery")
    oak = WorkingReturn.objects.get(respondent="Oak Surgery")
    assert greta.client.get(part_of(small, elm, 2)).status_code == 200
    assert greta.client.get(part_of(small, oak, 2)).status_code == 404
    assert "Oak Surgery" not in greta.open(reverse("audit:own_cases", args=["voices"]))
    # Who answers for the whole agency names the practice, and sees who has begun.
    asha = Answerer(small.client)
    asha.open(reverse("audit:begin_return", args=["voices", "01"]))
    assert "Which GP practice answers?" in asha.page
    assert "Elm Surgery" in asha.page
    assert "Oak Surgery" in asha.page
    asha.send(known="no", respondent=" Ash   Surgery ")
    assert Return.objects.get().respondent == "Ash Surgery"


def test_a_practice_gets_a_workbook_of_its_own_rows(db: None) -> None:
    small = SmallRound(respondent_unit="GP practice")
    greta = somebody(small, "Greta", Role.GP_PRACTICE, unit="Elm Surgery")
    address = reverse("audit:blank_workbook", args=["voices", "police"])
    assert greta.get(address).status_code == 200


def test_immediate_risk_is_told_to_lead_and_coordinator_at_submission(db: None) -> None:
    small = SmallRound()
    somebody(small, "Cara", Role.SAFEGUARDING_LEAD)
    working = small.working(answers={"known": "yes", "good": "yes", "immediate_risk": "yes"})
    asha = Answerer(small.client)
    asha.open(reverse("audit:check_answers", args=["voices", working.pk]))
    assert "A child may be at immediate risk." in asha.page
    risk = Message.objects.filter(notice="risk.raised")
    assert not risk.exists()
    asha.send()
    assert "ring 999" in asha.page
    (message,) = risk
    assert message.to == "cara@example.org"
    # The notice names no child and no case.
    assert message.reference == f"alert {RiskAlert.objects.get().pk}"


def test_how_the_agency_answered_in_its_last_round_stands_beside(db: None) -> None:
    small = SmallRound()
    _last_round(small, ["yes", "no", "yes"])
    working = small.working()
    asha = Answerer(small.client)
    asha.open(part_of(small, working, 2))
    assert "Last round: 2 of 3 yes." in asha.page


def test_another_agencys_last_round_does_not(db: None) -> None:
    small = SmallRound()
    _last_round(small, ["yes", "no"], of="fire")
    asha = Answerer(small.client)
    asha.open(part_of(small, small.working(), 2))
    assert asha.status == 200
    assert "Last round" not in asha.page


def _last_round(small: SmallRound, told: list[str], of: str = "") -> None:
    from factories.people import make_agency

    before = Audit.objects.get(pk=small.audit.pk)
    before.pk, before.reference = None, "before"
    before.pack_sha256 = "4" * 64
    before.period_from, before.period_to = dt.date(2024, 4, 1), dt.date(2025, 3, 31)
    before.opened_at = timezone.now()
    before.save()
    agency = make_agency(of, partnership=small.agency.partnership) if of else small.agency
    participant = Participant.objects.create(
        audit=before, agency=agency, position=1, code="P", name="P"
    )
    tool = tool_of(small.audit.tool_version)
    round_ = SmallRound.cases_of(before, len(told))
    for position, (case, answer) in enumerate(zip(round_, told, strict=True), start=1):
        if participant.agency_id == small.agency.pk:
            Allocation.objects.create(
                participant=participant,
                case=case,
                auditor=small.asha.person,
                allocated_at=timezone.now(),
            )
        made = Return.objects.create(participant=participant, case=case, position=position)
        ReturnVersion.objects.create(
            audit_return=made,
            number=1,
            status="submitted",
            known="yes",
            tool_version=before.tool_version,
            response=as_questionnaire_response(
                tool, {"known": "yes", "told": answer}, complete=True
            ),
            not_asked=[],
        )


def test_two_people_on_one_page_lose_nothing(db: None) -> None:
    small = SmallRound()
    working = small.working()
    asha = Answerer(small.client)
    ben = Answerer(somebody(small, "Ben", Role.AGENCY_AUDITOR))
    for one in (asha, ben):
        one.open(part_of(small, working, 2))
    asha.send(**{field_name("words"): "By Asha", field_name("visits"): "3"})
    ben.send(**{field_name("story"): "By Ben"})
    assert ben.status == 409
    assert "By Asha" in ben.page
    assert "By Ben" in ben.page
    ben.send()
    working.refresh_from_db()
    assert working.answers == {
        "known": "yes",
        "words": "By Asha",
        "visits": "3",
        "story": "By Ben",
    }
    for one in (asha, ben):
        one.open(part_of(small, working, 2))
    asha.send(**{field_name("visits"): "4"})
    ben.send(**{field_name("visits"): "5"})
    assert ben.status == 409
    assert "Somebody else changed this" in ben.page
    working.refresh_from_db()
    assert working.answers["visits"] == "4"
    ben.send()
    assert ben.status == 409
    working.refresh_from_db()
    assert working.answers["visits"] == "4"


FILTERED = [
    ["type", "name", "label", "relevant", "choice_filter"],
    ["select_one yes_no", "known", "Is the child known?", "", ""],
    ["begin_group", "where", "Where", "${known} = 'yes'", ""],
    ["select_one areas", "area", "Which area?", "", ""],
    ["select_one towns", "town", "Which town?", "", "area = ${area}"],
    ["end_group", "", "", "", ""],
]
PLACES = [
    [*CHOICES[0], "area"],
    *([*row, *[""] * (len(CHOICES[0]) - len(row)), ""] for row in CHOICES[1:3]),
    *(["areas", name, name.title(), "", "", ""] for name in ("north", "south")),
    *(
        ["towns", name, name.title(), "", "", area]
        for name, area in (("corby", "north"), ("wick", "north"), ("lewes", "south"))
    ),
]


@pytest.fixture
def filtered(db: None) -> SmallRound:
    assert sheets()
    tool = ToolVersion.objects.create(
        form_id="places",
        version="1",
        title="Places",
        sheets={"survey": FILTERED, "choices": PLACES, "settings": SETTINGS},
        sha256="5" * 64,
    )
    return SmallRound(tool=tool)


def test_choices_that_a_filter_leaves_out_are_not_offered_and_not_kept(
    filtered: SmallRound,
) -> None:
    working = filtered.working(answers={"known": "yes", "area": "north"})
    asha = Answerer(filtered.client)
    asha.open(part_of(filtered, working, 2))
    assert "Corby" in asha.page
    assert "Lewes" not in asha.page
    asha.send(**{field_name("town"): "lewes"})
    assert asha.status == 422
    asha.open(part_of(filtered, working, 2))
    asha.send(**{field_name("town"): "corby"})
    working.refresh_from_db()
    assert working.answers["town"] == "corby"
    # Another area leaves that town out: it is taken back, and the town is asked anew.
    asha.open(part_of(filtered, working, 2))
    asha.send(**{field_name("area"): "south"})
    assert asha.status == 200
    assert "Which town? is asked again" in asha.page
    assert "Lewes" in asha.page
    working.refresh_from_db()
    assert working.answers == {"known": "yes", "area": "south"}
