"""The app as Django knows it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Rules, shares, conflicts and broken glass."""

    name = "safehub.foundation.access"
    label = "access"
