"""A round moved to a newer version of its tool while it is being answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.moving import CHANGE, MovingRound, add_question, cell, drop, relabel, several
from factories.people import make_partnership, make_viewer
from safehub.audit.returns.commands import MOVED
from safehub.audit.returns.models import Return, ReturnEvidence, ReturnVersion, WorkingReturn
from safehub.audit.returns.revising.commands import move_round
from safehub.audit.returns.working import commands
from safehub.audit.returns.working.parts import field_name
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.submissions.fields import ACTION
from safehub.foundation.submissions.merging import MINE
from safehub.foundation.submissions.originals import CHOICE
from safehub.foundation.submissions.posting import SAVE
from safehub.foundation.trail.models import TrailEvent
from safehub.instruments.models import ToolVersion
from safehub.instruments.states import ToolStatus

from .answering import Answerer, Inputs

ADDRESS = reverse("audit:change_tool", args=["voices"])


class Office(MovingRound):
    """The same with Omar's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.coordinator = Answerer(self.office)


@pytest.fixture
def office(db: None, settings: Settings, tmp_path: Any) -> Office:
    settings.UPLOADS = tmp_path / "uploads"
    return Office()


ANSWERS = {"known": "yes", "words": "Seen.", "story": "QXSECRETQX", "visits": "3"}


def test_the_page_says_what_would_change_and_shows_no_answer(office: Office) -> None:
    office.working(answers=ANSWERS)
    office.publish(CHANGE)
    page = office.coordinator.open(reverse("audit:round", args=["voices"]))
    assert "Version 2 of the tool is published" in page
    page = office.coordinator.open(ADDRESS)
    assert office.coordinator.status == 200
    assert "The question heard (“Who heard the child?”) is new." in page
    assert f"Case {office.case.number}, The police" in page
    assert "1: The story" in page
    assert "1: How many visits" in page
    assert "QXSECRETQX" not in page
    assert ReturnVersion.objects.count() == 0


def test_no_retired_version_and_none_of_another_board_is_offered(office: Office) -> None:
    address = reverse("audit:round", args=["voices"])
    offered = "of the tool is published"
    assert offered not in office.coordinator.open(address)
    version = office.publish(CHANGE)
    assert offered in office.coordinator.open(address)
    versions = ToolVersion.objects.filter(pk=version.pk)
    versions.update(status=ToolStatus.RETIRED, retired_at=timezone.now())
    assert offered not in office.coordinator.open(address)
    elsewhere = make_partnership("Elsewhere")
    versions.update(status=ToolStatus.PUBLISHED, retired_at=None, partnership=elsewhere)
    assert offered not in office.coordinator.open(address)


def test_every_open_return_is_carried_and_nothing_typed_is_lost(office: Office) -> None:
    working = office.working(answers=ANSWERS)
    version = office.publish(CHANGE)
    office.coordinator.open(ADDRESS)
    page = office.coordinator.send()
    assert "The round has version 2 now. 1 return carried over, 2 answers set aside." in page
    working.refresh_from_db()
    office.audit.refresh_from_db()
    assert office.audit.tool_version_id == working.tool_version_id == version.pk
    assert working.answers == {"known": "yes", "words": "Seen."}
    assert working.edition == 2
    asha = Answerer(office.client)
    page = asha.open(reverse("audit:answers", args=["voices", working.pk]))
    assert "Answers that no longer fit" in page
    assert "QXSECRETQX" in page
    assert "The question wants a date that exists, as YYYY-MM-DD now." in page
    events = TrailEvent.objects.filter(event__in=["audit.tool_changed", "return.migrated"])
    assert sorted(events.values_list("event", flat=True)) == [
        "audit.tool_changed",
        "return.migrated",
    ]
    # Pressed again, the form says the first result; opened again there is nothing to move.
    page = office.coordinator.open(ADDRESS)
    assert "No newer version of this tool is published" in page


def test_a_file_that_no_longer_fits_is_kept_until_the_return_is_submitted(office: Office) -> None:
    working = office.working(answers={"known": "yes", "good": "yes"})
    by = make_viewer(office.asha)
    file = commands.NewFile("page.txt", b"a page")
    commands.answer_return(working=working, given={}, files={"paper": file}, by=by)
    office.publish(drop("paper"))
    office.coordinator.open(ADDRESS)
    office.coordinator.send()
    working = WorkingReturn.objects.get()
    commands.answer_return(working=working, given={"words": "More."}, by=by)
    kept = ReturnEvidence.objects.get()
    asha = Answerer(office.client)
    address = reverse("audit:evidence", args=["voices", working.pk, kept.pk])
    assert address in asha.open(reverse("audit:answers", args=["voices", working.pk]))
    assert asha.client.get(address).content == b"a page"
    page = asha.open(reverse("audit:check_answers", args=["voices", working.pk]))
    assert "1 answer to an earlier version of the tool is not sent in" in page
    asha.send()
    assert Return.objects.exists()
    assert not ReturnEvidence.objects.exists()


