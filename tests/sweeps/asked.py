"""Whether a child is known, and matters of conduct, as the world holds them for its pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from factories.world import World, canary
from safehub.audit.returns.models import (
    ConductMatter,
    Knowing,
    KnowingSaid,
    Return,
    ReturnSource,
    ReturnVersion,
)
from safehub.audit.sampling.queries import cases_drawn

from .fed import Fed
from .ways import READ_HERE, READS, WRITES, Way


def _audit(world: World) -> dict[str, Any]:
    return {"reference": world.audit.reference}


def open_question(world: World) -> Knowing:
    """Of CSC, on a case on which it returned nothing: it could not tell."""
    return _question(world, "cannot_tell", 0)


def settled_question(world: World) -> Knowing:
    """Of CSC, on the next such case: it knows the child."""
    return _question(world, "known", 1)


def _question(world: World, answer: str, at: int) -> Knowing:
    participant = world.audit.participants.get(code="CSC")
    said = ReturnVersion.objects.filter(
        audit_return__participant=participant,
        audit_return__case=OuterRef("pk"),
        known__in=["yes", "no"],
    )
    drawn = cases_drawn(world.audit).filter(number__isnull=False, withdrawal_position=None)
    case = drawn.filter(~Exists(said)).order_by("number")[at]
    now = world.audit.commissioned_at
    found, is_new = Knowing.objects.get_or_create(
        participant=participant,
        case=case,
        defaults={"answer": answer, "asked_at": now, "answered_at": now},
    )
    if is_new:
        KnowingSaid.objects.create(
            knowing=found, answer="cannot_tell", why=canary("CANNOTTELL", at + 1), said_at=now
        )
    return found


def a_matter(world: World) -> ConductMatter:
    """Of CSC as the employer, which nobody has acknowledged; raised at the machine."""
    return ConductMatter.objects.get_or_create(
        participant=world.audit.participants.get(code="CSC"),
        case=cases_drawn(world.audit).get(number="01"),
        kind="conduct",
        defaults={
            "what": canary("MATTER", 1),
            "outcome": canary("MATTER", 2),
            "raised_at": world.audit.commissioned_at,
        },
    )[0]


def _on_matter(action: str, way: Way = WRITES) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": a_matter(world).pk},
        lambda world: [(action, a_matter(world))],
        way=way,
    )


def _on(question: Any, action: str, way: Way = WRITES) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": question(world).pk},
        lambda world: [("knowing.see", question(world)), (action, question(world))],
        way=way,
        late=READ_HERE,
    )


def _of_audit(*actions: str, **more: Any) -> Fed:
    return Fed(_audit, lambda world: [(action, world.audit) for action in actions], **more)


def _sourced(world: World) -> Return:
    """A return of CSC, with what a child said on it."""
    made = Return.objects.get(pk=world.waiting.glass.key)
    for at, words in enumerate((canary("HEARD", 1), "")):
        ReturnSource.objects.get_or_create(
            audit_return=made,
            kind="child",
            was_asked=bool(words),
            defaults={
                "is_safe": bool(words),
                "asked_on": world.audit.period_to if words else None,
                "by_whom": canary("HEARD", 3) if words else "",
                "words": words,
                "not_asked_because": "" if words else canary("HEARD", 2 + at),
                "added_at": world.audit.commissioned_at,
            },
        )
    return made


ASKED: dict[str, Fed] = {
    "audit:add_source": Fed(
        lambda world: {**_audit(world), "key": _sourced(world).pk},
        lambda world: [("return.add_source", _sourced(world))],
        way=WRITES,
        late=READ_HERE,
    ),
    # Others of the agency see the page, and that they do not change what it shows.
    "audit:correct_source": Fed(
        lambda world: {
            **_audit(world),
            "key": _sourced(world).pk,
            "source": _sourced(world).sources.earliest("pk").pk,
        },
        lambda world: [("return.add_source", _sourced(world))],
        way=WRITES,
        late=READ_HERE,
    ),
    "audit:matters": _of_audit("audit.see", "conduct.raise"),
    "audit:raise_matter": _of_audit("audit.see", "conduct.raise", way=WRITES),
    "audit:matter": _on_matter("conduct.see", READS),
    "audit:acknowledge_matter": _on_matter("conduct.acknowledge"),
    "audit:conclude_matter": _on_matter("conduct.conclude"),
    "audit:sum_up": _of_audit("audit.sum_up", way=WRITES, late=READ_HERE),
    "audit:knowing": _of_audit("audit.say_known"),
    "audit:knowing_asked": _of_audit("audit.see_asked"),
    "audit:ask_known": _of_audit("audit.ask_known", way=WRITES),
    "audit:remind_known": _of_audit("audit.ask_known", way=WRITES),
    "audit:answer_knowing": _on(open_question, "knowing.answer"),
    "audit:take_back_knowing": _on(settled_question, "knowing.take_back"),
}
