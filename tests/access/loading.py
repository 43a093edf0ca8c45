"""Puts a plain world into the database in a few bulk inserts, under the same keys.

It writes rows and asks no command: a world may be one to which no command leads.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Model

from oracle import plain_access_grants as page
from oracle.plain_access_world import Membership as PlainMembership
from oracle.plain_access_world import Name, World
from safehub.audit.actions.models import Action
from safehub.audit.meetings.models import Gap, Meeting
from safehub.audit.programmes.models import Audit, Participant, Theme
from safehub.audit.reports.models import Publication, ReportVersion
from safehub.audit.returns.models import (
    Allocation,
    ConductMatter,
    Knowing,
    Return,
    ReturnAnswerer,
    ReturnSource,
    ReturnStatus,
    ReturnVersion,
    RiskAlert,
    SummativeReport,
    WorkingReturn,
)
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.foundation.access.models import (
    Alert,
    Conflict,
    GlassBreak,
    Label,
    NamedPerson,
    Protection,
    Share,
)
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.register.accounts.models import Membership, Person
from safehub.register.agencies.models import Agency, Partnership

from .loading_answerers import answerer_rows, source_rows
from .loading_commissions import load_commissions
from .loading_knowing import knowing_rows, matter_rows, risk_rows
from .loading_letters import load_letters
from .loading_register import load_register
from .loading_reports import publication_rows, report_rows
from .looks import keep, load_looks
from .matrix import NOW
from .texts import load_texts
from .words import CLASSES, KINDS, RELATIONS, ROLES

M = TypeVar("M", bound=Model)

DAY = dt.date(2026, 6, 1)
SENSITIVITIES = {
    page.RESTRICTED: "restricted",
    page.SEALED: "sealed",
    page.STAFF_SUBJECT: "staff_subject",
}
KNOWN = {True: "yes", False: "no", None: ""}


def place(name: Name) -> dict[str, object]:
    """How a row that is about a record names it."""
    return {"kind": KINDS[name[0]], "key": name[1]}


def load(world: World) -> None:
    """Every row of the world. About 30 inserts."""
    load_people(world)
    load_audits(world)
    load_answers(world)
    load_letters(world)
    load_register(world)
    load_sayings(world)


def load_people(world: World) -> None:
    keep(Partnership, ({"pk": key, "name": f"Partnership {key}"} for key in (1, 2)))
    keep(
        Agency,
        (
            {
                "pk": one.key,
                "partnership_id": one.partnership,
                "code": f"agency{one.key}",
                "name": f"Agency {one.key}",
                "is_office": one.office,
            }
            for one in world.agencies.values()
        ),
    )
    keep(
        Person,
        (
            {
                "pk": one.key,
                "email": f"p{one.key}@example.org",
                "name": "P",
                "is_active": one.active,
            }
            for one in world.persons.values()
        ),
    )
    keep(Membership, (membership_row(one) for one in world.memberships.values()))


def membership_row(one: PlainMembership) -> dict[str, object]:
    return {
        "pk": one.key,
        "person_id": one.person,
        "agency_id": one.agency,
        "role": ROLES[one.role].value,
        "unit": one.unit,
        "valid_from": one.starts,
        "valid_to": one.ends,
        "trained_until": one.trained_until,
        "has_break_glass": one.glass_right,
    }


def participant(audit: int, agency: int) -> int:
    return audit * 100 + agency


def load_audits(world: World) -> None:
    keep(
        ToolVersion,
        (
            {
                "pk": key,
                "sheets": {},
                "sha256": str(key),
                "partnership_id": world.tools_of.get(key),
            }
            for key in world.tools
        ),
    )
    keep(
        ToolDraft,
        (
            {
                "pk": key,
                "partnership_id": partnership,
                "sheets": {},
                "keys": {},
                "started_at": NOW,
                "updated_at": NOW,
            }
            for key, partnership in world.tool_drafts.items()
        ),
    )
    keep(
        Audit,
        (
            {
                "pk": one.key,
                "reference": f"audit-{one.key}",
                "pack_sha256": str(one.key),
                "partnership_id": one.partnership,
                "tool_version_id": 1,
                "title": "An audit",
                "kind": "routine",
                "period_from": DAY,
                "period_to": DAY,
                "sampling_plan": {},
                "opened_at": NOW if one.opened else None,
            }
            for one in world.audits.values()
        ),
    )
    keep(
        Participant,
        (
            {
                "pk": participant(one.key, agency),
                "audit_id": one.key,
                "agency_id": agency,
                "position": agency,
                "code": str(agency),
                "name": "A",
            }
            for one in world.audits.values()
            for agency in sorted(one.participants)
        ),
    )
    for one in world.audits.values():
        # Where none is said, before anybody was anything.
        at = one.commissioned or NOW - dt.timedelta(days=3_650)
        Audit.objects.filter(pk=one.key).update(commissioned_at=at)
    load_commissions(world)
    load_samples(world)
    load_meetings(world)


def load_samples(world: World) -> None:
    keep(Frame, ({"pk": key, "audit_id": key, "columns": []} for key in world.audits))
    keep(
        FrameReferral,
        (
            {
                "pk": one.key,
                "frame_id": one.audit,
                "position": one.key,
                "referral_id": str(one.key),
                "child_id": "c",
                "referred_on": DAY,
            }
            for one in world.referrals.values()
        ),
    )
    # A case of the last draw tells which draws there are; an audit may have drawn none.
    draws = {(case.draw, case.audit) for case in world.cases.values()}
    draws |= {(one.last_draw, one.key) for one in world.audits.values() if one.last_draw}
    keep(
        Draw,
        (
            {
                "pk": draw,
                "audit_id": audit,
                "number": draw,
                "plan": {},
                "strata": [],
                "size": 2,
                "seed": "s",
            }
            for draw, audit in sorted(draws)
        ),
    )
    keep(
        Case,
        (
            {
                "pk": one.key,
                "draw_id": one.draw,
                "position": one.key,
                "number": None if one.number is None else str(one.number),
                "is_reserve": one.number is None,
                "referral_id": one.audit * 10 + one.key % 10,
                "withdrawal_position": 1 if one.withdrawn else None,
            }
            for one in world.cases.values()
        ),
    )


def load_meetings(world: World) -> None:
    keep(
        Theme,
        ({"pk": key, "audit_id": key, "position": 1, "code": "t"} for key in world.meetings),
    )
    keep(Meeting, ({"pk": one.key, "audit_id": one.audit} for one in world.meetings.values()))
    keep(
        Gap,
        (
            {"pk": key, "meeting_id": key, "position": 1, "theme_id": key, "letter": "a"}
            for key in world.meetings
        ),
    )
    keep(
        Action,
        (
            {
                "pk": one.key,
                "gap_id": one.audit,
                "position": 1,
                "owner_agency_id": participant(one.audit, one.agency or 0),
                "status": "open",
            }
            for one in world.actions.values()
        ),
    )
    keep(ReportVersion, report_rows(world))
    keep(Publication, publication_rows(world))


def load_answers(world: World) -> None:
    audits = {key: case.audit for key, case in world.cases.items()}
    keep(
        Return,
        (
            {
                "pk": one.key,
                "participant_id": participant(audits[one.case], one.agency),
                "case_id": one.case,
                "respondent": one.unit,
                "position": one.key,
            }
            for one in world.returns.values()
        ),
    )
    keep(
        WorkingReturn,
        (
            {
                "pk": one.key,
                "participant_id": participant(audits[one.case], one.agency),
                "case_id": one.case,
                "respondent": one.unit,
                "tool_version_id": 1,
                "started_at": NOW,
                "updated_at": NOW,
            }
            for one in world.workings.values()
        ),
    )
    keep(
        Allocation,
        (
            {
                "participant_id": participant(audits[case], agency),
                "case_id": case,
                "auditor_id": person,
                "allocated_at": NOW,
            }
            for case, agency, person in sorted(world.allocations)
        ),
    )
    beside = (
        (RiskAlert, risk_rows(world)),
        (Knowing, knowing_rows(world)),
        (ConductMatter, matter_rows(world)),
    )
    for model, rows in beside:
        keep(
            model,
            (
                {**row, "participant_id": participant(audits[case], agency)}
                for case, agency, row in rows
            ),
        )
    versions = keep(
        ReturnVersion,
        (
            {
                "audit_return_id": one.key,
                "number": version.number,
                "status": ReturnStatus.SUBMITTED if version.submitted else "not_returned",
                "known": KNOWN[version.known],
                "submitted_by_id": version.submitted_by,
                "response": {},
                "not_asked": [],
                "tool_version_id": 1,
                "is_latest": version == one.latest,
            }
            for one in world.returns.values()
            for version in one.versions
        ),
    )
    keep(ReturnAnswerer, answerer_rows(world, versions))
    keep(ReturnSource, source_rows(world))
    load_looks(world, audits, {one.audit_return_id: one.pk for one in versions})
    load_texts(world, audits, versions)
    keep(
        SummativeReport,
        (
            {
                "pk": one.key,
                "participant_id": participant(one.audit, one.agency or 0),
                "position": one.key,
            }
            for one in world.summatives.values()
        ),
    )


def load_sayings(world: World) -> None:
    load_incidents(world)
    keep(
        Share,
        (
            {
                **place(one.on),
                "relation": RELATIONS[one.relation].value,
                "person_id": one.person,
                "organisation": one.agency,
                "from_at": one.starts,
                "until_at": one.ends,
                "given_by_id": one.giver,
                "revoked_at": NOW if one.revoked else None,
            }
            for one in world.given
        ),
    )
    keep(
        Protection,
        (
            {
                **place(one.on),
                "sensitivity": SENSITIVITIES[one.kind],
                "subject_organisation": one.agency,
                "set_at": NOW,
            }
            for one in world.protections
        ),
    )
    named = {(one.on, person) for one in world.protections for person in one.named}
    keep(
        NamedPerson,
        ({**place(on), "person_id": person, "named_at": NOW} for on, person in sorted(named)),
    )
    keep(
        Label,
        (
            {
                **place(one.on),
                "field_class": CLASSES[one.field_class].value if one.field_class in CLASSES else "",
                "not_to_person_id": min(one.not_to_persons, default=None),
                "not_to_relation": "".join(RELATIONS[word] for word in one.not_to_relations),
                "purpose": one.purpose,
                "origin_organisation": 1,
                "set_at": NOW,
            }
            for one in world.labels
        ),
    )


def load_incidents(world: World) -> None:
    keep(
        Conflict,
        (
            {
                "pk": one.key,
                **place(one.on or (page.TOOL, 0)),
                "person_id": one.person,
                "state": one.state,
                "raised_at": NOW,
                "partnership": one.partnership,
            }
            for one in world.conflicts.values()
        ),
    )
    keep(
        GlassBreak,
        (
            {
                "pk": one.key,
                **place(one.on or (page.TOOL, 0)),
                "person_id": one.person,
                "membership": one.membership,
                "at": one.at,
                "until": one.at + dt.timedelta(minutes=30) if one.at else None,
                "second_person_id": one.confirmed_by,
                "partnership": one.partnership,
            }
            for one in world.glass.values()
        ),
    )
    keep(
        Alert,
        (
            {
                "pk": one.key,
                "kind": KINDS[page.TOOL],
                "key": 1,
                "person_id": one.person,
                "at": NOW,
                "partnership": one.partnership,
            }
            for one in world.alerts.values()
        ),
    )
