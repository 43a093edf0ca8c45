"""What people and memberships add to the engines."""

from __future__ import annotations

from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType
from safehub.register.accounts.queries import (
    ADMINISTRATORS,
    is_own_membership,
    membership_relations,
    person_relations,
)
from safehub.register.accounts.third_party import THIRD_PARTY_FIELDS, WITH_PERSON

MANAGERS = frozenset({Role.AGENCY_COORDINATOR, Role.SAFEGUARDING_LEAD})
# They ask agencies for returns and answers, so they see whom to ask.
PARTNERS = frozenset({Role.AUDIT_COORDINATOR, Role.HUB_COORDINATOR, Role.PRIVACY_OFFICER})
EVERYBODY = frozenset(Role)

MANAGE = (Grant(MANAGERS | ADMINISTRATORS, frozenset({Relation.OWNER})),)
SEE = (
    *MANAGE,
    Grant(PARTNERS, frozenset({Relation.SHARED})),
    # Everybody sees themselves.
    Grant(EVERYBODY, frozenset({Relation.ASSIGNED})),
)


STAFF_SHOWS = {FieldClass.STAFF: SEE}
LIFE = "as long as the person is known here; then 7 years, for what they did stays theirs"
SHORT = "deleted 30 days after it was used or has run out"


def _staff(*names: str) -> dict[str, FieldRule]:
    return dict.fromkeys(names, FieldRule(FieldClass.STAFF, LIFE))


def _administrative(*names: str, retention: str = LIFE) -> dict[str, FieldRule]:
    return dict.fromkeys(names, FieldRule(FieldClass.ADMINISTRATIVE, retention))


def _secret(*names: str, retention: str = WITH_PERSON) -> dict[str, FieldRule]:
    return dict.fromkeys(names, FieldRule(FieldClass.SECRET, retention))


