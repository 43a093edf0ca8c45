"""What the clocks add to the engines. Each rule is declared by the app whose deadline it is."""

from __future__ import annotations

from safehub.foundation.access.policy import Action, FieldRule, Grant
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType

_FOR_EVER = FieldRule(FieldClass.ADMINISTRATIVE, "for ever: deadlines are reckoned by it")
_MAKER = FieldRule(FieldClass.STAFF, "for ever: deadlines are reckoned by it")
_WITH_RECORD = FieldRule(FieldClass.ADMINISTRATIVE, "as long as the record that it is about")
_WHY = FieldRule(FieldClass.OPINION, "as long as the record that it is about")

DECLARES = Declares(
    actions=(
        Action(
            code="calendar.edit",
            label="change the calendar of working days",
            words="changed the calendar of working days",
            grants=(
                Grant(
                    frozenset(
                        {
                            Role.SYSTEM_ADMINISTRATOR,
                            Role.HUB_COORDINATOR,
                            Role.AUDIT_COORDINATOR,
                            Role.LOCAL_OPERATOR,
                        }
                    )
                ),
            ),
            is_read=False,
        ),
    ),
    events=(
        EventType("calendar.renewed", "met other bank holidays, and the calendar was renewed"),
        EventType("clock.started", "started a clock"),
        EventType("clock.paused", "paused a clock"),
        EventType("clock.resumed", "let a clock go on"),
        EventType("clock.stopped", "stopped a clock"),
        EventType("clock.recalculated", "had a clock reckoned by another calendar"),
    ),
    fields={
        "calendarversion.id": _FOR_EVER,
        "calendarversion.number": _FOR_EVER,
        "calendarversion.made_at": _FOR_EVER,
        "calendarversion.made_by": _MAKER,
        "calendarversion.reason": _FOR_EVER,
        "calendarversion.opens": _FOR_EVER,
        "calendarversion.closes": _FOR_EVER,
        "calendarversion.first_year": _FOR_EVER,
        "calendarversion.last_year": _FOR_EVER,
        "calendarversion.bank_holidays": _FOR_EVER,
        "calendaroverride.id": _FOR_EVER,
        "calendaroverride.version": _FOR_EVER,
        "calendaroverride.day": _FOR_EVER,
        "calendaroverride.is_working": _FOR_EVER,
        "calendaroverride.label": _FOR_EVER,
        "deadline.id": _WITH_RECORD,
        "deadline.about_kind": _WITH_RECORD,
        "deadline.about_key": _WITH_RECORD,
        "deadline.rule_code": _WITH_RECORD,
        "deadline.rule_label": _WITH_RECORD,
        "deadline.rule_counting": _WITH_RECORD,
        "deadline.rule_number": _WITH_RECORD,
        "deadline.rule_source": _WITH_RECORD,
        "deadline.started_at": _WITH_RECORD,
        "deadline.calendar": _WITH_RECORD,
        "deadline.due_at": _WITH_RECORD,
        "deadline.working": _WITH_RECORD,
        "deadline.recalculated_reason": _WHY,
        "deadline.state": _WITH_RECORD,
        "deadline.stopped_at": _WITH_RECORD,
        "deadline.stopped_reason": _WHY,
        "deadline.is_late": _WITH_RECORD,
        "clockpause.id": _WITH_RECORD,
        "clockpause.deadline": _WITH_RECORD,
        "clockpause.reason": _WHY,
        "clockpause.paused_at": _WITH_RECORD,
        "clockpause.resumed_at": _WITH_RECORD,
    },
)
