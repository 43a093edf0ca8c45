"""Second looks of the world, chosen and graded."""

from __future__ import annotations

from django.urls import reverse

from factories.people import make_viewer
from factories.world import World
from safehub.audit.moderation import commands
from safehub.audit.moderation.models import Choice, SecondGrade, SecondLook
from safehub.audit.moderation.queries import version_to_grade
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.responses import answers_of

OFFICE = (Role.AUDIT_COORDINATOR, "office")
MODERATOR = (Role.AUDIT_MODERATOR, "office")
WHY = "The child was never seen alone."


def viewer(world: World, *who: object) -> Viewer:
    return make_viewer(world.member(*who))  # type: ignore[arg-type]


def chosen(world: World, graders: int = 1) -> Choice:
    by = viewer(world, *OFFICE)
    return commands.choose_share(audit=world.audit, percent=100, graders=graders, by=by)


def a_look(world: World, agency: str = "CSC") -> SecondLook:
    """A second look at a return of the agency that it graded itself."""
    for look in SecondLook.objects.filter(audit_return__participant__code=agency):
        if first_of(look) not in {None, "na"}:
            return look
    raise AssertionError(agency)


def first_of(look: SecondLook) -> str | None:
    return answers_of(version_to_grade(look).response).get("grade")


def graded(world: World, look: SecondLook, grade: str = "good", *who: object) -> SecondGrade:
    return commands.grade_again(
        look=look,
        version=version_to_grade(look).pk,
        grade=grade,
        reason=WHY,
        by=viewer(world, *(who or MODERATOR)),
    )


def address(world: World, name: str, *args: object) -> str:
    return reverse(f"audit:{name}", args=[world.audit.reference, *args])
