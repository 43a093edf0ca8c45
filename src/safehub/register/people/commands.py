"""What changes the register of people. Each step keeps the keys by which people are found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from safehub.foundation.access.asking import needs, now_for
from safehub.foundation.access.decision import check, classes_of
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.clocks.calendar import london_day
from safehub.foundation.documents.lettering import is_blank, writable
from safehub.foundation.errors import Absent, EditConflict, NotPossible
from safehub.foundation.outbox.commands import run_later
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.matching.records import Compared
from safehub.register.agencies.models import Agency, Partnership
from safehub.register.people.faces import faces_of, keys_of
from safehub.register.people.looking import HIDDEN_JOB, candidates_for
from safehub.register.people.models import (
    Address,
    FieldHistory,
    Identifier,
    Individual,
    MatchKey,
    Name,
    SafeContact,
)
from safehub.register.people.rules import fault_of_number, plain_number
from safehub.register.people.states import (
    DATED,
    LOSSES,
    Birth,
    Changed,
    Ending,
    NameKind,
    Scheme,
    Sex,
)
from safehub.register.people.telling import birth_in_words

ASK_AGAIN = (
    "Somebody in the register looks like this person: compare them below, and tick each who is "
    "somebody else."
)


@dataclass(frozen=True)
class BirthSaid:
    """What is said of a birth: how well it is known, with the day that goes with that."""

    birth: str
    born_on: dt.date | None = None
    due_on: dt.date | None = None
    sex: str = Sex.UNKNOWN


@dataclass(frozen=True)
class Lived:
    """An address as it is typed, with the days from which and until which."""

    lines: str
    postcode: str = ""
    is_protected: bool = False
    lived_from: dt.date | None = None
    lived_until: dt.date | None = None


@transaction.atomic
def record_individual(
    *,
    given_names: str,
    family_name: str,
    said: BirthSaid,
    by: Viewer,
    nhs_number: str = "",
    lived: Lived | None = None,
    others: Collection[int] | None = None,
    partnership: Partnership | None = None,
) -> Individual:
    """Record somebody new, after whoever looks like them was looked at.

    `others` are the keys of those of whom it was said that they are somebody else; None asks for
    no look, which is for lists that are linked as a whole. `partnership` is for the local operator,
    who acts for none. Raises NotPossible where somebody likely is not among them.
    """
    check(by, "individual.record")
    key = by.partnership or (partnership.pk if partnership else None)
    if key is None:
        raise NotPossible("Say for which partnership the person is recorded: you act for none.")
    # Two who record the same person at once: the second looks after the first has done.
    Partnership.objects.select_for_update().get(pk=key)
    made = Individual(partnership_id=key, recorded_at=now_for(by))
    _take_birth(made, said, by)
    made.save(force_insert=True)
    _named(made, NameKind.CURRENT, given_names, family_name, by)
    if nhs_number:
        _numbered(made, Scheme.NHS, nhs_number, None, by)
    if lived is not None:
        _housed(made, lived, by)
    if others is not None:
        _refuse_unless_looked_at(made, others, by)
    _keep_keys(made)
    record("individual.recorded", by=by, on=ref_of(made))
    if by.membership is not None:
        payload = {"individual": made.pk, "membership": by.membership}
        run_later(HIDDEN_JOB, payload=payload, once=f"recorded:{made.pk}")
    return made


def _refuse_unless_looked_at(made: Individual, others: Collection[int], by: Viewer) -> None:
    """By each face of the new record, which has no keys yet and so does not find itself."""
    for face in _faces(made):
        if any(one.is_likely and one.pk not in others for one in candidates_for(by, face)):
            raise NotPossible(ASK_AGAIN)


@transaction.atomic
def add_name(
    *,
    individual: Individual,
    kind: str,
    given_names: str,
    family_name: str,
    by: Viewer,
    used_from: dt.date | None = None,
    used_until: dt.date | None = None,
) -> Name:
    """Add a name. A current one makes the one before a former name, used until then."""
    found = _locked(individual, by)
    if kind == NameKind.CURRENT:
        before = found.names.filter(kind=NameKind.CURRENT)
        earlier = before.filter(used_from__isnull=False, used_from__gt=used_from or dt.date.max)
        if earlier.exists():
            raise NotPossible("The name now is used since later than that: give a later day.")
        before.update(kind=NameKind.FORMER, used_until=used_from)
    made = _named(found, kind, given_names, family_name, by, used_from, used_until)
    _changed(found)
    record("individual.named", by=by, on=ref_of(found), detail={"name": made.pk})
    return made


@transaction.atomic
def add_identifier(
    *,
    individual: Individual,
    scheme: str,
    number: str,
    by: Viewer,
    agency: Agency | None = None,
) -> Identifier:
    """Add a number by which others know the person. One that does not check is refused."""
    found = _locked(individual, by)
    made = _numbered(found, scheme, number, agency, by)
    _changed(found)
    record("individual.numbered", by=by, on=ref_of(found), detail={"identifier": made.pk})
    return made


@transaction.atomic
def add_address(*, individual: Individual, lived: Lived, by: Viewer) -> Address:
    """Add an address. A protected one shows to fewer, and nobody is found by it."""
    found = _locked(individual, by)
    made = _housed(found, lived, by)
    _changed(found)
    record("individual.housed", by=by, on=ref_of(found), detail={"address": made.pk})
    return made


@transaction.atomic
def end_address(
    *, individual: Individual, address: int, lived_until: dt.date, by: Viewer
) -> Address:
    """Say until when somebody lived there. A protected one only by whom it shows to: else Absent.

    Raises NotPossible where that was said, or the day is before the first.
    """
    found = _locked(individual, by)
    here = found.addresses.select_for_update().filter(pk=address).first()
    if here is None or (here.is_protected and not _sees_protected(by, found)):
        raise Absent("There is nothing here that you may see.")
    if here.lived_until is not None:
        raise NotPossible("It was said already until when they lived there.")
    if here.lived_from is not None and lived_until < here.lived_from:
        raise NotPossible("The last day must be on or after the first.")
    _not_in_future(lived_until, by, "The last day")
    here.lived_until = lived_until
    here.save(update_fields=["lived_until"])
    _changed(found)
    record("individual.moved_out", by=by, on=ref_of(found), detail={"address": here.pk})
    return here


@transaction.atomic
def say_safe_contact(*, individual: Individual, how: str, when: str, by: Viewer) -> SafeContact:
    """Say how and when it is safe to make contact. What was said before is kept."""
    found = _locked(individual, by)
    needs(how, "how it is safe to make contact, or that none is")
    made = SafeContact.objects.create(
        individual=found, how=writable(how), when=writable(when), said_at=now_for(by)
    )
    _changed(found)
    record("individual.contact_said", by=by, on=ref_of(found), detail={"contact": made.pk})
    return made


@transaction.atomic
def correct_birth(*, individual: Individual, said: BirthSaid, why: str, by: Viewer) -> Individual:
    """Correct what is recorded of birth and sex. What stood before is kept with why.

    Raises EditConflict where somebody has changed the record since `individual` was read.
    """
    found = _locked(individual, by)
    if found.version != individual.version:
        raise EditConflict("Somebody else has changed this person since you opened the page.")
    needs(why, "why it is corrected")
    before, sex = birth_in_words(found), found.sex
    _take_birth(found, said, by)
    if found.ending and (found.ending in LOSSES) != (found.birth == Birth.UNBORN):
        raise NotPossible("It is recorded that the person died, or the pregnancy ended.")
    changes = [(Changed.BIRTH, before)] if birth_in_words(found) != before else []
    changes += [(Changed.SEX, Sex(sex).label)] if sex != found.sex else []
    if not changes:
        raise NotPossible("Nothing is different: change something, or go back.")
    _save_birth(found, changes, why, by)
    record("individual.birth_corrected", by=by, on=ref_of(found))
    return found


@transaction.atomic
def mark_born(*, individual: Individual, born_on: dt.date, sex: str, by: Viewer) -> Individual:
    """An unborn child is born: the same record, with all that was known before."""
    found = _locked(individual, by)
    _must_be_expected(found)
    before = birth_in_words(found)
    _take_birth(found, BirthSaid(Birth.EXACT, born_on, found.due_on, sex), by)
    _save_birth(found, [(Changed.BIRTH, before)], "", by)
    record("individual.born", by=by, on=ref_of(found))
    return found


@transaction.atomic
def mark_lost(*, individual: Individual, ending: str, on: dt.date, by: Viewer) -> Individual:
    """The pregnancy ended without a living child. The record stays as it is, with that."""
    found = _locked(individual, by)
    _must_be_expected(found)
    if ending not in LOSSES:
        raise ValueError(f"No way in which a pregnancy ends: {ending}")
    return _ended(found, ending, on, by)


@transaction.atomic
def mark_died(*, individual: Individual, on: dt.date, by: Viewer) -> Individual:
    """Somebody who was born died. Raises NotPossible for an unborn child, and a second time."""
    found = _locked(individual, by)
    if found.birth == Birth.UNBORN:
        raise NotPossible("The child is not born: record how the pregnancy ended instead.")
    if found.ending:
        raise NotPossible("It is recorded already that they died.")
    if found.born_on is not None and on < found.born_on:
        raise NotPossible("The day of death must be on or after the day of birth.")
    return _ended(found, Ending.DIED, on, by)


# --- parts of them -------------------------------------------------------------------------------


def _locked(individual: Individual, by: Viewer) -> Individual:
    """The person as they are now, nobody else's to change until the transaction ends."""
    found = Individual.objects.select_for_update().get(pk=individual.pk)
    check(by, "individual.change", found)
    return found


