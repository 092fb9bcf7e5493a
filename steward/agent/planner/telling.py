"""Small parts of an answer: numbers as they stand, names, references, conditions, lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from steward.agent.planner.history import Result
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.question import Filter
from steward.agent.visible import cut, visible
from steward.types import BATCH

CELL = 60
"""Characters of one value in an answer."""


def number(value: Any) -> str:
    """A number as people read it; not rounded, but for whole numbers that came as floats.

    >>> number(12345), number(12.0), number(13.75)
    ('12,345', '12', '13.75')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return f"{value:,}"


def percent(share: Any) -> str:
    """A share, 0 to 1, in percent.

    >>> percent(0.0205), percent(1)
    ('2.05', '100')
    """
    return f"{100 * float(share):.2f}".rstrip("0").rstrip(".") if share is not None else "?"


def text(value: Any) -> str:
    """A value of a cell on one line, cut, with nothing hidden in it."""
    return " ".join(visible(cut(str(value), CELL)).split())


def quoted(value: Any, language: Language) -> str:
    """A value between quotation marks; an empty one in words."""
    if value is None or str(value).strip() == "":
        return phrase("empty", language)
    return f"“{text(value)}”"


def refs(result: Result | None, places: Iterable[int] | None = None) -> str:
    """References to the proofs of a result: ` [3]`. `places` are positions among them."""
    found = result.refs if result is not None else []
    if places is not None:
        found = [found[place] for place in places if place < len(found)]
    numbers = [ref.get("ref") for ref in found if isinstance(ref.get("ref"), int)]
    return "".join(f" [{n}]" for n in dict.fromkeys(numbers))


def one_number(result: Result | None) -> Any:
    """The one cell of a query's result; None when there is none."""
    rows = result.data.get("rows") if result is not None else None
    return rows[0][0] if rows and rows[0] else None


def table_rows(result: Result | None) -> list[Sequence[Any]]:
    """The rows of a query's result."""
    rows = result.data.get("rows") if result is not None else None
    return [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


def where(filters: Sequence[Filter], language: Language) -> str:
    """Conditions in words; empty when there are none."""
    if not filters:
        return ""
    joined = phrase("and", language).join(_condition(one, language) for one in filters)
    return phrase("where", language, conditions=joined)


def _condition(one: Filter, language: Language) -> str:
    column = one.column
    if column == BATCH:
        return f"{'batch' if language == 'en' else '批次'} {one.op} {one.value}"
    if one.op == "missing":
        return f"{column} is empty" if language == "en" else f"{column} 为空"
    if one.op == "present":
        return f"{column} is filled" if language == "en" else f"{column} 有值"
    value = quoted(one.value, language) if one.op in ("=", "contains") else one.value
    op = {"=": "is", "contains": "contains"}.get(one.op, one.op)
    if language == "zh":
        op = {"is": "为", "contains": "包含"}.get(op, op)
    return f"{column} {op} {value}"


def listed(names: Sequence[str], language: Language) -> str:
    """Names with commas between them."""
    return ("、" if language == "zh" else ", ").join(names)


def valued(counts: Any, language: Language, most: int = 5) -> str:
    """Values with their rows, from a list of `{value, rows}`."""
    found = [c for c in counts or () if isinstance(c, Mapping)][:most]
    told = [
        phrase(
            "value_rows",
            language,
            value=quoted(c.get("value"), language),
            rows=number(c.get("rows")),
        )
        for c in found
    ]
    return listed(told, language)
