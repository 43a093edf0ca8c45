"""What the register of people adds to the engines."""

from __future__ import annotations

from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType
from safehub.register.people.queries import individual_relations, look_up_relations

# Who works at the hub, day and night. Nobody whom an audit or the machine is looked after by.
HUB = frozenset(
    {
        Role.HUB_COORDINATOR,
        Role.HUB_DECISION_MAKER,
        Role.HUB_RESEARCHER,
        Role.EMERGENCY_DUTY,
    }
)
_OPERATOR = frozenset({Role.LOCAL_OPERATOR})
_WORKER = frozenset({Role.ALLOCATED_WORKER})
_OWNER = frozenset({Relation.OWNER})

SEE = (
    Grant(HUB, _OWNER | {Relation.SHARED}),
    Grant(_OPERATOR, _OWNER),
    Grant(_WORKER, frozenset({Relation.ASSIGNED, Relation.SHARED})),
)
CHANGE = (
    Grant(HUB | _OPERATOR, _OWNER),
    Grant(_WORKER, frozenset({Relation.ASSIGNED})),
)
# Whoever decides or sends somebody to the door; not who looks people up.
SEE_PROTECTED = (
    Grant(HUB - {Role.HUB_RESEARCHER}, _OWNER),
    Grant(_WORKER, frozenset({Relation.ASSIGNED})),
)
LOOK = (Grant(HUB, _OWNER),)
_ANY = (Grant(HUB | _OPERATOR),)

_KEPT = "as long as the partnership's schedule keeps records of children"
_BRIEFLY = "30 days after it was typed"


def _fields(model: str, kept: str = _KEPT, **classes: FieldClass) -> dict[str, FieldRule]:
    shared = {"id": FieldClass.ADMINISTRATIVE}
    return {f"{model}.{name}": FieldRule(one, kept) for name, one in {**shared, **classes}.items()}


_ADMINISTRATIVE, _IDENTITY = FieldClass.ADMINISTRATIVE, FieldClass.IDENTITY
_PROTECTED, _HEALTH = FieldClass.PROTECTED, FieldClass.HEALTH
_PART = "people.individual"

DECLARES = Declares(
    kinds=(
        Kind(
            code="people.individual",
            label="person in the register",
            see="individual.see",
            relations=individual_relations,
            classes={
                FieldClass.IDENTITY: SEE,
                FieldClass.HEALTH: SEE,
                FieldClass.OPINION: SEE,
                FieldClass.PROTECTED: SEE_PROTECTED,
            },
            is_person=True,
            lasts=True,
        ),
        Kind(
            code="people.lookup",
            label="look-up in the register",
            see="lookup.see",
            relations=look_up_relations,
            classes={FieldClass.IDENTITY: LOOK},
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "individual.search", "look people up", "asked to look somebody up in the register", _ANY
        ),
        Action(
            "individual.record",
            "record somebody in the register",
            "asked to record somebody in the register",
            _ANY,
            is_read=False,
        ),
        Action(
            "individual.see", "see a person in the register", "looked at the person", SEE, _PART
        ),
        Action(
            "individual.change",
            "change a person in the register",
            "asked to change the person",
            CHANGE,
            _PART,
            is_read=False,
        ),
        Action("lookup.see", "see a look-up", "looked at a look-up", LOOK, "people.lookup"),
    ),
    events=(
        EventType("individual.looked_up", "looked somebody up in the register"),
        EventType("individual.look_ups_forgotten", "deleted what was typed to look people up"),
        EventType("individual.recorded", "recorded the person"),
        EventType("individual.named", "added a name"),
        EventType("individual.numbered", "added a number"),
        EventType("individual.housed", "added an address"),
        EventType("individual.moved_out", "said until when the person lived at an address"),
        EventType("individual.contact_said", "said how it is safe to make contact"),
        EventType("individual.birth_corrected", "corrected birth or sex"),
        EventType("individual.born", "recorded that the child is born"),
        EventType("individual.ended", "recorded a death, or that the pregnancy ended"),
    ),
    fields={
        **_fields(
            "individual",
            partnership=_ADMINISTRATIVE,
            birth=_IDENTITY,
            born_on=_IDENTITY,
            due_on=_IDENTITY,
            sex=_IDENTITY,
            ending=_HEALTH,
            ended_on=_HEALTH,
            recorded_at=_ADMINISTRATIVE,
            version=_ADMINISTRATIVE,
        ),
        **_fields(
            "name",
            individual=_ADMINISTRATIVE,
            kind=_IDENTITY,
            given_names=_IDENTITY,
            family_name=_IDENTITY,
            used_from=_IDENTITY,
            used_until=_IDENTITY,
            recorded_at=_ADMINISTRATIVE,
        ),
        **_fields(
            "identifier",
            individual=_ADMINISTRATIVE,
            scheme=_IDENTITY,
            number=_IDENTITY,
            agency=_IDENTITY,
            recorded_at=_ADMINISTRATIVE,
        ),
        **_fields(
            "address",
            individual=_ADMINISTRATIVE,
            is_protected=_ADMINISTRATIVE,
            lines=_IDENTITY,
            postcode=_IDENTITY,
            protected_lines=_PROTECTED,
            protected_postcode=_PROTECTED,
            lived_from=_IDENTITY,
            lived_until=_IDENTITY,
            recorded_at=_ADMINISTRATIVE,
        ),
        **_fields(
            "safecontact",
            individual=_ADMINISTRATIVE,
            how=_PROTECTED,
            when=_PROTECTED,
            said_at=_ADMINISTRATIVE,
        ),
        **_fields(
            "fieldhistory",
            individual=_ADMINISTRATIVE,
            field=_ADMINISTRATIVE,
            before=_IDENTITY,
            why=FieldClass.OPINION,
            changed_at=_ADMINISTRATIVE,
        ),
        **_fields("matchkey", key=_IDENTITY, individual=_ADMINISTRATIVE),
        **_fields(
            "lookup",
            _BRIEFLY,
            membership=_ADMINISTRATIVE,
            given_names=_IDENTITY,
            family_name=_IDENTITY,
            born_on=_IDENTITY,
            postcode=_IDENTITY,
            nhs_number=_IDENTITY,
            made_at=_ADMINISTRATIVE,
        ),
    },
    parts={
        f"people.{one}": _PART
        for one in (
            "name",
            "identifier",
            "address",
            "safecontact",
            "fieldhistory",
            "matchkey",
        )
    },
)
