"""What stands round every page: navigation, who one acts as, banners. Others fill the hooks.

Four settings name a callable each, as a dotted path: SAFEHUB_NAVIGATION gives
`list[NavItem]` for a request, SAFEHUB_ACTING_AS gives `ActingAs | None`, SAFEHUB_BANNERS gives
`list[Banner]`, and SAFEHUB_URGENT `Urgent | None`. A page without the setting has an empty place
there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the navigation. `action` is what the viewer must be allowed, blank for all.

    The hook leaves out what a viewer may not use. `count` shows as a badge, with `counted` saying
    of what: `3 waiting`.
    """

    label: str
    url_name: str
    action: str = ""
    count: int = 0
    counted: str = "waiting"

    @property
    def href(self) -> str:
        """The address."""
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class ActingAs:
    """Who is signed in, and as whom they act. Addresses left blank are not shown.

    `idle_seconds` is the time without a click after which the session ends; the script warns two
    minutes before and asks `stay_url` (POST) to begin it anew.
    """

    person: str
    role: str
    agency: str
    switch_url: str = ""
    account_url: str = ""
    sign_out_url: str = ""
    idle_seconds: int = 0
    stay_url: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """A line above the page: what is down, what is delayed, what to do. `urgent` is in red."""

    text: str
    tag: str = "Notice"
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Urgent:
    """What somebody may have to press at once, whatever page they are on."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Place:
    """A navigation entry as this page shows it."""

    label: str
    href: str
    is_current: bool
    is_here: bool
    count: int
    counted: str


@dataclass(frozen=True, slots=True)
class Shell:
    """All that stands round one page."""

    places: list[Place]
    acting_as: ActingAs | None
    banners: list[Banner]
    emergency: str
    help_text: str
    urgent: Urgent | None = None


@cache
def _hook(path: str) -> Callable[[HttpRequest], Any]:
    found: Callable[[HttpRequest], Any] = import_string(path)
    return found


def _ask(setting: str, request: HttpRequest | None) -> Any:
    path = getattr(settings, setting, "")
    return _hook(path)(request) if path and request is not None else None


def _placed(item: NavItem, path: str) -> Place:
    href = item.href
    within = path == href if href == "/" else path.startswith(href)
    return Place(item.label, href, within, path == href, item.count, item.counted)


def shell_of(request: HttpRequest | None) -> Shell:
    """The shell of a page for this request; what it costs in queries is the hooks' affair."""
    path = request.path if request is not None else ""
    return Shell(
        places=[_placed(item, path) for item in _ask("SAFEHUB_NAVIGATION", request) or []],
        acting_as=_ask("SAFEHUB_ACTING_AS", request),
        banners=_ask("SAFEHUB_BANNERS", request) or [],
        emergency=getattr(settings, "SAFEHUB_EMERGENCY", "") or EMERGENCY,
        help_text=getattr(settings, "SAFEHUB_HELP", "") or HELP,
        urgent=_ask("SAFEHUB_URGENT", request),
    )


EMERGENCY = (
    "If a child is in danger now, ring 999. Do not wait for anything on this site. "
    "A concern that cannot wait goes to your local authority's emergency duty team by telephone."
)
HELP = "For help with Safehub, ask the coordinator of your partnership."
