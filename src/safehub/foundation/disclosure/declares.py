"""What the disclosure check adds: who prepares, clears and releases; events; notices; fields."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, Q
from django.db.models.expressions import Expression

from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType

# Whoever writes to people outside; access.md names letters, minutes, packs and e-mails.
_PREPARERS = frozenset(
    {
        Role.AGENCY_COORDINATOR,
        Role.SAFEGUARDING_LEAD,
        Role.ALLOCATED_WORKER,
        Role.EMERGENCY_DUTY,
        Role.HUB_COORDINATOR,
        Role.HUB_DECISION_MAKER,
        Role.AUDIT_COORDINATOR,
        Role.MEETING_CHAIR,
        Role.DESIGNATED_OFFICER,
    }
)
# Whoever answers for what leaves: the second person is one of these.
_CLEARERS = frozenset(
    {
        Role.SAFEGUARDING_LEAD,
        Role.AGENCY_SIGN_OFF,
        Role.HUB_COORDINATOR,
        Role.HUB_DECISION_MAKER,
        Role.AUDIT_COORDINATOR,
        Role.AUDIT_MODERATOR,
        Role.MEETING_CHAIR,
        Role.DESIGNATED_OFFICER,
    }
)
_BOARD = frozenset({Role.COMMISSIONER, Role.AUDIT_COORDINATOR})
_HERE = frozenset({Relation.OWNER})
_OPEN = frozenset({"drafted", "checked", "cleared"})


def _of_organisation(viewer: Viewer) -> Mapping[Relation, Q]:
    nobody = Q(pk__in=[])
    here = viewer.organisation is not None
    return {Relation.OWNER: Q(organisation=viewer.organisation) if here else nobody}


def _made(viewer: Viewer) -> Q:
    return Q(made_by=viewer.person) if viewer.person is not None else Q(pk__in=[])


def _state() -> Expression:
    return F("state")  # type: ignore[return-value]


def _may(roles: frozenset[Role], statuses: frozenset[str] = frozenset()) -> tuple[Grant, ...]:
    return (Grant(roles, _HERE, statuses),)


_EVERYBODY = _PREPARERS | _CLEARERS
_CLASSES = {
    FieldClass.STAFF: _may(_EVERYBODY),
    FieldClass.OPINION: _may(_EVERYBODY),
    FieldClass.IDENTITY: _may(_EVERYBODY),
    FieldClass.PROTECTED: _may(_EVERYBODY),
}
_DISCLOSURE = "disclosure.disclosure"
_SHARING = "disclosure.sharingrecord"

_LENGTH = "as long as the record that it is about"
_ADMIN = FieldRule(FieldClass.ADMINISTRATIVE, _LENGTH)
_STAFF = FieldRule(FieldClass.STAFF, _LENGTH)
_OPINION = FieldRule(FieldClass.OPINION, _LENGTH)
_IDENTITY = FieldRule(FieldClass.IDENTITY, _LENGTH)
_PROTECTED = FieldRule(FieldClass.PROTECTED, _LENGTH)
_SECRET = FieldRule(FieldClass.SECRET, _LENGTH)


def _fields(model: str, classes: Mapping[FieldRule, str]) -> dict[str, FieldRule]:
    return {f"{model}.{name}": rule for rule, names in classes.items() for name in names.split()}


DECLARES = Declares(
    kinds=(
        Kind(
            _DISCLOSURE,
            "a disclosure",
            "disclosure.see",
            _of_organisation,
            classes=_CLASSES,
            status=_state,
            own_work=_made,
        ),
        Kind(_SHARING, "a sharing record", "sharing.see", _of_organisation, classes=_CLASSES),
    ),
    actions=(
        Action(
            "disclosure.see",
            "open a disclosure",
            "opened a disclosure",
            _may(_EVERYBODY),
            kind=_DISCLOSURE,
        ),
        Action(
            "sharing.see",
            "read a sharing record",
            "read a sharing record",
            _may(_EVERYBODY),
            kind=_SHARING,
        ),
        Action(
            "disclosure.prepare",
            "prepare a disclosure",
            "prepared a disclosure",
            (Grant(_PREPARERS),),
            is_read=False,
        ),
        Action(
            "disclosure.edit",
            "work on a disclosure",
            "worked on a disclosure",
            _may(_PREPARERS, _OPEN),
            kind=_DISCLOSURE,
            is_read=False,
        ),
        Action(
            "disclosure.clear",
            "clear a disclosure as a second person",
            "cleared a disclosure as a second person",
            _may(_CLEARERS, _OPEN),
            kind=_DISCLOSURE,
            is_read=False,
            approves=True,
        ),
        Action(
            "disclosure.release",
            "release a disclosure",
            "released a disclosure",
            _may(_EVERYBODY, _OPEN),
            kind=_DISCLOSURE,
            is_read=False,
            leaves=True,
        ),
        Action(
            "disclosure.withdraw",
            "withdraw a disclosure",
            "withdrew a disclosure",
            _may(_EVERYBODY, _OPEN),
            kind=_DISCLOSURE,
            is_read=False,
        ),
        Action(
            "disclosure.refuse_sharing",
            "record that something is not shared",
            "recorded that something is not shared",
            (Grant(_PREPARERS),),
            is_read=False,
        ),
        Action(
            "disclosure.switch_basis",
            "switch a lawful basis on or off",
            "switched a lawful basis on or off",
            (Grant(_BOARD),),
            is_read=False,
        ),
    ),
    events=(
        EventType(
            "disclosure.voided", "was refused a release: what was cleared had changed meanwhile"
        ),
    ),
    notices=(
        NoticeType(
            "disclosure.ready",
            "A document for you: {reference}",
            "A document with the reference {reference} is ready for you. Open the link and sign in "
            "to read it. Nothing of it is in this message.",
        ),
    ),
    fields={
        **_fields(
            "disclosure",
            {
                _ADMIN: "id partnership organisation about_kind about_key lawful_basis "
                "bases_edition state made_at scanned_at checked_at cleared_at released_at "
                "withdrawn_at",
                _STAFF: "made_by checked_by cleared_by released_by withdrawn_by",
                _OPINION: "purpose sharing withdrawn_reason",
                _SECRET: "clearance",
            },
        ),
        **_fields(
            "recipient",
            {
                _ADMIN: "id disclosure position",
                _IDENTITY: "name person_key relations",
                _PROTECTED: "address email",
            },
        ),
        **_fields(
            "item",
            {
                _ADMIN: "id disclosure position kind key is_removed",
                _PROTECTED: "title text file_name replacement_name labels",
                _SECRET: "sha256 replacement_sha256",
                _OPINION: "changed_reason",
                _STAFF: "changed_by",
            },
        ),
        **_fields(
            "exclusion",
            {_ADMIN: "id item recipient at", _OPINION: "reason", _STAFF: "by"},
        ),
        **_fields(
            "foundword",
            {
                _ADMIN: "id disclosure item recipient kind start end matched score suggestion "
                "decision decided_at",
                _PROTECTED: "persons part where text",
                _OPINION: "reason",
                _STAFF: "decided_by",
            },
        ),
        **_fields(
            "unreadpart",
            {
                _ADMIN: "id disclosure item recipient why looked_at",
                _PROTECTED: "part",
                _OPINION: "answer",
                _STAFF: "looked_by",
            },
        ),
        **_fields(
            "composed",
            {_ADMIN: "id recipient size", _PROTECTED: "name", _SECRET: "sha256"},
        ),
        **_fields(
            "release",
            {
                _ADMIN: "id disclosure recipient size released_at",
                _IDENTITY: "recipient_name",
                _PROTECTED: "name",
                _SECRET: "sha256",
                _STAFF: "released_by",
            },
        ),
        **_fields(
            "sharingrecord",
            {
                _ADMIN: "id partnership organisation disclosure about_kind about_key decision "
                "lawful_basis bases_edition consent family_told decided_at",
                _IDENTITY: "with_whom",
                _OPINION: "what purpose consent_reason family_reason necessity advice",
                _STAFF: "decided_by",
            },
        ),
        **_fields(
            "switchedbasis",
            {
                _ADMIN: "id partnership code is_on switched_at",
                _OPINION: "reason",
                _STAFF: "switched_by",
            },
        ),
    },
)
