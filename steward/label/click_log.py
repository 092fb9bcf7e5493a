"""What was shown and what was clicked, a row an impression, whatever the tables look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from steward.engine import Codes
from steward.errors import InputError

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ClickLog:
    """Impressions: item `items[item[n]]` was shown for `queries[query[n]]` at `position[n]`.

    Attributes:
        queries: their words, each once.
        items: their ids, each once.
        session: int64, one an impression: which were shown together, and to whom.
        query: int64, an index into `queries`.
        item: int64, an index into `items`.
        position: int64, from 1.
        clicked: whether it was clicked.
        bought: whether it was bought; None where nobody recorded it.
        at: when (datetime64[s], NaT where unknown); None where nobody recorded it.
    """

    queries: tuple[str, ...]
    items: tuple[str, ...]
    session: Ints
    query: Ints
    item: Ints
    position: Ints
    clicked: Mask
    bought: Mask | None = None
    at: npt.NDArray[np.datetime64] | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        arrays = (self.session, self.query, self.item, self.position, self.clicked)
        if len({len(array) for array in arrays}) > 1:
            raise InputError("The columns of a click log differ in length.")
        if len(self.position) and self.position.min() < 1:
            raise InputError("Positions of a click log start at 1.")

    def __len__(self) -> int:
        """How many impressions."""
        return len(self.position)

    @classmethod
    def of(
        cls,
        sessions: Sequence[str],
        queries: Sequence[str],
        items: Sequence[str],
        positions: Sequence[int],
        clicked: Sequence[bool],
    ) -> ClickLog:
        """Make a log of plain lists, one entry an impression."""
        names, query = _coded(queries)
        ids, item = _coded(items)
        return cls(
            names,
            ids,
            _coded(sessions)[1],
            query,
            item,
            np.asarray(positions, dtype=np.int64),
            np.asarray(clicked, dtype=bool),
        )

    def where(self, mask: Mask) -> ClickLog:
        """The impressions of a mask; queries and items keep their numbers."""
        return replace(
            self,
            session=self.session[mask],
            query=self.query[mask],
            item=self.item[mask],
            position=self.position[mask],
            clicked=self.clicked[mask],
            bought=None if self.bought is None else self.bought[mask],
            at=None if self.at is None else self.at[mask],
        )

    def with_more(self, bought: Mask | None, at: npt.NDArray[np.datetime64] | None) -> ClickLog:
        """The log with what was bought, and when, an entry an impression."""
        return replace(self, bought=bought, at=at)

    @property
    def pair(self) -> Ints:
        """One number (int64) an impression for its query and item."""
        return self.query * max(1, len(self.items)) + self.item

    @property
    def list_of(self) -> Ints:
        """One number (int64) an impression for the result list it stands in: session and query."""
        return self.session * max(1, len(self.queries)) + self.query


def _coded(values: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """Different values in order, and the place of each value among them."""
    coded = Codes.of(pa.array(values, pa.string()))
    return coded.values, coded.codes.astype(np.int64)
