"""An agency answers a case in a real browser, with and without script; each page with axe."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings

from factories.answering import SmallRound
from factories.browsers import browser as client_of
from factories.people import make_membership, make_person, make_viewer, sign_in
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, ReturnVersion, SourceKind, WorkingReturn
from safehub.audit.returns.sources.commands import Heard, add_source
from safehub.audit.returns.working.commands import begin_return, discard_return
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.responses import answers_of

from .looking import PATIENCE, violations
from .test_pages import cookies

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


def _looked_at(page: Page, name: str) -> None:
    kept = os.environ.get("SAFEHUB_TEST_PICTURES")
    if kept:
        page.screenshot(path=f"{kept}/{name}.png", full_page=True)
    assert not violations(page), name


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_an_agency_signs_a_return_off(server: str, browser: Browser, script: bool) -> None:
    """Sending back wants a reason, which its agency then reads on the return."""
    small = SmallRound()
    small.submitted()
    person = make_person("Dora", email="dora@example.org", agency=small.agency)
    member = make_membership(person, small.agency, Role.AGENCY_SIGN_OFF)
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(15_000)
    context.add_cookies(cookies(sign_in(client_of(), person, member), server))
    page = context.new_page()
    look = _looked_at if script else (lambda page, name: None)
    page.goto(f"{server}/audits/voices/cases/")
    look(page, "cases-to-sign")
    page.get_by_role("table", name="Returns that wait").get_by_role("link", name="Case 01").click()
    look(page, "sign-off")
    page.get_by_role("radio", name="Send it back").check()
    page.get_by_role("button", name="Sign off").click()
    look(page, "sign-off-refused")
    page.get_by_role("textbox", name="If you send it back").fill("Say who was asked.")
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_text("Case 01: the return is sent back.")).to_be_visible()
    expect(page.get_by_text("Sent back", exact=True)).to_be_visible()
    page.goto(f"{server}/audits/voices/returns/{Return.objects.get().pk}/")
    look(page, "sent-back")
    expect(page.get_by_text("Say who was asked.")).to_be_visible()
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_an_agency_answers_a_case(server: str, browser: Browser, script: bool) -> None:
    """From the list of cases to the return submitted; a choice reveals what hangs on it."""
    small = SmallRound()
    client: Client = small.client
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(cookies(client, server))
    page = context.new_page()
    look = _looked_at if script else (lambda page, name: None)
    page.goto(f"{server}/audits/voices/")
    page.get_by_role("link", name="Your cases").click()
    look(page, "cases")
    page.get_by_role("link", name="Case 01", exact=True).click()
    look(page, "begin")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    look(page, "answers")
    page.get_by_role("link", name="Every kind").click()
    expect(page.get_by_label("Why not?")).to_be_hidden()
    told = page.get_by_role("group", name="Was the family told?")
    told.get_by_label("No", exact=True).check()
    page.get_by_label("Why not?").fill("Nobody was at home.")
    page.get_by_label("How many visits").fill("3")
    look(page, "part")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("How old?").fill("7")
    look(page, "repeated")
    page.get_by_role("button", name="Save and continue").click()
    risk = page.get_by_role("group", name="Is any child at immediate risk now?")
    risk.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("A child may be at immediate risk.")).to_be_visible()
    expect(page.get_by_text("stands in the way of submitting")).to_be_visible()
    look(page, "missing")
    page.get_by_role("link", name="Was it good on the whole?").first.click()
    good = page.get_by_role("group", name="Was it good on the whole?")
    good.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    look(page, "check")
    page.get_by_role("button", name="Submit the return").click()
    expect(page.get_by_text("your return is submitted")).to_be_visible()
    context.close()
    answers = answers_of(ReturnVersion.objects.get().response)
    assert answers == {
        "known": "yes",
        "visits": "3",
        "double": "6",
        "told": "no",
        "why_not": "Nobody was at home.",
        "age[1]": "7",
        "good": "yes",
        "immediate_risk": "yes",
    }


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_what_comes_too_late_is_read_and_kept(server: str, browser: Browser, script: bool) -> None:
    """The meeting opens the round while somebody types; before, they correct a source."""
    small = SmallRound(size=2)
    made = small.submitted()
    heard = Heard(SourceKind.PRACTITIONER, words="Nobody came.", asked_on=dt.date(2026, 6, 1))
    source = add_source(audit_return=made, heard=heard, by=make_viewer(small.asha))
    working = begin_return(
        audit=small.audit, case=small.cases[1], known="yes", by=make_viewer(small.asha)
    )
    assert isinstance(working, WorkingReturn)
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(cookies(small.client, server))
    page = context.new_page()
    look = _looked_at if script else (lambda page, name: None)
    page.goto(f"{server}/audits/voices/returns/{made.pk}/source/{source.pk}/")
    look(page, "correct-source")
    page.get_by_label("What did they say?").fill("Nobody came twice.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("The source is corrected.")).to_be_visible()
    look(page, "corrected")
    page.goto(f"{server}/audits/voices/answers/{working.pk}/2/")
    page.get_by_label("How many visits").fill("3")
    Audit.objects.update(opened_at=timezone.now())
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("nothing more can be sent from here").first).to_be_visible()
    expect(page.get_by_label("How many visits")).to_have_value("3")
    look(page, "too-late")
    page.goto(f"{server}/audits/voices/answers/{working.pk}/2/")
    expect(page.get_by_text("Typed and not saved")).to_be_visible()
    look(page, "answers-too-late")
    page.get_by_role("link", name="Back to your cases").click()
    expect(page.get_by_text("Begun, not sent")).to_be_visible()
    look(page, "cases-too-late")
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_what_is_typed_while_a_return_is_discarded_is_read(
    server: str, browser: Browser, script: bool
) -> None:
    small = SmallRound()
    by = make_viewer(small.asha)
    working = begin_return(audit=small.audit, case=small.cases[0], known="yes", by=by)
    assert isinstance(working, WorkingReturn)
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(cookies(small.client, server))
    page = context.new_page()
    where = f"{server}/audits/voices/answers/{working.pk}/2/"
    page.goto(where)
    page.get_by_label("How many visits").fill("31")
    discard_return(working=working, by=by)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="What you typed was not saved")).to_be_visible()
    expect(page.get_by_text("31", exact=True)).to_be_visible()
    if script:
        _looked_at(page, "overtaken")
    page.goto(where)
    expect(page.get_by_text("31", exact=True)).to_be_visible()
    context.close()
