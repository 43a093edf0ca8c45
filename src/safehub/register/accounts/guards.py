"""What keeps somebody who looks after one agency's accounts to their own agency and rank."""

from __future__ import annotations

from django.db.models import Model

from safehub.foundation.access.decision import Refusal
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed
from safehub.foundation.records import ref_of
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import ADMINISTRATORS
from safehub.register.accounts.rules import ROLE_NAMES, roles_given_by


def refusal(by: Viewer, action: str, on: Model, reason: Reason, words: str) -> NotAllowed:
    """The error for a step refused beyond what the grants say: the edge writes it to the trail."""
    error = NotAllowed(words)
    error.refusal = Refusal(by, action, ref_of(on), reason)
    return error


def refuse_oneself(by: Viewer, action: str, person: Person, *, on: Model, words: str) -> None:
    """Nobody does this to themselves. Raises NotAllowed."""
    if person.pk == by.person:
        raise refusal(by, action, on, Reason.OWN_WORK, words)


def is_elsewhere(by: Viewer, person: Person) -> bool:
    """Whether an agency that is not the viewer's to look after relies on the account too.

    A membership that is yet to begin counts. One query, none for an administrator.
    """
    if by.role in ADMINISTRATORS:
        return False
    held = person.memberships.not_ended(by.at)
    return held.exclude(agency_id=by.organisation or 0).exists()


def is_stranger(by: Viewer, person: Person) -> bool:
    """Whether other agencies know the person, or did, and the viewer's does not now.

    Never for an administrator, who looks after every agency. Two queries.
    """
    if by.role in ADMINISTRATORS:
        return False
    theirs = person.memberships.all()
    mine = theirs.filter(agency_id=by.organisation or 0)
    return theirs.exclude(agency_id=by.organisation or 0).exists() and not (
        mine.not_ended(by.at).exists()
    )


def role_beyond(by: Viewer, person: Person) -> str | None:
    """A role of the person's that the viewer could not give, if there is one. One query."""
    held = person.memberships.not_ended(by.at)
    found = held.exclude(role__in=roles_given_by(by.role)).first()
    return found.role if found is not None else None


def refuse_if_elsewhere(by: Viewer, action: str, person: Person) -> None:
    """An account that another agency relies on is not this one's to change. Raises NotAllowed."""
    if is_elsewhere(by, person):
        raise refusal(by, action, person, Reason.RELATION, ELSEWHERE)


def refuse_higher_rank(by: Viewer, action: str, person: Person) -> None:
    """Whoever could not give each of the person's roles does not take them. Raises NotAllowed."""
    beyond = role_beyond(by, person)
    if beyond is not None:
        raise refusal(by, action, person, Reason.ROLE, not_given_words(beyond, "take away"))


def not_given_words(role: str, verb: str = "give") -> str:
    """Why a role is not the viewer's to give or take."""
    name = ROLE_NAMES[Role(role)].lower()
    return f"Your role does not {verb} the role {name}: ask a system administrator."


ELSEWHERE = (
    "This person is in another agency too, so their account is not yours to change: "
    "end the membership in your agency instead, or ask a system administrator."
)
