"""Reading people and memberships, and making viewers of them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from safehub.foundation.access.decision import may
from safehub.foundation.access.queries import facts_of, has_role_for, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.foundation.errors import NotFound
from safehub.foundation.questions import Question
from safehub.foundation.records import RecordRef
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.rules import roles_given_by

# People on one page of the list.
PAGE = 50
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.LOCAL_OPERATOR})


def _every(viewer: Viewer) -> Q:
    """Whoever looks after the installation looks after the people of every agency."""
    return Q(pk__isnull=viewer.role not in ADMINISTRATORS)


def person_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """A person belongs to the agencies in which they have a membership, also one yet to begin."""
    mine = Membership.objects.filter(person=OuterRef("pk")).not_ended(viewer.at)
    return {
        Relation.OWNER: Q(Exists(mine.filter(agency=viewer.organisation))) | _every(viewer),
        Relation.SHARED: Q(Exists(mine.filter(agency__partnership=viewer.partnership))),
        Relation.ASSIGNED: Q(pk=viewer.person),
    }


def membership_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """A membership belongs to its agency."""
    return {
        Relation.OWNER: Q(agency=viewer.organisation) | _every(viewer),
        Relation.SHARED: Q(agency__partnership=viewer.partnership),
        Relation.ASSIGNED: Q(person=viewer.person),
    }


def is_own_membership(viewer: Viewer) -> Q:
    """One's own membership: nobody approves that."""
    return Q(person=viewer.person)


def viewer_of(
    membership: Membership,
    *,
    at: dt.datetime,
    request_id: str = "",
    stepped_up_at: dt.datetime | None = None,
    via: str = "page",
) -> Viewer:
    """The viewer that a membership makes. Two queries, unless person and agency are loaded.

    A membership that does not hold makes a viewer all the same: `decide` refuses it.
    """
    return Viewer(
        role=Role(membership.role),
        person=membership.person_id,
        membership=membership.pk,
        organisation=membership.agency_id,
        partnership=membership.agency.partnership_id,
        unit=membership.unit,
        is_active=membership.person.is_active,
        valid_from=membership.valid_from,
        valid_to=membership.valid_to,
        trained_until=membership.trained_until,
        has_break_glass=membership.has_break_glass,
        stepped_up_at=stepped_up_at,
        at=at,
        request_id=request_id,
        via=via,
    )


def once_stepped_up(viewer: Viewer) -> Viewer:
    """The viewer as they will be once they have proved their second factor again.

    For what a page offers; what is done asks the viewer as they are.
    """
    return replace(viewer, stepped_up_at=viewer.at or timezone.now())


def the_machine(*, at: dt.datetime, request_id: str = "", person: int | None = None) -> Viewer:
    """Safehub itself, for what happens before anybody acts under a membership, such as a sign-in.

    `person` is whom it happens to, where that is known.
    """
    return Viewer(
        role=Role.SERVICE_ACCOUNT, person=person, at=at, request_id=request_id, via="page"
    )


def request_id_of(request: HttpRequest) -> str:
    """The id of the request, as all that it leaves in logs and trail bears it."""
    return getattr(request, "request_id", "") or secrets.token_hex(8)


def acting_viewer(
    request: HttpRequest, person: Person, held: Sequence[Membership], at: dt.datetime
) -> Viewer:
    """Who acts while somebody signs in or looks after their own account.

    The viewer of the request where there is one, else that of the first membership held; the
    machine, with the person named, for who has no role now.
    """
    known: Viewer | None = getattr(request, "viewer", None)
    if known is not None and known.person == person.pk:
        return known
    if held:
        return viewer_of(held[0], at=at, request_id=request_id_of(request))
    return the_machine(at=at, request_id=request_id_of(request), person=person.pk)


def _current(person: int, at: dt.datetime) -> QuerySet[Membership]:
    held = Membership.objects.current(at).filter(person=person)
    return held.select_related("person", "agency").order_by("pk")


