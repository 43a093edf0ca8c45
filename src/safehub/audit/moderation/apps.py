"""The app as Django knows it."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Second grades of returns, and how far they agree with the first."""

    name = "safehub.audit.moderation"
    label = "moderation"
