"""A word of its own in each field of personal content of each row, and who may be shown it.

The fields are those that the product declares: a new one gets its words by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models import Q

from factories.world import CANARY, canary
from safehub.audit.reports.models import ReportVersion
from safehub.audit.returns.models import SentWorkbook
from safehub.audit.sampling.models import FrameReferral
from safehub.foundation.access.decision import decide, may
from safehub.foundation.access.queries import policy
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.declarations import declared
from safehub.foundation.outbox.models import Effect
from safehub.foundation.records import RecordRef
from safehub.register.accounts.models import Membership, Offer, Person

Owner = Callable[[Viewer], bool]
# What is personal in a text. Secrets are no text that anybody chose; figures hold no words.
PERSONAL = {
    *(FieldClass.IDENTITY, FieldClass.PROTECTED, FieldClass.HEALTH, FieldClass.POLICE),
    *(FieldClass.THIRD_PARTY, FieldClass.OPINION, FieldClass.STAFF, FieldClass.REFERRER),
}
# Fields in which the world has no word, and why. A new one is not among them: it must have some.
NO_WORDS = {
    # What these say decides who sees what, so another word there would change the world.
    "accounts.membership.unit": "nobody in the world belongs to a unit",
    "returns.workingreturn.respondent": "nor is a return of a unit being answered",
    "reports.publication.briefing": "the meeting of the world agreed nothing in such a word",
    "access.protection.reason": "no record of the world is guarded",
    "access.protection.lifting_reason": "no record of the world is guarded",
    "access.share.reason": "no record of the world is shared",
    "access.conflict.reversal": "no decision on a conflict was turned round",
    "account.emailaddress.email": "nobody has accepted an invitation, so none is proved",
    "returns.returnversion.not_asked": "every question was asked of those who were to answer",
    "sampling.framereferral.exclusion_reason": "no referral was left out of the frame",
    "socialaccount.socialaccount.extra_data": "nobody signs on with an organisation",
    "submissions.submission.told": "no form was sent",
    "trail.trailevent.operating_user": "nothing may be written over in the trail",
    **dict.fromkeys(
        ("clocks.clockpause.reason", "clocks.deadline.recalculated_reason"), "no clock runs"
    ),
    "clocks.deadline.stopped_reason": "no clock runs",
}
# Nothing shows a letter on a page yet; what is in one is looked for where letters are tested.
WITHOUT_WORDS = ("disclosure.",)


@dataclass(frozen=True)
class Personal:
    """A declared field of personal content that is text."""

    name: str
    model: type[models.Model]
    field: models.Field[Any, Any]
    privacy: FieldClass


def personal_fields() -> Iterator[Personal]:
    """All of the product's, in the order of their names."""
    for name, rule in sorted(declared().fields.items()):
        app, model_name, field_name = name.split(".")
        model = apps.get_model(app, model_name)
        field = model._meta.get_field(field_name)
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
        if is_text and rule.privacy in PERSONAL and not getattr(field, "choices", None):
            yield Personal(name, model, field, rule.privacy)


AS_IT_IS = {
    *("accounts.membership.unit", "returns.return.respondent", "returns.workingreturn.respondent")
}


def plant() -> None:
    """Put a word into each row that has none in the field yet, where the row may have any."""
    numbers = itertools.count(1)
    for one in personal_fields():
        is_as_it_is = one.name in AS_IT_IS or isinstance(one.field, models.JSONField)
        if is_as_it_is or one.name.startswith("trail."):
            continue
        for key, value in one.model._base_manager.values_list("pk", one.field.name):
            if not CANARY.search(str(value)):
                _write(one, key, canary("PLANTED", next(numbers)))


def _write(one: Personal, key: Any, word: str) -> None:
    if isinstance(one.field, models.EmailField):
        word = f"{word.lower()}@example.org"
    try:
        with transaction.atomic():
            one.model._base_manager.filter(pk=key).update(**{one.field.name: word})
    except DatabaseError:
        return  # A field that is empty unless another is filled.


def words_held() -> dict[str, dict[str, list[Owner]]]:
    """For each field, each word in it with those who may be shown it there."""
    found: dict[str, dict[str, list[Owner]]] = {}
    for one in personal_fields():
        held = found.setdefault(one.name, {})
        for row in one.model._base_manager.all():
            for match in CANARY.finditer(str(getattr(row, one.field.name))):
                held.setdefault(match.group(0).upper(), []).extend(_owners(row, one.privacy))
    return found


def fields_without_words() -> set[str]:
    """Those that have rows of personal content in the product, and none with a word here."""
    held = words_held()
    return {name for name, words in held.items() if not words and not _is_left_out(name)}


def _is_left_out(name: str) -> bool:
    return name.startswith(WITHOUT_WORDS)


def _owners(row: models.Model, privacy: FieldClass) -> list[Owner]:
    found = [_sees(record, privacy) for record in _records(row)]
    if isinstance(row, FrameReferral):
        # Of a case that was drawn, also whoever sees who it is.
        found += [_sees(case, privacy, "case.see_link") for case in row.cases.all()]
    if isinstance(row, Person):
        members = Membership.objects.filter(person=row)
        found += [_sees(member, privacy) for member in members]
        # Who put a report forward and who signed it stands beside it.
        mine = Q(publication__put_forward_by=row) | Q(publication__signed_by=row)
        mine |= Q(made_by=row) | Q(found_words__cleared_by=row)
        reports = ReportVersion.objects.filter(mine).distinct()
        found += [_sees(report, FieldClass.STAFF) for report in reports]
    if isinstance(row, Effect):
        found.append(lambda viewer: may(viewer, "outbox.see"))
    if isinstance(row, Offer):
        # Whoever looks after the agency's people, and whom it is held out to.
        found.append(lambda viewer: decide(viewer, "person.add", row.agency).is_allowed)
        theirs = set(Person.objects.filter(email=row.email).values_list("pk", flat=True))
        found.append(lambda viewer: viewer.person in theirs)
    if isinstance(row, SentWorkbook):
        found.append(lambda viewer: viewer.membership == row.membership_id)
    if isinstance(row, EmailAddress | UserSession):
        found.append(lambda viewer: viewer.person == row.user_id)
    return found


def _sees(record: Any, privacy: FieldClass, action: str = "") -> Owner:
    kind = record.kind if isinstance(record, RecordRef) else record._meta.label_lower
    see = action or policy().kinds[kind].see
    return lambda viewer: decide(viewer, see, record, privacy).is_allowed


def _records(row: models.Model) -> Iterator[Any]:
    """The record that the row is, is a part of, or is about."""
    label = row._meta.label_lower
    parts = declared().parts
    if label in policy().kinds:
        yield row
    elif parts.get(label):
        yield from _wholes(row, parts[label])
    elif label in parts:
        yield RecordRef(row.kind, row.key)  # type: ignore[attr-defined]


def _wholes(row: models.Model, whole: str) -> Iterator[models.Model]:
    for field in row._meta.local_fields:
        if field.related_model and field.related_model._meta.label_lower == whole:
            found = getattr(row, field.name)
            if found is not None:
                yield found
