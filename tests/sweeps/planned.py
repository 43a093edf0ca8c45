"""The routes of the meeting, of gaps and of actions, and what each is fed with."""

from __future__ import annotations

from typing import Any

from factories.world import World, canary
from safehub.audit.actions.models import Action, ActionUpdate
from safehub.audit.meetings.models import Gap, Meeting

from .fed import Fed
from .ways import WRITES


def _audit(world: World) -> dict[str, Any]:
    return {"reference": world.audit.reference}


def _meeting(world: World) -> Meeting:
    return Meeting.objects.get_or_create(audit=world.audit)[0]


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
