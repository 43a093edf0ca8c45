"""The app as Django knows it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    """Effects that must happen once."""

    name = "safehub.foundation.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Collect the jobs of every app."""
        autodiscover_modules("jobs")
