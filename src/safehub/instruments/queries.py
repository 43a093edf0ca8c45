"""Reading tools from the store."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet, Subquery

from safehub.foundation.access.decision import check, open_record, visible_to
from safehub.foundation.access.queries import rows_visible
from safehub.foundation.access.queries.kept import Rows
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotFound
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.instruments.states import DraftStatus, ToolStatus
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import read_tool
from safehub.register.agencies.models import Agency


def tool_of(version: ToolVersion) -> Tool:
    """The tool of a kept version. It was without mistakes when it was kept.

    A version never changes, so each is read once in the life of a process.
    """
    return _READ.get(version.sha256) or _read(version)


_READ: dict[str, Tool] = {}
_MOST_READ = 64


def _read(version: ToolVersion) -> Tool:
    mistakes = Mistakes()
    tool = read_tool(version.sheets, version.title, mistakes.of("tool.xlsx"))
    if tool is None or len(mistakes):
        raise ValueError(f"The kept tool version {version.pk} cannot be read: {list(mistakes)}")
    if len(_READ) >= _MOST_READ:
        _READ.clear()
    _READ[version.sha256] = tool
    return tool


def _ours(viewer: Viewer) -> Q:
    """Of the viewer's partnership, or of none: the boards of one installation are many."""
    if viewer.role is Role.LOCAL_OPERATOR:
        return Q()
    return Q(partnership__isnull=True) | Q(partnership=viewer.partnership)


def tool_versions(viewer: Viewer) -> QuerySet[ToolVersion]:
    """The versions of the viewer's partnership and those that came with packs, newest first."""
    found = ToolVersion.objects.filter(_ours(viewer)).defer("sheets").order_by("-pk")
    return visible_to(viewer, "tool.see", found)


def version_after(
    viewer: Viewer, version: ToolVersion, partnership: int | None
) -> ToolVersion | None:
    """The newest version of the same tool that the partnership has published since. One query."""
    since = tool_versions(viewer).filter(
        form_id=version.form_id,
        partnership=partnership,
        status=ToolStatus.PUBLISHED,
        published_at__isnull=False,
        pk__gt=version.pk,
    )
    return since.first()


def number_after(viewer: Viewer, version: ToolVersion, partnership: int) -> str:
    """The number of `version_after`, blank where there is none; for a page that is asked often.

    One query, which is worded once for each viewer.
    """

    def make(given: Sequence[int]) -> Rows:
        tool = ToolVersion.objects.filter(pk=given[0]).values("form_id")
        since = tool_versions(viewer).filter(
            form_id=Subquery(tool),
            partnership=given[1],
            status=ToolStatus.PUBLISHED,
            published_at__isnull=False,
            pk__gt=given[0],
        )
        return since.values_list("version")[:1]

    found = rows_visible(viewer, ("tool.see",), "tools.after", make, [version.pk, partnership])
    return found[0][0] if found else ""


def versions_of(viewer: Viewer, form_id: str) -> QuerySet[ToolVersion]:
    """The versions of one tool, newest first."""
    return tool_versions(viewer).filter(form_id=form_id)


def opened_version(viewer: Viewer, key: int, action: str = "tool.see") -> ToolVersion:
    """One version, opened on a page. Raises Absent and NotAllowed. Two queries."""
    return open_record(viewer, action, ToolVersion.objects.all(), pk=key)


def version_named(viewer: Viewer, form_id: str, number: str = "") -> ToolVersion:
    """The version of that tool, the newest published where no number is given. Raises NotFound."""
    found = versions_of(viewer, form_id).order_by("status", "-pk")
    version = (found.filter(version=number) if number else found).first()
    if version is None:
        known = sorted({f"{one.form_id} {one.version}" for one in tool_versions(viewer)})
        there_are = f"There are: {', '.join(known)}." if known else "There is none yet."
        raise NotFound(f"There is no tool {' '.join([form_id, number]).strip()}. {there_are}")
    check(viewer, "tool.see", version)
    return version


def open_drafts(viewer: Viewer) -> QuerySet[ToolDraft]:
    """The drafts that are being written, the last changed first."""
    found = ToolDraft.objects.filter(status=DraftStatus.OPEN).defer("sheets", "keys")
    return visible_to(viewer, "tool.see_draft", found.order_by("-updated_at", "-pk"))


def opened_draft(viewer: Viewer, key: int, action: str = "tool.see_draft") -> ToolDraft:
    """One draft, opened on a page for the action. Raises Absent and NotAllowed. Two queries."""
    drafts = ToolDraft.objects.select_related("based_on", "published_as")
    return open_record(viewer, action, drafts, pk=key)


def version_before(viewer: Viewer, draft: ToolDraft) -> ToolVersion | None:
    """What a draft is compared with: what it was carried from, else the newest of that tool."""
    if draft.based_on is not None:
        return draft.based_on
    return versions_of(viewer, draft.form_id).filter(partnership=draft.partnership_id).first()


def agency_codes(partnership: int | None) -> dict[str, str]:
    """The names of the partnership's agencies by code, without its own office. One query."""
    found = Agency.objects.filter(partnership=partnership, is_office=False).order_by("name", "pk")
    return dict(found.values_list("code", "name"))
