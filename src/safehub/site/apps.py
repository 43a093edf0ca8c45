"""The app as Django knows it."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Shell, navigation and home."""

    name = "safehub.site"
    label = "site"
