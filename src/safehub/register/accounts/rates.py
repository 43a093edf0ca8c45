"""How often something may be asked for; counted in the cache that all processes share."""

from __future__ import annotations

import datetime as dt

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = dt.timedelta(hours=1)


def is_used_up(what: str, who: str, most: int, *, at: dt.datetime) -> bool:
    """Whether they have done it so many times within an hour. Counts nothing."""
    return _within(what, who, at)[1] >= most


def count_once(what: str, who: str, *, at: dt.datetime) -> None:
    """Count one more, within the hour that the first one began.

    Two at the same moment may count as one: a limit so kept is near enough.
    """
    began, count = _within(what, who, at)
    cache.set(_name(what, who), (began, count + 1), HOUR.total_seconds())


def address_of(request: HttpRequest) -> str:
    """From which address they come, by the trusted proxies of the settings."""
    return str(get_adapter().get_client_ip(request))


def _within(what: str, who: str, at: dt.datetime) -> tuple[dt.datetime, int]:
    began, count = cache.get(_name(what, who)) or (at, 0)
    return (at, 0) if at - began >= HOUR else (began, count)


def _name(what: str, who: str) -> str:
    return f"rates:{what}:{who}"
