"""What a page holds: hidden inputs, and what was told."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from lxml import html

_OURS = ("form_token", "form_original")


def hidden_in(answer: Any) -> dict[str, str]:
    """The token of the page's form, and what it began with."""
    tree: Any = html.fromstring(answer.content)
    inputs = tree.xpath("//main//form//input[@type='hidden']")
    return {each.get("name"): each.get("value") for each in inputs if each.get("name") in _OURS}


def messages_in(answer: Any) -> list[str]:
    """What the answer tells on the next page."""
    return [str(message) for message in get_messages(answer.wsgi_request)]
