"""The access commands in any order: after each step the product is as the oracle says.

The machine keeps a plain world beside the database. A step is tried on the product; where the
product takes it, it is written into the plain world too. Then every member's view of the returns
and the audit is compared. 500 runs of 50 steps in the full lane.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from oracle import plain_access as plain
from oracle import plain_access_grants as page
from oracle import plain_access_world as plain_world
from oracle.plain_access_world import Given, Incident, Labelled, Name, Protection, World
from safehub.foundation.access import commands, judging, queries
from safehub.foundation.access.guarding import commands as guarding
from safehub.foundation.access.models import Conflict, GlassBreak, Share
from safehub.foundation.access.states import GlassCategory, GlassOutcome
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Sensitivity
from safehub.foundation.errors import SafehubError
from safehub.register.accounts.models import Membership

from .agreement import real_viewer
from .lanes import IS_FULL, by_lane, tell
from .matrix import NOW
from .small import AUDIT, CASE, POLICE_RETURN, SCHOOL_RETURN, loaded, ref
from .words import CLASSES, KINDS, OUTCOMES, RELATIONS

WHY = "because of what the family said"
PEOPLE = st.integers(1, 6)
RECORDS = st.sampled_from([POLICE_RETURN, SCHOOL_RETURN, CASE, AUDIT])
MINUTES = st.sampled_from([1, 10, 29, 30, 31])
GUARDS = {
    page.RESTRICTED: Sensitivity.RESTRICTED,
    page.SEALED: Sensitivity.SEALED,
    page.STAFF_SUBJECT: Sensitivity.STAFF_SUBJECT,
}
steps_taken = 0


class AccessMachine(RuleBasedStateMachine):
    """The world of `small`, some time, and what the commands made of it."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world: World = loaded()
        self.now = NOW
        self.lists: dict[Name, frozenset[int]] = {}
        self.shares: dict[int, int] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def viewer(self, person: int) -> Viewer:
        made = real_viewer(self.world, self.world.memberships[person])
        return replace(made, at=self.now, stepped_up_at=self.now)

    def takes(self, step: Callable[[], Any]) -> Any:
        """What the product made of the step; None where it refused, and then nothing is left."""
        try:
            with transaction.atomic():
                return step() or True
        except SafehubError:
            return None

    # --- steps -----------------------------------------------------------------------------------

    @rule(
        by=PEOPLE,
        on=RECORDS,
        relation=st.sampled_from([page.SHARED, page.ASSIGNED, page.CONTRIBUTED]),
        person=st.none() | PEOPLE,
        agency=st.integers(1, 4),
        minutes=st.none() | MINUTES,
    )
    def share(
        self,
        by: int,
        on: Name,
        relation: str,
        person: int | None,
        agency: int,
        minutes: int | None,
    ) -> None:
        until = self.now + dt.timedelta(minutes=minutes) if minutes else None
        to = {"person": person} if person else {"organisation": agency}
        made = self.takes(
            lambda: commands.share_record(
                on=ref(on),
                relation=RELATIONS[relation],
                reason=WHY,
                by=self.viewer(by),
                until_at=until,
                **to,
            )
        )
        if made:
            self.shares[made.pk] = len(self.world.given)
            self.world.given.append(
                Given(
                    on,
                    relation,
                    by,
                    self.now,
                    until,
                    person=person,
                    agency=None if person else agency,
                )
            )

    @rule(by=PEOPLE, which=st.integers(0, 20))
    def revoke(self, by: int, which: int) -> None:
        rows = list(Share.objects.order_by("pk"))
        if not rows:
            return
        row = rows[which % len(rows)]
        if self.takes(lambda: commands.revoke_share(share=row, by=self.viewer(by))):
            at = self.shares[row.pk]
            self.world.given[at] = replace(self.world.given[at], revoked=True)

    @rule(by=PEOPLE, on=RECORDS, kind=st.sampled_from(sorted(GUARDS)), agency=st.integers(1, 3))
    def protect(self, by: int, on: Name, kind: str, agency: int) -> None:
        is_staff = kind == page.STAFF_SUBJECT
        done = self.takes(
            lambda: guarding.protect_record(
                on=ref(on),
                sensitivity=GUARDS[kind],
                reason=WHY,
                by=self.viewer(by),
                subject_organisation=agency if is_staff else None,
            )
        )
        if done:
            self.world.protections.append(
                Protection(on, kind, self.lists.get(on, frozenset()), agency if is_staff else None)
            )

    @rule(by=PEOPLE, on=RECORDS)
    def lift(self, by: int, on: Name) -> None:
        done = self.takes(
            lambda: guarding.protect_record(
                on=ref(on), sensitivity=Sensitivity.STANDARD, reason=WHY, by=self.viewer(by)
            )
        )
        if done:
            self.world.protections = [one for one in self.world.protections if one.on != on]

    @rule(by=PEOPLE, on=RECORDS, confirms=st.booleans())
    def lift_seal(self, by: int, on: Name, confirms: bool) -> None:
        viewer = self.viewer(by)
        if not confirms:
            self.takes(lambda: guarding.ask_to_lift_seal(on=ref(on), reason=WHY, by=viewer))
        elif self.takes(lambda: guarding.lift_seal(on=ref(on), by=viewer)):
            assert by in self.lists[on], "a seal is lifted by its guardians alone"
            self.world.protections = [
                one for one in self.world.protections if (one.on, one.kind) != (on, page.SEALED)
            ]

    @rule(by=PEOPLE, on=RECORDS, person=PEOPLE, is_on=st.booleans())
    def name(self, by: int, on: Name, person: int, is_on: bool) -> None:
        step = guarding.name_person if is_on else guarding.take_off_list
        if self.takes(lambda: step(on=ref(on), person=person, by=self.viewer(by))):
            had = self.lists.get(on, frozenset())
            self.lists[on] = had | {person} if is_on else had - {person}
            self.world.protections = [
                replace(one, named=self.lists[on]) if one.on == on else one
                for one in self.world.protections
            ]

    @rule(
        by=PEOPLE,
        on=RECORDS,
        field_class=st.sampled_from([page.ALL_CLASSES, page.OPINION, page.IDENTITY]),
        person=st.none() | PEOPLE,
        relation=st.sampled_from([page.OWNER, page.ASKED, page.SHARED, page.ENDED]),
    )
    def label(self, by: int, on: Name, field_class: str, person: int | None, relation: str) -> None:
        given: dict[str, Any] = (
            {"not_to_person": person} if person else {"not_to_relation": RELATIONS[relation]}
        )
        made = self.takes(
            lambda: commands.label_record(
                on=ref(on),
                reason=WHY,
                by=self.viewer(by),
                field_class=CLASSES.get(field_class),
                **given,
            )
        )
        if made:
            persons = frozenset({person} if person else ())
            relations = frozenset[str](() if person else {relation})
            self.world.labels.append(Labelled(on, field_class, persons, relations))

    def keep_conflict(self, row: Conflict) -> None:
        names = {code: kind for kind, code in KINDS.items()}
        self.world.conflicts[row.pk] = Incident(
            row.pk, 1, row.person_id, (names[row.kind], row.key), state=str(row.state)
        )

    @rule(by=PEOPLE, on=RECORDS)
    def declare(self, by: int, on: Name) -> None:
        made = self.takes(
            lambda: commands.declare_conflict(on=ref(on), reason=WHY, by=self.viewer(by))
        )
        if made:
            self.keep_conflict(made)

    @rule(by=PEOPLE, on=RECORDS, person=PEOPLE)
    def suspect(self, by: int, on: Name, person: int) -> None:
        made = self.takes(
            lambda: commands.suspect_conflict(
                on=ref(on), person=person, reason=WHY, by=self.viewer(by)
            )
        )
        if made:
            self.keep_conflict(made)

    @rule(by=PEOPLE, which=st.integers(0, 20), is_conflict=st.booleans())
    def settle(self, by: int, which: int, is_conflict: bool) -> None:
        rows = list(Conflict.objects.order_by("pk"))
        if not rows:
            return
        row = rows[which % len(rows)]
        made = self.takes(
            lambda: commands.decide_conflict(
                conflict=row, is_conflict=is_conflict, words=WHY, by=self.viewer(by)
            )
        )
        if made:
            assert row.person_id != by, "nobody decides on their own conflict"
            self.keep_conflict(made)

    @rule(by=PEOPLE, which=st.integers(0, 20))
    def turn_round(self, by: int, which: int) -> None:
        rows = list(Conflict.objects.order_by("pk"))
        if not rows:
            return
        row = rows[which % len(rows)]
        made = self.takes(
            lambda: commands.reverse_conflict(conflict=row, words=WHY, by=self.viewer(by))
        )
        if made:
            assert row.person_id != by, "nobody decides on their own conflict"
            self.keep_conflict(made)

    @rule(by=PEOPLE, on=RECORDS)
    def break_glass(self, by: int, on: Name) -> None:
        made = self.takes(
            lambda: commands.break_glass(
                on=ref(on), category=GlassCategory.COVER, reason=WHY, by=self.viewer(by)
            )
        )
        if made:
            self.world.glass[made.pk] = Incident(made.pk, 1, by, on, membership=by, at=self.now)

    @rule(by=PEOPLE, which=st.integers(0, 20), confirms=st.booleans())
    def second_look(self, by: int, which: int, confirms: bool) -> None:
        rows = list(GlassBreak.objects.order_by("pk"))
        if not rows:
            return
        row = rows[which % len(rows)]
        if confirms:
            done = self.takes(lambda: commands.confirm_glass(glass=row, by=self.viewer(by)))
            if done:
                kept = self.world.glass[row.pk]
                self.world.glass[row.pk] = replace(kept, confirmed_by=by)
        else:
            done = self.takes(
                lambda: commands.review_glass(
                    glass=row, outcome=GlassOutcome.JUSTIFIED, words=WHY, by=self.viewer(by)
                )
            )
        assert not (done and row.person_id == by), "nobody approves their own look"

    @rule(minutes=MINUTES)
    def time_goes_by(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule(person=PEOPLE)
    def membership_ends(self, person: int) -> None:
        if sum(one.ends is None for one in self.world.memberships.values()) > 3:
            Membership.objects.filter(pk=person).update(valid_to=self.now)
            ended = replace(self.world.memberships[person], ends=self.now)
            self.world.memberships[person] = ended

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def product_is_as_the_oracle_says(self) -> None:
        global steps_taken
        steps_taken += 1
        around = plain.Circumstances(now=self.now, second_factor_at=self.now)
        rules = queries.policy()
        for member in self.world.memberships.values():
            viewer, on_page = self.viewer(member.key), plain_world.Viewer(member)
            for kind, keys in ((page.RETURN, (10020, 10030)), (page.AUDIT, (1,))):
                found = queries.facts_of(viewer, KINDS[kind], keys)
                for key in keys:
                    facts = plain_world.facts(self.world, on_page, (kind, key), around)
                    for one in (None, page.OPINION):
                        expected = plain.decide(facts, page.SEE[kind], one, around)
                        decided = judging.judge(
                            rules,
                            viewer,
                            page.SEE[kind],
                            found[key],
                            at=self.now,
                            field_class=FieldClass.OPINION if one else None,
                        )
                        assert decided.outcome is OUTCOMES[expected.outcome], (
                            f"{member} on {kind} {key} [{one}]: {decided}, not {expected}"
                        )
                        assert not (facts.conflicted and decided.is_allowed)


@pytest.mark.django_db
def test_commands_in_any_order_leave_what_the_oracle_says() -> None:
    run_state_machine_as_test(
        AccessMachine,
        settings=settings(
            max_examples=by_lane(6, 500),
            stateful_step_count=by_lane(20, 50),
            deadline=None,
            derandomize=not IS_FULL,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tell(f"{steps_taken} states compared")
