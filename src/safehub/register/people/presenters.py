"""What pages say of people in the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day, moment
from safehub.register.people.looking import Candidate
from safehub.register.people.models import Address, Identifier, Individual, LookUp
from safehub.register.people.rules import spaced
from safehub.register.people.states import Band, Birth, Changed, Ending, NameKind, Scheme, Sex
from safehub.register.people.telling import birth_in_words, called, whole_name

NOT_SHOWN = "Not shown to you"
PROTECTED = Tag("Protected address", "red")
UNTITLED = "Person in the register"
_BANDS = {
    Band.MATCH: Tag(Band.MATCH.label, "green"),
    Band.POSSIBLE: Tag(Band.POSSIBLE.label, "yellow"),
    Band.LOW: Tag(Band.LOW.label, "grey"),
}
# What was typed and is missing in the record, or the other way round, tells nothing.
_SILENT = ("prior",)


@dataclass(frozen=True)
class Shown:
    """All that a page shows of one person to one viewer; what is masked is not in it."""

    title: str
    bar: Sequence[Fact]
    names: Sequence[Sequence[object]]
    numbers: Sequence[Sequence[object]]
    addresses: Sequence[Sequence[object]]
    contact: Sequence[Fact] = ()
    history: Sequence[Sequence[object]] = field(default=())
    masks_identity: bool = False
    masks_contact: bool = False


def shown(one: Individual, classes: frozenset[FieldClass], *, changes: bool) -> Shown:
    """One person with all that is known, to somebody whom those classes show to."""
    has_identity = FieldClass.IDENTITY in classes
    has_protected = FieldClass.PROTECTED in classes
    addresses = [
        _address_row(one, address, has_protected=has_protected, changes=changes)
        for address in one.addresses.all()
        if has_identity or address.is_protected
    ]
    return Shown(
        title=called(list(one.names.all())) if has_identity else UNTITLED,
        bar=_bar(one, classes),
        names=_name_rows(one) if has_identity else [],
        numbers=_number_rows(one.identifiers.all()) if has_identity else [],
        addresses=addresses if has_identity else [],
        contact=_contact(one) if has_protected else [],
        history=_history(one, classes) if has_identity else [],
        masks_identity=not has_identity,
        masks_contact=not has_protected and bool(one.contacts.all()),
    )


def _bar(one: Individual, classes: frozenset[FieldClass]) -> list[Fact]:
    """What tells one person from another at a glance, and what must not be overlooked."""
    found = []
    if FieldClass.IDENTITY in classes:
        found = [
            Fact("Born", _first_up(birth_in_words(one))),
            Fact("Sex", Sex(one.sex).label),
            Fact("NHS number", _number_of(one, Scheme.NHS) or "Not recorded"),
        ]
        if one.due_on and one.birth != Birth.UNBORN:
            found.append(Fact("Was expected", day(one.due_on)))
    if one.ending and FieldClass.HEALTH in classes:
        found.append(Fact(Ending(one.ending).label, day(one.ended_on)))
    if any(address.is_protected for address in one.addresses.all()):
        found.append(Fact("Careful", PROTECTED))
    return found


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number_of(one: Individual, scheme: Scheme) -> str:
    numbers = [spaced(found.number) for found in one.identifiers.all() if found.scheme == scheme]
    return " and ".join(numbers)


def _name_rows(one: Individual) -> list[list[object]]:
    return [
        [
            whole_name(name),
            NameKind(name.kind).label,
            day(name.used_from) or "Not known",
            _until(name.used_until, is_open=name.kind in (NameKind.CURRENT, NameKind.ALIAS)),
        ]
        for name in one.names.all()
    ]


def _until(on: object, *, is_open: bool) -> str:
    if on is not None:
        return day(on)  # type: ignore[arg-type]
    return "Now" if is_open else "Not known"


def _number_rows(identifiers: Iterable[Identifier]) -> list[list[object]]:
    return [
        [
            spaced(one.number) if one.scheme == Scheme.NHS else one.number,
            one.agency.name if one.agency else Scheme(one.scheme).label,
        ]
        for one in identifiers
    ]


def _address_row(
    one: Individual, address: Address, *, has_protected: bool, changes: bool
) -> list[object]:
    is_masked = address.is_protected and not has_protected
    where = NOT_SHOWN if is_masked else address_in_words(address)
    act: object = _until(address.lived_until, is_open=True)
    if changes and address.lived_until is None and not is_masked:
        href = reverse("register:end_address", args=[one.pk, address.pk])
        act = Link("Say until when", href, "they lived at this address")
    return [
        where,
        PROTECTED if address.is_protected else "",
        day(address.lived_from) or "Not known",
        act,
    ]


def address_in_words(address: Address) -> str:
    """On one line; of a protected one too, for those alone whom it shows to."""
    lines, postcode = (
        (address.protected_lines, address.protected_postcode)
        if address.is_protected
        else (address.lines, address.postcode)
    )
    return ", ".join(part for part in (*lines.splitlines(), postcode) if part.strip())


def _contact(one: Individual) -> list[Fact]:
    """The last that was said; how often it was said before."""
    said = list(one.contacts.all())
    if not said:
        return []
    last = said[0]
    return [
        Fact("How", last.how),
        Fact("When", last.when or "Not said"),
        Fact("Said", moment(last.said_at)),
        *(Fact(f"Before, {moment(old.said_at)}", f"{old.how} {old.when}") for old in said[1:]),
    ]


def _history(one: Individual, classes: frozenset[FieldClass]) -> list[list[object]]:
    has_why = FieldClass.OPINION in classes
    return [
        [
            Changed(row.field).label,
            row.before,
            moment(row.changed_at),
            (row.why or "Not said") if has_why else NOT_SHOWN,
        ]
        for row in one.history.all()
    ]


def candidate_rows(candidates: Iterable[Candidate]) -> list[list[object]]:
    """A row for each candidate: who, how likely, and why in words."""
    return [
        [
            Link(
                called(list(one.individual.names.all())),
                reverse("register:individual", args=[one.pk]),
            ),
            _first_up(birth_in_words(one.individual)),
            where_now(one.individual),
            _BANDS[one.band],
            why_in_words(one),
        ]
        for one in candidates
    ]


def where_now(one: Individual) -> str:
    """The open addresses that are not protected."""
    found = [
        address_in_words(address)
        for address in one.addresses.all()
        if not address.is_protected and address.lived_until is None
    ]
    return "; ".join(found) or "Not recorded here"


def why_in_words(candidate: Candidate) -> str:
    """What speaks for it and what against, the strongest first; no number."""
    steps = [step for step in candidate.score.steps if step.comparison not in _SILENT]
    by_weight = sorted(steps, key=lambda step: -abs(step.weight))
    said = [
        _first_up(step.words) if place == 0 else step.words for place, step in enumerate(by_weight)
    ]
    return "; ".join(said)


def choices_of(likely: Iterable[Candidate]) -> list[tuple[str, str]]:
    """Who is to be called somebody else before a new person is recorded."""
    return [
        (
            str(one.pk),
            f"{called(list(one.individual.names.all()))}, {birth_in_words(one.individual)}",
        )
        for one in likely
    ]


def sought_facts(look_up: LookUp) -> list[Fact]:
    """What was typed."""
    typed = (
        ("Given names", look_up.given_names),
        ("Family name", look_up.family_name),
        ("Date of birth", day(look_up.born_on)),
        ("Postcode", look_up.postcode),
        ("NHS number", look_up.nhs_number),
    )
    return [Fact(label, value) for label, value in typed if value]
