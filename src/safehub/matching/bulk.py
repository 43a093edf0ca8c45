"""Training, and scoring whole tables, by Splink on DuckDB."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safehub.matching.blocking import DERIVED_SQL, KEYS
from safehub.matching.comparisons import COMPARISONS, Comparison, Level
from safehub.matching.model import Chances, Frequencies, Model
from safehub.matching.names import kin_of, parts_of, plain_name
from safehub.matching.scoring import GUARD, GUARD_SQL

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = ("first_name", "surname", "date_of_birth", "postcode", "nhs_number", "sex")
FREQUENT = tuple(
    dict.fromkeys(
        level.frequency_of for c in COMPARISONS for level in c.levels if level.frequency_of
    )
)
# Every pair of records is one person with about this recall by the rules that find sure pairs.
_SURE = (("nhs_number",), ("first_name", "surname", "born"))
_RECALL_OF_SURE = 0.75
_RANDOM_PAIRS = 2_000_000
_SEED = 20261


@dataclass(frozen=True)
class Pairs:
    """A table of the connection: unique_id_l, unique_id_r, weight, probability."""

    table: str
    count: int


def load(con: DuckDBPyConnection, source: Path, columns: tuple[str, ...]) -> int:
    """Make the table `numbered` of a file's records; `written` is their id there. How many.

    `columns` are all of the file, in its order; the file is UTF-8 with commas.
    """
    named = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(columns)))
    wanted = ", ".join(
        f"c{columns.index(name)} as {'written' if name == 'unique_id' else name}"
        for name in ("unique_id", *COLUMNS)
    )
    con.execute(
        f"""
        create table numbered as
        select row_number() over () as unique_id, {wanted}
        from read_csv(
            '{quoted(source)}', auto_detect = false, header = true, delim = ',', quote = '"',
            escape = '"', columns = {{{named}}}, max_line_size = 10000000
        )
        """
    )
    [(count,)] = con.execute("select count(*) from numbered").fetchall()
    return int(count)


def quoted(path: Path) -> str:
    """A path within the quotes of SQL."""
    return str(path).replace("'", "''")


def prepare(con: DuckDBPyConnection, source: str, table: str = "compared") -> str:
    """Make the table of records as they are compared, of a source with `unique_id` and COLUMNS.

    Names are made plain once for each spelling, by the same function as for one person.
    """
    import pyarrow as pa

    spellings = [
        name
        for (name,) in con.execute(
            f"select distinct name from (select first_name as name from {source}"
            f" union select surname from {source}) where name is not null"
        ).fetchall()
    ]
    plain = [plain_name(name) for name in spellings]
    words = pa.list_(pa.string())
    names = pa.table(
        {
            "written": pa.array(spellings, pa.string()),
            "plain": pa.array([name or None for name in plain], pa.string()),
            "kin": pa.array([kin_of(name) for name in plain], words),
            "parts": pa.array([parts_of(name) for name in plain], words),
        }
    )
    con.register("spellings_view", names)
    con.execute("create or replace temp table spellings as select * from spellings_view")
    con.unregister("spellings_view")
    derived = ", ".join(f"{sql} as {name}" for name, sql in DERIVED_SQL.items())
    squeezed = "regexp_replace(upper(postcode), '\\s', '', 'g')"
    pattern = "^([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})?$"
    digits = "regexp_replace(nhs_number, '[\\s-]', '', 'g')"
    born, sex = "trim(date_of_birth)", "upper(trim(sex))[1]"
    con.execute(
        f"""
        create or replace table {table} as
        with made as (
            select
                unique_id,
                first.plain as first_name,
                coalesce(first.kin, []) as kin,
                last.plain as surname,
                coalesce(last.parts, []) as parts,
                case when regexp_full_match({born}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')
                    and try_cast({born} as date) is not null then {born} end as born,
                nullif(regexp_extract({squeezed}, '{pattern}', 1), '') as outcode,
                case when regexp_extract({squeezed}, '{pattern}', 2) != ''
                    then {squeezed} end as postcode,
                case when regexp_full_match({digits}, '[0-9]{{10}}')
                    then {digits} end as nhs_number,
                case when {sex} in ('F', 'M') then {sex} end as sex
            from {source} as source
            left join spellings as first on first.written = source.first_name
            left join spellings as last on last.written = source.surname
        )
        select *, {derived} from made
        """
    )
    return table


def settings_of(model: Model | None) -> Any:
    """Splink's settings: the comparisons, the keys, and the weights where there are any."""
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        probability_two_random_records_match=model.prior if model else 1e-4,
        comparisons=[_splink_comparison(one, model) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[
            block_on(*key.columns) for key in KEYS if key.columns
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _splink_comparison(comparison: Comparison, model: Model | None) -> dict[str, Any]:
    return {
        "output_column_name": comparison.code,
        "comparison_levels": [_splink_level(comparison, one, model) for one in comparison.levels],
    }


def _splink_level(comparison: Comparison, level: Level, model: Model | None) -> dict[str, Any]:
    found: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.code}
    if level.is_null:
        return {**found, "is_null_level": True}
    if level.frequency_of:
        found |= {"tf_adjustment_column": level.frequency_of, "tf_adjustment_weight": 1.0}
    if model is not None:
        chances = model.chances_of(comparison, level)
        found |= {"m_probability": chances.m, "u_probability": chances.u}
    elif level.u is not None:
        found |= {"u_probability": level.u, "fix_u_probability": True}
    return found


def linker_of(con: DuckDBPyConnection, table: str, model: Model | None) -> Any:
    """Splink's linker over a prepared table."""
    from splink import Linker
    from splink.internals.duckdb.database_api import DuckDBAPI

    registered = DuckDBAPI(connection=con).register(con.table(table))
    return Linker(registered, settings_of(model), log_level=None)


def train(con: DuckDBPyConnection, table: str, *, trained_on: str) -> Model:
    """Learn the weights from a prepared table, without being told who is who.

    u from random pairs; m by expectation maximisation among pairs with one NHS number, which are
    of one person nearly all, and for the NHS number among those with the same names and birth date.
    Other blocks would be full of brothers and sisters, and teach that one person's first names
    differ.
    """
    from splink import block_on

    linker = linker_of(con, table, None)
    training = linker.training
    # It warns of levels that the data does not have; what is written for them is said below.
    logging.getLogger("splink").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        training.estimate_probability_two_random_records_match(
            [block_on(*columns) for columns in _SURE], recall=_RECALL_OF_SURE
        )
        training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=_SEED)
        for columns in _SURE:
            training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    data = linker.misc.save_model_to_json()
    chances = {}
    for comparison, found in zip(COMPARISONS, data["comparisons"], strict=True):
        for level, values in zip(comparison.levels, found["comparison_levels"], strict=True):
            if not level.is_null:
                # What was never seen is rare, and not impossible.
                m, u = values.get("m_probability"), values.get("u_probability")
                chances[comparison.code, level.code] = Chances(_some(m, 1e-5), _some(u, 1e-8))
    prior = data["probability_two_random_records_match"]
    return Model(prior, chances, frequencies_of(con, table), trained_on)


def _some(value: float | None, least: float) -> float:
    return min(max(value or least, least), 1.0)


def frequencies_of(con: DuckDBPyConnection, table: str = "compared") -> dict[str, Frequencies]:
    """How common each name is in a prepared table."""
    found = {}
    for column in FREQUENT:
        rows = con.execute(
            f"select {column}, count(*) / sum(count(*)) over () from {table}"
            f" where {column} is not null group by {column}"
        ).fetchall()
        found[column] = Frequencies(dict(rows))
    return found


def dedupe(con: DuckDBPyConnection, table: str, model: Model, *, at_least: float) -> Pairs:
    """Score the pairs of a prepared table, down to a weight in bits; twins and siblings guarded."""
    linker = linker_of(con, table, model)
    predicted = linker.inference.predict(threshold_match_weight=at_least)
    needed = [one for one in COMPARISONS if f"{one.code}_level" in GUARD_SQL]
    levels = ", ".join(f"{level_sql(one)} as {one.code}_level" for one in needed)
    con.execute(
        f"""
        create or replace table pairs as
        with sided as (
            select unique_id_l, unique_id_r, match_weight, {_sides()}
            from {predicted.physical_name}
            join {table} as l on l.unique_id = unique_id_l
            join {table} as r on r.unique_id = unique_id_r
        ), levelled as (
            select unique_id_l, unique_id_r, match_weight, {levels} from sided
        ), guarded as (
            select unique_id_l, unique_id_r,
                match_weight - case when {GUARD_SQL} then {GUARD} else 0 end as weight
            from levelled
        )
        select *, 1 / (1 + pow(2, -weight)) as probability
        from guarded where weight >= {at_least}
        """
    )
    [(count,)] = con.execute("select count(*) from pairs").fetchall()
    return Pairs("pairs", count)


def _sides() -> str:
    columns = ("first_name", "surname", "kin", "parts", "born", "outcode", "postcode")
    return ", ".join(
        f"{side}.{column} as {column}_{side}"
        for column in (*columns, "nhs_number", "sex")
        for side in "lr"
    )


def sided_sql(table: str, values: str) -> str:
    """A query that gives such values of every two records of a prepared table, after the ids."""
    return f"""
        with sided as (
            select l.unique_id as unique_id_l, r.unique_id as unique_id_r, {_sides()}
            from {table} as l join {table} as r on l.unique_id < r.unique_id
        )
        select unique_id_l, unique_id_r, {values} from sided
    """


def level_sql(comparison: Comparison) -> str:
    """The code of the level that holds between two sides (`_l` and `_r`)."""
    cases = " ".join(f"when {one.sql} then '{one.code}'" for one in comparison.levels[:-1])
    return f"case {cases} else '{comparison.levels[-1].code}' end"
