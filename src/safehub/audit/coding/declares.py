"""Who writes the code book, who codes, and who sees what came of it."""

from __future__ import annotations

from django.db.models import Case, CharField, Q, Value, When

from safehub.audit.coding.queries.relations import OF, own_texts, text_relations
from safehub.audit.coding.states import AWAITED, OPENED, SETTLED, SUPERSEDED, UNCODED
from safehub.audit.programmes.queries.standing import (
    AGENCY,
    ANSWERING,
    ASKED,
    CHAIR,
    COORDINATOR,
    INSPECTOR,
    IS_OPENED,
    MODERATOR,
    OWNER,
    PART,
    SCRUTINEER,
    SHARED,
)
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType

_KEPT = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
_BOOK_KEPT = "as long as the partnership has a code book"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)
_BOOK = FieldRule(FieldClass.ADMINISTRATIVE, _BOOK_KEPT)
_OPINION = FieldRule(FieldClass.OPINION, _KEPT)
_STAFF = FieldRule(FieldClass.STAFF, _KEPT)
_UNTIL_CODED = "until the first coding of the text is finished"
_WAITING = FieldRule(FieldClass.ADMINISTRATIVE, _UNTIL_CODED)
_SUGGESTED = FieldRule(FieldClass.OPINION, _UNTIL_CODED)

# The office codes: whoever is of an agency that returned would code its own words.
_CODER = frozenset({Role.AUDIT_COORDINATOR}) | MODERATOR
_AUDITOR = frozenset({Role.AGENCY_AUDITOR})
_DONE = frozenset({SETTLED, OPENED})
_OPEN = frozenset({OPENED})


def _status() -> Case:
    return Case(
        When(Q(version__is_latest=False), then=Value(SUPERSEDED)),
        When(Q(first_done_at__isnull=True), then=Value(UNCODED)),
        When(Q(wants_second=True, second_done_at__isnull=True), then=Value(AWAITED)),
        When(Q(**{f"{OF}__audit__opened_at__isnull": False}), then=Value(OPENED)),
        default=Value(SETTLED),
        output_field=CharField(),
    )


# As the words of a return are seen once the round is opened.
_OTHERS = (
    Grant(CHAIR | SCRUTINEER, SHARED | ASKED, _OPEN),
    Grant(AGENCY, OWNER, _OPEN),
    Grant(_AUDITOR | ANSWERING, ASKED, _OPEN),
    Grant(INSPECTOR, SHARED, _OPEN),
)
_WHO = (Grant(COORDINATOR, SHARED), Grant(MODERATOR, SHARED | ASKED), *_OTHERS)
# A coding is shown to nobody until all are in, so that the second is blind to the first.
_OFFICE_DONE = (
    Grant(COORDINATOR, SHARED, _DONE),
    Grant(MODERATOR, SHARED | ASKED, _DONE),
)

