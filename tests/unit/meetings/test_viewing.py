"""All agencies' views of one case beside each other: agreement in words, names masked on a wall."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from factories.world import World, whole_world
from safehub.audit.meetings.viewing.masking import HIDDEN, mask_of, masked, telling_words
from safehub.audit.meetings.viewing.rules import together
from safehub.audit.returns.models import (
    Return,
    ReturnVersion,
    SummativeReport,
    SummativeStatement,
)
from safehub.audit.returns.presenters import answer_in_words
from safehub.audit.sampling.queries import latest_draw
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.tools import Choice, Question, QuestionType

CHAIR = (Role.MEETING_CHAIR, "office")
OFFICE = (Role.AUDIT_COORDINATOR, "office")
GRADES = ("outstanding", "good", "requires_improvement", "inadequate", "na")


def question(*choices: str, kind: QuestionType = QuestionType.SELECT_ONE) -> Question:
    return Question("q", "Q?", kind, choices=tuple(Choice(one, one) for one in choices))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([], None),
        (["yes"], None),
        (["yes", ""], None),
        (["yes", "na", ""], None),
        (["yes", "yes"], "All agree"),
        (["no", "no", "na"], "All agree"),
        (["yes", "no", "no"], "Contradiction: 1 yes, 2 no"),
        (["yes", "partly"], "Answers differ"),
        (["yes", "partly", "no"], "Contradiction: 1 yes, 1 no"),
    ],
)
def test_how_answers_of_yes_and_no_stand(answers: list[str], words: str | None) -> None:
    found = together(question("yes", "no", "partly", "na"), answers)
    assert (found.words if found else None) == words


def test_grades_two_or_more_steps_apart_contradict() -> None:
    """Every set of up to three grades, against the distance counted by hand."""
    place = {"outstanding": 0, "good": 1, "requires_improvement": 2, "inadequate": 3}
    asked = question(*GRADES)
    for number in (1, 2, 3):
        for given_ in itertools.product(("", *GRADES), repeat=number):
            places = [place[one] for one in given_ if one in place]
            found = together(asked, given_, is_grade=True)
            if len(places) < 2:
                assert found is None, given_
                continue
            apart = max(places) - min(places)
            wanted = {0: "agree", 1: "near"}.get(apart, "contradict")
            assert found is not None
            assert found.standing == wanted, given_
            if apart >= 2:
                assert found.words == f"Contradiction: grades {apart} steps apart"


def test_words_and_choices_of_several_are_not_compared() -> None:
    for kind in (QuestionType.TEXT, QuestionType.SELECT_MULTIPLE, QuestionType.DATE):
        assert together(question("yes", "no", kind=kind), ["yes", "no"]) is None


CELLS = {
    "referral_id": "R0017",
    "name": "Grace O'Neill-May",
    "address": "12 Mill Lane",
    "area": "north",
    "empty": "",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grace was seen.", f"{HIDDEN} was seen."),
        ("GRACE, grace and Grace's mother", f"{HIDDEN}, {HIDDEN} and {HIDDEN} mother"),
        ("Mrs O'Neill-May came", f"Mrs {HIDDEN} came"),
        ("at 12 Mill Lane", f"at {HIDDEN} {HIDDEN} {HIDDEN}"),
        ("r0017", HIDDEN),
        ("Gracious", "Gracious"),
        ("up north", f"up {HIDDEN}"),
    ],
)
def test_what_tells_who_a_case_is_is_hidden(text: str, shown: str) -> None:
    assert masked(text, telling_words(CELLS)) == shown


OTHERS = {"name": "Zoë O’Neill", "family": "mary o'neill; Tom", "dob": "2016-02-03"}


@pytest.mark.parametrize(
    "text",
    [
        *("Zoe", "Zoë", "ZOË", "Zoe\u0308", "O'Neill", "O’Neill", "Oneill", "o\u02bcneill"),
        *("Mary", "mary", "Tom", "3 February 2016", "03/02/2016", "2016-02-03", "r0017"),
    ],
)
def test_a_name_or_day_is_hidden_however_it_is_written(text: str) -> None:
    """Words of the frame as people write them: another apostrophe, no accent, a day in words."""
    assert mask_of([OTHERS], ["R0017"]).hide(f"we saw {text} again") == f"we saw {HIDDEN} again"


def test_what_is_nobodys_stays() -> None:
    mask = mask_of([OTHERS], ["R0017"])
    for text in ("Requires improvement", "yes", "The home was tidy.", "4 March 2019", "Tommy"):
        assert mask.hide(text) == text
    # Parts of one name that stand side by side are hidden as one.
    assert mask.hide("The O'Neills and Mary's plan") == f"The {HIDDEN} plan"
    assert mask_of([]).hide("Mary") == "Mary"


@given(st.text(max_size=200))
def test_a_text_without_telling_words_stays_as_it_is(text: str) -> None:
    assert masked(text, ()) == text
    assert masked(text, ("qxnobodyqx",)) == text or "qxnobodyqx" in text.casefold()


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def case_page(world: World, number: str, who: tuple[Role, str] = CHAIR) -> str:
    address = reverse("audit:meeting_case", args=[world.audit.reference, number])
    return world.client(*who).get(address).content.decode()


def answered(world: World, code: str, number: str, **answers: str) -> Return:
    """Have the latest return of the agency on the case answer this."""
    case = latest_draw(world.audit).cases.get(number=number)  # type: ignore[union-attr]
    participant = world.audit.participants.get(code=code)
    found, _ = Return.objects.get_or_create(
        participant=participant, case=case, respondent="", defaults={"position": 999}
    )
    version, _ = ReturnVersion.objects.get_or_create(
        audit_return=found,
        is_latest=True,
        defaults={
            "number": 1,
            "status": "submitted",
            "response": {"item": []},
            "not_asked": [],
            "tool_version": world.audit.tool_version,
        },
    )
    items = [{"linkId": name, "answer": [{"valueString": text}]} for name, text in answers.items()]
    ReturnVersion.objects.filter(pk=version.pk).update(
        response={"item": items}, known="yes", status="submitted", not_asked=[]
    )
    return found


def test_a_contradiction_is_said_in_words_beside_all_views(world: World) -> None:
    answered(world, "CSC", "01", known="yes", consent="yes", grade="outstanding")
    answered(world, "POLICE", "01", known="yes", consent="no", grade="requires_improvement")
    page = case_page(world, "01")
    assert "Contradiction: grades 2 steps apart" in page or "grades 3 steps apart" in page
    assert "Contradiction: " in page
    assert "Social Care" in page
    assert "Police" in page
    assert "contradictions</strong> between the answers" in page


def test_who_does_not_know_the_child_is_named_once(world: World) -> None:
    """It is no contradiction that one agency knows a child and another does not."""
    answered(world, "CSC", "01", known="yes", consent="yes")
    found = answered(world, "POLICE", "01", known="no")
    found.versions.update(known="no")
    page = case_page(world, "01")
    assert re.search(r"The child is not known to [^<]*Police", page)
    assert not re.search(r'<th scope="col"[^>]*>Police', page)
    assert re.search(r'<th scope="col"[^>]*>Social Care', page)
    Return.objects.filter(case__number="01").exclude(pk=found.pk).delete()
    page = case_page(world, "01")
    assert "The child is not known to" in page
    assert "is open to you" not in page


def test_dates_are_written_as_people_write_them() -> None:
    on = question(kind=QuestionType.DATE)
    assert answer_in_words(on, "2026-02-03") == "3 February 2026"
    assert answer_in_words(on, "") == ""


def test_names_are_masked_until_somebody_says_that_nothing_is_projected(world: World) -> None:
    found = answered(world, "CSC", "01", known="yes", comment="")
    name = found.case.referral.referral_id
    answered(world, "CSC", "01", known="yes", comment=f"{name} was seen at home.")
    school = Return.objects.filter(participant__code="SCHOOLS", case__number="01").first()
    client = world.client(*OFFICE)
    address = reverse("audit:meeting_case", args=[world.audit.reference, "01"])
    page = client.get(address).content.decode()
    assert "Projecting: names are masked." in page
    assert name not in page
    assert "[hidden] was seen at home." in page
    if school is not None:
        assert school.respondent not in page
    switch = reverse("audit:project", args=[world.audit.reference])
    answer = client.post(switch, {"projecting": "off", "case": "01"})
    assert answer.headers["Location"] == address
    page = client.get(address).content.decode()
    assert f"{name} was seen at home." in page
    if school is not None:
        assert school.respondent in page
    client.post(switch, {"projecting": "on", "case": "01"})
    assert name not in client.get(address).content.decode()
    # Anything else than a plain word for off keeps the mask on; nothing leads elsewhere.
    answer = client.post(switch, {"projecting": "perhaps", "case": "//evil.example"})
    assert answer.headers["Location"] == reverse("audit:meeting", args=[world.audit.reference])
    assert name not in client.get(address).content.decode()


def test_a_child_of_another_case_of_the_sample_is_masked_too(world: World) -> None:
    """A brother is often in the same sample."""
    other = answered(world, "CSC", "02", known="yes", comment="").case.referral.child_id
    answered(world, "CSC", "01", known="yes", comment=f"She plays with {other} next door.")
    page = world.client(*OFFICE).get(
        reverse("audit:meeting_case", args=[world.audit.reference, "01"])
    )
    assert "She plays with [hidden] next door." in page.content.decode()


def test_before_the_round_is_opened_an_agency_sees_its_own_view_alone(world: World) -> None:
    answered(world, "CSC", "01", known="yes", comment="Ours alone.")
    answered(world, "POLICE", "01", known="yes", comment="Theirs alone.")
    world.audit.opened_at = None
    world.audit.save()
    page = case_page(world, "01", (Role.AGENCY_COORDINATOR, "CSC"))
    assert "Ours alone." in page
    assert "Theirs alone." not in page
    page = case_page(world, "01", CHAIR)
    assert "until the meeting opens the round" in page
    assert "Ours alone." not in page


def test_a_theme_has_what_agencies_sum_up_and_what_the_meeting_said(world: World) -> None:
    address = reverse("audit:meeting_theme", args=[world.audit.reference, "plans"])
    page = world.client(*CHAIR).get(address).content.decode()
    assert "3b: No dates in plans." in page
    assert "Seldom seen alone." not in page
    page = world.client(Role.BOARD_MEMBER, "office").get(address).content.decode()
    assert "No dates in plans." not in page
    nowhere = reverse("audit:meeting_theme", args=[world.audit.reference, "none"])
    assert world.client(*CHAIR).get(nowhere).status_code == 404


def test_the_pages_of_the_meeting_mask_what_was_said_and_minuted(world: World) -> None:
    """Whichever case a name is of: findings and gaps are of all of them."""
    case = latest_draw(world.audit).cases.get(number="02")  # type: ignore[union-attr]
    name = case.referral.referral_id
    meeting = world.audit.meeting
    theme = world.audit.themes.get(code="plans")
    meeting.minutes = f"Minuted of {name}."
    meeting.save(update_fields=["minutes"])
    meeting.statements.create(kind="finding", position=99, text=f"Found of {name}.", theme=theme)
    meeting.gaps.filter(theme=theme).update(text=f"The gap of {name}.")
    SummativeStatement.objects.create(
        report=SummativeReport.objects.filter(participant__audit=world.audit).earliest("pk"),
        kind="worried_about",
        position=99,
        text=f"Summed up of {name}.",
        theme=theme,
    )
    client = world.client(*OFFICE)
    pages = {
        reverse("audit:meeting", args=[world.audit.reference]): ("Minuted of", "Found of"),
        reverse("audit:meeting_theme", args=[world.audit.reference, "plans"]): (
            *("Found of", "The gap of", "Summed up of"),
        ),
    }
    for address, sentences in pages.items():
        page = client.get(address).content.decode()
        assert "Projecting: names are masked." in page, address
        assert name not in page, address
        for sentence in sentences:
            assert f"{sentence} {HIDDEN}." in page, (address, sentence)
    client.post(reverse("audit:project", args=[world.audit.reference]), {"projecting": "off"})
    for address, sentences in pages.items():
        page = client.get(address).content.decode()
        for sentence in sentences:
            assert f"{sentence} {name}." in page, (address, sentence)
