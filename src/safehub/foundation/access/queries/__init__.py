"""Reading what access rests on: the facts of records, and the records that a viewer may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db.models import BooleanField, Case, F, Model, Q, QuerySet, Value, When
from django.utils import timezone

from safehub.foundation.access.facts import Facts, LabelFact
from safehub.foundation.access.judging import Policy, is_in_date, may_open_by_glass
from safehub.foundation.access.models import (
    Alert,
    Conflict,
    GlassBreak,
    Label,
    NamedPerson,
)
from safehub.foundation.access.policy import Action, Kind
from safehub.foundation.access.queries import conditions
from safehub.foundation.access.queries.bearing import Bearing, bearing_on
from safehub.foundation.access.queries.conditions import NOTHING
from safehub.foundation.access.queries.kept import (
    QUESTIONS,
    Listed,
    Rows,
    Worded,
    answered,
    listed,
    timeless,
    worded,
)
from safehub.foundation.access.states import UNDECIDED
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.records import RecordRef

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@cache
def policy() -> Policy:
    """The policy of all installed apps."""
    from safehub.foundation.declarations import declared

    found = declared()
    return Policy(found.kinds, found.actions, lets_operator=not settings.SAFEHUB_PRODUCTION)


def has_role_for(role: str, action: str) -> bool:
    """Whether the action is granted to the role in any relation at all. No query."""
    return any(role in grant.roles for grant in policy().actions[action].grants)


def visible_to(viewer: Viewer | None, action: str, records: QuerySet[M]) -> QuerySet[M]:
    """Of the records, those on which `decide` allows the action, a read. Adds no query.

    It knows nothing of circumstances (channel, second factor): those refuse a verb, and hide
    nothing.
    """
    rules = policy()
    wanted = rules.actions.get(action)
    if viewer is None or wanted is None or wanted.kind != records.model._meta.label_lower:
        return records.none()
    at = viewer.at or timezone.now()
    if not is_in_date(rules, viewer, at):
        return records.none()
    kind = rules.kinds[records.model._meta.label_lower]
    bearing = bearing_on(viewer, at)
    seen = _kept(kind, viewer, bearing, action, lambda who: _seen(wanted, kind, who, bearing))
    if kind.status is not None:
        marked = records.annotate(access_status=kind.status())
        return marked.filter(seen)  # type: ignore[return-value]
    return records.filter(seen)


def rows_visible(
    viewer: Viewer | None,
    actions: Sequence[str],
    name: str,
    make: Callable[[Sequence[int]], Rows],
    given: Sequence[int],
    *,
    around: str = "",
) -> list[tuple[Any, ...]]:
    """The rows of a list that is long to word: its SQL is made once for each such viewer.

    `make` makes it of the numbers given, such as keys, through `visible_to` by these actions; all
    else in it follows from the viewer. `name` is its own, and `around` SQL that holds it at `{}`.
    The rows are as the database gives them, so of texts and whole numbers alone. One query.
    """
    rules = policy()
    if viewer is None:
        return []
    at = viewer.at or timezone.now()
    if not is_in_date(rules, viewer, at):
        return []
    bearing = bearing_on(viewer, at)

    def word() -> Listed | None:
        return listed(make, len(given), around)

    kinds = [rules.actions[one].kind or "" for one in actions]
    lasts = all(rules.kinds[one].lasts for one in kinds)
    if lasts and bearing.is_brief:
        key = (name, len(given), timeless(viewer), bearing.word)
        question = QUESTIONS.of(rules, key, word)
    else:
        question = word()
    return question.answered(given) if question is not None else []


def _kept(
    kind: Kind, viewer: Viewer, bearing: Bearing, what: str, make: Callable[[Viewer], T]
) -> T:
    """As made before for such a viewer, where the kind lasts and little bears on the viewer."""
    if not kind.lasts or not bearing.is_brief:
        return make(viewer)
    who = timeless(viewer)
    return QUESTIONS.of(policy(), (kind.code, what, who, bearing.word), lambda: make(who))


def _seen(wanted: Action, kind: Kind, viewer: Viewer, bearing: Bearing) -> Q:
    """The condition under which records of the kind are in the viewer's lists."""
    rules = policy()
    having = conditions.relations(kind, viewer, bearing)
    allowed = conditions.NOTHING
    for grant in wanted.grants:
        if viewer.role in grant.roles:
            allowed |= _scope(having, grant.relations) & _status(grant.statuses)
    allowed = _without(allowed, conditions.fails_restricted(kind, viewer, bearing))
    if may_open_by_glass(rules, viewer, wanted):
        allowed |= conditions.has_glass(kind, bearing)
    hidden = (
        conditions.conflicted(kind, bearing)
        | conditions.fails_staff_subject(kind, viewer, bearing)
        | conditions.barred_by_label(kind, viewer, bearing)
    )
    if kind.is_person:
        hidden |= conditions.is_sealed_itself(kind, viewer, bearing)
    return _without(allowed, hidden)


