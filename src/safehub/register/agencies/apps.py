"""The app as Django knows it."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Partnerships and their agencies."""

    name = "safehub.register.agencies"
    label = "agencies"
