"""An officer's journey in a real browser: a tool from a spreadsheet to a published version."""

from __future__ import annotations

import io
import os
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings as configured
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from factories.tools import Office, questionnaire, workbook, wrong_sheets
from safehub.instruments.models import ToolVersion
from safehub.instruments.queries import tool_of

from .looking import PATIENCE, complaints, listen, overflow, violations

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


@pytest.fixture
def officer(server: str, context: BrowserContext) -> Page:
    """The list of tools, as the audit coordinator has it open."""
    client = Office().client()
    name = configured.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    page = context.new_page()
    listen(page)
    page.goto(f"{server}/tools/")
    return page


def in_order(page: Page) -> None:
    """Nothing to find for axe, nothing that the browser complains of, nothing too wide."""
    assert not violations(page), page.url
    assert not complaints(page), page.url
    assert not overflow(page), page.url


def test_officer_uploads_a_tool_corrects_two_refusals_and_publishes(
    officer: Page, tmp_path: Path
) -> None:
    page = officer
    in_order(page)
    page.get_by_role("link", name="Start a tool").click()
    in_order(page)
    page.get_by_role("link", name="From a spreadsheet or a Questionnaire").click()
    in_order(page)
    wrong = tmp_path / "our tool.xlsx"
    wrong.write_bytes(workbook(wrong_sheets()))
    page.get_by_label("Workbook").set_input_files(wrong)
    page.get_by_role("button", name="Upload it").click()
    expect(page.get_by_role("heading", name="This file was not taken in")).to_be_visible()
    expect(page.locator("#mistakes tbody tr")).to_have_count(2)
    in_order(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="Download it with the cells marked").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    marked = [cell for row in book["survey"].iter_rows() for cell in row if cell.comment]
    assert len(marked) == 2
    by_place = {cell.coordinate: cell for cell in marked}
    by_place["A3"].value = "text"
    by_place["D4"].value = "${before} = 'x'"
    del book[book.sheetnames[0]]
    file = io.BytesIO()
    book.save(file)
    mended = tmp_path / "our tool mended.xlsx"
    mended.write_bytes(file.getvalue())

    page.get_by_role("link", name="Upload it again").click()
    in_order(page)
    page.get_by_label("Workbook").set_input_files(mended)
    page.get_by_role("button", name="Upload it").click()
    expect(page.get_by_role("heading", name="A tool")).to_be_visible()
    expect(page.locator("#outline tbody tr")).to_have_count(3)
    in_order(page)
    page.get_by_role("link", name="Preview").click()
    in_order(page)
    page.get_by_role("link", name="Publish").click()
    in_order(page)
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("The version is published.")).to_be_visible()
    in_order(page)
    tool = tool_of(ToolVersion.objects.get())
    assert [one.name for one in tool.questions] == ["before", "why", "then"]
    assert tool.by_name["then"].condition is not None


def test_officer_uploads_a_questionnaire_and_mends_what_is_refused(
    officer: Page, tmp_path: Path
) -> None:
    page, file = officer, tmp_path / "sleep.json"
    file.write_bytes(questionnaire("quantity"))
    page.get_by_role("link", name="Start a tool").click()
    page.get_by_role("link", name="From a spreadsheet or a Questionnaire").click()
    page.get_by_label("Workbook or Questionnaire").set_input_files(file)
    page.get_by_role("button", name="Upload it").click()
    expect(page.get_by_role("heading", name="This file was not taken in")).to_be_visible()
    expect(page.get_by_text("item[1].item[0].type (linkId 2.1)")).to_be_visible()
    in_order(page)
    if kept := os.environ.get("SAFEHUB_TEST_PICTURES"):
        page.screenshot(path=f"{kept}/questionnaire-refused.png", full_page=True)
    file.write_bytes(questionnaire())
    page.get_by_role("link", name="Upload it again").click()
    page.get_by_label("Workbook or Questionnaire").set_input_files(file)
    page.get_by_role("button", name="Upload it").click()
    expect(page.get_by_role("heading", name="A child's sleep")).to_be_visible()
    expect(page.get_by_text("Not as it stood there:")).to_be_visible()
    in_order(page)
    if kept:
        page.screenshot(path=f"{kept}/questionnaire-taken.png", full_page=True)


def test_officer_mends_and_orders_a_tool_by_keyboard_without_script(
    server: str, browser: object, tmp_path: Path
) -> None:
    from playwright.sync_api import Browser

    assert isinstance(browser, Browser)
    office = Office()
    draft = office.draft(wrong_sheets())
    client = office.client()
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    name = configured.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    page = context.new_page()
    page.goto(f"{server}/tools/drafts/{draft.pk}/")
    expect(page.locator(".govuk-error-message")).to_have_count(2)
    page.get_by_role("link", name="Change Why").press("Enter")
    page.get_by_label("What is answered").select_option("text")
    page.get_by_role("button", name="Save the question").press("Enter")
    expect(page.locator(".govuk-error-message")).to_have_count(1)
    page.get_by_role("link", name="Change Then").press("Enter")
    page.get_by_label("Asked only where").fill("${why} = 'x'")
    page.get_by_role("button", name="Save the question").press("Enter")
    expect(page.locator(".govuk-error-message")).to_have_count(0)
    page.get_by_role("button", name="Up Why").press("Enter")
    expect(page.locator("#outline tbody th").first).to_contain_text("Why")
    page.get_by_role("link", name="Publish").press("Enter")
    page.get_by_role("button", name="Publish it").press("Enter")
    expect(page.get_by_text("The version is published.")).to_be_visible()
    context.close()
    tool = tool_of(ToolVersion.objects.get())
    assert [one.name for one in tool.questions] == ["why", "before", "then"]
