"""Addresses of case audits."""

from __future__ import annotations

from django.urls import path

from safehub.audit.programmes import views as programmes
from safehub.audit.reports import views as reports
from safehub.audit.returns import views as returns

app_name = "audit"
urlpatterns = [
    path("", programmes.audit_list, name="audits"),
    path("<slug:reference>/", returns.round_grid, name="round"),
    path("<slug:reference>/returns/<int:key>/", returns.return_page, name="return"),
    path("<slug:reference>/figures/", reports.figures, name="figures"),
    path("<slug:reference>/figures/met-good.csv", reports.figures_csv, name="figures_csv"),
    path("<slug:reference>/figures/<str:name>/", reports.figure, name="figure"),
    path("<slug:reference>/reports/", reports.reports, name="reports"),
    path("<slug:reference>/reports/<int:number>.<str:form>", reports.download, name="download"),
]
