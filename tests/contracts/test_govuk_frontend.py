"""The macros give what GOV.UK Frontend's own give: its package holds an example of each, with HTML.

All but two of the 657 are the same to the letter, blank space aside; those two write a quotation
mark as another reference to the same character, and are the same once read.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from safehub.foundation.govuk.assets import GOVUK_VERSION
from safehub.foundation.govuk.built import SHARE
from safehub.foundation.govuk.macros import govuk

PACKAGE = SHARE / "node_modules" / "govuk-frontend"
EXAMPLES = 657
DIFFERENT = {
    ("footer", "with HTML passed as text content"),
    ("phase-banner", "html as text"),
}

pytestmark = pytest.mark.skipif(
    not PACKAGE.exists(), reason="GOV.UK Frontend is not there: ./safehub fetches it"
)


@cache
def examples() -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for file in sorted(PACKAGE.glob("dist/govuk/components/*/fixtures.json")):
        part = json.loads(file.read_text("utf-8"))
        for example in part["fixtures"]:
            found[part["component"], example["name"]] = example
    return found


class _Reader(HTMLParser):
    """What a browser makes of it: elements with their attributes in any order, and words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(" ".join(data.split()))


def read(html: str) -> list[Any]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def test_package_is_the_version_that_the_macros_are_for() -> None:
    version = json.loads((PACKAGE / "package.json").read_text("utf-8"))["version"]
    assert version == GOVUK_VERSION == "6.3.0"
    assert len(examples()) == EXAMPLES


def test_examples_are_the_same_to_the_letter_but_for_two() -> None:
    different = {
        key
        for key, example in examples().items()
        if re.sub(r"\s", "", govuk(key[0], example["options"]))
        != re.sub(r"\s", "", example["html"])
    }
    assert different == DIFFERENT


def test_examples_are_all_the_same_once_read() -> None:
    different = [
        key
        for key, example in examples().items()
        if read(govuk(key[0], example["options"])) != read(example["html"])
    ]
    assert different == []
