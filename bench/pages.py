"""What pages cost: processor time, queries, and the ratio to the same queries in a bare loop.

On SQLite, or on PostgreSQL where DATABASE_URL names a server (`.ci/postgres run`). The audit is the
demonstration's: 60 cases, twelve agencies, 40 questions, some 500 returns. Each page is asked for
by the audit coordinator through Django's own client, middleware and trail included, and its
queries are then asked again bare, in turn, in one process.

An agency's pages are those of another round, of a tool with 40 questions of every kind in one
section: the longest page that a return is answered on. Saving is the sending of that page with
all 40 answers changed; opening it beforehand is not counted.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from measure import machine

ROUNDS = 60
CPU_BUDGET = 20.0
SAVE_BUDGET = 15.0
QUESTIONS = 40
# As a browser sends a page that asks for no file.
FORM = "application/x-www-form-urlencoded"
LIST, DETAIL = 12, 25
PAIRS = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="15 rounds instead of 60")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="absent beside missing pages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(SAFEHUB_HOME=home, DJANGO_SETTINGS_MODULE="safehub.config.settings")
        sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
        held = _measure(Path(home), 15 if options.quick else ROUNDS, options.pairs)
    sys.exit(0 if held else 1)


def _measure(home: Path, rounds: int, pairs: int) -> bool:
    from safehub.config.starting import start

    start()
    from django.conf import settings
    from django.db import connection

    # The name by which Django's own client asks.
    settings.ALLOWED_HOSTS = ["testserver"]
    client, stranger, pages = _world(home)
    asked = [(client, *page) for page in pages]
    answering = _Answering()
    asked += [(answering.client, *page) for page in answering.pages]
    asked += _large()
    print(f"{machine()}; {connection.vendor}; {rounds} rounds, ms of processor time\n")
    print(f"{'page':<34}{'median':>8}{'p95':>8}{'queries':>9}{'bare':>8}{'ratio':>7}")
    held = True
    for who, name, address, most in asked:
        took, queries = _page(who, address, rounds)
        held = _told(name, took, queries, _bare(queries, rounds), most, CPU_BUDGET) and held
    took, queries = answering.saves(rounds)
    name = f"saving {QUESTIONS} answers"
    held = _told(name, took, queries, _bare(queries, rounds), DETAIL, SAVE_BUDGET) and held
    return _absent_beside_missing(stranger, pages, pairs) and held


def _told(
    name: str,
    took: list[float],
    asked: list[tuple[str, Any]],
    bare: float,
    most: int,
    budget: float,
) -> bool:
    median, p95 = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
    ratio = median / bare if bare else 0.0
    fits = median <= budget and len(asked) <= most
    print(
        f"{name:<34}{median:>8.1f}{p95:>8.1f}{len(asked):>6}/{most:<2}{bare:>8.2f}{ratio:>7.1f}"
        f"  {'holds' if fits else 'BROKEN'}"
    )
    return fits


class _Answering:
    """An agency that answers a case, 40 questions on one page."""

    def __init__(self) -> None:
        from django.urls import reverse

        from factories.answering import CHOICES, SETTINGS, SmallRound
        from safehub.audit.returns.working.parts import field_name
        from safehub.instruments.models import ToolVersion

        kinds = ("text", "integer", "select_one grades", "select_multiple places", "date")
        names = [f"question_{number}" for number in range(QUESTIONS)]
        survey = [
            ["type", "name", "label", "hint", "relevant"],
            ["select_one yes_no", "known", "Is the child known?", "", ""],
            ["begin_group", "all", "All of it", "", "${known} = 'yes'"],
            *(
                [kinds[number % 5], name, f"Question {number}", "As the file says.", ""]
                for number, name in enumerate(names)
            ),
            ["end_group", "", "", "", ""],
        ]
        width = len(CHOICES[0])
        tool = ToolVersion.objects.create(
            form_id="forty",
            version="1",
            title="Forty",
            sheets={
                "survey": survey,
                "choices": [[*row, *[""] * (width - len(row))] for row in CHOICES],
                "settings": SETTINGS,
            },
            sha256="6" * 64,
        )
        small = SmallRound(tool=tool, size=60)
        working = small.working()
        self.client = small.client
        self._names = [(number % 5, field_name(name)) for number, name in enumerate(names)]
        self._page = reverse("audit:answer_part", args=["voices", working.pk, 2])
        self.pages = [
            ("an agency's 60 cases (list)", reverse("audit:own_cases", args=["voices"]), LIST),
            (
                "task list of a return (detail)",
                reverse("audit:answers", args=["voices", working.pk]),
                DETAIL,
            ),
            (f"return form, {QUESTIONS} questions (detail)", self._page, DETAIL),
            (
                "check your answers (detail)",
                reverse("audit:check_answers", args=["voices", working.pk]),
                DETAIL,
            ),
        ]

    def _answers(self, round_: int) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for at, (kind, name) in enumerate(self._names):
            match kind:
                case 0:
                    given[name] = f"Answer {at} of round {round_}."
                case 1:
                    given[name] = str(at + round_)
                case 2:
                    given[name] = ("good", "poor", "na")[(at + round_) % 3]
                case 3:
                    given[name] = ["home", "school", "clinic"][: 1 + (at + round_) % 3]
                case _:
                    day = {"day": str(1 + round_ % 28), "month": "5", "year": "2025"}
                    given |= {f"{name}-{part}": text for part, text in day.items()}
        return given

    def saves(self, rounds: int) -> tuple[list[float], list[tuple[str, Any]]]:
        """Processor time of each sending, and the queries of the last."""
        from django.db import connection

        from unit.returns.answering import Inputs

        took: list[float] = []
        asked: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            asked.append((sql, params))
            return execute(sql, params, many, context)

        for round_ in range(rounds + 3):
            values = {**Inputs(self.client.get(self._page).content.decode()).values}
            values |= self._answers(round_)
            with connection.execute_wrapper(note) if round_ == rounds + 2 else nullcontext():
                began = time.process_time()
                answer = self.client.post(self._page, urlencode(values, doseq=True), FORM)
                took.append((time.process_time() - began) * 1000)
            assert answer.status_code == 302, answer.content.decode()[:2_000]
        return took[3:], [(sql, params) for sql, params in asked if not _is_bracket(sql)]


def _world(home: Path) -> tuple[Any, Any, list[tuple[str, str, int]]]:
    from django.urls import reverse

    from factories.browsers import browser
    from factories.people import make_membership, make_person, operator, sign_in
    from safehub.audit.programmes.queries import audits
    from safehub.audit.reports.commands import make_report
    from safehub.audit.returns.models import Return
    from safehub.demo.rounds import write_pack
    from safehub.exchange.audit_pack.reading import read_pack
    from safehub.exchange.audit_pack.storing import store
    from safehub.foundation.access.vocabulary import Role

    write_pack(home / "pack", seed=20260624)
    audit = store(read_pack(home / "pack"), operator())
    make_report(audit=audit, by=operator())
    assert audits(operator()).count() == 1
    agencies = {agency.code: agency for agency in audit.partnership.agencies.all()}
    office = next(one for one in agencies.values() if one.is_office)
    signed_in = []
    for agency, role in ((office, Role.AUDIT_COORDINATOR), (agencies["HOUSING"], Role.REFERRER)):
        person = make_person(f"Somebody {role.value}", agency=agency)
        signed_in.append(sign_in(browser(), person, make_membership(person, agency, role)))
    for number in range(60):
        make_membership(make_person(f"Person {number}", agency=office), office)
    key = Return.objects.filter(participant__code="POLICE").first().pk  # type: ignore[union-attr]
    ref = audit.reference
    pages = [
        ("home (list)", "/", LIST),
        ("audits (list)", reverse("audit:audits"), LIST),
        ("people, 50 of them (list)", reverse("accounts:people"), LIST),
        ("reports (list)", reverse("audit:reports", args=[ref]), LIST),
        ("round, 60 × 12 (detail)", reverse("audit:round", args=[ref]), DETAIL),
        ("a return (detail)", reverse("audit:return", args=[ref, key]), DETAIL),
        ("figures (detail)", reverse("audit:figures", args=[ref]), DETAIL),
        (
            "a figure's returns (detail)",
            reverse("audit:figure", args=[ref, "POLICE.known"]),
            DETAIL,
        ),
        (
            "trail of an audit (detail)",
            reverse("trail", args=["programmes.audit", audit.pk]),
            DETAIL,
        ),
    ]
    return signed_in[0], signed_in[1], pages


def _large() -> list[tuple[Any, str, str, int]]:
    """The largest round that is to be borne: 600 cases, twelve agencies."""
    from django.urls import reverse

    from factories.large import LargeRound

    large = LargeRound(cases=600, agencies=12, reference="large")
    address = reverse("audit:round", args=["large"])
    return [(large.coordinator, "round, 600 × 12, page 7 (detail)", f"{address}?page=7", DETAIL)]


def _page(client: Any, address: str, rounds: int) -> tuple[list[float], list[tuple[str, Any]]]:
    from django.db import connection

    for _ in range(3):
        assert client.get(address).status_code == 200, address
    took = []
    for _ in range(rounds):
        began = time.process_time()
        client.get(address)
        took.append((time.process_time() - began) * 1000)
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        client.get(address)
    return took, [(sql, params) for sql, params in asked if not _is_bracket(sql)]


def _is_bracket(sql: str) -> bool:
    """Whether it only begins or ends a transaction, as PostgreSQL does unseen."""
    return sql.lstrip().upper().startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))


def _bare(asked: list[tuple[str, Any]], rounds: int) -> float:
    """The reads of the page again, fetched and thrown away: no model, no page, no rules."""
    from django.db import connection

    reads = [(sql, params) for sql, params in asked if sql.lstrip().upper().startswith("SELECT")]
    took = []
    for _ in range(rounds):
        began = time.process_time()
        with connection.cursor() as cursor:
            for sql, params in reads:
                cursor.execute(sql, params)
                cursor.fetchall()
        took.append((time.process_time() - began) * 1000)
    return statistics.median(took)


def _absent_beside_missing(client: Any, pages: list[tuple[str, str, int]], pairs: int) -> bool:
    """What may not be seen must take as long as what is not there: medians within 10 %."""
    absent = next(address for name, address, _ in pages if name.startswith("round"))
    times: dict[str, list[float]] = {absent: [], "/audits/no-such-audit/": []}
    for address in times:
        assert client.get(address).status_code == 404
    for _ in range(pairs):
        for address, took in times.items():
            began = time.perf_counter()
            client.get(address)
            took.append(time.perf_counter() - began)
    one, other = (statistics.median(took) for took in times.values())
    apart = abs(one - other) / min(one, other) * 100
    print(
        f"\nabsent {one * 1000:.2f} ms, missing {other * 1000:.2f} ms: {apart:.1f} % apart over "
        f"{pairs} pairs, at most 10  {'holds' if apart <= 10 else 'BROKEN'}"
    )
    return apart <= 10


if __name__ == "__main__":
    main()
