"""The second look that the world holds while its pages are asked for."""

from __future__ import annotations

from factories.world import World, canary
from safehub.audit.moderation.models import Choice, SecondGrade, SecondLook, SentBack
from safehub.audit.returns.models import Return


def a_look(world: World, made: Return) -> SecondLook:
    """Awaited: one of two second grades is in, and before that the return was sent back."""
    found = SecondLook.objects.filter(audit_return=made).first()
    if found is not None:
        return found
    now = world.audit.commissioned_at
    choice = Choice.objects.create(
        audit=world.audit, number=1, share=10, seed="7", of=9, graders=2, chosen_at=now
    )
    look = SecondLook.objects.create(
        choice=choice,
        audit_return=made,
        position=1,
        because=["share"],
        first_grade=canary("ANSWER", 913),
    )
    SecondGrade.objects.create(
        look=look,
        moderator=1,
        grade=canary("ANSWER", 910),
        reason=canary("REASON", 911),
        graded_at=now,
    )
    SentBack.objects.create(
        audit_return=made,
        version=made.versions.get(is_latest=True),
        reason=canary("REASON", 912),
        sent_at=now,
    )
    return look
