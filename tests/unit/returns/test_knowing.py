"""Whether an agency knows a child: who is shown who it is, until when, and what an answer does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.allocating import allocate_all
from factories.answering import sheets as every_kind
from factories.framed import Framed
from factories.people import make_viewer
from factories.tools import SHEETS, Sheets
from safehub.audit.programmes.models import AuditStep
from safehub.audit.returns.grid import Standing
from safehub.audit.returns.knowing import commands, queries, views
from safehub.audit.returns.knowing.queries import asked_of
from safehub.audit.returns.models import (
    Knowing,
    KnowingSaid,
    KnownAnswer,
    Return,
    WorkingReturn,
)
from safehub.audit.returns.queries import grid_for
from safehub.audit.returns.workbooks.queries import own_blank
from safehub.audit.returns.working.commands import begin_return
from safehub.audit.sampling.drawing.commands import map_columns, withdraw_case
from safehub.audit.sampling.models import Case
from safehub.foundation.access.decision import may
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.jobs import chores
from safehub.foundation.outbox.models import Message
from safehub.foundation.submissions.models import Draft
from safehub.foundation.trail.models import TrailEvent
from safehub.instruments.drafting import with_settings
from safehub.register.accounts.models import Membership
from safehub.register.agencies.models import Agency

from .answering import Answerer

KNOWN, NOT_KNOWN, CANNOT_TELL = KnownAnswer.KNOWN, KnownAnswer.NOT_KNOWN, KnownAnswer.CANNOT_TELL


class Asked(Framed):
    """A framed round whose agencies are asked; Cora answers for the police."""

    def __init__(self, sheets: Sheets | None = None) -> None:
        super().__init__(sheets or every_kind())
        self.drawn()
        self.audit.refresh_from_db()
        self.cora = self._member("Cora", Role.AGENCY_COORDINATOR, self.police)
        self.case = Case.objects.get(number="01")
        commands.ask_agencies(audit=self.audit, by=self.edie)

    def member(self, name: str, role: Role, where: Agency | None = None) -> Membership:
        made: Membership = self._member(name, role, where or self.police)
        return made

    def question(self, number: str = "01") -> Knowing:
        return Knowing.objects.get(
            case__number=number, participant__agency=self.police, participant__audit=self.audit
        )

    def answered(self, answer: str, number: str = "01", why: str = "") -> Knowing:
        by = make_viewer(self.cora)
        return commands.answer_knowing(knowing=self.question(number), answer=answer, why=why, by=by)

    def page(self, member: Membership, name: str = "knowing", *args: object) -> str:
        address = reverse(f"audit:{name}", args=[self.audit.reference, *args])
        return self.client(member).get(address).content.decode()

    @property
    def child(self) -> str:
        """Its name as it stands on a page."""
        return f">{self.case.referral.further['child']}<"

    def standing(self) -> Standing:
        grid = grid_for(self.edie, self.audit)
        assert grid is not None
        code = self.question().participant.code
        return grid.cells["01", code].standing


@pytest.fixture
def made(db: None, settings: Settings, tmp_path: Path) -> Asked:
    settings.UPLOADS = tmp_path / "uploads"
    return Asked()


def looks() -> list[tuple[str, int | None]]:
    found = TrailEvent.objects.filter(event="knowing.see_child", outcome="allowed")
    return [(one.record_kind, one.record_key) for one in found.order_by("pk")]


def test_who_a_child_is_shows_until_the_agency_has_answered(made: Asked) -> None:
    cora = Answerer(made.client(made.cora))
    cora.open(reverse("audit:knowing", args=[made.audit.reference]))
    for column in ("child", "dob", "home", "household"):
        assert str(made.case.referral.further[column]) in cora.page
    assert ("sampling.case", made.case.pk) in looks()
    cora.open(reverse("audit:answer_knowing", args=[made.audit.reference, made.question().pk]))
    assert made.child in cora.page
    cora.send(answer="known", why="")
    before = len(looks())
    cora.open(reverse("audit:knowing", args=[made.audit.reference]))
    assert made.child not in cora.page
    assert "Known" in cora.page
    assert ("sampling.case", made.case.pk) not in looks()[before:]
    assert not may(make_viewer(made.cora), "knowing.see_child", made.question())
    # The one other case is open still, and shows.
    other = Case.objects.get(number="02")
    assert str(other.referral.further["child"]) in cora.page


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.AGENCY_AUDITOR, "police"),
        (Role.AGENCY_CONTRIBUTOR, "police"),
        (Role.AUDIT_MODERATOR, "office"),
        (Role.MEETING_CHAIR, "office"),
        (Role.SCRUTINEER, "office"),
        (Role.COMMISSIONER, "office"),
        (Role.BOARD_MEMBER, "office"),
        (Role.AUDIT_COORDINATOR, "office"),
    ],
    ids=str,
)
def test_nobody_else_is_shown_who_it_is(made: Asked, role: Role, where: str) -> None:
    agency = made.police if where == "police" else made.office.agency
    member = made.member("Sid", role, agency)
    if role is Role.AGENCY_AUDITOR:
        allocate_all(made.audit, member)
    question, client = made.question(), made.client(member)
    for name, args in (("knowing", []), ("answer_knowing", [question.pk])):
        found = client.get(reverse(f"audit:{name}", args=[made.audit.reference, *args]))
        assert found.status_code in {403, 404}
        assert made.child not in found.content.decode()
    viewer = made.viewer(member)
    assert not may(viewer, "knowing.see_child", question)
    with pytest.raises((NotAllowed, Absent)):
        commands.answer_knowing(knowing=question, answer=KNOWN, by=viewer)
    with pytest.raises((NotAllowed, Absent)):
        commands.take_back(knowing=question, because="No.", by=viewer)


def test_a_unit_is_shown_nobody_and_answers_nothing(made: Asked) -> None:
    made.cora.unit = "Elm Surgery"
    made.cora.save()
    page = made.page(made.cora)
    assert made.child not in page
    assert "does not show to a single practice" in page
    with pytest.raises(Absent):
        made.answered(KNOWN)


def test_another_agency_answers_its_own_question_alone(made: Asked) -> None:
    other = made.audit.participants.exclude(agency=made.police).first()
    assert other is not None
    member = made.member("Ola", Role.AGENCY_COORDINATOR, other.agency)
    assert made.child in made.page(member)
    address = reverse("audit:answer_knowing", args=[made.audit.reference, made.question().pk])
    assert made.client(member).get(address).status_code == 404
    made.answered(KNOWN)
    # What one agency has answered closes nothing for another.
    assert made.child in made.page(member)


def test_no_other_page_of_an_agency_tells_the_chosen_columns(made: Asked) -> None:
    auditor = made.member("Asha", Role.AGENCY_AUDITOR)
    allocate_all(made.audit, auditor)
    child = str(made.case.referral.child_id)
    for name in ("case_link", "begin_return"):
        for member in (auditor, made.cora):
            page = made.page(member, name, "01")
            assert child in page, name
            for column in ("child", "dob", "home", "household"):
                assert f">{made.case.referral.further[column]}<" not in page, (name, column)
    # The office, which uploaded the frame, reads all of it.
    assert (
        made.child
        in made.office.client()
        .get(reverse("audit:case_link", args=[made.audit.reference, "01"]))
        .content.decode()
    )


SPREAD = {"name": ["child", "area"], "born": ["dob"], "address": ["home", "household"]}


def test_all_the_columns_of_a_detail_are_hidden_from_the_answer_on(made: Asked) -> None:
    """Forename and surname, street and postcode: each is as much who the child is."""
    map_columns(audit=made.audit, mapping=SPREAD, by=made.edie)
    cells = made.case.referral.further
    joined = [f"{cells['area']} {cells['child']}", f"{cells['home']}, {cells['household']}"]
    assert all(one in made.page(made.cora) for one in joined)
    for answer in (None, KNOWN):
        if answer:
            made.answered(answer)
        for name, args in (("case_link", ("01",)), ("begin_return", ("01",))):
            page = made.page(made.cora, name, *args)
            assert str(made.case.referral.child_id) in page
            assert not [one for one in cells.values() if f">{one}<" in page], name
    assert not [one for one in joined if one in made.page(made.cora)]


def test_no_column_shows_while_none_was_chosen(made: Asked) -> None:
    map_columns(audit=made.audit, mapping={}, by=made.edie)
    cells = made.case.referral.further
    for name, args in (("knowing", ()), ("case_link", ("01",)), ("begin_return", ("01",))):
        page = made.page(made.cora, name, *args)
        assert str(made.case.referral.child_id) in page
        assert not [one for one in cells.values() if f">{one}<" in page], name
        if name != "begin_return":
            assert "Ask the audit coordinator to choose them" in page
    blank = own_blank(make_viewer(made.cora), made.audit, made.question().participant)
    assert blank.frame_columns == ["referral_id", "child_id", "referred_on"]
    # The office reads its own frame, and is told what the agencies are shown.
    office = made.office.client()
    where = [made.audit.reference]
    link = office.get(reverse("audit:case_link", args=[*where, "01"])).content.decode()
    assert all(f">{one}<" in link for one in cells.values())
    assert "Ask the audit coordinator" not in link
    sample = office.get(reverse("audit:sample", args=where)).content.decode()
    assert "no agency is shown any" in sample


def test_not_known_is_the_nil_return_and_closes_the_case(made: Asked) -> None:
    viewer = make_viewer(made.cora)
    assert may(viewer, "case.see_link", made.case)
    made.answered(NOT_KNOWN)
    version = Return.objects.get().versions.get()
    assert (version.status, version.known, version.submitted_by) == (
        "submitted",
        "no",
        made.cora.person,
    )
    assert made.standing() is Standing.NOT_KNOWN
    assert not may(viewer, "case.see_link", made.case)
    page = made.page(made.cora)
    assert made.child not in page
    assert "Not known" in page


def test_a_nil_return_of_the_page_of_the_case_answers_too(made: Asked) -> None:
    viewer = make_viewer(made.cora)
    begin_return(audit=made.audit, case=made.case, known="no", by=viewer)
    assert made.child not in made.page(made.cora)
    with pytest.raises(NotAllowed):
        made.answered(KNOWN)
    found = {one.participant.agency_id: one for one in asked_of(made.edie, made.audit)}
    assert (found[made.police.pk].not_known, found[made.police.pk].waiting) == (1, 1)
    with pytest.raises(NotPossible, match="A return says already"):
        commands.take_back(knowing=made.question(), because="Wrong.", by=viewer)


def test_a_tool_that_does_not_ask_has_the_answer_alone(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    made = Asked(with_settings(SHEETS, version="2"))
    made.answered(NOT_KNOWN)
    assert made.child not in made.page(made.cora)
    assert not Return.objects.exists()


def test_cannot_tell_keeps_it_open_with_why(made: Asked) -> None:
    with pytest.raises(NotPossible, match="Say in a line"):
        made.answered(CANNOT_TELL, why=" ")
    made.answered(CANNOT_TELL, why="Two records match.")
    page = made.page(made.cora)
    assert made.child in page
    assert "Two records match." in page
    made.answered(KNOWN)
    assert made.child not in made.page(made.cora)
    said = KnowingSaid.objects.values_list("answer", flat=True)
    assert list(said) == ["cannot_tell", "known"]


@pytest.mark.parametrize("answer", [KNOWN, NOT_KNOWN], ids=str)
def test_an_answer_is_taken_back_with_a_reason(made: Asked, answer: str) -> None:
    made.answered(answer)
    cora = Answerer(made.client(made.cora))
    key = made.question().pk
    cora.open(reverse("audit:take_back_knowing", args=[made.audit.reference, key]))
    cora.send(because="")
    assert cora.status == 422
    cora.send(because="The wrong record was opened.")
    assert "is taken back" in cora.page
    assert made.child in cora.page
    assert TrailEvent.objects.filter(event="known.taken_back", record_key=key).count() == 1
    assert KnowingSaid.objects.last().why == "The wrong record was opened."  # type: ignore[union-attr]
    assert made.standing() is Standing.AWAITED
    assert may(make_viewer(made.cora), "case.see_link", made.case)
    if answer == NOT_KNOWN:
        # What was submitted stays as the first version.
        said = Return.objects.get().versions.order_by("number").values_list("status", "known")
        assert list(said) == [("submitted", "no"), ("not_returned", "")]
        assert "Case 01" in made.page(made.cora, "own_cases")
    made.answered(NOT_KNOWN)
    assert made.standing() is Standing.NOT_KNOWN


def test_not_known_waits_for_a_return_that_is_begun(made: Asked) -> None:
    viewer = make_viewer(made.cora)
    begin_return(audit=made.audit, case=made.case, known="yes", by=viewer)
    with pytest.raises(NotPossible, match="begun a return"):
        made.answered(NOT_KNOWN)
    assert WorkingReturn.objects.count() == 1
    assert not Return.objects.exists()
    assert made.question().answer == ""


def test_a_second_press_and_a_second_person_change_nothing(made: Asked) -> None:
    cora, lead = Answerer(made.client(made.cora)), made.member("Lee", Role.SAFEGUARDING_LEAD)
    other = Answerer(made.client(lead))
    address = reverse("audit:answer_knowing", args=[made.audit.reference, made.question().pk])
    cora.open(address)
    other.open(address)
    cora.send(answer="not_known", why="")
    page = other.send(answer="known", why="Typed meanwhile")
    assert other.status == 409
    assert "is answered already" in page
    assert "Typed meanwhile" in page
    assert "Not known" in page
    # Nothing leads on, and who the child is does not show any more.
    assert "Answer</button>" not in page
    assert made.child not in page
    other.open(address)
    assert other.address == reverse("audit:knowing", args=[made.audit.reference])
    assert made.question().answer == NOT_KNOWN
    assert Return.objects.get().versions.count() == 1
    assert KnowingSaid.objects.count() == 1


def test_why_an_answer_is_taken_back_stays_where_somebody_took_it_back_first(made: Asked) -> None:
    made.answered(KNOWN)
    cora, lead = Answerer(made.client(made.cora)), made.member("Lee", Role.SAFEGUARDING_LEAD)
    other = Answerer(made.client(lead))
    address = reverse("audit:take_back_knowing", args=[made.audit.reference, made.question().pk])
    cora.open(address)
    first = cora.page
    other.open(address)
    cora.send(because="The wrong record.")
    page = other.send(because="Typed meanwhile")
    assert other.status == 409
    assert "somebody has taken the answer back already" in page
    assert "Typed meanwhile" in page
    assert Draft.objects.filter(person=lead.person_id).count() == 1
    assert KnowingSaid.objects.count() == 2
    # A second press is told as done.
    cora.page, cora.address = first, address
    cora.send(because="The wrong record.")
    assert (cora.status, "is taken back" in cora.page) == (200, True)


@pytest.mark.parametrize("name", ["answer_knowing", "take_back_knowing"])
def test_what_is_settled_in_the_instant_of_sending_is_met_as_settled(
    made: Asked, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_answer = name == "answer_knowing"
    if not is_answer:
        made.answered(KNOWN)
    cora = Answerer(made.client(made.cora))
    cora.open(reverse(f"audit:{name}", args=[made.audit.reference, made.question().pk]))
    real, asked = queries.one_question, list[object]()

    def overtaken(*given: object) -> object:
        """The page is let in, then somebody else settles it, and the command is not."""
        found = real(*given)  # type: ignore[arg-type]
        if not asked:
            by = make_viewer(made.cora)
            if is_answer:
                made.answered(NOT_KNOWN)
            else:
                commands.take_back(knowing=made.question(), because="It was wrong.", by=by)
        asked.append(found)
        return found

    monkeypatch.setattr(queries, "one_question", overtaken)
    monkeypatch.setattr(views, "_late", lambda *_: "")
    page = cora.send(answer="known", why="Typed meanwhile", because="Typed meanwhile")
    assert (cora.status, len(asked)) == (409, 2)
    assert "Typed meanwhile" in page


def test_once_the_round_is_opened_nothing_is_shown_or_answered(made: Asked) -> None:
    made.audit.opened_at = timezone.now()
    made.audit.save()
    assert made.child not in made.page(made.cora)
    with pytest.raises(NotAllowed):
        made.answered(KNOWN)
    with pytest.raises(NotAllowed):
        commands.ask_agencies(audit=made.audit, by=made.edie)


def test_a_withdrawn_case_is_not_asked_and_its_replacement_is_asked_next(made: Asked) -> None:
    withdraw_case(audit=made.audit, number="01", reason="Sealed.", by=made.edie)
    assert made.child not in made.page(made.cora)
    with pytest.raises(NotAllowed):
        made.answered(KNOWN)
    new = Case.objects.filter(replaces=made.case).first()
    if new is None:
        pytest.fail("the reserve is empty")
    asked = commands.ask_agencies(audit=made.audit, by=made.edie)
    assert asked == made.audit.participants.count()


def test_the_coordinator_sees_who_has_not_answered_and_no_child(made: Asked) -> None:
    made.answered(NOT_KNOWN)
    made.answered(CANNOT_TELL, "02", "Two records match.")
    page = made.page(made.office.edie, "knowing_asked")
    assert "not settled" in page
    assert made.child not in page
    found = {one.participant.agency_id: one for one in asked_of(made.edie, made.audit)}
    police = found[made.police.pk]
    assert (police.asked, police.known, police.not_known) == (2, 0, 1)
    assert (police.cannot_tell, police.waiting, police.waits_since) == (1, 0, None)
    rest = [one for key, one in found.items() if key != made.police.pk]
    assert all((one.asked, one.waiting) == (2, 2) and one.waits_since for one in rest)


def test_agencies_are_told_and_reminded_once_a_day_by_reference_alone(made: Asked) -> None:
    asked = Message.objects.filter(notice="known.asked", to=made.cora.person.email)
    assert asked.count() == 1
    edie = Answerer(made.office.client())
    for _ in range(2):
        edie.open(reverse("audit:remind_known", args=[made.audit.reference]))
        edie.send()
    sent = Message.objects.filter(notice="known.reminder", to=made.cora.person.email)
    assert [(one.reference, one.link) for one in sent] == [
        (made.audit.reference, reverse("audit:knowing", args=[made.audit.reference]))
    ]
    made.answered(KNOWN)
    made.answered(KNOWN, "02")
    sent.delete()
    commands.remind_agencies(audit=made.audit, by=made.edie)
    assert not sent.exists()
    assert TrailEvent.objects.filter(event="known.reminded").count() == 3


def test_it_reminds_by_itself_around_the_day_of_the_commission(made: Asked) -> None:
    assert "knowing.remind" in chores()
    day = AuditStep.objects.get(audit=made.audit, code="known").on
    for after, told in ((-4, 0), (-3, 1), (-3, 1), (0, 2), (1, 2), (3, 3)):
        commands.remind_of_questions(on=day + dt.timedelta(days=after))
        sent = Message.objects.filter(notice="known.reminder", to=made.cora.person.email)
        assert sent.count() == told, after


def test_asking_again_asks_nothing_twice(made: Asked) -> None:
    with pytest.raises(NotPossible, match="already"):
        commands.ask_agencies(audit=made.audit, by=made.edie)
    with pytest.raises(NotAllowed):
        commands.ask_agencies(audit=made.audit, by=make_viewer(made.cora))
    assert Knowing.objects.count() == 2 * made.audit.participants.count()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("answer_knowing", {"answer": "cannot_tell", "why": "Typed while the chair pressed"}),
        ("take_back_knowing", {"because": "Typed while the chair pressed"}),
    ],
)
def test_what_is_typed_too_late_stays_without_who_the_child_is(
    made: Asked, name: str, given: dict[str, str]
) -> None:
    if name == "take_back_knowing":
        made.answered(KNOWN)
    cora = Answerer(made.client(made.cora))
    address = reverse(f"audit:{name}", args=[made.audit.reference, made.question().pk])
    cora.open(address)
    made.audit.opened_at = timezone.now()
    made.audit.save()
    said = KnowingSaid.objects.count()
    page = cora.send(**given)
    assert cora.status == 409
    assert "Typed while the chair pressed" in page
    assert "The round was opened on" in page
    assert made.child not in page
    assert KnowingSaid.objects.count() == said
    cora.open(address)
    assert (cora.status, made.child in cora.page) == (200, False)
