"""A return answered on pages, from the list of cases to its submission."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.answering import SmallRound
from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.returns.models import Return, ReturnVersion, WorkingReturn
from safehub.audit.returns.queries import rows_of
from safehub.audit.returns.working.commands import answer_return
from safehub.audit.returns.working.parts import field_name
from safehub.audit.returns.working.queries import tool_for
from safehub.audit.sampling.models import Case
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed

from .answering import Answerer

AUDITOR = (Role.AGENCY_AUDITOR, "HOMES")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


@pytest.fixture
def asha(world: World) -> Answerer:
    return Answerer(world.client(*AUDITOR))


def name_of(world: World, question: str) -> str:
    """The name of the question's field on its page."""
    assert question in [one.name for one in tool_for(world.audit.tool_version, "HOMES").columns]
    return field_name(question)


def begin(asha: Answerer, world: World, number: str = "01", known: str = "yes") -> None:
    asha.open(reverse("audit:begin_return", args=[world.audit.reference, number]))
    assert asha.status == 200, asha.page
    asha.send(known=known)


def test_a_case_is_answered_and_submitted(world: World, asha: Answerer) -> None:
    page = asha.open(reverse("audit:own_cases", args=[world.audit.reference]))
    assert "Case 01" in page
    assert "10 cases of 10" in page
    begin(asha, world)
    working = WorkingReturn.objects.get()
    assert working.answers == {"known": "yes"}
    assert "audited" in asha.page
    q = {name: name_of(world, name) for name in ("visits", "hours", "consent", "comment")}
    asha.open(reverse("audit:answer_part", args=[world.audit.reference, working.pk, 2]))
    asha.send(**{q["visits"]: "3", q["hours"]: "1,250.5", q["consent"]: "yes"})
    # Questions that hang on the visits are asked now, on the same page.
    assert "1 further question applies" in asha.page
    asha.send(**{name_of(world, "voice"): "yes", q["comment"]: "Two\r\nlines"})
    assert "1 further question applies" in asha.page
    asha.send()
    assert "Check your answers" in asha.page
    asha.send()
    assert "your return is submitted" in asha.page
    assert not WorkingReturn.objects.exists()
    (row,) = rows_of(world.audit, agency="HOMES")
    assert row.answers == {
        "known": "yes",
        "visits": "3",
        "hours": "1250.5",
        "consent": "yes",
        "voice": "yes",
        "comment": "Two\nlines",
    }
    assert row.status == "submitted"


def test_a_nil_return_is_one_step(world: World, asha: Answerer) -> None:
    begin(asha, world, known="no")
    assert "your nil return is submitted" in asha.page
    version = ReturnVersion.objects.get(audit_return__participant__code="HOMES")
    assert (version.status, version.known) == ("submitted", "no")
    assert not WorkingReturn.objects.exists()


def test_required_binds_only_at_submission(world: World, asha: Answerer) -> None:
    begin(asha, world)
    working = WorkingReturn.objects.get()
    asha.open(reverse("audit:check_answers", args=[world.audit.reference, working.pk]))
    assert "1 answer stands in the way" in asha.page
    assert "Submit the return" not in asha.page


def test_the_score_is_shown_as_a_sum_before_and_after_it_is_submitted(db: None) -> None:
    small = SmallRound()
    working = small.working(answers={"known": "yes", "grade": "poor", "good": "yes"})
    asha = Answerer(small.client)
    page = asha.open(reverse("audit:check_answers", args=["voices", working.pk]))
    # Poor is 1 of 2; what was not asked of, or not answered, is not counted.
    sums = [
        "1 of 2 (50%); 1 question is not answered and not counted.",
        "1 of 1 + 1 of 2 + 1 of 1 = 3 of 4 (75%); 2 questions are not answered and not counted.",
    ]
    assert "What the answers score" in page
    assert [one for one in sums if one not in page] == []
    asha.send()
    made = Return.objects.get()
    page = asha.open(reverse("audit:return", args=["voices", made.pk]))
    assert [one for one in sums if one not in page] == []


def test_a_return_on_a_child_who_is_not_known_has_no_score(db: None) -> None:
    small = SmallRound()
    asha = Answerer(small.client)
    asha.open(reverse("audit:begin_return", args=["voices", small.case.number]))
    asha.send(known="no")
    page = asha.open(reverse("audit:return", args=["voices", Return.objects.get().pk]))
    assert "Is the child known?" in page
    assert "What the answers score" not in page


def test_a_tool_without_scores_shows_none(world: World, asha: Answerer) -> None:
    begin(asha, world)
    key = WorkingReturn.objects.get().pk
    page = asha.open(reverse("audit:check_answers", args=[world.audit.reference, key]))
    assert "What the answers score" not in page


def test_what_was_submitted_is_changed_as_the_next_version(world: World, asha: Answerer) -> None:
    begin(asha, world, known="no")
    begin(asha, world, known="yes")
    working = WorkingReturn.objects.get()
    asha.open(reverse("audit:answer_part", args=[world.audit.reference, working.pk, 2]))
    asha.send(**{name_of(world, "consent"): "na"})
    asha.open(reverse("audit:check_answers", args=[world.audit.reference, working.pk]))
    asha.send()
    made = Return.objects.get(participant__code="HOMES")
    assert list(made.versions.values_list("number", "known", "is_latest").order_by("number")) == [
        (1, "no", False),
        (2, "yes", True),
    ]


