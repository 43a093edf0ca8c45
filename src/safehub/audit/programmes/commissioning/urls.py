"""Addresses of commissions."""

from __future__ import annotations

from django.urls import path

from safehub.audit.programmes.commissioning import views

app_name = "commissions"
urlpatterns = [
    path("", views.commissions, name="commissions"),
    path("start/", views.start, name="start"),
    path("<int:key>/", views.commission, name="commission"),
    path("<int:key>/about/", views.about, name="about"),
    path("<int:key>/themes/", views.themes, name="themes"),
    path("<int:key>/agencies/", views.agencies, name="agencies"),
    path("<int:key>/tool/", views.tool, name="tool"),
    path("<int:key>/grading/", views.grading, name="grading"),
    path("<int:key>/sample/", views.sample, name="sample"),
    path("<int:key>/dates/", views.dates, name="dates"),
    path("<int:key>/ask/", views.ask, name="ask"),
    path("<int:key>/discard/", views.discard, name="discard"),
    path("<int:key>/send-back/", views.send_back, name="send_back"),
    path("<int:key>/sign/", views.sign, name="sign"),
    path("<int:key>/letter.<str:form>", views.letter, name="letter"),
]
