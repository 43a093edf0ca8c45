"""The app as Django knows it."""

from django.apps import AppConfig


class ActionsConfig(AppConfig):
    """Actions on gaps."""

    name = "safehub.audit.actions"
    label = "actions"

    def ready(self) -> None:
        """Register what the worker does."""
        from safehub.audit.actions import chores  # noqa: F401 - it registers itself
