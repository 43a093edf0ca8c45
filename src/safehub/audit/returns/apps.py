"""The app as Django knows it."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Returns in versions, and summative reports."""

    name = "safehub.audit.returns"
    label = "returns"

    def ready(self) -> None:
        """Register what the worker does."""
        from safehub.audit.returns.allocating import jobs  # noqa: F401 - as the others
        from safehub.audit.returns.knowing import chores as knowing  # noqa: F401 - as the others
        from safehub.audit.returns.risks import chores  # noqa: F401 - it registers itself
