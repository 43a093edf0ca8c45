"""A whole round in a browser, from the commission to the published report, each doing their part.

With script every page is read by axe as it is come to; without script everything is done all the
same. What came of it is exported as a pack, and a run of that pack says what the pages said.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.fixtures import Settings

from factories.framed import MAPPING, frame_csv
from factories.workbooks import filled_in
from safehub.audit.actions.models import Action
from safehub.audit.meetings.models import Gap
from safehub.audit.programmes.models import Audit
from safehub.audit.reports.models import ReportVersion
from safehub.audit.returns.models import Return
from walk.conftest import command, run_into

from .alarming import alarm
from .casting import AUDIT, Cast, fill_date
from .guide import HOW, Pictures

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
TITLE = "Voice of the child"
CASES = ("01", "02", "03")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


@pytest.fixture
def cast(server: str, browser: Browser) -> Iterator[Callable[..., Cast]]:
    """`cast(script=...)`: everybody who takes part, and nothing done yet."""
    made: list[Cast] = []

    def called(*, script: bool = True, width: int = 1280) -> Cast:
        made.append(Cast(server, browser, script=script, width=width))
        return made[-1]

    yield called
    for one in made:
        one.close()


def _change(cast: Cast, page: Page, what: str) -> None:
    cast.follow(page, f"Change {what}", exact=False)


def _table(page: Page, name: str) -> Locator:
    return page.get_by_role("table", name=name)


def commission(cast: Cast) -> None:
    """Edie writes the terms, Hal signs them."""
    page = cast.window("Edie")
    cast.look(page)
    cast.follow(page, "Commissions")
    cast.follow(page, "Commission an audit")
    page.get_by_label("Title of the audit").fill(TITLE)
    page.get_by_label("Themed").check()
    cast.send(page)
    _change(cast, page, "what the audit is about")
    fill_date(page, "Referrals from", dt.date(2026, 4, 1))
    fill_date(page, "Referrals to", dt.date(2026, 9, 30))
    page.get_by_label("Why is it done?").fill("The last audit found gaps.")
    cast.send(page)
    _change(cast, page, "themes")
    page.get_by_label("Themes").fill("voice: The child's voice\nplans: Plans")
    cast.send(page)
    _change(cast, page, "agencies")
    for name in ("Police", "Health", "Schools"):
        page.get_by_label(name, exact=True).check()
    cast.send(page)
    _change(cast, page, "the audit tool")
    page.get_by_label("Audit tool").select_option(index=1)
    cast.send(page)
    _change(cast, page, "grading")
    page.get_by_label("How good was the work?").check()
    page.get_by_label("Good", exact=True).check()
    cast.send(page)
    _change(cast, page, "the sample")
    page.get_by_label("How many cases are drawn?").fill("3")
    page.get_by_label("How many are held in reserve?").fill("1")
    page.get_by_label("Seed", exact=True).fill("7")
    cast.send(page)
    cast.picture(page, "commission")
    cast.follow(page, "Ask for a signature")
    cast.send(page)
    page = cast.window("Hal")
    cast.picture(page, "to-sign")
    cast.follow(page, "commission to sign", exact=False)
    cast.follow(page, "Sign it")
    page.get_by_label("Your name and role").fill("Hal, commissioner")
    cast.send(page)
    cast.follow(page, "Open the audit")


def sample(cast: Cast) -> None:
    """Edie uploads the frame, says which columns are whose, and draws."""
    page = cast.window("Edie")
    cast.follow(page, "Audits")
    cast.follow(page, TITLE)
    cast.follow(page, "Sample")
    cast.follow(page, "Upload the frame")
    page.get_by_label("Frame", exact=True).set_input_files(
        {"name": "frame.csv", "mimeType": "text/csv", "buffer": frame_csv()}
    )
    cast.send(page)
    labels = {
        "name": "Name of the child",
        "born": "Date of birth",
        "address": "Address",
        "family": "Family or household",
    }
    for detail, label in labels.items():
        group = page.get_by_role("group", name=label)
        group.get_by_label(MAPPING[detail], exact=True).check()
    cast.send(page)
    cast.follow(page, "Draw the sample")
    cast.send(page)
    expect(_table(page, "Cases of the sample")).to_contain_text("Case 03")
    cast.picture(page, "sample")


def allocate(cast: Cast) -> None:
    """Each agency's coordinator says who audits; nobody of them holds a case."""
    for coordinator, auditor in (("Cato", "Asha"), ("Bina", "Bo"), ("Cleo", "Dot")):
        page = cast.window(coordinator)
        cast.follow(page, TITLE)
        cast.follow(page, "Who audits")
        for number in CASES:
            cast.follow(page, f"Case {number}")
            page.get_by_label("Who holds this case").select_option("nobody")
            page.get_by_label(auditor, exact=True).check()
            cast.send(page)
        if coordinator == "Cato":
            cast.picture(page, "allocations")


