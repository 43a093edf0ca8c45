"""A browser of somebody who answers a return, without script: opens a page, sends its form."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class Inputs(HTMLParser):
    """What the form of a page would send, untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._area = ""
        self._select = ""
        self._within_form = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._within_form = given.get("method", "") == "post" and "role" not in given
        if not self._within_form:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name and kind not in {"file", "submit"}:
            if kind not in {"radio", "checkbox"} or "checked" in given:
                self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.values[self._select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._within_form = False

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data


class Answerer:
    """One browser; `page` is the last page that was shown, `address` where."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page, self.address, self.status = "", "", 0

    def open(self, address: str) -> str:
        answer = self.client.get(address, follow=True)
        self.page, self.status = answer.content.decode(), answer.status_code
        self.address = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        self.address = self.address.partition("#")[0]
        return self.page

    def send(self, **typed: Any) -> str:
        """Send the form of the page with these fields changed; None leaves a field out."""
        values: dict[str, Any] = {**Inputs(self.page).values, **typed}
        data = {name: value for name, value in values.items() if value is not None}
        answer = self.client.post(self.address, data, follow=True)
        self.page, self.status = answer.content.decode(), answer.status_code
        if answer.redirect_chain:
            self.address = answer.redirect_chain[-1][0].partition("#")[0]
        return self.page
