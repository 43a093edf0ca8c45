"""Worlds drawn at random, as plain data: people, agencies, audits and all that bears on access."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import TypeVar

from oracle import plain_access_grants as page
from oracle.plain_access_world import (
    Agency,
    Audit,
    Case,
    Commission,
    Given,
    Held,
    Incident,
    Knowing,
    Labelled,
    Letter,
    Look,
    Matter,
    Membership,
    Name,
    Person,
    Protection,
    Report,
    Return,
    Risk,
    Text,
    Version,
    World,
)

from .matrix import A_MOMENT, NOW
from .words import CLASSES

T = TypeVar("T")

HOUR = dt.timedelta(hours=1)
UNITS = ("", "", "North", "South")
# Whom the policy gives something; the rest come up now and then.
BUSY = [
    *sorted(page.AGENCY_ROLES | page.DECIDERS | page.BOARDS | page.SHARERS),
    *(page.COORDINATOR, page.MODERATOR, page.CHAIR, page.SCRUTINEER, page.INSPECTOR),
    *(page.INSPECTOR, page.ACTION_OWNER, page.ADMINISTRATOR, page.COORDINATOR),
    *sorted(page.HUB | {page.WORKER}),
]
GIVEN_RELATIONS = (page.SHARED, page.SHARED, page.ASSIGNED, page.REFERRED, page.CONTRIBUTED)
GUARDS = (page.RESTRICTED, page.SEALED, page.STAFF_SUBJECT)
LABEL_RELATIONS = (page.OWNER, page.ASKED, page.SHARED, page.EXPIRED, page.ENDED, page.ASSIGNED)
LETTER_STATES = ("drafted", "checked", "cleared", "released", "withdrawn")


class Drawing:
    """Draws one world from its seed. The same seed gives the same world.

    Every other world is crowded: much is said there of few records, at the edges of time.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.is_crowded = seed % 2 == 1
        self.world = World(has_operator=self.chance(0.25))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, choices: object) -> object:
        return self.random.choice(list(choices))  # type: ignore[call-overload]

    def some(self, choices: list[T], share: float) -> list[T]:
        return [choice for choice in choices if self.chance(share)]

    def key(self, keys: object) -> int:
        """A key that is there."""
        return self.random.choice(sorted(keys))  # type: ignore[call-overload,no-any-return]

    def drawn(self) -> World:
        self.people()
        for key in (1, 2):
            self.audit(key)
        self.tools()
        self.letters()
        self.register()
        self.incidents()
        self.sayings()
        return self.world

    def tools(self) -> None:
        """A tool that came with a pack, and one that a partnership published; a draft of each."""
        self.world.tools = {1, 2}
        self.world.tools_of = {2: self.key([1, 1, 2])}
        self.world.tool_drafts = {1: 1, 2: self.key([1, 2])}
        for key in (1, 2):
            writers = frozenset(self.some(sorted(self.world.persons), 0.3))
            self.world.planned[key] = self.key([1, 1, 2])
            self.world.commissions[key] = Commission(key, self.key([1, 1, 2]), writers)

    def people(self) -> None:
        world = self.world
        world.agencies = {
            1: Agency(1, 1, office=True),
            2: Agency(2, 1),
            3: Agency(3, 1, office=self.chance(0.1)),
            4: Agency(4, 2, office=self.chance(0.6)),
        }
        world.persons = {key: Person(key, self.chance(0.93)) for key in range(1, 5)}
        for key in range(1, 4):
            world.memberships[key] = self.membership(key, min(key, self.key(world.persons)))
        if self.is_crowded and self.chance(0.4):
            self.same_again()

    def same_again(self) -> None:
        """The third membership is the second one's person at the same agency, in another role."""
        second, third = self.world.memberships[2], self.world.memberships[3]
        self.world.memberships[3] = replace(third, person=second.person, agency=second.agency)

    def membership(self, key: int, person: int) -> Membership:
        starts, ends = NOW - HOUR, None
        if self.chance(0.2):
            starts, ends = self.random.choice(
                [(NOW, None), (NOW + A_MOMENT, None), (NOW - HOUR, NOW), (NOW, NOW + A_MOMENT)]
            )
        days = [dt.date(2026, 7, 1), dt.date(2026, 6, 30), dt.date(2026, 12, 31)]
        return Membership(
            key,
            person,
            self.key([1, 1, 2, 2, 2, 3, 3, 4]),
            self.random.choice(BUSY if self.chance(0.85) else sorted(page.ROLES - {page.OPERATOR})),
            starts,
            ends,
            self.random.choice(days) if self.chance(0.25) else None,
            unit=self.random.choice(UNITS) if self.chance(0.5) else "",
            glass_right=self.chance(0.5),
        )

    def audit(self, key: int) -> None:
        world, agencies = self.world, sorted(self.world.agencies)
        part = frozenset(self.some(agencies[:3], 0.75) + self.some(agencies[3:], 0.3))
        partnership = 1 if key == 1 or self.chance(0.5) else 2
        draws = [key * 10 + number for number in range(self.random.choice([0, 1, 1, 2]))]
        world.audits[key] = Audit(
            *(key, partnership, part, self.chance(0.5), max(draws, default=None)),
            # Memberships end then, just after, or not.
            commissioned=NOW if key == 1 else NOW - 2 * HOUR,
        )
        for number in range(2):
            world.referrals[key * 10 + number] = Held(key * 10 + number, key)
        for draw in draws:
            for number in range(2):
                self.case(draw * 10 + number, key, draw)
        for participant in sorted(part):
            if self.chance(0.7):
                summative = key * 10 + participant
                world.summatives[summative] = Held(summative, key, participant)
        world.meetings[key] = Held(key, key)
        first, second = (self.key(world.persons) for _ in range(2))
        forward = second if self.chance(0.6) else None
        world.reports[key] = Report(
            *(key, key),
            made_by=first if self.chance(0.6) else None,
            put_forward_by=forward,
            is_published=forward is not None and self.chance(0.5),
        )
        if part:
            action = key * 10
            world.actions[action] = Held(action, key, self.key(part))

    def case(self, key: int, audit: int, draw: int) -> None:
        number = None if self.chance(0.2) else key % 10 + 1
        world = self.world
        world.cases[key] = Case(key, audit, draw, number, withdrawn=self.chance(0.15))
        for agency in sorted(world.audits[audit].participants):
            for member in world.memberships.values():
                if member.agency == agency and self.chance(0.6):
                    world.allocations.add((key, agency, member.person))
            if self.chance(0.5):
                asked = key * 100 + agency * 10
                said = self.random.choice(["", "", "known", "not known", "cannot tell"])
                world.knowings[asked] = Knowing(asked, key, agency, said)
            units = ["North", "South"] if self.chance(0.3) else [""]
            for at, unit in enumerate(self.some(units, 0.7)):
                answer = key * 100 + agency * 10 + at
                if self.chance(0.2):
                    raiser = self.key(world.persons) if self.chance(0.8) else None
                    world.risks[answer] = Risk(answer, key, agency, raiser)
                if self.chance(0.2):
                    raiser = self.key(world.persons) if self.chance(0.8) else None
                    to_office = self.chance(0.3)
                    world.matters[answer] = Matter(answer, key, agency, raiser, to_office)
                if self.chance(0.3):
                    world.workings[answer] = Return(answer, key, agency, unit)
                heard = frozenset(one for one in world.persons if self.chance(0.05))
                made = Return(answer, key, agency, unit, self.versions(), heard)
                world.returns[answer] = made
                if self.chance(0.4):
                    world.looks[answer] = Look(answer, self.chance(0.5))
                if self.chance(0.5):
                    world.texts[answer] = self.text(world.returns[answer])

    def versions(self) -> tuple[Version, ...]:
        return tuple(
            Version(
                number,
                self.chance(0.7),
                self.random.choice([True, True, False, False, None]),
                self.random.choice([None, *self.world.persons]),
                frozenset(one for one in self.world.persons if self.chance(0.1)),
            )
            for number in range(1, self.random.choice([2, 2, 3]))
        )

    def text(self, of: Return) -> Text:
        states = [page.UNCODED, page.AWAITED, page.AWAITED, page.SETTLED]
        if len(of.versions) > 1:
            states.append(page.SUPERSEDED)
        first = self.key(self.world.persons) if self.chance(0.7) else None
        return Text(of.key, self.random.choice(states), first)

    def letters(self) -> None:
        for key in (1, 2):
            agency = None if self.chance(0.1) else self.key(self.world.agencies)
            maker = self.key(self.world.persons)
            self.world.disclosures[key] = Letter(
                key, agency, self.random.choice(LETTER_STATES), maker
            )
            self.world.sharings[key] = Letter(key, agency)

    def register(self) -> None:
        """People of the register under keys that other kinds have too; a look-up of each member."""
        self.world.individuals = {key: self.key([1, 1, 2]) for key in (1, 2, 11)}
        self.world.lookups = {key: self.key(self.world.memberships) for key in (1, 2)}

    def record(self) -> Name:
        """Any record, mostly one that an audit holds."""
        kinds = [kind for kind in page.SEE if list(self.world.keys(kind))]
        likely = [page.AUDIT, page.CASE, page.RETURN, page.RETURN, page.RETURN, page.SUMMATIVE]
        likely += [page.INDIVIDUAL]
        kind = self.random.choice(likely if self.chance(0.7) else kinds)
        if not list(self.world.keys(kind)):
            kind = page.AUDIT
        return kind, self.key(self.world.keys(kind))

    def incidents(self) -> None:
        world = self.world
        for key in range(1, self.random.choice([1, 2, 3])):
            drawn = Incident(
                key,
                self.key([1, 1, 2]),
                self.key(world.persons),
                self.record(),
                self.random.choice(["declared", "confirmed", "suspected", "cleared"]),
            )
            # A person's conflict with a record is kept once.
            if not any(
                (one.on, one.person) == (drawn.on, drawn.person) for one in world.conflicts.values()
            ):
                world.conflicts[key] = drawn
        for key in range(1, self.random.choice([4, 7] if self.is_crowded else [1, 2, 4])):
            self.glass(key)
        for key in range(1, self.random.choice([2, 3])):
            whom = None if self.chance(0.2) else self.key(world.persons)
            world.alerts[key] = Incident(key, self.key([1, 2]), whom)

    def glass(self, key: int) -> None:
        world = self.world
        able = [
            one.key
            for one in world.memberships.values()
            if one.glass_right and one.role in page.GLASS_BREAKERS
        ]
        likely = able if able and self.chance(0.8) else world.memberships
        member = world.memberships[self.key(likely)]
        ago = [dt.timedelta(), -A_MOMENT, 10 * A_MOMENT, HOUR / 2 - A_MOMENT, HOUR / 2, HOUR]
        kind = self.random.choice([page.RETURN, page.RETURN, page.CASE, page.AUDIT, page.SUMMATIVE])
        kind = kind if list(world.keys(kind)) else page.AUDIT
        broken = Incident(
            key,
            self.key([1, 2]),
            member.person if self.chance(0.9) else self.key(world.persons),
            (kind, self.key(world.keys(kind))),
            membership=member.key,
            at=NOW - self.random.choice(ago),
        )
        confirmed = self.key(person for person in world.persons if person != broken.person)
        world.glass[key] = replace(broken, confirmed_by=confirmed) if self.chance(0.5) else broken

    def sayings(self) -> None:
        """Shares, protections with their named lists, and labels."""
        gifts = [8, 16] if self.is_crowded else [0, 1, 2, 4, 8]
        self.world.given = [self.given() for _ in range(self.random.choice(gifts))]
        said: set[tuple[Name, str, int | None]] = set()
        lists: dict[Name, frozenset[int]] = {}
        for _ in range(self.random.choice([3, 6] if self.is_crowded else [0, 0, 1, 2, 4])):
            protection = self.protection(lists)
            name = (protection.on, protection.kind, protection.agency)
            if name not in said:
                said.add(name)
                self.world.protections.append(protection)
        labels = [5, 10] if self.is_crowded else [0, 0, 1, 2, 4]
        self.world.labels = [self.label() for _ in range(self.random.choice(labels))]
        if self.is_crowded:
            self.world.labels += self.ended_labels()
            self.world.given += self.at_the_edge()
            if self.chance(0.3):
                self.sealed_beside()

    def sealed_beside(self) -> None:
        """A person is sealed, and so is an audit under the key of another person, who is not.

        Somebody of the hub asks: the seal of the audit is none of that other person's.
        """
        world = self.world
        hub = replace(world.memberships[2], role=self.random.choice(sorted(page.HUB)))
        world.memberships[2] = hub
        world.individuals |= dict.fromkeys((1, 2), world.agencies[hub.agency].partnership)
        records = ((page.INDIVIDUAL, 1), (page.INDIVIDUAL, 2), (page.AUDIT, 2))
        rest = [one for one in world.protections if one.on not in records]
        world.protections = [
            *rest,
            Protection(records[0], page.SEALED, frozenset()),
            Protection(records[2], page.SEALED, frozenset()),
        ]

    def at_the_edge(self) -> list[Given]:
        """An inspector's shares of three records, which end a moment ago, now, and in a moment."""
        world, likely = self.world, sorted({page.AUDIT, page.CASE, page.RETURN, page.MEETING})
        inspector = world.memberships[1]
        world.memberships[1] = replace(inspector, role=page.INSPECTOR)
        giver = self.key(set(world.persons) - {inspector.person})
        drawn = [(kind, self.key(keys)) for kind in likely if (keys := list(world.keys(kind)))]
        ends = (NOW - A_MOMENT, NOW, NOW + A_MOMENT)
        return [
            Given(on, page.SHARED, giver, NOW - HOUR, end, person=inspector.person)
            for on, end in zip(self.random.sample(drawn, min(3, len(drawn))), ends, strict=False)
        ]

    def ended_labels(self) -> list[Labelled]:
        """Labels against whoever had a share that has ended, where somebody had one."""
        ended = [one for one in self.world.given if one.ends is not None and self.chance(0.5)]
        gone = frozenset({page.ENDED})
        return [Labelled(one.on, page.ALL_CLASSES, frozenset(), gone, "") for one in ended]

    def given(self) -> Given:
        to_person = self.chance(0.6)
        at_once = self.chance(0.5 if self.is_crowded else 0.1)
        starts = self.random.choice([NOW, NOW, NOW + A_MOMENT]) if at_once else NOW - HOUR
        ends = None
        if self.chance(0.4):
            ends = max(starts, self.random.choice([NOW, NOW - A_MOMENT, NOW + A_MOMENT]))
        return Given(
            self.record(),
            self.random.choice(GIVEN_RELATIONS),
            self.key(self.world.persons),
            starts,
            ends,
            person=self.key(self.world.persons) if to_person else None,
            agency=None if to_person else self.key(self.world.agencies),
            revoked=self.chance(0.15),
        )

    def protection(self, lists: dict[Name, frozenset[int]]) -> Protection:
        on, kind = self.record(), self.random.choice(GUARDS)
        broken = [one.on for one in self.world.glass.values() if one.on is not None]
        if self.is_crowded and self.chance(0.4):
            # What glass was broken over may be sealed, which a second person then opens.
            on, kind = self.random.choice(broken), page.SEALED
        persons = sorted(self.world.persons)
        named = lists.setdefault(on, frozenset(self.some(persons, 0.4)))
        agency = self.key(self.world.agencies) if kind == page.STAFF_SUBJECT else None
        return Protection(on, kind, named, agency)

    def label(self) -> Labelled:
        persons: frozenset[int] = frozenset()
        relations: frozenset[str] = frozenset()
        if self.chance(0.4):
            persons = frozenset({self.key(self.world.persons)})
        elif self.chance(0.6):
            relations = frozenset({self.random.choice(LABEL_RELATIONS)})
        return Labelled(
            self.record(),
            self.random.choice([page.ALL_CLASSES, page.OPINION, page.STAFF, *sorted(CLASSES)]),
            persons,
            relations,
            self.random.choice(["the audit", "a court"]) if self.chance(0.4) else "",
        )


def world_of(seed: int) -> World:
    """The world of that seed."""
    return Drawing(seed).drawn()
