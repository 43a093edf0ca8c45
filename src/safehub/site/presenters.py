"""What the pages that belong to no single part say."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import RiskAlert
from safehub.audit.returns.signing.queries import ToSign
from safehub.foundation.access.decision import classes_of
from safehub.foundation.access.models import Alert, Conflict, GlassBreak, Label
from safehub.foundation.access.queries import policy
from safehub.foundation.access.reasons import WORDS, Reason
from safehub.foundation.access.states import AlertKind, GlassCategory
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.govuk.parts import Fact, Link, Moment, Tag
from safehub.foundation.govuk.wording import day, moment, plural
from safehub.foundation.outbox.models import Job
from safehub.foundation.outbox.queries import DeadLetter
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.queries import TrailRow
from safehub.register.accounts.rules import ROLE_NAMES
from safehub.site.queries import agencies_of, names_of, number_of_case, reference_of_return


def label_of(on: RecordRef) -> str:
    """A record by what it is and its number: it tells nothing of what is in it."""
    kind = policy().kinds.get(on.kind)
    words = kind.label if kind else on.kind
    return f"{words.removeprefix('an ').removeprefix('a ').capitalize()} {on.key}"


def named(on: RecordRef) -> str:
    """The same, but a case by the number that it has in its audit. One query for a case."""
    case = number_of_case(on.key) if on.kind == "sampling.case" else ""
    return f"Case {case}" if case else label_of(on)


def address_of(on: RecordRef) -> str:
    """Where a record that was just opened is read; home for one that has no page."""
    reference = reference_of_return(on.key) if on.kind == "returns.return" else ""
    return reverse("audit:return", args=[reference, on.key]) if reference else reverse("home")


def work_rows(under_way: Sequence[tuple[Audit, int | None]]) -> list[list[object]]:
    """A row for each audit under way, with what the viewer's agency still owes."""
    return [
        [
            Link(audit.title, reverse("audit:round", args=[audit.reference])),
            day(audit.returns_due_on) if audit.returns_due_on else "Not set",
            _owed(owed),
        ]
        for audit, owed in under_way
    ]


def _owed(owed: int | None) -> object:
    if owed is None:
        return "Your agency is not asked"
    return Tag("Nothing: all cases are answered", "green") if owed == 0 else plural(owed, "case")


def moments(viewer: Viewer, rows: Sequence[TrailRow]) -> list[Moment]:
    """The rows of a trail in words: who, as whom, did what, and when. Two queries."""
    names = names_of(viewer, (row.person for row in rows))
    agencies = agencies_of(row.membership for row in rows)
    return [
        Moment(
            title=f"{_who(row, names)} {row.words}"
            if row.outcome == "allowed"
            else f"{_who(row, names)} was refused",
            at=moment(row.at),
            by=_as_whom(row, agencies),
            body=_details(row),
        )
        for row in rows
    ]


def _who(row: TrailRow, names: dict[int, str]) -> str:
    if row.person is not None:
        return names.get(row.person, f"Person {row.person}")
    if row.role == Role.LOCAL_OPERATOR:
        return f"The local operator ({row.operating_user or 'unknown'})"
    return "Safehub itself"


def _as_whom(row: TrailRow, agencies: dict[int, str]) -> str:
    role = ROLE_NAMES[Role(row.role)] if row.role in set(Role) else row.role
    agency = agencies.get(row.membership) if row.membership is not None else None
    return f"as {role}, {agency}" if agency else f"as {role}"


def _details(row: TrailRow) -> str:
    parts = []
    if row.outcome != "allowed" and row.reason in set(Reason):
        parts.append(f"Because {WORDS.get(Reason(row.reason), row.reason)}.")
    if row.reason == Reason.GLASS:
        parts.append("By breaking glass.")
    if row.classes:
        shown = ", ".join(one.replace("_", " ") for one in row.classes)
        parts.append(f"Shown: {shown}.")
    if row.purpose:
        parts.append(f"For: {row.purpose}.")
    return " ".join(parts)


def letter_rows(letters: Sequence[DeadLetter]) -> list[list[object]]:
    """A row for each message that waits for a person."""
    return [
        [
            letter.subject,
            letter.reference,
            letter.to or "Not shown: it may be a family's",
            Tag("Held back", "orange") if letter.state == "held" else Tag("Not sent", "red"),
            letter.fault or letter.held_by or "–",
            plural(letter.attempts, "try", "tries"),
            Link("Try again", reverse("retry", args=[letter.key]), letter.subject),
            Link("Lay aside", reverse("lay_aside", args=[letter.key]), letter.subject),
        ]
        for letter in letters
    ]


