"""What changes how records are guarded. Nobody whom a guard shuts out lowers it."""

from __future__ import annotations

from django.db import transaction

from safehub.foundation.access.asking import must_be_open, needs, not_allowed, now_for
from safehub.foundation.access.commands import raise_alert
from safehub.foundation.access.decision import Refusal, check, refused
from safehub.foundation.access.models import NamedPerson, Protection
from safehub.foundation.access.queries.bearing import forget
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.states import AlertKind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Outcome, Sensitivity
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.commands import record

# What only the named list opens: with nobody on it, nobody could open or lower it again.
_BY_LIST = (Sensitivity.RESTRICTED, Sensitivity.SEALED)
_NOT_ASKED = {"lifting_by": None, "lifting_at": None, "lifting_reason": ""}


@transaction.atomic
def protect_record(
    *,
    on: RecordRef,
    sensitivity: Sensitivity,
    reason: str,
    by: Viewer,
    subject_organisation: int | None = None,
) -> None:
    """Guard a record beyond how it is guarded already; standard lifts all guards but a seal.

    The named list stays. A restriction and a seal need somebody on it first. Sealing anew takes
    back what was asked for, to lift it. Raises NotPossible, NotAllowed.
    """
    check(by, "record.protect", None)
    must_be_open(by, on, "record.protect")
    needs(reason, "why it is guarded so")
    is_staff = sensitivity is Sensitivity.STAFF_SUBJECT
    if is_staff and subject_organisation is None:
        raise NotPossible("Say where the professional works whom the allegation is about.")
    named = _named(on)
    stands = [one for one in _guards(on) if one.sensitivity == sensitivity]
    if stands or sensitivity is Sensitivity.STANDARD:
        _may_change_guards(by, on, named)
    if sensitivity is Sensitivity.STANDARD:
        _lift_all(on)
    else:
        if sensitivity in _BY_LIST and not _in_service(named):
            raise NotPossible(
                "Put somebody on the named list first: without, nobody could open it."
            )
        Protection.objects.update_or_create(
            kind=on.kind,
            key=on.key,
            sensitivity=sensitivity,
            subject_organisation=subject_organisation if is_staff else None,
            defaults={
                "reason": reason,
                "set_by_id": by.person,
                "set_at": now_for(by),
                **_NOT_ASKED,
            },
        )
    forget()
    record("record.protected", by=by, on=on, reason=sensitivity)


def _lift_all(on: RecordRef) -> None:
    if any(one.sensitivity == Sensitivity.SEALED for one in _guards(on)):
        raise NotPossible("A seal is lifted by two of its guardians: ask for that, with a reason.")
    Protection.objects.filter(kind=on.kind, key=on.key).delete()


@transaction.atomic
def name_person(*, on: RecordRef, person: int, by: Viewer) -> None:
    """Put a person on the named list of a record. Nobody names themselves."""
    check(by, "record.protect", None)
    must_be_open(by, on, "record.protect")
    if person == by.person:
        raise not_allowed(
            "You may not put yourself on a named list: ask a colleague to do so.",
            Refusal(by, "record.protect", on, Reason.OWN_WORK),
        )
    _may_change_guards(by, on, _named(on))
    NamedPerson.objects.get_or_create(
        kind=on.kind,
        key=on.key,
        person_id=person,
        defaults={"named_by_id": by.person, "named_at": now_for(by)},
    )
    forget()
    record("record.person_named", by=by, on=on, detail={"person": person})


@transaction.atomic
def take_off_list(*, on: RecordRef, person: int, by: Viewer) -> None:
    """Take a person off the named list of a record, but for the last whom a guard needs there.

    Whatever that person asked for, to lift the seal, is taken back with it.
    """
    check(by, "record.protect", None)
    must_be_open(by, on, "record.protect")
    named = _named(on)
    _may_change_guards(by, on, named)
    left = [one for one in _in_service(named) if one.person_id != person]
    if not left and any(one.sensitivity in _BY_LIST for one in _guards(on)):
        raise NotPossible("Name somebody else first: without, nobody could open this record.")
    NamedPerson.objects.filter(kind=on.kind, key=on.key, person_id=person).delete()
    Protection.objects.filter(kind=on.kind, key=on.key, lifting_by=person).update(**_NOT_ASKED)
    forget()
    record("record.person_unnamed", by=by, on=on, detail={"person": person})


@transaction.atomic
def ask_to_lift_seal(*, on: RecordRef, reason: str, by: Viewer) -> None:
    """Ask, as one guardian of a seal, for another to confirm that it goes. Till then it stays.

    All guardians are told. Raises NotAllowed for whoever is none.
    """
    check(by, "record.protect", None)
    must_be_open(by, on, "record.protect")
    needs(reason, "why the seal is to go")
    _may_change_guards(by, on, _named(on))
    asked = Protection.objects.filter(
        kind=on.kind, key=on.key, sensitivity=Sensitivity.SEALED, lifting_at__isnull=True
    ).update(lifting_by=by.person, lifting_at=now_for(by), lifting_reason=reason)
    if not asked:
        raise NotPossible("No seal waits for that: it is not sealed, or somebody asked already.")
    raise_alert(what=AlertKind.SEAL_LIFTING, on=on, by=by)
    record("record.seal_lifting_asked", by=by, on=on)


@transaction.atomic
def lift_seal(*, on: RecordRef, by: Viewer) -> None:
    """Be the second guardian, who confirms what another one asked for: the seal is gone.

    Any role may, that the record is open to. All guardians are told.
    """
    must_be_open(by, on, "record.protect")
    named = _named(on)
    _may_change_guards(by, on, named)
    seal = next((one for one in _guards(on) if one.lifting_at is not None), None)
    if seal is None or seal.lifting_by_id not in {one.person_id for one in _in_service(named)}:
        raise NotPossible("No guardian has asked to lift this seal: ask for it, with a reason.")
    if seal.lifting_by_id == by.person:
        raise refused(Refusal(by, "record.protect", on, Reason.OWN_WORK), Outcome.REFUSED)
    gone, _ = Protection.objects.filter(pk=seal.pk, lifting_at=seal.lifting_at).delete()
    if not gone:
        raise NotPossible("Somebody has settled it already: open the record again.")
    raise_alert(what=AlertKind.SEAL_LIFTED, on=on, by=by)
    forget()
    record("record.seal_lifted", by=by, on=on, detail={"asked_by": seal.lifting_by_id or 0})


def _guards(on: RecordRef) -> list[Protection]:
    return list(Protection.objects.filter(kind=on.kind, key=on.key).order_by("pk"))


def _named(on: RecordRef) -> list[NamedPerson]:
    """The named list, kept from changing until the step is done. Asked before the guards are."""
    rows = NamedPerson.objects.select_for_update(of=("self",)).select_related("person")
    return list(rows.filter(kind=on.kind, key=on.key).order_by("pk"))


def _in_service(named: list[NamedPerson]) -> list[NamedPerson]:
    return [one for one in named if one.person.is_active]


def _may_change_guards(by: Viewer, on: RecordRef, named: list[NamedPerson]) -> None:
    """Raise NotAllowed for whoever a guard of the record shuts out: they would let themselves in.

    The edge tells the guardians of a seal of the try.
    """
    if by.person is not None and by.person in {one.person_id for one in named}:
        return
    for guard in _guards(on):
        is_staff = guard.sensitivity == Sensitivity.STAFF_SUBJECT
        if not is_staff or guard.subject_organisation == by.organisation:
            why = Reason(guard.sensitivity)
            raise refused(Refusal(by, "record.protect", on, why), Outcome.REFUSED)
