"""A small world with fixed people, for tests that say in full what should happen in it.

Partnership 1 has an office (agency 1), police (2) and a school (3); audit 1 asks 2 and 3, and its
case 100 has the return 10020 of the police and 10030 of the school. Times are before `NOW`.
"""

from __future__ import annotations

import datetime as dt

from oracle import plain_access_grants as page
from oracle import plain_access_world as plain_world
from oracle.plain_access_world import (
    Agency,
    Audit,
    Case,
    Held,
    Letter,
    Membership,
    Person,
    Report,
    Return,
    Version,
    World,
)
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import RecordRef

from .agreement import real_viewer
from .loading import load
from .matrix import NOW
from .words import KINDS

ASHA, BEN, CARA, EDIE, FAY, GUS = 1, 2, 3, 4, 5, 6
OFFICE, POLICE, SCHOOL, ELSEWHERE = 1, 2, 3, 4
AUDIT, CASE = (page.AUDIT, 1), (page.CASE, 100)
POLICE_RETURN, SCHOOL_RETURN = (page.RETURN, 10020), (page.RETURN, 10030)
BEFORE = NOW - dt.timedelta(days=1)


def small_world(*, opened: bool = False) -> World:
    """The world, not yet loaded."""
    return World(
        agencies={
            OFFICE: Agency(OFFICE, 1, office=True),
            POLICE: Agency(POLICE, 1),
            SCHOOL: Agency(SCHOOL, 1),
            ELSEWHERE: Agency(ELSEWHERE, 2),
        },
        persons={key: Person(key) for key in (ASHA, BEN, CARA, EDIE, FAY, GUS)},
        memberships={
            ASHA: Membership(ASHA, ASHA, POLICE, page.AUDITOR, BEFORE, glass_right=True),
            BEN: Membership(BEN, BEN, SCHOOL, page.LEAD, BEFORE, glass_right=True),
            CARA: Membership(CARA, CARA, POLICE, page.AGENCY_COORDINATOR, BEFORE),
            EDIE: Membership(EDIE, EDIE, OFFICE, page.COORDINATOR, BEFORE),
            FAY: Membership(FAY, FAY, OFFICE, page.PRIVACY_OFFICER, BEFORE),
            GUS: Membership(GUS, GUS, POLICE, page.LEAD, BEFORE, glass_right=True),
        },
        audits={1: Audit(1, 1, frozenset({POLICE, SCHOOL}), opened, last_draw=10)},
        cases={100: Case(100, 1, 10, 1)},
        referrals={10: Held(10, 1)},
        returns={
            10020: Return(10020, 100, POLICE, versions=(Version(1, known=True),)),
            10030: Return(10030, 100, SCHOOL, versions=(Version(1, known=True),)),
        },
        allocations={(100, POLICE, ASHA)},
        summatives={12: Held(12, 1, POLICE)},
        meetings={1: Held(1, 1)},
        actions={10: Held(10, 1, POLICE)},
        reports={1: Report(1, 1)},
        tools={1},
        tools_of={1: 1},
        tool_drafts={1: 1},
        disclosures={1: Letter(1, POLICE, "drafted", CARA)},
        sharings={1: Letter(1, POLICE)},
    )


def loaded(*, opened: bool = False) -> World:
    """The world, in the database."""
    world = small_world(opened=opened)
    load(world)
    return world


def acting(world: World, person: int) -> Viewer:
    """The person under their one membership."""
    return real_viewer(world, world.memberships[person])


def ref(name: plain_world.Name) -> RecordRef:
    return RecordRef(KINDS[name[0]], name[1])
