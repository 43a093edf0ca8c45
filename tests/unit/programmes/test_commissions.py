"""Commissioning an audit: written by one person, signed by another, and an audit from then on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from factories.commissions import Commissioning
from safehub.audit.programmes.commissioning import commands
from safehub.audit.programmes.commissioning.drafting import (
    terms_of_draft,
    themes_from_lines,
    what_is_missing,
)
from safehub.audit.programmes.commissioning.letter import letter, rendered_letter
from safehub.audit.programmes.models import Audit, CommissionDraft
from safehub.audit.programmes.queries import terms_of
from safehub.audit.programmes.states import CommissionStatus
from safehub.audit.programmes.terms import Kind, ThemeTerms
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, EditConflict, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer


@pytest.fixture
def made(db: None) -> Commissioning:
    return Commissioning()


def address(name: str, draft: CommissionDraft) -> str:
    return reverse(f"commissions:{name}", args=[draft.pk])


def day(name: str, on: str) -> dict[str, str]:
    year, month, number = on.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def test_from_a_title_to_an_audit_on_pages(made: Commissioning) -> None:
    edie = Answerer(made.office.client())
    edie.open(reverse("commissions:commissions"))
    assert reverse("commissions:start") in edie.page
    edie.open(reverse("commissions:start"))
    edie.send(title="Voices 2027", kind="themed")
    draft = CommissionDraft.objects.get()
    assert "Before it can be signed:" in edie.page
    assert address("ask", draft) not in edie.page
    edie.open(address("about", draft))
    edie.send(
        **day("period_from", "2026-04-01"), **day("period_to", "2026-09-30"),
        reason="The last audit found gaps.", owner="Head of safeguarding",
        key_lines_of_enquiry="Was the child heard?\n\nDid the plan change?",
    )  # fmt: skip
    edie.open(address("themes", draft))
    edie.send(themes="* voice: The child's voice\nPlans and reviews")
    edie.open(address("agencies", draft))
    key = str(made.schools.pk)
    edie.send(agencies=[str(made.police.pk), key], **{f"unit_{key}": "school"})
    edie.open(address("tool", draft))
    edie.send(tool_version=str(made.tool.pk))
    edie.open(address("grading", draft))
    edie.send(grading_question="grade", good_0=["good"])
    edie.open(address("sample", draft))
    edie.send(sample_size="2", sample_reserve="1", sample_seed="42", sample_column="area")
    edie.open(address("dates", draft))
    edie.send(**day("starts_on", "2026-11-02"), days_frame="1", **day("on_meeting", "2027-02-02"))
    assert "The child&#39;s voice (voice, key line of enquiry)" in edie.page
    assert "Tuesday 2 February 2027" in edie.page
    edie.open(address("ask", draft))
    edie.send()
    assert "Waits for a signature" in edie.page
    assert address("sign", draft) not in edie.page
    fay = Answerer(made.client(made.fay))
    fay.open(address("sign", draft))
    assert "Head of safeguarding" in fay.page
    fay.send(name="Fay, coordinator")
    assert "The commission is signed" in fay.page
    audit = Audit.objects.get()
    assert audit.pack_sha256 is None
    assert reverse("audit:round", args=[audit.reference]) in fay.page
    draft.refresh_from_db()
    assert draft.signed_by_id == made.fay.person_id
    terms = terms_of(audit)
    assert terms == terms_of_draft(draft, signed_on=terms.commissioned_on or dt.date.min)
    assert terms.themes[1] == ThemeTerms("plans_and_reviews", "Plans and reviews")
    assert [(one.code, one.respondent_unit) for one in terms.agencies] == [
        ("schools", "school"), ("police", None),
    ]  # fmt: skip
    assert terms.grading is not None
    assert terms.grading.met_good == ("good",)
    assert (terms.plan.size, terms.plan.reserve, terms.plan.seed) == (2, 1, 42)
    assert terms.meeting_on == dt.date(2027, 2, 2)
    steps = {one.code: one for one in audit.steps.all()}
    assert steps["frame"].on == dt.date(2026, 11, 3)
    assert (steps["meeting"].on, steps["meeting"].is_by_hand) == (dt.date(2027, 2, 2), True)
    assert steps["returns"].on == audit.returns_due_on


def test_every_page_of_an_audit_that_has_no_frame_yet_opens(made: Commissioning) -> None:
    audit = made.signed().audit
    assert audit is not None
    fay = made.client(made.fay)
    for name in ("round", "reports", "risks", "raise_risk", "workbook"):
        answer = fay.get(reverse(f"audit:{name}", args=[audit.reference]))
        assert answer.status_code == 200, (name, answer.status_code)
    figures = fay.get(reverse("audit:figures", args=[audit.reference]))
    assert "No sample has been drawn" in figures.content.decode()


def test_nobody_signs_what_they_wrote_any_of(made: Commissioning) -> None:
    draft = made.written()
    fay = made.viewer(made.fay)
    commands.write_commission(draft=draft, changes={"reason": "Asked by the board."}, by=fay)
    draft.refresh_from_db()
    commands.ask_for_signature(draft=draft, by=made.edie)
    draft.refresh_from_db()
    for member in (made.office.edie, made.fay):
        with pytest.raises(NotAllowed):
            commands.sign_commission(
                draft=draft, edition=draft.edition, name="Me", by=made.viewer(member)
            )
        assert made.client(member).get(address("sign", draft)).status_code == 403
    signed = commands.sign_commission(
        draft=draft, edition=draft.edition, name="Hal", by=made.viewer(made.hal)
    )
    assert signed.audit is not None
    with pytest.raises(NotPossible, match="signed, and no longer changes"):
        commands.sign_commission(
            draft=signed, edition=signed.edition, name="Hal", by=made.viewer(made.hal)
        )
    assert Audit.objects.count() == 1


def test_those_who_may_sign_are_told_by_reference_alone(made: Commissioning) -> None:
    draft = made.waiting()
    told = Message.objects.filter(notice="commission.waiting")
    assert sorted(told.values_list("to", flat=True)) == ["fay@example.org", "hal@example.org"]
    assert {one.reference for one in told} == {f"commission {draft.pk}"}
    events = TrailEvent.objects.filter(record_kind="programmes.commissiondraft", outcome="allowed")
    assert {"commission.started", "commission.drafted", "commission.asked"} <= set(
        events.values_list("event", flat=True)
    )


def test_it_is_sent_back_with_what_is_to_be_changed(made: Commissioning) -> None:
    draft = made.waiting()
    hal = Answerer(made.client(made.hal))
    hal.open(address("send_back", draft))
    hal.send(because="The period is too short.")
    edie = Answerer(made.office.client())
    assert "The period is too short." in edie.open(address("commission", draft))
    assert address("about", draft) in edie.page
    # Whoever is to sign does not write.
    assert hal.client.get(address("about", draft)).status_code == 403


def test_what_was_not_read_is_not_signed(made: Commissioning) -> None:
    draft = made.waiting()
    fay = made.viewer(made.fay)
    read = draft.edition
    commands.send_back(draft=draft, because="Add a theme.", by=fay)
    draft.refresh_from_db()
    commands.write_commission(draft=draft, changes={"sample_size": 90}, by=made.edie)
    draft.refresh_from_db()
    draft = commands.ask_for_signature(draft=draft, by=made.edie)
    with pytest.raises(EditConflict, match="changed since you opened it"):
        commands.sign_commission(draft=draft, edition=read, name="Fay", by=fay)
    assert not Audit.objects.exists()


def test_two_who_write_at_once_lose_nothing(made: Commissioning) -> None:
    draft = made.written()
    edie, fay = Answerer(made.office.client()), Answerer(made.client(made.fay))
    edie.open(address("about", draft))
    fay.open(address("about", draft))
    edie.send(reason="Edie's reason.")
    fay.send(owner="Fay's owner")
    # She is shown what Edie wrote meanwhile, and sends both.
    assert fay.status == 409
    assert "Edie&#39;s reason." in fay.page
    fay.send()
    draft.refresh_from_db()
    assert (draft.reason, draft.owner) == ("Edie's reason.", "Fay's owner")
    edie.open(address("about", draft))
    fay.open(address("about", draft))
    edie.send(reason="One.")
    fay.send(reason="Two.")
    assert fay.status == 409
    draft.refresh_from_db()
    assert draft.reason == "One."


def test_a_second_save_over_the_same_edition_is_refused(made: Commissioning) -> None:
    draft = made.written()
    CommissionDraft.objects.filter(pk=draft.pk).update(edition=draft.edition)
    first = CommissionDraft.objects.get(pk=draft.pk)
    commands._save(first, made.edie, "title")
    with pytest.raises(EditConflict):
        commands._save(draft, made.edie, "title")


def test_what_is_missing_is_told_and_nothing_is_asked_for(made: Commissioning) -> None:
    draft = made.begun()
    assert what_is_missing(draft) == [
        "Enter the period that the referrals are from.",
        "Choose the agencies that take part.",
        "Write at least one theme.",
        "Choose the audit tool.",
        "Enter how many cases are drawn.",
    ]
    with pytest.raises(NotPossible, match="Choose the audit tool"):
        commands.ask_for_signature(draft=draft, by=made.edie)
    wrong = made.written(by_hand={"meeting": "2026-11-02"}, grading_question="gone", met_good=["x"])
    assert what_is_missing(wrong) == [
        "The tool has no such grading question: choose it again.",
        "“The meeting is held” falls before “Moderation is done”: change the days.",
    ]


def test_another_tool_takes_its_grading_along(made: Commissioning) -> None:
    draft = made.written(grading_question="grade", met_good=["good"])
    from factories.tools import SHEETS
    from safehub.instruments.drafting import with_settings

    newer = made.office.version(with_settings(SHEETS, version="2"))
    edie = Answerer(made.office.client())
    edie.open(address("tool", draft))
    edie.send(tool_version=str(newer.pk))
    draft.refresh_from_db()
    assert (draft.tool_version_id, draft.grading_question, draft.met_good) == (newer.pk, "", [])


def test_a_retired_tool_is_not_signed(made: Commissioning) -> None:
    from safehub.instruments.commands import retire_version

    draft = made.waiting()
    retire_version(version=made.tool, by=made.edie)
    with pytest.raises(NotPossible, match="has been retired"):
        commands.sign_commission(
            draft=draft, edition=draft.edition, name="Fay", by=made.viewer(made.fay)
        )


def test_the_next_commission_begins_with_the_lengths_of_the_last(made: Commissioning) -> None:
    made.written(offsets={"frame": 3})
    again = made.begun()
    assert again.offsets == {"frame": 3}
    assert again.sample_seed.isdigit()


def test_who_is_not_concerned_sees_nothing_of_it(made: Commissioning) -> None:
    draft = made.waiting()
    others = [
        made._member("Asha", Role.AGENCY_AUDITOR, made.police),
        made._member("Ivy", Role.BOARD_MEMBER, made.office.agency),
        made._member("Kim", Role.AUDIT_COORDINATOR, made.police),
        Commissioning_elsewhere(),
    ]
    for member in others:
        client = made.client(member)
        assert client.get(address("commission", draft)).status_code == 404
        assert address("commission", draft) not in client.get("/commissions/").content.decode()


def Commissioning_elsewhere() -> object:  # noqa: N802
    from factories.tools import Office

    return Office("Elsewhere").edie


def test_a_commissioner_does_not_begin_one_and_a_coordinator_of_an_agency_neither(
    made: Commissioning,
) -> None:
    assert made.client(made.hal).get(reverse("commissions:start")).status_code == 403
    kim = made.viewer(made._member("Kim", Role.AUDIT_COORDINATOR, made.police))
    with pytest.raises(NotAllowed, match="own office"):
        commands.start_commission(title="Mine", kind=Kind.RAPID, by=kim)


def test_the_letter_says_the_terms_and_who_signed(made: Commissioning) -> None:
    draft = made.waiting()
    assert "This is a draft. Nobody has signed it." in letter(draft).texts()
    signed = commands.sign_commission(
        draft=draft, edition=draft.edition, name="Fay, coordinator", by=made.viewer(made.fay)
    )
    said = "\n".join(letter(signed).texts())
    assert "This is a draft" not in said
    for words in (
        "The last audit found gaps.", "The child's voice (key line of enquiry)", "Schools",
        "A tool, version 1", "2 cases, 1 in reserve", "Fay, coordinator", "voices-2027",
    ):  # fmt: skip
        assert words in said, words
    for form, begins in (("docx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!DOCTYPE")):
        body, _ = rendered_letter(signed, form)
        assert body[:20].upper().startswith(begins.upper()), form
    with pytest.raises(Absent):
        rendered_letter(signed, "exe")
    answer = made.client(made.hal).get(f"/commissions/{signed.pk}/letter.docx")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]


def test_a_discarded_draft_is_gone_from_the_list_and_no_longer_changes(
    made: Commissioning,
) -> None:
    draft = made.written()
    edie = Answerer(made.office.client())
    edie.open(address("discard", draft))
    edie.send()
    assert address("commission", draft) not in edie.page
    draft.refresh_from_db()
    assert draft.status == CommissionStatus.DISCARDED
    with pytest.raises(NotPossible, match="discarded"):
        commands.write_commission(draft=draft, changes={"reason": "No."}, by=made.edie)


@pytest.mark.parametrize(
    ("lines", "said"),
    [("voice: A\nvoice: B", "stands twice"), ("*", "has no words"), ("voice:", "has no words")],
)
def test_themes_that_cannot_be_told_apart_are_refused(lines: str, said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        themes_from_lines(lines)


def test_themes_are_read_with_and_without_codes() -> None:
    found = themes_from_lines("* v-1: The voice: heard?\n Reviews, and plans \n\n3: Three")
    assert found == [
        ThemeTerms("v-1", "The voice: heard?", True),
        ThemeTerms("reviews_and_plans", "Reviews, and plans"),
        ThemeTerms("3", "Three"),
    ]
