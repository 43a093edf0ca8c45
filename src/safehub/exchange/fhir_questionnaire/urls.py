"""Addresses of tools as FHIR Questionnaires; they stand under those of tools."""

from __future__ import annotations

from django.urls import path

from safehub.exchange.fhir_questionnaire import views

app_name = "fhir"
urlpatterns = [
    path("versions/<int:key>/questionnaire.json", views.questionnaire, name="questionnaire"),
]
