"""What touches rows, as Ibis expressions: the same on DuckDB, SQLite, PostgreSQL and Spark.

`profile_table` counts a snapshot in memory, by the codes of its columns. A table that stays where
it lives is counted by these expressions instead; the facts drawn from the counts are the same code.
Every result has an explicit order, so that engines with other collations answer alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steward.profile.column import measure_column
from steward.profile.counts import Counts
from steward.profile.dependency import Tally
from steward.profile.quality import measure_quality
from steward.types import RESERVED, Profile

if TYPE_CHECKING:
    import ibis


def value_counts(table: ibis.Table, column: str) -> ibis.Table:
    """One row a distinct value, null too: `value`, `rows`."""
    value = table[column].name("value")
    return table.group_by(value).aggregate(rows=table.count())


def batch_counts(table: ibis.Table, column: str, batch: str) -> ibis.Table:
    """One row a batch: `batch`, `rows`, and how many of them hold neither null nor empty text."""
    filled = table[column].notnull() & (table[column] != "")
    return (
        table.group_by(table[batch].name("batch"))
        .aggregate(rows=table.count(), filled=filled.ifelse(1, 0).sum())
        .order_by("batch")
    )


def pair_tally(table: ibis.Table, determinant: Sequence[str], dependent: str) -> ibis.Table:
    """One row: `tested`, `kept`, `groups`, `grouped` of a dependency; g3 is 1 - kept / tested."""
    known = table.filter([table[name].notnull() for name in (*determinant, dependent)])
    pairs = known.group_by([*determinant, dependent]).aggregate(rows=known.count())
    groups = pairs.group_by(list(determinant)).aggregate(
        best=pairs.rows.max(), size=pairs.rows.sum()
    )
    shared = groups.size > 1
    return groups.aggregate(
        tested=groups["size"].sum(),
        kept=groups["best"].sum(),
        groups=shared.ifelse(1, 0).sum(),
        grouped=shared.ifelse(groups["size"], 0).sum(),
    )


def repeated_rows(table: ibis.Table, columns: Sequence[str]) -> ibis.Table:
    """One row: `repeated`, the rows that repeat another in all these columns."""
    distinct = table.group_by(list(columns)).aggregate(rows=table.count())
    return distinct.aggregate(repeated=(distinct["rows"] - 1).sum())


def counts_of(table: ibis.Table, column: str) -> Counts:
    """Run `value_counts` and hold the answer as counts, values in code-point order."""
    answer = value_counts(table, column).to_pyarrow()
    values = answer.column("value").cast(pa.string()).combine_chunks()
    rows = answer.column("rows").to_numpy().astype(np.int64)
    known = pc.is_valid(values).to_numpy(zero_copy_only=False)
    texts, present = values.filter(pa.array(known)), rows[known]
    order = pc.sort_indices(texts)
    return Counts(texts.take(order), present[order.to_numpy()], int(rows[~known].sum()))


def tally_of(table: ibis.Table, determinant: Sequence[str], dependent: str) -> Tally:
    """Run `pair_tally`."""
    answer = pair_tally(table, determinant, dependent).to_pyarrow().to_pylist()[0]
    tested, kept, groups, grouped = (
        int(answer[name] or 0) for name in ("tested", "kept", "groups", "grouped")
    )
    return Tally(tested, tested - kept, groups, grouped)


def profile_expression(table: ibis.Table, name: str) -> Profile:
    """Profile a table where it lives: its columns, repeated rows and quality.

    Dependencies, references and shifts need the rows at hand: `profile_table` measures those.
    """
    columns = [column for column in table.columns if not column.startswith(RESERVED)]
    answer = repeated_rows(table, columns).to_pyarrow().to_pylist()[0]["repeated"]
    profile = Profile(
        table=name,
        rows=int(table.count().to_pyarrow().as_py()),
        content_hash="",
        columns=tuple(
            measure_column(column, counts_of(table, column)).profile for column in columns
        ),
        duplicate_rows=int(answer or 0),
    )
    return replace(profile, quality=measure_quality(profile))