def know(cast: Cast) -> None:
    """Edie asks whom the agencies know; who a child is shows until its agency has answered."""
    page = cast.window("Edie")
    page.goto(f"{cast.server}{AUDIT}/known/asked/")
    cast.look(page)
    cast.follow(page, "Ask the agencies")
    cast.send(page)
    page = cast.window("Cato")
    cast.follow(page, "Known to us?")
    cast.picture(page, "known")
    for number, said in zip(CASES, ("Known", "Known", "Not known"), strict=True):
        expect(page.get_by_role("main").get_by_text("Low Road")).to_have_count(4 - int(number))
        cast.follow(page, f"Answer for case {number}")
        page.get_by_label(said, exact=True).check()
        cast.send(page)
    expect(page.get_by_text("Low Road")).to_have_count(0)
    page.goto(f"{cast.server}{AUDIT}/sample/01/")
    expect(page.get_by_text("Low Road")).to_have_count(0)
    page = cast.window("Edie")
    page.reload()
    cast.look(page)
    cast.picture(page, "who-knows-whom")


def answer(cast: Cast, page: Page, number: str, words: str, grade: str) -> None:
    """One case by the form."""
    cast.follow(page, f"Case {number}")
    page.get_by_label("Yes", exact=True).check()
    cast.send(page)
    cast.follow(page, "The work")
    page.get_by_label("What did the child say, or show?").fill(words)
    page.get_by_label(grade, exact=True).check()
    risk = page.get_by_role("group", name="Is any child at immediate risk now?")
    risk.get_by_label("No", exact=True).check()
    if number == "01":
        cast.picture(page, "section")
    cast.send(page)
    cast.send(page)
    expect(page.get_by_text("your return is submitted")).to_be_visible()


def by_form(cast: Cast) -> None:
    """The police answer the two cases that they know by the form."""
    page = cast.window("Asha")
    cast.follow(page, TITLE)
    cast.follow(page, "Your cases")
    cast.picture(page, "cases")
    answer(cast, page, "01", "She said that nobody asks her. She likes her school.", "Inadequate")
    answer(cast, page, "02", "He drew his house.", "Good")


def nil(cast: Cast, page: Page, number: str) -> None:
    """The child is not known: one step."""
    cast.follow(page, f"Case {number}")
    page.get_by_label("No", exact=True).check()
    cast.send(page)
    expect(page.get_by_text("your nil return is submitted")).to_be_visible()


def by_workbook(cast: Cast) -> None:
    """Health takes its workbook away, and sends it in filled."""
    page = cast.window("Bo")
    cast.follow(page, TITLE)
    cast.follow(page, "Workbook")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the workbook of Health").click()
    known = {"status": "submitted", "known": "yes", "immediate_risk": "no"}
    words = "The baby turned to her aunt. Nobody wrote down more."
    rows = [
        {"case": "01", **known, "voice": words, "grade": "good"},
        {"case": "02", "status": "submitted", "known": "no"},
        {"case": "03", **known, "voice": "Not asked.", "grade": "inadequate"},
    ]
    filled = filled_in(Path(started.value.path()).read_bytes(), rows)
    page.get_by_label("Filled workbook").set_input_files(
        {"name": "health.xlsx", "mimeType": SPREADSHEET, "buffer": filled}
    )
    cast.send(page)
    cast.send(page)
    expect(page.get_by_text("3 returns new")).to_be_visible()


