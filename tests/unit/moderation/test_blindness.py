"""Who is shown the first grade elsewhere gives no second one, whether or not they looked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Model
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.browsers import browser
from factories.people import make_membership, make_person, make_viewer, sign_in
from factories.world import World, whole_world
from safehub.audit.moderation import commands
from safehub.audit.moderation.models import SecondGrade, SecondLook
from safehub.audit.moderation.queries import references_to_grade, version_to_grade
from safehub.foundation.access.decision import decide
from safehub.foundation.access.models import GlassBreak
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed
from safehub.foundation.records import ref_of
from safehub.register.accounts.rules import ROLE_NAMES

from .grading import MODERATOR, WHY, a_look, address, chosen, graded


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path, opened=False)
    made.member(*MODERATOR)
    return made


@pytest.mark.parametrize(
    ("role", "agency"),
    [
        (Role.AUDIT_COORDINATOR, "office"),
        (Role.MEETING_CHAIR, "office"),
        (Role.INSPECTOR, "HOMES"),
    ],
)
def test_who_is_shown_the_first_grade_in_another_role_gives_no_second(
    world: World, role: Role, agency: str
) -> None:
    chosen(world)
    look = a_look(world)
    both = make_membership(make_person("Mo Both"), world.agencies["office"], Role.AUDIT_MODERATOR)
    other = make_membership(both.person, world.agencies[agency], role)
    by = make_viewer(both)
    said = f"showed, to you as {ROLE_NAMES[role].lower()}"
    for act in (_grades, _sends_back):
        with pytest.raises(NotAllowed, match=said):
            act(look, by)
    # The pages say so too, offer nothing, and the first page owes them nothing.
    client = sign_in(browser(), both.person, both)
    page = client.get(address(world, "second_look", look.pk)).content.decode()
    assert said in page
    assert "Another moderator has to grade it" in page
    for name in ("grade_again", "send_back"):
        assert address(world, name, look.pk) not in page
        refused = client.get(address(world, name, look.pk))
        assert refused.status_code == 403
        assert said in refused.content.decode()
    assert "Grade it" not in client.get(address(world, "moderation")).content.decode()
    assert references_to_grade(by) == []
    assert not SecondGrade.objects.exists()
    # It still holds once that membership has ended; one that ended before the audit does not count.
    for ended, is_refused in (
        (timezone.now(), True),
        (world.audit.commissioned_at, False),
    ):
        type(other).objects.filter(pk=other.pk).update(
            valid_from=ended - timedelta(days=9), valid_to=ended
        )
        assert (decide(by, "moderation.grade", look).reason is Reason.OWN_WORK) is is_refused
    _grades(look, by)
    assert SecondGrade.objects.get().graded_by == both.person


def _grades(look: SecondLook, by: Viewer) -> None:
    version = version_to_grade(look).pk
    commands.grade_again(look=look, version=version, grade="good", reason=WHY, by=by)


def _sends_back(look: SecondLook, by: Viewer) -> None:
    commands.send_back(look=look, reason=WHY, by=by)


@pytest.mark.parametrize("over", ["return", "case", "audit"])
def test_who_broke_glass_over_a_return_does_not_grade_it(world: World, over: str) -> None:
    chosen(world)
    look = a_look(world)
    made = look.audit_return
    on: Model = {"return": made, "case": made.case, "audit": world.audit}[over]
    member = world.member(*MODERATOR)
    long_ago = timezone.now() - timedelta(days=9)
    ref = ref_of(on)
    GlassBreak.objects.create(
        kind=ref.kind,
        key=ref.key,
        person=member.person,
        membership=member.pk,
        at=long_ago,
        until=long_ago + timedelta(minutes=30),
    )
    with pytest.raises(NotAllowed, match="showed, to you by broken glass"):
        graded(world, look)
    others = [one for one in SecondLook.objects.all() if one.audit_return.case_id != made.case_id]
    reason = decide(make_viewer(member), "moderation.grade", others[0]).reason
    assert (reason is Reason.OWN_WORK) is (over == "audit")
