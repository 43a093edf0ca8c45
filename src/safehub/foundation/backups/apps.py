"""The app as Django knows it."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Backups, and putting one back. It has no tables of its own."""

    name = "safehub.foundation.backups"
    label = "backups"
