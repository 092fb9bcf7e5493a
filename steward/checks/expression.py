"""A user's SQL predicate: parsed, refused unless it is one expression, and given numbers for text.

Stored cells are text, so `sale_price <= list_price` would compare `9` after `10`. Columns that the
profile reads as numbers or dates are therefore read as such wherever they are compared or counted
with, and stay text inside text functions (`length(zip) = 5`).
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp

from steward.checks.sql import date_sql, number_sql
from steward.types import Profile, SemanticType, StorageType

NUMBERS = frozenset({SemanticType.MONEY, SemanticType.QUANTITY, SemanticType.PERCENT})
COUNTING = (exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Greatest, exp.Least, exp.Coalesce)
STATEMENTS = (exp.Query, exp.DDL, exp.DML, exp.Command, exp.Subquery, exp.Alias)


def parse_predicate(text: str) -> exp.Expression:
    """Parse one SQL expression.

    Raises:
        ValueError: it does not parse, is no single expression, or holds a query of its own.
    """
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError(f"this is not SQL: {str(error).splitlines()[0]}") from None
    if len(trees) != 1 or trees[0] is None:
        raise ValueError("write one single expression, such as sale_price <= list_price")
    tree = trees[0]
    if not isinstance(tree, exp.Expression) or isinstance(tree, (*STATEMENTS, exp.Set, exp.Use)):
        raise ValueError("write an expression that is true for good rows, not a statement")
    if not isinstance(tree, exp.Condition):
        raise ValueError("write an expression that is true for good rows, not a statement")
    if tree.find(exp.Query, exp.DDL, exp.DML, exp.Command, exp.Star):
        raise ValueError("an expression looks at one row: no queries inside, no *")
    return tree


def predicate_columns(tree: exp.Expression) -> tuple[str, ...]:
    """The columns an expression reads, in their order."""
    return tuple(dict.fromkeys(c.name for c in tree.find_all(exp.Column)))


def predicate_sql(tree: exp.Expression, profile: Profile) -> str:
    """The expression as DuckDB SQL over text cells."""
    kinds = {c.name: _kind(c.type, c.semantic) for c in profile.columns}

    def cast(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Column):
            return node
        return _read_as(node, kinds)

    return str(tree.copy().transform(cast).sql(dialect="duckdb"))


def _read_as(node: exp.Column, kinds: Mapping[str, str]) -> exp.Expression:
    plain = exp.column(node.name, quoted=True)
    kind = kinds.get(node.name, "")
    if not kind or not _compared(node):
        return plain
    sql = number_sql(node.name) if kind == "number" else date_sql(node.name)
    return sqlglot.parse_one(sql, read="duckdb")


def _compared(node: exp.Expression) -> bool:
    parent = node.parent
    while isinstance(parent, (exp.Paren, exp.Neg, *COUNTING)):
        parent = parent.parent
    if isinstance(parent, (exp.Like, exp.ILike, exp.RegexpLike, exp.Is, exp.Cast, exp.TryCast)):
        return False
    return isinstance(parent, (exp.Binary, exp.Between, exp.In))


def _kind(storage: StorageType, semantic: SemanticType) -> str:
    if storage in (StorageType.DATE, StorageType.TIMESTAMP):
        return "date"
    if storage in (StorageType.INTEGER, StorageType.NUMBER) or semantic in NUMBERS:
        return "number"
    return ""
