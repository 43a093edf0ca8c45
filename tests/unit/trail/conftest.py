"""A trail of one's own for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """The keys and the daily roots lie here."""
    settings.SAFEHUB_HOME = tmp_path
    settings.SAFEHUB_TRAIL_ROOTS = tmp_path / "elsewhere"
    return tmp_path
