"""The one tree of errors that a user may be shown.

SafehubError
├── Refused            input with mistakes: one line for each, nothing was stored
├── NotFound           no such audit, draw, version
│   └── Absent         not there for this viewer
├── NotAllowed         the viewer may see it and may not do this to it
├── NotPossible        the step cannot be taken as things stand
├── EditConflict       somebody else changed it meanwhile
├── Unavailable        what must work does not just now
│   └── TrailUnavailable   the trail cannot be written
└── Misconfigured      a setting is missing or makes no sense
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from safehub.foundation.mistakes import Mistake

if TYPE_CHECKING:
    from safehub.foundation.access.decision import Refusal


class SafehubError(Exception):
    """Its text is a sentence for the user: what is wrong and what to do next."""


class Refused(SafehubError):  # noqa: N818 - the field's word; "RefusedError" would say it twice
    """Input that was refused whole, with every mistake found in it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class NotFound(SafehubError):  # noqa: N818
    """Nothing of that name is stored."""


class NotPossible(SafehubError):  # noqa: N818
    """The step cannot be taken as things stand; the text says what has to come first."""


class Misconfigured(SafehubError):  # noqa: N818
    """A setting is missing or makes no sense."""


class Absent(NotFound):
    """The record is not there for this viewer: that it exists is itself sensitive. A page 404s.

    `refusal` is what the edge records; `offers_glass` says that glass may be broken over it.
    """

    refusal: Refusal | None = None
    offers_glass: bool = False


class NotAllowed(SafehubError):  # noqa: N818
    """The viewer may see the record and may not do this to it; the text says why. A page 403s."""

    refusal: Refusal | None = None


class EditConflict(SafehubError):  # noqa: N818
    """Somebody else changed the record since it was opened; nothing is overwritten. A page 409s."""


class Unavailable(SafehubError):  # noqa: N818
    """Something that must work does not just now, so nothing was done or shown. A page 503s."""


class TrailUnavailable(Unavailable):
    """The trail could not be written, so what it would have recorded does not happen."""
