"""What a query may be: one SELECT over tables by name, with functions that only compute.

Two parsers look at it. SQLGlot says in a person's words when it is not one query. DuckDB's own
syntax tree, of the very text that will run, decides what it reads and calls: no difference between
two readings of a string or a comment can hide anything from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from steward.errors import UsageError

if TYPE_CHECKING:
    import duckdb

TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest"})
"""Functions that may stand where a table stands; every other could reach outside the store."""

_DENIED = re.compile(
    r"""__internal.*|add_parquet_key|checkpoint|cast_to_type|combine|constant_or_null|create_sort_key
    |current_(connection_id|query|query_id|setting|transaction_id|role)|currval|delta_.*|disable_.*
    |duckdb_.*|enable_.*|export_.*|finalize|force_.*|getenv|getvariable|glob|has_.*_privilege
    |http_.*|iceberg_.*|import_.*|in_search_path|index_key|inet_.*|install.*|invoke
    |json_(de)?serialize_.*|json_execute_.*|load.*|mysql_.*|nextval|parquet_.*|parse_duckdb_.*
    |pg_(?!size_pretty$|typeof$).*|postgres_.*|pragma_.*|query|query_table|read_.*|.*_scan
    |scan_.*|set_config|setseed|setval|shell.*|sleep.*|sniff_.*|sqlite_.*|st_read.*|stats|system
    |to_aggregate_state|txid_.*|vector_type|which_secret|write_.*""",
    re.VERBOSE,
)
_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_REFUSED = frozenset({"SHOW_REF", "COLUMN_DATA", "DELIM_GET", "BOUND_REF"})


def one_query(sql: str) -> str:
    """The text of the one query, without the semicolon and what follows it.

    Raises:
        UsageError: it is not one statement, or the statement is not a query.
    """
    import sqlglot
    from sqlglot import exp

    try:
        parsed = sqlglot.parse(sql, read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise UsageError(f"The SQL cannot be read: {first_line(error)}") from None
    # A comment behind the last semicolon counts as a statement of its own.
    statements = [s for s in parsed if s is not None and not isinstance(s, exp.Semicolon)]
    if len(statements) != 1:
        raise UsageError(f"One statement at a time: this is {len(statements)}.")
    if not isinstance(statements[0], exp.Query | exp.Values) or statements[0].find(exp.Into):
        raise _no_query()
    return _bare(sql)


@dataclass(frozen=True, slots=True)
class Reads:
    """The names a query reads from, in order, and (case-folded) those that it makes itself."""

    names: tuple[str, ...]
    made: frozenset[str]

    @property
    def tables(self) -> tuple[str, ...]:
        """The names that can only be stored tables."""
        return tuple(name for name in self.names if name.casefold() not in self.made)


def reads(sql: str) -> Reads:
    """What one query reads.

    Raises:
        UsageError: it is no query, or it calls or reads what a query may not.
    """
    nodes = list(_walk(_tree(one_query(sql))))
    for node in nodes:
        _check(node)
    made = {entry["key"] for node in nodes for entry in (node.get("cte_map") or {}).get("map", ())}
    made |= {node["cte_name"] for node in nodes if "cte_name" in node}
    names = dict.fromkeys(n["table_name"] for n in nodes if n.get("type") == "BASE_TABLE")
    return Reads(tuple(names), frozenset(name.casefold() for name in made))


def first_line(error: BaseException) -> str:
    """The first line of an error that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _tree(sql: str) -> dict[str, Any]:
    """DuckDB's syntax tree of one query."""
    with _parser().cursor() as connection:
        row = connection.execute(
            "select json_serialize_sql(?, skip_null := true, skip_empty := true)", [sql]
        ).fetchone()
    try:
        tree = json.loads(row[0] if row else "{}")
    except RecursionError as error:
        raise UsageError(f"The SQL cannot be read: {first_line(error)}") from None
    if tree.get("error"):
        if tree.get("error_type") == "not implemented":
            raise _no_query()
        message = first_line(ValueError(tree["error_message"]))
        raise UsageError(f"DuckDB refuses the query: {message}")
    if len(tree["statements"]) != 1:
        raise UsageError(f"One statement at a time: this is {len(tree['statements'])}.")
    return dict(tree["statements"][0])


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """An empty DuckDB that only reads SQL; making one takes longer than the reading."""
    import duckdb

    return duckdb.connect(":memory:")


def _walk(root: Any) -> Iterator[dict[str, Any]]:
    """Every object in the tree, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _check(node: dict[str, Any]) -> None:
    kind = str(node.get("type", ""))
    if kind in _REFUSED or (kind.endswith("_NODE") and kind not in _NODES):
        raise _no_query()
    if kind == "BASE_TABLE":
        place = [node.get("catalog_name"), node.get("schema_name")]
        if any(place) or len((node.get("qualified_name") or {}).get("path", ())) > 1:
            name = ".".join(str(part) for part in (*filter(None, place), node["table_name"]))
            raise UsageError(f"{name} is not a table of the store.", hint="Name tables alone.")
    if kind == "TABLE_FUNCTION":
        _check_function(node.get("function") or {}, TABLE_FUNCTIONS)
    elif "function_name" in node:
        _check_function(node)


def _check_function(node: dict[str, Any], allowed: frozenset[str] | None = None) -> None:
    name = str(node.get("function_name", ""))
    plain = name.casefold()
    if _DENIED.fullmatch(plain) if allowed is None else plain not in allowed:
        raise UsageError(
            f"The function {name} may not be called in a query.",
            hint="Queries read the stored tables by name, and compute.",
        )


def _no_query() -> UsageError:
    return UsageError(
        "Only a query can be run (SELECT …, WITH … SELECT …).",
        hint="Change data with steward fix, apply and undo.",
    )


def _bare(sql: str) -> str:
    """The text before the semicolon that ends the one statement."""
    from sqlglot import TokenType, tokenize

    for token in tokenize(sql, read="duckdb"):
        if token.token_type is TokenType.SEMICOLON:
            return sql[: token.start]
    return sql
