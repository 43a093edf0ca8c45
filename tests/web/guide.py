"""The pictures of the guide: taken while a round is walked, and held to what the pages say now.

A picture is kept with the words of its page. Where a page says something else than its picture, the
test fails and says how to take it anew.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from playwright.sync_api import Page

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
FOLDER = GUIDE / "pictures"
WORDS = FOLDER / "words.json"
HOW = "SAFEHUB_PICTURES=take ./safehub test -n 0 tests/web/test_journeys.py"
_TALLEST = 1_400
_SPOKEN = "main :is(h1, h2, h3, legend, label, button, th, nav a)"
# What the day of the test puts into a page.
_DATE = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday)\b|\d+"
)


class Pictures:
    """Those that one walk takes, by name; and where it was asked for, kept in the guide."""

    def __init__(self) -> None:
        self.words: dict[str, list[str]] = {}
        self.takes = os.environ.get("SAFEHUB_PICTURES") == "take"

    def take(self, page: Page, name: str) -> None:
        """The page as it is now, as wide as a small window and no taller than a screen and a half.

        The words are those of headings, labels, buttons and links.
        """
        assert name not in self.words, f"two pictures are named {name}"
        said = page.locator(_SPOKEN).all_inner_texts()
        self.words[name] = [_DATE.sub("#", " ".join(one.split())) for one in said if one.strip()]
        if self.takes:
            FOLDER.mkdir(parents=True, exist_ok=True)
            before = page.viewport_size
            page.set_viewport_size({"width": 960, "height": 600})
            box = page.locator("main").bounding_box()
            assert box is not None
            clip = {"x": 0, "y": 0, "width": 960, "height": min(box["y"] + box["height"], _TALLEST)}
            page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=clip)  # type: ignore[arg-type]
            assert before is not None
            page.set_viewport_size(before)

    def keep(self) -> None:
        """Write down what the pages said, where the pictures were taken."""
        if self.takes:
            text = json.dumps(self.words, indent=1, ensure_ascii=False, sort_keys=True)
            WORDS.write_text(text + "\n", encoding="utf-8")

    def changed(self) -> list[str]:
        """What the guide shows otherwise than the pages are."""
        kept: dict[str, list[str]] = json.loads(WORDS.read_text(encoding="utf-8"))
        told = []
        for name in sorted({*kept, *self.words}):
            then, now = kept.get(name), self.words.get(name)
            if then != now:
                new = [one for one in now or [] if one not in (then or [])]
                gone = [one for one in then or [] if one not in (now or [])]
                told.append(f"{name}.png: the page has {new} and no longer {gone}")
        return told
