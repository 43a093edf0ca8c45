"""A CIN Census return read as a sampling frame, beside lxml's bare iterparse over the same file.

Measured twice: its rows alone, and as the frame of a pack (checked, hashed, eight cases drawn).

Run: .venv/bin/python bench/cin_frame.py [--quick]. Exits 1 where a budget is broken.
"""

import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random

from measure import (
    Contender,
    machine,
    options,
    print_budgets,
    print_table,
    run_in_turn,
    script,
)

SIZES = (5_000, 20_000, 80_000)

HEAD = """<?xml version='1.0' encoding='utf-8'?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>2026</Year>
      <ReferenceDate>2026-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel>
      <LEA>999</LEA>
      <SoftwareCode>invented</SoftwareCode>
      <SerialNo>001</SerialNo>
      <DateTime>2026-05-22T09:00:00</DateTime>
    </Source>
  </Header>
  <Children>
"""
TERMS = """title: A benchmark
kind: routine
board: Nowhere
period: {{from: 2025-04-01, to: 2026-03-31}}
sample: {{unit: referral, size: 8, seed: {seed}}}
agencies: [{{code: CSC, name: Social care, kind: social_care}}]
themes: [{{code: voice, name: Voice of the child}}]
"""
TAIL = "  </Children>\n</Message>\n"


def make_return(path: Path, children: int, seed: int) -> None:
    """Invented children, 1.2 referrals each, with about as much under each as a real return."""
    rng = Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(children):
            file.write(_child(rng, number))
        file.write(TAIL)


def _child(rng: Random, number: int) -> str:
    referrals = rng.choices((1, 2, 3), (83, 14, 3))[0]
    disability = _lines(8, "Disabilities", _tag("Disability", rng.choice(("MOB", "AUT", "HEAR"))))
    return _lines(
        4,
        "Child",
        _lines(
            6,
            "ChildIdentifiers",
            _tag("LAchildID", f"INV{number:07d}"),
            _tag("UPN", f"A{rng.randrange(10**12):012d}"),
            _tag("PersonBirthDate", _day(rng, date(2008, 4, 1), 6500)),
            _tag("Sex", rng.choice("MFU")),
        ),
        _lines(
            6,
            "ChildCharacteristics",
            _tag("Ethnicity", rng.choice(("WBRI", "MWBC", "APKN", "BAFR", "NOBT"))),
            disability if rng.random() < 0.35 else "",
        ),
        *(_referral(rng) for _ in range(referrals)),
    )


def _referral(rng: Random) -> str:
    closed = rng.random() < 0.37
    return _lines(
        6,
        "CINdetails",
        _tag("CINreferralDate", _day(rng, date(2025, 4, 1), 364)),
        _tag("ReferralSource", rng.choice(("1A", "2A", "3A", "3E", "5B", "6", "9"))),
        _tag("PrimaryNeedCode", f"N{rng.randint(1, 8)}"),
        _tag("CINclosureDate", _day(rng, date(2025, 4, 1), 364)) if closed else "",
        _tag("ReasonForClosure", f"RC{rng.randint(1, 7)}") if closed else "",
        *(_assessment(rng) for _ in range(rng.choice((0, 1, 1, 2)))),
        _lines(8, "CINPlanDates", _tag("CINPlanStartDate", _day(rng, date(2025, 4, 1), 364)))
        if rng.random() < 0.8
        else "",
        _section_47(rng) if rng.random() < 0.5 else "",
        _tag("ReferralNFA", "1" if rng.random() < 0.3 else "0"),
        _plan(rng) if rng.random() < 0.4 else "",
    )


def _assessment(rng: Random) -> str:
    factors = [
        _tag("AssessmentFactors", factor)
        for factor in rng.sample(("1B", "2B", "3A", "4A", "8B", "19A"), rng.randint(0, 3))
    ]
    return _lines(
        8,
        "Assessments",
        _tag("AssessmentActualStartDate", _day(rng, date(2025, 4, 1), 364)),
        _tag("AssessmentInternalReviewDate", _day(rng, date(2025, 4, 1), 364)),
        _tag("AssessmentAuthorisationDate", _day(rng, date(2025, 4, 1), 364)),
        _lines(10, "FactorsIdentifiedAtAssessment", *factors) if factors else "",
    )


def _section_47(rng: Random) -> str:
    return _lines(
        8,
        "Section47",
        _tag("S47ActualStartDate", _day(rng, date(2025, 4, 1), 364)),
        _tag("DateOfInitialCPC", _day(rng, date(2025, 4, 1), 364)),
        _tag("ICPCnotRequired", "0"),
    )


