"""A table while it is being corrupted: the truth, what stands there now, and what was done."""

from __future__ import annotations

from collections import defaultdict


class Worksheet:
    """Clean and dirty rows side by side. Every cell is spoilt at most once."""

    def __init__(self, columns: tuple[str, ...], clean: list[list[str]]) -> None:
        """Start from a clean table; the dirty one is a copy."""
        self.columns = columns
        self.clean = clean
        self.dirty = [list(row) for row in clean]
        self.kinds = [[""] * len(columns) for _ in clean]
        self._domains: dict[int, list[str]] = {}

    def is_open(self, row: int, column: int) -> bool:
        """May this cell be spoilt: it holds a value, and nothing was done to it yet?"""
        return bool(self.clean[row][column]) and not self.kinds[row][column]

    def write(self, row: int, column: int, value: str, kind: str) -> bool:
        """Put a wrong value into an untouched cell; False if it would be the true one."""
        if self.kinds[row][column] or value == self.clean[row][column]:
            return False
        self.dirty[row][column] = value
        self.kinds[row][column] = kind
        return True

    def append(self, row: int) -> int:
        """Add a copy of a clean row at the end of both tables; returns its position."""
        self.clean.append(list(self.clean[row]))
        self.dirty.append(list(self.clean[row]))
        self.kinds.append([""] * len(self.columns))
        return len(self.clean) - 1

    def domain(self, column: int) -> list[str]:
        """The distinct true values of a column, in order."""
        if column not in self._domains:
            self._domains[column] = sorted({row[column] for row in self.clean if row[column]})
        return self._domains[column]

    def dependencies(self) -> list[tuple[int, int]]:
        """Pairs of columns (a, b) where the value of a fixes b and most rows share their a."""
        return [
            (a, b)
            for a in range(len(self.columns))
            if 1 < len(self.domain(a)) <= len(self.clean) / 2
            for b in range(len(self.columns))
            if a != b and len(self.domain(b)) > 1 and self._fixes(a, b)
        ]

    def groups(self, column: int) -> dict[str, list[int]]:
        """Rows by their true value of a column."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(self.clean):
            if row[column]:
                found[row[column]].append(number)
        return dict(found)

    def _fixes(self, a: int, b: int) -> bool:
        seen: dict[str, str] = {}
        return all(seen.setdefault(row[a], row[b]) == row[b] for row in self.clean if row[a])
