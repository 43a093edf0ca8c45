from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .bases import write_rich, write_xml
from .planting import Planting

Plot = Callable[[str], Planting]


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The valid packs, by name."""
    folder = tmp_path_factory.mktemp("bases")
    write_rich(folder / "rich")
    write_xml(folder / "xml")
    return {"rich": folder / "rich", "xml": folder / "xml"}


@pytest.fixture
def plot(bases: dict[str, Path], tmp_path: Path) -> Plot:
    """A fresh copy of a base, to plant in."""

    def made(base: str) -> Planting:
        return Planting(bases[base], tmp_path / f"pack{len(list(tmp_path.iterdir()))}")

    return made
