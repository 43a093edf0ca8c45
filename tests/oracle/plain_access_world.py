"""A whole world as plain data, and the facts between any viewer and any record of it.

Written, as `plain_access`, from docs/need-to-know.md alone; it imports nothing of the product.
A record is named by its kind and its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from . import plain_access as plain
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


@dataclass(frozen=True)
class Case:
    """`number` is None for a reserve that was never used."""

    key: int
    audit: int
    draw: int
    number: int | None
    withdrawn: bool = False


@dataclass(frozen=True)
class Return:
    """One version of what one respondent answered; `known` is None where it says neither."""

    key: int
    case: int
    agency: int
    unit: str = ""
    version: int = 1
    submitted: bool = True
    known: bool | None = None


@dataclass(frozen=True)
class Held:
    """A referral of a frame, meeting, report, summative report or action: held by an audit."""

    key: int
    audit: int
    agency: int | None = None


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
    field_class: str = plain.ALL_CLASSES
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
    summatives: dict[int, Held] = field(default_factory=dict)
    meetings: dict[int, Held] = field(default_factory=dict)
    actions: dict[int, Held] = field(default_factory=dict)
    reports: dict[int, Held] = field(default_factory=dict)
    tools: set[int] = field(default_factory=set)
    glass: dict[int, Incident] = field(default_factory=dict)
    conflicts: dict[int, Incident] = field(default_factory=dict)
    alerts: dict[int, Incident] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    protections: list[Protection] = field(default_factory=list)
    labels: list[Labelled] = field(default_factory=list)
    production: bool = False

    def table(self, kind: str) -> dict[int, Held]:
        """The records of a kind that the audit holds directly."""
        return {
            plain.REFERRAL: self.referrals,
            plain.SUMMATIVE: self.summatives,
            plain.MEETING: self.meetings,
            plain.ACTION: self.actions,
            plain.REPORT: self.reports,
        }[kind]

    def keys(self, kind: str) -> Iterable[int]:
        whole: dict[str, Iterable[int]] = {
            plain.AUDIT: self.audits,
            plain.CASE: self.cases,
            plain.RETURN: self.returns,
            plain.TOOL: self.tools,
            plain.GLASS: self.glass,
            plain.CONFLICT: self.conflicts,
            plain.ALERT: self.alerts,
        }
        return whole[kind] if kind in whole else self.table(kind)

    def with_holders(self, record: Name) -> Iterator[Name]:
        """The record, then each record that holds it."""
        kind, key = record
        yield record
        if kind == plain.RETURN:
            yield from self.with_holders((plain.CASE, self.returns[key].case))
        elif kind == plain.CASE:
            yield plain.AUDIT, self.cases[key].audit
        elif kind in plain.SEE and kind in HELD_BY_AUDIT:
            yield plain.AUDIT, self.table(kind)[key].audit

    def audit_of(self, record: Name) -> Audit | None:
        for kind, key in self.with_holders(record):
            if kind == plain.AUDIT:
                return self.audits[key]
        return None


HELD_BY_AUDIT = {plain.REFERRAL, plain.SUMMATIVE, plain.MEETING, plain.ACTION, plain.REPORT}
OWNED_BY_THE_OFFICE = {plain.AUDIT, plain.CASE, plain.REFERRAL, plain.MEETING, plain.REPORT}
SHARED_WITH_THE_OFFICE = {plain.RETURN, plain.SUMMATIVE, plain.ACTION}


@dataclass(frozen=True)
class Viewer:
    """Under one membership; the local operator has none."""

    membership: Membership | None = None

    @property
    def role(self) -> str:
        return self.membership.role if self.membership else plain.OPERATOR

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
) -> tuple[str, bool]:
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
        in_date=in_date(world, viewer, around.channel, now),
        glass_right=viewer.membership is not None and viewer.membership.glass_right,
    )
    if record is None:
        return alone
    reach = set(world.with_holders(record))
    relations = relations_of(world, viewer, record, now)
    audit = world.audit_of(record)
    return replace(
        alone,
        kind=record[0],
        conflicted=conflicted(world, viewer, reach),
        relations=relations,
        status=(plain.OPENED if audit.opened else plain.GATHERING) if audit else "",
        guards=tuple(
            guard_to(world, viewer, protection, now)
            for protection in world.protections
            if protection.on in reach
        ),
        labels=tuple(
            label_to(viewer, label, relations) for label in world.labels if label.on in reach
        ),
        glass_broken=any(holding_glass(world, viewer, reach, now)),
        own_work=own_work(world, viewer, record),
    )


def in_date(world: World, viewer: Viewer, channel: str, now: datetime) -> bool:
    member = viewer.membership
    if member is None:
        return channel == plain.COMMAND_LINE and not world.production
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


def guard_to(world: World, viewer: Viewer, protection: Protection, now: datetime) -> Guard:
    over = set(world.with_holders(protection.on))
    return Guard(
        kind=protection.kind,
        named=viewer.person is not None and viewer.person in protection.named,
        own_agency=viewer.agency is not None and viewer.agency == protection.agency,
        confirmed=any(
            glass.confirmed_by not in {None, glass.person}
            for glass in holding_glass(world, viewer, over, now)
        ),
    )


def label_to(viewer: Viewer, label: Labelled, relations: frozenset[str]) -> Label:
    # Whoever had a share that has ended has the relation *expired*, so a label may name it.
    had = relations | ({plain.EXPIRED} if plain.ENDED in relations else set())
    keeps = viewer.person in label.not_to_persons or bool(had & label.not_to_relations)
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
    incident = incident_of(world, record)
    return incident is not None and incident.person is not None and incident.person == viewer.person


def incident_of(world: World, record: Name) -> Incident | None:
    kind, key = record
    tables = {plain.GLASS: world.glass, plain.CONFLICT: world.conflicts, plain.ALERT: world.alerts}
    return tables[kind][key] if kind in tables else None


# --- Relations


def relations_of(world: World, viewer: Viewer, record: Name, now: datetime) -> frozenset[str]:
    found = set(given_relations(world, viewer, record, now))
    kind = record[0]
    if kind == plain.TOOL:
        found.add(plain.OWNER)
    elif viewer.membership is None:
        if kind in OWNED_BY_THE_OFFICE:
            found.add(plain.OWNER)
        if kind in SHARED_WITH_THE_OFFICE:
            found.add(plain.SHARED)
    elif kind in {plain.GLASS, plain.CONFLICT, plain.ALERT}:
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
        yield plain.ENDED if ended else given.relation


def relations_to_incident(world: World, viewer: Viewer, record: Name) -> set[str]:
    incident = incident_of(world, record)
    assert incident is not None
    assert viewer.membership is not None
    found = set()
    if world.agencies[viewer.membership.agency].partnership == incident.partnership:
        found.add(plain.OWNER)
    if own_work(world, viewer, record):
        found.add(plain.CONTRIBUTED)
    return found


def relations_in_audit(world: World, member: Membership, record: Name) -> set[str]:
    kind, key = record
    audit = world.audit_of(record)
    assert audit is not None
    agency = world.agencies[member.agency]
    office = agency.office and agency.partnership == audit.partnership
    part = agency.key in audit.participants
    if kind == plain.CASE:
        return relations_to_case(world, member, world.cases[key], office=office, part=part)
    if kind == plain.RETURN:
        return relations_to_return(member, world.returns[key], office=office, part=part)
    if kind == plain.REFERRAL:
        return {plain.OWNER} if office else set()
    held = world.table(kind)[key] if kind in {plain.SUMMATIVE, plain.ACTION} else None
    if held is None:
        return the_three(owner=office, asked=part, shared=False)
    own = held.agency == agency.key
    if kind == plain.SUMMATIVE:
        return the_three(owner=own and not member.unit, asked=part and not own, shared=office)
    return the_three(owner=own, asked=part, shared=office)


def the_three(*, owner: bool, asked: bool, shared: bool) -> set[str]:
    holds = {plain.OWNER: owner, plain.ASKED: asked, plain.SHARED: shared}
    return {relation for relation, held in holds.items() if held}


def relations_to_case(
    world: World, member: Membership, case: Case, *, office: bool, part: bool
) -> set[str]:
    found = the_three(owner=office, asked=False, shared=False)
    drawn_last = case.draw == world.audits[case.audit].last_draw and case.number is not None
    if part and drawn_last:
        gone = case.withdrawn or answered_not_known(world, member, case)
        found.add(plain.EXPIRED if gone else plain.ASKED)
    return found


def relations_to_return(
    member: Membership, answered: Return, *, office: bool, part: bool
) -> set[str]:
    own = answered.agency == member.agency
    return the_three(
        owner=own and member.unit in {"", answered.unit},
        asked=part and not own and answered.submitted,
        shared=office and answered.submitted,
    )


def answered_not_known(world: World, member: Membership, case: Case) -> bool:
    """By the latest version of each respondent; one that knows the child keeps the case asked."""
    latest: dict[str, Return] = {}
    for answered in world.returns.values():
        if answered.case != case.key or answered.agency != member.agency:
            continue
        if member.unit and answered.unit != member.unit:
            continue
        before = latest.get(answered.unit)
        if before is None or answered.version > before.version:
            latest[answered.unit] = answered
    said = [answered.known for answered in latest.values()]
    return False in said and True not in said
