"""What a decision rests on: facts of one record for one viewer, and where the answer goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.vocabulary import FieldClass, Obligation, Outcome, Relation


class Channel(StrEnum):
    """Where what is shown goes."""

    PAGE = "page"
    SEARCH = "search"
    PROJECTOR = "projector"
    PRINT = "print"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a look: the channel, and the purpose that the viewer states."""

    channel: Channel = Channel.PAGE
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class LabelFact:
    """A label on the record that bears on this viewer. `field_class` None: on all of it."""

    field_class: FieldClass | None
    bars: bool
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """One record, as it stands to one viewer.

    `fails_restricted`, `fails_staff_subject` and `fails_sealed`: the record or one that holds it
    is so guarded, and the viewer is not on its named list. `is_sealed_itself`: the record is, and
    not only one that holds it. `glass_until`: the viewer has broken glass over it until then.
    """

    kind: str
    key: int
    relations: frozenset[Relation] = frozenset()
    status: str = ""
    is_conflicted: bool = False
    fails_restricted: bool = False
    fails_staff_subject: bool = False
    fails_sealed: bool = False
    is_sealed_itself: bool = False
    is_own_work: bool = False
    glass_until: dt.datetime | None = None
    glass_has_second: bool = False
    labels: tuple[LabelFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rule, and what must be done with what is allowed."""

    outcome: Outcome
    reason: Reason
    obligations: frozenset[Obligation] = field(default_factory=frozenset)

    @property
    def is_allowed(self) -> bool:
        """Whether it may be done, or shown as it is."""
        return self.outcome is Outcome.ALLOW
