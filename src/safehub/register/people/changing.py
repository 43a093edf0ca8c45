"""Changing what is known of a person: names, numbers, addresses, birth, death."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.foundation.access.decision import classes_of
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent
from safehub.foundation.submissions.submitting import submit
from safehub.register.agencies.queries import agencies_in
from safehub.register.people import commands, forms, queries
from safehub.register.people.commands import Lived
from safehub.register.people.models import Address, Individual

Does = Callable[[Individual, Any, Viewer], object]


def _asked(
    request: HttpRequest,
    key: int,
    form_class: type[BaseForm],
    does: Does,
    *,
    title: str,
    success: str,
    **more: Any,
) -> HttpResponse:
    """One form about one person, who is opened to be changed."""
    viewer = viewer_on(request)
    found = queries.opened_individual(viewer, key, "individual.change")
    back = reverse("register:individual", args=[key])
    return submit(
        request,
        form_class,
        act=lambda form: does(found, form, viewer),
        title=title,
        success=success,
        then=back,
        record=found,
        cancel=back,
        **more,
    )


def add_name(request: HttpRequest, key: int) -> HttpResponse:
    """Add a name."""
    return _asked(
        request,
        key,
        forms.NameForm,
        lambda found, form, by: commands.add_name(individual=found, by=by, **form.cleaned_data),
        title="Add a name",
        success="The name is added.",
        button="Add the name",
    )


def add_identifier(request: HttpRequest, key: int) -> HttpResponse:
    """Add a number."""

    def does(found: Individual, form: forms.IdentifierForm, by: Viewer) -> object:
        data = form.cleaned_data
        return commands.add_identifier(
            individual=found,
            scheme=data["scheme"],
            number=data["number"],
            agency=form.of.get(data["agency"]),
            by=by,
        )

    viewer = viewer_on(request)
    found = queries.opened_individual(viewer, key, "individual.change")
    return _asked(
        request,
        key,
        forms.IdentifierForm,
        does,
        title="Add a number",
        success="The number is added.",
        button="Add the number",
        form_kwargs={"agencies": agencies_in(found.partnership_id)},
    )


def add_address(request: HttpRequest, key: int) -> HttpResponse:
    """Add an address."""

    def does(found: Individual, form: forms.AddressForm, by: Viewer) -> object:
        data = form.cleaned_data
        lived = form.lived(data["lived_from"], data["lived_until"])
        # Blank for spaces alone, which the command refuses in words.
        return commands.add_address(individual=found, lived=lived or Lived(""), by=by)

    return _asked(
        request,
        key,
        forms.AddressForm,
        does,
        title="Add an address",
        success="The address is added.",
        button="Add the address",
    )


def end_address(request: HttpRequest, key: int, address: int) -> HttpResponse:
    """Say until when somebody lived at an address. Of a protected one only to whom it shows."""
    viewer = viewer_on(request)
    found = queries.opened_individual(viewer, key, "individual.change")
    here = queries.address_of(found, address)
    if here is None or _is_hidden(viewer, found, here):
        raise Absent("There is nothing here that you may see.")
    return _asked(
        request,
        key,
        forms.EndAddressForm,
        lambda one, form, by: commands.end_address(
            individual=one, address=address, lived_until=form.cleaned_data["lived_until"], by=by
        ),
        title="Until when did they live there?",
        success="The last day at that address is kept.",
    )


def _is_hidden(viewer: Viewer, found: Individual, here: Address) -> bool:
    classes = classes_of(viewer, "individual.see", found)
    needed = FieldClass.PROTECTED if here.is_protected else FieldClass.IDENTITY
    return needed not in classes


def contact(request: HttpRequest, key: int) -> HttpResponse:
    """Say how and when it is safe to make contact."""
    return _asked(
        request,
        key,
        forms.ContactForm,
        lambda found, form, by: commands.say_safe_contact(
            individual=found, by=by, **form.cleaned_data
        ),
        title="Safe contact",
        lead="It shows to whoever decides or makes contact, and to nobody else.",
        success="How it is safe to make contact is kept.",
    )


def correct_birth(request: HttpRequest, key: int) -> HttpResponse:
    """Correct what is recorded of birth and sex."""
    viewer = viewer_on(request)
    one = queries.opened_individual(viewer, key, "individual.change")
    if FieldClass.IDENTITY not in classes_of(viewer, "individual.see", one):
        raise Absent("There is nothing here that you may see.")
    return _asked(
        request,
        key,
        forms.CorrectBirthForm,
        lambda found, form, by: commands.correct_birth(
            individual=found, said=form.said, why=form.cleaned_data["why"], by=by
        ),
        title="Correct birth or sex",
        lead="What stands now is kept in the history of this person.",
        success="The correction is kept.",
    )


def born(request: HttpRequest, key: int) -> HttpResponse:
    """Record that an unborn child is born."""
    return _asked(
        request,
        key,
        forms.BornForm,
        lambda found, form, by: commands.mark_born(individual=found, by=by, **form.cleaned_data),
        title="The child is born",
        lead="The record stays the same one, with all that was known before. Of twins, record the "
        "second as somebody new.",
        success="The birth is recorded. Add the child's name.",
        button="Record the birth",
    )


def lost(request: HttpRequest, key: int) -> HttpResponse:
    """Record how a pregnancy ended without a living child."""
    return _asked(
        request,
        key,
        forms.LostForm,
        lambda found, form, by: commands.mark_lost(individual=found, by=by, **form.cleaned_data),
        title="The pregnancy ended",
        lead="The record stays. Before anybody writes to the family or rings them, tell them of "
        "this.",
        success="That the pregnancy ended is recorded.",
        button="Record it",
    )


def died(request: HttpRequest, key: int) -> HttpResponse:
    """Record that somebody died."""
    return _asked(
        request,
        key,
        forms.DiedForm,
        lambda found, form, by: commands.mark_died(individual=found, by=by, **form.cleaned_data),
        title="The person died",
        success="The death is recorded.",
        button="Record the death",
    )