def test_what_was_opened_before_the_round_moved_is_not_taken_as_answers_to_it(
    office: Office,
) -> None:
    opened = office.working(answers=ANSWERS)
    by = make_viewer(office.asha)
    office.publish(CHANGE)
    before = office.audit
    office.coordinator.open(ADDRESS)
    office.coordinator.send()
    with pytest.raises(EditConflict, match="The questions have changed"):
        commands.answer_return(working=opened, given={"words": "Late."}, by=by)
    with pytest.raises(EditConflict, match="look them over"):
        commands.submit_return(working=opened, edition=opened.edition, by=by)
    with pytest.raises(EditConflict, match=MOVED[:20]):
        commands.begin_return(audit=before, case=office.case, by=by)


def send_in(office: Office, **answers: str) -> Return:
    working = office.working(answers=answers)
    commands.submit_return(working=working, edition=1, by=make_viewer(office.asha))
    return Return.objects.get()


def test_a_return_that_was_sent_in_stays_with_the_version_that_it_answers(office: Office) -> None:
    made = send_in(office, known="yes", good="yes", words="Seen.")
    old = office.audit.tool_version
    office.publish(cell("good", 2, "Was it good, all in all?"))
    office.coordinator.open(ADDRESS)
    assert "1 return was sent in. It stays as sent" in office.coordinator.page
    office.coordinator.send(same="on")
    assert "The round has version 2 now." in office.coordinator.page
    assert made.versions.get().tool_version == old
    page = Answerer(office.client).open(reverse("audit:return", args=["voices", made.pk]))
    assert "version 1 of the tool, not the newest" in page
    assert "Was it good on the whole?" in page


@pytest.mark.parametrize(
    ("change", "question"),
    [
        (add_question, "Who heard the child?"),
        (drop("words"), "In a few words"),
        (cell("told", 5, "yes"), "Was the family told?"),
        (cell("words", 3, "${known} = 'no'"), "In a few words"),
    ],
    ids=["asks more", "drops an answer", "requires more", "asks otherwise"],
)
def test_a_round_is_not_moved_away_from_what_was_sent_in(
    office: Office, change: Any, question: str
) -> None:
    send_in(office, known="yes", good="yes", words="Seen.")
    office.publish(change)
    page = office.coordinator.open(ADDRESS)
    assert "What stands in the way" in page
    assert question in page
    assert "Move the round</button>" not in page
    version = ToolVersion.objects.get(version="2")
    with pytest.raises(NotPossible, match="1 return was sent in that would not answer"):
        move_round(audit=office.audit, version=version, by=make_viewer(office.omar))
    office.audit.refresh_from_db()
    assert office.audit.tool_version.version == "1"


SWAPPED = relabel(good="Poor", poor="Good")


def test_choices_that_change_words_are_set_aside_and_never_turned_round(office: Office) -> None:
    working = office.working(answers={"known": "yes", "grade": "poor", "words": "Seen."})
    office.publish(SWAPPED)
    page = office.coordinator.open(ADDRESS)
    assert "1: How good was it?" in page
    office.coordinator.send()
    working.refresh_from_db()
    assert working.answers == {"known": "yes", "words": "Seen."}
    (aside,) = working.set_aside
    assert (aside["question"], aside["answer"]) == ("How good was it?", "Poor")
    assert aside["why"] == "The words of this choice were changed for those of another."


def test_choices_that_change_words_hinder_where_one_was_sent_in(office: Office) -> None:
    send_in(office, known="yes", good="yes", grade="poor")
    version = office.publish(SWAPPED)
    page = office.coordinator.open(ADDRESS)
    assert "What stands in the way" in page
    assert "How good was it?" in page
    with pytest.raises(NotPossible, match="would not answer the new version"):
        move_round(audit=office.audit, version=version, by=make_viewer(office.omar))


@pytest.mark.parametrize(
    ("change", "wordings"),
    [
        (cell("good", 2, "Was it bad?"), ("Was it good on the whole?", "Was it bad?")),
        (relabel(poor="Weak"), ("Poor", "Weak")),
    ],
    ids=["a question", "a choice"],
)
def test_other_words_for_what_was_sent_in_are_read_and_ticked(
    office: Office, change: Any, wordings: tuple[str, str]
) -> None:
    send_in(office, known="yes", good="yes", grade="poor")
    version = office.publish(change)
    page = office.coordinator.open(ADDRESS)
    before, after = (page.index(f">{one}</") for one in wordings)
    assert before < after
    assert "figures count it with the others" in page
    assert "cannot be compared" not in page.lower()
    page = office.coordinator.send()
    assert office.coordinator.status == 422
    assert "they mean the same” to go on" in page
    with pytest.raises(EditConflict, match="not what you have read"):
        move_round(audit=office.audit, version=version, by=make_viewer(office.omar))
    assert "The round has version 2 now." in office.coordinator.send(same="on")


