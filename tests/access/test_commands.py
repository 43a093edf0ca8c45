"""Sharing, guarding, labels, conflicts and broken glass: who may, what is refused, what is left."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from oracle import plain_access_grants as page
from oracle.plain_access_world import Incident, World
from safehub.foundation.access import commands
from safehub.foundation.access.alerts import record_refusal_of
from safehub.foundation.access.decision import decide
from safehub.foundation.access.facts import Channel, Context
from safehub.foundation.access.guarding import commands as guarding
from safehub.foundation.access.models import (
    Alert,
    Conflict,
    GlassBreak,
    Label,
    NamedPerson,
    Protection,
    Share,
)
from safehub.foundation.access.queries import (
    guardians_of,
    label_to_recheck,
    labels_to_recheck,
)
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.states import AlertKind, GlassCategory, GlassOutcome
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import (
    FieldClass,
    Obligation,
    Outcome,
    Relation,
    Role,
    Sensitivity,
)
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.jobs import tell_of_alert
from safehub.register.accounts.models import Membership

from .loading import load
from .matrix import A_MOMENT, NOW
from .small import (
    ASHA,
    AUDIT,
    BEFORE,
    BEN,
    CARA,
    EDIE,
    FAY,
    GUS,
    POLICE,
    POLICE_RETURN,
    SCHOOL,
    SCHOOL_RETURN,
    acting,
    loaded,
    ref,
    small_world,
)
from .words import ROLES

pytestmark = pytest.mark.django_db

WHY = "a reason of the agency"
URGENT = "child not at home: who saw her last"
OPERATOR = Viewer(Role.LOCAL_OPERATOR, via="command", at=NOW)


@pytest.fixture
def world() -> World:
    return loaded()


def events() -> list[str]:
    return list(TrailEvent.objects.order_by("id").values_list("event", flat=True))


def outcome(viewer: Viewer, name: tuple[str, int], action: str = "return.see") -> Outcome:
    return decide(viewer, action, ref(name)).outcome


def share(by: Viewer, **changed: object) -> Share:
    given = {
        "on": ref(POLICE_RETURN),
        "relation": Relation.SHARED,
        "reason": WHY,
        "organisation": SCHOOL,
    } | changed
    return commands.share_record(by=by, **given)  # type: ignore[arg-type]


def broken(by: Viewer, **changed: object) -> GlassBreak:
    given = {
        "on": ref(SCHOOL_RETURN),
        "category": GlassCategory.IMMEDIATE_RISK,
        "reason": URGENT,
    } | changed
    return commands.break_glass(by=by, **given)  # type: ignore[arg-type]


# --- shares --------------------------------------------------------------------------------------


def test_share_and_its_end_hold_from_the_next_request(world: World) -> None:
    inspector = replace(acting(world, BEN), role=Role.INSPECTOR, has_break_glass=False)
    assert outcome(inspector, POLICE_RETURN) is Outcome.ABSENT
    given = share(acting(world, CARA), until_at=NOW + dt.timedelta(hours=1))
    assert outcome(inspector, POLICE_RETURN) is Outcome.ALLOW
    later = replace(inspector, at=NOW + dt.timedelta(hours=1) - A_MOMENT)
    assert outcome(later, POLICE_RETURN) is Outcome.ALLOW
    assert outcome(replace(later, at=NOW + dt.timedelta(hours=1)), POLICE_RETURN) is Outcome.ABSENT
    commands.revoke_share(share=given, by=acting(world, CARA))
    assert outcome(inspector, POLICE_RETURN) is Outcome.ABSENT
    assert {"record.shared", "record.share_revoked"} <= set(events())


def test_share_that_is_revoked_twice_is_one_event(world: World) -> None:
    given = share(acting(world, CARA))
    for _ in range(2):
        commands.revoke_share(share=given, by=acting(world, CARA))
    assert events().count("record.share_revoked") == 1


def test_what_one_gives_ones_own_agency_does_not_reach_oneself(world: World) -> None:
    cara = acting(world, CARA)
    share(cara, organisation=POLICE)
    inspecting = replace(cara, role=Role.INSPECTOR)
    assert outcome(inspecting, POLICE_RETURN) is Outcome.ABSENT
    assert outcome(replace(inspecting, person=ASHA), POLICE_RETURN) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"relation": Relation.OWNER}, NotPossible, "is not given"),
        ({"organisation": None}, NotPossible, "one person or with one organisation"),
        ({"person": BEN}, NotPossible, "one person or with one organisation"),
        ({"person": CARA, "organisation": None}, NotAllowed, "share a record with yourself"),
        ({"reason": " "}, NotPossible, "why it is shared"),
        ({"until_at": NOW}, NotPossible, "would have ended already"),
        ({"on": ref(SCHOOL_RETURN)}, Absent, "nothing here"),
        ({"on": ref((page.RETURN, 99))}, Absent, "nothing here"),
    ],
)
def test_share_is_refused(
    world: World, changed: dict[str, object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        share(acting(world, CARA), **changed)
    assert not Share.objects.exists()
    assert "record.shared" not in events()


# --- who may -------------------------------------------------------------------------------------


STEPS: dict[str, tuple[frozenset[str], Callable[[Viewer], object]]] = {
    "share": (page.SHARERS, share),
    "label": (
        page.SHARERS,
        lambda by: commands.label_record(
            on=ref(POLICE_RETURN), reason=WHY, by=by, not_to_person=BEN
        ),
    ),
    "protect": (
        page.PROTECTORS,
        lambda by: guarding.protect_record(
            on=ref(POLICE_RETURN),
            sensitivity=Sensitivity.STAFF_SUBJECT,
            subject_organisation=SCHOOL,
            reason=WHY,
            by=by,
        ),
    ),
    "name": (
        page.PROTECTORS,
        lambda by: guarding.name_person(on=ref(POLICE_RETURN), person=BEN, by=by),
    ),
    "take off": (
        page.PROTECTORS,
        lambda by: guarding.take_off_list(on=ref(POLICE_RETURN), person=BEN, by=by),
    ),
}


@pytest.mark.parametrize("role", sorted(page.AGENCY_ROLES))
@pytest.mark.parametrize("step", STEPS)
def test_step_is_for_the_roles_that_the_page_names(role: str, step: str) -> None:
    world = small_world()
    world.memberships[CARA] = replace(world.memberships[CARA], role=role)
    load(world)
    roles, take = STEPS[step]
    if role in roles:
        take(acting(world, CARA))
    else:
        with pytest.raises(NotAllowed, match="your role does not do this"):
            take(acting(world, CARA))


# --- guards and labels ---------------------------------------------------------------------------


def guard(by: Viewer, sensitivity: Sensitivity, subject: int | None = None) -> None:
    guarding.protect_record(
        on=ref(POLICE_RETURN),
        sensitivity=sensitivity,
        reason=WHY,
        by=by,
        subject_organisation=subject,
    )


def name(by: Viewer, *persons: int) -> None:
    for person in persons:
        guarding.name_person(on=ref(POLICE_RETURN), person=person, by=by)


def guards() -> list[str]:
    return list(Protection.objects.order_by("sensitivity").values_list("sensitivity", flat=True))


def test_guards_add_up_and_standard_lifts_them_all_but_a_seal(world: World) -> None:
    gus, asha, edie = acting(world, GUS), acting(world, ASHA), acting(world, EDIE)
    name(gus, EDIE)
    guard(gus, Sensitivity.STAFF_SUBJECT, SCHOOL)
    guard(gus, Sensitivity.RESTRICTED)
    assert guards() == ["restricted", "staff_subject"]
    assert outcome(asha, POLICE_RETURN) is Outcome.BREAK_GLASS
    with pytest.raises(Absent):
        guard(gus, Sensitivity.STANDARD)
    guard(edie, Sensitivity.STANDARD)
    assert not Protection.objects.exists()
    assert outcome(asha, POLICE_RETURN) is Outcome.ALLOW
    guard(edie, Sensitivity.RESTRICTED)
    guard(edie, Sensitivity.SEALED)
    with pytest.raises(NotPossible, match="two of its guardians"):
        guard(edie, Sensitivity.STANDARD)
    assert guards() == ["restricted", "sealed"]
    assert events().count("record.protected") == 5


@pytest.mark.parametrize("sensitivity", [Sensitivity.RESTRICTED, Sensitivity.SEALED])
def test_guard_that_only_a_list_opens_needs_somebody_on_it(
    world: World, sensitivity: Sensitivity
) -> None:
    edie, ben = acting(world, EDIE), acting(world, BEN)
    with pytest.raises(NotPossible, match="named list first"):
        guard(edie, sensitivity)
    name(acting(world, GUS), EDIE, ASHA)
    guard(edie, sensitivity)
    guarding.take_off_list(on=ref(POLICE_RETURN), person=ASHA, by=edie)
    with pytest.raises(NotPossible, match="Name somebody else first"):
        guarding.take_off_list(on=ref(POLICE_RETURN), person=EDIE, by=edie)
    name(edie, ASHA)
    # Whoever has no account any more opens nothing: they are not counted.
    get_user_model()._default_manager.filter(pk=ASHA).update(is_active=False)
    with pytest.raises(NotPossible, match="Name somebody else first"):
        guarding.take_off_list(on=ref(POLICE_RETURN), person=EDIE, by=edie)
    with pytest.raises((Absent, NotAllowed)):
        guarding.take_off_list(on=ref(POLICE_RETURN), person=EDIE, by=ben)
    assert NamedPerson.objects.filter(person=EDIE).exists()


# --- seals ---------------------------------------------------------------------------------------


@pytest.fixture
def sealed(world: World) -> World:
    """The police's return, sealed, with Edie and Asha as its guardians; Gus and Ben are none."""
    name(acting(world, GUS), EDIE, ASHA)
    guard(acting(world, GUS), Sensitivity.SEALED)
    return world


