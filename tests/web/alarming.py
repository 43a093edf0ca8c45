"""A child at immediate risk, while a round is walked in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from .casting import AUDIT, Cast


def alarm(cast: Cast) -> None:
    """Asha tells of a child at risk; Lena takes it in hand and records what was done."""
    page = cast.window("Asha")
    page.goto(f"{cast.server}{AUDIT}/risks/raise/?case=01")
    cast.look(page)
    page.get_by_label("What is the worry?").fill("The child was left alone at night.")
    cast.send(page)
    page = cast.window("Lena")
    cast.follow(page, "alert of immediate risk", exact=False)
    expect(page.get_by_text("The child was left alone at night.")).to_be_visible()
    cast.picture(page, "risk")
    cast.follow(page, "Take it in hand")
    cast.send(page)
    cast.follow(page, "Record what was done")
    page.get_by_label("What was done for the child?").fill("The team on duty saw the child.")
    cast.send(page)
    expect(page.get_by_text("What was done is recorded.")).to_be_visible()