def with_nil_returns(cast: Cast) -> None:
    """The schools know none of the children."""
    page = cast.window("Dot")
    cast.follow(page, TITLE)
    cast.follow(page, "Your cases")
    for number in CASES:
        nil(cast, page, number)


def sign_off(cast: Cast) -> None:
    """Ida accepts one and sends one back; Asha answers it again."""
    page = cast.window("Ida")
    cast.follow(page, TITLE)
    cast.follow(page, "Your cases")
    waiting = _table(page, "Returns that wait")
    waiting.get_by_role("link", name="Case 02").click()
    cast.look(page)
    cast.picture(page, "sign-off")
    page.get_by_role("radio", name="Send it back").check()
    page.get_by_role("textbox", name="If you send it back").fill("What did he say of it?")
    cast.send(page)
    again = cast.window("Asha")
    cast.follow(again, "Your cases")
    expect(_table(again, "Cases")).to_contain_text("Sent back")
    answer(cast, again, "02", "He drew his house: that is where I sleep.", "Good")
    page.reload()
    for number in CASES:
        waiting.get_by_role("link", name=f"Case {number}").click()
        page.get_by_role("radio", name="Accept").check()
        cast.send(page)


def sum_up(cast: Cast) -> None:
    """Cato writes the police's summative report, which begins with its own figures."""
    page = cast.window("Cato")
    page.goto(f"{cast.server}{AUDIT}/")
    cast.follow(page, "Your summary")
    words = page.get_by_label("In general")
    expect(words).to_have_value(re.compile("We know the child in 2 and do not know the child in 1"))
    cast.picture(page, "summary")
    page.get_by_label("What works well?").fill("voice: The child's words stand in one of two.")
    page.get_by_label("What will your agency do?").fill("Ask each child alone.")
    cast.send(page)
    expect(page.get_by_text("Your agency's summative report is kept.")).to_be_visible()


def moderate(cast: Cast) -> None:
    """Edie chooses a share; Mina grades it blind."""
    page = cast.window("Edie")
    page.goto(f"{cast.server}{AUDIT}/moderation/")
    cast.follow(page, "Choose returns")
    page.get_by_label("A share of all returns").check()
    page.get_by_label("How many percent?").fill("50")
    cast.send(page)
    page = cast.window("Mina")
    cast.follow(page, "to grade a second time", exact=False)
    for grade in ("Good", "Inadequate"):
        page.get_by_role("link", name="Grade it").first.click()
        cast.look(page)
        if grade == "Good":
            cast.picture(page, "second-grade")
        page.get_by_label(grade, exact=True).check()
        page.get_by_label("Why?").fill("It stands in the words.")
        cast.send(page)
        expect(page.get_by_text("Both grades", exact=True)).to_be_visible()
        page.goto(f"{cast.server}{AUDIT}/moderation/")


def code(cast: Cast) -> None:
    """Edie writes a theme down and chooses texts; Mina codes them, and Edie one a second time."""
    page = cast.window("Edie")
    page.goto(f"{cast.server}{AUDIT}/coding/")
    cast.follow(page, "code book")
    cast.follow(page, "Add a theme")
    page.get_by_label("What is the theme called?").fill("The child is heard")
    page.get_by_label("What does it mean?").fill("The child's own words or signs are told.")
    cast.send(page)
    page.goto(f"{cast.server}{AUDIT}/coding/")
    cast.follow(page, "Choose texts")
    page.get_by_label("What did the child say, or show?").check()
    page.get_by_label("How many percent").fill("25")
    cast.send(page)
    expect(page.get_by_role("table", name="Texts to be coded")).to_contain_text("Police")
    _code_all(cast, cast.window("Mina"), picture="code")
    _code_all(cast, page)
    expect(_table(page, "Cases by theme and agency")).to_contain_text("The child is heard")
    cast.picture(page, "coding")