def ask(by: Viewer) -> None:
    guarding.ask_to_lift_seal(on=ref(POLICE_RETURN), reason=WHY, by=by)


def lift(by: Viewer) -> None:
    guarding.lift_seal(on=ref(POLICE_RETURN), by=by)


SHUT_OUT: dict[str, Callable[[Viewer], object]] = {
    "lower": lambda by: guard(by, Sensitivity.STANDARD),
    "seal anew": lambda by: guard(by, Sensitivity.SEALED),
    "name": lambda by: name(by, BEN),
    "take off": lambda by: guarding.take_off_list(on=ref(POLICE_RETURN), person=EDIE, by=by),
    "ask": ask,
    "confirm": lift,
}


@pytest.mark.parametrize("step", SHUT_OUT)
def test_whoever_a_seal_shuts_out_does_not_change_it(sealed: World, step: str) -> None:
    ask(acting(sealed, EDIE))
    before = list(Protection.objects.values()), list(NamedPerson.objects.values())
    with pytest.raises(NotAllowed, match="this record is sealed") as refused:
        SHUT_OUT[step](acting(sealed, GUS))
    assert (list(Protection.objects.values()), list(NamedPerson.objects.values())) == before
    refusal = refused.value.refusal
    assert refusal is not None
    assert (refusal.action, refusal.on) == ("record.protect", ref(POLICE_RETURN))


