"""What the pages that belong to no single part read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.programmes.queries import audits
from safehub.audit.returns.models import Return, SignedOff, SignOff
from safehub.audit.sampling.models import Case
from safehub.audit.sampling.queries import latest_draw
from safehub.foundation.access.decision import (
    Refusal,
    check,
    may,
    open_record,
    refused,
    visible_to,
)
from safehub.foundation.access.models import Alert, Conflict, GlassBreak, Label
from safehub.foundation.access.queries import facts_of, label_to_recheck, policy
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Outcome
from safehub.foundation.errors import Absent
from safehub.foundation.outbox.queries import dead_count
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.commands import noted
from safehub.foundation.trail.queries import TrailPage, looks_at
from safehub.register.accounts.models import Membership, Person
from safehub.site.declares import ANY_RECORD


def trail_for(viewer: Viewer, on: RecordRef, after: str = "") -> TrailPage:
    """Who has looked at the record. Raises Absent where the viewer may not open it, and NotAllowed.

    The privacy officer need not open it: they see who looked, and nothing of what is in it. It must
    have to do with their own agency all the same, and not be hidden from them: who looked at an
    allegation about a colleague tells of it.
    """
    kind = policy().kinds.get(on.kind)
    if kind is None:
        raise Absent("There is nothing here that you may see.")
    if viewer.role not in ANY_RECORD:
        check(viewer, kind.see, on)
    else:
        why = _hides_from_officer(viewer, on)
        if why is not None:
            raise refused(Refusal(viewer, "trail.see", on, why), Outcome.ABSENT)
    check(viewer, "trail.see")
    noted("trail.see", by=viewer, on=on)
    return looks_at(viewer, on, after=after)


def _hides_from_officer(viewer: Viewer, on: RecordRef) -> Reason | None:
    """Why the record has nothing to do with the officer, or is one that rules 3 and 4 hide."""
    facts = facts_of(viewer, on.kind, [on.key]).get(on.key)
    if facts is None or not facts.relations:
        return Reason.RELATION
    if facts.is_conflicted:
        return Reason.CONFLICTED
    if facts.fails_staff_subject:
        return Reason.STAFF_SUBJECT
    if facts.is_sealed_itself and policy().kinds[on.kind].is_person:
        return Reason.SEALED
    is_barred = any(label.bars and label.field_class is None for label in facts.labels)
    return Reason.LABEL if is_barred else None


def names_of(viewer: Viewer, keys: Iterable[int | None]) -> dict[int, str]:
    """The names of those people that the viewer may see, by key: the trail keeps keys alone.

    One query.
    """
    wanted = {key for key in keys if key is not None}
    people = visible_to(viewer, "person.see", Person.objects.filter(pk__in=wanted))
    return dict(people.values_list("pk", "name"))


def agencies_of(memberships: Iterable[int | None]) -> dict[int, str]:
    """The agency of each membership, by its key. One query."""
    wanted = {key for key in memberships if key is not None}
    return dict(Membership.objects.filter(pk__in=wanted).values_list("pk", "agency__name"))


def audits_under_way(viewer: Viewer) -> list[tuple[Audit, int | None]]:
    """Audits whose round is not opened, with how many cases the viewer's own agency still owes.

    None for who answers for no agency in it. One query, and one more for each audit that asks it.
    """
    asks = Participant.objects.filter(audit=OuterRef("pk"), agency=viewer.organisation)
    gathering = audits(viewer).filter(opened_at__isnull=True).annotate(is_asked=Exists(asks))
    found = gathering.order_by("returns_due_on", "pk")[:10]
    return [(audit, _owed(viewer, audit) if audit.is_asked else None) for audit in found]


_SENT_BACK = SignOff.objects.filter(
    version__audit_return=OuterRef("pk"), version__is_latest=True, outcome=SignedOff.SENT_BACK
)


def _owed(viewer: Viewer, audit: Audit) -> int:
    mine = Return.objects.filter(participant__agency=viewer.organisation)
    settled = visible_to(viewer, "return.see", mine).filter(
        Q(versions__known="no") | Q(versions__known="yes", versions__status="submitted"),
        ~Q(Exists(_SENT_BACK)),
        versions__is_latest=True,
    )
    drawn = Case.objects.filter(
        draw=latest_draw(audit), number__isnull=False, withdrawal_position__isnull=True
    )
    asked = visible_to(viewer, "case.see", drawn)
    counts = asked.aggregate(
        asked=Count("pk", distinct=True),
        settled=Count("pk", filter=Q(pk__in=settled.values("case")), distinct=True),
    )
    return int(counts["asked"]) - int(counts["settled"])


def glass_to_review(viewer: Viewer) -> list[GlassBreak]:
    """Broken glass that waits for a review, as far as the viewer may see it; oldest first."""
    found = GlassBreak.objects.filter(reviewed_at__isnull=True).order_by("at", "pk")
    return list(visible_to(viewer, "glass.see", found)[:100])


def one_alert(viewer: Viewer, key: int) -> Alert:
    """One alert that nobody has closed, opened. Raises Absent."""
    return open_record(viewer, "alert.see", Alert.objects.filter(closed_at__isnull=True), pk=key)


def one_label(viewer: Viewer, key: int) -> Label:
    """One label that the viewer is to look at again. Raises Absent for any other."""
    found = label_to_recheck(viewer, key)
    if found is None:
        raise refused(Refusal(viewer, "record.label", None, Reason.RELATION), Outcome.ABSENT)
    return found


def one_conflict(viewer: Viewer, key: int) -> Conflict:
    """One conflict of interest, opened. Raises Absent."""
    return open_record(viewer, "conflict.see", Conflict.objects.all(), pk=key)


def one_glass_break(viewer: Viewer, key: int) -> GlassBreak:
    """One look-in, opened. Raises Absent."""
    return open_record(viewer, "glass.see", GlassBreak.objects.all(), pk=key)


def waiting_letters(viewer: Viewer) -> int:
    """How many messages and tasks wait for a person; nought for who may not see them."""
    return dead_count(viewer) if may(viewer, "outbox.see") else 0


def reference_of_return(key: int) -> str:
    """The reference of the audit that a return belongs to; blank where there is none."""
    found = Return.objects.filter(pk=key).values_list("participant__audit__reference", flat=True)
    return found.first() or ""


def number_of_case(key: int) -> str:
    """The number that a case has in its audit; blank where there is none."""
    return Case.objects.filter(pk=key).values_list("number", flat=True).first() or ""