def _without(allowed: Q, hidden: Q) -> Q:
    """Most often nothing is hidden, and then the query need not say so."""
    return allowed if hidden == conditions.NOTHING else allowed & ~hidden


def set_apart(kind_code: str) -> Q:
    """Records of the kind that anybody guards or labels, or that are held by such a one.

    For what is worked out over many records for nobody in particular. No query.
    """
    return conditions.set_apart(policy().kinds[kind_code])


def _scope(having: dict[Relation, Q], wanted: Iterable[Relation]) -> Q:
    found = conditions.NOTHING
    for relation in sorted(wanted):
        found |= having.get(relation, conditions.NOTHING)
    return found


def _status(statuses: frozenset[str]) -> Q:
    return Q(access_status__in=sorted(statuses)) if statuses else Q()


def facts_of(
    viewer: Viewer, kind_code: str, keys: Iterable[int], *, whole: bool = True
) -> dict[int, Facts]:
    """The facts of the records of a kind; a key that is not there has none.

    Two queries, the first of them none within a request that has asked before; one more where any
    has labels, and for each record with broken glass. Where not `whole`, relations are left out
    that no grant of the kind gives this role anything for.
    """
    kind = policy().kinds[kind_code]
    at = viewer.at or timezone.now()
    bearing = bearing_on(viewer, at)
    sought = list(keys)
    what = "facts, whole" if whole else "facts"
    rows, question = _kept(
        kind, viewer, bearing, what, lambda who: _marked(kind, who, bearing, whole=whole)
    )
    if question is not None and len(sought) == 1:
        row = answered(rows, question, sought[0])
        found = {sought[0]: row} if row else {}
    else:
        found = {row["pk"]: row for row in rows.filter(pk__in=sought)}
    labels = _labels_on(kind, found.values())
    return {key: _facts(kind, viewer, row, at, labels) for key, row in found.items()}


def _marked(
    kind: Kind, viewer: Viewer, bearing: Bearing, *, whole: bool
) -> tuple[QuerySet[Any, dict[str, Any]], Worded | None]:
    """Every record of the kind with its marks; and the question for one, where it is kept."""
    kind_code = kind.code
    having = conditions.relations(kind, viewer, bearing)
    if not whole and kind_code not in bearing.labelled and not bearing.labelled & set(kind.within):
        telling = telling_relations(kind_code, viewer.role)
        having = {one: condition for one, condition in having.items() if one in telling}
    marks = {f"rel_{relation}": condition for relation, condition in having.items()}
    marks |= {
        "is_conflicted": conditions.conflicted(kind, bearing),
        "fails_restricted": conditions.fails_restricted(kind, viewer, bearing),
        "fails_staff_subject": conditions.fails_staff_subject(kind, viewer, bearing),
        "fails_sealed": conditions.fails_sealed(kind, viewer, bearing),
        "is_sealed_itself": conditions.is_sealed_itself(kind, viewer, bearing),
        "is_own_work": kind.own_work(viewer) if kind.own_work else conditions.NOTHING,
        "has_glass": conditions.has_glass(kind, bearing),
        "has_labels": conditions.has_labels(kind, bearing),
    }
    marks = {name: condition for name, condition in marks.items() if condition != NOTHING}
    model = apps.get_model(kind_code)
    holders = {}
    if "has_glass" in marks or "has_labels" in marks:
        holders = {f"in_{i}": F(path) for i, path in enumerate(kind.within.values())}
    rows = model._default_manager.annotate(
        **{name: _mark(condition) for name, condition in marks.items()},
        **holders,
        **({"access_status": kind.status()} if kind.status else {}),
    )
    names = ["pk", *marks, *holders, *(["access_status"] if kind.status else [])]
    marked = rows.values(*names)
    return marked, worded(marked) if kind.lasts and bearing.is_brief else None


