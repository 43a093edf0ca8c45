"""Every route of the resolver, what it needs, and who may use it: what the sweeps are fed with.

A route that is not here fails the sweep; nothing else has to be written for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver, get_resolver

from factories.people import operator
from factories.workbooks import filled_workbook
from factories.world import World, canary
from safehub.audit.returns.models import (
    Return,
    ReturnEvidence,
    RiskAlert,
    SentWorkbook,
    WorkingReturn,
)
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.documents import uploads
from safehub.instruments.presenters import list_key

from .asked import ASKED
from .coded import CODED
from .commissioned import COMMISSIONED
from .fed import OWN, Fed
from .looks import a_look
from .planned import PLANNED
from .registered import REGISTERED
from .report_routes import REPORTS
from .ways import (
    ABSENT,
    ACCOUNT_ARGUMENTS,
    CONFIRMS,
    OPEN_ARGUMENTS,
    POSTS,
    READ_ELSEWHERE,
    READ_HERE,
    READS,
    WRITES,
    Way,
)

__all__ = ["FED", "MANAGING", "OWN", "Fed", "Route", "arguments", "routes"]


@dataclass(frozen=True)
class Route:
    """A route by its name, and the view behind it."""

    name: str
    view: Callable[..., Any]
    parameters: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Anybody may come to it, signed in or not."""
        return not getattr(self.view, "login_required", True)


def routes() -> list[Route]:
    return sorted(_within(get_resolver(), ""), key=lambda route: route.name)


def _within(resolver: URLResolver, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (namespace, pattern.namespace or "") if part)
            yield from _within(pattern, inner)
        elif isinstance(pattern, URLPattern):
            name = ":".join(part for part in (namespace, pattern.name or "") if part)
            assert pattern.name, f"the route {pattern.pattern} has no name"
            yield Route(name, pattern.callback, tuple(pattern.pattern.converters))


def _nothing(world: World) -> dict[str, Any]:
    return {}


def _audit(world: World) -> dict[str, Any]:
    return {"reference": world.audit.reference}


def _returns(world: World) -> QuerySet[Return]:
    return Return.objects.filter(
        participant__audit=world.audit,
        participant__code="CSC",
        versions__status="submitted",
        versions__known="yes",
        versions__is_latest=True,
    ).order_by("pk")


def _a_return(world: World) -> Return:
    """That over which the emergency team has broken glass."""
    return _returns(world).get(pk=world.waiting.glass.key)


def _unseen(world: World) -> Return:
    """Another return of the same agency, over which nobody has broken glass."""
    return _returns(world).exclude(pk=world.waiting.glass.key).first()  # type: ignore[return-value]


def _working(world: World) -> WorkingReturn:
    participant = world.audit.participants.get(code="CSC")
    case = world.audit.draws.order_by("number").last().cases.get(number="01")  # type: ignore[union-attr]
    now = world.audit.commissioned_at
    return WorkingReturn.objects.get_or_create(
        participant=participant,
        case=case,
        defaults={
            "tool_version": world.audit.tool_version,
            "answers": {"known": "yes", "comment": canary("ANSWER", 900)},
            "set_aside": [
                {
                    "question": "Comment?",
                    "answer": canary("ANSWER", 901),
                    "why": "The question is gone.",
                    "version": "0",
                    "file": "",
                }
            ],
            "started_at": now,
            "updated_at": now,
        },
    )[0]


def on_working(action: str, way: Way = WRITES, late: Way | None = None, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": _working(world).pk, **more},
        lambda world: [(action, _working(world))],
        way=way,
        late=late,
    )


def _file(world: World) -> ReturnEvidence:
    return ReturnEvidence.objects.get_or_create(
        audit_return=_a_return(world),
        column="comment",
        name="page.txt",
        defaults={
            "sha256": uploads.keep(settings.UPLOADS, b"A page."),
            "size": 7,
            "added_at": world.audit.commissioned_at,
        },
    )[0]


def _with_sent(world: World, known: str) -> dict[str, Any]:
    """Each member has sent in a workbook of social care in which case 01 answers this."""
    if known not in world.workbooks:
        row = {"case": "01", "status": "submitted", "known": known}
        of = world.audit.participants.get(code="CSC")
        world.workbooks[known] = filled_workbook(operator(), of, [row])
    data = world.workbooks[known]
    sha256 = uploads.keep(settings.UPLOADS, data)
    for member in world.members.values():
        SentWorkbook.objects.update_or_create(
            audit=world.audit,
            membership=member,
            defaults={
                "name": "CSC.xlsx",
                "sha256": sha256,
                "size": len(data),
                "sent_at": world.audit.commissioned_at,
                "taken_at": None,
            },
        )
    return _audit(world)


