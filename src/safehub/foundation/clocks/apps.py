"""The app as Django knows it."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """Calendars and deadlines."""

    name = "safehub.foundation.clocks"
    label = "clocks"