def test_whoever_a_seal_shuts_out_may_guard_the_record_more(sealed: World) -> None:
    guard(acting(sealed, GUS), Sensitivity.STAFF_SUBJECT, SCHOOL)
    assert guards() == ["sealed", "staff_subject"]


def test_seal_is_lifted_by_two_of_its_guardians(sealed: World) -> None:
    edie, asha = acting(sealed, EDIE), acting(sealed, ASHA)
    with pytest.raises(NotPossible, match="No guardian has asked"):
        lift(asha)
    ask(edie)
    with pytest.raises(NotPossible, match="asked already"):
        ask(edie)
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        lift(edie)
    assert guards() == ["sealed"]
    lift(asha)
    assert not Protection.objects.exists()
    with pytest.raises(NotPossible):
        lift(asha)
    told = list(Alert.objects.order_by("pk").values_list("what", "person"))
    assert told == [(AlertKind.SEAL_LIFTING, EDIE), (AlertKind.SEAL_LIFTED, ASHA)]
    assert {"record.seal_lifting_asked", "record.seal_lifted"} <= set(events())


def test_what_was_asked_is_taken_back_by_sealing_anew(sealed: World) -> None:
    edie, asha = acting(sealed, EDIE), acting(sealed, ASHA)
    ask(edie)
    guard(edie, Sensitivity.SEALED)
    with pytest.raises(NotPossible, match="No guardian has asked"):
        lift(asha)
    assert guards() == ["sealed"]