def _risk(world: World) -> RiskAlert:
    made = _a_return(world)
    return RiskAlert.objects.get_or_create(
        participant=made.participant,
        case=made.case,
        defaults={"what": canary("RISK", 900), "raised_at": world.audit.commissioned_at},
    )[0]


def on_risk(action: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": _risk(world).pk},
        lambda world: [(action, _risk(world))],
        **more,
    )


def on_look(action: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": a_look(world, _a_return(world)).pk},
        lambda world: [(action, a_look(world, _a_return(world)))],
        **more,
    )


def on_audit(*actions: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), **more},
        lambda world: [(action, world.audit) for action in actions],
    )


def _somebody(world: World) -> Any:
    return world.member(Role.AGENCY_AUDITOR, "CSC")


def on_person(action: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {"key": _somebody(world).person_id},
        lambda world: [("person.see", _somebody(world).person), (action, _somebody(world).person)],
        **more,
    )


def on_membership(action: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {"key": _somebody(world).pk},
        lambda world: [("membership.see", _somebody(world)), (action, _somebody(world))],
        **more,
    )


def on_version(*actions: str, asks_also: str = "", **more: Any) -> Fed:
    also = [(asks_also, None)] if asks_also else []
    way = more.pop("way", READS)
    return Fed(
        lambda world: {"key": world.tool.pk, **more},
        lambda world: [*((action, world.tool) for action in actions), *also],
        way=way,
    )


def on_draft(action: str, **more: Any) -> Fed:
    way = more.pop("way", READS)
    return Fed(
        lambda world: {"key": world.draft.pk, **more},
        lambda world: [("tool.see_draft", world.draft), (action, world.draft)],
        way=way,
    )


def starts(**more: Any) -> Fed:
    return Fed(_nothing, lambda world: [("tool.start", None)], **more)


def on_waiting(name: str, *actions: str, way: Way = WRITES) -> Fed:
    """A thing that waits, on which the actions are done."""
    return Fed(
        lambda world: {"key": getattr(world.waiting, name).pk},
        lambda world: [(action, getattr(world.waiting, name)) for action in actions],
        way=way,
    )


def on_dead(name: str) -> Fed:
    """A message or a task that was given up: who may see any may see it, in any partnership."""
    return Fed(
        lambda world: {"key": getattr(world.waiting, name).pk},
        lambda world: [("outbox.see", None)],
        way=WRITES,
    )


def on_offer(asks: Callable[[World], list[tuple[str, Any]]] = lambda world: [], **more: Any) -> Fed:
    """A role that is held out to somebody."""
    return Fed(lambda world: {"key": world.waiting.offer.pk}, asks, way=POSTS, **more)


