"""What changes what is known of single records: shares, conflicts, labels, broken glass."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from safehub.foundation.access.asking import (
    must_be_open,
    must_be_seen,
    needs,
    not_allowed,
    now_for,
)
from safehub.foundation.access.decision import Refusal, check, decide, refused
from safehub.foundation.access.models import (
    GIVEN,
    Alert,
    Conflict,
    GlassBreak,
    Label,
    Share,
)
from safehub.foundation.access.queries import policy
from safehub.foundation.access.queries.bearing import forget
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.states import (
    OPEN,
    UNDECIDED,
    AlertKind,
    ConflictState,
    GlassCategory,
    GlassOutcome,
)
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Outcome, Relation
from safehub.foundation.errors import Absent, NotPossible
from safehub.foundation.outbox.commands import run_later
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.commands import record

# Need to know: read only, half an hour, a reason that a reviewer can judge (policy, "Break-glass").
GLASS_HOLDS = dt.timedelta(minutes=30)
SHORTEST_REASON = 20
ALERT_JOB = "access.tell_of_alert"
# Whatever hangs on who may work on a record finds it by its code.
CONFLICT_JOB = "access.conflict_stands"


@transaction.atomic
def share_record(
    *,
    on: RecordRef,
    relation: Relation,
    reason: str,
    by: Viewer,
    person: int | None = None,
    organisation: int | None = None,
    until_at: dt.datetime | None = None,
) -> Share:
    """Give a person or an organisation a relation to a record. Raises NotPossible, NotAllowed."""
    check(by, "record.share", None)
    must_be_open(by, on, "record.share")
    if relation not in GIVEN:
        raise NotPossible(f"The relation {relation} follows from the record and is not given.")
    if (person is None) == (organisation is None):
        raise NotPossible("Share with one person or with one organisation.")
    if person is not None and person == by.person:
        raise not_allowed(
            "You may not share a record with yourself: ask a colleague to do so.",
            Refusal(by, "record.share", on, Reason.OWN_WORK),
        )
    needs(reason, "why it is shared")
    if until_at is not None and until_at <= now_for(by):
        raise NotPossible("The share would have ended already: give a later end, or none.")
    made = Share.objects.create(
        kind=on.kind,
        key=on.key,
        relation=relation,
        person_id=person,
        organisation=organisation,
        from_at=now_for(by),
        until_at=until_at,
        reason=reason,
        given_by_id=by.person,
    )
    forget()
    record("record.shared", by=by, on=on, detail={"share": made.pk})
    return made


@transaction.atomic
def revoke_share(*, share: Share, by: Viewer) -> None:
    """Take a share away; it stays on record. It ends from the next request on."""
    on = RecordRef(share.kind, share.key)
    check(by, "record.share", None)
    must_be_open(by, on, "record.share")
    if Share.objects.filter(pk=share.pk, revoked_at__isnull=True).update(revoked_at=now_for(by)):
        forget()
        record("record.share_revoked", by=by, on=on, detail={"share": share.pk})


@transaction.atomic
def label_record(
    *,
    on: RecordRef,
    reason: str,
    by: Viewer,
    field_class: FieldClass | None = None,
    not_to_person: int | None = None,
    not_to_relation: Relation | None = None,
    purpose: str = "",
    origin_organisation: int | None = None,
    recheck_by: dt.date | None = None,
) -> Label:
    """Put a label on a record, or on one class of its fields. A label only ever narrows."""
    check(by, "record.label", None)
    must_be_open(by, on, "record.label")
    needs(reason, "why the label is there")
    if not_to_relation in (Relation.NONE, Relation.CONFLICTED):
        raise NotPossible("Nobody has that relation to an open record: name another, or a person.")
    made = Label.objects.create(
        kind=on.kind,
        key=on.key,
        field_class=field_class or "",
        not_to_person_id=not_to_person,
        not_to_relation=not_to_relation or "",
        purpose=purpose,
        origin_organisation=origin_organisation,
        recheck_by=recheck_by,
        reason=reason,
        set_by_id=by.person,
        set_at=now_for(by),
    )
    forget()
    record("record.labelled", by=by, on=on, detail={"label": made.pk})
    return made


@transaction.atomic
def recheck_label(
    *,
    label: Label,
    is_needed: bool,
    by: Viewer,
    reason: str = "",
    recheck_by: dt.date | None = None,
) -> None:
    """Keep a label, with a reason and a later day to look again, or lift it. Raises NotPossible.

    Until somebody does, it keeps what it kept: a day that has passed opens nothing.
    """
    on = RecordRef(label.kind, label.key)
    check(by, "record.label", None)
    must_be_open(by, on, "record.label")
    unchanged = Label.objects.filter(pk=label.pk, recheck_by=label.recheck_by)
    if is_needed:
        needs(reason, "why it is still needed")
        if recheck_by is None or recheck_by <= timezone.localdate(now_for(by)):
            raise NotPossible("Say by when to look again: a day that is yet to come.")
        changed = unchanged.update(recheck_by=recheck_by, reason=reason)
    else:
        changed, _ = unchanged.delete()
    if not changed:
        raise NotPossible("Somebody has looked at it already: open the list again.")
    forget()
    outcome = "kept" if is_needed else "lifted"
    record("record.label_rechecked", by=by, on=on, reason=outcome, detail={"label": label.pk})


# --- conflicts of interest -----------------------------------------------------------------------


@transaction.atomic
def declare_conflict(*, on: RecordRef, reason: str, by: Viewer) -> Conflict:
    """Declare one's own conflict: from the next request on the record is shut to oneself.

    What others suspected stays beside it, in their words.
    """
    if by.person is None:
        raise not_allowed(
            "Only a person who signs in can declare a conflict of interest.",
            Refusal(by, "conflict.see", on, Reason.ROLE),
        )
    must_be_seen(by, on)
    needs(reason, "what the conflict is")
    made = _raised(on, by.person, ConflictState.DECLARED, reason, by)
    forget()
    record("conflict.declared", by=by, on=on, detail={"conflict": made.pk})
    run_later(CONFLICT_JOB, payload={"conflict": made.pk})
    return made


@transaction.atomic
def suspect_conflict(*, on: RecordRef, person: int, reason: str, by: Viewer) -> Conflict:
    """Say that somebody may be in conflict (same surname, address, household).

    It alerts and asks, and locks nobody out: that person may be the only one on duty. Raises
    Absent for a record that is not open to whoever says so, and for a person who is not there;
    NotPossible while what the same one said before still stands or waits.
    """
    must_be_seen(by, on)
    if not get_user_model()._default_manager.filter(pk=person).exists():
        raise Absent("There is nobody here whom you could name.")
    if person == by.person:
        raise NotPossible("Your own conflict is declared, not suspected: the record is then shut.")
    needs(reason, "what points to a conflict")
    made = _raised(on, person, ConflictState.SUSPECTED, reason, by)
    _alert(AlertKind.SUSPECTED_CONFLICT, on, person, by)
    forget()
    record("conflict.suspected", by=by, on=on, detail={"conflict": made.pk})
    return made


def _raised(on: RecordRef, person: int, state: ConflictState, reason: str, by: Viewer) -> Conflict:
    """A row of its own, once for each who raises it while it stands or waits."""
    made, is_new = Conflict.objects.get_or_create(
        kind=on.kind,
        key=on.key,
        person_id=person,
        raised_by_id=by.person,
        state__in=OPEN,
        defaults={
            "state": state,
            "reason": reason,
            "raised_at": now_for(by),
            "partnership": by.partnership,
        },
    )
    if not is_new:
        raise NotPossible(
            "You have said so already, and it waits for a decision or stands. Tell whoever decides "
            "what you know besides."
        )
    return made


@transaction.atomic
def decide_conflict(*, conflict: Conflict, is_conflict: bool, words: str, by: Viewer) -> Conflict:
    """Confirm or clear a conflict that was suspected or declared. Never one's own, and once."""
    check(by, "conflict.decide", conflict)
    needs(words, "why it was decided so")
    state = ConflictState.CONFIRMED if is_conflict else ConflictState.CLEARED
    changed = Conflict.objects.filter(pk=conflict.pk, state__in=UNDECIDED).update(
        state=state, decided_by=by.person, decided_at=now_for(by), decision=words
    )
    if not changed:
        raise NotPossible("It was decided already. To turn that round is a step of its own.")
    return _settled(conflict, "conflict.decided", state, by)