def test_guardian_who_asked_and_is_one_no_more_has_not_asked(sealed: World) -> None:
    edie, asha = acting(sealed, EDIE), acting(sealed, ASHA)
    name(edie, CARA)
    ask(edie)
    Membership.objects.filter(pk=ASHA).update(role=Role.SAFEGUARDING_LEAD)
    asha = replace(asha, role=Role.SAFEGUARDING_LEAD)
    guarding.take_off_list(on=ref(POLICE_RETURN), person=EDIE, by=asha)
    name(asha, EDIE)
    with pytest.raises(NotPossible, match="No guardian has asked"):
        lift(acting(sealed, CARA))
    ask(edie)
    get_user_model()._default_manager.filter(pk=EDIE).update(is_active=False)
    with pytest.raises(NotPossible, match="No guardian has asked"):
        lift(acting(sealed, CARA))
    assert guards() == ["sealed"]


@pytest.mark.django_db(transaction=True)
def test_guardians_are_told_of_each_try_at_their_seal(sealed: World) -> None:
    """By the edge, once what was tried is rolled back."""
    with pytest.raises(NotAllowed) as refused:
        guard(acting(sealed, GUS), Sensitivity.STANDARD)
    assert refused.value.refusal is not None
    record_refusal_of(refused.value.refusal)
    alert = Alert.objects.get()
    assert (alert.what, alert.person_id) == (AlertKind.SEAL_TRIED, GUS)
    assert TrailEvent.objects.filter(event="record.protect", outcome="refused").count() == 1
    tell_of_alert({"alert": alert.pk})
    mine = dict(guardians_of(ref(POLICE_RETURN)))
    assert set(mine) == {EDIE, ASHA}
    told = Message.objects.filter(notice="alert.to_guardian").values_list("to", flat=True)
    assert set(told) == set(mine.values())
    gus = get_user_model()._default_manager.get(pk=GUS)
    assert not Message.objects.filter(to=gus.email).exists()


def test_staff_subject_hides_from_that_agency_but_for_its_named_lead(world: World) -> None:
    gus, asha = acting(world, GUS), acting(world, ASHA)
    guarding.name_person(on=ref(POLICE_RETURN), person=ASHA, by=gus)
    guarding.protect_record(
        on=ref(POLICE_RETURN),
        sensitivity=Sensitivity.STAFF_SUBJECT,
        reason=WHY,
        by=gus,
        subject_organisation=POLICE,
    )
    assert outcome(gus, POLICE_RETURN) is Outcome.ABSENT
    assert outcome(asha, POLICE_RETURN) is Outcome.ALLOW
    assert outcome(acting(world, EDIE), POLICE_RETURN) is Outcome.ALLOW
    guarding.take_off_list(on=ref(POLICE_RETURN), person=ASHA, by=acting(world, EDIE))
    assert outcome(asha, POLICE_RETURN) is Outcome.ABSENT
    assert {"record.person_named", "record.person_unnamed"} <= set(events())


