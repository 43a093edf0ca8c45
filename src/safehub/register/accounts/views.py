"""People and their memberships, for those who look after them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import Refusal, check, may, open_record
from safehub.foundation.access.queries import visible_to
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.register.accounts import commands, forms, presenters
from safehub.register.accounts.guards import is_elsewhere, role_beyond
from safehub.register.accounts.invitations.commands import begin_anew, invite
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.offers.commands import offer_role
from safehub.register.accounts.offers.queries import offers_by_agencies_of
from safehub.register.accounts.queries import (
    ADMINISTRATORS,
    all_memberships,
    all_people,
    breaks_glass,
    changeable_memberships,
    memberships_of,
    once_stepped_up,
    people_for,
    person_by_email,
)
from safehub.register.accounts.rules import end_of, roles_given_by
from safehub.register.accounts.stepping_up import second_factor_first
from safehub.register.agencies.models import Agency
from safehub.register.agencies.queries import all_agencies


def _viewer(request: HttpRequest) -> Viewer:
    """The doors let nobody through without one."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def _person(request: HttpRequest, action: str, key: int) -> Person:
    """The person, if the viewer may do that to them. A refused person is not there."""
    viewer = _viewer(request)
    person = open_record(viewer, "person.see", all_people(), pk=key)
    if action != "person.see":
        check(viewer, action, person)
    return person


def _agencies(viewer: Viewer, action: str) -> list[Agency]:
    found = list(visible_to(viewer, action, all_agencies()))
    if not found:
        raise not_allowed(
            "Your role does not look after anybody's account.",
            Refusal(viewer, action, None, Reason.ROLE),
        )
    return found


def _roles(viewer: Viewer) -> list[Role]:
    """In the order of the vocabulary."""
    return [role for role in Role if role in roles_given_by(viewer.role)]


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody whom the viewer looks after or may ask, narrowed and a page at a time."""
    viewer = _viewer(request)
    agencies = list(visible_to(viewer, "agency.see", all_agencies()))
    form = forms.FindPeopleForm(request.GET, agencies=agencies)
    asked = form.cleaned_data if form.is_valid() else {}
    found = people_for(
        viewer,
        words=asked.get("q", ""),
        agency=int(asked["agency"]) if asked.get("agency") else None,
        state=asked.get("state", ""),
        after=_number(request.GET.get("after", "")),
    )
    wanted = {name: value for name, value in asked.items() if value}
    may_invite = bool(roles_given_by(viewer.role))
    offers = offers_by_agencies_of(viewer, timezone.now()) if may_invite else []
    older = f"?{urlencode({**wanted, 'after': found.after})}" if found.after else ""
    return page(
        request,
        "accounts/people.html",
        title="People",
        find=form,
        columns=presenters.PEOPLE_COLUMNS,
        rows=presenters.people_rows(found.people, timezone.now()),
        older=older,
        is_narrowed=bool(wanted),
        may_invite=may_invite,
        offers=offers,
        offer_columns=presenters.OFFER_COLUMNS,
        offer_rows=presenters.offer_rows(offers),
    )


def _number(text: str) -> int:
    """A key from an address; what is none begins at the beginning."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


@require_safe
def person(request: HttpRequest, key: int) -> HttpResponse:
    """One person, with memberships and what may be done."""
    viewer, now = _viewer(request), timezone.now()
    found = _person(request, "person.see", key)
    return page(
        request,
        "accounts/person.html",
        title=found.name,
        back=reverse("accounts:people"),
        person=found,
        facts=presenters.person_facts(found, now),
        columns=presenters.MEMBERSHIP_COLUMNS,
        rows=presenters.membership_rows(
            memberships_of(viewer, found), now, changeable_memberships(viewer, found)
        ),
        **_what_may_be_done(viewer, found),
    )


def _what_may_be_done(viewer: Viewer, found: Person) -> dict[str, bool]:
    manages, is_in = may(viewer, "person.invite", found), found.is_active
    others = manages and found.pk != viewer.person
    is_ours = manages and not is_elsewhere(viewer, found)
    has_rank = others and is_ours and role_beyond(viewer, found) is None
    return {
        "may_rename": is_ours and is_in,
        "may_invite": manages and is_in and not found.has_usable_password(),
        # Also for who has no password: a sign-on or second factors may be what went wrong.
        "may_begin_anew": has_rank and is_in,
        "may_deactivate": has_rank and is_in,
        "may_reactivate": has_rank and not is_in,
        "may_add": others and is_in,
    }


