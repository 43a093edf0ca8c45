"""The app as Django knows it."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Audits and their terms of reference."""

    name = "safehub.audit.programmes"
    label = "programmes"
