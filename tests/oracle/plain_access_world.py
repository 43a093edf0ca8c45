"""A whole world as plain data, and the facts between any viewer and any record of it.

Written, as `plain_access`, from docs/need-to-know.md alone; it imports nothing of the product.
A record is named by its kind and its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from . import plain_access as plain
from . import plain_access_grants as words
from .plain_access import Circumstances, Facts, Guard, Label

Name = tuple[str, int]

LONDON = ZoneInfo("Europe/London")
GLASS_HOLDS = timedelta(minutes=30)


@dataclass(frozen=True)
class Agency:
    key: int
    partnership: int
    office: bool = False


@dataclass(frozen=True)
class Person:
    key: int
    active: bool = True


@dataclass(frozen=True)
class Membership:
    key: int
    person: int
    agency: int
    role: str
    starts: datetime
    ends: datetime | None = None
    trained_until: date | None = None
    unit: str = ""
    glass_right: bool = False


@dataclass(frozen=True)
class Audit:
    key: int
    partnership: int
    participants: frozenset[int]
    opened: bool = False
    last_draw: int | None = None
    commissioned: datetime | None = None


@dataclass(frozen=True)
class Case:
    """`number` is None for a reserve that was never used."""

    key: int
    audit: int
    draw: int
    number: int | None
    withdrawn: bool = False


@dataclass(frozen=True)
class Version:
    """One version of a return; `known` is None where it says neither."""

    number: int
    submitted: bool = True
    known: bool | None = None
    submitted_by: int | None = None
    answered_by: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Return:
    """What one respondent answered on one case, in versions; the last of them counts.

    `heard_by` recorded what a practitioner, a child or a family said on it.
    """

    key: int
    case: int
    agency: int
    unit: str = ""
    versions: tuple[Version, ...] = ()
    heard_by: frozenset[int] = frozenset()

    @property
    def latest(self) -> Version:
        return max(self.versions, key=lambda version: version.number)


@dataclass(frozen=True)
class Risk:
    """That a child may be at risk now: on which case, whose lead is told, and who raised it."""

    key: int
    case: int
    agency: int
    raised_by: int | None


@dataclass(frozen=True)
class Matter(Risk):
    """A matter of practice or conduct: the employer, or `for_office`, answers for it."""

    for_office: bool = False


@dataclass(frozen=True)
class Knowing:
    """Whether an agency knows the child of a case: what it answered there, blank for nothing."""

    key: int
    case: int
    agency: int
    answer: str = ""


@dataclass(frozen=True)
class Commission:
    """Terms of reference of a partnership, and who wrote any of them."""

    key: int
    partnership: int
    writers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Look:
    """A second look at the return of that key, whether or not all its second grades are in."""

    key: int
    settled: bool


@dataclass(frozen=True)
class Text:
    """A text of the return of that key, and where its coding stands while the round gathers.

    `first_by` coded it first; in every state but *uncoded* that coding is finished.
    """

    key: int
    state: str
    first_by: int | None = None


@dataclass(frozen=True)
class Held:
    """A referral of a frame, meeting, summative report or action: held by an audit."""

    key: int
    audit: int
    agency: int | None = None


@dataclass(frozen=True)
class Report(Held):
    """A report of an audit: who made it, who put it forward, and whether it is published."""

    made_by: int | None = None
    put_forward_by: int | None = None
    is_published: bool = False


@dataclass(frozen=True)
class Incident:
    """A conflict, an alert, or broken glass: whom it is about, and the partnership it is of."""

    key: int
    partnership: int
    person: int | None
    on: Name | None = None
    state: str = ""
    membership: int | None = None
    at: datetime | None = None
    confirmed_by: int | None = None


@dataclass(frozen=True)
class Letter:
    """A disclosure or a sharing record: it belongs to an agency, or to none."""

    key: int
    agency: int | None
    state: str = ""
    made_by: int | None = None


@dataclass(frozen=True)
class Given:
    on: Name
    relation: str
    giver: int
    starts: datetime
    ends: datetime | None = None
    person: int | None = None
    agency: int | None = None
    revoked: bool = False


@dataclass(frozen=True)
class Protection:
    on: Name
    kind: str
    named: frozenset[int] = frozenset()
    agency: int | None = None


@dataclass(frozen=True)
class Labelled:
    on: Name
    field_class: str = words.ALL_CLASSES
    not_to_persons: frozenset[int] = frozenset()
    not_to_relations: frozenset[str] = frozenset()
    purpose: str = ""


@dataclass
class World:
    agencies: dict[int, Agency] = field(default_factory=dict)
    persons: dict[int, Person] = field(default_factory=dict)
    memberships: dict[int, Membership] = field(default_factory=dict)
    audits: dict[int, Audit] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    referrals: dict[int, Held] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)
    # Returns that are being answered: they have no version yet.
    workings: dict[int, Return] = field(default_factory=dict)
    risks: dict[int, Risk] = field(default_factory=dict)
    knowings: dict[int, Knowing] = field(default_factory=dict)
    matters: dict[int, Matter] = field(default_factory=dict)
    looks: dict[int, Look] = field(default_factory=dict)
    texts: dict[int, Text] = field(default_factory=dict)
    summatives: dict[int, Held] = field(default_factory=dict)
    meetings: dict[int, Held] = field(default_factory=dict)
    actions: dict[int, Held] = field(default_factory=dict)
    reports: dict[int, Report] = field(default_factory=dict)
    tools: set[int] = field(default_factory=set)
    # Which partnership published a tool, where one did; and whose a draft is.
    tools_of: dict[int, int] = field(default_factory=dict)
    tool_drafts: dict[int, int] = field(default_factory=dict)
    commissions: dict[int, Commission] = field(default_factory=dict)
    # Planned audits: whose each is.
    planned: dict[int, int] = field(default_factory=dict)
    glass: dict[int, Incident] = field(default_factory=dict)
    conflicts: dict[int, Incident] = field(default_factory=dict)
    alerts: dict[int, Incident] = field(default_factory=dict)
    # People in the register: whose each is. Look-ups: under which membership each was made.
    individuals: dict[int, int] = field(default_factory=dict)
    lookups: dict[int, int] = field(default_factory=dict)
    disclosures: dict[int, Letter] = field(default_factory=dict)
    sharings: dict[int, Letter] = field(default_factory=dict)
    # Which case an agency has allocated to which person: (case, agency, person).
    allocations: set[tuple[int, int, int]] = field(default_factory=set)
    given: list[Given] = field(default_factory=list)
    protections: list[Protection] = field(default_factory=list)
    labels: list[Labelled] = field(default_factory=list)
    production: bool = False
    has_operator: bool = True

    def table(self, kind: str) -> Mapping[int, Held]:
        """The records of a kind that the audit holds directly."""
        found: dict[str, Mapping[int, Held]] = {
            words.REFERRAL: self.referrals,
            words.SUMMATIVE: self.summatives,
            words.MEETING: self.meetings,
            words.ACTION: self.actions,
            words.REPORT: self.reports,
        }
        return found[kind]

    def keys(self, kind: str) -> Iterable[int]:
        whole: dict[str, Iterable[int]] = {
            words.AUDIT: self.audits,
            words.CASE: self.cases,
            words.RETURN: self.returns,
            words.WORKING: self.workings,
            words.RISK: self.risks,
            words.KNOWING: self.knowings,
            words.MATTER: self.matters,
            words.LOOK: self.looks,
            words.TEXT: self.texts,
            words.TOOL: self.tools,
            words.TOOL_DRAFT: self.tool_drafts,
            words.COMMISSION: self.commissions,
            words.PLANNED: self.planned,
            words.GLASS: self.glass,
            words.CONFLICT: self.conflicts,
            words.ALERT: self.alerts,
            words.AGENCY: self.agencies,
            words.PERSON: self.persons,
            words.MEMBERSHIP: self.memberships,
            words.DISCLOSURE: self.disclosures,
            words.SHARING: self.sharings,
            words.INDIVIDUAL: self.individuals,
            words.LOOKUP: self.lookups,
        }
        return whole[kind] if kind in whole else self.table(kind)

    def with_holders(self, record: Name) -> Iterator[Name]:
        """The record, then each record that holds it."""
        kind, key = record
        yield record
        if kind == words.RETURN:
            yield from self.with_holders((words.CASE, self.returns[key].case))
        elif kind == words.WORKING:
            yield from self.with_holders((words.CASE, self.workings[key].case))
        elif kind == words.RISK:
            yield from self.with_holders((words.CASE, self.risks[key].case))
        elif kind == words.MATTER:
            yield from self.with_holders((words.CASE, self.matters[key].case))
        elif kind == words.KNOWING:
            yield from self.with_holders((words.CASE, self.knowings[key].case))
        elif kind == words.LOOK:
            yield from self.with_holders((words.CASE, self.returns[key].case))
        elif kind == words.TEXT:
            yield from self.with_holders((words.RETURN, key))
        elif kind == words.CASE:
            yield words.AUDIT, self.cases[key].audit
        elif kind in words.SEE and kind in HELD_BY_AUDIT:
            yield words.AUDIT, self.table(kind)[key].audit

    def audit_of(self, record: Name) -> Audit | None:
        for kind, key in self.with_holders(record):
            if kind == words.AUDIT:
                return self.audits[key]
        return None


HELD_BY_AUDIT = {words.REFERRAL, words.SUMMATIVE, words.MEETING, words.ACTION, words.REPORT}
OWNED_BY_THE_OFFICE = {words.AUDIT, words.CASE, words.REFERRAL, words.MEETING, words.REPORT}
SHARED_WITH_THE_OFFICE = {
    *(words.RETURN, words.WORKING, words.RISK, words.LOOK, words.SUMMATIVE, words.ACTION),
    words.TEXT,
    words.KNOWING,
}


@dataclass(frozen=True)
class Viewer:
    """Under one membership; the local operator has none."""

    membership: Membership | None = None

    @property
    def role(self) -> str:
        return self.membership.role if self.membership else words.OPERATOR

    @property
    def person(self) -> int | None:
        return self.membership.person if self.membership else None

    @property
    def agency(self) -> int | None:
        return self.membership.agency if self.membership else None


def decide(
    world: World,
    viewer: Viewer,
    action: str,
    record: Name | None,
    field_class: str | None,
    around: Circumstances,
) -> plain.Verdict:
    return plain.decide(facts(world, viewer, record, around), action, field_class, around)


def visible_to(
    world: World, viewer: Viewer, action: str, kind: str, around: Circumstances
) -> set[int]:
    return {
        key
        for key in world.keys(kind)
        if plain.visible(facts(world, viewer, (kind, key), around), action)
    }


def facts(world: World, viewer: Viewer, record: Name | None, around: Circumstances) -> Facts:
    now = around.now
    assert now is not None
    alone = Facts(
        role=viewer.role,
        in_date=in_date(world, viewer, now, by_command=around.by_command),
        glass_right=viewer.membership is not None and viewer.membership.glass_right,
    )
    if record is None:
        return alone
    reach = set(world.with_holders(record))
    relations = relations_of(world, viewer, record, now)
    glasses = list(holding_glass(world, viewer, reach, now))
    return replace(
        alone,
        kind=record[0],
        conflicted=conflicted(world, viewer, reach),
        relations=relations,
        status=status_of(world, record),
        guards=tuple(
            guard_to(viewer, protection, record)
            for protection in world.protections
            if protection.on in reach
        ),
        labels=tuple(
            label_to(viewer, label, relations) for label in world.labels if label.on in reach
        ),
        glass_broken=bool(glasses),
        glass_confirmed=any(glass.confirmed_by is not None for glass in glasses),
        own_work=own_work(world, viewer, record),
    )


def status_of(world: World, record: Name) -> str:
    if record[0] == words.DISCLOSURE:
        return world.disclosures[record[1]].state
    if record[0] == words.REPORT:
        if world.reports[record[1]].is_published:
            return words.PUBLISHED
        of = world.audit_of(record)
        return words.DRAFT if of is not None and of.opened else words.EARLY
    audit = world.audit_of(record)
    if audit is None:
        return ""
    if record[0] == words.LOOK:
        if world.looks[record[1]].settled:
            return words.SETTLED
        return words.CLOSED if audit.opened else words.AWAITED
    if record[0] == words.TEXT:
        state = world.texts[record[1]].state
        return words.OPENED if state == words.SETTLED and audit.opened else state
    return words.OPENED if audit.opened else words.GATHERING


def in_date(world: World, viewer: Viewer, now: datetime, *, by_command: bool) -> bool:
    member = viewer.membership
    if member is None:
        return by_command and not world.production
    if not world.persons[member.person].active or now < member.starts:
        return False
    if member.ends is not None and now >= member.ends:
        return False
    return member.trained_until is None or now.astimezone(LONDON).date() <= member.trained_until


def conflicted(world: World, viewer: Viewer, reach: set[Name]) -> bool:
    return viewer.person is not None and any(
        conflict.person == viewer.person
        and conflict.on in reach
        and conflict.state in {"declared", "confirmed"}
        for conflict in world.conflicts.values()
    )


def guard_to(viewer: Viewer, protection: Protection, record: Name) -> Guard:
    """A person of the register who is sealed is a sealed person."""
    is_person = record[0] == words.INDIVIDUAL and protection.kind == words.SEALED
    return Guard(
        kind=words.SEALED_PERSON if is_person else protection.kind,
        named=viewer.person is not None and viewer.person in protection.named,
        own_agency=viewer.agency is not None and viewer.agency == protection.agency,
    )


def label_to(viewer: Viewer, label: Labelled, relations: frozenset[str]) -> Label:
    keeps = viewer.person in label.not_to_persons or bool(relations & label.not_to_relations)
    return Label(label.field_class, keeps, label.purpose)


def holding_glass(
    world: World, viewer: Viewer, over: set[Name], now: datetime
) -> Iterator[Incident]:
    for glass in world.glass.values():
        member = viewer.membership
        if member is None or glass.membership != member.key or glass.person != member.person:
            continue
        if glass.on in over and glass.at and glass.at <= now < glass.at + GLASS_HOLDS:
            yield glass


def own_work(world: World, viewer: Viewer, record: Name) -> bool:
    """Of the kinds that somebody approves: whose work it is."""
    kind, key = record
    if viewer.person is None:
        return False
    if kind == words.MEMBERSHIP:
        return world.memberships[key].person == viewer.person
    if kind == words.DISCLOSURE:
        return world.disclosures[key].made_by == viewer.person
    if kind == words.RISK:
        return world.risks[key].raised_by == viewer.person
    if kind == words.RETURN:
        answered = world.returns[key]
        of_agency = answered.agency == viewer.agency and viewer.role != words.SIGN_OFF
        latest = answered.latest
        theirs = {latest.submitted_by, *latest.answered_by, *answered.heard_by}
        return of_agency or viewer.person in theirs
    if kind == words.ACTION:
        return world.actions[key].agency == viewer.agency
    if kind == words.COMMISSION:
        return viewer.person in world.commissions[key].writers
    if kind == words.REPORT:
        one = world.reports[key]
        return viewer.person in (one.made_by, one.put_forward_by)
    if kind in {words.LOOK, words.TEXT}:
        once = coded_first(world, viewer, record) or was_shown_first(world, viewer, record)
        return once or was_of_its_agency(world, viewer, key)
    incident = incident_of(world, record)
    if incident is None:
        return False
    if kind == words.GLASS and incident.confirmed_by == viewer.person:
        return True
    return incident.person == viewer.person


def coded_first(world: World, viewer: Viewer, record: Name) -> bool:
    """Whether it is a text, and the viewer finished its first coding."""
    if record[0] != words.TEXT:
        return False
    text = world.texts[record[1]]
    return text.state != words.UNCODED and text.first_by == viewer.person


def was_of_its_agency(world: World, viewer: Viewer, of: int) -> bool:
    """Whether the viewer has, or ever had, a membership in the agency of that return."""
    agency = world.returns[of].agency
    return any(
        one.person == viewer.person and one.agency == agency for one in world.memberships.values()
    )


def was_shown_first(world: World, viewer: Viewer, record: Name) -> bool:
    """Whether it is a second look at what shows, or showed, to the person in another role."""
    kind, of = record
    if kind != words.LOOK or viewer.person is None:
        return False
    audit = world.audits[world.cases[world.returns[of].case].audit]
    for one in world.memberships.values():
        if one.person != viewer.person:
            continue
        if audit.commissioned and one.ends is not None and one.ends <= audit.commissioned:
            continue
        its_own = world.agencies[one.agency].partnership == audit.partnership
        if one.role == words.INSPECTOR or (
            its_own and one.role in {words.COORDINATOR, words.CHAIR}
        ):
            return True
    over = set(world.with_holders((words.RETURN, of)))
    return any(one.person == viewer.person and one.on in over for one in world.glass.values())


def incident_of(world: World, record: Name) -> Incident | None:
    kind, key = record
    tables = {words.GLASS: world.glass, words.CONFLICT: world.conflicts, words.ALERT: world.alerts}
    return tables[kind][key] if kind in tables else None


# --- Relations


def relations_of(world: World, viewer: Viewer, record: Name, now: datetime) -> frozenset[str]:
    found = set(given_relations(world, viewer, record, now))
    kind = record[0]
    if kind in {words.TOOL, words.TOOL_DRAFT}:
        found |= relations_to_tool(world, viewer, record)
    elif kind in {words.INDIVIDUAL, words.LOOKUP}:
        found |= relations_in_register(world, viewer, record)
    elif kind == words.COMMISSION:
        found |= relations_to_plans(world, viewer, world.commissions[record[1]].partnership)
    elif kind == words.PLANNED:
        found |= relations_to_plans(world, viewer, world.planned[record[1]])
    elif kind in {words.AGENCY, words.PERSON, words.MEMBERSHIP}:
        found |= relations_to_people(world, viewer, record, now)
    elif kind in {words.DISCLOSURE, words.SHARING}:
        letters = world.disclosures if kind == words.DISCLOSURE else world.sharings
        if viewer.agency is not None and letters[record[1]].agency == viewer.agency:
            found.add(words.OWNER)
    elif viewer.membership is None:
        if kind in OWNED_BY_THE_OFFICE:
            found.add(words.OWNER)
        if kind in SHARED_WITH_THE_OFFICE:
            found.add(words.SHARED)
    elif kind in {words.GLASS, words.CONFLICT, words.ALERT}:
        found |= relations_to_incident(world, viewer, record)
    else:
        found |= relations_in_audit(world, viewer.membership, record)
    return frozenset(found)


def given_relations(world: World, viewer: Viewer, record: Name, now: datetime) -> Iterator[str]:
    """What somebody else gave, to the person or to the agency, on the record or on its holder."""
    if viewer.membership is None:
        return
    reach = set(world.with_holders(record))
    for given in world.given:
        to_viewer = viewer.person == given.person or viewer.agency == given.agency
        if given.on not in reach or not to_viewer or given.giver == viewer.person:
            continue
        if given.revoked or now < given.starts:
            continue
        ended = given.ends is not None and now >= given.ends
        yield words.ENDED if ended else given.relation


def relations_to_incident(world: World, viewer: Viewer, record: Name) -> set[str]:
    incident = incident_of(world, record)
    assert incident is not None
    assert viewer.membership is not None
    found = set()
    if world.agencies[viewer.membership.agency].partnership == incident.partnership:
        found.add(words.OWNER)
    if incident.person == viewer.person:
        found.add(words.CONTRIBUTED)
    return found


def relations_to_plans(world: World, viewer: Viewer, partnership: int) -> set[str]:
    if viewer.membership is None:
        return {words.OWNER}
    agency = world.agencies[viewer.membership.agency]
    its_own = agency.partnership == partnership
    return the_three(owner=its_own and agency.office, asked=False, shared=its_own)


def relations_in_register(world: World, viewer: Viewer, record: Name) -> set[str]:
    kind, key = record
    member = viewer.membership
    if kind == words.LOOKUP:
        return {words.OWNER} if member and world.lookups[key] == member.key else set()
    its_own = member is None or (
        world.agencies[member.agency].partnership == world.individuals[key]
    )
    return {words.OWNER} if its_own else set()


def relations_to_tool(world: World, viewer: Viewer, record: Name) -> set[str]:
    kind, key = record
    of = (world.tools_of if kind == words.TOOL else world.tool_drafts).get(key)
    agency = world.agencies[viewer.membership.agency] if viewer.membership else None
    runs = agency is None or (agency.office and agency.partnership == of)
    if kind == words.TOOL_DRAFT:
        return {words.OWNER} if runs else set()
    return {words.OWNER, words.CONTRIBUTED} if runs else {words.OWNER}


def relations_to_people(world: World, viewer: Viewer, record: Name, now: datetime) -> set[str]:
    """An agency is its own; a person is of the agencies where a membership has not ended."""
    kind, key = record
    if kind == words.AGENCY:
        of = {key}
    elif kind == words.MEMBERSHIP:
        of = {world.memberships[key].agency}
    else:
        of = {
            member.agency
            for member in world.memberships.values()
            if member.person == key and (member.ends is None or now < member.ends)
        }
    mine = world.agencies.get(viewer.agency) if viewer.agency is not None else None
    person = world.memberships[key].person if kind == words.MEMBERSHIP else key
    found = the_three(
        owner=viewer.agency in of or viewer.role in words.KEEPERS,
        asked=False,
        shared=mine is not None
        and any(world.agencies[agency].partnership == mine.partnership for agency in of),
    )
    if kind != words.AGENCY and viewer.person == person:
        found.add(words.ASSIGNED)
    return found


def relations_in_audit(world: World, member: Membership, record: Name) -> set[str]:
    kind, key = record
    audit = world.audit_of(record)
    assert audit is not None
    agency = world.agencies[member.agency]
    office = agency.office and agency.partnership == audit.partnership
    part = agency.key in audit.participants
    if kind == words.CASE:
        case = world.cases[key]
        found = relations_to_case(world, member, case, office=office, part=part)
        return found if is_theirs(world, member, key) else found - {words.ASKED, words.EXPIRED}
    if kind in {words.RETURN, words.TEXT}:
        answered = world.returns[key]
        found = relations_to_return(member, answered, office=office, part=part)
        theirs = is_theirs(world, member, answered.case)
        return found if theirs else found - {words.OWNER, words.ASKED}
    if kind == words.WORKING:
        working = world.workings[key]
        found = relations_to_working(member, working, office=office)
        return found if is_theirs(world, member, working.case) else found - {words.OWNER}
    if kind == words.RISK:
        risk = world.risks[key]
        found = relations_to_risk(member, risk, office=office)
        theirs = is_theirs(world, member, risk.case) or risk.raised_by == member.person
        return found if theirs else found - {words.OWNER}
    if kind == words.MATTER:
        return relations_to_matter(member, world.matters[key], office=office)
    if kind == words.KNOWING:
        return relations_to_knowing(world, member, world.knowings[key], office=office)
    if kind == words.LOOK:
        looked_at = world.returns[key]
        found = relations_to_look(member, looked_at, office=office, part=part)
        theirs = is_theirs(world, member, looked_at.case)
        return found if theirs else found - {words.OWNER, words.ASKED}
    if kind == words.REFERRAL:
        return {words.OWNER} if office else set()
    held = world.table(kind)[key] if kind in {words.SUMMATIVE, words.ACTION} else None
    if held is None:
        return the_three(owner=office, asked=part, shared=False)
    own = held.agency == agency.key
    if kind == words.SUMMATIVE:
        return the_three(owner=own and not member.unit, asked=part and not own, shared=office)
    return the_three(owner=own, asked=part, shared=office)


def is_theirs(world: World, member: Membership, case: int) -> bool:
    """An auditor's case is one that their agency has allocated to them; another's is any."""
    allocated = (case, member.agency, member.person) in world.allocations
    return member.role != words.AUDITOR or allocated


def the_three(*, owner: bool, asked: bool, shared: bool) -> set[str]:
    holds = {words.OWNER: owner, words.ASKED: asked, words.SHARED: shared}
    return {relation for relation, held in holds.items() if held}


def relations_to_case(
    world: World, member: Membership, case: Case, *, office: bool, part: bool
) -> set[str]:
    found = the_three(owner=office, asked=False, shared=False)
    drawn_last = case.draw == world.audits[case.audit].last_draw and case.number is not None
    if part and drawn_last:
        gone = case.withdrawn or answered_not_known(world, member, case)
        found.add(words.EXPIRED if gone else words.ASKED)
    return found


def relations_to_return(
    member: Membership, answered: Return, *, office: bool, part: bool
) -> set[str]:
    own = answered.agency == member.agency
    return the_three(
        owner=own and member.unit in {"", answered.unit},
        asked=part and not own and answered.latest.submitted,
        shared=office and answered.latest.submitted,
    )


def relations_to_working(member: Membership, working: Return, *, office: bool) -> set[str]:
    own = working.agency == member.agency and member.unit in {"", working.unit}
    return the_three(owner=own, asked=False, shared=office)


def relations_to_risk(member: Membership, risk: Risk, *, office: bool) -> set[str]:
    own = risk.agency == member.agency
    its_own = own and (not member.unit or risk.raised_by == member.person)
    return the_three(owner=its_own, asked=False, shared=office)


def relations_to_matter(member: Membership, matter: Matter, *, office: bool) -> set[str]:
    employer = matter.agency == member.agency and not member.unit
    found = the_three(owner=office if matter.for_office else employer, asked=False, shared=False)
    if matter.raised_by == member.person:
        found.add(words.CONTRIBUTED)
    return found


def relations_to_knowing(
    world: World, member: Membership, knowing: Knowing, *, office: bool
) -> set[str]:
    found = the_three(owner=False, asked=False, shared=office)
    if knowing.agency == member.agency and not member.unit:
        found.add(words.OWNER if is_open_still(world, knowing) else words.EXPIRED)
    return found


def is_open_still(world: World, knowing: Knowing) -> bool:
    """Of the sample as it stands, and neither an answer nor a return has settled it."""
    case = world.cases[knowing.case]
    drawn_last = case.draw == world.audits[case.audit].last_draw and case.number is not None
    returned = any(
        answered.latest.known is not None
        for answered in world.returns.values()
        if (answered.case, answered.agency) == (knowing.case, knowing.agency)
    )
    settled = knowing.answer in {"known", "not known"} or returned
    return drawn_last and not case.withdrawn and not settled


def relations_to_look(
    member: Membership, looked_at: Return, *, office: bool, part: bool
) -> set[str]:
    own = looked_at.agency == member.agency
    return the_three(
        owner=own and member.unit in {"", looked_at.unit}, asked=part and not own, shared=office
    )


def answered_not_known(world: World, member: Membership, case: Case) -> bool:
    """By the latest version of each respondent; one that knows the child keeps the case asked."""
    said = {
        answered.latest.known
        for answered in world.returns.values()
        if answered.case == case.key
        and answered.agency == member.agency
        and member.unit in {"", answered.unit}
    }
    return False in said and True not in said
