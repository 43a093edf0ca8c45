"""Actions on pages: agreed, updated by their owners, checked by others."""

from __future__ import annotations

import datetime as dt
import html
import io
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.people import make_viewer, operator
from factories.publishing import IN_HAND
from factories.world import World, canary, whole_world
from safehub.audit.actions import commands, queries
from safehub.audit.actions.models import Action, ActionUpdate
from safehub.audit.actions.plans import ActionTerms
from safehub.audit.actions.states import ActionStatus
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.govuk.wording import day
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

OFFICE = (Role.AUDIT_COORDINATOR, "office")
OWNER = (Role.ACTION_OWNER, "CSC")
CHAIR = (Role.MEETING_CHAIR, "office")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path)
    # What a report had to have before it could be published.
    Action.objects.filter(text=IN_HAND).delete()
    Action.objects.exclude(owner_agency__code="CSC").update(due_on=None)
    return made


def of_social_care() -> Action:
    return Action.objects.get(owner_agency__code="CSC")


def test_an_action_goes_from_its_owner_to_somebody_elses_check(world: World) -> None:
    action = of_social_care()
    ref = world.audit.reference
    here = reverse("audit:action", args=[ref, action.pk])
    owner = Answerer(world.client(*OWNER))
    assert here in owner.open(reverse("own_actions"))
    assert "Not begun" in owner.open(here)
    assert "Change what was agreed" not in owner.page
    owner.open(reverse("audit:update_action", args=[ref, action.pk]))
    owner.send(progress="behind", text="Two teams are trained.")
    assert "Under way" in owner.page
    owner.open(reverse("audit:update_action", args=[ref, action.pk]))
    owner.send(progress="done", text="All are.", evidence="Nine of ten plans are dated.")
    assert "Done: whether it works is still to be checked" in owner.page
    assert "Evidence of impact: Nine of ten plans are dated." in owner.page
    assert owner.client.get(reverse("audit:check_action", args=[ref, action.pk])).status_code == 403
    chair = Answerer(world.client(*CHAIR))
    assert here in chair.open(reverse("own_actions"))
    chair.open(reverse("audit:check_action", args=[ref, action.pk]))
    chair.send(works="no", text="Three of ten that I read are not.")
    assert "Checked: it does not work yet" in chair.page
    owner.open(reverse("audit:update_action", args=[ref, action.pk]))
    owner.send(progress="done", text="Now they are.")
    chair.open(reverse("audit:check_action", args=[ref, action.pk]))
    chair.send(works="yes", text="Ten of ten.")
    assert "Closed: somebody else found that it works" in chair.page
    owner.open(reverse("audit:update_action", args=[ref, action.pk]))
    owner.send(progress="stuck", text="Again.")
    assert owner.status == 422
    assert "This action is closed." in owner.page
    said = action.updates.order_by("pk").values_list("status", "works")
    assert list(said) == [
        ("in_progress", None),
        ("done", None),
        ("in_progress", False),
        ("done", None),
        ("closed", True),
    ]
    events = TrailEvent.objects.filter(record_kind="actions.action", record_key=action.pk)
    assert events.filter(event="action.updated").count() == 3
    assert events.filter(event="action.checked").count() == 2


def test_whoever_said_that_it_is_done_does_not_check_it(world: World) -> None:
    action = of_social_care()
    edie = make_viewer(world.member(*OFFICE))
    commands.update_action(action=action, progress="done", text="They told me.", by=edie)
    with pytest.raises(NotPossible, match="somebody else checks"):
        commands.check_action(action=action, works=True, text="Yes.", by=edie)
    assert not queries.actions_to_check(edie)
    chair = make_viewer(world.member(*CHAIR))
    assert queries.actions_to_check(chair) == [action]
    commands.check_action(action=action, works=True, text="Yes.", by=chair)
    with pytest.raises(NotPossible, match="has not said that this action is done"):
        commands.check_action(action=action, works=True, text="Yes.", by=chair)