@cache
def telling_relations(kind_code: str, role: Role) -> frozenset[Relation]:
    """The relations in which any grant of the kind gives the role anything."""
    rules = policy()
    grants = [
        g for action in rules.actions.values() if action.kind == kind_code for g in action.grants
    ]
    grants += [g for some in rules.kinds[kind_code].classes.values() for g in some]
    given = (grant.relations for grant in grants if role in grant.roles)
    return frozenset().union(*given)


def _mark(condition: Q) -> Case:
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


Place = tuple[str, object]


def _places(kind: Kind, row: dict[str, object]) -> list[Place]:
    """The record and those that hold it."""
    held = [(code, row.get(f"in_{i}")) for i, code in enumerate(kind.within)]
    return [(kind.code, row["pk"]), *held]


def _facts(
    kind: Kind,
    viewer: Viewer,
    row: dict[str, object],
    at: dt.datetime,
    labels: dict[Place, list[Label]],
) -> Facts:
    relations = frozenset(r for r in Relation if row.get(f"rel_{r}"))
    places = _places(kind, row)
    until, second = _glass(viewer, places, at) if row.get("has_glass") else (None, False)
    return Facts(
        kind=kind.code,
        key=int(str(row["pk"])),
        relations=relations,
        status=str(row.get("access_status") or ""),
        is_conflicted=bool(row.get("is_conflicted")),
        fails_restricted=bool(row.get("fails_restricted")),
        fails_staff_subject=bool(row.get("fails_staff_subject")),
        fails_sealed=bool(row.get("fails_sealed")),
        is_sealed_itself=bool(row.get("is_sealed_itself")),
        is_own_work=bool(row.get("is_own_work")),
        glass_until=until,
        glass_has_second=second,
        labels=_bearing(viewer, places, relations, labels) if row.get("has_labels") else (),
    )


def _at_places(places: Iterable[Place]) -> Q:
    found = conditions.NOTHING
    for code, key in places:
        if key is not None:
            found |= Q(kind=code, key=key)
    return found


def _glass(viewer: Viewer, places: list[Place], at: dt.datetime) -> tuple[dt.datetime | None, bool]:
    looks = GlassBreak.objects.filter(
        Q(person=viewer.person, membership=viewer.membership), at__lte=at, until__gt=at
    )
    rows = list(looks.filter(_at_places(places)))
    until = max((row.until for row in rows), default=None)
    return until, any(row.second_person_id is not None for row in rows)


def _labels_on(kind: Kind, rows: Iterable[dict[str, object]]) -> dict[Place, list[Label]]:
    """The labels on the records and on what holds them, by place: one query, or none."""
    labelled_rows = (row for row in rows if row.get("has_labels"))
    by_kind: dict[str, set[object]] = {}
    for code, key in (place for row in labelled_rows for place in _places(kind, row)):
        if key is not None:
            by_kind.setdefault(code, set()).add(key)
    if not by_kind:
        return {}
    where = conditions.NOTHING
    for code, keys in by_kind.items():
        where |= Q(kind=code, key__in=keys)
    found: dict[Place, list[Label]] = {}
    for label in Label.objects.filter(where):
        found.setdefault((label.kind, label.key), []).append(label)
    return found


def _bearing(
    viewer: Viewer,
    places: list[Place],
    relations: frozenset[Relation],
    labels: dict[Place, list[Label]],
) -> tuple[LabelFact, ...]:
    rows = [label for place in places for label in labels.get(place, ())]
    return tuple(
        LabelFact(
            field_class=FieldClass(row.field_class) if row.field_class else None,
            bars=_bars(row, viewer, relations),
            purpose=row.purpose,
        )
        for row in sorted(rows, key=lambda row: row.pk)
    )


def _bars(label: Label, viewer: Viewer, relations: frozenset[Relation]) -> bool:
    """Whether it keeps what it is on from the viewer, by name or by a relation."""
    is_named = viewer.person is not None and label.not_to_person_id == viewer.person
    return is_named or label.not_to_relation in relations


