"""The app as Django knows it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, their names, identifiers and addresses; looking them up."""

    name = "safehub.register.people"
    label = "people"

    def ready(self) -> None:
        """Register what the worker does."""
        from safehub.register.people import chores, jobs  # noqa: F401 - they register themselves
