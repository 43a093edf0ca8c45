"""The app as Django knows it."""

from django.apps import AppConfig


class SamplingConfig(AppConfig):
    """Frames, draws and cases."""

    name = "safehub.audit.sampling"
    label = "sampling"
