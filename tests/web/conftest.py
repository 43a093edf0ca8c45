"""A server, a browser, and a look through it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import connections
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from safehub.foundation.govuk.built import BUILT

from .looking import PATIENCE, State, listen

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Debian's own Chromium, or whatever of that name is on PATH."""
    for name in ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test with a browser may ask once more, and what it said the first time is printed.

    The browser is another program, and a command of ours can cross a page's change in it. What is
    wrong with the product is wrong twice; too many second times fail the run (`pyproject.toml`).
    """
    if not config.getoption("usepdb"):
        for item in items:
            if "browser" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails says what the browser showed, and no test leaves a window open.

    A window that is left open holds threads of its server, for which a later test would wait.
    """
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and isinstance(browser, Browser):
        for context in browser.contexts:
            if report.failed:
                for page in context.pages:
                    report.sections.append((f"The browser at {page.url}", _shown(page)))
            context.close()
    return report


def _shown(page: Page) -> str:
    try:
        return page.locator("body").inner_text(timeout=2_000)[:3_000]
    except Error as error:
        return f"it does not answer: {error}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if not path:
        pytest.skip("Chromium is not on this machine")
    # Playwright keeps an event loop in this thread, in which Django would refuse the database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with no past; `context.new_page()` opens a tab, `context.add_cookies` signs in."""
    made = browser.new_context(locale="en-GB", timezone_id="Europe/London")
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`look(address, state, cookies=..., script=...)` opens a page in a state.

    The page answers `complaints` (looking.py) with what the browser said against it.
    """
    contexts: list[BrowserContext] = []

    def opened(
        address: str, state: State, *, cookies: list[Any] | None = None, script: bool = True
    ) -> Page:
        made = browser.new_context(
            viewport={"width": state.width, "height": state.height},
            device_scale_factor=state.scale,
            java_script_enabled=script,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        contexts.append(made)
        made.set_default_timeout(PATIENCE)
        if cookies:
            made.add_cookies(cookies)
        page = made.new_page()
        listen(page)
        page.emulate_media(media=state.media)
        page.goto(address)
        return page

    yield opened
    for made in contexts:
        made.close()


class Served(LiveServerThread):
    """Django with its own middleware and nothing round it, so that WhiteNoise serves the assets."""

    def __init__(self, shared: dict[str, Any]) -> None:
        # Their handlers wrap each other; this one is the product's own, unwrapped.
        bare: Any = lambda handler: handler  # noqa: E731
        super().__init__("localhost", bare, connections_override=shared)


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The address of the whole product, on the test's database; settings as they are now."""
    yield from served()


def served() -> Iterator[str]:
    """A server of this process until the test ends."""
    if not BUILT.exists():
        pytest.skip("The assets are not built: ./safehub builds them")
    shared = {
        connection.alias: connection
        for connection in connections.all()
        if connection.vendor == "sqlite" and cast("Any", connection).is_in_memory_db()
    }
    # A browser's kept-alive sockets outlive the server, and each closes its thread's connection
    # when it ends: what is in memory is one connection, shared as long as this process runs.
    for connection in shared.values():
        connection.inc_thread_sharing()
    turns = ["corpus.kitchen_edge.OneAtATime"] if shared else []
    # The server reads the list once, when it starts: a test that adds to it later is not heard.
    with override_settings(MIDDLEWARE=[*turns, *settings.MIDDLEWARE]):
        thread = Served(shared)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
    try:
        if thread.error:
            raise thread.error
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()
