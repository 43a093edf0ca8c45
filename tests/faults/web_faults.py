"""Faults of the web server and of those who talk to it, through the pages as people use them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import urlencode

from faults.browsing import Browser, Site
from faults.harness import Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.trail_faults import AWAY, BACK

INVITE = "/people/invite/"
SHUT = ("/", "/people/", INVITE, "/audits/", "/account/", "/letters/")


def _served(harness: Harness, store_name: str) -> tuple[Site, dict[str, Any]]:
    """The pages of a store, with somebody signed in who may invite; the same for all classes."""
    if store_name not in harness.sites:
        store = harness.store(store_name)
        [who] = harness.zygote.start(store, "sign_in").end()
        harness.sites[store_name] = (Site(store, harness.folder), who)
    site, who = harness.sites[store_name]
    site.bring_up()
    return site, who


def _browser(site: Site, who: dict[str, Any]) -> Browser:
    return Browser(site.port, dict(who["cookies"]))


def _invitation(browser: Browser, who: dict[str, Any], name: str) -> dict[str, str]:
    """The form as it would be sent, its token in it."""
    answer = browser.get(INVITE)
    assert answer.status == 200, (answer.status, answer.location, answer.body[:500])
    return {
        **answer.hidden(),
        "name": f"Ben {name}",
        "email": f"{name}@example.org",
        "agency": str(who["agency"]),
        "role": "agency_contributor",
    }


def _open_doors(site: Site) -> list[str]:
    """Pages that are shown to somebody who is not signed in, or with a cookie of his own making."""
    opened = []
    for cookies in ({}, {"sessionid": "f" * 32}):
        for path in SHUT:
            answer = Browser(site.port, dict(cookies)).get(path)
            if not (answer.status >= 400 or "/sign-in/" in answer.location):
                opened.append(path)
    return opened


def _invited(site: Site, run: str) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Persons, memberships and messages of the run, by name."""
    like = f"{run}-%@example.org"
    queries = (
        "SELECT email FROM accounts_person WHERE email LIKE %s",
        _MEMBERS,
        'SELECT "to" FROM outbox_message WHERE notice = \'person.invited\' AND "to" LIKE %s',
    )
    found = [Counter(row[0] for row in site.store.rows(query, [like])) for query in queries]
    return found[0], found[1], found[2]


_MEMBERS = (
    "SELECT p.email FROM accounts_membership m JOIN accounts_person p ON p.id = m.person_id "
    "WHERE p.email LIKE %s"
)


def _count_invited(fault: Fault, site: Site, run: str, acknowledged: set[str]) -> None:
    persons, memberships, messages = _invited(site, run)
    wanted = {f"{name}@example.org" for name in acknowledged}
    fault.acknowledged += len(wanted)
    fault.found += len(wanted & persons.keys())
    fault.lost += len(wanted - persons.keys())
    for rows in (persons, memberships, messages):
        fault.doubled += sum(count - 1 for count in rows.values())
    torn = (persons.keys() ^ memberships.keys()) | (persons.keys() ^ messages.keys())
    if torn:
        fault.corrupt += len(torn)
        fault.notes.append(f"torn: {sorted(torn)[:4]}")


class _Poster(threading.Thread):
    """Invites one after another; what was sent and not answered is sent again, the same bytes."""

    def __init__(self, site: Site, who: dict[str, Any], run: str) -> None:
        super().__init__(daemon=True)
        self._site, self._who, self._run = site, who, run
        self.acknowledged: set[str] = set()
        self.odd: list[str] = []
        self.stop = threading.Event()

    def run(self) -> None:
        number = 0
        fields: dict[str, str] | None = None
        browser = _browser(self._site, self._who)
        while not self.stop.is_set():
            name = f"{self._run}-{number}"
            try:
                fields = fields or _invitation(browser, self._who, name)
                answer = browser.post(INVITE, fields)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if answer.status == 302 and "/people/" in answer.location:
                self.acknowledged.add(name)
                number, fields = number + 1, None
            elif answer.status != 503:
                self.odd.append(f"{answer.status} {answer.location}")
                number, fields = number + 1, None


