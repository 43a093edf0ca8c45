"""Reading `audit.yaml`: what can be relied on of the terms, even where parts are mistaken."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from safehub.audit.programmes.plans import Method, Plan, Withdrawal
from safehub.audit.programmes.terms import (
    ExclusionTerms,
    GradingTerms,
    Invented,
    Kind,
    Participant,
    Terms,
    ThemeTerms,
)
from safehub.exchange.audit_pack.yaml_files import Keys, Value

FILE = "audit.yaml"
# Version 2 has what an audit on pages has besides: draws.yaml, moderation.csv and others.
PACK_VERSIONS = (1, 2)

_REQUIRED = ("title", "board", "kind", "period", "sample", "agencies", "themes")
_OPTIONAL = (
    "pack_version",
    "owner",
    "programme",
    "commissioned_by",
    "commissioned_on",
    "reason",
    "returns_due_on",
    "meeting_on",
    "key_lines_of_enquiry",
    "grading",
    "tool",
    "invented",
    "neutralised",
)
# A code names files and figures: no part of a path, nothing that a spreadsheet acts upon.
_CODE = re.compile(r"[^\W_][^/\\:*?\"<>|\x00-\x1f]{0,59}(?<![. ])\Z")
_CODE_WANTED = 'a code that begins with a letter or digit and has none of / \\ : * ? " < > |'
_FILE_NAME = re.compile(r"[^/\\\0]{1,120}\.xlsx\Z")


@dataclass
class ReadTerms:
    """The terms as far as they could be read. None, or `…_certain` false, is "not known"."""

    title: str | None = None
    board: str | None = None
    kind: str | None = None
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    agencies: dict[str, Participant] = field(default_factory=dict)
    agencies_certain: bool = False
    units_uncertain: set[str] = field(default_factory=set)
    themes: dict[str, ThemeTerms] = field(default_factory=dict)
    themes_certain: bool = False
    grading: GradingTerms | None = None
    sample: ReadSample | None = None
    invented: tuple[Invented, ...] = ()
    neutralised: bool | None = False
    pack_version: int | None = 1
    tool: str | None = "tool.xlsx"
    meeting_on: dt.date | None = None
    meeting_on_certain: bool = True
    further: dict[str, str] = field(default_factory=dict)
    further_dates: dict[str, dt.date | None] = field(default_factory=dict)
    key_lines_of_enquiry: tuple[str, ...] = ()

    def terms(self) -> Terms:
        """The terms, once nothing in them was a mistake."""
        if not (self.title and self.board and self.kind and self.sample):
            raise ValueError("Terms with mistakes cannot be used.")
        if not (self.period_from and self.period_to):
            raise ValueError("Terms with mistakes cannot be used.")
        return Terms(
            title=self.title,
            board=self.board,
            kind=Kind(self.kind),
            period_from=self.period_from,
            period_to=self.period_to,
            plan=self.sample.plan(),
            agencies=tuple(self.agencies.values()),
            themes=tuple(self.themes.values()),
            grading=self.grading,
            exclusions=tuple(e for e, _ in self.sample.exclusions),
            withdrawals=tuple(w for w, _ in self.sample.withdrawals),
            invented=self.invented,
            key_lines_of_enquiry=self.key_lines_of_enquiry,
            meeting_on=self.meeting_on,
            owner=self.further["owner"],
            programme=self.further["programme"],
            commissioned_by=self.further["commissioned_by"],
            commissioned_on=self.further_dates["commissioned_on"],
            reason=self.further["reason"],
            returns_due_on=self.further_dates["returns_due_on"],
        )


@dataclass
class ReadSample:
    """The sampling plan as far as it could be read, with where its parts stand in the file."""

    place: Value
    unit: str | None = None
    method: Method | None = None
    size: int | None = None
    size_certain: bool = True
    seed: int | None = None
    reserve: int | None = 0
    column: str | None = None
    sizes: dict[str, int] | None = None
    by_certain: bool = True
    column_found: bool = True
    exclusions: list[tuple[ExclusionTerms, Value]] = field(default_factory=list)
    exclusions_certain: bool = True
    withdrawals: list[tuple[Withdrawal, Value]] = field(default_factory=list)
    withdrawals_certain: bool = True
    most_replacements: int | None = 0

    @property
    def is_certain(self) -> bool:
        """Whether the plan can be drawn."""
        return (
            self.method is not None
            and self.seed is not None
            and self.reserve is not None
            and self.size_certain
            and self.by_certain
            and self.column_found
            and self.exclusions_certain
        )

    def plan(self) -> Plan:
        """The plan; raises ValueError where it is not certain."""
        if self.method is None or self.seed is None or self.reserve is None:
            raise ValueError("A plan with mistakes cannot be drawn.")
        size = self.size
        if size is None and self.sizes is not None:
            size = sum(self.sizes.values())
        return Plan(
            unit=self.unit or "",
            method=self.method,
            seed=self.seed,
            size=size,
            reserve=self.reserve,
            column=self.column,
            sizes=self.sizes,
        )


def read_terms(root: Value) -> ReadTerms:
    """Read the whole file and note every mistake in it."""
    keys = root.keys(_REQUIRED, _OPTIONAL)
    read = ReadTerms()
    if version := keys.read("pack_version", lambda value: value):
        read.pack_version = _version(version)
    read.title = keys.need("title", Value.text)
    read.board = keys.need("board", Value.text)
    read.kind = keys.need("kind", lambda value: value.one_of([kind.value for kind in Kind]))
    _read_period(keys, read)
    _read_agencies(keys, read)
    _read_themes(keys, read)
    read.grading = keys.read("grading", _grading)
    read.invented = tuple(keys.read("invented", _invented) or ())
    read.sample = keys.need("sample", read_sample)
    _read_further(keys, read)
    return read


def _version(version: Value) -> int | None:
    known = {str(one): one for one in PACK_VERSIONS}
    if version.shown() not in known:
        version.refuse(" or ".join(known))
    return known.get(version.shown())


def _read_period(keys: Keys, read: ReadTerms) -> None:
    if "period" not in keys:
        return
    period = keys["period"].keys(("from", "to"))
    read.period_from = period.need("from", Value.date)
    read.period_to = period.need("to", Value.date)
    if read.period_from and read.period_to and read.period_to < read.period_from:
        period["to"].refuse(f"a date on or after {read.period_from}")
        read.period_from = read.period_to = None


def _read_further(keys: Keys, read: ReadTerms) -> None:
    for name in ("owner", "programme", "commissioned_by", "reason"):
        read.further[name] = keys.read(name, Value.optional_text) or ""
    for name in ("commissioned_on", "returns_due_on"):
        read.further_dates[name] = keys.read(name, Value.date)
    read.meeting_on = keys.read("meeting_on", Value.date)
    read.meeting_on_certain = read.meeting_on is not None or keys["meeting_on"].is_absent
    read.neutralised = keys.read("neutralised", Value.flag) if "neutralised" in keys else False
    lines = [item.text() for item in keys["key_lines_of_enquiry"].items()]
    read.key_lines_of_enquiry = tuple(line for line in lines if line)
    if not keys["tool"].is_absent:
        read.tool = keys["tool"].text()
        if read.tool and not _FILE_NAME.match(read.tool):
            keys["tool"].refuse("the name of an .xlsx file in the pack")
            read.tool = None


def _code(value: Value) -> str | None:
    code = value.text()
    if code is not None and not _CODE.match(code):
        value.refuse(_CODE_WANTED)
        return None
    return code


def _read_agencies(keys: Keys, read: ReadTerms) -> None:
    read.agencies_certain = keys["agencies"].is_list
    if "agencies" in keys and not keys["agencies"].is_list:
        keys["agencies"].refuse("a list of agencies")
    for item in keys["agencies"].items() if keys["agencies"].is_list else ():
        agency = item.keys(("code", "name"), ("kind", "respondent_unit"))
        code = agency.need("code", _code)
        name = agency.need("name", Value.text)
        kind = agency.read("kind", Value.optional_text) or ""
        unit = agency.read("respondent_unit", Value.text)
        unit_certain = agency.is_certain("respondent_unit") and (
            unit is not None or agency["respondent_unit"].is_absent
        )
        if code is None:
            read.agencies_certain = False
        elif code in read.agencies:
            agency["code"].refuse("each agency once", f"{code} again")
            # The same entry twice; under another name, the code of some agency is lost.
            read.agencies_certain &= name == read.agencies[code].name
        else:
            if not unit_certain:
                read.units_uncertain.add(code)
            read.agencies[code] = Participant(code, name or code, kind, unit)
    if read.agencies_certain and not read.agencies:
        keys["agencies"].refuse("at least one agency", "no agency")
        read.agencies_certain = False


def _read_themes(keys: Keys, read: ReadTerms) -> None:
    read.themes_certain = keys["themes"].is_list
    if "themes" in keys and not keys["themes"].is_list:
        keys["themes"].refuse("a list of themes")
    for item in keys["themes"].items() if keys["themes"].is_list else ():
        theme = item.keys(("code", "name"), ("key_line_of_enquiry",))
        code = theme.need("code", _code)
        name = theme.need("name", Value.text)
        is_line = theme.read("key_line_of_enquiry", Value.flag) or False
        if code is None:
            read.themes_certain = False
        elif code in read.themes:
            theme["code"].refuse("each theme once", f"{code} again")
            read.themes_certain &= name == read.themes[code].name
        else:
            read.themes[code] = ThemeTerms(code, name or code, is_line)


def _grading(value: Value) -> GradingTerms | None:
    grading = value.keys(("question", "met_good"))
    question = grading.need("question", Value.text)
    good = [item.text() for item in grading["met_good"].items()]
    empty = grading["met_good"].is_list or grading["met_good"].is_absent
    if "met_good" in grading and not good and empty:
        grading["met_good"].refuse("at least one grade", "no grade")
    for position, name in enumerate(good):
        if name is not None and name in good[:position]:
            grading["met_good"].items()[position].refuse("each grade once", f"{name} again")
    # What was no text stays blank in its place, and is judged no further.
    return GradingTerms(question or "", tuple(name or "" for name in good))


def _invented(value: Value) -> list[Invented]:
    """A list, or the one word `all`."""
    names = [kind.value for kind in Invented]
    entries = value.items() if value.is_list else [value]
    words = [entry.one_of(names) for entry in entries]
    return [Invented(word) for word in words if word]


_SAMPLE_REQUIRED = ("unit", "seed")
_SAMPLE_OPTIONAL = ("method", "size", "reserve", "by", "exclude", "replaced")


def read_sample(value: Value) -> ReadSample:
    """A sampling plan, with what is kept out and who was withdrawn, as far as it could be read."""
    keys = value.keys(_SAMPLE_REQUIRED, _SAMPLE_OPTIONAL)
    read = ReadSample(value)
    read.unit = keys.need("unit", Value.text)
    read.seed = keys.need("seed", Value.whole_number)
    method = Method.RANDOM.value if keys.is_certain("method") else ""
    if "method" in keys:
        method = keys["method"].one_of([kind.value for kind in Method]) or ""
    read.method = Method(method) if method else None
    if "reserve" in keys:
        read.reserve = keys["reserve"].whole_number()
    elif not keys.is_certain("reserve"):
        read.reserve = None
    read.size_certain = keys.is_certain("size")
    read.by_certain = keys.is_certain("by")
    if "size" in keys:
        read.size = keys["size"].whole_number(1)
        read.size_certain = read.size is not None
    if "by" in keys:
        _read_by(keys["by"], read)
    _check_size(keys, read)
    _read_exclusions(keys, read)
    _read_withdrawals(keys, read)
    return read


def _check_size(keys: Keys, read: ReadSample) -> None:
    """A random sample has a size, and one named beside strata is their sum."""
    if read.sizes is not None and read.size is not None and read.by_certain:
        total = sum(read.sizes.values())
        if read.size != total:
            keys["size"].refuse(f"the sum of the strata, {total}")
            read.size_certain = False
    needs_size = read.method is Method.RANDOM and read.sizes is None and read.by_certain
    if needs_size and "size" not in keys and keys.is_certain("by") and read.place.is_mapping:
        keys["size"].refuse("how many cases to draw")
        read.size_certain = False


def _read_by(value: Value, read: ReadSample) -> None:
    entries = list(value.entries())
    if len(entries) != 1:
        read.by_certain = False
        if value.is_mapping or value.is_absent:
            value.refuse("one column and its sizes", f"{len(entries)} columns")
        return
    read.column, sizes = entries[0]
    if read.column in {"referral_id", "child_id"}:
        # The names of strata are published.
        sizes.refuse("a column that names no child", read.column)
        read.by_certain = False
    elif sizes.is_mapping:
        found = {name: size.whole_number(1) for name, size in sizes.entries()}
        if not found:
            sizes.refuse("a size for each value, or proportional", "no value")
        read.by_certain = bool(found) and None not in found.values()
        read.sizes = {name: size for name, size in found.items() if size is not None}
    elif sizes.shown() != "proportional":
        sizes.refuse("a size for each value, or proportional")
        read.by_certain = False


def _read_exclusions(keys: Keys, read: ReadSample) -> None:
    entries = keys["exclude"]
    read.exclusions_certain = keys.is_certain("exclude") and (entries.is_absent or entries.is_list)
    seen = set()
    for item in keys["exclude"].items():
        entry = item.keys(("referral_id", "reason"))
        referral = entry.need("referral_id", Value.text)
        reason = entry.need("reason", Value.text)
        if referral is None:
            read.exclusions_certain = False
        elif referral in seen:
            entry["referral_id"].refuse("each referral once", f"{referral} again")
        else:
            seen.add(referral)
            terms = ExclusionTerms(referral, reason or "")
            read.exclusions.append((terms, entry["referral_id"]))


def _read_withdrawals(keys: Keys, read: ReadSample) -> None:
    entries = keys["replaced"]
    read.withdrawals_certain = keys.is_certain("replaced")
    if not (entries.is_absent or entries.is_list):
        read.withdrawals_certain = False
        read.most_replacements = None
    for item in entries.items():
        entry = item.keys(("case", "reason"), ("by",))
        case = entry.need("case", Value.quoted_number)
        reason = entry.need("reason", Value.text)
        by = entry.read("by", Value.text)
        if read.most_replacements is not None and "by" in entry:
            read.most_replacements += 1
        if case is not None and not re.fullmatch(r"[0-9]{1,9}", case):
            entry["case"].refuse("the number of a case")
            case = None
        if case is None or (by is None and not entry["by"].is_absent):
            read.withdrawals_certain = False
        else:
            read.withdrawals.append((Withdrawal(case, reason or "", by), item))
