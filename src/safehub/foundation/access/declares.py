"""What the access rules themselves add: who shares, guards, labels; conflicts; broken glass."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType

_PRIVACY = frozenset({Role.PRIVACY_OFFICER})
_LEADS = frozenset({Role.SAFEGUARDING_LEAD, Role.AUDIT_COORDINATOR, Role.HUB_DECISION_MAKER})
_SHARERS = _LEADS | {Role.AGENCY_COORDINATOR, Role.HUB_COORDINATOR}
# Whose agency lead may enable them to break glass: people who look after children, day or night.
_BREAKERS = frozenset(
    {
        Role.AGENCY_AUDITOR,
        Role.AGENCY_COORDINATOR,
        Role.SAFEGUARDING_LEAD,
        Role.ALLOCATED_WORKER,
        Role.EMERGENCY_DUTY,
        Role.HUB_COORDINATOR,
        Role.HUB_RESEARCHER,
        Role.HUB_DECISION_MAKER,
        Role.AUDIT_COORDINATOR,
        Role.DESIGNATED_OFFICER,
    }
)


def _of_partnership(viewer: Viewer) -> Mapping[Relation, Q]:
    own = Q(person=viewer.person) if viewer.person is not None else Q(pk__in=[])
    here = Q(partnership=viewer.partnership) if viewer.partnership is not None else Q(pk__in=[])
    return {Relation.OWNER: here, Relation.CONTRIBUTED: own}


def _own(viewer: Viewer) -> Q:
    return Q(person=viewer.person) if viewer.person is not None else Q(pk__in=[])


def _own_look(viewer: Viewer) -> Q:
    """Of whoever broke the glass, and of the second person, without whom it had shown less."""
    return _own(viewer) | (
        Q(second_person=viewer.person) if viewer.person is not None else Q(pk__in=[])
    )


_HERE = frozenset({Relation.OWNER})
_MINE = frozenset({Relation.CONTRIBUTED})
_STAFF = {FieldClass.STAFF: (Grant(_PRIVACY | _LEADS, _HERE),)}


def _to_officer(*, leads: bool = False) -> tuple[Grant, ...]:
    return (Grant(_PRIVACY | _LEADS if leads else _PRIVACY, _HERE),)


_WORDS = "with the record that it is about"
_FOR_REVIEW = "6 years, for the review of who looked"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _WORDS)
_REASON = FieldRule(FieldClass.OPINION, _WORDS)
_WHO = FieldRule(FieldClass.STAFF, _WORDS)


def _fields(model: str, **classes: FieldRule) -> dict[str, FieldRule]:
    shared = {"id": _ADMINISTRATIVE, "kind": _ADMINISTRATIVE, "key": _ADMINISTRATIVE}
    return {f"{model}.{name}": rule for name, rule in {**shared, **classes}.items()}


DECLARES = Declares(
    kinds=(
        Kind(
            "access.glassbreak",
            "a broken glass",
            "glass.see",
            _of_partnership,
            classes={**_STAFF, FieldClass.OPINION: _to_officer(leads=True)},
            own_work=_own_look,
        ),
        Kind(
            "access.conflict",
            "a conflict of interest",
            "conflict.see",
            _of_partnership,
            classes={**_STAFF, FieldClass.OPINION: _to_officer(leads=True)},
            own_work=_own,
        ),
        Kind(
            "access.alert",
            "an alert",
            "alert.see",
            _of_partnership,
            classes={
                FieldClass.STAFF: _to_officer(),
                FieldClass.OPINION: _to_officer(),
            },
            own_work=_own,
        ),
    ),
    actions=(
        Action(
            "record.share",
            "share a record",
            "asked to share a record",
            (Grant(_SHARERS),),
            is_read=False,
        ),
        Action(
            "record.protect",
            "guard a record",
            "asked to guard a record",
            (Grant(_LEADS),),
            is_read=False,
        ),
        Action(
            "record.label",
            "label a record",
            "asked to label a record",
            (Grant(_SHARERS),),
            is_read=False,
        ),
        Action(
            "access.explain",
            "have somebody's access explained",
            "asked why somebody may or may not",
            (Grant(_PRIVACY | {Role.LOCAL_OPERATOR}),),
        ),
        Action(
            "glass.break",
            "break glass",
            "asked to break glass",
            (Grant(_BREAKERS),),
            is_read=False,
            steps_up=True,
        ),
        Action(
            "glass.see",
            "see broken glass",
            "looked at broken glass",
            (*_to_officer(leads=True), Grant(_BREAKERS, _MINE)),
            kind="access.glassbreak",
        ),
        Action(
            "glass.confirm",
            "be the second person for broken glass",
            "asked to be the second person for broken glass",
            _to_officer(leads=True),
            kind="access.glassbreak",
            is_read=False,
            approves=True,
        ),
        Action(
            "glass.review",
            "review broken glass",
            "asked to review broken glass",
            _to_officer(leads=True),
            kind="access.glassbreak",
            is_read=False,
            approves=True,
        ),
        Action(
            "conflict.see",
            "see a conflict of interest",
            "looked at a conflict of interest",
            (*_to_officer(leads=True), Grant(frozenset(Role), _MINE)),
            kind="access.conflict",
        ),
        Action(
            "conflict.decide",
            "decide on a conflict of interest",
            "asked to decide on a conflict of interest",
            _to_officer(leads=True),
            kind="access.conflict",
            is_read=False,
            approves=True,
        ),
        Action(
            "alert.see",
            "see alerts",
            "looked at an alert",
            _to_officer(),
            kind="access.alert",
        ),
        Action(
            "alert.close",
            "close an alert",
            "asked to close an alert",
            _to_officer(),
            kind="access.alert",
            is_read=False,
            approves=True,
        ),
    ),
    events=(
        EventType("record.shared", "shared the record"),
        EventType("record.share_revoked", "took a share of the record away"),
        EventType("record.protected", "changed how the record is guarded"),
        EventType("record.person_named", "put somebody on the record's named list"),
        EventType("record.person_unnamed", "took somebody off the record's named list"),
        EventType("record.seal_lifting_asked", "asked to lift the record's seal"),
        EventType("record.seal_lifted", "lifted the record's seal, as the second guardian"),
        EventType("record.labelled", "put a label on the record"),
        EventType("record.label_rechecked", "looked again at a label of the record"),
        EventType("conflict.declared", "declared a conflict of interest"),
        EventType("conflict.suspected", "pointed to a possible conflict of interest"),
        EventType("conflict.decided", "decided on a conflict of interest"),
        EventType("conflict.reversed", "turned a decision on a conflict of interest round"),
        EventType("glass.broken", "broke glass over the record"),
        EventType("glass.confirmed", "was the second person for broken glass"),
        EventType("glass.reviewed", "reviewed broken glass"),
        EventType("access.unknown_action", "tried a step that Safehub does not know"),
        EventType("alert.closed", "closed an alert"),
        EventType(
            "access.explained", "had somebody's access to the record explained", is_read=True
        ),
    ),
    notices=(
        NoticeType(
            "alert.to_officer",
            "Safehub: {reference} waits for you",
            "Something happened that the privacy officer is to look at. It stands under Alerts.",
        ),
        NoticeType(
            "alert.raised",
            "Safehub: somebody looked at a record of yours",
            "There is {reference} about a record that you answer for. Sign in to see who looked.",
        ),
        NoticeType(
            "alert.to_guardian",
            "Safehub: something happened to a seal that you guard",
            "Somebody tried to lift it, asked to, lifted it, or searched for somebody like the "
            "person whom it hides: {reference}. Sign in to see who.",
        ),
    ),
    fields={
        **_fields(
            "protection",
            sensitivity=_ADMINISTRATIVE,
            subject_organisation=_REASON,
            reason=_REASON,
            set_by=_WHO,
            set_at=_ADMINISTRATIVE,
            lifting_by=_WHO,
            lifting_at=_ADMINISTRATIVE,
            lifting_reason=_REASON,
        ),
        **_fields("namedperson", person=_WHO, named_by=_WHO, named_at=_ADMINISTRATIVE),
        **_fields(
            "share",
            relation=_ADMINISTRATIVE,
            person=_WHO,
            organisation=_ADMINISTRATIVE,
            from_at=_ADMINISTRATIVE,
            until_at=_ADMINISTRATIVE,
            reason=_REASON,
            given_by=_WHO,
            revoked_at=_ADMINISTRATIVE,
        ),
        **_fields(
            "conflict",
            person=_WHO,
            state=_ADMINISTRATIVE,
            reason=_REASON,
            raised_by=_WHO,
            raised_at=_ADMINISTRATIVE,
            decided_by=_WHO,
            decided_at=_ADMINISTRATIVE,
            decision=_REASON,
            reversed_by=_WHO,
            reversed_at=_ADMINISTRATIVE,
            reversal=_REASON,
            partnership=_ADMINISTRATIVE,
        ),
        **_fields(
            "label",
            field_class=_ADMINISTRATIVE,
            not_to_person=_WHO,
            not_to_relation=_ADMINISTRATIVE,
            purpose=_ADMINISTRATIVE,
            origin_organisation=_ADMINISTRATIVE,
            recheck_by=_ADMINISTRATIVE,
            reason=_REASON,
            set_by=_WHO,
            set_at=_ADMINISTRATIVE,
        ),
        **_fields(
            "glassbreak",
            person=FieldRule(FieldClass.STAFF, _FOR_REVIEW),
            membership=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            category=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            reason=FieldRule(FieldClass.OPINION, _FOR_REVIEW),
            at=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            until=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            second_person=FieldRule(FieldClass.STAFF, _FOR_REVIEW),
            reviewed_by=FieldRule(FieldClass.STAFF, _FOR_REVIEW),
            reviewed_at=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            review=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            review_words=FieldRule(FieldClass.OPINION, _FOR_REVIEW),
            partnership=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
        ),
        **_fields(
            "alert",
            what=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            person=FieldRule(FieldClass.STAFF, _FOR_REVIEW),
            at=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            closed_by=FieldRule(FieldClass.STAFF, _FOR_REVIEW),
            closed_at=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
            closing_words=FieldRule(FieldClass.OPINION, _FOR_REVIEW),
            partnership=FieldRule(FieldClass.ADMINISTRATIVE, _FOR_REVIEW),
        ),
    },
    # Each is part of the record that it is about, of whatever kind.
    parts={
        "access.protection": "",
        "access.namedperson": "",
        "access.share": "",
        "access.label": "",
    },
)
