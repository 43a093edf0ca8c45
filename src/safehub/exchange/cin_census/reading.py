"""A CIN Census return as a sampling frame, read in one pass and small memory.

Source: DfE, Children in need census 2025 to 2026, technical specification: a `Child` holds one
`CINdetails` for each referral. Namespaces are ignored, since suppliers differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from safehub.foundation.mistakes import FileMistakes

NO_FURTHER_ACTION = "no_further_action"
COLUMNS = ("referral_id", "child_id", "referred_on", "source_code", "primary_need", "outcome")
_WANTED = "a CIN Census return in XML"


@dataclass(frozen=True)
class ReferralRow:
    """One `CINdetails`. `line` is where it ends in the file; `referred_on` is as written."""

    line: int
    cells: dict[str, str]

    def place(self, column: str) -> str:
        """Where a mistake in that column stands."""
        return f"line {self.line}, column {column}"


def rows(path: Path, mistakes: FileMistakes | None = None) -> Iterator[ReferralRow]:
    """Each referral of the return in file order. Without `mistakes`, they are passed over."""
    with path.open("rb") as file:
        yield from referrals(file, mistakes or _unheard())


def _unheard() -> FileMistakes:
    from safehub.foundation.mistakes import Mistakes

    return Mistakes().of("")


def referrals(file: BinaryIO, mistakes: FileMistakes) -> Iterator[ReferralRow]:
    """Each referral of the return in file order; notes a mistake where it is no CIN return."""
    seen: Counter[tuple[str, str]] = Counter()
    children = 0
    events = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for event, element in events:
            if event == "start":
                if element.getparent() is None and _is_refused(element, mistakes):
                    return
            elif _name(element) == "Child":
                children += 1
                yield from _of_child(element, seen, mistakes)
                _forget(element)
    except etree.XMLSyntaxError as error:
        found = f"XML that cannot be read ({error.msg})"
        mistakes.give_up(f"line {error.lineno}", found, _WANTED)
        return
    if not children:
        mistakes.give_up("", "no Child", f"{_WANTED} with at least one Child")


def _is_refused(root: Any, mistakes: FileMistakes) -> bool:
    """Whether the file declares a document type (entities), or is no return at all."""
    if root.getroottree().docinfo.doctype:
        found = "a document type declaration (<!DOCTYPE …>)"
        mistakes.give_up("", found, "XML without one, for it can make a file dangerous to open")
        return True
    if _name(root) != "Message":
        found = f"the element {_name(root)}"
        mistakes.give_up("", found, "the element Message of a CIN Census return")
        return True
    return False


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _forget(element: Any) -> None:
    """Free a child that has been read, and everything before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _of_child(
    child: Any, seen: Counter[tuple[str, str]], mistakes: FileMistakes
) -> Iterator[ReferralRow]:
    child_id = ""
    details = []
    for part in child:
        name = _name(part)
        if name == "ChildIdentifiers":
            child_id = next((_text(e) for e in part if _name(e) == "LAchildID"), "")
        elif name == "CINdetails":
            details.append(part)
    if details and not child_id:
        mistakes.add(f"line {child.sourceline or 0}", "", "an LAchildID")
    for detail in details:
        yield _row(detail, child_id, seen)


def _row(detail: Any, child_id: str, seen: Counter[tuple[str, str]]) -> ReferralRow:
    values: dict[str, str] = {}
    for part in detail:
        name = _name(part)
        if name in _COLUMN_OF:
            values.setdefault(_COLUMN_OF[name], _text(part))
    referred_on = values.get("referred_on", "")
    line = detail.sourceline or 0
    seen[child_id, referred_on] += 1
    times = seen[child_id, referred_on]
    referral_id = f"{child_id}:{referred_on}" + (f":{times}" if times > 1 else "")
    closed = values.get("nfa", "") in {"1", "true"}
    return ReferralRow(
        line,
        {
            "referral_id": referral_id,
            "child_id": child_id,
            "referred_on": referred_on,
            "source_code": values.get("source_code", ""),
            "primary_need": values.get("primary_need", ""),
            "outcome": NO_FURTHER_ACTION if closed else "",
        },
    )


_COLUMN_OF = {
    "CINreferralDate": "referred_on",
    "ReferralSource": "source_code",
    "PrimaryNeedCode": "primary_need",
    "ReferralNFA": "nfa",
}


def _text(element: Any) -> str:
    return (element.text or "").strip()
