"""From a tool in a spreadsheet to a round answered half by page and half by workbook, with axe."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Download, Page, expect
from pytest_django.fixtures import Settings

from factories.answering import SmallRound, sheets
from factories.tools import Office, workbook
from safehub.audit.returns.queries import rows_of
from safehub.instruments.models import ToolVersion
from safehub.register.agencies.models import Agency
from walk.drafts import fill_workbook

from .looking import PATIENCE, overflow, violations
from .test_pages import cookies

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

GOOD = {
    "status": "submitted",
    "known": "yes",
    "told": "no",
    "why_not": "Nobody was at home.",
    "good": "yes",
    "immediate_risk": "no",
}


@pytest.fixture(autouse=True)
def _own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


def signed_in(browser: Browser, client: Client, server: str, *, script: bool) -> BrowserContext:
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(cookies(client, server))
    return context


class Looked:
    """A page that is looked at with axe after each step, where script runs."""

    def __init__(self, page: Page, *, script: bool) -> None:
        self.page, self._script, self._count = page, script, 0

    def press(self, kind: str, name: str) -> None:
        self.page.get_by_role(kind, name=name).first.click()  # type: ignore[arg-type]
        self.look()

    def look(self) -> None:
        self._count += 1
        kept = os.environ.get("SAFEHUB_TEST_PICTURES")
        if kept and self._script:
            self.page.screenshot(path=f"{kept}/workbook-{self._count:02}.png", full_page=True)
        if self._script:
            assert not violations(self.page), self.page.url
            assert not overflow(self.page), self.page.url

    def upload(self, label: str, path: Path, button: str) -> None:
        self.page.get_by_label(label).set_input_files(path)
        self.press("button", button)

    def download(self, link: str, to: Path) -> Path:
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=link).click()
        file: Download = coming.value
        file.save_as(to)
        return to


def spoiled() -> dict[str, list[list[str]]]:
    """The tool with two mistakes: a type that is none, a condition on nothing."""
    made = {name: [list(row) for row in rows] for name, rows in sheets().items()}
    survey = made["survey"]
    heads = survey[0]
    by_name = {row[heads.index("name")]: row for row in survey}
    by_name["story"][heads.index("type")] = "sentence"
    by_name["why_not"][heads.index("relevant")] = "${nothing} = 'no'"
    return made


def mended(path: Path) -> Path:
    """The marked copy with its two cells put right."""
    book = openpyxl.load_workbook(path)
    sheet = book["survey"]
    marked = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(marked) == 2
    for cell in marked:
        cell.value = "text" if cell.value == "sentence" else "${told} = 'no'"
        cell.comment = None
    del book["mistakes"]
    file = io.BytesIO()
    book.save(file)
    path.write_bytes(file.getvalue())
    return path


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_from_a_spreadsheet_to_answers_by_page_and_by_workbook(
    server: str, browser: Browser, tmp_path: Path, script: bool
) -> None:
    office = Office()
    context = signed_in(browser, office.client(), server, script=script)
    tool = publishes(Looked(context.new_page(), script=script), server, tmp_path)
    context.close()
    police = Agency.objects.get(code="police")
    small = SmallRound(agency=police, tool=tool, size=4)
    context = signed_in(browser, small.client, server, script=script)
    answers(Looked(context.new_page(), script=script), server, tmp_path)
    context.close()
    rows = {row.case: row.answers for row in rows_of(small.audit)}
    given: Mapping[str, str] = {name: text for name, text in GOOD.items() if name != "status"}
    assert rows == {"01": {"known": "no"}, "02": given, "03": given, "04": {"known": "no"}}


def publishes(officer: Looked, server: str, folder: Path) -> ToolVersion:
    """A tool is sent in, refused with two mistakes, mended in its marked copy, published."""
    page = officer.page
    page.goto(f"{server}/tools/")
    officer.press("link", "Start a tool")
    officer.press("link", "From a spreadsheet")
    wrong = folder / "every kind.xlsx"
    wrong.write_bytes(workbook(spoiled()))
    officer.upload("Workbook", wrong, "Upload it")
    expect(page.locator("#mistakes tbody tr")).to_have_count(2)
    copy = officer.download("Download it with the cells marked", folder / "marked.xlsx")
    officer.press("link", "Upload it again")
    officer.upload("Workbook", mended(copy), "Upload it")
    expect(page.get_by_role("heading", name="Every kind").first).to_be_visible()
    officer.press("link", "Publish")
    officer.press("button", "Publish it")
    expect(page.get_by_text("The version is published.")).to_be_visible()
    return ToolVersion.objects.get()


def answers(asha: Looked, server: str, folder: Path) -> None:
    """Two cases on pages, two in the workbook, which is refused once."""
    page = asha.page
    page.goto(f"{server}/audits/voices/")
    asha.press("link", "Your cases")
    asha.press("link", "Case 01")
    page.get_by_label("No", exact=True).check()
    asha.press("button", "Continue")
    asha.press("link", "Case 02")
    page.get_by_label("Yes", exact=True).check()
    asha.press("button", "Continue")
    asha.press("link", "Every kind")
    told = page.get_by_role("group", name="Was the family told?")
    told.get_by_label("No", exact=True).check()
    if page.get_by_label("Why not?").is_visible():
        page.get_by_label("Why not?").fill("Nobody was at home.")
    asha.press("button", "Save and continue")
    if "/answers/" in page.url and page.get_by_label("Why not?").count():
        page.get_by_label("Why not?").fill("Nobody was at home.")
        asha.press("button", "Save and continue")
    asha.press("button", "Save and continue")
    for question, answer in (
        ("Was it good on the whole?", "Yes"),
        ("Is any child at immediate risk now?", "No"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    asha.press("button", "Save and continue")
    asha.press("button", "Submit the return")
    expect(page.get_by_text("your return is submitted")).to_be_visible()
    # The other half in the workbook, with a mistake at first.
    asha.press("link", "Workbook")
    book = asha.download("Download the workbook of The police", folder / "police.xlsx")
    fill_workbook(book, [{"case": "03", **GOOD, "told": "perhaps"}])
    asha.upload("Filled workbook", book, "Send it in")
    expect(page.get_by_role("heading", name="This workbook was not taken in")).to_be_visible()
    expect(page.locator("#mistakes")).to_contain_text("perhaps")
    copy = asha.download("Download it with the cells marked", folder / "to mend.xlsx")
    fill_workbook(
        copy, [{"case": "03", **GOOD}, {"case": "04", "status": "submitted", "known": "no"}]
    )
    asha.press("link", "Send it in again")
    asha.upload("Filled workbook", copy, "Send it in")
    expect(page.locator("#changes tbody tr")).to_have_count(2)
    asha.press("button", "Take it in")
    expect(page.get_by_text("The workbook is taken: 2 returns new")).to_be_visible()
    expect(page.get_by_text("still to answer on 0 cases of 4")).to_be_visible()