@transaction.atomic
def reverse_conflict(*, conflict: Conflict, words: str, by: Viewer) -> Conflict:
    """Turn a decision round, once and for a reason of its own; the decision stays on record.

    A confirmed conflict is cleared, a cleared one confirmed. Never one's own. Raises NotPossible
    where nothing was decided, or the same one has raised it anew meanwhile.
    """
    check(by, "conflict.decide", conflict)
    needs(words, "why the decision is turned round")
    is_confirmed = conflict.state == ConflictState.CONFIRMED
    state = ConflictState.CLEARED if is_confirmed else ConflictState.CONFIRMED
    if not is_confirmed and _is_raised_anew(conflict):
        raise NotPossible("It has been raised anew since: decide on that.")
    decided = Conflict.objects.filter(
        pk=conflict.pk, state=conflict.state, decided_at__isnull=False, reversed_at__isnull=True
    )
    if not decided.update(
        state=state, reversed_by=by.person, reversed_at=now_for(by), reversal=words
    ):
        raise NotPossible("There is no decision to turn round, or somebody has done so already.")
    return _settled(conflict, "conflict.reversed", state, by)


def _is_raised_anew(conflict: Conflict) -> bool:
    raised = Conflict.objects.filter(
        kind=conflict.kind,
        key=conflict.key,
        person=conflict.person_id,
        raised_by=conflict.raised_by_id,
        state__in=OPEN,
    )
    return raised.exclude(pk=conflict.pk).exists()