def test_nobody_of_the_agency_that_owns_it_checks_it(world: World) -> None:
    action = of_social_care()
    commands.update_action(action=action, progress="done", text="Done.", by=operator())
    own = make_viewer(world.member(Role.MEETING_CHAIR, "CSC"))
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        commands.check_action(action=action, works=True, text="Yes.", by=own)
    assert not queries.actions_to_check(own)


def test_the_person_is_seen_by_its_agency_and_the_office_alone(world: World) -> None:
    action = of_social_care()
    here = reverse("audit:action", args=[world.audit.reference, action.pk])
    name = action.person
    assert name.startswith("QX")
    seen = {
        (role, where): name in world.client(role, where).get(here).content.decode()
        for role, where in (
            *(OFFICE, OWNER, CHAIR),
            (Role.AGENCY_AUDITOR, "HEALTH"),
            (Role.BOARD_MEMBER, "office"),
            (Role.SCRUTINEER, "office"),
        )
    }
    assert [who for who, sees in seen.items() if sees] == [OFFICE, OWNER, CHAIR]


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.COMMISSIONER])
def test_the_board_sees_how_actions_stand_and_no_word_of_them(world: World, role: Role) -> None:
    action = of_social_care()
    commands.update_action(
        action=action, progress="done", text="Tom has one.", evidence="His file.", by=operator()
    )
    said = (action.text, action.measure, "Tom has one.", "His file.", "No dates in plans.")
    assert all(said)
    pages = [("gaps", ()), ("action", (action.pk,))]
    for name, args in pages:
        address = reverse(f"audit:{name}", args=[world.audit.reference, *args])
        words = html.unescape(world.client(role, "office").get(address).content.decode())
        assert not [one for one in said if one in words], name
        assert "Social Care" in words
        assert day(action.due_on) in words
        assert "Done: whether it works is still to be checked" in words
        assert "Plans" in words
        ours = html.unescape(world.client(*OFFICE).get(address).content.decode())
        assert action.text in ours
    assert (
        f"Action {action.pk}"
        in world.client(role, "office")
        .get(reverse("audit:gaps", args=[world.audit.reference]))
        .content.decode()
    )


def test_the_plan_is_taken_away_without_persons_and_formulas(world: World) -> None:
    action = of_social_care()
    action.text = "=HYPERLINK(1)"
    action.save()
    address = reverse("audit:plan", args=[world.audit.reference])
    answer = world.client(*OFFICE).get(address)
    assert action.person.encode() not in answer.content
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content))["actions"].values)
    texts = [row[3] for row in rows[1:]]
    assert texts == ["'=HYPERLINK(1)", "Observe."]
    assert [row[0] for row in rows[1:]] == ["3b", "1a"]
    assert rows[1][2] == "No dates in plans."
    assert world.client(*OFFICE).get(address).content == answer.content
    assert world.client(*OWNER).get(address).status_code == 403


def test_owners_are_reminded_once_each_time_by_reference_alone(world: World) -> None:
    action = of_social_care()
    person = world.member(*OWNER).person
    world.member(*OFFICE)
    due = action.due_on
    assert due is not None

    def told(notice: str) -> list[str]:
        found = Message.objects.filter(notice=notice, to=person.email).order_by("pk")
        return [message.reference for message in found]

    def remind(after: int) -> None:
        commands.remind_of_actions(on=due + dt.timedelta(days=after))

    remind(-30)
    assert told("action.due") == []
    for after in (-14, -13, -1):
        remind(after)
        remind(after)
    assert told("action.due") == [f"action {action.pk}"] * 2
    for after in (1, 2, 7, 27):
        remind(after)
    assert told("action.overdue") == [f"action {action.pk}"] * 3
    office = Message.objects.filter(notice="action.overdue", to=world.member(*OFFICE).person.email)
    assert not office.exists()
    remind(28)
    assert office.count() == 1
    remind(90)
    assert office.count() == 1
    assert action.text not in "".join(str(message.__dict__) for message in Message.objects.all())
    commands.update_action(action=action, progress="done", text="Done.", by=operator())
    Message.objects.filter(notice="action.overdue").delete()
    remind(91)
    assert told("action.overdue") == []


