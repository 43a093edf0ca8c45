"""The valid packs in which mistakes are planted."""

from __future__ import annotations

from pathlib import Path

from safehub.demo.rounds import write_pack

from .planting import Raw, load_yaml, save_yaml

MEADOWSHIRE = Path(__file__).parents[1] / "data" / "packs" / "meadowshire-2026"


def write_rich(folder: Path) -> None:
    """An invented round with strata, exclusions, a replacement, a workbook and actions."""
    write_pack(folder, seed=7, cases=24, agencies=6, questions=40)


def write_xml(folder: Path) -> None:
    """The terms and the tool of that round over a CIN Census return, and one return."""
    write_rich(folder)
    for name in ("frame.csv", "summative.yaml", "meeting.yaml", "actions.csv"):
        (folder / name).unlink()
    (folder / "returns" / "COMMUNITY.xlsx").unlink()
    terms = load_yaml(folder / "audit.yaml")
    terms["sample"] = {"unit": "referral", "size": Raw("5"), "seed": Raw("7")}
    save_yaml(folder / "audit.yaml", terms)
    rows = (folder / "returns.csv").read_text(encoding="utf-8").splitlines()
    (folder / "returns.csv").write_text("\n".join(rows[:4]) + "\n", encoding="utf-8")
    children = "\n".join(
        f"<Child><ChildIdentifiers><LAchildID>C{n}</LAchildID></ChildIdentifiers>\n<CINdetails>\n"
        f"<CINreferralDate>2025-05-{n:02}</CINreferralDate>\n"
        "<ReferralSource>1A</ReferralSource></CINdetails></Child>"
        for n in range(1, 21)
    )
    (folder / "frame.xml").write_text(f"<Message>\n{children}\n</Message>\n", encoding="utf-8")
