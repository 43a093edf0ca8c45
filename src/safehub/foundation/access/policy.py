"""The shapes in which apps declare who may do what. The rules themselves stand in declares.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.expressions import Expression

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role

ANY_STATUS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grant:
    """Roles that may, where they stand in one of the relations, while in one of the statuses.

    No relations: no record is needed. No statuses: any will do.
    """

    roles: frozenset[Role]
    relations: frozenset[Relation] = frozenset()
    statuses: frozenset[str] = ANY_STATUS


@dataclass(frozen=True)
class Action:
    """Something that one may do: `code` is `noun.verb`, `kind` the records it is done to.

    `label` completes "may …", such as "open a return"; `words` complete "NAME …" in the trail, such
    as "opened a return": every action is an event of the trail under its own code.

    `is_read` changes nothing. `leaves` takes content out of the product. `approves` is never done
    to one's own work. `opens_by_glass` may be done after breaking glass. `steps_up` wants the
    second factor again.
    """

    code: str
    label: str
    words: str
    grants: tuple[Grant, ...]
    kind: str | None = None
    is_read: bool = True
    leaves: bool = False
    approves: bool = False
    opens_by_glass: bool = False
    steps_up: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of record under the access rules.

    `code` is the model's label, `see` the action that opens one. `relations` gives, for a viewer,
    the condition in SQL for each relation. `within` gives the kinds of the records that hold it,
    each with the path to its key: their conflicts, labels and sensitivity reach it. `classes`
    says who sees which class of field; a class not named shows to nobody. `lasts`: relations and
    own work follow from who asks alone, and not from the moment or the request; they are then asked
    with neither, and what they say is kept.
    """

    code: str
    label: str
    see: str
    relations: Callable[[Viewer], Mapping[Relation, Q]]
    classes: Mapping[FieldClass, tuple[Grant, ...]] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    status: Callable[[], Expression] | None = None
    own_work: Callable[[Viewer], Q] | None = None
    is_person: bool = False
    lasts: bool = False


@dataclass(frozen=True)
class FieldRule:
    """What one model field tells (its class) and how long it is kept (`retention`, in words)."""

    privacy: FieldClass
    retention: str
