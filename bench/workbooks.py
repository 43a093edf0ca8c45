"""Workbooks of 600 cases and 60 questions: made, read when filled, marked when refused.

Beside each: the same cells written by XlsxWriter, or read by openpyxl, and nothing else done.
Filling in is no part of the time. Run: .venv/bin/python bench/workbooks.py [--quick]. Exits 1
where a budget is broken.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from measure import (
    Contender,
    machine,
    options,
    print_budgets,
    print_table,
    run_in_turn,
    script,
)

CASES, QUESTIONS = 600, 60
FRAME = ("referral_id", "child_id", "referred_on", "area", "source_code", "outcome")
SIZE = f"{CASES} cases × {QUESTIONS} questions"


def start() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safehub.config.settings")
    django.setup()


def round_of(seed: int) -> Any:
    """A round without a store: one agency, all kinds of questions, half of them conditional."""
    import datetime as dt

    from safehub.audit.programmes.plans import Method, Plan
    from safehub.audit.programmes.terms import Kind, Participant, Terms
    from safehub.audit.returns.workbooks.fingerprint import Fingerprint
    from safehub.audit.returns.workbooks.queries import StoredRound
    from safehub.audit.sampling.rules import Draw, DrawnCase, Sample, Stratum, after_withdrawals

    first, last = dt.date(2025, 4, 1), dt.date(2026, 3, 31)
    terms = Terms(
        title="A benchmark",
        board="Nowhere",
        kind=Kind.ROUTINE,
        period_from=first,
        period_to=last,
        plan=Plan("referral", Method.RANDOM, seed, CASES),
        agencies=(Participant("POLICE", "Police"),),
        themes=(),
    )
    drawn = tuple(DrawnCase(f"R{n:04}", "all", f"{n:03}") for n in range(1, CASES + 1))
    sample: Sample = after_withdrawals(Draw((Stratum("all", CASES, CASES),), drawn, ()), ())
    mark = Fingerprint("a", terms.title, f"{first} to {last}", "b", "1", "c", "POLICE")
    return StoredRound(terms, tool_of(), sample, mark, last, ())


def tool_of() -> Any:
    from safehub.instruments.expressions import Expression
    from safehub.instruments.tools import Choice, Question, QuestionType, Section, Tool

    kinds = (
        QuestionType.SELECT_ONE,
        QuestionType.SELECT_ONE,
        QuestionType.INTEGER,
        QuestionType.DATE,
        QuestionType.SELECT_MULTIPLE,
        QuestionType.TEXT,
    )
    choices = tuple(Choice(name, name.capitalize()) for name in ("yes", "no", "partly", "na"))
    known = Question("known", "Known?", QuestionType.SELECT_ONE, choices=choices[:2])
    items = [known]
    for number in range(1, QUESTIONS):
        kind = kinds[number % len(kinds)]
        relevant = [Expression("${known} = 'yes'")]
        if number % 2:
            relevant.append(Expression("${q006} != 'no' and ${q002} >= 0"))
        is_select = kind in {QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE}
        items.append(
            Question(
                f"q{number:03}",
                f"What does the record say of number {number}?",
                kind,
                choices=choices if is_select else (),
                relevant=() if number in {2, 6} else tuple(relevant),
                section="all",
            )
        )
    return Tool("A benchmark", "bench", "1", (Section("all", "All"),), tuple(items))


def cases_of() -> list[tuple[str, dict[str, str]]]:
    return [(f"{n:03}", {name: f"{name} {n}" for name in FRAME}) for n in range(1, CASES + 1)]


def answers(seed: int) -> list[list[Any]]:
    """A row a case, a value a question, every cell filled in."""
    import datetime as dt

    rng = Random(seed)

    def value(number: int) -> Any:
        return (
            rng.choice(("yes", "partly")),
            rng.choice(("yes", "partly", "na")),
            rng.randint(0, 40),
            dt.date(2025, 4, 1) + dt.timedelta(rng.randint(0, 364)),
            rng.choice(("yes no", "partly")),
            f"The record says {rng.randint(1, 10**6)} things about the child's day.",
        )[number % 6]

    return [["yes", *(value(number) for number in range(1, QUESTIONS))] for _ in range(CASES)]


def make(path: Path, seed: int) -> None:
    start()
    from safehub.audit.returns.workbooks.blank import Blank
    from safehub.audit.returns.workbooks.writing import write_workbook

    stored = round_of(seed)
    agency = stored.terms.agencies[0]
    blank = Blank(stored.terms, agency, stored.tool, cases_of(), "", stored.mark, stored.today)
    write_workbook(path, blank)


def fill(source: Path, target: Path, seed: int, wrong: bool) -> None:
    import openpyxl

    book = openpyxl.load_workbook(source)
    sheet = book["returns"]
    status = [cell.value for cell in sheet[1]].index("status") + 1
    for number, values in enumerate(answers(seed), start=2):
        sheet.cell(number, status).value = "submitted"
        for place, value in enumerate(values, start=status + 1):
            sheet.cell(number, place).value = value
        if wrong and number % 6 == 0:
            sheet.cell(number, status + 3).value = "many"
    book.save(target)


def read(path: Path, seed: int) -> int:
    start()
    from safehub.audit.returns.workbooks.filled import held_against

    found = held_against(round_of(seed), path)
    if found.is_refused or len(found.rows) != CASES or len(found.rows[0].answers) != QUESTIONS:
        raise SystemExit(f"{len(found.rows)} rows: " + "\n".join(map(str, found.mistakes[:5])))
    return len(found.changes)


def mark(path: Path, seed: int) -> int:
    start()
    from safehub.audit.returns.workbooks.filled import held_against
    from safehub.foundation.documents.marking import marked_copy

    found = held_against(round_of(seed), path)
    if len(found.mistakes) != CASES // 6:
        raise SystemExit(f"{len(found.mistakes)} mistakes")
    return len(marked_copy(path.read_bytes(), found.mistakes))


def make_bare(path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("returns")
    for row, (number, cells) in enumerate(cases_of(), start=1):
        for place, text in enumerate(("POLICE", "", number, *cells.values())):
            sheet.write_string(row, place, text)
    book.close()


def read_bare(path: Path) -> int:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    return sum(len(row) for row in book["returns"].iter_rows(values_only=True))


def main() -> int:
    chosen = options(__doc__ or "")
    seed = str(chosen.seed)
    with tempfile.TemporaryDirectory(prefix="safehub-bench-") as name:
        folder = Path(name)
        env = {**os.environ, "SAFEHUB_HOME": str(folder / "home")}
        blank, full, bad = (folder / f"{one}.xlsx" for one in ("blank", "full", "bad"))
        for words in (
            ("make", str(blank), seed),
            ("fill", str(blank), str(full), seed, ""),
            ("fill", str(blank), str(bad), seed, "wrong"),
        ):
            subprocess.run([*script("workbooks.py"), *words], check=True, env=env)

        def one(name: str, *words: str) -> Contender:
            return Contender(name, SIZE, lambda: ([*script("workbooks.py"), *words], env))

        made = one("made", "make", str(folder / "again.xlsx"), seed)
        taken = one("filled in, read and held", "read", str(full), seed)
        marked = one("refused, 100 cells marked", "mark", str(bad), seed)
        groups = (
            (made, one("its cells by XlsxWriter", "make-bare", str(folder / "bare.xlsx"))),
            (taken, one("its cells by openpyxl", "read-bare", str(full))),
            (marked, one("its cells by openpyxl", "read-bare", str(bad))),
        )
        run_in_turn((each for group in groups for each in group), quick=chosen.quick)
        sizes = ", ".join(f"{path.stem} {path.stat().st_size / 1e6:.1f}" for path in (blank, full))
    print_table(groups)
    held = print_budgets(
        (
            ("made, seconds", made.wall, 10),
            ("made, MB", made.memory, 300),
            ("read, seconds", taken.wall, 10),
            ("read, MB", taken.memory, 300),
        )
    )
    print(f"files of MB: {sizes}")
    print(f"{machine()}; seed {chosen.seed}; median of {len(made.runs)}")
    return 0 if held else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", file, seed]:
            make(Path(file), int(seed))
        case ["fill", source, target, seed, wrong]:
            fill(Path(source), Path(target), int(seed), bool(wrong))
        case ["read", file, seed]:
            print(read(Path(file), int(seed)))
        case ["mark", file, seed]:
            print(mark(Path(file), int(seed)))
        case ["make-bare", file]:
            make_bare(Path(file))
        case ["read-bare", file]:
            print(read_bare(Path(file)))
        case _:
            sys.exit(main())
