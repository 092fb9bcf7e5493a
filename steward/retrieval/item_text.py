"""The text of an item: which of its columns, in which order. The template is a setting, recorded.

Stewardship shows here: a null leaves a hole in the text, a typo in a brand hides the item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from steward.engine import Snapshot
from steward.errors import UnknownColumn, UsageError
from steward.profile import profile_table
from steward.types import ColumnProfile, Profile, SemanticType

_FIELD = re.compile(r"\{([^{}]+)\}")
_WORDS = (SemanticType.TEXT, SemanticType.CATEGORY, SemanticType.CATEGORY_PATH)
_READ = 0.02
"""The least share of rows in which a column must say something to be in the default text."""


@dataclass(frozen=True)
class ItemText:
    """A template such as `{title} {brand} {category_path}`; missing values leave nothing."""

    template: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns it names, in order, each once."""
        return tuple(dict.fromkeys(_FIELD.findall(self.template)))

    def of(self, snapshot: Snapshot) -> list[str]:
        """The text of every row, in row order.

        Raises:
            UnknownColumn: the template names a column that the table lacks.
            UsageError: the template names no column.
        """
        if not self.columns:
            raise UsageError(f"The template {self.template!r} names no column.", hint="{title} …")
        for name in self.columns:
            if name not in snapshot.columns:
                raise UnknownColumn(
                    f"Table {snapshot.name} has no column {name}, which the item text names.",
                    hint=f"Columns: {', '.join(snapshot.columns)}",
                )
        values = [snapshot.column(name).to_pylist() for name in self.columns]
        return [self._filled(row) for row in zip(*values, strict=True)]

    def _filled(self, row: Sequence[str | None]) -> str:
        cells = dict(zip(self.columns, row, strict=True))
        text = _FIELD.sub(lambda field: cells[field[1]] or "", self.template)
        return " ".join(text.split())


def default_item_text(snapshot: Snapshot, profile: Profile | None = None) -> ItemText:
    """Choose the columns that hold words, the longest texts first.

    Ids, codes, numbers, dates, addresses and columns of one value say nothing to a searcher.

    Raises:
        UsageError: no column holds words.
    """
    measured = profile or profile_table(snapshot)
    wordy = [column for column in measured.columns if _says_something(column)]
    if not wordy:
        raise UsageError(
            f"No column of {snapshot.name} holds words to search.",
            hint="Say which: --text '{title}'",
        )
    order = sorted(wordy, key=lambda column: (-column.unique, measured.columns.index(column)))
    return ItemText(" ".join(f"{{{column.name}}}" for column in order))


def _says_something(column: ColumnProfile) -> bool:
    filled = column.present / column.rows if column.rows else 0.0
    return column.semantic in _WORDS and column.distinct > 1 and filled >= _READ