def _plan(rng: Random) -> str:
    return _lines(
        8,
        "ChildProtectionPlans",
        _tag("CPPstartDate", _day(rng, date(2025, 4, 1), 364)),
        _tag("InitialCategoryOfAbuse", rng.choice(("NEG", "EMO", "PHY", "SAB"))),
        _tag("LatestCategoryOfAbuse", rng.choice(("NEG", "EMO", "PHY", "SAB"))),
        _tag("NumberOfPreviousCPP", str(rng.choice((0, 0, 0, 1)))),
        _lines(10, "Reviews", _tag("CPPreviewDate", _day(rng, date(2025, 4, 1), 364))),
    )


def _day(rng: Random, first: date, days: int) -> str:
    return (first + timedelta(rng.randint(0, days))).isoformat()


def _tag(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>\n"


def _lines(indent: int, name: str, *parts: str) -> str:
    """An element with its parts below it; a part that ends one level down indents itself."""
    pad = " " * indent
    inside = "".join(part if part.startswith(" ") else f"{pad}  {part}" for part in parts if part)
    return f"{pad}<{name}>\n{inside}{pad}</{name}>\n"


def read_rows(path: Path) -> int:
    from safehub.exchange.cin_census.reading import rows

    return sum(1 for _ in rows(path))


def read_as_pack(folder: Path) -> int:
    from safehub.exchange.audit_pack.reading import look_at_commission

    looked = look_at_commission(folder)
    if looked.pack is None:
        raise SystemExit("\n".join(map(str, looked.mistakes)))
    return len(looked.pack.frame.rows)


def read_bare(path: Path) -> int:
    from lxml import etree

    found = 0
    for _, child in etree.iterparse(str(path), events=("end",), tag="Child"):
        found += len(child.findall("CINdetails"))
        child.clear()
        while child.getprevious() is not None:
            del child.getparent()[0]
    return found


def make_pack(folder: Path, children: int, seed: int) -> None:
    """The smallest pack round a return: terms of reference and a tool, no returns."""
    from safehub.demo.questions import CORE
    from safehub.demo.tool import write_tool

    folder.mkdir()
    (folder / "audit.yaml").write_text(TERMS.format(seed=seed), encoding="utf-8")
    write_tool(folder / "tool.xlsx", CORE)
    make_return(folder / "frame.xml", children, seed)


def group(work: Path, seed: int, children: int) -> tuple[Contender, ...]:
    folder = work / f"return-{children}"
    making = [*script("cin_frame.py"), "make", str(folder), str(children), str(seed)]
    subprocess.run(making, check=True)
    path = folder / "frame.xml"
    size = f"{children:,} children, {path.stat().st_size / 1e6:.0f} MB"

    def reader(name: str, how: str, what: Path) -> Contender:
        command = [*script("cin_frame.py"), how, str(what)]
        return Contender(name, size, lambda: (command, os.environ))

    return (
        reader("as rows", "rows", path),
        reader("as the frame of a pack", "pack", folder),
        reader("bare lxml iterparse", "bare", path),
    )


def main() -> int:
    chosen = options(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="safehub-bench-") as folder:
        groups = [group(Path(folder), chosen.seed, children) for children in SIZES]
        run_in_turn((one for each in groups for one in each), quick=chosen.quick)
    print_table(groups)
    rows, frames, _ = groups[1]
    small, middle, large = (framed for _, framed, _ in groups)
    held = print_budgets(
        (
            ("20,000 children as rows, seconds", rows.wall, 5),
            ("20,000 children as rows, MB", rows.memory, 200),
            ("20,000 children as a frame, seconds", frames.wall, 5),
            ("20,000 children as a frame, MB", frames.memory, 200),
            ("20,000 over 5,000 children, times as long", middle.wall / small.wall, 4.5),
            ("80,000 over 20,000 children, times as long", large.wall / middle.wall, 4.5),
        )
    )
    print(f"{machine()}; seed {chosen.seed}; median of {len(middle.runs)}")
    return 0 if held else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", file, children, seed]:
            make_pack(Path(file), int(children), int(seed))
        case ["rows", file]:
            print(read_rows(Path(file)))
        case ["pack", file]:
            print(read_as_pack(Path(file)))
        case ["bare", file]:
            print(read_bare(Path(file)))
        case _:
            sys.exit(main())
