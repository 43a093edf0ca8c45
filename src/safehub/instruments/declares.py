"""Tools hold questions and no answers: whoever signs in may read one."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType


def _relations(viewer: Viewer) -> Mapping[Relation, Q]:
    return {Relation.OWNER: Q(pk__isnull=False)}


_KEPT = FieldRule(FieldClass.ADMINISTRATIVE, "as long as any audit that used it")

DECLARES = Declares(
    kinds=(Kind("instruments.toolversion", "a tool", "tool.see", _relations),),
    actions=(
        Action(
            "tool.see",
            "read a tool",
            "read the tool",
            (Grant(frozenset(Role) - {Role.REFERRER}, frozenset({Relation.OWNER})),),
            kind="instruments.toolversion",
        ),
    ),
    events=(EventType("tool.kept", "took in a version of the tool"),),
    fields={
        f"toolversion.{name}": _KEPT
        for name in ("id", "form_id", "version", "title", "sheets", "sha256")
    },
)
