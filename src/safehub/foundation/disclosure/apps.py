"""The app as Django knows it."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Outgoing documents and their check."""

    name = "safehub.foundation.disclosure"
    label = "disclosure"