DECLARES = Declares(
    kinds=(
        Kind(
            "coding.codedtext",
            "a text to be coded",
            "coding.see",
            text_relations,
            classes={
                FieldClass.OPINION: (*_OFFICE_DONE, *_OTHERS),
                FieldClass.STAFF: _OFFICE_DONE,
            },
            within={
                "returns.return": "audit_return",
                "sampling.case": "audit_return__case",
                "programmes.audit": f"{OF}__audit",
            },
            status=_status,
            own_work=own_texts,
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "audit.see_coding",
            "see which themes texts speak of",
            "looked at which themes texts speak of",
            (
                Grant(COORDINATOR, OWNER),
                Grant(MODERATOR, PART),
                Grant(CHAIR | SCRUTINEER, PART, IS_OPENED),
                Grant(AGENCY, ASKED, IS_OPENED),
                Grant(INSPECTOR, SHARED, IS_OPENED),
            ),
            kind="programmes.audit",
        ),
        Action(
            "audit.see_suggestions",
            "see how good suggestions for coding are",
            "looked at how good suggestions for coding are",
            (Grant(COORDINATOR | MODERATOR, OWNER),),
            kind="programmes.audit",
        ),
        Action(
            "audit.choose_texts",
            "choose the texts to be coded",
            "asked to choose the texts to be coded",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "audit.write_code_book",
            "write the code book",
            "asked to write the code book",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "coding.see",
            "open a text to be coded",
            "opened the text to be coded",
            _WHO,
            kind="coding.codedtext",
        ),
        Action(
            "coding.code",
            "code a text",
            "asked to code the text",
            (Grant(_CODER, SHARED, frozenset({UNCODED})),),
            kind="coding.codedtext",
            is_read=False,
            approves=True,
        ),
        Action(
            "coding.code_again",
            "code a text a second time",
            "asked to code the text a second time",
            (Grant(_CODER, SHARED, frozenset({AWAITED})),),
            kind="coding.codedtext",
            is_read=False,
            approves=True,
        ),
    ),
    events=(
        EventType("coding.theme_added", "added a theme to the code book"),
        EventType("coding.theme_worded", "changed the words of a theme"),
        EventType("coding.theme_retired", "retired a theme of the code book"),
        EventType("coding.theme_brought_back", "brought back a theme of the code book"),
        EventType("coding.chosen", "chose texts to be coded"),
        EventType("coding.marked", "marked passages of the text"),
        EventType("coding.done", "finished coding the text"),
        EventType("coding.let_go", "let somebody else code the text"),
        EventType("coding.received", "took in codes"),
        EventType("coding.learnt", "learnt suggestions from codes"),
        EventType("coding.suggestion_taken", "took a suggested theme for a passage"),
        EventType("coding.suggestion_dismissed", "dismissed a suggested theme of a passage"),
    ),
    notices=(
        NoticeType(
            "coding.let_go",
            "Safehub: {reference} was left to somebody else",
            "You had begun to code {reference} and marked nothing more for 14 days. It was left to "
            "whoever takes it, and what you had marked is dropped.",
        ),
    ),
    fields={
        **{
            f"codetheme.{name}": _BOOK
            for name in ("id", "partnership", "code", "added_at", "retired_at")
        },
        **{
            f"themewords.{name}": _BOOK
            for name in (
                *("id", "theme", "edition", "name", "definition", "examples"),
                *("use_when", "not_when", "is_current", "written_at"),
            )
        },
        "themewords.written_by": FieldRule(FieldClass.STAFF, _BOOK_KEPT),
        **{
            f"textchoice.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "audit", "number", "questions", "share", "seed", "of", "chosen_at"),
            )
        },
        "textchoice.chosen_by": _STAFF,
        **{
            f"codedtext.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "choice", "audit_return", "version", "column", "wants_second"),
                *("first_done_at", "second_done_at"),
            )
        },
        **{f"codedtext.{name}": _STAFF for name in ("first_by", "second_by")},
        **{f"code.{name}": _ADMINISTRATIVE for name in ("id", "text", "coding", "coded_at")},
        "code.is_suggested": _OPINION,
        **{
            f"learning.{name}": _BOOK
            for name in ("id", "partnership", "digest", "codes", "learnt_at")
        },
        "learning.measured": FieldRule(FieldClass.AGGREGATE, _BOOK_KEPT),
        **{f"suggestion.{name}": _WAITING for name in ("id", "text")},
        **{f"suggestion.{name}": _SUGGESTED for name in ("theme", "start", "end")},
        **{f"dismissal.{name}": _WAITING for name in ("id", "text", "at")},
        **{f"dismissal.{name}": _SUGGESTED for name in ("theme", "start", "end")},
        "dismissal.person": FieldRule(FieldClass.STAFF, _UNTIL_CODED),
        **{f"code.{name}": _OPINION for name in ("start", "end", "words", "polarity")},
    },
    parts={
        "coding.codetheme": "programmes.audit",
        "coding.themewords": "programmes.audit",
        "coding.textchoice": "programmes.audit",
        "coding.code": "coding.codedtext",
        "coding.learning": "programmes.audit",
        "coding.suggestion": "coding.codedtext",
        "coding.dismissal": "coding.codedtext",
    },
)
