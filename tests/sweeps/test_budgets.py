"""How many queries each page may take: a list 12, a detail or a form 25."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from access.lanes import tell
from factories.world import World, whole_world

from .openers import opener
from .routes import FED, MANAGING, arguments, routes
from .test_routes import GATHERING
from .ways import ACCOUNT, READS

LIST, DETAIL = 12, 25
# Each page that only reads; whoever adds one says which it is.
BUDGETS: dict[str, int] = {
    **dict.fromkeys(
        (
            *(
                "home",
                "audit:audits",
                "audit:reports",
                "audit:found_words",
                "audit:risks",
                "audit:knowing_asked",
                "audit:matters",
                "own_actions",
                "audit:moderation",
                "letters",
                "alerts",
                "labels",
                "glass",
            ),
            "commissions:commissions",
            *("programme:programme", "register:results"),
            *("conflicts", "trail", "accounts:people", "accounts:sessions", "tools:tools"),
            *("tools:lists", "tools:start"),
        ),
        LIST,
    ),
    **dict.fromkeys(
        (
            *("audit:round", "audit:figures", "audit:figure", "audit:return", "audit:own_cases"),
            *("audit:allocations", "audit:knowing"),
            *(
                "board",
                "audit:risk",
                "audit:matter",
                "audit:action",
                "audit:gaps",
                "audit:meeting",
                "audit:meeting_case",
                "audit:meeting_theme",
                "audit:learning",
                "commissions:commission",
                "programme:planned",
                "register:individual",
                "programme:calendar",
                "audit:case_link",
                "audit:sample",
                "audit:second_look",
                "audit:coding",
                "audit:suggestions",
                "audit:coded_text",
                "audit:theme_passages",
                "audit:code_book",
                "audit:answers",
                "audit:report",
                "audit:reaudit",
                "audit:report_preview",
                "accounts:person",
                "accounts:membership",
                "accounts:own",
            ),
            *("tools:version", "tools:version_preview", "tools:compare", "tools:draft_preview"),
            *("tools:draft_compare", "tools:refused"),
        ),
        DETAIL,
    ),
}
# What is taken away is no page: it may read all that it holds.
FILES = {
    *("audit:blank_workbook", "audit:download", "audit:figures_csv", "audit:marked_workbook"),
    *("audit:plan", "audit:return_file", "audit:evidence", "tools:xlsform", "tools:draft_xlsform"),
    *("commissions:letter", "tools:marked", "fhir:questionnaire", "health", "ready"),
}


def shown() -> dict[str, bool]:
    """The routes that show a page, and whether it only reads."""
    ways = {name: fed.way for name, fed in {**FED, **MANAGING}.items()} | ACCOUNT
    return {
        name: way == READS for name, way in ways.items() if way.get == 200 and name not in FILES
    }


def test_every_page_that_reads_has_a_budget() -> None:
    assert sorted(name for name, reads in shown().items() if reads) == sorted(BUDGETS)


@pytest.mark.django_db
@pytest.mark.parametrize("is_opened", [True, False], ids=["opened", "gathering"])
def test_pages_keep_to_their_queries(
    is_opened: bool, db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    world = whole_world(tmp_path, opened=is_opened)
    names = [name for name in shown() if (name in GATHERING) is not is_opened]
    wrong = list(_beyond(world, names))
    tell(f"budgets: {len(names)} pages, {len(wrong)} beyond")
    assert not wrong, "\n".join(wrong)


def _beyond(world: World, names: Iterable[str]) -> Iterable[str]:
    known = {route.name: route for route in routes()}
    for name in names:
        client = world.client(*opener(name))
        address = reverse(name, kwargs=arguments(known[name], world))
        client.get(address)
        with CaptureQueriesContext(connection) as taken:
            answer = client.get(address)
        # A savepoint is no question to the database.
        asked = [one["sql"] for one in taken.captured_queries if "SAVEPOINT" not in one["sql"]]
        if answer.status_code != 200:
            yield f"{name}: answers {answer.status_code}"
        if len(asked) > BUDGETS.get(name, DETAIL):
            yield f"{name}: {len(asked)} queries, {BUDGETS.get(name, DETAIL)} allowed"
