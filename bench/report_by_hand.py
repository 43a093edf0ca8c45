"""The peer of `audit_run.py`: what an analyst writes in an afternoon. Only counts and tables.

It trusts its input: no check of a single answer, no sample drawn, no interval, no evidence, no
PDF, no HTML, nothing stored.
"""

import sys
from pathlib import Path

import docx
import pandas as pd
import yaml


def read_returns(pack: Path) -> pd.DataFrame:
    tables = [pd.read_csv(pack / "returns.csv", dtype=str, keep_default_na=False)]
    tables += [
        pd.read_excel(path, sheet_name="returns", dtype=str, keep_default_na=False)
        for path in sorted((pack / "returns").glob("*.xlsx"))
    ]
    return pd.concat(tables).fillna("")


def yes_no_questions(pack: Path) -> list[str]:
    survey = pd.read_excel(pack / "tool.xlsx", sheet_name="survey", dtype=str)
    chosen = survey["type"].isin(["select_one yes_no", "select_one yes_no_na"])
    return [name for name in survey.loc[chosen, "name"] if name != "known"]


def add_table(document: docx.document.Document, heading: str, rows: list[list[str]]) -> None:
    document.add_heading(heading, level=2)
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def share(count: int, of: int) -> list[str]:
    return [str(count), str(of), f"{100 * count / of:.1f}" if of else ""]


def main(pack: Path, out: Path) -> None:
    terms = yaml.safe_load((pack / "audit.yaml").read_text(encoding="utf-8"))
    withdrawn = {row["case"] for row in terms["sample"].get("replaced", [])}
    rows = read_returns(pack)
    rows = rows[(rows.status == "submitted") & (rows.known == "yes") & ~rows.case.isin(withdrawn)]
    document = docx.Document()
    document.add_heading(terms["title"], level=1)
    order = ["outstanding", "good", "requires_improvement", "inadequate"]
    worst = rows[rows.grade != ""].assign(grade=lambda t: t.grade.map(order.index))
    worst = worst.groupby(["agency", "case"]).grade.max().reset_index()
    grades = [["agency", *order, "met good", "of", "%"]]
    for agency, own in worst.groupby("agency"):
        counts = [int((own.grade == place).sum()) for place in range(4)]
        grades.append([agency, *map(str, counts), *share(sum(counts[:2]), len(own))])
    add_table(document, "Grades by agency", grades)
    questions = yes_no_questions(pack)
    for agency, own in rows.groupby("agency"):
        table = [["question", "yes", "of", "%"]]
        for name in questions:
            yes, no = int((own[name] == "yes").sum()), int((own[name] == "no").sum())
            table.append([name, *share(yes, yes + no)])
        add_table(document, str(agency), table)
    document.save(str(out))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
