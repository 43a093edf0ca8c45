"""The app as Django knows it."""

from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    """Audit tools in versions."""

    name = "safehub.instruments"
    label = "instruments"
