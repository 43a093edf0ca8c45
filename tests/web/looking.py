"""The states in which every page is looked at, and what a look finds.

A test of pages feeds routes:

    @pytest.mark.parametrize("state", STATES, ids=str)
    @pytest.mark.parametrize("route", ROUTES, ids=str)
    def test_page_has_no_violations(route, state, server, look): ...
        page = look(server + route.path_for(state.data), state)
        assert not violations(page)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """`data` is what the page has to show; the rest is who looks at it through what."""

    name: str
    data: Literal["empty", "full", "error"]
    width: int = 1280
    height: int = 900
    scale: float = 1
    media: Literal["screen", "print"] = "screen"

    def __str__(self) -> str:
        return self.name


STATES = (
    State("empty", "empty"),
    State("full", "full"),
    State("error", "error"),
    State("320 px", "full", width=320),
    # A window of 1280 by 1024 at 400 % has this many CSS pixels (WCAG 2.2, 1.4.10 Reflow).
    State("400 %", "full", width=320, height=256, scale=4),
    State("print", "full", width=794, height=1123, media="print"),
)

# Milliseconds. A machine that does much else at once is slow, which is no fault of a page.
PATIENCE = 60_000

_HEARD: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()


def listen(page: Page) -> None:
    """Take down from now on what the browser complains of."""
    heard: list[str] = []
    _HEARD[page] = heard
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda said: heard.append(said.text) if said.type in {"error", "warning"} else None,
    )


def complaints(page: Page) -> list[str]:
    """Faults of scripts, and what the content policy stopped; a 4xx status is none."""
    return [said for said in _HEARD[page] if "server responded with a status of 4" not in said]


# The criteria of WCAG 2.2 AA, and what axe holds to be good practice besides.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe finds, as `rule: where`; an empty list is what a test wants."""
    return _asked(page, _violations)


def _asked(page: Page, ask: Callable[[Page], T]) -> T:
    """What the page answers once it is whole.

    A press has perhaps only begun to lead to the page: what is asked of the one before it is lost.
    """
    for _ in range(5):
        page.wait_for_load_state()
        try:
            return ask(page)
        except Error as error:
            if "navigation" not in str(error) and "destroyed" not in str(error):
                raise
    return ask(page)


def _violations(page: Page) -> list[str]:
    on_paper = page.evaluate("matchMedia('print').matches")
    # Nobody presses what is on paper.
    rules = {"target-size": {"enabled": not on_paper}}
    found: dict[str, Any] = Axe().run(page, options={"runOnly": _TAGS, "rules": rules}).response
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window: 0 is what a test wants."""
    wider: int = _asked(
        page,
        lambda one: one.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        ),
    )
    return max(wider, 0)


def widest(page: Page) -> str:
    """What of the page reaches beyond its window, for whoever has to mend it."""
    found: str = page.evaluate(
        "[...document.querySelectorAll('main *')]"
        ".filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)"
        ".slice(-3).map(one => one.outerHTML.slice(0, 160)).join(' | ')"
    )
    return found
