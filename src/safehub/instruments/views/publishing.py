"""What differs between two versions, and making a draft one that never changes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.parts import Fact
from safehub.foundation.submissions.submitting import submit
from safehub.instruments import commands, forms, presenters
from safehub.instruments.comparing import Difference, differences
from safehub.instruments.queries import opened_version, tool_of, version_before
from safehub.instruments.views.writing import Opened, opened


@require_safe
def compare(request: HttpRequest, key: int, before: int) -> HttpResponse:
    """Two versions: the one that was published first is the one before."""
    viewer = viewer_on(request)
    new, old = opened_version(viewer, key), opened_version(viewer, before)
    if old.pk > new.pk:
        new, old = old, new
    found = differences(tool_of(old), tool_of(new))
    return page(
        request,
        "tools/compare.html",
        title=f"What is different: {new.title}",
        crumbs=[
            ("Tools", reverse("tools:tools")),
            (f"{new.title} {new.version}", reverse("tools:version", args=[new.pk])),
        ],
        rows=presenters.difference_rows(found),
        breaking=presenters.breaking(found),
        before=f"version {old.version}",
        after=f"version {new.version}",
    )


@require_safe
def draft_compare(request: HttpRequest, key: int) -> HttpResponse:
    """The draft beside the version before it."""
    at = opened(request, key)
    found, before = _before(at)
    nothing = (
        "Mend the mistakes first: as it is, the draft cannot be read as a tool."
        if at.judgement.tool is None
        else "There is no version before it to compare it with."
    )
    return page(
        request,
        "tools/draft_compare.html",
        title=at.draft.title,
        rows=presenters.difference_rows(found),
        breaking=presenters.breaking(found),
        before=before,
        nothing=nothing,
        **at.context("draft_compare"),
    )


def _before(at: Opened) -> tuple[tuple[Difference, ...], str]:
    """The differences from the version before, and which that is; blank for none."""
    version = version_before(at.viewer, at.draft)
    if version is None or at.judgement.tool is None:
        return (), ""
    return differences(tool_of(version), at.judgement.tool), f"version {version.version}"


def publish(request: HttpRequest, key: int) -> HttpResponse:
    """A last look, and the draft is a version."""
    at = opened(request, key, "tool.publish")
    found, before = _before(at)
    settings = at.drafted.settings
    return submit(
        request,
        forms.WholeDraftForm,
        act=lambda _: reverse(
            "tools:version", args=[commands.publish_draft(draft=at.draft, by=at.viewer).pk]
        ),
        title=at.draft.title,
        success="The version is published.",
        template="tools/publish.html",
        record=at.draft,
        facts=[
            Fact("Short name", settings.get("form_id", "")),
            Fact("Version", settings.get("version", "")),
            Fact("Questions", str(_asked(at))),
        ],
        rows=presenters.difference_rows(found),
        breaking=presenters.breaking(found),
        before=before,
        button="Publish it",
        **at.context("publish"),
    )


def _asked(at: Opened) -> int:
    tool = at.judgement.tool
    return sum(one.is_asked for one in tool.items) if tool else 0
