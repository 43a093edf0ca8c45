"""Lists and decisions against the oracle, in whole worlds in the database.

`.venv/bin/python -m pytest tests/access/test_worlds.py -n 0 -rP` prints how many were compared.
"""

from __future__ import annotations

import pytest
from django.apps import apps

from oracle import plain_access_grants as page
from safehub.foundation.access.queries import policy

from .agreement import compare_worlds
from .lanes import WORLDS, tell
from .words import KINDS
from .worlds import world_of

# The worlds are compared in so many tests, so that all cores have some.
PARTS = 8


def test_every_declared_kind_has_records_in_the_worlds() -> None:
    """A kind that is declared later fails here until it is drawn, loaded and on the page."""
    drawn = [world_of(seed) for seed in range(40)]
    having = {KINDS[kind] for kind in page.SEE if any(list(world.keys(kind)) for world in drawn)}
    assert having == set(policy().kinds)
    assert all(apps.get_model(code) for code in having)


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_lists_and_decisions_agree_with_the_oracle(part: int) -> None:
    each = -(-WORLDS // PARTS)
    compared = compare_worlds(range(part * each, (part + 1) * each))
    tell(str(compared))
    assert compared.differences == []
    assert compared.worlds == each
