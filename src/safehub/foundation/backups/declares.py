"""What backups add to the engines.

Putting one back asks nobody: it is done when the database is gone, by whoever holds the machine and
the key. That it was done is told to the trail that was put back.
"""

from __future__ import annotations

from safehub.foundation.access.policy import Action, Grant
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType

_OPERATORS = Grant(frozenset({Role.SYSTEM_ADMINISTRATOR, Role.LOCAL_OPERATOR}))

DECLARES = Declares(
    actions=(
        Action(
            code="backup.make",
            label="back everything up",
            words="backed everything up",
            grants=(_OPERATORS,),
            is_read=False,
        ),
    ),
    events=(
        EventType("backup.restored", "put a backup in the place of what was there"),
        # Taken back each time: it only shows whether the trail can be written.
        EventType("doctor.tried", "tried whether the trail can be written"),
    ),
)
