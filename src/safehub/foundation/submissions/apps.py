"""The app as Django knows it."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """Drafts and forms that were sent."""

    name = "safehub.foundation.submissions"
    label = "submissions"
