"""Addresses of the programme."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from safehub.audit.planning import calendars, views

app_name = "programme"
urlpatterns = [
    path("", views.programme, name="programme"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/new/", calendars.make_address, name="calendar_new"),
    path("calendar/off/", calendars.switch_off, name="calendar_off"),
    path(
        "calendar/<int:key>/<str:token>.ics",
        login_not_required(calendars.ics),
        name="ics",
    ),
    path("plan/", views.plan, name="plan"),
    path("<int:key>/", views.planned, name="planned"),
    path("<int:key>/change/", views.change, name="change"),
    path("<int:key>/drop/", views.drop, name="drop"),
    path("<int:key>/commission/", views.begin, name="begin"),
]