@kind("web_server_killed", fast=3, sqlite=25, postgresql=15)
def web_server_killed(harness: Harness, store_name: str, count: int) -> None:
    """kill -9 of the web server under posts: one process that answers, or all of it at once."""
    rng = harness.rng("web", store_name)
    site, who = _served(harness, store_name)
    for number in range(count):
        posters = [_Poster(site, who, f"web{number}{letter}") for letter in "ab"]
        for poster in posters:
            poster.start()
        try:
            _kill_under(site, posters, rng)
        finally:
            for poster in posters:
                poster.stop.set()
        fault = Fault("web_server_killed", harness.seed, store_name)
        for letter, poster in zip("ab", posters, strict=True):
            poster.join(60)
            _count_invited(fault, site, f"web{number}{letter}", poster.acknowledged)
            if poster.odd:
                fault.corrupt += 1
                fault.notes += poster.odd[:3]
        opened = _open_doors(site)
        fault.open, fault.notes = len(opened), fault.notes + opened[:3]
        if number % 10 == 0:
            harness.looked_over(fault, site.store)
        harness.ledger.add(fault)


def _kill_under(site: Site, posters: list[_Poster], rng: Random) -> None:
    """Kill while they post, and wait until each has been answered again."""
    until(lambda: sum(len(poster.acknowledged) for poster in posters) >= 2)
    time.sleep(rng.uniform(0, 0.1))
    workers = site.workers()
    if rng.random() < 0.2 or not workers:
        site.kill()
        site.start()
    else:
        os.kill(rng.choice(workers), signal.SIGKILL)
    before = [len(poster.acknowledged) for poster in posters]
    until(
        lambda: all(len(p.acknowledged) > b for p, b in zip(posters, before, strict=True)),
    )


