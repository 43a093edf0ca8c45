"""The app as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "safehub.register.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen for sign-ins."""
        from safehub.register.accounts import chores, signals  # noqa: F401 - it registers itself

        signals.connect()
