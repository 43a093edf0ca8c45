"""What a report may be published as, and in which files."""

from __future__ import annotations

from enum import StrEnum

# What is made while a round is gathering is for those alone who run it.
EARLY, DRAFT, PUBLISHED = "early", "draft", "published"


class Suppression(StrEnum):
    """What is left out of everything that is published of a report."""

    NONE = "none"
    UNDER_FIVE = "under_five"


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
# Each file that is published, and its media type.
FORMS = {
    "docx": WORD,
    "pdf": PDF,
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "briefing.docx": WORD,
    "briefing.pdf": PDF,
}
