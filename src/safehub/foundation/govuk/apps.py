"""The app as Django knows it."""

from django.apps import AppConfig


class GovukConfig(AppConfig):
    """The design system."""

    name = "safehub.foundation.govuk"
    label = "govuk"
