"""A whole small partnership with one audit, made through commands; every field holds a canary."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from django.test import Client
from django.utils import timezone

from factories.allocating import allocate_all
from factories.browsers import browser
from factories.commissions import planned_audit, waiting_commission
from factories.people import make_membership, make_person, make_viewer, operator, sign_in
from factories.publishing import gaps_in_hand, published, put
from factories.register import Registered, registered
from factories.tools import SHEETS, workbook, wrong_sheets
from factories.waiting import Waiting, all_that_waits
from safehub.audit.programmes.feeds.commands import make_address
from safehub.audit.programmes.models import Audit, CommissionDraft, PlannedAudit
from safehub.audit.reports.models import ReportWord
from safehub.audit.returns.grid import Settled
from safehub.audit.returns.models import Return, ReturnVersion, SignedOff, SignOff
from safehub.exchange.audit_pack.reading import read_pack
from safehub.exchange.audit_pack.steps import receive
from safehub.exchange.audit_pack.storing import commission, store
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.records import ref_of
from safehub.instruments import commands as tools
from safehub.instruments.drafting import with_settings
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.register.accounts.commands import let_break_glass
from safehub.register.accounts.models import Membership
from safehub.register.accounts.queries import breaks_glass
from safehub.register.agencies.commands import register_agency, register_partnership
from safehub.register.agencies.models import Agency
from walk.small import SCHOOLS, small

# A canary is a word that stands nowhere else: QX, its class of field, and a running number.
CANARY = re.compile(r"QX([A-Z]+)(\d+)QX", re.IGNORECASE)
BOARD_ROLES = {
    Role.AUDIT_COORDINATOR,
    Role.SCRUTINEER,
    Role.COMMISSIONER,
    Role.PRIVACY_OFFICER,
    Role.SYSTEM_ADMINISTRATOR,
}


def canary(kind: str, number: int) -> str:
    return f"QX{kind}{number:03}QX"


@dataclass
class World:
    """The partnership, its audit, another partnership, and people made as they are asked for.

    It has published a tool and has a draft of one, into which a workbook was not taken, and a
    commission that waits for a signature; it plans an audit, and its coordinator keeps a calendar.
    Whoever may be given it has the right to break glass, but for people of the other partnership.
    `waiting` and `registered`, people in the register, are set once the world is whole.
    """

    audit: Audit
    tool: ToolVersion
    draft: ToolDraft
    commission: CommissionDraft
    planned: PlannedAudit
    agencies: dict[str, Agency]
    elsewhere: Agency
    members: dict[tuple[Role, str], Membership] = field(default_factory=dict)
    workbooks: dict[str, bytes] = field(default_factory=dict)
    waiting: Waiting = field(init=False)
    registered: Registered = field(init=False)

    def member(self, role: Role, where: str = "CSC") -> Membership:
        """Somebody of that role in the agency of that code, `office` or `elsewhere`."""
        if (role, where) not in self.members:
            agency = self.elsewhere if where == "elsewhere" else self.agencies[where]
            number = len(self.members) + 1
            person = make_person(
                canary("STAFF", number),
                email=f"{canary('EMAIL', number).lower()}@example.org",
                agency=agency,
            )
            made = make_membership(person, agency, role)
            if where != "elsewhere" and breaks_glass(made):
                let_break_glass(membership=made, is_allowed=True, by=operator())
            self.members[role, where] = made
            if role is Role.AGENCY_AUDITOR:
                allocate_all(self.audit, made)
        return self.members[role, where]

    def client(self, role: Role, where: str = "CSC") -> Client:
        """A browser in which that somebody is signed in with both factors."""
        member = self.member(role, where)
        return sign_in(browser(), member.person, member)

    def related(self, role: Role) -> str:
        """Where somebody of that role has to do with the audit."""
        return "office" if role in BOARD_ROLES else "CSC"


def whole_world(folder: Path, *, opened: bool = True) -> World:
    """An audit of ten cases and five agencies.

    Where the round is opened, with a published report, and a correction of it put forward.
    """
    draft = small(seed=7)
    _plant(draft)
    pack = read_pack(draft.write(folder / "pack"))
    by = operator()
    if opened:
        audit = store(pack, by)
    else:
        audit = commission(pack, by)
        from safehub.audit.sampling.commands import draw_sample

        draw_sample(audit=audit, plan=pack.terms.plan, by=by)
        receive(audit, [folder / "pack" / "returns.csv"], by)
    agencies = {agency.code: agency for agency in audit.partnership.agencies.all()}
    agencies["office"] = next(one for one in agencies.values() if one.is_office)
    other = register_partnership(name="Elsewhere Partnership", by=by)
    elsewhere = register_agency(
        partnership=other, code="CSC", name="Elsewhere Social Care", kind="", by=by
    )
    tool, written = _tools(audit)
    world = World(
        audit, tool, written, waiting_commission(audit), planned_audit(audit), agencies, elsewhere
    )
    _send_one_back(audit)
    world.waiting = _waiting(world)
    world.registered = registered(
        make_viewer(world.member(Role.EMERGENCY_DUTY)), lambda at: canary("REGISTER", at)
    )
    make_address(by=make_viewer(world.member(Role.AUDIT_COORDINATOR, "office")))
    if opened:
        _reports(world)
    return world


def _send_one_back(audit: Audit) -> None:
    """The last return of one agency was sent back by its own sign-off."""
    sent = ReturnVersion.objects.filter(
        audit_return__participant__audit=audit,
        audit_return__participant__code="CSC",
        status="submitted",
        known="yes",
        is_latest=True,
    )
    version = sent.order_by("-audit_return__pk")[0]
    Return.objects.filter(versions=version).update(settled=Settled.SENT_BACK)
    SignOff.objects.create(
        version=version,
        outcome=SignedOff.SENT_BACK,
        reason=canary("SIGNOFF", 900),
        signed_at=timezone.now(),
    )


def _waiting(world: World) -> Waiting:
    """The auditor of one agency types; the emergency team looks at what that agency returned."""
    answered = Return.objects.filter(
        participant__audit=world.audit, participant__code="CSC", versions__known="yes"
    )
    return all_that_waits(
        on=ref_of(world.audit),
        unseen=ref_of(answered.order_by("pk")[0]),
        somebody=world.member(Role.AGENCY_AUDITOR),
        lead=world.member(Role.AUDIT_COORDINATOR, "office"),
        breaker=world.member(Role.EMERGENCY_DUTY),
        newcomer=make_person(
            canary("STAFF", 900),
            email=f"{canary('EMAIL', 900).lower()}@example.org",
            agency=world.agencies["CSC"],
        ),
        words=(
            canary("LABEL", 900),
            f"{canary('LOOK', 900)} and nobody answers the telephone.",
            canary("SUSPICION", 900),
            canary("DRAFT", 900),
        ),
    )


def _tools(audit: Audit) -> tuple[ToolVersion, ToolDraft]:
    by = operator()
    begun = [
        tools.start_draft(
            sheets=with_settings(SHEETS, version=version),
            title="A tool",
            partnership=audit.partnership,
            by=by,
        )
        for version in ("1", "2")
    ]
    sent = tools.upload_into_draft(
        draft=begun[1], name="tool.xlsx", data=workbook(wrong_sheets()), by=by
    )
    return tools.publish_draft(draft=begun[0], by=by), sent


def _reports(world: World) -> None:
    """One that the chair signed, and a correction in which one word waits to be cleared."""
    first = make_viewer(world.member(Role.AUDIT_COORDINATOR, "office"))
    published(world.audit, first, make_viewer(world.member(Role.MEETING_CHAIR)))
    gaps_in_hand(world.audit, measure="Twenty plans.")
    draft = put(
        world.audit, first, corrected=canary("CORRECTED", 900), why=canary("CORRECTED", 901)
    )
    ReportWord.objects.create(
        report=draft, position=900, kind="name", before="", word=canary("FOUND", 900), after=""
    )


def _plant(draft: object) -> None:
    """Put a canary into each field of each class that a pack can fill."""
    numbers = iter(range(1, 10_000))
    for row in draft.frame:  # type: ignore[attr-defined]
        row["referral_id"] = canary("REFERRAL", next(numbers))
        row["child_id"] = canary("CHILD", next(numbers))
        row["address"] = canary("ADDRESS", next(numbers))
    schools = {name: canary("RESPONDENT", next(numbers)) for name in SCHOOLS}
    for row in draft.returns:  # type: ignore[attr-defined]
        if "comment" in row:
            row["comment"] = canary("ANSWER", next(numbers))
        if row.get("respondent"):
            row["respondent"] = schools[row["respondent"]]
    for summative in draft.summative:  # type: ignore[attr-defined]
        summative["overview"] = canary("SUMMATIVE", next(numbers))
    for action in draft.actions:  # type: ignore[attr-defined]
        if "person" in action:
            action["person"] = canary("OWNER", next(numbers))