def test_the_board_is_given_counts_alone(world: World) -> None:
    action = of_social_care()
    assert action.due_on is not None
    board = make_viewer(world.member(Role.BOARD_MEMBER, "office"))
    on = action.due_on + dt.timedelta(days=28)
    health, social = queries.plan_counts(board, on)
    assert (health.agency, health.unfinished, health.undated, health.overdue) == ("Health", 1, 1, 0)
    assert (social.unfinished, social.overdue, social.escalated) == (1, 1, 1)
    before = queries.plan_counts(board, on - dt.timedelta(days=1))[1]
    assert (before.overdue, before.escalated) == (1, 0)
    stranger = make_viewer(world.member(Role.BOARD_MEMBER, "elsewhere"))
    assert queries.plan_counts(stranger, on) == []


def test_what_waits_stands_on_the_first_page(world: World) -> None:
    Action.objects.filter(owner_agency__code="CSC").update(
        due_on=timezone.localdate() - dt.timedelta(days=1)
    )
    owner = Answerer(world.client(*OWNER))
    assert "action of your agency is overdue" in owner.open("/")
    chair = Answerer(world.client(*CHAIR))
    assert "action to check" not in chair.open("/")
    commands.update_action(action=of_social_care(), progress="done", text="Done.", by=operator())
    assert "action to check" in chair.open("/")
    assert "overdue" not in owner.open("/")


def terms(world: World, **changes: str) -> list[ActionTerms]:
    found = queries.actions_on(world.audit)
    return [
        ActionTerms(
            gap=one.gap,
            text=changes.get(one.text, one.text),
            owner_agency=one.owner_agency,
            person=one.person,
            due_on=one.due_on,
            measure=one.measure,
            status=ActionStatus.IN_PROGRESS,
        )
        for one in found
    ]


def test_actions_that_are_agreed_again_keep_what_was_said_of_them(world: World) -> None:
    action = of_social_care()
    commands.update_action(action=action, progress="behind", text="Late.", by=operator())
    again = terms(world)
    commands.agree_actions(audit=world.audit, actions=again, by=operator())
    assert queries.actions_on(world.audit) == again
    assert of_social_care().updates.get().text == "Late."
    changed = terms(world, **{"Date each step.": "Date every step."})
    with pytest.raises(NotPossible, match="leave them in"):
        commands.agree_actions(audit=world.audit, actions=changed, by=operator())
    changed = terms(world, **{"Observe.": "Observe babies."})
    commands.agree_actions(audit=world.audit, actions=changed, by=operator())
    assert [one.text for one in queries.actions_on(world.audit)] == [
        "Date each step.",
        "Observe babies.",
    ]


def test_an_action_is_agreed_and_agreed_anew_on_pages(world: World) -> None:
    gap = of_social_care().gap
    ref = world.audit.reference
    chair = Answerer(world.client(*CHAIR))
    chair.open(reverse("audit:add_action", args=[ref, gap.pk]))
    typed = {
        "text": "Train the teams.",
        "owner_agency": str(world.audit.participants.get(code="HOMES").pk),
        "person": canary("NOBODY", 1),
        "due_on-day": "1",
        "due_on-month": "3",
        "due_on-year": "2027",
    }
    chair.send(**typed)
    assert chair.status == 422
    chair.send(**typed, measure="Ten plans.")
    made = Action.objects.get(text="Train the teams.")
    assert (made.position, made.status, made.owner_agency.code) == (3, "open", "HOMES")
    chair.open(reverse("audit:change_action", args=[ref, made.pk]))
    chair.send(owner_agency=str(world.audit.participants.get(code="HEALTH").pk))
    made.refresh_from_db()
    assert (made.owner_agency.code, made.measure) == ("HEALTH", "Ten plans.")
    for role, where in (OWNER, (Role.AGENCY_COORDINATOR, "CSC"), (Role.BOARD_MEMBER, "office")):
        client = world.client(role, where)
        status = client.get(reverse("audit:change_action", args=[ref, made.pk])).status_code
        assert status in (403, 404), role
    assert not ActionUpdate.objects.exists()
