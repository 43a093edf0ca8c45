"""Each single mistake comes to exactly the lines that the catalogue says, and nothing is kept."""

from __future__ import annotations

from collections import Counter

import pytest

from safehub.exchange.audit_pack import reading
from safehub.exchange.audit_pack.reading import look

from .catalogue import CATALOGUE
from .conftest import Plot
from .planting import Line, Mistake


def fits(line: str, expected: Line) -> bool:
    return line.startswith(expected.prefix) and all(word in line for word in expected.words)


def test_bases_are_valid(plot: Plot) -> None:
    for base in ("rich", "xml"):
        looked = look(plot(base).folder)
        assert [str(mistake) for mistake in looked.mistakes] == []
        assert looked.pack is not None


def test_catalogue_is_long_and_names_are_its_own() -> None:
    assert len(CATALOGUE) >= 120
    doubled = [name for name, times in Counter(m.name for m in CATALOGUE).items() if times > 1]
    assert doubled == []


@pytest.mark.parametrize("mistake", CATALOGUE, ids=lambda mistake: mistake.name)
def test_single_mistake_is_one_line(mistake: Mistake, plot: Plot) -> None:
    pack = plot(mistake.base)
    expected = mistake.plant(pack)
    looked = look(pack.folder)
    lines = [str(found) for found in looked.mistakes]
    assert looked.pack is None
    assert len(lines) == len(expected), lines
    for line, wanted in zip(lines, expected, strict=True):
        assert fits(line, wanted), (line, wanted)
        assert "\n" not in line
        assert "None" not in line


@pytest.mark.parametrize("file", ["frame.csv", "returns.csv", "meeting.yaml", "tool.xlsx"])
def test_file_that_is_too_large_is_one_line_and_is_not_read(
    file: str, plot: Plot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = plot("rich")
    size = (pack.folder / file).stat().st_size
    larger = max(p.stat().st_size for p in pack.folder.rglob("*") if p.is_file()) + 1
    with (pack.folder / file).open("ab") as end:
        end.write(b"#" * larger)
    monkeypatch.setattr(reading, "MOST_BYTES", larger)
    lines = [str(found) for found in look(pack.folder).mistakes]
    wanted = f"a file of at most {larger:,} bytes"
    assert lines == [f"{file}: found {size + larger:,} bytes, wanted {wanted}"]
