"""The app as Django knows it."""

from django.apps import AppConfig


class ActionsConfig(AppConfig):
    """Actions on gaps."""

    name = "safehub.audit.actions"
    label = "actions"
