"""The app as Django knows it."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Report versions and their figures."""

    name = "safehub.audit.reports"
    label = "reports"
