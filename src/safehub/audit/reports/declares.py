"""Who may read a report, and take it away."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Case, CharField, Q, Value, When

from safehub.audit.programmes.queries.standing import (
    AGENCY,
    AGGREGATES_ONLY,
    ASKED,
    CHAIR,
    COORDINATOR,
    INSPECTOR,
    MODERATOR,
    OWNER,
    PART,
    SCRUTINEER,
    SHARED,
    takes_part,
)
from safehub.audit.reports.publishing.states import DRAFT, EARLY, PUBLISHED
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.queries import runs

_KEPT = "10 years"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)
_AGGREGATE = FieldRule(FieldClass.AGGREGATE, _KEPT)
_STAFF = FieldRule(FieldClass.STAFF, _KEPT)


def _relations(viewer: Viewer) -> Mapping[Relation, Q]:
    return {
        Relation.OWNER: runs(viewer, "audit__partnership"),
        Relation.ASKED: takes_part(viewer, "audit"),
    }


def _status() -> Case:
    return Case(
        When(publication__published_at__isnull=False, then=Value(PUBLISHED)),
        When(audit__opened_at__isnull=True, then=Value(EARLY)),
        default=Value(DRAFT),
        output_field=CharField(),
    )


def _own_work(viewer: Viewer) -> Q:
    if viewer.person is None:
        return Q(pk__in=[])
    return Q(made_by=viewer.person) | Q(publication__put_forward_by=viewer.person)


_IS_PUBLISHED, _IS_UNPUBLISHED = frozenset({PUBLISHED}), frozenset({EARLY, DRAFT})
# The chair does not read what the meeting has not opened: a report shows every agency's returns.
_AFTER_OPENING = frozenset({DRAFT, PUBLISHED})
# Of a draft no number is suppressed and no word was cleared: only those who work on it see it.
_WHO = (
    Grant(COORDINATOR, OWNER),
    Grant(CHAIR, PART, _AFTER_OPENING),
    # A moderator grades blind until the round is opened, and a draft may tell a grade.
    Grant(MODERATOR | SCRUTINEER | AGGREGATES_ONLY, PART, _IS_PUBLISHED),
    Grant(AGENCY, ASKED, _IS_PUBLISHED),
    Grant(INSPECTOR, SHARED),
)
# Somebody with a name: a signature of the machine's operator would be nobody's.
_COORDINATOR = frozenset({Role.AUDIT_COORDINATOR})
_WORDS = (Grant(_COORDINATOR, OWNER), Grant(CHAIR, PART, _AFTER_OPENING))
_CLEARS = (
    Grant(_COORDINATOR, OWNER, _IS_UNPUBLISHED),
    Grant(CHAIR, PART, frozenset({DRAFT})),
)

DECLARES = Declares(
    kinds=(
        Kind(
            "reports.reportversion",
            "a report",
            "report.see",
            _relations,
            classes={
                **dict.fromkeys((FieldClass.AGGREGATE, FieldClass.OPINION, FieldClass.STAFF), _WHO),
                FieldClass.IDENTITY: _WORDS,
            },
            within={"programmes.audit": "audit"},
            status=_status,
            own_work=_own_work,
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "report.see", "read a report", "read the report", _WHO, kind="reports.reportversion"
        ),
        Action(
            "report.download",
            "download a report",
            "downloaded the report",
            _WHO,
            kind="reports.reportversion",
            leaves=True,
        ),
        Action(
            "board.see",
            "see the board's page",
            "looked at the board's page",
            (Grant(COORDINATOR | CHAIR | SCRUTINEER | AGGREGATES_ONLY),),
        ),
        Action(
            "report.see_words",
            "see the words of a report that may be somebody's",
            "looked at the words of the report that may be somebody's",
            _WORDS,
            kind="reports.reportversion",
        ),
        Action(
            "report.put_forward",
            "put a report forward to be published",
            "asked to put the report forward",
            (Grant(_COORDINATOR, OWNER, _IS_UNPUBLISHED),),
            kind="reports.reportversion",
            is_read=False,
        ),
        Action(
            "report.clear",
            "clear a word of a report that may be somebody's",
            "asked to clear a word of the report",
            _CLEARS,
            kind="reports.reportversion",
            is_read=False,
            approves=True,
        ),
        Action(
            "report.sign",
            "sign and publish a report",
            "asked to sign the report",
            _CLEARS,
            kind="reports.reportversion",
            is_read=False,
            approves=True,
        ),
    ),
    events=(
        EventType("report.made", "made the report"),
        EventType("report.forwarded", "put the report forward to be published"),
        EventType("report.cleared", "cleared a word of the report"),
        EventType("report.published", "signed the report, which published it"),
    ),
    notices=(
        NoticeType(
            "report.published",
            "Safehub: a report of {reference} is published",
            "A report of {reference} is published. Sign in to read it.",
        ),
    ),
    fields={
        **{
            f"reportversion.{name}": _ADMINISTRATIVE
            for name in ("id", "audit", "number", "previous_audit", "sha256", "made_at")
        },
        # The meeting's findings stand in it, so it is more than numbers.
        "reportversion.made_by": _STAFF,
        **{
            f"publication.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "report", "suppression", "corrects", "put_forward_at", "published_at"),
                *("looked_in", "not_looked_in", "unusable"),
            )
        },
        **{f"publication.{name}": _STAFF for name in ("put_forward_by", "signed_by")},
        **{
            f"publication.{name}": FieldRule(FieldClass.OPINION, _KEPT)
            for name in ("corrected", "why", "report_json", "document", "briefing")
        },
        "publication.figures": _AGGREGATE,
        **{
            f"reportword.{name}": _ADMINISTRATIVE
            for name in ("id", "report", "position", "kind", "cleared_at")
        },
        **{
            f"reportword.{name}": FieldRule(FieldClass.IDENTITY, _KEPT)
            for name in ("before", "word", "after")
        },
        "reportword.reason": FieldRule(FieldClass.OPINION, _KEPT),
        "reportword.cleared_by": _STAFF,
        **{
            f"publishedfile.{name}": _ADMINISTRATIVE
            for name in ("id", "report", "form", "sha256", "size")
        },
        "reportversion.report_json": FieldRule(FieldClass.OPINION, _KEPT),
        "reportversion.document": FieldRule(FieldClass.OPINION, _KEPT),
        **{
            f"standingfigures.{name}": _ADMINISTRATIVE
            for name in ("id", "audit", "position", "agency", "token", "derived_at")
        },
        "standingfigures.headline": _AGGREGATE,
        "standingfigures.figures": _AGGREGATE,
        **{
            f"reportfigure.{name}": _ADMINISTRATIVE
            for name in ("id", "report", "position", "unit", "definition")
        },
        **{
            f"reportfigure.{name}": _AGGREGATE
            for name in (
                "figure",
                "agency",
                "question",
                "answer",
                "n",
                "of",
                "percent",
                "low",
                "high",
                "low_fpc",
                "high_fpc",
            )
        },
    },
    parts={
        "reports.standingfigures": "programmes.audit",
        "reports.reportfigure": "reports.reportversion",
        "reports.publication": "reports.reportversion",
        "reports.reportword": "reports.reportversion",
        "reports.publishedfile": "reports.reportversion",
    },
)
