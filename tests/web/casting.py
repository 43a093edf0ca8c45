"""Who takes part in a round that is done in a browser from beginning to end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from factories.browsers import browser as client_of
from factories.people import make_agency, make_membership, make_person, operator, sign_in
from factories.tools import make_office
from safehub.foundation.access.vocabulary import Role
from safehub.instruments import commands
from safehub.register.accounts.models import Membership

from .guide import Pictures
from .looking import PATIENCE, complaints, listen, overflow, violations, widest
from .test_pages import cookies

SURVEY = [
    ["type", "name", "label", "hint", "relevant", "appearance", "required"],
    ["begin_group", "first", "Involvement", "", "", "", ""],
    ["select_one yes_no", "known", "Is the child known?", "", "", "", "yes"],
    ["end_group", "", "", "", "", "", ""],
    ["begin_group", "work", "The work", "", "${known} = 'yes'", "", ""],
    ["text", "voice", "What did the child say, or show?", "", "", "multiline", "yes"],
    ["select_one grades", "grade", "How good was the work?", "", "", "", "yes"],
    ["select_one yes_no", "immediate_risk", "Is any child at immediate risk now?", "", "", "", ""],
    ["end_group", "", "", "", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label"],
    ["yes_no", "yes", "Yes"],
    ["yes_no", "no", "No"],
    ["grades", "good", "Good"],
    ["grades", "inadequate", "Inadequate"],
]
SETTINGS = [["form_title", "form_id", "version"], ["The child's voice", "voices", "1"]]

# Where the audit of the round is.
AUDIT = "/audits/voice-of-the-child"

# Who, in which agency, in which role.
CAST = {
    "Edie": ("office", Role.AUDIT_COORDINATOR),
    "Hal": ("office", Role.COMMISSIONER),
    "Mina": ("office", Role.AUDIT_MODERATOR),
    "Noel": ("office", Role.MEETING_CHAIR),
    "Sol": ("office", Role.SCRUTINEER),
    "Orla": ("office", Role.BOARD_MEMBER),
    "Cato": ("police", Role.AGENCY_COORDINATOR),
    "Asha": ("police", Role.AGENCY_AUDITOR),
    "Ida": ("police", Role.AGENCY_SIGN_OFF),
    "Lena": ("police", Role.SAFEGUARDING_LEAD),
    "Kit": ("police", Role.ACTION_OWNER),
    "Bina": ("health", Role.AGENCY_COORDINATOR),
    "Bo": ("health", Role.AGENCY_AUDITOR),
    "Cleo": ("schools", Role.AGENCY_COORDINATOR),
    "Dot": ("schools", Role.AGENCY_AUDITOR),
    "Dev": ("police", Role.REFERRER),
}


@dataclass
class Cast:
    """The people of an invented partnership, each with a window of their own once they are asked.

    Every page that `look` is given is read by axe, and may not be wider than its window.
    """

    server: str
    browser: Browser
    script: bool
    width: int = 1280
    members: dict[str, Membership] = field(default_factory=dict)
    windows: dict[str, Page] = field(default_factory=dict)
    looked: int = 0
    pictures: Pictures | None = None

    def __post_init__(self) -> None:
        office = make_office()
        agencies = {
            "office": office,
            **{code: make_agency(code) for code in ("police", "health", "schools")},
        }
        for name, (code, role) in CAST.items():
            person = make_person(name, email=f"{name.lower()}@example.org", agency=agencies[code])
            self.members[name] = make_membership(person, agencies[code], role)
        draft = commands.start_draft(
            sheets={"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS},
            title="The child's voice",
            partnership=office.partnership,
            by=operator(),
        )
        commands.publish_draft(draft=draft, by=operator())

    def window(self, name: str) -> Page:
        """The window in which that person is signed in."""
        if name not in self.windows:
            context = self.browser.new_context(
                java_script_enabled=self.script,
                locale="en-GB",
                timezone_id="Europe/London",
                viewport={"width": self.width, "height": 900},
            )
            context.set_default_timeout(PATIENCE)
            member = self.members[name]
            client = sign_in(client_of(), member.person, member)
            context.add_cookies(cookies(client, self.server))
            page = context.new_page()
            listen(page)
            page.goto(f"{self.server}/")
            self.windows[name] = page
        return self.windows[name]

    def look(self, page: Page) -> None:
        """The page as it is now has no violation, no complaint and no width too many.

        axe is a script itself, which a window without script does not run.
        """
        page.wait_for_load_state()
        self.looked += 1
        assert overflow(page) == 0, f"{page.url}: {widest(page)}"
        if self.script:
            assert not violations(page), page.url
            assert not complaints(page), page.url

    def send(self, page: Page) -> None:
        """The first button of the page's form, and a look at what it leads to."""
        page.locator("main form button[type=submit], main form button:not([type])").first.click()
        self.look(page)

    def follow(self, page: Page, name: str, *, exact: bool = True) -> None:
        """A link of that name, and a look at what it leads to."""
        page.get_by_role("link", name=name, exact=exact).first.click()
        self.look(page)

    def picture(self, page: Page, name: str) -> None:
        """What the guide shows of this page."""
        if self.pictures is not None:
            self.pictures.take(page, name)

    def close(self) -> None:
        """Every window."""
        for page in self.windows.values():
            page.context.close()


def fill_date(page: Page, label: str, day: dt.date) -> None:
    """The three boxes of a date."""
    group = page.get_by_role("group", name=label, exact=True)
    group.get_by_label("Day").fill(str(day.day))
    group.get_by_label("Month").fill(str(day.month))
    group.get_by_label("Year").fill(str(day.year))
