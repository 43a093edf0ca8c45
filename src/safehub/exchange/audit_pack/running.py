"""Running a pack from end to end: read, store, derive, write."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.commands import Report, make_report
from safehub.audit.reports.papers import make_folder, write_papers
from safehub.exchange.audit_pack.reading import Pack
from safehub.exchange.audit_pack.storing import store
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer

Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What a run came to."""

    audit: Audit
    report: Report


def run(pack: Pack, before: Pack | None, out: Path, say: Say, by: Viewer) -> Run:
    """Store the pack, write its report and its papers into `out`.

    Nothing is stored where the papers cannot be written. Raises NotPossible where `out` cannot
    be written to.
    """
    is_unused = not out.exists()
    make_folder(out)
    try:
        with transaction.atomic():
            say("Storing the audit")
            audit = store(pack, by)
            previous = store(before, by) if before is not None else None
            say("Deriving the figures")
            report = make_report(audit=audit, previous=previous, by=by)
            check(by, "audit.write_workbooks", audit)
            write_papers(out, audit, report, say)
        is_unused = False
    finally:
        if is_unused:
            with contextlib.suppress(OSError):
                out.rmdir()
    return Run(audit, report)
