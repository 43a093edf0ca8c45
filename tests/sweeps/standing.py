"""How whoever asks stands to the records of the world, by the policy's page alone.

The facts are stated by hand and the oracle decides by them: whatever is changed in the product's
own decision shows as a difference.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from access.words import KINDS, ROLES
from factories.world import World
from oracle import plain_access as plain
from oracle import plain_access_grants as page
from safehub.foundation.access.vocabulary import Role

_KIND_WORDS = {code: word for word, code in KINDS.items()}
_ROLE_WORDS = {role: word for word, role in ROLES.items()}
_OF_THE_AUDIT = {
    *(page.AUDIT, page.CASE, page.RETURN, page.WORKING, page.RISK, page.LOOK, page.REPORT),
    *(page.MEETING, page.ACTION, page.REFERRAL, page.KNOWING, page.TEXT),
    page.MATTER,
}
# When it is does not matter here: the second factor was proved at that very moment.
_NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
_AROUND = plain.Circumstances(now=_NOW, second_factor_at=_NOW)


@dataclass(frozen=True)
class Asker:
    """Somebody of that role at the office, at CSC or elsewhere; `person` None: not yet made."""

    role: Role
    where: str
    is_conflicted: bool
    person: int | None

    @property
    def word(self) -> str:
        """The role as the page calls it."""
        return _ROLE_WORDS[self.role]

    @property
    def is_elsewhere(self) -> bool:
        """Of another partnership."""
        return self.where == "elsewhere"


def asker(world: World, role: Role, relation: str) -> Asker:
    """Whoever of that role is related, unrelated or in conflict with the audit."""
    where = "elsewhere" if relation == "unrelated" else world.related(role)
    member = world.members.get((role, where))
    return Asker(role, where, relation == "conflicted", member.person_id if member else None)


def verdict(world: World, who: Asker, action: str, record: Any, status: str = "") -> str:
    """What the page says of the action: allow, absent, refused or break glass.

    As the record stands, or as if it had the `status`.
    """
    facts = _facts(world, who, record)
    if status:
        facts = replace(facts, status=status)
    return plain.decide(facts, action, None, _AROUND).outcome


def has_a_part(who: Asker, action: str) -> bool:
    """Whether the page grants the role the action in any relation at all."""
    if action in page.FREE_ACTIONS:
        return who.word in page.FREE_ACTIONS[action]
    return any(who.word in roles for roles, _, _ in page.ACTIONS[action][1])


def _facts(world: World, who: Asker, record: Any) -> plain.Facts:
    kind = "" if record is None else _KIND_WORDS[record._meta.label_lower]
    glass = world.waiting.glass
    return plain.Facts(
        role=who.word,
        kind=kind,
        conflicted=who.is_conflicted and kind in _OF_THE_AUDIT,
        relations=frozenset(relations(world, who, kind, record)),
        status=_status(world, kind, record),
        glass_right=not who.is_elsewhere and who.word in page.GLASS_BREAKERS,
        glass_broken=kind == page.RETURN
        and record.pk == glass.key
        and who.person == glass.person_id,
        own_work=_is_own(who, kind, record) and kind != page.PERSON,
    )


def _status(world: World, kind: str, record: Any) -> str:
    if kind == page.REPORT:
        return page.PUBLISHED if record == world.audit.reports.first() else page.DRAFT
    if kind == page.LOOK:
        return page.CLOSED if world.audit.opened_at else page.AWAITED
    if kind == page.TEXT:
        return page.UNCODED
    if kind in _OF_THE_AUDIT:
        return page.OPENED if world.audit.opened_at else page.GATHERING
    return ""


def _is_own(who: Asker, kind: str, record: Any) -> bool:
    if kind == page.REPORT:
        return who.person is not None and who.person == record.publication.put_forward_by_id
    if kind == page.PERSON:
        return who.person is not None and record.pk == who.person
    if kind in {page.ACTION, page.LOOK, page.TEXT}:
        return who.where == "CSC"
    about_one = {page.MEMBERSHIP, page.ALERT, page.GLASS, page.CONFLICT}
    return kind in about_one and who.person is not None and record.person_id == who.person


def relations(world: World, who: Asker, kind: str, record: Any) -> set[str]:
    """Every relation of the page in which they stand to the record."""
    at_office, at_agency = who.where == "office", who.where == "CSC"
    match kind:
        case page.AUDIT | page.REPORT | page.CASE | page.MEETING:
            return _those(owner=at_office, asked=at_agency)
        case page.RETURN | page.WORKING | page.RISK | page.LOOK | page.TEXT:
            return _those(owner=at_agency, shared=at_office)
        case page.MATTER:
            return _those(owner=at_agency)
        case page.KNOWING:
            # One that is answered is closed to its agency, see asked.py.
            is_settled = record.answer == "known"
            return _those(
                owner=at_agency and not is_settled,
                expired=at_agency and is_settled,
                shared=at_office,
            )
        case page.ACTION:
            return _those(owner=at_agency, shared=at_office, asked=at_agency)
        case page.TOOL:
            return _those(owner=True, contributed=at_office)
        case page.TOOL_DRAFT | page.REFERRAL:
            return _those(owner=at_office)
        case page.COMMISSION | page.PLANNED:
            return _those(owner=at_office, shared=not who.is_elsewhere)
        case page.ALERT | page.GLASS | page.CONFLICT:
            own = _is_own(who, kind, record)
            return _those(owner=not who.is_elsewhere, contributed=own)
        case page.AGENCY:
            return _those(owner=at_agency or who.word in page.KEEPERS, shared=not who.is_elsewhere)
        case page.PERSON | page.MEMBERSHIP:
            return _those(
                owner=at_agency or who.word in page.KEEPERS,
                shared=not who.is_elsewhere,
                assigned=_is_own(who, kind, record),
            )
        case _:
            return _in_register(who, kind, record)


def _in_register(who: Asker, kind: str, record: Any) -> set[str]:
    if kind == page.INDIVIDUAL:
        return _those(owner=not who.is_elsewhere)
    is_own = kind == page.LOOKUP and who.person == record.membership.person_id
    return _those(owner=is_own)


def _those(**relations: bool) -> set[str]:
    words = {
        "owner": page.OWNER,
        "asked": page.ASKED,
        "shared": page.SHARED,
        "assigned": page.ASSIGNED,
        "contributed": page.CONTRIBUTED,
        "expired": page.EXPIRED,
    }
    return {words[name] for name, holds in relations.items() if holds}
