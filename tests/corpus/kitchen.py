"""Forms with every kind of field, for edits and for visitors; their table lives here alone."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.apps.registry import Apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, reverse

from safehub.foundation.errors import NotAllowed, NotPossible, TrailUnavailable
from safehub.foundation.govuk import forms
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.forms import EditForm
from safehub.foundation.submissions.models import Versioned
from safehub.foundation.submissions.submitting import submit

KINDS = [("soup", "Soup"), ("bread", "Bread"), ("tea", "Tea")]


class Recipe(Versioned):
    """Outside the registry of apps: no sweep over the product's models meets it."""

    title = models.CharField(max_length=200)
    story = models.TextField(blank=True)
    kind = models.CharField(max_length=20, default="soup")
    portions = models.PositiveIntegerField(default=1)
    made_on = models.DateField(null=True)
    is_hot = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Recipe]] = models.Manager()

    class Meta:
        app_label = "kitchen"
        apps = Apps()


class SinkForm(forms.Form):
    title = forms.TextField("Title")
    story = forms.LongTextField("Story", required=False)
    email = forms.EmailField("Email address", required=False)
    portions = forms.WholeNumberField("Portions", most=1000)
    made_on = forms.DateField(
        "Made on",
        required=False,
        earliest=dt.date(1900, 1, 1),
        latest=lambda: dt.date(2026, 11, 24),
    )
    kind = forms.RadiosField("Kind", KINDS)
    other = forms.SelectField("Other kind", KINDS, required=False)
    tags = forms.CheckboxesField("Tags", KINDS, required=False)
    is_hot = forms.CheckboxField("It is hot")
    picture = forms.FileField("Picture", required=False, endings=(".png",), most_bytes=100_000)
    password = forms.PasswordField("Password", required=False)


class RecipeForm(EditForm, forms.Form):
    title = forms.TextField("Title")
    story = forms.LongTextField("Story", required=False)
    kind = forms.RadiosField("Kind", KINDS)
    portions = forms.WholeNumberField("Portions", most=1000)
    made_on = forms.DateField("Made on", required=False)
    is_hot = forms.CheckboxField("It is hot")


class TellForm(forms.Form):
    story = forms.LongTextField("What happened?")


class SecretForm(forms.Form):
    keeps_drafts = False
    story = forms.LongTextField("What is secret?")


SINK = {
    "title": "Pea soup",
    "story": "Ham and peas.",
    "email": "cook@example.org",
    "portions": "4",
    "made_on-day": "29",
    "made_on-month": "2",
    "made_on-year": "2024",
    "kind": "soup",
    "other": "tea",
    "tags": ["soup", "tea"],
    "is_hot": "on",
}


def cook(data: dict[str, Any]) -> Recipe:
    """Does what its title asks, or refuses as a command would."""
    if data["title"] == "refuse":
        raise NotPossible("There is no such dish: cook another.")
    if data["title"] == "forbid":
        raise NotAllowed("Only a cook may cook this.")
    made = Recipe.objects.create(
        title=data["title"],
        story=data.get("story", ""),
        kind=data.get("kind", "soup"),
        portions=data.get("portions", 1),
        made_on=data.get("made_on"),
        is_hot=data.get("is_hot", False),
    )
    if data["title"] == "fail late":
        raise NotPossible("It burnt at the last moment: begin again.")
    if data["title"] == "no trail":
        raise TrailUnavailable("It could not be written down, so it was not done.")
    if data["title"] == "break":
        raise RuntimeError("a fault of ours")
    return made


def sink(request: HttpRequest) -> HttpResponse:
    return submit(
        request,
        SinkForm,
        act=lambda form: cook(form.cleaned_data),
        title="Cook",
        success=lambda made: f"{made.title} is cooked.",
        then=lambda made: f"/cooked/?made={made.pk}",
    )


def edit(request: HttpRequest, key: int) -> HttpResponse:
    recipe = Recipe.objects.filter(pk=key).first()
    if recipe is None:
        return HttpResponse("Not found", status=404)

    def act(form: Any) -> str:
        now = Recipe.objects.get(pk=key)
        for name, value in form.cleaned_data.items():
            setattr(now, name, value)
        now.save_guarded(update_fields=form.cleaned_data)
        return "/cooked/"

    return submit(request, RecipeForm, act=act, title="Edit", success="Saved.", record=recipe)


def tell(request: HttpRequest) -> HttpResponse:
    return submit(
        request,
        TellForm,
        act=lambda form: cook({"title": "Told", **form.cleaned_data}),
        title="Tell us",
        success="Thank you.",
        then="/cooked/",
    )


def whisper(request: HttpRequest) -> HttpResponse:
    return submit(
        request,
        SecretForm,
        act=lambda form: cook({"title": "Whispered", **form.cleaned_data}),
        title="Whisper",
        success="Thank you.",
        then="/cooked/",
    )


def cooked(request: HttpRequest) -> HttpResponse:
    """A list with a search: what absurd questions are put to."""
    found = Recipe.objects.filter(title__icontains=request.GET.get("q", ""))[:50]
    return page(
        request,
        "govuk/problem.html",
        title="Cooked",
        lines=[f"{recipe.title}: {recipe.story[:500]}" for recipe in found],
    )


urlpatterns = [
    path("drafts/", include("safehub.foundation.submissions.urls")),
    path("sink/", sink, name="sink"),
    path("recipes/<int:key>/", edit, name="edit"),
    path("tell/", tell, name="tell"),
    path("whisper/", whisper, name="whisper"),
    path("cooked/", cooked, name="cooked"),
]


def address_of(recipe: Recipe) -> str:
    return reverse("edit", args=[recipe.pk])
