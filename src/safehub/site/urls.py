"""Every address of the product."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from safehub.audit.actions import views as actions
from safehub.audit.reports.board import views as board
from safehub.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("health/", login_not_required(views.health), name="health"),
    path("ready/", login_not_required(views.ready), name="ready"),
    path("audits/", include("safehub.audit.urls")),
    path("actions/", actions.own_actions, name="own_actions"),
    path("board/", board.board, name="board"),
    path("programme/", include("safehub.audit.planning.urls")),
    path("commissions/", include("safehub.audit.programmes.commissioning.urls")),
    path("tools/", include("safehub.instruments.urls")),
    path("tools/", include("safehub.exchange.fhir_questionnaire.urls")),
    path("trail/<str:kind>/<int:key>/", views.trail_of_record, name="trail"),
    path("letters/", views.letters, name="letters"),
    path("letters/<int:key>/lay-aside/", views.lay_aside, name="lay_aside"),
    path("letters/<int:key>/retry/", views.retry, name="retry"),
    path("tasks/<int:key>/lay-aside/", views.lay_task_aside, name="lay_task_aside"),
    path("tasks/<int:key>/retry/", views.retry_task, name="retry_task"),
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/<int:key>/close/", views.close_alert, name="close_alert"),
    path("labels/", views.labels, name="labels"),
    path("labels/<int:key>/", views.recheck_label, name="recheck_label"),
    path("glass/", views.broken_glass, name="glass"),
    path("glass/<str:kind>/<int:key>/", views.break_glass, name="break_glass"),
    path("glass/<int:key>/review/", views.review_glass, name="review_glass"),
    path("glass/<int:key>/confirm/", views.confirm_glass, name="confirm_glass"),
    path("conflicts/", views.conflicts, name="conflicts"),
    path("conflicts/<int:key>/", views.decide_conflict, name="decide_conflict"),
    path("conflicts/<int:key>/reverse/", views.reverse_conflict, name="reverse_conflict"),
    path("conflicts/<str:kind>/<int:key>/", views.declare_conflict, name="declare_conflict"),
    path("register/", include("safehub.register.people.urls")),
    path("drafts/", include("safehub.foundation.submissions.urls")),
    path("", include("safehub.register.accounts.urls")),
]

handler400 = "safehub.site.edge.bad_request"
handler403 = "safehub.site.edge.forbidden"
handler404 = "safehub.site.edge.not_found"
handler500 = "safehub.site.edge.failed"
