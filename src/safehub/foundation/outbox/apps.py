"""The app as Django knows it."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Effects that must happen once."""

    name = "safehub.foundation.outbox"
    label = "outbox"