def _code_all(cast: Cast, page: Page, picture: str = "") -> None:
    page.goto(f"{cast.server}{AUDIT}/coding/")
    while page.get_by_role("link", name="Code the next text").count():
        cast.follow(page, "Code the next text")
        page.get_by_role("group", name="Which sentences?").get_by_role("checkbox").first.check()
        page.get_by_label("The child is heard").check()
        page.get_by_label("Working well").check()
        page.get_by_label("I am done with this text").check()
        if picture:
            cast.picture(page, picture)
            picture = ""
        cast.send(page)
        page.goto(f"{cast.server}{AUDIT}/coding/")


def meet(cast: Cast) -> None:
    """Noel plans the meeting, opens the round, and writes down what it says."""
    page = cast.window("Noel")
    cast.follow(page, TITLE)
    cast.follow(page, "Meeting")
    cast.follow(page, "Plan the meeting")
    fill_date(page, "When is the meeting?", timezone.localdate())
    page.get_by_label("At what time?").fill("10am")
    page.get_by_label("Police", exact=True).check()
    cast.send(page)
    cast.follow(page, "Invite the agencies")
    cast.send(page)
    cast.follow(page, "Record who is here")
    for name in ("Police", "Health", "Schools"):
        page.get_by_role("group", name=name).get_by_label("Here", exact=True).check()
    cast.send(page)
    cast.follow(page, "Open the round")
    cast.send(page)
    cast.follow(page, "Case 01")
    expect(page.get_by_text("The child is not known to Schools.")).to_be_visible()
    cast.picture(page, "views")
    cast.follow(page, "Back to the meeting")
    cast.follow(page, "Write down a finding or decision")
    page.get_by_label("Finding", exact=True).check()
    page.get_by_label("What did the meeting say?").fill("The child is seldom asked.")
    page.get_by_label("Theme").select_option("voice")
    cast.send(page)
    cast.follow(page, "Write the minutes")
    page.get_by_label("Minutes").fill("All three agencies were here.")
    cast.send(page)


def plan(cast: Cast) -> None:
    """Edie writes a gap down and agrees an action; Kit does it, and Edie finds that it works."""
    page = cast.window("Edie")
    page.goto(f"{cast.server}{AUDIT}/gaps/")
    cast.follow(page, "Write down a gap")
    page.get_by_label("Theme").select_option("voice")
    page.get_by_label("What is the gap?").fill("Nobody asks the child alone.")
    page.get_by_label("Whose gap is it?").fill("All agencies")
    cast.send(page)
    cast.picture(page, "gaps")
    cast.follow(page, "Agree an action", exact=False)
    page.get_by_label("What is to be done?").fill("Ask each child alone, and write it down.")
    page.get_by_label("Which agency owns it?").select_option(label="Police")
    fill_date(page, "By when?", timezone.localdate() + dt.timedelta(days=60))
    page.get_by_label("How will one know that it worked?").fill("Ten plans of ten have the words.")
    cast.send(page)
    page = cast.window("Kit")
    cast.follow(page, "further action", exact=False)
    cast.follow(page, "Ask each child alone", exact=False)
    cast.picture(page, "action")
    cast.follow(page, "Update it")
    page.get_by_label("On track", exact=True).check()
    page.get_by_label("What has happened?").fill("All officers were told.")
    cast.send(page)
    expect(page.get_by_text("All officers were told.")).to_be_visible()


