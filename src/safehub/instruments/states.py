"""How tools and their drafts stand."""

from __future__ import annotations

from django.db import models


class ToolStatus(models.TextChoices):
    """A version is published until it is retired; it never goes back."""

    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class DraftStatus(models.TextChoices):
    """A draft is open until it is published or discarded; it never goes back."""

    OPEN = "open", "Draft"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"
