"""The app as Django knows it."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings and the gaps they find."""

    name = "safehub.audit.meetings"
    label = "meetings"
