"""Faults met while a return is answered: several at once, pressed twice, signed out, killed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from collections import Counter
from random import Random
from typing import Any

from faults.browsing import Answer, Browser, Site
from faults.harness import Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.web_faults import at_once, settled, until
from safehub.audit.returns.working.parts import field_name
from safehub.instruments.responses import answers_of
from unit.returns.answering import Inputs

# Of the second section, each with what number `n` answers.
FIELDS = {
    "words": "word {n}",
    "story": "A story of {n} lines.",
    "visits": "{n}",
    "hours": "{n}.5",
    "why_not": "Nobody was at home, {n} times.",
}
_CASES = 400


class _Round:
    """A round that is served, and the returns of it that nobody has touched yet."""

    def __init__(self, harness: Harness, store_name: str) -> None:
        key = f"{store_name}, a round"
        if key not in harness.sites:
            store = harness.store(store_name)
            [said] = harness.zygote.start(store, "make_round", cases=_CASES).end(120)
            harness.sites[key] = (Site(store, harness.folder), said)
        self.site, self.who = harness.sites[key]
        self.harness = harness
        self.site.bring_up()

    def take(self) -> int:
        """The key of a return that is being answered."""
        return int(self.who["keys"].pop())

    def browser(self) -> Browser:
        return Browser(self.site.port, dict(self.who["cookies"]))

    def answers(self, key: int) -> dict[str, str]:
        """What the return that is being answered holds."""
        [(kept,)] = self.site.store.rows(
            "SELECT answers FROM returns_workingreturn WHERE id = %s", [key]
        )
        found: dict[str, str] = json.loads(kept) if isinstance(kept, str) else kept
        return found

    def case_of(self, key: int) -> int:
        [(case,)] = self.site.store.rows(
            "SELECT case_id FROM returns_workingreturn WHERE id = %s", [key]
        )
        return int(case)

    def versions(self, case: int) -> list[dict[str, str]]:
        """The answers of each version that was submitted on the case."""
        rows = self.site.store.rows(_VERSIONS, [case])
        return [answers_of(json.loads(one) if isinstance(one, str) else one) for (one,) in rows]

    def looked_over(self, fault: Fault, number: int) -> None:
        if number % 10 == 0:
            self.harness.looked_over(fault, self.site.store)


_VERSIONS = (
    "SELECT v.response FROM returns_returnversion v "
    "JOIN returns_return r ON r.id = v.audit_return_id WHERE r.case_id = %s ORDER BY v.number"
)


def _part(key: int) -> str:
    return f"/audits/voices/answers/{key}/2/"


def _check(key: int) -> str:
    return f"/audits/voices/answers/{key}/check/"


def _form(answer: Answer) -> dict[str, Any]:
    """What the form of the page would send."""
    assert answer.status == 200, (answer.status, answer.location, answer.body[:500])
    return dict(Inputs(answer.body).values)


@kind("return_edited_at_once", fast=2, sqlite=40, postgresql=40)
def edited_at_once(harness: Harness, store_name: str, count: int) -> None:
    """2 to 5 people change another answer each of one page: who is told Saved is not lost."""
    rng = harness.rng("return edit", store_name)
    held = _Round(harness, store_name)
    for number in range(count):
        key, names = held.take(), rng.sample(sorted(FIELDS), rng.randrange(2, len(FIELDS) + 1))
        typed = {name: FIELDS[name].format(n=rng.randrange(1, 90)) for name in names}
        browsers = [held.browser() for _ in names]
        forms = [_form(settled(lambda b=b: b.get(_part(key)))) for b in browsers]  # type: ignore[misc]  # noqa: B023
        for form, name in zip(forms, names, strict=True):
            form |= {field_name(name): typed[name], field_name("told"): "no"}
        answers = at_once(
            len(names),
            lambda n: settled(lambda: browsers[n].post(_part(key), forms[n])),  # noqa: B023
        )
        kept = held.answers(key)
        saved = [name for name, one in zip(names, answers, strict=True) if one.status == 302]
        fault = Fault("return_edited_at_once", harness.seed, store_name, acknowledged=len(saved))
        fault.found = sum(kept.get(name) == typed[name] for name in saved)
        fault.lost = len(saved) - fault.found
        others = Counter(one.status for one in answers if one.status != 302)
        if not saved or set(others) - {409}:
            fault.corrupt += 1
            fault.notes.append(str(others))
        held.looked_over(fault, number)
        harness.ledger.add(fault)


@kind("return_submitted_twice", fast=2, sqlite=40, postgresql=40)
def submitted_twice(harness: Harness, store_name: str, count: int) -> None:
    """2 to 8 presses at once, from one page or one each: one version, with what was answered."""
    rng = harness.rng("return submit", store_name)
    held = _Round(harness, store_name)
    for number in range(count):
        key, many = held.take(), rng.randrange(2, 9)
        case, browser = held.case_of(key), held.browser()
        typed = FIELDS["story"].format(n=number)
        form = _form(settled(lambda: browser.get(_part(key))))  # noqa: B023
        saved = settled(
            lambda: browser.post(_part(key), {**form, field_name("story"): typed})  # noqa: B023
        )
        fault = Fault("return_submitted_twice", harness.seed, store_name)
        if saved.status != 302:
            fault.corrupt += 1
            fault.notes.append(f"the answer was not taken: {saved.status}")
        pages = [_form(settled(lambda: browser.get(_check(key)))) for _ in range(many)]  # noqa: B023
        if rng.random() < 0.5:
            pages = [pages[0]] * many
        answers = at_once(
            many,
            lambda n: settled(lambda: browser.post(_check(key), pages[n])),  # noqa: B023
        )
        versions = held.versions(case)
        told = Counter(one.status for one in answers)
        fault.acknowledged, fault.found = 1, int(any(v.get("story") == typed for v in versions))
        fault.lost = 1 - fault.found
        fault.doubled = max(len(versions) - 1, 0)
        if not told[302] or any(status >= 500 for status in told):
            fault.corrupt += 1
            fault.notes.append(str(told))
        held.looked_over(fault, number)
        harness.ledger.add(fault)


@kind("return_session_ended", fast=2, sqlite=40, postgresql=40)
def session_ended(harness: Harness, store_name: str, count: int) -> None:
    """Signed out in mid-form: nothing is shown or taken, and the text waits at the next sign-in."""
    rng = harness.rng("return session", store_name)
    held = _Round(harness, store_name)
    harness.zygote.start(held.site.store, "discard_drafts").end()
    for number in range(count):
        key = held.take()
        browser = Browser(held.site.port, _anew(held))
        page = settled(lambda: browser.get(_part(key)))  # noqa: B023
        typed = f"She waits at gate {rng.randrange(10_000)}."
        form = {**_form(page), field_name("story"): typed}
        fault = Fault("return_session_ended", harness.seed, store_name)
        draft = settled(lambda: browser.post(_drafts(page.body), form))  # noqa: B023
        fault.acknowledged = int(draft.status == 200)
        out = browser.post(_sign_out(page.body), page.hidden())
        answer = settled(lambda: browser.post(_part(key), form))  # noqa: B023
        if out.status != 302 or "/sign-in/" not in answer.location:
            fault.open += 1
            fault.notes.append(f"{out.status}, then {answer.status} {answer.location}")
        again = Browser(held.site.port, _anew(held))
        page = settled(lambda: again.get(_part(key)))  # noqa: B023
        offered = page.body.partition("Continue with the text")[0].rpartition('href="')[2]
        back = settled(lambda: again.get(offered.partition('"')[0].replace("&amp;", "&")))  # noqa: B023
        fault.found = int(typed in back.body)
        fault.lost = fault.acknowledged - fault.found
        if not fault.acknowledged:
            fault.corrupt += 1
            fault.notes.append(f"the draft was not kept: {draft.status} {draft.body[:200]}")
        if held.answers(key).get("story"):
            fault.corrupt += 1
            fault.notes.append("taken without a session")
        held.looked_over(fault, number)
        harness.ledger.add(fault)


def _anew(held: _Round) -> dict[str, str]:
    """Cookies of a new session."""
    start = held.harness.zygote.start
    [said] = start(held.site.store, "sign_in_again", member=held.who["member"]).end()
    cookies: dict[str, str] = said["cookies"]
    return cookies


def _sign_out(page: str) -> str:
    """Where the form goes whose button signs out."""
    return page.partition(">Sign out</button>")[0].rpartition('action="')[2].partition('"')[0]


def _drafts(page: str) -> str:
    """Where the page's form keeps its drafts."""
    return page.partition('data-drafts="')[2].partition('"')[0]