def test_nobody_else_sees_a_return_being_answered(world: World, asha: Answerer) -> None:
    begin(asha, world)
    key = WorkingReturn.objects.get().pk
    address = reverse("audit:answers", args=[world.audit.reference, key])
    assert asha.client.get(address).status_code == 200
    for role, where in [
        (Role.AUDIT_COORDINATOR, "office"),
        (Role.AGENCY_AUDITOR, "CSC"),
        (Role.AUDIT_MODERATOR, "HOMES"),
        (Role.AGENCY_AUDITOR, "elsewhere"),
    ]:
        assert world.client(role, where).get(address).status_code == 404, (role, where)


def test_no_answers_are_taken_once_the_round_is_opened(world: World, asha: Answerer) -> None:
    from django.utils import timezone

    begin(asha, world)
    key = WorkingReturn.objects.get().pk
    world.audit.opened_at = timezone.now()
    world.audit.save()
    address = reverse("audit:answer_part", args=[world.audit.reference, key, 2])
    answers = reverse("audit:answers", args=[world.audit.reference, key])
    assert asha.client.get(address).headers["Location"] == answers
    by = make_viewer(world.member(*AUDITOR))
    with pytest.raises(NotAllowed):
        answer_return(working=WorkingReturn.objects.get(), given={"known": "no"}, by=by)
    assert WorkingReturn.objects.get().answers == {"known": "yes"}


def test_every_kind_of_question_is_kept_as_answers_are(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    small = SmallRound()
    working = small.working()
    columns = tool_for(working.tool_version, "police").columns
    q = {one.name: field_name(one.name) for one in columns}
    asha = Answerer(small.client)
    asha.open(reverse("audit:answer_part", args=["voices", working.pk, 2]))
    assert asha.status == 200
    assert "The child was heard and it shows." in asha.page
    paper = SimpleUploadedFile("page.txt", b"Seen on Tuesday.")
    asha.send(
        **{
            q["words"]: "Seen",
            q["visits"]: "3",
            q["hours"]: "1.50",
            f"{q['seen_on']}-day": "1",
            f"{q['seen_on']}-month": "June",
            f"{q['seen_on']}-year": "2025",
            q["seen_at"]: "2.30pm",
            q["met_at"]: "3/6/2025 9:05",
            q["grade"]: "na",
            q["place"]: "school",
            q["places"]: ["school", "home"],
            q["told"]: "no",
            q["why_not"]: "Nobody was at home.",
            q["scale"]: "7",
            f"{q['order']}_1": "2",
            f"{q['order']}_2": "1",
            f"{q['order']}_3": "3",
            q["read"]: "on",
            q["paper"]: paper,
        }
    )
    working.refresh_from_db()
    assert working.answers == {
        "known": "yes",
        "words": "Seen",
        "visits": "3",
        "hours": "1.5",
        "seen_on": "2025-06-01",
        "seen_at": "14:30",
        "met_at": "2025-06-03T09:05",
        "grade": "na",
        "place": "school",
        "places": "home school",
        "told": "no",
        "why_not": "Nobody was at home.",
        "scale": "7",
        "order": "school home clinic",
        "read": "OK",
        "paper": "page.txt",
    }
    # What a choice no longer reveals is not kept, though it was sent.
    asha.open(reverse("audit:answer_part", args=["voices", working.pk, 2]))
    asha.send(**{q["told"]: "yes"})
    working.refresh_from_db()
    assert "why_not" not in working.answers
    file = working.evidence.get()
    address = reverse("audit:evidence", args=["voices", working.pk, file.pk])
    answer = small.client.get(address)
    assert answer.content == b"Seen on Tuesday."
    assert answer["Content-Disposition"] == 'attachment; filename="page.txt"'


def test_a_wrong_answer_is_told_and_nothing_is_kept(db: None) -> None:
    small = SmallRound()
    working = small.working()
    asha = Answerer(small.client)
    asha.open(reverse("audit:answer_part", args=["voices", working.pk, 2]))
    asha.send(**{field_name("visits"): "some", field_name("words"): "Kept"})
    assert asha.status == 422
    assert "How many visits must be a whole number" in asha.page
    assert "Kept" in asha.page
    working.refresh_from_db()
    assert working.answers == {"known": "yes"}


def test_whoever_knows_the_child_is_led_to_say_so(world: World, asha: Answerer) -> None:
    """From the list, from the start of a return and from one that is under way."""
    cases = reverse("audit:own_cases", args=[world.audit.reference])
    case = Case.objects.get(draw__audit=world.audit, number="01")
    declare = reverse("declare_conflict", args=["sampling.case", case.pk])
    begin_it = reverse("audit:begin_return", args=[world.audit.reference, "01"])
    assert declare in asha.open(cases)
    assert declare in asha.open(begin_it)
    begin(asha, world)
    answers = reverse("audit:answers", args=[world.audit.reference, WorkingReturn.objects.get().pk])
    assert declare in asha.open(answers)
    asha.open(declare)
    assert "Declare a conflict: Case 01" in asha.page
    assert "shut to you" in asha.page
    asha.send(reason="Their aunt is a close friend of mine.")
    assert "Your conflict is recorded." in asha.page
    # It is shut, with what hangs on it; the rest is open, and a colleague goes on.
    assert declare not in asha.open(cases)
    assert "Case 02" in asha.page
    for address in (begin_it, answers, declare):
        assert asha.client.get(address).status_code == 404, address
    other = world.client(Role.AGENCY_COORDINATOR, "HOMES")
    assert other.get(answers).status_code == 200