def publish(cast: Cast) -> None:
    """Edie makes the report and puts it forward; Noel clears its words and signs."""
    page = cast.window("Edie")
    page.goto(f"{cast.server}{AUDIT}/reports/")
    cast.follow(page, "Make the report")
    page.get_by_label("Which earlier audit").select_option("none")
    cast.send(page)
    cast.picture(page, "report")
    cast.follow(page, "Put it forward")
    page.get_by_label("No figure is suppressed").check()
    cast.send(page)
    page = cast.window("Noel")
    page.goto(f"{cast.server}{AUDIT}/reports/1/words/")
    cast.look(page)
    while page.get_by_role("link", name="Clear").count():
        page.get_by_role("link", name="Clear").first.click()
        cast.look(page)
        page.get_by_label("Why does this word").fill("It is a number of the report.")
        cast.send(page)
        page.goto(f"{cast.server}{AUDIT}/reports/1/words/")
    page.goto(f"{cast.server}{AUDIT}/reports/1/sign/")
    for box in page.get_by_role("checkbox").all():
        box.check()
    cast.send(page)
    expect(page.get_by_text("The report is published.")).to_be_visible()


def read(cast: Cast) -> None:
    """The scrutineer reads the returns and the report, the board the report, a stranger nothing."""
    page = cast.window("Sol")
    cast.follow(page, "Audits")
    cast.follow(page, TITLE)
    cast.picture(page, "round")
    _table(page, "Cases and agencies").get_by_role("link").first.click()
    cast.look(page)
    expect(page.get_by_text("Nobody wrote down more.")).to_be_visible()
    for name in ("Sol", "Orla"):
        page = cast.window(name)
        page.goto(f"{cast.server}{AUDIT}/reports/")
        cast.follow(page, "Report 1", exact=False)
        cast.follow(page, "Read it as it prints")
        expect(page.get_by_text("The child is seldom asked.").first).to_be_visible()
    page = cast.window("Orla")
    page.goto(f"{cast.server}/")
    cast.follow(page, "Board")
    expect(_table(page, "Cases by agency")).to_contain_text("Police")
    cast.picture(page, "board")
    for address in (f"{AUDIT}/gaps/", f"{AUDIT}/returns/{Return.objects.earliest('pk').pk}/"):
        answered = cast.window("Orla").goto(f"{cast.server}{address}")
        assert answered is not None
        assert address.endswith("/gaps/") or answered.status == 404
    page = cast.window("Dev")
    cast.follow(page, "Audits")
    expect(page.get_by_text("No audit is open to you.")).to_be_visible()
    for address in (AUDIT, f"{AUDIT}/reports", f"{AUDIT}/figures", f"{AUDIT}/sample/01"):
        answered = page.goto(f"{cast.server}{address}/")
        assert answered is not None
        assert answered.status == 404
        cast.look(page)


PARTS = (
    *(commission, sample, allocate, know, by_form, by_workbook, with_nil_returns, sign_off, alarm),
    *(sum_up, moderate, code, meet, plan, publish, read),
)


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_a_round_from_the_commission_to_the_report(
    cast: Callable[..., Cast], script: bool, tmp_path: Path
) -> None:
    """Everybody does their part; the pack that is exported gives the report of the pages."""
    made = cast(script=script, width=1280 if script else 320)
    made.pictures = Pictures() if script else None
    for part in PARTS:
        part(made)
    audit = Audit.objects.get()
    assert Gap.objects.get().text == "Nobody asks the child alone."
    assert Action.objects.get().status == "in_progress"
    assert made.looked > 100
    if made.pictures is not None:
        made.pictures.keep()
        told = made.pictures.changed()
        assert not told, "\n".join([*told, f"Look at them, then: {HOW}"])
    _same_from_the_pack(audit, tmp_path)


def _same_from_the_pack(audit: Audit, folder: Path) -> None:
    """A run of the exported pack writes the data of the report that was made on pages."""
    made = json.loads(ReportVersion.objects.get(audit=audit).report_json)
    exported = command("audit", "export", audit.reference, "--out", folder / "pack")
    assert exported.exit_code == 0, exported.stderr
    again = run_into(folder / "out", folder / "pack")
    assert again.exit_code == 0, again.stderr
    assert again.report == made
