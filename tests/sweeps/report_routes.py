"""How the routes of reports are asked in a world: what `Fed` of routes.py is made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from factories.world import World
from safehub.audit.reports.models import ReportVersion, ReportWord

from .ways import READS, WRITES, Way


def _published(world: World) -> ReportVersion | None:
    return world.audit.reports.first()


def _draft(world: World) -> ReportVersion | None:
    """A correction of it, put forward, in which a word was found."""
    return world.audit.reports.last()


def _word(world: World) -> int:
    found = ReportWord.objects.filter(report=_draft(world)).last()
    return found.pk if found else 0


def _on_audit(*actions: str, way: Way = READS) -> dict[str, Any]:
    return {
        "arguments": lambda world: {"reference": world.audit.reference},
        "asks": lambda world: [(action, world.audit) for action in actions],
        "way": way,
    }


def _on(
    report: Callable[[World], ReportVersion | None],
    number: int,
    action: str,
    way: Way = READS,
    *,
    audit: str = "",
    **more: Any,
) -> dict[str, Any]:
    return {
        "arguments": lambda world: {
            "reference": world.audit.reference,
            "number": number,
            **{name: value(world) if callable(value) else value for name, value in more.items()},
        },
        "asks": lambda world: [
            *([(audit, world.audit)] if audit else []),
            (action, report(world)),
        ],
        "way": way,
    }


REPORTS: dict[str, dict[str, Any]] = {
    "audit:reports": _on_audit("audit.see"),
    "audit:reaudit": _on_audit("audit.see", "audit.see_figures"),
    "audit:make_report": _on_audit("audit.see", "audit.make_report", way=WRITES),
    "audit:report": _on(_published, 1, "report.see"),
    "audit:download": _on(_published, 1, "report.download", audit="audit.see", form="json"),
    "audit:report_preview": _on(_draft, 2, "report.see"),
    "audit:put_forward": _on(_draft, 2, "report.put_forward", WRITES),
    "audit:found_words": _on(_draft, 2, "report.see_words"),
    "audit:clear_word": _on(_draft, 2, "report.clear", WRITES, key=_word),
    "audit:sign_report": _on(_draft, 2, "report.sign", WRITES),
}