def _changed(found: Individual) -> None:
    Individual.objects.filter(pk=found.pk).update(version=F("version") + 1)
    _keep_keys(found)


def _faces(found: Individual) -> list[Compared]:
    return faces_of(found, found.names.all(), found.identifiers.all(), found.addresses.all())


def _keep_keys(found: Individual) -> None:
    """Make the keys those of the person as they are now."""
    wanted = keys_of(_faces(found))
    standing = set(found.match_keys.values_list("key", flat=True))
    if standing - wanted:
        found.match_keys.filter(key__in=sorted(standing - wanted)).delete()
    MatchKey.objects.bulk_create(
        MatchKey(key=key, individual=found) for key in sorted(wanted - standing)
    )


def _take_birth(found: Individual, said: BirthSaid, by: Viewer) -> None:
    """Put what is said of the birth into the record, in order. Raises NotPossible."""
    is_dated = said.birth in DATED
    if is_dated and said.born_on is None:
        raise NotPossible("Enter the date of birth, or say that it is not known.")
    if said.born_on is not None:
        _not_in_future(said.born_on, by, "The date of birth")
    found.birth, found.sex = Birth(said.birth), Sex(said.sex)
    found.born_on = said.born_on if is_dated else None
    # When a child was expected stays known once they are born.
    found.due_on = said.due_on or (None if found.birth == Birth.UNBORN else found.due_on)
    if found.ended_on and found.born_on and found.born_on > found.ended_on:
        raise NotPossible("The date of birth must be on or before the day of death.")


