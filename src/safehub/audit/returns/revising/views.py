"""Moving a round to a newer version of its tool, after a look at what it would change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.revising import commands, forms, presenters, queries
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.errors import NotPossible
from safehub.foundation.govuk.wording import plural
from safehub.foundation.submissions.submitting import submit

NONE_NEWER = "No newer version of this tool is published: publish one first."


def change_tool(request: HttpRequest, reference: str) -> HttpResponse:
    """What a newer version would change in the round, and moving it there."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.change_tool")
    version = queries.newer_version(viewer, audit)

    def act(form: forms.MoveRoundForm) -> str:
        if version is None:
            raise NotPossible(NONE_NEWER)
        moved = commands.move_round(audit=audit, version=version, by=viewer, wording=wording)
        return (
            f"The round has version {moved.version.version} now. "
            f"{plural(moved.returns, 'return')} carried over, "
            f"{plural(moved.set_aside, 'answer')} set aside."
        )

    context: dict[str, Any] = {}
    wording = ""
    if version is not None:
        revision = queries.revision_of(audit, version)
        wording = revision.wording if revision.is_possible else ""
        numbers = [one.case.number or "" for one, _ in revision.open]
        numbers += [one.row.case for one in revision.hindrances]
        open_to = queries.cases_open_to(viewer, audit, numbers)
        context = {
            "revision": revision,
            "facts": presenters.facts_of(audit, version),
            "rows": presenters.difference_rows(revision),
            "open_rows": presenters.open_rows(revision, open_to),
            "reworded": presenters.reworded_rows(revision),
            "hindrances": presenters.hindrance_rows(revision, open_to),
            "why_not": "" if revision.is_possible else commands.why_not(revision),
        }
    return submit(
        request,
        forms.MoveRoundForm,
        act=act,
        title="Move this round to a newer version of its tool",
        success=str,
        then=reverse("audit:round", args=[reference]),
        template="returns/change_tool.html",
        record=audit,
        form_kwargs={
            "before": audit.tool_version_id,
            "version": version.pk if version is not None else 0,
            "wording": wording,
        },
        audit=audit,
        version=version,
        nothing=NONE_NEWER,
        button="Move the round",
        **context,
    )