def task_rows(tasks: Sequence[Job]) -> list[list[object]]:
    """A row for each task that waits for a person."""
    return [
        [
            task.code,
            moment(task.created_at),
            task.fault or "–",
            Link("Try again", reverse("retry_task", args=[task.pk]), task.code),
            Link("Lay aside", reverse("lay_task_aside", args=[task.pk]), task.code),
        ]
        for task in tasks
    ]


def sign_links(waiting: Sequence[ToSign]) -> list[str]:
    """Where each return that waits for sign-off is signed off."""
    return [reverse("audit:sign_off", args=[one.reference, one.pk]) for one in waiting]


def grade_links(references: Sequence[str]) -> list[str]:
    """Where each second grade that is owed is given."""
    return [reverse("audit:moderation", args=[one]) for one in references]


def commission_links(keys: Sequence[int]) -> list[str]:
    """Where each commission that waits for a signature is read."""
    return [reverse("commissions:commission", args=[one]) for one in keys]


def risk_links(risks: Sequence[RiskAlert]) -> list[str]:
    """Where each alert of immediate risk is opened."""
    return [reverse("audit:risk", args=[one.participant.audit.reference, one.pk]) for one in risks]


def alert_rows(viewer: Viewer, alerts: Sequence[Alert]) -> list[list[object]]:
    """A row for each open alert; the record by its number alone."""
    names = names_of(viewer, (alert.person_id for alert in alerts))
    return [
        [
            AlertKind(alert.what).label,
            _trail_link(RecordRef(alert.kind, alert.key)),
            names.get(alert.person_id or 0, "–"),
            moment(alert.at),
            Link("Close", reverse("close_alert", args=[alert.pk]), AlertKind(alert.what).label),
        ]
        for alert in alerts
    ]


def label_rows(labels: Sequence[Label]) -> list[list[object]]:
    """A row for each label to look at again; whom it names stays with the record."""
    return [
        [
            _trail_link(RecordRef(label.kind, label.key)),
            label.field_class.replace("_", " ") or "All of it",
            _kept_from(label),
            day(label.recheck_by) if label.recheck_by else "–",
            Link("Look again", reverse("recheck_label", args=[label.pk]), f"label {label.pk}"),
        ]
        for label in labels
    ]


def _kept_from(label: Label) -> str:
    parts = [
        *(["one person"] if label.not_to_person_id is not None else []),
        *([f"whoever is {label.not_to_relation}"] if label.not_to_relation else []),
        *([f"any purpose but {label.purpose}"] if label.purpose else []),
    ]
    return ", ".join(parts) or "Nobody"


def glass_rows(viewer: Viewer, looks: Sequence[GlassBreak]) -> list[list[object]]:
    """A row for each look-in that waits for its review."""
    names = names_of(viewer, (look.person_id for look in looks))
    return [
        [
            _trail_link(RecordRef(look.kind, look.key)),
            names.get(look.person_id, "–"),
            GlassCategory(look.category).label,
            moment(look.at),
            Link("Review", reverse("review_glass", args=[look.pk]), moment(look.at)),
        ]
        for look in looks
    ]


_HIDDEN = "Not for your role"


def conflict_rows(
    viewer: Viewer, found: Sequence[Conflict], step: str, words: str
) -> list[list[object]]:
    """A row for each conflict, with the step that may be taken; its reason stands there alone."""
    names = names_of(viewer, (one.person_id for one in found))
    return [
        [
            _trail_link(RecordRef(one.kind, one.key)),
            names.get(one.person_id, f"Person {one.person_id}"),
            one.state.capitalize(),
            moment(one.raised_at),
            Link(words, reverse(step, args=[one.pk]), f"conflict {one.pk}"),
        ]
        for one in found
    ]


def conflict_facts(viewer: Viewer, found: Conflict) -> list[Fact]:
    """What somebody who decides is shown of a conflict, as far as its classes show to them."""
    classes = classes_of(viewer, "conflict.see", found)
    names = names_of(viewer, (found.person_id, found.raised_by_id, found.decided_by_id))

    def who(key: int | None) -> str:
        if FieldClass.STAFF not in classes:
            return _HIDDEN
        return names.get(key or 0, f"Person {key}" if key else "The local operator")

    def words(text: str) -> str:
        return text if FieldClass.OPINION in classes else _HIDDEN

    rows = [
        Fact("Record", label_of(RecordRef(found.kind, found.key))),
        Fact("Who", who(found.person_id)),
        Fact("Where it stands", found.state.capitalize()),
        Fact("Raised by", who(found.raised_by_id)),
        Fact("Raised", moment(found.raised_at)),
        Fact("What was said", words(found.reason)),
    ]
    if found.decided_at is not None:
        rows += [
            Fact("Decided by", who(found.decided_by_id)),
            Fact("Why it was decided so", words(found.decision)),
        ]
    return rows


def _trail_link(on: RecordRef) -> Link:
    return Link(label_of(on), reverse("trail", args=[on.kind, on.key]), ", who has looked")
