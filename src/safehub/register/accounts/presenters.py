"""What pages say of people, memberships and sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from safehub.foundation.access.vocabulary import Role
from safehub.foundation.govuk.parts import Column, Fact, Link, Tag
from safehub.foundation.govuk.wording import day, moment
from safehub.register.accounts.invitations.queries import last_invitation
from safehub.register.accounts.models import Invitation, Membership, Offer, Person
from safehub.register.accounts.rules import ROLE_NAMES
from safehub.register.accounts.sessions.queries import OpenSession

PEOPLE_COLUMNS = (Column("Name"), Column("Email address"), Column("Roles"), Column("State"))
OFFER_COLUMNS = (Column("Name"), Column("Email address"), Column("Role"), Column("Open until"))
MEMBERSHIP_COLUMNS = (
    Column("Role"),
    Column("Agency"),
    Column("From"),
    Column("Until"),
    Column("Trained until"),
    Column("State"),
    Column("Change"),
)
SESSION_COLUMNS = (Column("Device"), Column("Address"), Column("Signed in"), Column("Last used"))


def role_words(membership: Membership) -> str:
    """The role, with the unit where there is one."""
    words = ROLE_NAMES[Role(membership.role)]
    return f"{words} ({membership.unit})" if membership.unit else words


def glass_words(membership: Membership) -> str:
    """Whether glass may be broken in the role."""
    can = "may" if membership.has_break_glass else "may not"
    return f"In an emergency this person {can} break glass in this role."


def offer_words(offer: Offer) -> str:
    """What is held out, and by which agency."""
    name = ROLE_NAMES[Role(offer.role)]
    return (
        f"{name} ({offer.unit}), {offer.agency.name}"
        if offer.unit
        else (f"{name}, {offer.agency.name}")
    )


def offer_rows(offers: Iterable[Offer]) -> list[list[object]]:
    """A row for each, with the name as whoever offers wrote it."""
    return [[one.name, one.email, offer_words(one), moment(one.expires_at)] for one in offers]


def ended_words(ended: Membership) -> str:
    """What was done, without a name: it is kept with what was sent."""
    words = f"The role {role_words(ended)} at {ended.agency.name}"
    if ended.valid_to is not None and ended.valid_to > timezone.now():
        return f"{words} ends at {moment(ended.valid_to)}."
    return f"{words} has ended."


def held_roles(memberships: Iterable[Membership]) -> list[Fact]:
    """One's own roles."""
    return [
        Fact(
            one.agency.name,
            f"{role_words(one)}, since {day(one.valid_from)}"
            + (f", until {moment(one.valid_to)}" if one.valid_to else "")
            + (", with the right to break glass" if one.has_break_glass else ""),
        )
        for one in memberships
    ]


def person_state(person: Person, *, holds: bool) -> Tag:
    """What somebody could do just now."""
    if not person.is_active:
        return Tag("Shut out", "red")
    if not person.has_usable_password():
        return Tag("Invited", "yellow")
    return Tag("Active", "green") if holds else Tag("No role", "grey")


def membership_state(membership: Membership, at: dt.datetime) -> Tag:
    """Whether it holds."""
    if membership.valid_to is not None and membership.valid_to <= at:
        return Tag("Ended", "grey")
    if membership.valid_from > at:
        return Tag("Not yet", "yellow")
    if membership.trained_until is not None and membership.trained_until < at.date():
        return Tag("Training out of date", "red")
    return Tag("Holds", "green")


def people_rows(people: Iterable[Person], at: dt.datetime) -> list[list[object]]:
    """A row for each person; their memberships must be loaded, with agencies."""
    rows: list[list[object]] = []
    for person in people:
        held = [one for one in person.memberships.all() if is_held(one, at)]
        roles = "; ".join(f"{role_words(one)}, {one.agency.name}" for one in held) or "None"
        link = Link(person.name, reverse("accounts:person", args=[person.pk]))
        rows.append([link, person.email, roles, person_state(person, holds=bool(held))])
    return rows


def is_held(membership: Membership, at: dt.datetime) -> bool:
    """Whether it holds at the moment, training apart."""
    return membership.valid_from <= at and (membership.valid_to is None or membership.valid_to > at)


def membership_rows(
    memberships: Iterable[Membership], at: dt.datetime, changeable: set[int]
) -> list[list[object]]:
    """A row for each; those among `changeable` have links."""
    rows: list[list[object]] = []
    for one in memberships:
        links: object = ""
        if one.pk in changeable and (one.valid_to is None or one.valid_to > at):
            links = Link(
                "Change", reverse("accounts:membership", args=[one.pk]), hidden=role_words(one)
            )
        rows.append(
            [
                role_words(one),
                one.agency.name,
                day(one.valid_from),
                moment(one.valid_to) if one.valid_to else "Open",
                day(one.trained_until) if one.trained_until else "Not asked",
                membership_state(one, at),
                links,
            ]
        )
    return rows


def person_facts(person: Person, at: dt.datetime) -> list[Fact]:
    """Who it is, and how far they have come with signing in."""
    return [
        Fact("Name", person.name),
        Fact("Email address", person.email),
        Fact("Signs in", sign_in_words(person, last_invitation(person), at)),
        Fact("Last signed in", moment(person.last_login) or "Never"),
    ]


def sign_in_words(person: Person, invitation: Invitation | None, at: dt.datetime) -> str:
    """Where the account stands."""
    if not person.is_active:
        return "Shut out"
    if person.has_usable_password():
        return "With a password and a second factor"
    if invitation is None:
        return "Not invited yet"
    if invitation.expires_at <= at:
        return f"Invitation ran out on {day(invitation.expires_at)}"
    until = moment(invitation.expires_at)
    return f"Invited on {day(invitation.made_at)}; the link works until {until}"


def session_rows(sessions: Iterable[OpenSession]) -> list[list[object]]:
    """A row for each."""
    return [
        [
            f"{one.device} (this one)" if one.is_this else one.device,
            one.where,
            moment(one.began_at),
            moment(one.last_used_at),
        ]
        for one in sessions
    ]
