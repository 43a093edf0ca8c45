"""Every form that the product has: its classes, and the pages that take one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from safehub.foundation.govuk.forms import Govuk
from sweeps.routes import FED, MANAGING, routes
from sweeps.ways import ACCOUNT, OPEN


def product_forms() -> list[type]:
    """The classes of forms in the modules of the product, without those that others are made of."""
    for route in routes():
        assert callable(route.view)  # reading the addresses has imported every view, and its forms
    found: list[type] = [one for one in dict.fromkeys(_below(Govuk)) if _is_written_down(one)]
    return [one for one in found if not any(other in one.__subclasses__() for other in found)]


def _is_written_down(form: type) -> bool:
    """Not made at run time for the fields of one tool or list, as its own class is fed for all."""
    return getattr(sys.modules[form.__module__], form.__name__, None) is form


def _below(form: type) -> Iterator[type]:
    below: list[type] = form.__subclasses__()
    for one in below:
        if one.__module__.startswith("safehub."):
            yield one
        yield from _below(one)


def pages_with_forms() -> set[str]:
    """The routes on which a form that is sent empty is refused, by the sweep of routes."""
    ways = {name: fed.way for name, fed in {**FED, **MANAGING}.items()} | {**ACCOUNT, **OPEN}
    return {name for name, way in ways.items() if way.post == 422}