def _settled(conflict: Conflict, event: str, state: ConflictState, by: Viewer) -> Conflict:
    on = RecordRef(conflict.kind, conflict.key)
    forget()
    record(event, by=by, on=on, reason=state, detail={"conflict": conflict.pk})
    if state == ConflictState.CONFIRMED:
        run_later(CONFLICT_JOB, payload={"conflict": conflict.pk})
    conflict.refresh_from_db()
    return conflict


# --- broken glass --------------------------------------------------------------------------------


@transaction.atomic
def break_glass(*, on: RecordRef, category: GlassCategory, reason: str, by: Viewer) -> GlassBreak:
    """Look at a record without a grant, for 30 minutes, read only; reviewed afterwards.

    The second factor is wanted again. Raises Absent where glass is not offered: never over a
    conflict, an allegation about a colleague or a label. Owner and privacy officer are told.
    """
    check_glass_is_offered(by, on)
    if by.person is None or by.membership is None:
        raise not_allowed(
            "Glass is broken by a person who is signed in.",
            Refusal(by, "glass.break", on, Reason.ROLE),
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotPossible(
            f"Say why in at least {SHORTEST_REASON} characters: somebody will review it."
        )
    at = now_for(by)
    made = GlassBreak.objects.create(
        kind=on.kind,
        key=on.key,
        person_id=by.person,
        membership=by.membership,
        category=category,
        reason=reason,
        at=at,
        until=at + GLASS_HOLDS,
        partnership=by.partnership,
    )
    forget()
    record("glass.broken", by=by, on=on, reason=category, detail={"glass": made.pk})
    _alert(AlertKind.GLASS_BROKEN, on, by.person, by)
    return made


def check_glass_is_offered(by: Viewer, on: RecordRef) -> None:
    """Raise Absent where glass may not be broken over the record, as if it were not there."""
    see = policy().kinds[on.kind].see if on.kind in policy().kinds else ""
    decision = decide(by, see, on)
    if decision.outcome is not Outcome.BREAK_GLASS:
        raise refused(Refusal(by, "glass.break", on, decision.reason), Outcome.ABSENT)
    check(by, "glass.break", None)


@transaction.atomic
def confirm_glass(*, glass: GlassBreak, by: Viewer) -> None:
    """Be the second person whom a sealed location needs. Never the one who broke it."""
    check(by, "glass.confirm", glass)
    changed = GlassBreak.objects.filter(
        pk=glass.pk, second_person__isnull=True, until__gt=now_for(by)
    ).update(second_person=by.person)
    if not changed:
        raise NotPossible("It has run out or was confirmed already: ask for it to be broken again.")
    on = RecordRef(glass.kind, glass.key)
    forget()
    record("glass.confirmed", by=by, on=on, detail={"glass": glass.pk})


@transaction.atomic
def review_glass(*, glass: GlassBreak, outcome: GlassOutcome, words: str, by: Viewer) -> None:
    """Say whether it was justified. Never one's own."""
    check(by, "glass.review", glass)
    needs(words, "what the review found")
    changed = GlassBreak.objects.filter(pk=glass.pk, reviewed_at__isnull=True).update(
        reviewed_by=by.person, reviewed_at=now_for(by), review=outcome, review_words=words
    )
    if not changed:
        raise NotPossible("Somebody has reviewed it already: open it again to read that.")
    on = RecordRef(glass.kind, glass.key)
    forget()
    record("glass.reviewed", by=by, on=on, reason=outcome, detail={"glass": glass.pk})


@transaction.atomic
def close_alert(*, alert: Alert, words: str, by: Viewer) -> None:
    """Close an alert with what was found."""
    check(by, "alert.close", alert)
    needs(words, "what was found")
    changed = Alert.objects.filter(pk=alert.pk, closed_at__isnull=True).update(
        closed_by=by.person, closed_at=now_for(by), closing_words=words
    )
    if not changed:
        raise NotPossible("Somebody has closed it already: open it again to read what was found.")
    record("alert.closed", by=by, on=RecordRef(alert.kind, alert.key), detail={"alert": alert.pk})


@transaction.atomic
def raise_alert(*, what: AlertKind, on: RecordRef, by: Viewer) -> Alert:
    """Put something that the viewer did before the privacy officer, in the act's transaction."""
    return _alert(what, on, by.person, by)


def _alert(what: AlertKind, on: RecordRef, person: int | None, by: Viewer) -> Alert:
    made = Alert.objects.create(
        what=what,
        kind=on.kind,
        key=on.key,
        person_id=person,
        at=now_for(by),
        partnership=by.partnership,
    )
    # Who is told is known above this layer: the job finds the privacy officers and tells them.
    run_later(ALERT_JOB, payload={"alert": made.pk}, once=f"alert:{made.pk}")
    return made
