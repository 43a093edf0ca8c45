"""The app as Django knows it."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """The code book, the codes of texts, and how far two coders agree."""

    name = "safehub.audit.coding"
    label = "coding"

    def ready(self) -> None:
        """Register what the worker does."""
        from safehub.audit.coding.suggesting import chores  # noqa: F401 - it registers itself