@dataclass(frozen=True, slots=True)
class LabelShown:
    """What a viewer is told of a label: its purpose, and its reason where that is for them."""

    purpose: str
    reason: str


def labels_shown(
    viewer: Viewer, kind: str, key: int, classes: frozenset[FieldClass]
) -> tuple[LabelShown, ...]:
    """The labels that stand on a record itself; `classes` are those that show of it.

    The reason is an opinion, and often names whom it is kept from: it shows to whoever sees
    opinions there, and never to somebody whom the label bars. One query, three where there are any.
    """
    found = list(Label.objects.filter(kind=kind, key=key).order_by("pk"))
    if not found or FieldClass.OPINION not in classes:
        return tuple(LabelShown(one.purpose, "") for one in found)
    facts = facts_of(viewer, kind, [key]).get(key)
    relations = facts.relations if facts else frozenset()
    return tuple(
        LabelShown(one.purpose, "" if _bars(one, viewer, relations) else one.reason)
        for one in found
    )


def labelled(kind: str, keys: Iterable[int]) -> set[int]:
    """Those of the records on which a label stands, not on what holds them. One query."""
    return set(Label.objects.filter(kind=kind, key__in=list(keys)).values_list("key", flat=True))


def labels_to_recheck(viewer: Viewer) -> list[Label]:
    """Labels whose day to look again has passed, on records that the viewer may open and label.

    The longest overdue first, at most 100. They go on keeping what they keep. One query, and one
    more for each kind of record that has such a label.
    """
    rules = policy()
    if not any(viewer.role in grant.roles for grant in rules.actions["record.label"].grants):
        return []
    today = timezone.localdate(viewer.at or timezone.now())
    overdue = list(Label.objects.filter(recheck_by__lt=today).order_by("recheck_by", "pk")[:1_000])
    opened: set[tuple[str, int]] = set()
    for code in sorted({one.kind for one in overdue} & set(rules.kinds)):
        keys = {one.key for one in overdue if one.kind == code}
        records = apps.get_model(code)._default_manager.filter(pk__in=keys)
        shown = visible_to(viewer, rules.kinds[code].see, records)
        opened |= {(code, key) for key in shown.values_list("pk", flat=True)}
    return [one for one in overdue if (one.kind, one.key) in opened][:100]


def label_to_recheck(viewer: Viewer, key: int) -> Label | None:
    """One of them; None for any other."""
    return next((one for one in labels_to_recheck(viewer) if one.pk == key), None)


def unreviewed_glass_count(viewer: Viewer) -> int:
    """How many look-ins of the viewer's partnership wait for review: the board sees the count."""
    return GlassBreak.objects.filter(
        reviewed_at__isnull=True, partnership=viewer.partnership
    ).count()


def open_alerts(viewer: Viewer) -> QuerySet[Alert]:
    """Alerts that nobody has closed, newest first."""
    return visible_to(viewer, "alert.see", Alert.objects.filter(closed_at__isnull=True)).order_by(
        "-at"
    )


def alert_with(key: int) -> Alert | None:
    """The alert of that key, for the worker, which acts for nobody."""
    return Alert.objects.filter(pk=key).first()


def guardians_of(on: RecordRef) -> list[tuple[int, str]]:
    """Whoever is on the named list of a record and still has an account: key and address."""
    named = NamedPerson.objects.filter(kind=on.kind, key=on.key, person__is_active=True)
    return list(named.order_by("pk").values_list("person_id", "person__email"))


def conflicts_to_decide(viewer: Viewer) -> QuerySet[Conflict]:
    """Suspected and declared conflicts of others that wait for somebody's word, oldest first."""
    waiting = Conflict.objects.filter(state__in=UNDECIDED).exclude(person=viewer.person)
    return visible_to(viewer, "conflict.see", waiting).order_by("raised_at", "pk")


def conflicts_decided(viewer: Viewer) -> QuerySet[Conflict]:
    """Those of others that were decided and can be turned round, newest first."""
    decided = Conflict.objects.filter(decided_at__isnull=False, reversed_at__isnull=True)
    shown = visible_to(viewer, "conflict.see", decided.exclude(person=viewer.person))
    return shown.order_by("-decided_at", "-pk")