def until(is_so: Callable[[], bool], seconds: float = 90.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("the pages did not come back")
        time.sleep(0.01)


@kind("double_submit", fast=2, sqlite=15, postgresql=10)
def pressed_twice(harness: Harness, store_name: str, count: int) -> None:
    """2 to 16 presses of one form at once: each is shown the same result, and it is done once."""
    rng = harness.rng("pressed", store_name)
    site, who = _served(harness, store_name)
    for number in range(count):
        run, many = f"double{number}", rng.randrange(2, 17)
        browser = _browser(site, who)
        fields = _invitation(browser, who, f"{run}-0")
        answers = at_once(
            many,
            lambda _: settled(lambda: browser.post(INVITE, fields)),  # noqa: B023
        )
        fault = Fault("double_submit", harness.seed, store_name)
        _count_invited(fault, site, run, {f"{run}-0"})
        if {answer.status for answer in answers} != {302}:
            fault.lost += 1
            fault.notes.append(str(Counter(answer.status for answer in answers)))
        if len({answer.location for answer in answers}) != 1:
            fault.doubled += 1
        if number % 10 == 0:
            harness.looked_over(fault, site.store)
        harness.ledger.add(fault)


def settled(ask: Callable[[], Any]) -> Any:
    """The answer, asked again where the server had no hand free for the connection."""
    for _ in range(20):
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    return ask()


def at_once(many: int, act: Callable[[int], Any]) -> list[Any]:
    """So many threads that begin at the same moment."""
    start, answers = threading.Barrier(many), [None] * many

    def do(number: int) -> None:
        start.wait()
        answers[number] = act(number)

    threads = [threading.Thread(target=do, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@kind("concurrent_edit", fast=2, sqlite=20, postgresql=15)
def concurrent_edit(harness: Harness, store_name: str, count: int) -> None:
    """2 to 16 people change the same name at once: one does, and every other is told (409)."""
    rng = harness.rng("edit", store_name)
    site, who = _served(harness, store_name)
    path = f"/people/{who['other']}/name/"
    for number in range(count):
        many = rng.randrange(2, 17)
        browsers = [_browser(site, who) for _ in range(many)]
        forms = [settled(lambda b=b: b.get(path)).hidden() for b in browsers]  # type: ignore[misc]
        names = [f"Ben Edit {number} {letter}" for letter in "abcdefghijklmnop"[:many]]
        answers = at_once(
            many,
            lambda n: settled(
                lambda: browsers[n].post(path, {**forms[n], "name": names[n]})  # noqa: B023
            ),
        )
        won = [name for name, a in zip(names, answers, strict=True) if a.status == 302]
        [(now,)] = site.store.rows("SELECT name FROM accounts_person WHERE id = %s", [who["other"]])
        fault = Fault("concurrent_edit", harness.seed, store_name, acknowledged=len(won))
        fault.found = int(now in won)
        # Whoever was told that it is done and whose name is not there was overwritten unseen.
        fault.lost = len(won) - fault.found
        others = Counter(a.status for a in answers if a.status != 302)
        if not won or set(others) - {409}:
            fault.corrupt += 1
            fault.notes.append(str(others))
        if number % 10 == 0:
            harness.looked_over(fault, site.store)
        harness.ledger.add(fault)


def _post_bytes(browser: Browser, fields: dict[str, str], *, length: int | None = None) -> bytes:
    body = urlencode(fields)
    said = browser.headers(body) | {"Content-Length": str(length or len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"POST {INVITE} HTTP/1.1\r\n{head}\r\n{body}".encode()


BROKEN = (
    *("nothing", "half_line", "half_head", "unread", "too_short", "tls", "long_line"),
    *("many_heads", "chunks", "two_lengths", "nul", "drip", "reset"),
)


def _break(site: Site, browser: Browser, fields: dict[str, str], how: str, rng: Random) -> str:
    """Talk to the server as no browser should; gives the first line of the answer, if any."""
    whole = _post_bytes(browser, fields)
    with socket.create_connection(("127.0.0.1", site.port), 40) as client:
        if how == "drip":
            size = len(whole) // 8 + 1
            for start in range(0, len(whole), size):
                client.sendall(whole[start : start + size])
                time.sleep(0.02)
            return client.recv(200).decode(errors="replace").partition("\r\n")[0]
        sent = {
            "nothing": b"",
            "half_line": b"POST /peo",
            "half_head": whole[: rng.randrange(20, 200)],
            "unread": whole,
            "too_short": _post_bytes(browser, fields, length=100_000),
            "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(200),
            "long_line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
            "many_heads": b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 5_000 + b"\r\n",
            "chunks": b"POST /people/invite/ HTTP/1.1\r\nHost: localhost\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnot a chunk\r\n",
            "two_lengths": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
            b"Content-Length: 30\r\n\r\nabc",
            "nul": b"GET /people/\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "reset": whole,
        }[how]
        try:
            client.sendall(sent)
        except OSError:
            return ""
        if how == "reset":
            client.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
            )
    return ""


@kind("broken_client", fast=3, sqlite=26, postgresql=13)
def broken_client(harness: Harness, store_name: str, count: int) -> None:
    """Clients that break off, drip, lie and speak another language; then one that does not."""
    rng = harness.rng("client", store_name)
    site, who = _served(harness, store_name)
    browser = _browser(site, who)
    for number in range(count):
        run, how = f"broken{number}", BROKEN[number % len(BROKEN)]
        fields = settled(lambda: _invitation(browser, who, f"{run}-0"))  # noqa: B023
        line = _break(site, browser, fields, how, rng)
        fault = Fault("broken_client", harness.seed, store_name, notes=[])
        acknowledged = {f"{run}-0"} if " 302 " in line else set()
        if how == "drip" and not acknowledged:
            fault.lost += 1
            fault.notes.append(f"a slow client was not served: {line}")
        good = settled(lambda: _invitation(browser, who, f"{run}-1"))  # noqa: B023
        if settled(lambda: browser.post(INVITE, good)).status == 302:  # noqa: B023
            acknowledged.add(f"{run}-1")
        else:
            fault.lost += 1
        if how in ("unread", "reset"):
            # It may be done or not; the same bytes once more settle it, and never do it twice.
            again = settled(lambda: browser.post(INVITE, fields))  # noqa: B023
            acknowledged |= {f"{run}-0"} if again.status == 302 else set()
        _count_invited(fault, site, run, acknowledged)
        opened = _open_doors(site)
        fault.open, fault.notes = len(opened), fault.notes + opened[:3]
        harness.ledger.add(fault)


@kind("trail_gone", sqlite=8, postgresql=6)
def page_without_trail(harness: Harness, store_name: str, count: int) -> None:
    """A page whose reading cannot be recorded is not shown, and what is sent is not done."""
    site, who = _served(harness, store_name)
    browser = _browser(site, who)
    for number in range(count):
        run = f"page{number}"
        fields = _invitation(browser, who, f"{run}-0")
        site.store.run(AWAY)
        statuses = [browser.get(f"/people/{who['other']}/").status]
        statuses.append(browser.post(INVITE, fields).status)
        persons = _invited(site, run)[0]
        opened = _open_doors(site)
        site.store.run(BACK)
        again = browser.post(INVITE, fields).status
        fault = Fault("trail_gone", harness.seed, store_name, open=len(opened), notes=opened[:3])
        if statuses != [503, 503] or persons:
            fault.corrupt += 1
            fault.notes.append(f"answered {statuses}, wrote {len(persons)}")
        _count_invited(fault, site, run, {f"{run}-0"} if again == 302 else set())
        if again != 302:
            fault.lost += 1
            fault.notes.append(f"the same form afterwards: {again}")
        harness.ledger.add(fault)
