"""One word in each field of each class, looked for in everything that anybody is given.

Pages, titles, addresses, files, e-mails and logs: a word that the rules keep from somebody may be
in none of it.
"""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from access.lanes import IS_FULL, tell
from factories.people import make_viewer
from factories.world import CANARY, World, canary, whole_world
from safehub.audit.returns.models import Return
from safehub.foundation.access.commands import label_record
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.outbox.models import Message
from safehub.foundation.records import ref_of
from safehub.foundation.trail.models import TrailEvent

from .planted import NO_WORDS, Owner, fields_without_words, plant, words_held
from .routes import FED, routes
from .test_routes import RELATIONS, _put_in_conflict

FORMS = ("json", "html", "docx", "pdf", "csv", "briefing.docx", "briefing.pdf")
ROLES = [role for role in Role if role is not Role.LOCAL_OPERATOR]


@pytest.fixture(params=[True, False], ids=["opened", "gathering"])
def world(request: pytest.FixtureRequest, db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=request.param)


def owners() -> dict[str, list[Owner]]:
    """For each canary who may be shown it, by each of the fields that hold it.

    A word may be shown where any record that holds it may be opened with that class.
    """
    found: dict[str, list[Owner]] = {}
    for held in words_held().values():
        for word, those in held.items():
            found.setdefault(word, []).extend(those)
    return found


@pytest.mark.django_db
def test_every_field_of_personal_content_has_its_word(
    world: World,
) -> None:
    """Also one that is declared tomorrow."""
    list(_addresses(world))
    plant()
    missing = fields_without_words()
    if world.audit.opened_at is None:
        assert missing >= set(NO_WORDS)
    else:
        assert missing == set(NO_WORDS)


def _words(text: str) -> Iterator[str]:
    yield from {match.group(0).upper() for match in CANARY.finditer(text)}


def _texts(response: Any) -> Iterator[str]:
    """All that an answer says: its headers, its body, and what is inside of a file."""
    yield " ".join(f"{name}: {value}" for name, value in response.headers.items())
    body = response.getvalue() if response.streaming else response.content
    yield body.decode("utf-8", errors="ignore")
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name + archive.read(name).decode("utf-8", errors="ignore")
    if body[:5] == b"%PDF-":
        reader = pypdf.PdfReader(io.BytesIO(body))
        yield " ".join(page.extract_text() for page in reader.pages)
        yield str(reader.metadata)


def _addresses(world: World) -> Iterator[str]:
    for route in routes():
        fed = FED.get(route.name)
        if fed is None or (route.name == "audit:download" and not world.audit.reports.exists()):
            continue
        # Whoever has the link of an invitation is shown whom it is for.
        if route.name != "accounts:accept":
            yield reverse(route.name, kwargs=fed.arguments(world))
    for one in Return.objects.filter(participant__audit=world.audit):
        yield reverse("audit:return", args=[world.audit.reference, one.pk])
    for code in world.agencies:
        yield f"{reverse('audit:figures', args=[world.audit.reference])}?agency={code}"
    if world.audit.reports.exists():
        for form in FORMS:
            yield reverse("audit:download", args=[world.audit.reference, 1, form])


def _chosen() -> Iterable[Role]:
    always = [Role.AUDIT_COORDINATOR, Role.AGENCY_AUDITOR, Role.BOARD_MEMBER, Role.PRIVACY_OFFICER]
    return ROLES if IS_FULL else always


@pytest.mark.django_db
def test_nobody_is_given_a_word_that_is_not_for_them(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for role in _chosen():
        for relation in RELATIONS:
            world.member(role, "elsewhere" if relation == "unrelated" else world.related(role))
    _label_returns(world)
    addresses = list(_addresses(world))
    plant()
    held = owners()
    assert len(held) > 200
    looked = shown = 0
    forbidden: list[str] = []
    for role in _chosen():
        for relation in RELATIONS:
            where = "elsewhere" if relation == "unrelated" else world.related(role)
            member = world.member(role, where)
            if relation == "conflicted":
                _put_in_conflict(world, member.person_id)
            client, viewer = world.client(role, where), make_viewer(member)
            seen: dict[str, str] = {}
            for address in addresses:
                for text in _texts(client.get(address)):
                    looked += 1
                    seen |= dict.fromkeys(_words(text), address)
            shown += len(seen)
            forbidden += [
                f"{role} {relation}: {word} at {address}"
                for word, address in seen.items()
                # Chance makes such words too, in the bytes of a packed file.
                if word in held and not _is_for(viewer, held[word])
            ]
    tell(
        f"canaries: {looked} texts of {len(addresses)} addresses, {shown} words seen in their place"
    )
    assert not forbidden, "\n".join(forbidden[:40])
    # The proof would be empty if nobody were shown anything.
    assert shown > 20


def _label_returns(world: World) -> None:
    """On each return of the audit a label with its own word, from one person or one relation."""
    by = make_viewer(world.member(Role.AUDIT_COORDINATOR, "office"))
    barred = world.member(Role.AGENCY_AUDITOR, "CSC").person_id
    latest = {"versions__is_latest": True, "versions__status": "submitted"}
    found = Return.objects.filter(participant__audit=world.audit, **latest).order_by("pk")
    for number, one in enumerate(found, start=1):
        label_record(
            on=ref_of(one),
            reason=canary("LABEL", number),
            by=by,
            field_class=FieldClass.OPINION,
            not_to_person=barred if number % 2 else None,
            not_to_relation=None if number % 2 else Relation.ASKED,
        )


def _is_for(viewer: Viewer, held: list[Owner]) -> bool:
    return any(may_see(viewer) for may_see in held)


@pytest.mark.django_db
def test_no_word_goes_into_logs_letters_or_the_trail(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = world.client(Role.AUDIT_COORDINATOR, "office")
    addresses = list(_addresses(world))
    plant()
    for address in addresses:
        client.get(address)
        client.post(address, {"reason": "QXTYPED001QX", "name": "QXTYPED002QX"})
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    said += [
        str(row) for row in Message.objects.values_list("notice", "reference", "link", "about_kind")
    ]
    said += [str(row) for row in TrailEvent.objects.values()]
    leaked = sorted({word for text in said for word in _words(text)})
    tell(f"canaries: {len(said)} lines of logs, letters and trail read")
    assert TrailEvent.objects.exists()
    assert not leaked
