"""What the worker learns by itself."""

from __future__ import annotations

from safehub.audit.coding.suggesting.commands import learn_all
from safehub.foundation.outbox.jobs import chore


@chore("coding.learn", every=600)
def learn() -> None:
    """Learn suggestions anew where codes, or texts to be coded, have changed."""
    learn_all()
