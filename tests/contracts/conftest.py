"""A copy of the launcher for each test that asks for one."""

from pathlib import Path

import pytest

from .launching import Copy, make_copy


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return make_copy(tmp_path / "safehub", tmp_path)