class _Answerer(threading.Thread):
    """Answers one question again and again, then submits; what got no answer is sent again."""

    def __init__(self, held: _Round) -> None:
        super().__init__(daemon=True)
        self._held, self.key = held, held.take()
        self.case = held.case_of(self.key)
        self.acknowledged, self.sent, self.submitted = 0, 0, False
        self.odd: list[str] = []
        self.stop = threading.Event()

    def run(self) -> None:
        browser = self._held.browser()
        while not self.stop.is_set():
            self.sent += 1
            if self._sends(browser, _part(self.key), {field_name("visits"): str(self.sent)}):
                self.acknowledged = self.sent
        self.submitted = self._sends(browser, _check(self.key), {})

    def _sends(self, browser: Browser, path: str, typed: dict[str, str]) -> bool:
        form: dict[str, Any] | None = None
        for _ in range(2_000):
            try:
                form = form or {**_form(browser.get(path)), **typed}
                answer = browser.post(path, form)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if answer.status == 302:
                return True
            if answer.status != 503:
                self.odd.append(f"{path}: {answer.status} {answer.body[:300]}")
                return False
            time.sleep(0.02)
        self.odd.append(f"{path}: never answered")
        return False


@kind("return_server_killed", fast=2, sqlite=40, postgresql=40)
def server_killed(harness: Harness, store_name: str, count: int) -> None:
    """kill -9 of what serves the pages while two answer; then each submits, once."""
    rng = harness.rng("return killed", store_name)
    held = _Round(harness, store_name)
    for number in range(count):
        answerers = [_Answerer(held) for _ in range(2)]
        for one in answerers:
            one.start()
        try:
            _kill_under(held.site, answerers, rng)
        finally:
            for one in answerers:
                one.stop.set()
        fault = Fault("return_server_killed", harness.seed, store_name)
        for one in answerers:
            one.join(120)
            versions = held.versions(one.case)
            last = max((int(v.get("visits") or 0) for v in versions), default=0)
            fault.acknowledged += 1
            fault.found += int(last >= one.acknowledged)
            fault.doubled += max(len(versions) - 1, 0)
            if one.odd or not one.submitted or last > one.sent:
                fault.corrupt += 1
                fault.notes += one.odd[:2] or [f"submitted: {one.submitted}, {last}, {one.sent}"]
        fault.lost = fault.acknowledged - fault.found
        held.looked_over(fault, number)
        harness.ledger.add(fault)


def _kill_under(site: Site, answerers: list[_Answerer], rng: Random) -> None:
    until(lambda: all(one.acknowledged >= 1 for one in answerers))
    time.sleep(rng.uniform(0, 0.1))
    workers = site.workers()
    if rng.random() < 0.2 or not workers:
        site.kill()
        site.start()
    else:
        os.kill(rng.choice(workers), signal.SIGKILL)
    before = [one.acknowledged for one in answerers]
    until(lambda: all(a.acknowledged > b for a, b in zip(answerers, before, strict=True)))