DECLARES = Declares(
    kinds=(
        Kind(
            code="accounts.person",
            label="person",
            see="person.see",
            relations=person_relations,
            classes=STAFF_SHOWS,
        ),
        Kind(
            code="accounts.membership",
            label="membership",
            see="membership.see",
            relations=membership_relations,
            classes=STAFF_SHOWS,
            own_work=is_own_membership,
            lasts=True,
        ),
    ),
    actions=(
        Action("person.see", "see a person", "looked at the person", SEE, "accounts.person"),
        Action(
            "person.add",
            "add a person",
            "added the person",
            MANAGE,
            "agencies.agency",
            is_read=False,
        ),
        Action(
            "person.invite",
            "invite a person",
            "invited the person",
            MANAGE,
            "accounts.person",
            is_read=False,
        ),
        Action(
            "person.begin_anew",
            "begin a person's account anew",
            "began the account anew of the person",
            MANAGE,
            "accounts.person",
            is_read=False,
            steps_up=True,
        ),
        Action(
            "person.rename",
            "rename a person",
            "renamed the person",
            MANAGE,
            "accounts.person",
            is_read=False,
        ),
        Action(
            "person.deactivate",
            "shut a person out",
            "shut the person out",
            MANAGE,
            "accounts.person",
            is_read=False,
            steps_up=True,
        ),
        Action(
            "person.reactivate",
            "let a person back in",
            "let the person back in",
            MANAGE,
            "accounts.person",
            is_read=False,
            steps_up=True,
        ),
        Action(
            "membership.see",
            "see a membership",
            "looked at the membership",
            SEE,
            "accounts.membership",
        ),
        Action(
            "membership.add",
            "give a role",
            "gave the membership",
            MANAGE,
            "agencies.agency",
            is_read=False,
            steps_up=True,
        ),
        Action(
            "membership.end",
            "end a membership",
            "ended the membership",
            MANAGE,
            "accounts.membership",
            is_read=False,
            steps_up=True,
        ),
        Action(
            "membership.let_break_glass",
            "say who may break glass",
            "said whether the membership may break glass",
            (
                Grant(
                    frozenset({Role.SAFEGUARDING_LEAD, Role.LOCAL_OPERATOR}),
                    frozenset({Relation.OWNER}),
                ),
            ),
            "accounts.membership",
            is_read=False,
            approves=True,
            steps_up=True,
        ),
        Action(
            "membership.train",
            "change a training date",
            "changed the training date of the membership",
            MANAGE,
            "accounts.membership",
            is_read=False,
            approves=True,
        ),
    ),
    events=(
        EventType("membership.offer", "offered a role at the agency"),
        EventType("membership.offer_withdrawn", "took back a role offered at the agency"),
        EventType("membership.accepted", "accepted the membership"),
        EventType("membership.declined", "turned down a role at the agency"),
        EventType("person.signed_in", "signed in"),
        EventType("person.signed_out", "signed out"),
        EventType("person.sign_in_refused", "tried to sign in and was refused"),
        EventType("person.sessions_ended", "ended sessions of the person"),
        EventType("person.acted_as", "acts from now on under the membership"),
        EventType("person.accepted_invitation", "accepted the invitation"),
        EventType("person.password_changed", "changed the password"),
        EventType("person.second_factor_added", "added a second factor"),
        EventType("person.second_factor_removed", "removed a second factor"),
        EventType("person.second_factor_proved", "proved a second factor again"),
        EventType("person.link_made", "made a sign-in link for the person"),
    ),
    notices=(
        NoticeType(
            "person.invited",
            "Your invitation to Safehub",
            "You are invited to sign in to Safehub. Follow the link to choose a password. "
            "It works once, for seven days.",
        ),
        NoticeType(
            "membership.added",
            "You have a new role in Safehub",
            "You were given a role in Safehub. Sign in to see which.",
        ),
        NoticeType(
            "membership.offered",
            "You are offered a role in Safehub",
            "You are offered a role in Safehub. Sign in to accept it or turn it down, within seven "
            "days.",
        ),
        NoticeType(
            "membership.glass",
            "What you may do in an emergency in Safehub has changed",
            "Whether you may break glass in a role of yours in Safehub was changed. "
            "Sign in to see.",
        ),
        NoticeType(
            "membership.ended",
            "A role of yours in Safehub has ended",
            "A role that you had in Safehub ends or has ended. Sign in to see which.",
        ),
        NoticeType(
            "person.password_reset",
            "Choose a new password for Safehub",
            "Somebody asked for a new password for this address. If it was you, follow the link. "
            "If it was not, you need do nothing.",
        ),
        NoticeType(
            "person.password_changed",
            "Your Safehub password was changed",
            "The password of your account was changed. If it was not you, tell your partnership's "
            "coordinator at once.",
        ),
        NoticeType(
            "person.second_factor_changed",
            "Your second factor in Safehub was changed",
            "A second factor of your account was added, removed or made anew. If it was not you, "
            "tell your partnership's coordinator at once.",
        ),
        NoticeType(
            "person.new_device",
            "Safehub was opened from a new device",
            "Your account was used from a device that it was not used from before. If it was not "
            "you, tell your partnership's coordinator at once.",
        ),
        NoticeType(
            "person.unknown_address",
            "No account for this address",
            "Somebody asked for a new Safehub password for this address, which has no account. "
            "If it was you, try another address, or ask your partnership's coordinator.",
        ),
    ),
    fields={
        **THIRD_PARTY_FIELDS,
        **_staff("person.email", "person.name", "membership.unit"),
        **_secret("person.password"),
        **_administrative("person.id", "person.last_login", "person.is_active", "person.added_at"),
        **_administrative(
            *(
                f"membership.{name}"
                for name in (
                    "id",
                    "person",
                    "agency",
                    "role",
                    "valid_from",
                    "valid_to",
                    "trained_until",
                    "has_break_glass",
                    "added_by",
                    "added_at",
                )
            )
        ),
        **dict.fromkeys(
            ("offer.email", "offer.name", "offer.unit"), FieldRule(FieldClass.STAFF, SHORT)
        ),
        **_secret(
            *("invitation.token_hash", "offer.token_hash", "signinlink.token_hash"),
            retention=SHORT,
        ),
        **_secret("knowndevice.token_hash", "cacheentry.cache_key", "cacheentry.value"),
        **_administrative(
            *(
                f"invitation.{name}"
                for name in (
                    "id",
                    "person",
                    "invited_by",
                    "made_at",
                    "expires_at",
                    "used_at",
                    "withdrawn_at",
                )
            ),
            *(
                f"offer.{name}"
                for name in (
                    *("id", "agency", "role", "valid_to", "trained_until", "offered_by"),
                    *("made_at", "expires_at", "settled_at", "outcome"),
                )
            ),
            *(f"signinlink.{n}" for n in ("id", "person", "made_at", "expires_at", "used_at")),
            retention=SHORT,
        ),
        **_administrative(
            *(f"knowndevice.{n}" for n in ("id", "person", "first_used_at", "last_used_at")),
            retention="180 days after its last use",
        ),
        **_administrative("cacheentry.expires", retention="until then"),
    },
    parts={
        "accounts.invitation": "accounts.person",
        "accounts.offer": "agencies.agency",
        "accounts.signinlink": "accounts.person",
        "accounts.knowndevice": "accounts.person",
    },
)
