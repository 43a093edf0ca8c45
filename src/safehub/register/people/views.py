"""Looking somebody up, recording somebody new, and the page of one person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.foundation.access.decision import check, classes_of, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.register.people import commands, presenters, queries
from safehub.register.people.faces import face_sought
from safehub.register.people.forms import RecordForm, SearchForm
from safehub.register.people.looking import Candidate, candidates_for, outcome_of
from safehub.register.people.looks.commands import look_up
from safehub.register.people.models import Individual, LookUp
from safehub.register.people.states import Birth


def search(request: HttpRequest) -> HttpResponse:
    """Ask whom somebody looks for."""
    viewer = viewer_on(request)
    check(viewer, "individual.search")
    return submit(
        request,
        SearchForm,
        act=lambda form: look_up(by=viewer, **form.cleaned_data),
        title="Is this person known?",
        lead="Type as much as you know. Spelling need not be right, and given and family name may "
        "stand the other way round. One name by itself finds whoever has no other; with a whole "
        "postcode it finds a family, and a child who is not born yet.",
        success="",
        then=lambda made: reverse("register:results", args=[made.pk]),
        button="Look the person up",
    )


@require_safe
def results(request: HttpRequest, key: int) -> HttpResponse:
    """Whoever may be the person, the likeliest first, and why."""
    viewer = viewer_on(request)
    found = queries.opened_look_up(viewer, key)
    candidates = candidates_for(viewer, face_sought(found))
    noted_list(viewer, "individual.see", candidates)
    return page(
        request,
        "people/results.html",
        title="Who this may be",
        look_up=found,
        sought=presenters.sought_facts(found),
        outcome=outcome_of(candidates).label,
        rows=presenters.candidate_rows(candidates),
        records=may(viewer, "individual.record"),
    )


def record(request: HttpRequest, key: int) -> HttpResponse:
    """Record somebody new, once each who looks like them was called somebody else."""
    viewer = viewer_on(request)
    found = queries.opened_look_up(viewer, key)
    check(viewer, "individual.record")
    likely = _likely(request, viewer, found)
    return submit(
        request,
        RecordForm,
        act=lambda form: _recorded(form, viewer),
        title="Record somebody new",
        template="people/record.html",
        success="The person is recorded.",
        then=lambda made: reverse("register:individual", args=[made.pk]),
        record=found,
        initial=_typed_before(found),
        form_kwargs={"likely": presenters.choices_of(likely)},
        rows=presenters.candidate_rows(likely),
        button="Record the person",
        cancel=reverse("register:results", args=[key]),
    )


def _typed_before(found: LookUp) -> dict[str, object]:
    """What was looked for begins the form."""
    return {
        "given_names": found.given_names,
        "family_name": found.family_name,
        "birth": Birth.EXACT if found.born_on else "",
        "born_on": found.born_on,
        "postcode": found.postcode,
        "nhs_number": found.nhs_number,
    }


def _likely(request: HttpRequest, viewer: Viewer, found: LookUp) -> list[Candidate]:
    """Who looks like what was typed, looked for again each time: in the form, or the search."""
    sought = face_sought(found)
    if request.method == "POST":
        typed = RecordForm(request.POST)
        if typed.is_valid():
            sought = typed.face()
    candidates = [one for one in candidates_for(viewer, sought) if one.is_likely]
    noted_list(viewer, "individual.see", candidates)
    return candidates


def _recorded(form: RecordForm, viewer: Viewer) -> Individual:
    data = form.cleaned_data
    return commands.record_individual(
        given_names=data["given_names"],
        family_name=data["family_name"],
        said=form.said,
        nhs_number=data["nhs_number"],
        lived=form.lived(),
        others={int(one) for one in data.get("others", ())},
        by=viewer,
    )


@require_safe
def individual(request: HttpRequest, key: int) -> HttpResponse:
    """One person, with all that is known and may be shown."""
    viewer = viewer_on(request)
    found = queries.whole_individual(viewer, key)
    changes = may(viewer, "individual.change", found)
    classes = classes_of(viewer, "individual.see", found)
    shown = presenters.shown(found, classes, changes=changes)
    return page(
        request,
        "people/individual.html",
        title=shown.title,
        one=found,
        shown=shown,
        changes=changes,
        is_unborn=found.birth == Birth.UNBORN,
        searches=may(viewer, "individual.search"),
        reads_trail=may(viewer, "trail.see"),
    )
