"""The one tree of errors that a user may be shown.

SafehubError
├── Refused            input with mistakes: one line for each, nothing was stored
├── NotFound           no such audit, draw, version
├── NotPossible        the step cannot be taken as things stand
└── Misconfigured      a setting is missing or makes no sense
"""

from __future__ import annotations

from safehub.foundation.mistakes import Mistake


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
