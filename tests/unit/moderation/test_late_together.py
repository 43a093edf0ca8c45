"""What passed its check in the instant in which the round was opened is too late as well."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import whole_world
from safehub.audit.meetings.holding.commands import open_meeting
from safehub.audit.moderation.commands import grade_again, send_back
from safehub.audit.moderation.models import SecondGrade, SecondLook, SentBack
from safehub.audit.moderation.queries import version_to_grade
from safehub.audit.returns.late import is_late
from safehub.audit.returns.models import (
    Return,
    ReturnSource,
    SignedOff,
    SignOff,
    SourceKind,
    SummativeReport,
    WorkingReturn,
)
from safehub.audit.returns.signing.commands import sign_off_return
from safehub.audit.returns.sources.commands import Heard, add_source
from safehub.audit.returns.summing.commands import sum_up
from safehub.audit.returns.working.commands import begin_return, discard_return, submit_return
from safehub.audit.sampling.models import Case
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed
from unit.returns.test_late import begun, viewer

from .grading import MODERATOR, chosen

_KINDS = (Return, WorkingReturn, SignOff, ReturnSource, SummativeReport, SecondGrade, SentBack)
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def _kept() -> list[int]:
    return [one.objects.count() for one in _KINDS]


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_the_meeting_opens_the_round_is_too_late(
    settings: Settings, tmp_path: Path
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer work at a time, so nobody comes in between there")
    settings.UPLOADS = tmp_path / "uploads"
    world = whole_world(tmp_path, opened=False)
    chosen(world)
    cora, dora = (
        viewer(world, role, "CSC") for role in (Role.AGENCY_COORDINATOR, Role.AGENCY_SIGN_OFF)
    )
    homes = viewer(world, Role.AGENCY_COORDINATOR, "HOMES")
    mo = make_viewer(world.member(*MODERATOR))
    working, dropped = begun(world), begun(world, "02")
    third = Case.objects.get(draw__audit=world.audit, number="03")
    signed = Return.objects.filter(
        participant__audit=world.audit,
        participant__code="CSC",
        versions__is_latest=True,
        versions__known="yes",
    )[0]
    SignOff.objects.filter(version__audit_return=signed).delete()
    number = signed.versions.get(is_latest=True).number
    graded, returned = SecondLook.objects.order_by("pk")[:2]
    acts: list[Callable[[], object]] = [
        lambda: submit_return(working=working, edition=working.edition, by=homes),
        lambda: discard_return(working=dropped, by=homes),
        lambda: begin_return(audit=world.audit, case=third, by=homes),
        lambda: sign_off_return(
            audit_return=signed, number=number, outcome=SignedOff.ACCEPTED, by=dora
        ),
        lambda: add_source(
            audit_return=signed,
            heard=Heard(SourceKind.PRACTITIONER, not_asked_because="On leave."),
            by=cora,
        ),
        lambda: sum_up(
            audit=world.audit,
            overview="All of it",
            working_well=(),
            worried_about=(),
            actions=(),
            by=cora,
        ),
        lambda: grade_again(
            look=graded, version=version_to_grade(graded).pk, grade="good", reason="So.", by=mo
        ),
        lambda: send_back(look=returned, reason="Look again.", by=mo),
    ]
    before = _kept()
    told: list[BaseException | None] = []

    def press(act: Callable[[], object]) -> None:
        try:
            act()
            told.append(None)
        except BaseException as error:  # noqa: BLE001 - looked at below
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(act,)) for act in acts]
    with transaction.atomic():
        open_meeting(audit=world.audit, by=viewer(world, Role.MEETING_CHAIR, "office"))
        for thread in threads:
            thread.start()
        until = time.monotonic() + 60
        while _waits() + len(told) < len(acts) and time.monotonic() < until:
            time.sleep(0.02)
    for thread in threads:
        thread.join(timeout=60)
    assert [one for one in told if not (isinstance(one, NotAllowed) and is_late(one))] == []
    assert len(told) == len(acts)
    assert _kept() == before


def _waits() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])