FED: dict[str, Fed] = {
    **COMMISSIONED,
    **REGISTERED,
    **ASKED,
    "home": OWN,
    "audit:audits": OWN,
    "audit:round": on_audit("audit.see"),
    "audit:figures": on_audit("audit.see", "audit.see_figures"),
    "audit:figures_csv": on_audit("audit.see", "audit.see_figures"),
    "audit:figure": Fed(
        lambda world: {**_audit(world), "name": "CSC.met_good"},
        lambda world: [
            (action, world.audit) for action in ("audit.see", "audit.see_grid", "audit.see_figures")
        ],
        hides=("audit.see_grid",),
    ),
    **{name: Fed(**fed) for name, fed in REPORTS.items()},
    "audit:return": Fed(
        lambda world: {**_audit(world), "key": _a_return(world).pk},
        lambda world: [("return.see", _a_return(world))],
    ),
    "audit:change_tool": Fed(
        _audit, lambda world: [("audit.change_tool", world.audit)], way=WRITES
    ),
    "audit:return_file": Fed(
        lambda world: {**_audit(world), "key": _a_return(world).pk, "file": _file(world).pk},
        lambda world: [
            ("return.see", _a_return(world)),
            ("return.see_evidence", _a_return(world)),
        ],
    ),
    "audit:sign_off": Fed(
        lambda world: {**_audit(world), "key": _a_return(world).pk},
        lambda world: [("return.sign_off", _a_return(world))],
        way=WRITES,
        late=READ_HERE,
    ),
    "audit:allocations": on_audit("audit.see_allocations"),
    "audit:allocate": Fed(
        lambda world: {**_audit(world), "number": "01"},
        lambda world: [
            ("audit.see_allocations", world.audit),
            ("case.allocate", _working(world).case),
        ],
        way=WRITES,
    ),
    "audit:risks": on_audit("audit.see"),
    "audit:raise_risk": Fed(
        _audit,
        lambda world: [("audit.see", world.audit), ("risk.raise", world.audit)],
        way=WRITES,
    ),
    "audit:risk": on_risk("risk.see"),
    "audit:acknowledge_risk": on_risk("risk.acknowledge", way=WRITES),
    "audit:conclude_risk": on_risk("risk.conclude", way=WRITES),
    **PLANNED,
    **CODED,
    "own_actions": OWN,
    "board": Fed(_nothing, lambda world: [("board.see", None)]),
    "audit:moderation": on_audit("audit.see_moderation"),
    "audit:choose_moderated": Fed(
        _audit, lambda world: [("audit.choose_moderated", world.audit)], way=WRITES
    ),
    "audit:second_look": on_look("moderation.see"),
    "audit:grade_again": on_look("moderation.grade", way=WRITES, late=READ_HERE, was="awaited"),
    "audit:send_back": on_look("moderation.send_back", way=WRITES, late=READ_HERE, was="awaited"),
    "audit:own_cases": on_audit("audit.answer"),
    "audit:workbook": Fed(
        _audit,
        lambda world: [("audit.see", world.audit), ("audit.send_workbook", world.audit)],
        way=WRITES,
        late=READ_HERE,
    ),
    "audit:blank_workbook": on_audit("audit.see", "audit.fetch_workbook", code="CSC"),
    "audit:sent_workbook": Fed(
        lambda world: _with_sent(world, "no"),
        lambda world: [("audit.see", world.audit), ("audit.send_workbook", world.audit)],
        way=Way(post=422),
        late=READ_ELSEWHERE,
    ),
    "audit:marked_workbook": Fed(
        lambda world: _with_sent(world, "perhaps"),
        lambda world: [("audit.send_workbook", world.audit)],
    ),
    "audit:begin_return": Fed(
        lambda world: {**_audit(world), "number": "01"},
        lambda world: [
            ("audit.answer", world.audit),
            ("case.see", _working(world).case),
            ("return.begin", _working(world).case),
        ],
        way=WRITES,
        late=READ_HERE,
    ),
    "audit:answers": on_working("return.see_working", READS),
    "audit:answer_part": on_working("return.answer", late=READ_ELSEWHERE, number=2),
    "audit:check_answers": on_working("return.answer", late=READ_ELSEWHERE),
    "audit:discard_answers": on_working("return.answer", late=READ_ELSEWHERE),
    "tools:tools": OWN,
    "tools:start": starts(),
    "tools:blank": starts(way=WRITES),
    "tools:upload_new": starts(way=WRITES),
    "tools:ready": starts(way=WRITES),
    "tools:version": on_version("tool.see"),
    "tools:version_preview": on_version("tool.see"),
    "tools:xlsform": on_version("tool.see"),
    "fhir:questionnaire": on_version("tool.see"),
    "tools:compare": Fed(
        lambda world: {"key": world.tool.pk, "before": world.audit.tool_version_id},
        lambda world: [("tool.see", world.tool), ("tool.see", world.audit.tool_version)],
    ),
    "tools:carry": on_version("tool.see", asks_also="tool.start", way=WRITES),
    "tools:retire": on_version("tool.see", "tool.retire", way=WRITES),
    "tools:draft": on_draft("tool.see_draft", way=WRITES),
    "tools:row": on_draft("tool.write", row=1, way=WRITES),
    "tools:remove_row": on_draft("tool.write", row=1, way=WRITES),
    "tools:add_question": on_draft("tool.write", after=0, way=WRITES),
    "tools:add_section": on_draft("tool.write", after=0, way=WRITES),
    "tools:lists": on_draft("tool.write"),
    "tools:add_list": on_draft("tool.write", way=WRITES),
    "tools:list": on_draft("tool.write", name=list_key("grades"), way=WRITES),
    "tools:settings": on_draft("tool.write", way=WRITES),
    "tools:draft_preview": on_draft("tool.see_draft"),
    "tools:draft_compare": on_draft("tool.see_draft"),
    "tools:publish": on_draft("tool.publish", way=WRITES),
    "tools:discard": on_draft("tool.write", way=WRITES),
    "tools:draft_xlsform": on_draft("tool.see_draft"),
    "tools:upload": on_draft("tool.write", way=WRITES),
    "tools:refused": on_draft("tool.write"),
    "tools:marked": on_draft("tool.write"),
    "tools:take": on_draft("tool.write", way=WRITES),
    # For the privacy officer, who need not open the record, see expected.py.
    "trail": Fed(
        lambda world: {"kind": "programmes.audit", "key": world.audit.pk},
        lambda world: [("audit.see", world.audit), ("trail.see", None)],
    ),
    "letters": Fed(_nothing, lambda world: [("outbox.see", None)]),
    "lay_aside": on_dead("message"),
    "retry": on_dead("message"),
    "lay_task_aside": on_dead("task"),
    "retry_task": on_dead("task"),
    "close_alert": on_waiting("alert", "alert.see"),
    "recheck_label": Fed(
        lambda world: {"key": world.waiting.label.pk},
        lambda world: [("record.label", None), ("audit.see", world.audit)],
        hides=("record.label",),
        way=WRITES,
    ),
    "break_glass": Fed(
        lambda world: {"kind": "returns.return", "key": _unseen(world).pk},
        lambda world: [("return.see", _unseen(world)), ("glass.break", None)],
        wants_glass="return.see",
        way=WRITES,
    ),
    "review_glass": on_waiting("glass", "glass.see", "glass.review"),
    "confirm_glass": on_waiting("glass", "glass.see", "glass.confirm"),
    "decide_conflict": on_waiting("conflict", "conflict.see", "conflict.decide"),
    "reverse_conflict": on_waiting("conflict", "conflict.see", "conflict.decide"),
    "submissions:discard": Fed(
        lambda world: {"key": world.waiting.draft.pk},
        owner=lambda world: world.waiting.draft.person_id,
        way=CONFIRMS,
    ),
    "accounts:end_session": Fed(
        lambda world: {"key": world.waiting.session.pk},
        owner=lambda world: world.waiting.session.user_id,
        way=POSTS,
    ),
    "accounts:accept_offer": on_offer(owner=lambda world: _somebody(world).person_id),
    "accounts:decline_offer": on_offer(owner=lambda world: _somebody(world).person_id),
    "accounts:withdraw_offer": on_offer(
        lambda world: [("person.add", world.agencies["CSC"])], hides=("person.add",)
    ),
    # Whoever has the link may follow it.
    "accounts:accept": Fed(lambda world: {"token": world.waiting.invitation}, way=Way(post=422)),
    "alerts": Fed(_nothing, has_role="alert.see"),
    "glass": Fed(_nothing, has_role="glass.see"),
    "labels": Fed(_nothing, has_role="record.label"),
    "conflicts": Fed(_nothing, has_role="conflict.decide"),
    "declare_conflict": Fed(
        lambda world: {"kind": "programmes.audit", "key": world.audit.pk},
        lambda world: [("audit.see", world.audit)],
        way=WRITES,
    ),
    "accounts:people": OWN,
    "accounts:person": on_person("person.see"),
    "accounts:rename": on_person("person.rename", way=WRITES),
    "accounts:send_again": on_person("person.invite", way=WRITES),
    "accounts:begin_anew": on_person("person.begin_anew", way=WRITES),
    "accounts:deactivate": on_person("person.deactivate", way=WRITES),
    "accounts:reactivate": on_person("person.reactivate", way=WRITES),
    "accounts:membership": on_membership("membership.end"),
    "accounts:end_membership": on_membership("membership.end", way=WRITES),
    "accounts:train": on_membership("membership.train", way=WRITES),
    "accounts:let_break_glass": on_membership("membership.let_break_glass", way=WRITES),
    "accounts:take_glass": on_membership("membership.let_break_glass", way=WRITES),
}

# Pages that hand out an agency to choose from, for those who look after any.
MANAGING: dict[str, Fed] = {
    "accounts:invite": Fed(_nothing, manages="person.add", way=WRITES),
    "accounts:add_membership": Fed(
        lambda world: {"key": _somebody(world).person_id},
        lambda world: [("person.see", _somebody(world).person)],
        manages="membership.add",
        way=WRITES,
    ),
}


def arguments(route: Route, world: World) -> dict[str, Any]:
    """What stands in the route's address in the world."""
    fed = FED.get(route.name) or MANAGING.get(route.name)
    if fed is not None:
        return fed.arguments(world)
    if route.name in ABSENT:
        return ABSENT[route.name][0]
    return OPEN_ARGUMENTS.get(route.name) or ACCOUNT_ARGUMENTS.get(route.name, {})
