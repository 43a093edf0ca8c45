"""Who may read, write, publish and retire tools.

Tools hold questions and no answers: whoever signs in may read a version. A draft is its
partnership's office's alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.queries import runs

_COORDINATOR = frozenset({Role.AUDIT_COORDINATOR, Role.LOCAL_OPERATOR})
_READING_DRAFTS = frozenset({Role.AUDIT_MODERATOR, Role.MEETING_CHAIR})
_OWNER = frozenset({Relation.OWNER})
_ANYBODY = Q(pk__isnull=False)


def _to_version(viewer: Viewer) -> Mapping[Relation, Q]:
    return {Relation.OWNER: _ANYBODY, Relation.CONTRIBUTED: runs(viewer, "partnership")}


def _to_draft(viewer: Viewer) -> Mapping[Relation, Q]:
    return {Relation.OWNER: runs(viewer, "partnership")}


_KEPT = FieldRule(FieldClass.ADMINISTRATIVE, "as long as any audit that used it")
_DRAFTED = "until it is published or discarded, and one year more"
_DRAFT = FieldRule(FieldClass.ADMINISTRATIVE, _DRAFTED)

DECLARES = Declares(
    kinds=(
        Kind("instruments.toolversion", "a tool", "tool.see", _to_version, lasts=True),
        Kind("instruments.tooldraft", "a draft of a tool", "tool.see_draft", _to_draft, lasts=True),
    ),
    actions=(
        Action(
            "tool.see",
            "read a tool",
            "read the tool",
            (Grant(frozenset(Role) - {Role.REFERRER}, _OWNER),),
            kind="instruments.toolversion",
        ),
        Action(
            "tool.retire",
            "retire a tool",
            "asked to retire the tool",
            (Grant(_COORDINATOR, frozenset({Relation.CONTRIBUTED})),),
            kind="instruments.toolversion",
            is_read=False,
        ),
        Action(
            "tool.start",
            "start a draft of a tool",
            "asked to start a draft of a tool",
            (Grant(_COORDINATOR),),
            is_read=False,
        ),
        Action(
            "tool.see_draft",
            "read a draft of a tool",
            "read the draft of a tool",
            (Grant(_COORDINATOR | _READING_DRAFTS, _OWNER),),
            kind="instruments.tooldraft",
        ),
        Action(
            "tool.write",
            "write a draft of a tool",
            "asked to change the draft of a tool",
            (Grant(_COORDINATOR, _OWNER),),
            kind="instruments.tooldraft",
            is_read=False,
        ),
        Action(
            "tool.publish",
            "publish a tool",
            "asked to publish the tool",
            (Grant(_COORDINATOR, _OWNER),),
            kind="instruments.tooldraft",
            is_read=False,
        ),
    ),
    events=(
        EventType("tool.kept", "took in a version of the tool"),
        EventType("tool.started", "started a draft of a tool"),
        EventType("tool.drafted", "changed the draft of a tool"),
        EventType("tool.uploaded", "took a workbook into the draft of a tool"),
        EventType("tool.upload_refused", "sent a workbook that was not taken into the draft"),
        EventType("tool.discarded", "discarded the draft of a tool"),
        EventType("tool.published", "published a version of the tool"),
        EventType("tool.retired", "retired a version of the tool"),
    ),
    fields={
        **{
            f"toolversion.{name}": _KEPT
            for name in (
                *("id", "form_id", "version", "title", "sheets", "sha256", "partnership"),
                *("status", "published_at", "retired_at"),
            )
        },
        **{
            f"tooldraft.{name}": _DRAFT
            for name in (
                *("id", "partnership", "form_id", "title", "sheets", "keys", "edition", "status"),
                *("based_on", "published_as", "upload_name", "upload_sha256", "upload_mistakes"),
                *("started_at", "updated_at"),
            )
        },
        "tooldraft.updated_by": FieldRule(FieldClass.STAFF, _DRAFTED),
    },
)
