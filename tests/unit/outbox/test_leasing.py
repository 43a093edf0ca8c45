"""A lease holds one row for one holder; what is lost with its holder comes back, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
import time_machine

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.outbox.commands import (
    clear_dead,
    release_held,
    retry_dead,
    run_later,
    tell,
)
from safehub.foundation.outbox.delivery.commands import (
    beat,
    begin_sending,
    give_back,
    lease_due,
    mark_failed,
    mark_sent,
    purge_finished,
    run_job,
    stop_beating,
    sweep_stuck,
)
from safehub.foundation.outbox.holds import drop_hold, register_hold
from safehub.foundation.outbox.jobs import job
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.outbox.queries import (
    dead_count,
    dead_jobs,
    dead_messages,
    due,
    mail_state,
    message_of,
    worker_runs,
)
from safehub.foundation.outbox.rules import LEASE, WAITS, Fault
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.models import TrailEvent

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@job("test.writes")
def _writes(payload: Mapping[str, Any]) -> None:
    """Writes one message for each key; fails after it where told to."""
    tell("test.asked", to="asha@police.example.org", reference=str(payload["key"]))
    if payload.get("fails"):
        raise ValueError("what was typed")


def _message(notice: str = "test.asked", about: RecordRef | None = None) -> Message:
    tell(notice, to="ben@school.example.org", reference="A-1", link="/x/", about=about)
    return Message.objects.latest("pk")


def _leased() -> Message:
    _message()
    return lease_due(what=Message, worker="one", limit=1)[0]


def _events() -> list[str]:
    return [event.event for event in TrailEvent.objects.order_by("pk")]


def test_leased_message_is_leased_to_nobody_else() -> None:
    _message()
    assert len(lease_due(what=Message, worker="one", limit=10)) == 1
    assert not lease_due(what=Message, worker="two", limit=10)


def test_hand_over_is_noted_before_it_begins_and_in_the_trail() -> None:
    message = _leased()
    assert begin_sending(message=message)
    message.refresh_from_db()
    assert message.state == "sending"
    assert _events()[-1:] == ["message.handed_over"]


def test_lease_that_was_lost_begins_nothing_and_marks_nothing() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first = _leased()
        clock.shift(LEASE)
        sweep_stuck(what=Message)
        second = lease_due(what=Message, worker="two", limit=1)[0]
        assert second.pk == first.pk
        assert not begin_sending(message=first)
        assert not mark_failed(effect=first, fault=Fault.TIMED_OUT)
        assert begin_sending(message=second)


def test_what_the_server_took_is_sent_though_the_lease_was_lost() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first = _leased()
        assert begin_sending(message=first)
        clock.shift(LEASE)
        assert sweep_stuck(what=Message) == 1
        assert mark_sent(message=first)
        assert not due(Message).exists()
        clock.shift(dt.timedelta(days=2))
        assert not lease_due(what=Message, worker="two", limit=1)


def test_sent_message_keeps_no_link() -> None:
    message = _leased()
    begin_sending(message=message)
    mark_sent(message=message)
    message.refresh_from_db()
    assert (message.state, message.link, message.leased_by) == ("sent", "", "")


def test_message_lost_while_sending_goes_again_under_the_same_id_after_its_wait() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = _leased()
        begin_sending(message=message)
        clock.shift(LEASE)
        sweep_stuck(what=Message)
        assert not due(Message).exists()
        clock.shift(WAITS[0])
        again = lease_due(what=Message, worker="two", limit=1)[0]
    assert again.message_id == message.message_id
    assert (again.attempts, again.fault) == (1, Fault.OUTCOME_UNKNOWN)


def test_message_lost_before_sending_is_due_at_once_and_counts_no_attempt() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _leased()
        assert not due(Message).exists()
        clock.shift(LEASE)
        sweep_stuck(what=Message)
        assert due(Message).get().attempts == 0


def test_message_that_never_goes_is_dead_after_a_day_and_waits_for_a_person() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = _message()
        for wait in (*WAITS, None):
            leased = lease_due(what=Message, worker="one", limit=1)[0]
            mark_failed(effect=leased, fault=Fault.UNREACHABLE)
            if wait is not None:
                clock.shift(wait - dt.timedelta(seconds=1))
                assert not due(Message).exists()
                clock.shift(1)
        assert dt.datetime.now(dt.UTC) - NOON == dt.timedelta(hours=24)
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("dead", len(WAITS) + 1)
        assert _events()[-1] == "message.died"
        clock.shift(dt.timedelta(days=30))
        assert not due(Message).exists()


def test_final_refusal_is_dead_at_once(operator: Viewer) -> None:
    mark_failed(effect=_leased(), fault=Fault.REFUSED_FOR_GOOD, is_final=True)
    [letter] = dead_messages(operator)
    assert (letter.fault, letter.state) == ("refused_for_good", "dead")
    assert letter.subject == "A return is asked for (A-1)"
    assert letter.to == "ben@school.example.org"
    assert dead_count(operator) == 1


def test_clearing_needs_a_reason_is_recorded_and_can_be_done_once(operator: Viewer) -> None:
    mark_failed(effect=_leased(), fault=Fault.REFUSED_FOR_GOOD, is_final=True)
    message = message_of(operator, Message.objects.get().pk)
    with pytest.raises(NotPossible, match="Say why"):
        clear_dead(effect=message, reason="  ", by=operator)
    clear_dead(effect=message, reason="Told by telephone.", by=operator)
    assert _events()[-1] == "outbox.clear"
    with pytest.raises(NotPossible, match="already"):
        clear_dead(effect=message, reason="Told by telephone.", by=operator)
    message.refresh_from_db()
    assert (message.state, message.cleared_because, message.link) == (
        "cleared",
        "Told by telephone.",
        "",
    )
    assert dead_count(operator) == 0


def test_retrying_begins_from_the_first_attempt_under_the_same_id(operator: Viewer) -> None:
    message = _leased()
    mark_failed(effect=message, fault=Fault.REFUSED_FOR_GOOD, is_final=True)
    retry_dead(effect=message, by=operator)
    again = lease_due(what=Message, worker="two", limit=1)[0]
    assert (again.attempts, again.message_id) == (0, message.message_id)
    with pytest.raises(NotPossible, match="not waiting"):
        retry_dead(effect=message, by=operator)


def test_who_settles_is_the_administrator_and_nobody_else() -> None:
    mark_failed(effect=_leased(), fault=Fault.REFUSED_FOR_GOOD, is_final=True)
    message = Message.objects.get()
    outsider = Viewer(role=Role.AGENCY_AUDITOR, via="test")
    with pytest.raises(NotAllowed):
        dead_messages(outsider)
    with pytest.raises(NotAllowed):
        clear_dead(effect=message, reason="Because.", by=outsider)
    with pytest.raises(NotAllowed):
        retry_dead(effect=message, by=outsider)
    message.refresh_from_db()
    assert message.state == "dead"


def test_letter_to_a_family_is_held_where_a_hold_says_so(operator: Viewer) -> None:
    died = RecordRef("people.child", 3)
    register_hold("test.death", lambda about: about == died)
    try:
        for notice, about in (("test.letter", died), ("test.letter", None), ("test.asked", died)):
            _message(notice, about)
        leased = lease_due(what=Message, worker="one", limit=3)
        assert [begin_sending(message=message) for message in leased] == [False, True, True]
        [letter] = dead_messages(operator)
        assert (letter.state, letter.held_by, letter.to) == ("held", "test.death", "")
        assert "message.held" in _events()
        release_held(message=leased[0], reason="Checked with the hospital.", by=operator)
        [again] = lease_due(what=Message, worker="one", limit=3)
        assert not begin_sending(message=again)
        release_held(message=leased[0], reason="Checked with the hospital.", by=operator)
    finally:
        drop_hold("test.death")
    [again] = lease_due(what=Message, worker="one", limit=3)
    assert begin_sending(message=again)


@pytest.mark.parametrize(
    "jump", [dt.timedelta(minutes=-10), dt.timedelta(hours=-1), dt.timedelta(days=-1)]
)
def test_clock_put_back_delays_nothing_that_is_new(jump: dt.timedelta) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _message()
        clock.shift(jump)
        assert due(Message).exists()


def test_clock_put_back_a_day_delays_a_retry_by_no_more_than_its_wait() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        mark_failed(effect=_leased(), fault=Fault.UNREACHABLE)
        clock.shift(dt.timedelta(days=-1))
        assert due(Message).exists()


@pytest.mark.parametrize("jump", [dt.timedelta(hours=1), dt.timedelta(days=1)])
def test_clock_put_forward_kills_nothing(jump: dt.timedelta) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = _leased()
        begin_sending(message=message)
        clock.shift(jump)
        sweep_stuck(what=Message)
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("pending", 1)


def test_lease_of_a_clock_put_back_a_day_is_swept() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _leased()
        clock.shift(dt.timedelta(days=-1))
        assert sweep_stuck(what=Message) == 1


def test_job_and_its_mark_are_one_transaction(operator: Viewer) -> None:
    run_later("test.writes", payload={"key": 1})
    run_later("test.writes", payload={"key": 2, "fails": True})
    good, bad = lease_due(what=Job, worker="one", limit=2)
    assert run_job(job=good)
    with pytest.raises(ValueError, match="typed"):
        run_job(job=bad)
    assert [message.reference for message in Message.objects.all()] == ["1"]
    bad.refresh_from_db()
    assert bad.state == "leased"
    mark_failed(effect=bad, fault="ValueError", is_final=True)
    [dead] = dead_jobs(operator)
    assert (dead.pk, dead.fault) == (bad.pk, "ValueError")
    assert not run_job(job=good)


def test_job_whose_lease_was_lost_writes_nothing() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        run_later("test.writes", payload={"key": 1})
        [first] = lease_due(what=Job, worker="one", limit=1)
        clock.shift(LEASE)
        assert sweep_stuck(what=Job) == 1
        assert not run_job(job=first)
        assert not Message.objects.exists()
        assert not due(Job).exists()
        clock.shift(WAITS[0])
        [second] = lease_due(what=Job, worker="two", limit=1)
        assert (second.attempts, second.fault) == (1, Fault.WORKER_LOST)
        assert run_job(job=second)
    assert Message.objects.count() == 1


def test_job_for_later_waits_for_its_time() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        run_later("test.writes", payload={"key": 1}, at=NOON + dt.timedelta(hours=3))
        assert not due(Job).exists()
        clock.shift(dt.timedelta(hours=3))
        assert due(Job).exists()


def test_lease_given_back_is_due_again() -> None:
    message = _leased()
    give_back(effect=message)
    assert due(Message).get().pk == message.pk


def test_state_of_mail_is_told_in_a_sentence(settings: Any) -> None:
    settings.MAIL_SERVER = None
    assert mail_state().banner == ""
    with time_machine.travel(NOON, tick=False) as clock:
        _message()
        assert mail_state().banner == "E-mail is not set up: 1 notice has not been sent."
        settings.MAIL_SERVER = object()
        assert mail_state().banner == ""
        clock.shift(dt.timedelta(minutes=16))
        _message()
        state = mail_state()
    assert (state.waiting, state.late) == (2, 1)
    assert state.banner == "E-mail is delayed: 1 notice has not been sent yet."


def test_worker_counts_as_running_for_a_minute() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert not worker_runs()
        beat(worker="one")
        assert worker_runs()
        clock.shift(61)
        assert not worker_runs()
        beat(worker="one")
        assert worker_runs()
        stop_beating(worker="one")
        assert not worker_runs()


def test_what_is_long_finished_is_forgotten_and_what_waits_is_not() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sent = _leased()
        begin_sending(message=sent)
        mark_sent(message=sent)
        mark_failed(effect=_leased(), fault=Fault.REFUSED_FOR_GOOD, is_final=True)
        clock.shift(dt.timedelta(days=89))
        assert purge_finished() == 0
        clock.shift(dt.timedelta(days=2))
        assert purge_finished() == 1
    assert Message.objects.get().state == "dead"