def test_words_that_nobody_has_answered_need_no_tick(office: Office) -> None:
    send_in(office, known="no")
    office.working(answers=ANSWERS, respondent="Second")
    office.publish(several(relabel(poor="Weak"), cell("good", 2, "Was it good?")))
    page = office.coordinator.open(ADDRESS)
    assert "they mean the same" not in page
    assert "The round has version 2 now." in office.coordinator.send()


def test_a_return_sent_in_after_the_look_has_to_be_read_of(office: Office) -> None:
    office.publish(several(relabel(poor="Weak"), cell("good", 2, "Was it good?")))
    office.coordinator.open(ADDRESS)
    send_in(office, known="yes", good="yes")
    page = office.coordinator.send(same="on")
    assert office.coordinator.status == 422
    assert "not what you have read" in page
    assert "Was it good on the whole?" in page
    office.audit.refresh_from_db()
    assert office.audit.tool_version.version == "1"


def test_a_nil_return_hinders_nothing_that_it_is_not_asked(office: Office) -> None:
    send_in(office, known="no")
    office.publish(CHANGE)
    office.coordinator.open(ADDRESS)
    assert "The round has version 2 now." in office.coordinator.send()


def test_the_terms_of_the_audit_hold(office: Office) -> None:
    office.audit.grading_question, office.audit.met_good = "grade", ["good"]
    office.audit.save()
    office.publish(drop("grade"))
    page = office.coordinator.open(ADDRESS)
    assert "The terms of the audit grade by the question grade: keep it." in page


def test_what_the_terms_call_good_keeps_its_words(office: Office) -> None:
    office.audit.grading_question, office.audit.met_good = "grade", ["good"]
    office.audit.save()
    office.publish(SWAPPED)
    page = office.coordinator.open(ADDRESS)
    assert "The terms of the audit call good good or better, and another choice" in page
    assert "Move the round</button>" not in page


def test_only_the_office_moves_a_round_and_only_while_it_is_gathered(office: Office) -> None:
    office.publish(CHANGE)
    assert office.client.get(ADDRESS).status_code == 403
    office.audit.opened_at = timezone.now()
    office.audit.save()
    assert office.coordinator.client.get(ADDRESS).status_code == 403


def test_a_form_of_an_older_look_is_told_so(office: Office) -> None:
    office.working(answers=ANSWERS)
    office.publish(CHANGE)
    office.coordinator.open(ADDRESS)
    office.publish(several(CHANGE, drop("hours")), version="3")
    page = office.coordinator.send()
    assert office.coordinator.status == 422
    assert "not the newest version of the tool any longer" in page


def test_what_was_typed_on_an_older_page_stands_beside_its_own_question(office: Office) -> None:
    working = office.working(answers={"known": "yes"})
    asha = Answerer(office.client)
    asha.open(reverse("audit:answer_part", args=["voices", working.pk, 2]))
    typed = {field_name("words"): "A FEW WORDS", field_name("story"): "A STORY"}
    office.publish(several(drop("words"), add_question))
    office.coordinator.open(ADDRESS)
    office.coordinator.send()
    page = asha.send(**typed)
    assert asha.status == 422
    assert Inputs(page).values[field_name("story")] == ["A STORY"]
    assert "<li>A FEW WORDS</li>" in page
    # What it began with is not known any longer, so both are shown once, to choose from.
    asha.send()
    assert (asha.status, "A STORY" in asha.page) == (409, True)
    asha.send(**{f"{CHOICE}{field_name('story')}": MINE})
    working.refresh_from_db()
    assert working.answers == {"known": "yes", "story": "A STORY"}


def test_what_was_typed_and_not_sent_before_the_round_moved_is_on_the_task_list(
    office: Office,
) -> None:
    working = office.working(answers={"known": "yes"})
    asha = Answerer(office.client)
    asha.open(reverse("audit:answer_part", args=["voices", working.pk, 2]))
    typed = {field_name("words"): "A FEW WORDS", f"{field_name('seen_on')}-day": "27"}
    asha.send(**typed, **{ACTION: SAVE})
    tasks = reverse("audit:answers", args=["voices", working.pk])
    assert "A FEW WORDS" not in asha.open(tasks)
    office.publish(several(drop("words"), add_question))
    office.coordinator.open(ADDRESS)
    office.coordinator.send()
    page = asha.open(tasks)
    assert "In a few words (version 1)" in page
    assert "A FEW WORDS" in page
    assert "It was typed and not sent before the questions changed." in page
    assert "When was the child seen? (version 1)" in page