_CURRENT = Question(_current, int, dt.datetime)


def person_to_sign_in(key: int) -> Person | None:
    """The person of that key, whom a session names; nobody who is shut out. One query."""
    found = _PERSON.first(key)
    return found if found is not None and found.is_active else None


_PERSON = Question(lambda key: Person.objects.filter(pk=key), int)


def current_memberships(person: Person, at: dt.datetime) -> list[Membership]:
    """What the person is at the moment, oldest first, each with person and agency. One query."""
    return _CURRENT.asked(person.pk, at)


def membership_to_act_under(
    person: Person, chosen: int | None, at: dt.datetime
) -> Membership | None:
    """The chosen membership if it holds at the moment, else the first that does. One query."""
    held = current_memberships(person, at)
    return next((one for one in held if one.pk == chosen), held[0] if held else None)


def membership_named(words: str, at: dt.datetime) -> Membership:
    """The current membership of `EMAIL` or `EMAIL:ROLE`. Raises NotFound: what to type."""
    email, _, role = words.partition(":")
    found = Membership.objects.current(at).filter(person__email__iexact=email)
    if role:
        found = found.filter(role=role)
    first = found.select_related("person", "agency").order_by("pk").first()
    if first is None:
        raise NotFound(
            "Nobody with that e-mail address has that role now: "
            "write EMAIL or EMAIL:ROLE, such as cara@example.org:agency_coordinator."
        )
    return first


def membership_ever_named(words: str, at: dt.datetime) -> Membership:
    """As `membership_named`; where none holds now, the last that did. Raises NotFound."""
    try:
        return membership_named(words, at)
    except NotFound:
        email, _, role = words.partition(":")
        found = Membership.objects.filter(person__email__iexact=email)
        if role:
            found = found.filter(role=role)
        last = found.select_related("person", "agency").order_by("-valid_from", "-pk").first()
        if last is None:
            raise
        return last


def person_by_email(email: str) -> Person | None:
    """The person with that address in any case, active or not."""
    return Person.objects.filter(email__iexact=email.strip()).first()


@dataclass(frozen=True)
class PeoplePage:
    """Some people in the order of their names, and the key after which the next page begins."""

    people: list[Person]
    after: int | None


def all_people() -> QuerySet[Person]:
    """Everybody; what a viewer may see of them `visible_to` says."""
    return Person.objects.order_by("name", "pk")


def membership_with(key: int) -> Membership | None:
    """The membership of that key with its person and agency, for the worker."""
    return Membership.objects.select_related("person", "agency").filter(pk=key).first()


def all_memberships() -> QuerySet[Membership]:
    """Every membership, with person and agency; `visible_to` says which a viewer may see."""
    return Membership.objects.select_related("person", "agency").order_by("pk")


def people_for(
    viewer: Viewer, *, words: str = "", agency: int | None = None, state: str = "", after: int = 0
) -> PeoplePage:
    """The people whom the viewer may see, with such memberships as the viewer may see. Two queries,
    three from the second page on."""
    found = visible_to(viewer, "person.see", all_people())
    shown = visible_to(viewer, "membership.see", all_memberships())
    for word in words.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if agency is not None:
        held = Membership.objects.not_ended(viewer.at).filter(agency=agency, person=OuterRef("pk"))
        found = found.filter(Exists(visible_to(viewer, "membership.see", held)))
    found = _in_state(found, state)
    # Of somebody whom the viewer may not see, even their place in the alphabet stays hidden.
    seen = visible_to(viewer, "person.see", all_people())
    last = seen.filter(pk=after).first() if after else None
    if last is not None:
        found = found.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    people = list(found.prefetch_related(Prefetch("memberships", shown))[: PAGE + 1])
    return PeoplePage(people[:PAGE], people[PAGE - 1].pk if len(people) > PAGE else None)


