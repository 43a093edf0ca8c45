"""draws.yaml: every draw that was made is exported, and is the same when the pack is run."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.people import operator
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Method, Plan, Withdrawal
from safehub.audit.reports.commands import make_report
from safehub.audit.returns.commands import receive_returns
from safehub.audit.sampling.commands import draw_sample, withdraw_cases
from safehub.audit.sampling.drawing.commands import map_columns, withdraw_case
from safehub.audit.sampling.models import Frame, FrameReferral
from safehub.audit.sampling.queries import frame_drawn
from safehub.audit.sampling.rows import DETAILS, DrawMade, FrameDrawn, ReferralDrawn
from safehub.audit.sampling.rules import Stratum
from safehub.exchange.audit_pack.draws_file import FILE, draws_data, read_draws
from safehub.exchange.audit_pack.reading import look, read_pack
from safehub.exchange.audit_pack.storing import commission, store
from safehub.exchange.audit_pack.yaml_files import read_yaml
from safehub.exchange.audit_pack.yaml_writing import write_yaml
from safehub.foundation.mistakes import Mistakes

from .moved import exported
from .small import small


def drawn(folder: Path, *, family: bool = False) -> Audit:
    """An audit drawn three times: once with a replacement, once by strata, then as its pack has it.

    With `family` the last draw takes one child of each family.
    """
    pack = read_pack(small().write(folder))
    audit = commission(pack, operator())
    plan = pack.terms.plan
    first = replace(plan, seed=11, size=5, reserve=2, column=None, sizes=None)
    draw_sample(audit=audit, plan=first, by=operator())
    withdraw_case(audit=audit, number="02", reason="=Moved away: 'twice'", by=operator())
    withdraw_case(audit=audit, number="04", reason="Another hub", by=operator())
    by_area = replace(first, seed=2**60, column="area", size=6)
    draw_sample(audit=audit, plan=by_area, by=operator())
    if family:
        map_columns(audit=audit, mapping={"family": "child_id"}, by=operator())
    draw_sample(audit=audit, plan=plan, is_one_per_family=family, by=operator())
    if not family:
        withdraw_cases(audit=audit, withdrawals=pack.terms.withdrawals, by=operator())
        receive_returns(audit=audit, tool=pack.tool, rows=pack.rows, by=operator())
    audit.refresh_from_db()
    return audit


@pytest.mark.django_db
@pytest.mark.parametrize("family", [False, True], ids=["each child", "one of a family"])
def test_every_draw_is_exported_and_the_same_when_it_is_run(family: bool, tmp_path: Path) -> None:
    audit = drawn(tmp_path / "pack", family=family)
    before = make_report(audit=audit, by=operator()).version.report_json
    moved = exported(audit, tmp_path / "moved")
    assert "pack_version: 2" in (moved / "audit.yaml").read_text(encoding="utf-8")
    again = store(read_pack(moved), operator())
    assert again.pk != audit.pk
    found = frame_drawn(again)
    assert found == frame_drawn(audit)
    assert len(found.draws) == 3
    assert [len(one.withdrawals) for one in found.draws][:2] == [2, 0]
    assert found.draws[-1].is_one_per_family is family
    assert make_report(audit=again, by=operator()).version.report_json == before
    out = [
        FrameReferral.objects.filter(frame__audit=one, is_passed_over=True).count()
        for one in (audit, again)
    ]
    assert out[0] == out[1]
    assert bool(out[0]) is family
    third = exported(again, tmp_path / "third")
    for file in moved.iterdir():
        assert (third / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.django_db
def test_the_columns_of_a_detail_are_one_or_a_list(tmp_path: Path) -> None:
    audit = drawn(tmp_path / "pack", family=True)
    columns = frame_drawn(audit).columns
    assert columns == {"family": ("child_id",)}
    moved = exported(audit, tmp_path / "one")
    assert 'family: "child_id"' in (moved / FILE).read_text(encoding="utf-8")
    kept = Frame.objects.get(audit=audit)
    kept.mapping = {"name": ["referral_id", "referred_on"], "family": ["child_id"]}
    kept.save()
    moved = exported(audit, tmp_path / "several")
    again = store(read_pack(moved), operator())
    assert frame_drawn(again).columns == {
        "name": ("referral_id", "referred_on"),
        "family": ("child_id",),
    }
    third = exported(again, tmp_path / "third")
    for file in moved.iterdir():
        assert (third / file.name).read_bytes() == file.read_bytes(), file.name
    path = moved / FILE
    text = path.read_text(encoding="utf-8")
    for becomes, place, wanted in (
        ("[referral_id, gone]", "columns.name[2]", "a column of frame.csv"),
        ("[child_id, referral_id]", "columns.family", "each column once"),
        ("[referral_id, referral_id]", "columns.name[2]", "each column once"),
        ("[]", "columns.name", "a column, or a list of columns"),
        ("{a: b}", "columns.name", "text"),
    ):
        before, _, after = text.partition("  name:")
        rest = after[after.index("  family:") :]
        path.write_text(f"{before}  name: {becomes}\n{rest}", encoding="utf-8")
        lines = [str(one) for one in look(moved).mistakes]
        assert any(place in line and wanted in line for line in lines), (becomes, lines)


@pytest.mark.django_db
def test_an_audit_drawn_once_stays_version_1(tmp_path: Path) -> None:
    audit = store(read_pack(small().write(tmp_path / "pack")), operator())
    moved = exported(audit, tmp_path / "moved")
    assert not (moved / FILE).exists()
    assert "pack_version: 1" in (moved / "audit.yaml").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_version_1_does_not_read_it(tmp_path: Path) -> None:
    moved = exported(drawn(tmp_path / "pack"), tmp_path / "moved")
    terms = moved / "audit.yaml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("pack_version: 2", "pack_version: 1"), encoding="utf-8")
    pack = read_pack(moved)
    assert pack.drawn.draws == ()
    assert any(FILE in note for note in pack.notes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("was", "becomes", "wanted"),
    [
        ("one_per_family: false", "one_per_family: perhaps", "true or false"),
        ("one_per_family: false", "by_whom: false", "only sample, strata, cases, one_per_family"),
        ('referral_id: "', 'referral_id: "Q', "a referral of frame.csv"),
        ('case: "01"', 'case: "03"', "each once in a draw"),
        ('case: "02"', 'case: "77"', "a case of this draw, once"),
        ("seed: 11", "seed: eleven", "a whole number"),
        ("reserve: true", "reserve: false", "a reserve of this draw that has a number"),
    ],
)
def test_each_mistake_is_told(tmp_path: Path, was: str, becomes: str, wanted: str) -> None:
    moved = exported(drawn(tmp_path / "pack"), tmp_path / "moved")
    path = moved / FILE
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    looked = look(moved)
    assert looked.pack is None
    lines = [str(one) for one in looked.mistakes]
    assert any(line.startswith(f"{FILE}, ") and wanted in line for line in lines), lines


@pytest.mark.django_db
def test_the_last_draw_is_the_sample(tmp_path: Path) -> None:
    moved = exported(drawn(tmp_path / "pack"), tmp_path / "moved")
    path, terms = moved / FILE, (moved / "audit.yaml").read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    seed = next(line for line in terms.splitlines() if line.strip().startswith("seed:")).strip()
    head, _, tail = text.rpartition(seed)
    path.write_text(f"{head}seed: 4{tail}", encoding="utf-8")
    assert any("for it stands" in str(one) for one in look(moved).mistakes)
    number = text.rindex('case: "01"')
    swapped = text[:number] + text[number:].replace('case: "01"', 'case: "99"', 1)
    path.write_text(swapped, encoding="utf-8")
    assert any("the cases that audit.yaml draws" in str(one) for one in look(moved).mistakes)


NAMES = st.text(string.ascii_letters + string.digits + " :#'\"é=+-\n{}[],", min_size=1).map(
    lambda text: f"n{text}n"
)


@st.composite
def _draw_made(making: st.DrawFn) -> DrawMade:
    names = making(st.lists(NAMES, unique=True, min_size=1, max_size=12))
    used = making(st.integers(1, len(names)))
    reserves = making(st.integers(0, len(names) - used))
    replaced = making(st.integers(0, min(used, reserves)))
    referrals = [
        ReferralDrawn(
            name,
            making(NAMES),
            f"{at:02}" if at <= used else f"{at:02}" if at <= used + replaced else None,
            at > used,
        )
        for at, name in enumerate(names[: used + reserves], start=1)
    ]
    gone = making(st.lists(st.integers(1, used), unique=True, max_size=used))
    stand_ins = [one.referral_id for one in referrals if one.is_reserve and one.case]
    withdrawals = tuple(
        Withdrawal(f"{case:02}", making(NAMES), by)
        for case, by in zip(gone, [*stand_ins, *[None] * used], strict=False)
    )
    sizes = making(st.none() | st.dictionaries(NAMES, st.integers(1, 99), min_size=1, max_size=3))
    size = sum(sizes.values()) if sizes else used
    plan = Plan(
        unit=making(NAMES),
        method=making(st.sampled_from(Method)),
        seed=making(st.integers(0, 10**30)),
        size=making(st.sampled_from([size, None])) if sizes else size,
        reserve=making(st.integers(0, 5)),
        column=making(NAMES) if sizes else making(st.none() | NAMES),
        sizes=sizes,
    )
    strata = making(st.lists(st.builds(Stratum, NAMES, st.integers(0, 99), st.integers(0, 99))))
    return DrawMade(plan, tuple(strata), tuple(referrals), withdrawals, making(st.booleans()))


@given(
    st.lists(_draw_made(), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(DETAILS), st.lists(NAMES, min_size=1, max_size=3, unique=True)),
)
def test_any_draws_go_out_and_come_in_unchanged(
    tmp_path_factory: pytest.TempPathFactory, draws: list[DrawMade], columns: dict[str, list[str]]
) -> None:
    given = {name: tuple(f"{name} {one}" for one in of) for name, of in columns.items()}
    made = FrameDrawn(tuple(draws), given)
    path = tmp_path_factory.mktemp("draws") / FILE
    write_yaml(path, draws_data(made))
    mistakes = Mistakes()
    root = read_yaml(path.read_bytes(), mistakes.of(FILE))
    assert root is not None
    found = read_draws(root, None, None, None)
    assert [str(one) for one in mistakes] == []
    assert found == made
