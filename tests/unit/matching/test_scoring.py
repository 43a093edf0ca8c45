"""One model on two paths: scored in bulk by Splink, and one pair at a time."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.foundation.errors import Misconfigured
from safehub.matching.blocking import KEYS, hashes_of, soundex
from safehub.matching.comparisons import COMPARISONS
from safehub.matching.files import FileRegister, as_compared, connected
from safehub.matching.model import Chances, Frequencies, Model, model_from, shipped_model
from safehub.matching.names import kin_of, plain_name
from safehub.matching.records import Compared, compared, digits_of, postcode_of
from safehub.matching.scoring import score

MODEL = shipped_model()

_FIRST = [
    "Zoë",
    "ZOE",
    "Mary-Ann",
    "Mary",
    "Bob",
    "Robert",
    "R",
    "Робертина",
    "",
    "J.",
    "Li",
    "محمد",
]
_LAST = [
    "O’Neill",
    "ONEILL",
    "O'Neil",
    "Smith",
    "Smyth-Jones",
    "Jones",
    "Robert",
    "Mary",
    "王",
    "",
    "N",
]
_BORN = ["2016-02-03", "2016-03-02", "2016-02-13", "2016-01-01", "2015-01-01", "", "2016-2-3"]
_CODE = ["NN1 4AK", "nn14ak", "NN1 4AX", "NN1", "S28 7XL", "", "nowhere"]
_NHS = ["943 476 5919", "9434765919", "9434765918", "9990000018", "", "12"]

records = st.builds(
    compared,
    first_name=st.sampled_from(_FIRST) | st.text(max_size=6),
    surname=st.sampled_from(_LAST) | st.text(max_size=6),
    born=st.sampled_from(_BORN),
    postcode=st.sampled_from(_CODE),
    nhs_number=st.sampled_from(_NHS),
    sex=st.sampled_from(["F", "M", "", "x", "female"]),
)


@given(records, records)
def test_scores_are_the_same_whichever_comes_first(left: Compared, right: Compared) -> None:
    one, other = score(MODEL, left, right), score(MODEL, right, left)
    assert one == other
    assert 0 <= one.probability <= 1
    assert one.weight == pytest.approx(sum(step.weight for step in one.steps))


@given(records)
def test_whoever_is_looked_up_shares_every_key_with_themself(one: Compared) -> None:
    keys = list(hashes_of(one))
    assert all(0 <= key < 2**63 for key in keys)
    assert keys == list(hashes_of(dataclasses.replace(one)))
    whole = one.first_name and one.surname and one.born
    assert bool(keys) or not whole
    if whole and one.nhs_number:
        assert score(MODEL, one, one).weight > 10


@given(records, records)
def test_no_pair_of_the_bulk_path_is_missed_by_the_single_one(
    left: Compared, right: Compared
) -> None:
    """A key of whole tables alone is within one of look-ups: whoever shares it shares that."""
    shared = set(hashes_of(left)) & set(hashes_of(right))
    wider = {key.code: key for key in KEYS if key.values is not None}
    for key in KEYS:
        if key.within:
            assert "born" in key.columns
            assert wider[key.within].values is not None
    if left.born and left.born == right.born:
        assert shared


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Compared, Compared, str, float]]:
    """Every two of many odd records: the levels and the weight that DuckDB gives by the SQL."""
    duckdb = pytest.importorskip("duckdb", reason="matching in bulk is not installed")
    from safehub.matching import bulk

    rows = [
        (first, last, _BORN[(at + on) % len(_BORN)], _CODE[(at * 3 + on) % len(_CODE)],
         _NHS[(at + 2 * on) % len(_NHS)], ("F", "M", "")[(at + on) % 3])
        for at, first in enumerate(_FIRST)
        for on, last in enumerate(_LAST)
    ]  # fmt: skip
    with duckdb.connect() as con:
        con.execute(
            "create table source (unique_id bigint, first_name varchar, surname varchar,"
            " date_of_birth varchar, postcode varchar, nhs_number varchar, sex varchar)"
        )
        con.executemany(
            "insert into source values (?, ?, ?, ?, ?, ?, ?)",
            [(number, *(value or None for value in row)) for number, row in enumerate(rows)],
        )
        bulk.prepare(con, "source")
        levels = ", ".join(bulk.level_sql(one) for one in COMPARISONS)
        return [
            (_of(rows[left]), _of(rows[right]), "|".join(found), 0.0)
            for left, right, *found in con.execute(bulk.sided_sql("compared", levels)).fetchall()
        ]


def _of(row: tuple[str, ...]) -> Compared:
    first, last, born, postcode, nhs, sex = row
    return compared(
        first_name=first, surname=last, born=born, postcode=postcode, nhs_number=nhs, sex=sex
    )


def test_each_level_in_sql_is_the_same_in_python(
    both: list[tuple[Compared, Compared, str, float]],
) -> None:
    seen = set()
    for left, right, found, _ in both:
        ours = "|".join(one.levels[one.level_of(left, right)].code for one in COMPARISONS)
        assert ours == found, (left, right)
        seen |= {(one.code, code) for one, code in zip(COMPARISONS, found.split("|"), strict=True)}
    assert seen == {(one.code, level.code) for one in COMPARISONS for level in one.levels}


def test_weights_of_a_whole_file_are_those_of_single_pairs(tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="matching in bulk is not installed")
    from safehub.matching import bulk

    source = tmp_path / "people.csv"
    rows = written(source, 400)
    by_id = {row["unique_id"]: row for row in rows}
    with connected() as con:
        bulk.load(con, source, tuple(rows[0]))
        bulk.prepare(con, "numbered")
        model = dataclasses.replace(MODEL, frequencies=bulk.frequencies_of(con, "compared"))
        bulk.dedupe(con, "compared", model, at_least=-8)
        found = con.execute(
            "select l.written, r.written, weight from pairs"
            " join numbered l on l.unique_id = unique_id_l"
            " join numbered r on r.unique_id = unique_id_r"
        ).fetchall()
    assert len(found) > 200
    for left, right, weight in found:
        ours = score(model, as_compared(by_id[left]), as_compared(by_id[right]))
        assert ours.weight == pytest.approx(weight, abs=1e-6)
    # And a look-up finds every one of these pairs.
    with FileRegister.of(source) as register:
        for left, right, _ in found:
            hits = register.look_up(model, as_compared(by_id[left]))
            assert right in {hit.unique_id for hit in hits}
            assert left == hits[0].unique_id or hits[0].score.weight >= hits[-1].score.weight


def written(path: Path, many: int) -> list[dict[str, str]]:
    """Made-up people, each twice, the second time with a slip."""
    rows = []
    for number in range(many):
        first = ["SAMUEL", "AISHA", "ROBERT", "CHLOE", "PIOTR"][number % 5]
        last = f"{['ALDER', 'BIRCH', 'CEDAR', 'ELDER'][number % 4]}{'AEIOU'[number // 20 % 5]}N"
        born = f"20{10 + number % 9}-{1 + number % 12:02}-{1 + number % 28:02}"
        row = {
            "unique_id": f"a{number}",
            "first_name": first,
            "surname": last,
            "date_of_birth": born,
            "postcode": f"NN{1 + number % 9} {number % 9}AB",
            "nhs_number": f"9{number:09}" if number % 3 else "",
            "sex": "FM"[number % 2],
        }
        slip = {
            0: {"first_name": first[:3]},
            1: {"surname": f"{last[:-1]}M"},
            2: {"date_of_birth": f"{born[:4]}-01-01"},
            3: {"first_name": last, "surname": first},
            4: {"postcode": ""},
        }[number % 5]
        rows += [row, {**row, **slip, "unique_id": f"b{number}"}]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return rows


BASE = compared(first_name="Chloe", surname="Cedar", born="2016-05-14", postcode="NN1 4AK", sex="F")


@pytest.mark.parametrize(
    ("change", "is_likely"),
    [
        ({"first_name": "CHLOË"}, True),
        ({"surname": "Ceder"}, True),
        ({"first_name": "Cedar", "surname": "Chloe"}, True),
        ({"born": "2016-05-15"}, True),
        ({"surname": "Cedar-Smith"}, True),
        ({"postcode": "LE2 1AA"}, True),
        # A twin, a brother, another child at the address.
        ({"first_name": "Amy"}, False),
        ({"first_name": "Luke", "sex": "M"}, False),
        ({"first_name": "Luke", "sex": "M", "born": "2013-02-01"}, False),
        # A used name: another child of the same name, of another day and place.
        ({"born": "2009-11-30", "postcode": "S28 7XL"}, False),
    ],
)
def test_what_is_one_person_and_what_is_not(change: dict[str, str], is_likely: bool) -> None:
    given = {
        "first_name": "Chloe",
        "surname": "Cedar",
        "born": "2016-05-14",
        "postcode": "NN1 4AK",
        "sex": "F",
    }
    other = compared(**{**given, **change})
    assert (score(MODEL, BASE, other).probability >= 0.5) is is_likely


def test_twins_are_guarded_and_the_guard_is_told() -> None:
    twin = dataclasses.replace(BASE, first_name="AMY")
    steps = score(MODEL, BASE, twin).steps
    assert steps[0].comparison == "prior"
    assert [step.words for step in steps if step.comparison == "guard"]
    same = dataclasses.replace(BASE, nhs_number="9434765919")
    twin = dataclasses.replace(same, first_name="AMY")
    assert "guard" not in {step.comparison for step in score(MODEL, same, twin).steps}


def test_a_common_name_tells_less_than_a_rare_one() -> None:
    common = Frequencies({"CEDAR": 0.02, "QUILL": 0.00001})
    model = dataclasses.replace(MODEL, frequencies={"surname": common})
    quill = dataclasses.replace(BASE, surname="QUILL")
    assert score(model, quill, quill).weight > score(model, BASE, BASE).weight + 10


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Zoë", "ZOE"),
        ("O’Neill", "ONEILL"),
        ("Mary-Ann", "MARY ANN"),
        ("Łukasz", "LUKASZ"),
        ("Мария", "MARIYA"),
        ("  van  der Berg ", "VAN DER BERG"),
        ("St. John", "ST JOHN"),
        ("?", ""),
    ],
)
def test_names_in_one_spelling(written: str, plain: str) -> None:
    assert plain_name(written) == plain


def test_values_that_cannot_be_read_are_missing() -> None:
    assert postcode_of("nn1 4ak") == ("NN1", "NN14AK")
    assert postcode_of("NN1") == ("NN1", "")
    assert postcode_of("Low Road") == ("", "")
    assert digits_of("943 476 5919") == "9434765919"
    assert digits_of("943") == ""
    assert compared(born="2016-02-30").born == ""
    assert compared(born="3/2/2016").born == ""


def test_short_forms_stand_for_more_than_one_name() -> None:
    assert {"CATHERINE", "KATHERINE"} <= set(kin_of("KATE"))
    assert set(kin_of("BOB")) & set(kin_of("ROBERT"))
    assert kin_of("J") == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ROBERT", "R163"),
        ("RUPERT", "R163"),
        ("ASHCRAFT", "A261"),
        ("TYMCZAK", "T522"),
        ("PFISTER", "P236"),
        ("HONEYMAN", "H555"),
        ("", ""),
    ],
)
def test_soundex_is_the_census_s(name: str, code: str) -> None:
    """The examples of the National Archives' description of the system."""
    assert soundex(name) == code


def test_a_model_that_is_none_is_refused() -> None:
    data = MODEL.as_data()
    assert model_from(data).chances == MODEL.chances
    for wrong in (
        {**data, "format": 9},
        {**data, "prior": 0},
        {key: value for key, value in data.items() if key != "comparisons"},
    ):
        with pytest.raises(Misconfigured):
            model_from(wrong)
    broken = {**MODEL.chances, ("sex", "same"): Chances(0.0, 0.5)}
    with pytest.raises(Misconfigured, match="sex"):
        model_from(Model(MODEL.prior, broken).as_data())
