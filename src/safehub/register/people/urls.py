"""Addresses of the register of people."""

from __future__ import annotations

from django.urls import path

from safehub.register.people import changing, views

app_name = "register"
urlpatterns = [
    path("", views.search, name="search"),
    path("look-ups/<int:key>/", views.results, name="results"),
    path("look-ups/<int:key>/record/", views.record, name="record"),
    path("<int:key>/", views.individual, name="individual"),
    path("<int:key>/name/", changing.add_name, name="add_name"),
    path("<int:key>/number/", changing.add_identifier, name="add_identifier"),
    path("<int:key>/address/", changing.add_address, name="add_address"),
    path("<int:key>/address/<int:address>/", changing.end_address, name="end_address"),
    path("<int:key>/contact/", changing.contact, name="contact"),
    path("<int:key>/birth/", changing.correct_birth, name="correct_birth"),
    path("<int:key>/born/", changing.born, name="born"),
    path("<int:key>/lost/", changing.lost, name="lost"),
    path("<int:key>/died/", changing.died, name="died"),
]
