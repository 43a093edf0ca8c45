"""The routes of the meeting, of gaps and of actions, and what each is fed with."""

from __future__ import annotations

from typing import Any

from factories.world import World, canary
from safehub.audit.actions.models import Action, ActionUpdate
from safehub.audit.meetings.models import (
    Attendance,
    FindingEvidence,
    Gap,
    LearningNote,
    Meeting,
    MeetingStatement,
)
from safehub.audit.returns.models import Return

from .fed import Fed
from .ways import POSTS, WRITES


def _audit(world: World) -> dict[str, Any]:
    return {"reference": world.audit.reference}


def _meeting(world: World) -> Meeting:
    """It is planned, and social care came."""
    meeting = Meeting.objects.get_or_create(audit=world.audit)[0]
    if meeting.planned_on is None:
        meeting.planned_on = world.audit.meeting_on
        meeting.save()
        Attendance.objects.create(
            meeting=meeting,
            participant=world.audit.participants.get(code="CSC"),
            role=canary("ATTENDED", 900),
            state="present",
        )
    return meeting


def _planned(world: World) -> dict[str, Any]:
    _meeting(world)
    return _audit(world)


def _statement(world: World, kind: str) -> MeetingStatement:
    return MeetingStatement.objects.get_or_create(
        meeting=_meeting(world),
        kind=kind,
        position=9,
        defaults={"text": canary("SAID", 900), "owner": canary("SAID", 901)},
    )[0]


def _evidence(world: World) -> dict[str, Any]:
    """A finding rests on something."""
    FindingEvidence.objects.get_or_create(
        meeting=_meeting(world),
        statement=_statement(world, "finding"),
        kind="passage",
        text=canary("EVIDENCE", 900),
        defaults={"source": "Case 01", "kept_at": world.audit.commissioned_at},
    )
    return _planned(world)


def _note(world: World) -> LearningNote:
    """Social care was sent what is learnt, and has not passed it on."""
    return LearningNote.objects.get_or_create(
        meeting=_meeting(world),
        participant=world.audit.participants.get(code="CSC"),
        moment="meeting",
        defaults={"text": canary("LEARNT", 900), "sent_at": world.audit.commissioned_at},
    )[0]


def on_note(*actions: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": _note(world).pk},
        lambda world: [(action, _meeting(world)) for action in actions],
        **more,
    )


def _learnt(world: World) -> dict[str, Any]:
    _note(world)
    return _audit(world)


def on_statement(kind: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": _statement(world, kind).pk},
        lambda world: [("meeting.see", _meeting(world)), ("audit.record_meeting", world.audit)],
        **more,
    )


def on_meeting(**more: Any) -> Fed:
    return Fed(
        _planned,
        lambda world: [("audit.see", world.audit), ("audit.record_meeting", world.audit)],
        **more,
    )


def _case(world: World) -> Any:
    """One that social care knows."""
    return Return.objects.get(pk=world.waiting.glass.key).case


def _gap(world: World, letter: str) -> Gap:
    """A gap of the theme of plans: on b stands an action of social care, on z none."""
    return Gap.objects.get_or_create(
        meeting=_meeting(world),
        theme=world.audit.themes.get(code="plans"),
        letter=letter,
        defaults={"position": 9, "text": canary("GAP", 900), "owner": canary("GAP", 901)},
    )[0]


def _action(world: World, status: str = "in_progress") -> Action:
    """An action of social care that stands so, of which somebody has said something."""
    made = Action.objects.get_or_create(
        gap=_gap(world, "b"),
        owner_agency=world.audit.participants.get(code="CSC"),
        status=status,
        defaults={
            "position": 9,
            "text": canary("ACTION", 900),
            "person": canary("OWNER", 900),
            "measure": canary("ACTION", 901),
        },
    )[0]
    ActionUpdate.objects.get_or_create(
        action=made,
        text=canary("UPDATE", 900),
        defaults={
            "status": status,
            "progress": "on_track",
            "evidence": canary("UPDATE", 901),
            "made_at": world.audit.commissioned_at,
        },
    )
    return made


def on_action(*actions: str, status: str = "in_progress", **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": _action(world, status).pk},
        lambda world: [(action, _action(world, status)) for action in actions],
        **more,
    )


def on_gap(**more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": _gap(world, "z").pk},
        lambda world: [("meeting.see", _meeting(world)), ("audit.record_meeting", world.audit)],
        **more,
    )


def on_audit(*actions: str, **more: Any) -> Fed:
    return Fed(_audit, lambda world: [(action, world.audit) for action in actions], **more)


PLANNED: dict[str, Fed] = {
    "audit:meeting": Fed(_evidence, lambda world: [("audit.see", world.audit)]),
    "audit:keep_passage": Fed(
        lambda world: {**_evidence(world), "key": world.waiting.glass.key},
        lambda world: [
            ("return.see", Return.objects.get(pk=world.waiting.glass.key)),
            ("audit.record_meeting", world.audit),
        ],
        way=WRITES,
    ),
    "audit:keep_figure": Fed(
        lambda world: {**_evidence(world), "name": "CSC.met_good"},
        lambda world: [
            (action, world.audit)
            for action in ("audit.see", "audit.record_meeting", "audit.see_figures")
        ],
        way=WRITES,
    ),
    "audit:plan_meeting": on_meeting(way=WRITES),
    "audit:invite": on_meeting(way=WRITES),
    "audit:attendance": on_meeting(way=WRITES),
    "audit:open_meeting": on_meeting(way=WRITES),
    "audit:minutes": Fed(
        _planned,
        lambda world: [("meeting.see", _meeting(world)), ("audit.record_meeting", world.audit)],
        way=WRITES,
    ),
    "audit:add_statement": on_meeting(way=WRITES),
    "audit:change_statement": on_statement("finding", way=WRITES),
    "audit:remove_statement": on_statement("next_step", way=WRITES),
    "audit:project": on_audit("audit.see", way=POSTS),
    "audit:meeting_case": Fed(
        lambda world: {**_audit(world), "number": _case(world).number},
        lambda world: [("audit.see", world.audit), ("case.see", _case(world))],
    ),
    "audit:meeting_theme": Fed(
        lambda world: {**_audit(world), "code": "plans"},
        lambda world: [("audit.see", world.audit)],
    ),
    "audit:learning": Fed(_learnt, lambda world: [("meeting.see", _meeting(world))]),
    "audit:send_learning": Fed(
        _learnt,
        lambda world: [("meeting.see", _meeting(world)), ("audit.record_meeting", world.audit)],
        way=WRITES,
    ),
    "audit:pass_on_learning": on_note("meeting.see", "meeting.pass_on_learning", way=WRITES),
    "audit:gaps": on_audit("audit.see"),
    "audit:add_gap": Fed(
        _audit,
        lambda world: [("audit.see", world.audit), ("audit.record_meeting", world.audit)],
        way=WRITES,
    ),
    "audit:change_gap": on_gap(way=WRITES),
    "audit:remove_gap": on_gap(way=WRITES),
    "audit:link_gap": on_gap(way=WRITES),
    "audit:add_action": on_gap(way=WRITES),
    "audit:plan": on_audit("audit.see", "audit.export_plan"),
    "audit:action": on_action("action.see"),
    "audit:change_action": Fed(
        lambda world: {**_audit(world), "key": _action(world).pk},
        lambda world: [("action.see", _action(world)), ("audit.record_meeting", world.audit)],
        way=WRITES,
    ),
    "audit:update_action": on_action("action.update", way=WRITES),
    "audit:check_action": on_action("action.check", status="done", way=WRITES),
}
