"""The guide: a page for each role, with pictures that a test takes."""

from __future__ import annotations

import re

from .guide import GUIDE


def test_the_guide_shows_every_picture_and_no_other() -> None:
    """Each page of the guide has a picture at least, and says in words what it shows."""
    shown: list[str] = []
    for page in sorted(GUIDE.glob("*.md")):
        found = re.findall(r"!\[([^\]]+)\]\(pictures/([^)]+)\.png\)", page.read_text("utf-8"))
        assert found or page.name == "README.md", page.name
        assert all(len(words) > 20 for words, _ in found), page.name
        shown += [name for _, name in found]
    taken = {one.stem for one in (GUIDE / "pictures").glob("*.png")}
    assert sorted(shown) == sorted(set(shown))
    assert set(shown) == taken