@pytest.mark.parametrize(
    ("take", "error", "says"),
    [
        (
            lambda by: guarding.protect_record(
                on=ref(POLICE_RETURN),
                sensitivity=Sensitivity.STAFF_SUBJECT,
                reason=WHY,
                by=by,
            ),
            NotPossible,
            "where the professional works",
        ),
        (
            lambda by: guarding.protect_record(
                on=ref(POLICE_RETURN), sensitivity=Sensitivity.SEALED, reason="", by=by
            ),
            NotPossible,
            "why it is guarded",
        ),
        (
            lambda by: guarding.name_person(on=ref(POLICE_RETURN), person=GUS, by=by),
            NotAllowed,
            "put yourself on a named list",
        ),
        (
            lambda by: commands.label_record(
                on=ref(POLICE_RETURN), reason="", by=by, not_to_person=BEN
            ),
            NotPossible,
            "why the label is there",
        ),
        (
            lambda by: commands.label_record(
                on=ref(POLICE_RETURN), reason=WHY, by=by, not_to_relation=Relation.NONE
            ),
            NotPossible,
            "Nobody has that relation",
        ),
    ],
)
def test_guard_or_label_is_refused(
    world: World, take: Callable[[Viewer], object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        take(acting(world, GUS))
    assert not Protection.objects.exists()
    assert not Label.objects.exists()


def test_label_on_a_class_masks_it_and_on_all_hides_the_record(world: World) -> None:
    gus, asha = acting(world, GUS), acting(world, ASHA)
    on = ref(POLICE_RETURN)
    commands.label_record(
        on=on, reason=WHY, by=gus, field_class=FieldClass.OPINION, not_to_person=ASHA
    )
    opinion = decide(asha, "return.see", on, FieldClass.OPINION)
    assert (opinion.outcome, opinion.reason) == (Outcome.MASK, Reason.LABEL)
    commands.label_record(on=on, reason=WHY, by=gus, not_to_relation=Relation.OWNER)
    assert outcome(asha, POLICE_RETURN) is Outcome.ABSENT
    assert events().count("record.labelled") == 2


def overdue(by: Viewer, on: tuple[str, int] = POLICE_RETURN, days: int = 1) -> Label:
    """A label against Asha whose day to look again was so many days ago."""
    day = timezone.localdate(NOW) - dt.timedelta(days=days)
    return commands.label_record(on=ref(on), reason=WHY, by=by, not_to_person=ASHA, recheck_by=day)


def test_label_past_its_day_keeps_what_it_kept(world: World) -> None:
    asha, cara = acting(world, ASHA), acting(world, CARA)
    made = overdue(cara, days=400)
    assert outcome(asha, POLICE_RETURN) is Outcome.ABSENT
    assert [one.pk for one in labels_to_recheck(cara)] == [made.pk]
    later = timezone.localdate(NOW) + dt.timedelta(days=1)
    commands.recheck_label(label=made, is_needed=True, reason=WHY, recheck_by=later, by=cara)
    assert not labels_to_recheck(cara)
    assert outcome(asha, POLICE_RETURN) is Outcome.ABSENT
    after = replace(cara, at=NOW + dt.timedelta(days=2))
    made.refresh_from_db()
    assert labels_to_recheck(after) == [made]
    commands.recheck_label(label=made, is_needed=False, by=after)
    assert outcome(asha, POLICE_RETURN) is Outcome.ALLOW
    assert not Label.objects.exists()
    assert events().count("record.label_rechecked") == 2


@pytest.mark.parametrize(("days", "waits"), [(1, True), (0, False), (-1, False)])
def test_label_waits_once_its_day_is_over(world: World, days: int, waits: bool) -> None:
    overdue(acting(world, CARA), days=days)
    assert bool(labels_to_recheck(acting(world, CARA))) is waits


def test_label_waits_for_those_alone_who_may_label_the_record(world: World) -> None:
    made = overdue(acting(world, CARA))
    waits_for = {person for person in world.memberships if labels_to_recheck(acting(world, person))}
    # Gus leads the same agency. Ben leads another, and Edie's office has it once it is submitted.
    assert waits_for == {CARA, GUS, EDIE}
    for person in (ASHA, BEN, FAY):
        assert label_to_recheck(acting(world, person), made.pk) is None
        with pytest.raises((Absent, NotAllowed)):
            commands.recheck_label(label=made, is_needed=False, by=acting(world, person))
    assert Label.objects.get().reason == WHY


@pytest.mark.parametrize("days", [None, 0, -1])
def test_label_is_kept_for_a_reason_and_until_a_later_day(world: World, days: int | None) -> None:
    cara = acting(world, CARA)
    made = overdue(cara)
    today = timezone.localdate(NOW)
    day = None if days is None else today + dt.timedelta(days=days)
    with pytest.raises(NotPossible, match="yet to come"):
        commands.recheck_label(label=made, is_needed=True, reason=WHY, recheck_by=day, by=cara)
    with pytest.raises(NotPossible, match="why it is still needed"):
        commands.recheck_label(
            label=made, is_needed=True, recheck_by=today + dt.timedelta(days=9), by=cara
        )


def test_label_is_looked_at_again_once(world: World) -> None:
    cara = acting(world, CARA)
    made = overdue(cara)
    day = timezone.localdate(NOW) + dt.timedelta(days=9)
    commands.recheck_label(label=made, is_needed=True, reason=WHY, recheck_by=day, by=cara)
    for is_needed in (True, False):
        with pytest.raises(NotPossible, match="already"):
            commands.recheck_label(
                label=made, is_needed=is_needed, reason=WHY, recheck_by=day, by=cara
            )
    assert Label.objects.get().recheck_by == day


# --- conflicts -----------------------------------------------------------------------------------


def test_declared_conflict_shuts_out_from_the_next_request(world: World) -> None:
    asha = acting(world, ASHA)
    commands.declare_conflict(on=ref(POLICE_RETURN), reason=WHY, by=asha)
    decided = decide(asha, "return.see", ref(POLICE_RETURN))
    assert (decided.outcome, decided.reason) == (Outcome.ABSENT, Reason.CONFLICTED)
    assert Obligation.ALERT in decided.obligations
    assert "conflict.declared" in events()
    with pytest.raises(Absent):
        commands.declare_conflict(on=ref(POLICE_RETURN), reason=WHY, by=asha)


@pytest.mark.parametrize("reason", ["", "  "])
def test_conflict_without_a_reason_is_refused(world: World, reason: str) -> None:
    with pytest.raises(NotPossible):
        commands.declare_conflict(on=ref(POLICE_RETURN), reason=reason, by=acting(world, ASHA))
    with pytest.raises(NotPossible):
        commands.suspect_conflict(
            on=ref(POLICE_RETURN), person=ASHA, reason=reason, by=acting(world, GUS)
        )
    assert not Conflict.objects.exists()


def test_operator_has_no_conflict_to_declare(world: World) -> None:
    with pytest.raises(NotAllowed, match="Only a person"):
        commands.declare_conflict(on=ref(POLICE_RETURN), reason=WHY, by=OPERATOR)


def test_who_may_not_open_a_record_names_nobody_in_conflict_with_it(world: World) -> None:
    """Else anybody could alert the officer about any key, and learn which keys there are."""
    for by, on in ((ASHA, SCHOOL_RETURN), (FAY, POLICE_RETURN), (BEN, POLICE_RETURN)):
        with pytest.raises(Absent):
            commands.suspect_conflict(on=ref(on), person=GUS, reason=WHY, by=acting(world, by))
    nowhere = ref((page.RETURN, 999_999))
    with pytest.raises(Absent):
        commands.suspect_conflict(on=nowhere, person=GUS, reason=WHY, by=acting(world, CARA))
    with pytest.raises(Absent, match="whom you could name"):
        commands.suspect_conflict(
            on=ref(POLICE_RETURN), person=999_999, reason=WHY, by=acting(world, CARA)
        )
    commands.declare_conflict(on=ref(POLICE_RETURN), reason=WHY, by=acting(world, ASHA))
    with pytest.raises(Absent):
        commands.suspect_conflict(
            on=ref(POLICE_RETURN), person=GUS, reason=WHY, by=acting(world, ASHA)
        )
    assert list(Conflict.objects.values_list("person", flat=True)) == [ASHA]
    assert not Alert.objects.exists()


def test_nobody_decides_on_their_own_conflict(world: World) -> None:
    made = commands.suspect_conflict(
        on=ref(POLICE_RETURN), person=GUS, reason=WHY, by=acting(world, CARA)
    )
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        commands.decide_conflict(conflict=made, is_conflict=False, words=WHY, by=acting(world, GUS))
    with pytest.raises(NotPossible):
        commands.decide_conflict(conflict=made, is_conflict=False, words=" ", by=acting(world, FAY))
    with pytest.raises(Absent):
        commands.decide_conflict(
            conflict=made, is_conflict=False, words=WHY, by=acting(world, ASHA)
        )


# --- broken glass --------------------------------------------------------------------------------


def test_glass_holds_for_thirty_minutes_to_the_moment(world: World) -> None:
    asha = acting(world, ASHA)
    assert outcome(asha, SCHOOL_RETURN) is Outcome.BREAK_GLASS
    broken(asha)
    half_an_hour = dt.timedelta(minutes=30)
    decided = decide(asha, "return.see", ref(SCHOOL_RETURN))
    assert (decided.outcome, decided.reason) == (Outcome.ALLOW, Reason.GLASS)
    last = replace(asha, at=NOW + half_an_hour - A_MOMENT)
    assert outcome(last, SCHOOL_RETURN) is Outcome.ALLOW
    assert outcome(replace(asha, at=NOW + half_an_hour), SCHOOL_RETURN) is Outcome.BREAK_GLASS
    assert outcome(replace(asha, membership=GUS), SCHOOL_RETURN) is Outcome.BREAK_GLASS
    assert outcome(replace(asha, has_break_glass=False), SCHOOL_RETURN) is Outcome.ABSENT


BREAKERS = sorted(ROLES[name] for name in page.GLASS_BREAKERS)


@pytest.mark.parametrize("role", sorted(set(Role) - set(BREAKERS) - {Role.LOCAL_OPERATOR}))
def test_glass_is_not_offered_to_a_role_that_may_not_break_it(world: World, role: Role) -> None:
    """Whatever the membership was given: it would be offered, and then refused."""
    viewer = replace(acting(world, ASHA), role=role, organisation=4, stepped_up_at=NOW)
    assert viewer.has_break_glass
    assert outcome(viewer, SCHOOL_RETURN) is Outcome.ABSENT
    with pytest.raises(Absent) as refused:
        commands.break_glass(
            on=ref(SCHOOL_RETURN), category=GlassCategory.COVER, reason=URGENT, by=viewer
        )
    assert not refused.value.offers_glass
    assert not GlassBreak.objects.exists()


@pytest.mark.parametrize("role", BREAKERS)
def test_glass_is_offered_to_each_role_that_may_break_it(world: World, role: Role) -> None:
    viewer = replace(acting(world, ASHA), role=role, organisation=4, stepped_up_at=NOW)
    assert outcome(viewer, SCHOOL_RETURN) is Outcome.BREAK_GLASS
    broken(viewer)
    assert outcome(viewer, SCHOOL_RETURN) is Outcome.ALLOW
    # The same membership under another role: what was broken holds for it no more.
    assert outcome(replace(viewer, role=Role.ACTION_OWNER), SCHOOL_RETURN) is Outcome.ABSENT


def test_glass_tells_the_privacy_officer_at_once(world: World) -> None:
    made = broken(acting(world, ASHA))
    alert = Alert.objects.get()
    assert (alert.what, alert.person_id, alert.partnership) == (AlertKind.GLASS_BROKEN, ASHA, 1)
    job = Job.objects.get()
    assert (job.code, job.payload) == (commands.ALERT_JOB, {"alert": alert.pk})
    event = TrailEvent.objects.get(event="glass.broken")
    assert json.loads(event.detail) == {"glass": made.pk}
    assert URGENT not in str(event.__dict__) + str(job.__dict__) + str(alert.__dict__)


@pytest.mark.parametrize("channel", [Channel.PRINT, Channel.EXPORT])
def test_glass_goes_into_no_print(world: World, channel: Channel) -> None:
    asha = acting(world, ASHA)
    broken(asha)
    decided = decide(asha, "return.see", ref(SCHOOL_RETURN), context=Context(channel))
    assert (decided.outcome, decided.reason) == (Outcome.REFUSED, Reason.CHANNEL)


def test_glass_is_read_only(world: World) -> None:
    """Who looks by glass may say that they are in conflict, and nothing else of the record."""
    gus = acting(world, GUS)
    broken(gus)
    changes: list[Callable[[], object]] = [
        lambda: share(gus, on=ref(SCHOOL_RETURN), organisation=POLICE),
        lambda: commands.label_record(on=ref(SCHOOL_RETURN), reason=WHY, by=gus, not_to_person=BEN),
        lambda: guarding.protect_record(
            on=ref(SCHOOL_RETURN), sensitivity=Sensitivity.SEALED, reason=WHY, by=gus
        ),
        lambda: guarding.name_person(on=ref(SCHOOL_RETURN), person=ASHA, by=gus),
        lambda: guarding.take_off_list(on=ref(SCHOOL_RETURN), person=ASHA, by=gus),
    ]
    for change in changes:
        with pytest.raises(NotAllowed, match="read only"):
            change()
    commands.declare_conflict(on=ref(SCHOOL_RETURN), reason=WHY, by=gus)
    assert outcome(gus, SCHOOL_RETURN) is Outcome.ABSENT


def test_reason_of_twenty_characters_is_long_enough(world: World) -> None:
    asha = acting(world, ASHA)
    with pytest.raises(NotPossible, match="at least 20 characters"):
        broken(asha, reason="  " + "x" * 19 + "  ")
    broken(asha, reason="x" * 20)


@pytest.mark.parametrize(
    ("who", "on"),
    [(ASHA, POLICE_RETURN), (ASHA, AUDIT), (CARA, SCHOOL_RETURN), (FAY, SCHOOL_RETURN)],
)
def test_glass_that_is_not_offered_is_refused(world: World, who: int, on: tuple[str, int]) -> None:
    """One's own return is open, an audit opens by no glass, the last two have no right to it."""
    with pytest.raises(Absent):
        broken(acting(world, who), on=ref(on))
    assert not GlassBreak.objects.exists()
    assert not Alert.objects.exists()


def test_glass_wants_the_second_factor_again(world: World) -> None:
    asha = acting(world, ASHA)
    old = replace(asha, stepped_up_at=NOW - dt.timedelta(minutes=15) - A_MOMENT)
    for viewer in (old, replace(asha, stepped_up_at=None)):
        with pytest.raises(NotAllowed, match="second factor"):
            broken(viewer)
    broken(replace(asha, stepped_up_at=NOW - dt.timedelta(minutes=15)))


@pytest.mark.parametrize("state", ["declared", "confirmed"])
def test_glass_is_never_broken_over_a_conflict(state: str) -> None:
    world = small_world()
    world.conflicts[1] = Incident(1, 1, ASHA, AUDIT, state=state)
    load(world)
    with pytest.raises(Absent):
        broken(acting(world, ASHA))


def test_conflict_shuts_glass_that_is_broken_already(world: World) -> None:
    asha = acting(world, ASHA)
    broken(asha)
    commands.declare_conflict(on=ref(SCHOOL_RETURN), reason=WHY, by=asha)
    assert outcome(asha, SCHOOL_RETURN) is Outcome.ABSENT


def test_second_person_is_another_and_in_time(world: World) -> None:
    gus, edie = acting(world, GUS), acting(world, EDIE)
    made = broken(gus)
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        commands.confirm_glass(glass=made, by=gus)
    with pytest.raises(Absent):
        commands.confirm_glass(glass=made, by=acting(world, ASHA))
    with pytest.raises(NotPossible, match="run out"):
        commands.confirm_glass(glass=made, by=replace(edie, at=NOW + dt.timedelta(minutes=30)))
    commands.confirm_glass(glass=made, by=edie)
    with pytest.raises(NotPossible, match="confirmed already"):
        commands.confirm_glass(glass=made, by=acting(world, FAY))
    assert events().count("glass.confirmed") == 1


def test_second_person_does_not_review_the_look(world: World) -> None:
    edie, fay = acting(world, EDIE), acting(world, FAY)
    made = broken(acting(world, GUS))
    commands.confirm_glass(glass=made, by=edie)
    given = {"glass": made, "outcome": GlassOutcome.JUSTIFIED, "words": WHY}
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        commands.review_glass(**given, by=edie)  # type: ignore[arg-type]
    commands.review_glass(**given, by=fay)  # type: ignore[arg-type]


def test_review_is_by_another_once_and_in_words(world: World) -> None:
    gus, fay = acting(world, GUS), acting(world, FAY)
    made = broken(gus)
    given = {"glass": made, "outcome": GlassOutcome.JUSTIFIED}
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        commands.review_glass(**given, words=WHY, by=gus)  # type: ignore[arg-type]
    with pytest.raises(NotPossible):
        commands.review_glass(**given, words=" ", by=fay)  # type: ignore[arg-type]
    commands.review_glass(**given, words=WHY, by=fay)  # type: ignore[arg-type]
    with pytest.raises(NotPossible, match="reviewed it already"):
        commands.review_glass(**given, words=WHY, by=acting(world, EDIE))  # type: ignore[arg-type]
    assert events().count("glass.reviewed") == 1


def test_alert_is_closed_once_and_never_by_whom_it_is_about(world: World) -> None:
    fay = acting(world, FAY)
    own = commands.raise_alert(what=AlertKind.CONFLICTED_LOOK, on=ref(AUDIT), by=fay)
    with pytest.raises(NotAllowed, match="nobody approves their own work"):
        commands.close_alert(alert=own, words=WHY, by=fay)
    other = commands.raise_alert(
        what=AlertKind.CONFLICTED_LOOK, on=ref(AUDIT), by=acting(world, ASHA)
    )
    with pytest.raises(Absent):
        commands.close_alert(alert=other, words=WHY, by=acting(world, EDIE))
    with pytest.raises(NotPossible):
        commands.close_alert(alert=other, words="", by=fay)
    commands.close_alert(alert=other, words=WHY, by=fay)
    with pytest.raises(NotPossible, match="closed it already"):
        commands.close_alert(alert=other, words=WHY, by=fay)
    assert events().count("alert.closed") == 1


def test_everything_ends_with_the_membership(world: World) -> None:
    asha = replace(acting(world, ASHA), valid_to=NOW)
    assert BEFORE < NOW
    for take in (lambda: broken(asha), lambda: share(asha)):
        with pytest.raises(Absent):
            take()