@second_factor_first
def invite_person(request: HttpRequest) -> HttpResponse:
    """Somebody new with a first role. Who is the viewer's to look after gets the role at once.

    Anybody else is offered it, in the same words whether or not they are known: nothing here tells
    who has an account.
    """
    viewer = _viewer(request)
    agencies = _agencies(viewer, "person.add")

    def act(form: forms.InvitePersonForm) -> str:
        data, agency = form.cleaned_data, form.chosen_agency()
        known = person_by_email(data["email"])
        manages_all = viewer.role in ADMINISTRATORS
        if not manages_all and (known is None or not may(viewer, "person.invite", known)):
            _offer_role(form, viewer)
            return reverse("accounts:people")
        invited = known or commands.add_person(
            email=data["email"], name=data["name"], agency=agency, by=viewer
        )
        _add_membership(form, invited, viewer)
        if invited.is_active and not invited.has_usable_password():
            invite(person=invited, by=viewer)
        return reverse("accounts:person", args=[invited.pk])

    return submit(
        request,
        forms.InvitePersonForm,
        act=act,
        title="Invite somebody",
        success="The invitation is on its way.",
        form_kwargs={"agencies": agencies, "roles": _roles(viewer)},
        back=reverse("accounts:people"),
    )


def _offer_role(form: forms.InvitePersonForm, viewer: Viewer) -> None:
    data = form.cleaned_data
    offer_role(
        email=data["email"],
        name=data["name"],
        agency=form.chosen_agency(),
        role=Role(data["role"]),
        unit=data["unit"],
        valid_to=end_of(data["ends_on"]),
        trained_until=data["trained_until"],
        by=viewer,
    )


def _add_membership(form: forms.MembershipFields, to: Person, viewer: Viewer) -> Membership:
    data = form.cleaned_data
    return commands.add_membership(
        person=to,
        agency=form.chosen_agency(),
        role=Role(data["role"]),
        unit=data["unit"],
        valid_to=end_of(data["ends_on"]),
        trained_until=data["trained_until"],
        by=viewer,
    )


@second_factor_first
def add_membership(request: HttpRequest, key: int) -> HttpResponse:
    """A further role for somebody."""
    viewer, found = _viewer(request), _person(request, "person.see", key)
    there = reverse("accounts:person", args=[found.pk])

    def act(form: forms.AddMembershipForm) -> str:
        _add_membership(form, found, viewer)
        return there

    return submit(
        request,
        forms.AddMembershipForm,
        act=act,
        title="Give a role",
        success="The role was given.",
        record=found,
        form_kwargs={"agencies": _agencies(viewer, "membership.add"), "roles": _roles(viewer)},
        back=there,
    )


def rename(request: HttpRequest, key: int) -> HttpResponse:
    """The name as it is now."""
    viewer, found = _viewer(request), _person(request, "person.rename", key)
    return _submit_on_person(
        request,
        forms.RenameForm,
        found,
        lambda form: commands.rename_person(
            person=found, name=form.cleaned_data["name"], by=viewer
        ),
        title="Change the name",
        success="The name was changed.",
    )


def send_again(request: HttpRequest, key: int) -> HttpResponse:
    """The invitation with a new link; the old one ends."""
    viewer, found = _viewer(request), _person(request, "person.invite", key)
    return _submit_on_person(
        request,
        forms.ConfirmForm,
        found,
        lambda _: invite(person=found, by=viewer),
        title="Send the invitation again",
        success="The invitation is on its way; an earlier link no longer works.",
    )


@second_factor_first
def start_anew(request: HttpRequest, key: int) -> HttpResponse:
    """For who lost what they sign in with."""
    viewer, found = _viewer(request), _person(request, "person.begin_anew", key)
    return _submit_on_person(
        request,
        forms.ConfirmForm,
        found,
        lambda _: begin_anew(person=found, by=viewer),
        title="Begin the account anew",
        success="Whatever they signed in with was taken away, and an invitation is on its way.",
    )


@second_factor_first
def deactivate(request: HttpRequest, key: int) -> HttpResponse:
    """From the next request on."""
    viewer, found = _viewer(request), _person(request, "person.deactivate", key)
    return _submit_on_person(
        request,
        forms.ConfirmForm,
        found,
        lambda _: commands.deactivate_person(person=found, by=viewer),
        title="Shut this person out",
        success="This person can no longer sign in.",
    )


