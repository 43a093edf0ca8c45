"""The app as Django knows it."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Returns in versions, and summative reports."""

    name = "safehub.audit.returns"
    label = "returns"