def _in_state(people: QuerySet[Person], state: str) -> QuerySet[Person]:
    invited = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if state == "out":
        return people.filter(is_active=False)
    if state == "invited":
        return people.filter(invited, is_active=True)
    if state == "active":
        return people.filter(~invited, is_active=True)
    return people


def memberships_of(viewer: Viewer, person: Person) -> list[Membership]:
    """Those of the person's memberships that the viewer may see, newest first. One query."""
    shown = visible_to(viewer, "membership.see", all_memberships().filter(person=person))
    return list(shown.order_by("-valid_from", "-pk"))


def breaks_glass(membership: Membership) -> bool:
    """Whether the role is one in which glass may be broken, once the right to it is given."""
    return has_role_for(membership.role, "glass.break")


def changeable_memberships(viewer: Viewer, person: Person) -> set[int]:
    """The keys of those that the viewer may end, with the second factor again. One query."""
    theirs = all_memberships().filter(person=person, role__in=roles_given_by(viewer.role))
    found = visible_to(viewer, "membership.end", theirs)
    return set(found.values_list("pk", flat=True))


def _current_of(partnership: int | None, roles: Iterable[Role]) -> QuerySet[Membership]:
    return (
        Membership.objects.current(timezone.now())
        .filter(agency__partnership=partnership, role__in=list(roles))
        .select_related("person", "agency")
        .order_by("pk")
    )


def privacy_officers_of(partnership: int | None) -> list[Person]:
    """The privacy officers of a partnership now; of every one, for what happened in none."""
    officers = _current_of(partnership, [Role.PRIVACY_OFFICER])
    if partnership is None:
        officers = Membership.objects.current(timezone.now()).filter(role=Role.PRIVACY_OFFICER)
    return [one.person for one in officers.select_related("person")]


def holding(agency: int | None, roles: Iterable[Role]) -> list[Membership]:
    """Who holds one of the roles in an agency now, each with the person. One query."""
    found = Membership.objects.current(timezone.now()).filter(
        agency=agency, role__in=list(roles), person__is_active=True
    )
    return list(found.select_related("person").order_by("person__name", "pk"))


def people_who_may(
    action: str, record: Model, partnership: int | None, roles: Sequence[Role]
) -> list[Person]:
    """Those of the roles in the partnership who may do that to the record. Two queries for each."""
    at = timezone.now()
    found = _current_of(partnership, list(roles))
    able = [one.person for one in found if may(viewer_of(one, at=at), action, record)]
    return list(dict.fromkeys(able))


def holding_in(agency: int, roles: Collection[Role], *, on: RecordRef) -> list[Person]:
    """Who holds one of the roles in the agency now and is not in conflict with the record.

    One query, and two for each.
    """
    at = timezone.now()
    found = Membership.objects.current(at).filter(agency=agency, role__in=list(roles))
    return [
        one.person
        for one in found.select_related("person", "agency").order_by("pk")
        if (facts := facts_of(viewer_of(one, at=at), on.kind, [on.key]).get(on.key))
        and not facts.is_conflicted
    ]


_ANSWERING = (Role.SAFEGUARDING_LEAD, Role.AUDIT_COORDINATOR)


def answering_for(
    on: RecordRef,
    partnership: int | None,
    of: Collection[int] = (),
    roles: Collection[Role] = _ANSWERING,
) -> list[Person]:
    """The safeguarding leads and coordinators whose own record it is, and the leads `of` agencies.

    Others than these where `roles` are given. Nobody who is in conflict. Two queries for each.
    """
    at = timezone.now()
    leads = _current_of(partnership, roles)
    return [
        one.person
        for one in leads
        if (facts := facts_of(viewer_of(one, at=at), on.kind, [on.key]).get(on.key))
        and ({Relation.OWNER, Relation.SHARED} & facts.relations or one.agency_id in of)
        and not facts.is_conflicted
    ]
