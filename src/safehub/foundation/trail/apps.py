"""The app as Django knows it."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """The record of who did, read or was refused what."""

    name = "safehub.foundation.trail"
    label = "trail"
