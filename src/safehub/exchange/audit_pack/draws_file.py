"""Reading and writing `draws.yaml`: every draw that was made, of which the last is the sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from safehub.audit.programmes.plans import Plan, Withdrawal
from safehub.audit.sampling.rows import DETAILS, DrawMade, FrameDrawn, ReferralDrawn
from safehub.audit.sampling.rules import Sample, Stratum
from safehub.exchange.audit_pack.frame_file import ReadFrame
from safehub.exchange.audit_pack.terms_file import ReadSample, read_sample
from safehub.exchange.audit_pack.yaml_files import Keys, Value
from safehub.exchange.audit_pack.yaml_writing import Data, Key, keyed

FILE = "draws.yaml"


def sample_data(plan: Plan, excluded: Sequence[Data], withdrawals: Iterable[Withdrawal]) -> Data:
    """A plan, what is kept out of it and who was withdrawn, as under `sample` in audit.yaml."""
    by: Data | None = None
    if plan.column is not None:
        by = {plan.column: "proportional" if plan.sizes is None else dict(plan.sizes)}
    return keyed(
        unit=plan.unit,
        method=plan.method.value,
        size=plan.size,
        seed=plan.seed,
        reserve=plan.reserve,
        by=by,
        exclude=list(excluded),
        replaced=[keyed(case=w.case, reason=w.reason, by=w.by) for w in withdrawals],
    )


def draws_data(frame: FrameDrawn) -> Data:
    """The file. Of a draw it has what its plan alone does not say once the frame has moved on."""
    return keyed(
        columns=keyed(**{name: _told(one) for name, one in frame.columns.items()}) or None,
        draws=[
            {
                Key("sample"): sample_data(one.plan, (), one.withdrawals),
                Key("one_per_family"): one.is_one_per_family,
                Key("strata"): [
                    {Key("name"): s.name, Key("frame"): s.frame, Key("drawn"): s.drawn}
                    for s in one.strata
                ],
                Key("cases"): [
                    keyed(
                        case=drawn.case,
                        referral_id=drawn.referral_id,
                        stratum=drawn.stratum,
                        reserve=drawn.is_reserve or None,
                    )
                    for drawn in one.referrals
                ],
            }
            for one in frame.draws
        ],
    )


def _told(columns: Sequence[str]) -> str | list[str]:
    """One column as itself, several as a list."""
    return columns[0] if len(columns) == 1 else list(columns)


def read_draws(
    root: Value, frame: ReadFrame | None, plan: ReadSample | None, sample: Sample | None
) -> FrameDrawn:
    """Every draw, first to last, and the columns that tell who a child is.

    `plan` and `sample` are what audit.yaml draws, which the last of them has to be. What rests on a
    mistake elsewhere is not judged.
    """
    keys = root.keys(("draws",), ("columns",))
    read = [_draw(item, frame) for item in keys["draws"].items()]
    if keys["draws"].is_list and not read:
        keys["draws"].refuse("at least one draw", "no draw")
    draws = tuple(one for one in read if one is not None)
    if draws and len(draws) == len(read):
        _check_last(keys["draws"].items()[-1], draws[-1], plan, sample)
    return FrameDrawn(draws, _columns(keys, frame, draws))


def _columns(
    keys: Keys, frame: ReadFrame | None, draws: tuple[DrawMade, ...]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if keys["columns"].is_absent:
        return found
    given = keys["columns"].keys((), DETAILS)
    by = {one.plan.column for one in draws}
    taken: set[str] = set()
    for name in DETAILS:
        if given[name].is_absent:
            continue
        items = given[name].items() if given[name].is_list else [given[name]]
        if not items:
            given[name].refuse("a column, or a list of columns", "no column")
        columns = [(place, column) for place in items if (column := place.text()) is not None]
        for place, column in columns:
            if frame is not None and frame.complete and column not in frame.columns:
                place.refuse(f"a column of {frame.file}", column)
            elif column in taken:
                place.refuse("each column once", f"{column} again")
            elif column in by:
                place.refuse("a column by which nothing was drawn", column)
            taken.add(column)
        found[name] = tuple(column for _, column in columns)
    return found


def _draw(item: Value, frame: ReadFrame | None) -> DrawMade | None:
    keys = item.keys(("sample", "strata", "cases"), ("one_per_family",))
    plan = keys.need("sample", read_sample)
    family = keys.read("one_per_family", Value.flag)
    strata = [_stratum(one) for one in keys["strata"].items()]
    cases = _cases(keys["cases"], frame)
    if plan is None or not (plan.is_certain and plan.withdrawals_certain) or cases is None:
        return None
    if plan.exclusions:
        keys["sample"].at("exclude").refuse("nothing, for exclusions stand in audit.yaml", "a list")
    withdrawals = _withdrawals(plan, cases)
    if withdrawals is None or None in strata:
        return None
    return DrawMade(
        plan=replace(plan.plan(), size=plan.size),
        strata=tuple(one for one in strata if one is not None),
        referrals=tuple(cases),
        withdrawals=withdrawals,
        is_one_per_family=bool(family),
    )


def _stratum(item: Value) -> Stratum | None:
    keys = item.keys(("name", "frame", "drawn"))
    name = keys.need("name", Value.text)
    frame, drawn = keys.need("frame", Value.count), keys.need("drawn", Value.count)
    return None if name is None or frame is None or drawn is None else Stratum(name, frame, drawn)


def _cases(value: Value, frame: ReadFrame | None) -> list[ReferralDrawn] | None:
    """What was drawn; None where something of it is a mistake."""
    found: list[ReferralDrawn] = []
    seen: set[str] = set()
    fine = True
    known = frame.stratum_of if frame is not None and frame.can_be_drawn_from else None
    for item in value.items():
        keys = item.keys(("referral_id", "stratum"), ("case", "reserve"))
        referral, stratum = keys.need("referral_id", Value.text), keys.need("stratum", Value.text)
        case = keys.read("case", Value.quoted_number)
        is_reserve = keys.read("reserve", Value.flag) or False
        if referral is None or stratum is None or (case is None and not keys["case"].is_absent):
            fine = False
            continue
        if known is not None and referral not in known:
            keys["referral_id"].refuse(f"a referral of {frame.file if frame else 'the frame'}")
            fine = False
        for place, word in (("referral_id", referral), ("case", f"case {case}" if case else "")):
            if word and word in seen:
                keys[place].refuse("each once in a draw", f"{word} again")
                fine = False
            seen.add(word)
        if case is None and not is_reserve:
            keys["case"].refuse("a number, or reserve: true")
            fine = False
        found.append(ReferralDrawn(referral, stratum, case, is_reserve))
    return found if fine else None


def _withdrawals(plan: ReadSample, cases: list[ReferralDrawn]) -> tuple[Withdrawal, ...] | None:
    """Who was withdrawn: a case of this draw, once, and by a reserve of it that has a number."""
    numbers = {one.case for one in cases if one.case is not None}
    reserves = {one.referral_id for one in cases if one.is_reserve and one.case is not None}
    fine = True
    for withdrawal, place in plan.withdrawals:
        if withdrawal.case not in numbers:
            place.at("case").refuse("a case of this draw, once", withdrawal.case)
            fine = False
        numbers.discard(withdrawal.case)
        if withdrawal.by is not None and withdrawal.by not in reserves:
            place.at("by").refuse("a reserve of this draw that has a number, once", withdrawal.by)
            fine = False
        reserves.discard(withdrawal.by or "")
    return tuple(one for one, _ in plan.withdrawals) if fine else None


def _check_last(
    place: Value, last: DrawMade, plan: ReadSample | None, sample: Sample | None
) -> None:
    """The last draw is the sample, so that audit.yaml draws the same."""
    if plan is None or sample is None:
        return
    if last.plan != replace(plan.plan(), size=plan.size):
        place.at("sample").refuse("the plan under sample in audit.yaml, for it stands", "another")
        return
    drawn: set[tuple[str, str | None]] = {(one.referral_id, one.number) for one in sample.cases}
    drawn |= {(one.referral_id, None) for one in sample.reserves}
    if {
        (one.referral_id, one.case) for one in last.referrals
    } != drawn or last.withdrawals != tuple(one for one, _ in plan.withdrawals):
        place.at("cases").refuse("the cases that audit.yaml draws, for it stands", "others")