def _save_birth(
    found: Individual, changes: list[tuple[Changed, str]], why: str, by: Viewer
) -> None:
    found.save(update_fields=["birth", "born_on", "due_on", "sex"])
    FieldHistory.objects.bulk_create(
        FieldHistory(
            individual=found,
            field=field,
            before=before,
            why=writable(why),
            changed_at=now_for(by),
        )
        for field, before in changes
    )
    _changed(found)


def _must_be_expected(found: Individual) -> None:
    if found.birth != Birth.UNBORN:
        raise NotPossible("This child is born already.")
    if found.ending:
        raise NotPossible("It is recorded already how the pregnancy ended.")


def _ended(found: Individual, ending: str, on: dt.date, by: Viewer) -> Individual:
    _not_in_future(on, by, "The day")
    found.ending, found.ended_on = Ending(ending), on
    found.save(update_fields=["ending", "ended_on"])
    _changed(found)
    record("individual.ended", by=by, on=ref_of(found))
    return found


def _not_in_future(day: dt.date, by: Viewer, what: str) -> None:
    if day > london_day(now_for(by)):
        raise NotPossible(f"{what} must be today or earlier.")


def _named(
    found: Individual,
    kind: str,
    given_names: str,
    family_name: str,
    by: Viewer,
    used_from: dt.date | None = None,
    used_until: dt.date | None = None,
) -> Name:
    given, family = writable(given_names).strip(), writable(family_name).strip()
    if is_blank(given) and is_blank(family):
        raise NotPossible("Enter a name: whoever has one name alone has it in either field.")
    if used_from and used_until and used_from > used_until:
        raise NotPossible("The last day of a name must be on or after its first.")
    return Name.objects.create(
        individual=found,
        kind=NameKind(kind),
        given_names=given,
        family_name=family,
        used_from=used_from,
        used_until=used_until,
        recorded_at=now_for(by),
    )


def _numbered(
    found: Individual, scheme: str, number: str, agency: Agency | None, by: Viewer
) -> Identifier:
    kept = plain_number(scheme, writable(number))
    fault = fault_of_number(scheme, kept)
    if fault:
        raise NotPossible(f"{fault}.")
    needs(kept, "the number")
    is_local = scheme == Scheme.LOCAL
    if is_local and (agency is None or agency.partnership_id != found.partnership_id):
        raise NotPossible("Choose the agency whose own number it is.")
    of = agency if is_local else None
    if found.identifiers.filter(scheme=scheme, number=kept, agency=of).exists():
        raise NotPossible("The person has this number already.")
    return Identifier.objects.create(
        individual=found,
        scheme=Scheme(scheme),
        number=kept,
        agency=of,
        recorded_at=now_for(by),
    )


def _housed(found: Individual, lived: Lived, by: Viewer) -> Address:
    lines, postcode = writable(lived.lines).strip(), writable(lived.postcode).strip()
    needs(lines + postcode, "the address, or its postcode")
    if lived.lived_from and lived.lived_until and lived.lived_from > lived.lived_until:
        raise NotPossible("The last day must be on or after the first.")
    where = (
        {"protected_lines": lines, "protected_postcode": postcode}
        if lived.is_protected
        else {"lines": lines, "postcode": postcode}
    )
    return Address.objects.create(
        individual=found,
        is_protected=lived.is_protected,
        lived_from=lived.lived_from,
        lived_until=lived.lived_until,
        recorded_at=now_for(by),
        **where,
    )


def _sees_protected(by: Viewer, found: Individual) -> bool:
    return FieldClass.PROTECTED in classes_of(by, "individual.see", found)
