"""What the disclosure check refuses."""

from __future__ import annotations

from safehub.foundation.errors import NotPossible


class UnusableWord(NotPossible):
    """A protected word that no scan could find. Its text is never repeated."""

    def __init__(self, kind: str, wanted: str) -> None:
        super().__init__(
            f"A protected {kind.replace('_', ' ')} cannot be looked for: it has to be {wanted}. "
            "Correct it where it is kept, then scan again."
        )
