"""Whatever is pressed in whatever order, a barred recipient never gets the item."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from safehub.foundation.disclosure import commands
from safehub.foundation.disclosure.models import Disclosure, Release
from safehub.foundation.disclosure.outgoing import Labels, NotTo, Outgoing, OutgoingTo
from safehub.foundation.disclosure.rules import bars, is_same_name
from safehub.foundation.documents import uploads
from safehub.foundation.errors import SafehubError

from .disclosure_canaries import PROTECTED
from .disclosure_worlds import (
    FATHER,
    LETTER,
    MINUTES,
    NOT_TO_FATHER,
    SOLICITOR,
    TERMS,
    Hub,
    decide_all,
)

BARRED_WAYS: dict[str, tuple[Labels, OutgoingTo]] = {
    "relation": (NOT_TO_FATHER, FATHER),
    "person": (Labels(not_to=(NotTo(person_key="p-2"),)), FATHER),
    "name": (Labels(not_to=(NotTo(person_key="x", names=("Leon Castellan",)),)), FATHER),
    "nothing said": (NOT_TO_FATHER, replace(FATHER, relations=None)),
}
TOLD = "meridian"  # ordinary, so that no scan stops it: only the label does


class Pressing:
    """One disclosure, and what a careless or a hurried person may press."""

    def __init__(self, hub: Hub, way: str) -> None:
        labels, father = BARRED_WAYS[way]
        item = replace(MINUTES, text=f"The {TOLD} is told to the mother.", labels=labels)
        self.hub = hub
        self.outgoing = Outgoing((item, LETTER), (SOLICITOR, father), PROTECTED)
        self.disclosure = commands.prepare(outgoing=self.outgoing, terms=TERMS, by=hub.asha)

    def press(self, button: str) -> None:
        by = {"disclosure": self.disclosure, "outgoing": self.outgoing, "by": self.hub.asha}
        buttons: dict[str, Callable[[], object]] = {
            "scan": lambda: commands.scan(**by),  # type: ignore[arg-type]
            "decide": lambda: decide_all(self.disclosure, self.hub.asha),
            "compose": lambda: commands.compose(**by),  # type: ignore[arg-type]
            "clear": lambda: commands.clear(**{**by, "by": self.hub.cara}),  # type: ignore[arg-type]
            "release": lambda: commands.release(**by),  # type: ignore[arg-type]
            "exclude": self._exclude,
            "exclude the wrong one": lambda: self._exclude(wrong=True),
            "unlabel": self._unlabel,
            "withdraw": lambda: commands.withdraw(
                disclosure=self.disclosure, reason="No.", by=self.hub.asha
            ),
        }
        try:
            with transaction.atomic():
                buttons[button]()
        except SafehubError:
            pass

    def _exclude(self, *, wrong: bool = False) -> None:
        commands.exclude_item(
            item=self.disclosure.items.get(kind="letter" if wrong else "meeting"),
            recipient=self.disclosure.recipients.get(name="Leon Castellan"),
            reason="Barred.",
            by=self.hub.asha,
        )

    def _unlabel(self) -> None:
        """The app's label comes back before the release: what was cleared without it is void."""
        bare = replace(self.outgoing.items[0], labels=Labels())
        unlabelled = replace(self.outgoing, items=(bare, LETTER))
        commands.scan(disclosure=self.disclosure, outgoing=unlabelled, by=self.hub.asha)
        decide_all(self.disclosure, self.hub.asha)
        commands.compose(disclosure=self.disclosure, outgoing=unlabelled, by=self.hub.asha)
        commands.clear(disclosure=self.disclosure, outgoing=unlabelled, by=self.hub.cara)

    def leaked(self) -> bool:
        releases = Release.objects.filter(
            disclosure=self.disclosure, recipient_name="Leon Castellan"
        )
        return any(TOLD in _words(one.sha256) for one in releases)


def _words(sha256: str) -> str:
    data = uploads.kept(settings.UPLOADS, sha256) or b""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


_WORKING = ["scan", "decide", "compose", "clear", "release", "exclude", "exclude the wrong one"]
BUTTONS = st.sampled_from([*_WORKING, "unlabel", "withdraw"])
ENDED = st.tuples(
    st.lists(BUTTONS, max_size=2), st.sampled_from(["", "exclude", "exclude the wrong one"])
)
PATHS = st.one_of(
    st.lists(BUTTONS, max_size=8),
    ENDED.map(lambda two: ["scan", "decide", *two[0], two[1], "compose", "clear", "release"]),
)


@trying(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(sorted(BARRED_WAYS)), PATHS)
def test_barred_recipient_never_gets_the_item(hub: Hub, way: str, path: list[str]) -> None:
    with transaction.atomic():
        pressing = Pressing(hub, way)
        for button in filter(None, path):
            pressing.press(button)
            assert not pressing.leaked()
        transaction.set_rollback(True)


@pytest.mark.parametrize("way", sorted(BARRED_WAYS))
def test_way_round_the_bar_is_leaving_the_item_out(hub: Hub, way: str) -> None:
    """The property above is no empty one: this path does release to both."""
    pressing = Pressing(hub, way)
    for button in ("scan", "decide", "exclude", "compose", "clear", "release"):
        pressing.press(button)
    assert Release.objects.filter(disclosure=pressing.disclosure).count() == 2
    assert not pressing.leaked()
    assert Disclosure.objects.get(pk=pressing.disclosure.pk).state == "released"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Leon Castellan", "Leon Castellan", True),
        ("Leon Castellan", "CASTELLAN, Leon", True),
        ("Leon Castellan", "Mr L. Castellan", True),
        ("Leon Castellan", "Mr Castellan", True),
        ("Leon Castellan", "Léon Castelan", True),
        ("Leon Castellan", "Leon James Castellan", True),
        ("Leon Castellan", "Ravi Firth", False),
        ("Leon Castellan", "Hannah Okafor", False),
        ("Leon Castellan", "", False),
    ],
)
def test_same_name(one: str, other: str, is_same: bool) -> None:
    assert is_same_name(one, other) is is_same


def test_label_of_another_relation_bars_nobody() -> None:
    assert bars(NOT_TO_FATHER, SOLICITOR) == ""
    assert bars(Labels(), replace(SOLICITOR, relations=None)) == ""
