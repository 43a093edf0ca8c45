"""The app as Django knows it."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """The code book, the codes of texts, and how far two coders agree."""

    name = "safehub.audit.coding"
    label = "coding"