@second_factor_first
def reactivate(request: HttpRequest, key: int) -> HttpResponse:
    """Somebody who was shut out signs in again as before."""
    viewer, found = _viewer(request), _person(request, "person.reactivate", key)
    return _submit_on_person(
        request,
        forms.ConfirmForm,
        found,
        lambda _: commands.reactivate_person(person=found, by=viewer),
        title="Let this person back in",
        success="This person can sign in again.",
    )


def _submit_on_person(
    request: HttpRequest, form_class: Any, found: Person, act: Any, *, title: str, success: str
) -> HttpResponse:
    """Done, and back to the person's page."""
    there = reverse("accounts:person", args=[found.pk])
    return submit(
        request,
        form_class,
        act=act,
        title=title,
        success=success,
        then=there,
        record=found,
        back=there,
    )


def _membership(
    request: HttpRequest, action: str, key: int, *, is_offered: bool = False
) -> Membership:
    """The membership, if the viewer may do that to it; `is_offered`: with the second factor again,
    which is asked for on the way."""
    viewer = _viewer(request)
    found = open_record(viewer, "membership.see", all_memberships(), pk=key)
    check(once_stepped_up(viewer) if is_offered else viewer, action, found)
    return found


@require_safe
def membership(request: HttpRequest, key: int) -> HttpResponse:
    """What may be changed of one membership."""
    viewer = _viewer(request)
    found = _membership(request, "membership.end", key, is_offered=True)
    return page(
        request,
        "accounts/membership.html",
        title="Change a role",
        back=reverse("accounts:person", args=[found.person_id]),
        membership=found,
        role=presenters.role_words(found),
        may_end=found.role in roles_given_by(viewer.role),
        may_train=may(viewer, "membership.train", found),
        may_let_break_glass=(found.has_break_glass or breaks_glass(found))
        and may(once_stepped_up(viewer), "membership.let_break_glass", found),
        glass=presenters.glass_words(found),
    )


@second_factor_first
def end_membership(request: HttpRequest, key: int) -> HttpResponse:
    """Now, or at the end of a day."""
    viewer, found = _viewer(request), _membership(request, "membership.end", key)
    there = reverse("accounts:person", args=[found.person_id])
    return submit(
        request,
        forms.EndMembershipForm,
        act=lambda form: commands.end_membership(
            membership=found, at=end_of(form.cleaned_data["ends_on"]), by=viewer
        ),
        title="End a role",
        success=presenters.ended_words,
        then=lambda ended: there if _still_open(viewer, ended) else reverse("accounts:people"),
        record=found,
        back=there,
    )


def _still_open(viewer: Viewer, ended: Membership) -> bool:
    """Whether the person's page still is, now that the role has or will have an end.

    It closes with the last role that the viewer's agency knows the person by.
    """
    return may(replace(viewer, at=timezone.now()), "person.see", ended.person)


def train(request: HttpRequest, key: int) -> HttpResponse:
    """Until when the training holds."""
    viewer, found = _viewer(request), _membership(request, "membership.train", key)
    there = reverse("accounts:person", args=[found.person_id])
    return submit(
        request,
        forms.TrainingForm,
        act=lambda form: commands.change_training_date(
            membership=found, trained_until=form.cleaned_data["trained_until"], by=viewer
        ),
        title="Change the training date",
        success="The training date was changed.",
        then=there,
        record=found,
        back=there,
    )


@second_factor_first
def let_break_glass(request: HttpRequest, key: int) -> HttpResponse:
    """From the next request on they may, in this role."""
    return _settle_glass(
        request,
        key,
        is_allowed=True,
        title="Let this person break glass",
        success="This person may break glass in that role. Each time is told of and reviewed.",
    )


@second_factor_first
def take_glass(request: HttpRequest, key: int) -> HttpResponse:
    """From the next request on they may not any more."""
    return _settle_glass(
        request,
        key,
        is_allowed=False,
        title="Take away the right to break glass",
        success="This person may not break glass in that role any more.",
    )


def _settle_glass(
    request: HttpRequest, key: int, *, is_allowed: bool, title: str, success: str
) -> HttpResponse:
    """An address for each of the two, so that a page opened before does not turn it round."""
    viewer, found = _viewer(request), _membership(request, "membership.let_break_glass", key)
    there = reverse("accounts:membership", args=[found.pk])
    return submit(
        request,
        forms.ConfirmForm,
        act=lambda _: commands.let_break_glass(membership=found, is_allowed=is_allowed, by=viewer),
        title=title,
        success=success,
        then=there,
        record=found,
        back=there,
    )
