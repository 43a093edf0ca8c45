"""Cells that a spreadsheet program would take for a formula, made harmless and back."""

from __future__ import annotations

import re

# OWASP "CSV Injection": the first characters that spreadsheet programs act upon. A cell that
# already begins with apostrophes before such a character gets one more, so that reading can
# take exactly one away and every cell comes back as it was.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")


def neutralised(cell: str) -> str:
    """The cell with one leading apostrophe, if a spreadsheet program would act on it."""
    return "'" + cell if _DANGEROUS.match(cell) else cell


def restored(cell: str) -> str:
    """The cell without the one apostrophe that `neutralised` put before it."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell) else cell
