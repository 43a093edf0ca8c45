"""How the routes of the programme, commissions, frames and samples are fed."""

from __future__ import annotations

from typing import Any

from factories.world import World
from safehub.audit.sampling.models import Case

from .fed import OWN, Fed
from .ways import READS, WRITES, Way


def _audit(world: World) -> dict[str, Any]:
    return {"reference": world.audit.reference}


def draws(**more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), **more},
        lambda world: [("audit.draw", world.audit)],
        way=WRITES,
    )


def _first_case(world: World) -> Case:
    last = world.audit.draws.order_by("number").last()
    return last.cases.get(number="01")  # type: ignore[union-attr]


def on_commission(action: str, way: Way = WRITES, **more: Any) -> Fed:
    return Fed(
        lambda world: {"key": world.commission.pk, **more},
        lambda world: [(action, world.commission)],
        way=way,
    )


def on_planned(action: str, way: Way = WRITES) -> Fed:
    return Fed(
        lambda world: {"key": world.planned.pk},
        lambda world: [(action, world.planned)],
        way=way,
    )


COMMISSIONED: dict[str, Fed] = {
    "audit:sample": Fed(_audit, lambda world: [("audit.see_sample", world.audit)]),
    "audit:frame": draws(),
    "audit:frame_columns": draws(),
    "audit:exclude": draws(),
    "audit:put_back": Fed(
        lambda world: {**_audit(world), "key": _first_case(world).referral_id},
        lambda world: [("audit.draw", world.audit), ("frame.see", _first_case(world).referral)],
        way=WRITES,
    ),
    "audit:draw": draws(),
    "audit:withdraw_case": Fed(
        lambda world: {**_audit(world), "number": "01"},
        lambda world: [("audit.draw", world.audit), ("case.see", _first_case(world))],
        way=WRITES,
    ),
    "audit:case_link": Fed(
        lambda world: {**_audit(world), "number": "01"},
        lambda world: [("audit.see", world.audit), ("case.see_link", _first_case(world))],
    ),
    "programme:programme": OWN,
    "programme:plan": Fed(lambda world: {}, lambda world: [("audit.commission", None)], way=WRITES),
    **{
        f"programme:{name}": Fed(lambda world: {}, lambda world: [("calendar.keep", None)], way=way)
        for name, way in (("calendar", READS), ("calendar_new", WRITES), ("calendar_off", WRITES))
    },
    "programme:planned": on_planned("plan.see", READS),
    "programme:change": on_planned("plan.write"),
    "programme:drop": on_planned("plan.write"),
    "programme:begin": on_planned("plan.write"),
    "commissions:commissions": OWN,
    "commissions:start": Fed(
        lambda world: {}, lambda world: [("audit.commission", None)], way=WRITES
    ),
    "commissions:commission": on_commission("commission.see", READS),
    "commissions:about": on_commission("commission.write"),
    "commissions:themes": on_commission("commission.write"),
    "commissions:agencies": on_commission("commission.write"),
    "commissions:tool": on_commission("commission.write"),
    "commissions:grading": on_commission("commission.write"),
    "commissions:sample": on_commission("commission.write"),
    "commissions:dates": on_commission("commission.write"),
    "commissions:ask": on_commission("commission.write"),
    "commissions:discard": on_commission("commission.write"),
    "commissions:send_back": on_commission("commission.send_back"),
    "commissions:sign": on_commission("commission.sign"),
    "commissions:letter": on_commission("commission.letter", READS, form="html"),
}
