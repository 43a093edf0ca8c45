"""Who chooses returns for a second look, who grades them again, and who sees what came of it."""

from __future__ import annotations

from django.db.models import Case, CharField, Q, Value, When

from safehub.audit.moderation.queries.relations import OF, look_relations, own_looks
from safehub.audit.moderation.states import AWAITED, CLOSED, SETTLED
from safehub.audit.programmes.queries.standing import (
    AGENCY,
    ASKED,
    COORDINATOR,
    GATHERING,
    IS_OPENED,
    MODERATOR,
    OWNER,
    PART,
    SHARED,
)
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType

_KEPT = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)
_OPINION = FieldRule(FieldClass.OPINION, _KEPT)
_STAFF = FieldRule(FieldClass.STAFF, _KEPT)

_IS_AWAITED, _IS_SETTLED = frozenset({AWAITED}), frozenset({SETTLED})


def _status() -> Case:
    return Case(
        When(Q(settled_at__isnull=False), then=Value(SETTLED)),
        When(Q(**{f"{OF}__audit__opened_at__isnull": False}), then=Value(CLOSED)),
        default=Value(AWAITED),
        output_field=CharField(),
    )


_WEIGHS = Grant(MODERATOR, SHARED | ASKED)
_WHO = (Grant(COORDINATOR, SHARED), _WEIGHS, Grant(AGENCY, OWNER))
# Neither grade is shown to whoever gave the other until both are in.
_WHO_GRADED = (
    Grant(COORDINATOR, SHARED, _IS_SETTLED),
    Grant(MODERATOR, SHARED | ASKED, _IS_SETTLED),
)
_GRADES = (*_WHO_GRADED, Grant(AGENCY, OWNER, _IS_SETTLED))
_GRADERS = (Grant(MODERATOR, SHARED | ASKED, _IS_AWAITED),)

DECLARES = Declares(
    kinds=(
        Kind(
            "moderation.secondlook",
            "a second look at a return",
            "moderation.see",
            look_relations,
            classes={FieldClass.OPINION: _GRADES, FieldClass.STAFF: _WHO_GRADED},
            within={
                "sampling.case": "audit_return__case",
                "programmes.audit": f"{OF}__audit",
            },
            status=_status,
            own_work=own_looks,
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "audit.see_moderation",
            "see which returns are looked at again",
            "looked at which returns are looked at again",
            (Grant(COORDINATOR, OWNER), Grant(MODERATOR, PART), Grant(AGENCY, ASKED)),
            kind="programmes.audit",
        ),
        # Why tells its grade, or how far other agencies' grades of the case lie from it.
        Action(
            "audit.see_why_moderated",
            "see why a return is looked at again",
            "looked at why returns are looked at again",
            (
                Grant(COORDINATOR, OWNER),
                Grant(MODERATOR, PART, IS_OPENED),
                Grant(AGENCY, ASKED, IS_OPENED),
            ),
            kind="programmes.audit",
        ),
        Action(
            "audit.choose_moderated",
            "choose returns for a second look",
            "asked to choose returns for a second look",
            (Grant(COORDINATOR, OWNER, frozenset({GATHERING})),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "moderation.see",
            "open a second look at a return",
            "opened the second look at a return",
            _WHO,
            kind="moderation.secondlook",
        ),
        Action(
            "moderation.grade",
            "grade a return a second time",
            "asked to grade the return a second time",
            _GRADERS,
            kind="moderation.secondlook",
            is_read=False,
            approves=True,
        ),
        Action(
            "moderation.send_back",
            "send a return back to its agency",
            "asked to send the return back to its agency",
            _GRADERS,
            kind="moderation.secondlook",
            is_read=False,
            approves=True,
        ),
    ),
    events=(
        EventType("moderation.chosen", "chose returns for a second look"),
        EventType("moderation.received", "took in second grades"),
        EventType("moderation.graded", "graded the return a second time"),
        EventType("moderation.sent_back", "sent the return back to its agency"),
    ),
    notices=(
        NoticeType(
            "moderation.sent_back",
            "Safehub: {reference} was sent back to you",
            "A moderator asks your agency to look at {reference} again and says why. Sign in to "
            "read it.",
        ),
    ),
    fields={
        **{
            f"choice.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "audit", "number", "share", "triggers", "seed", "of", "graders"),
                "chosen_at",
            )
        },
        "choice.chosen_by": _STAFF,
        **{
            f"secondlook.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "choice", "audit_return", "position", "because", "version", "settled_at"),
            )
        },
        "secondlook.first_grade": _OPINION,
        **{
            f"secondgrade.{name}": _ADMINISTRATIVE
            for name in ("id", "look", "moderator", "graded_at")
        },
        "secondgrade.grade": _OPINION,
        "secondgrade.reason": _OPINION,
        "secondgrade.graded_by": _STAFF,
        **{
            f"sentback.{name}": _ADMINISTRATIVE
            for name in ("id", "audit_return", "version", "sent_at")
        },
        "sentback.reason": _OPINION,
        "sentback.sent_by": _STAFF,
    },
    parts={
        "moderation.choice": "programmes.audit",
        "moderation.secondgrade": "moderation.secondlook",
        "moderation.sentback": "returns.return",
    },
)
