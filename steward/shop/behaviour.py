"""What shoppers did with the results: impressions, clicks, purchases.

The position-based click model (Craswell et al., 2008): a result is clicked when it is looked at,
which depends on its position alone, and attracts, which depends on its grade alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.shop.chunks import ERROR_COLUMNS
from steward.shop.draw import item_id, stream
from steward.shop.render import text_of
from steward.shop.search import Judged
from steward.shop.spec import ShopSpec
from steward.shop.vocabulary import Ints

SESSIONS = 10_000
"""Sessions made together."""

SHOWN = 10
EXAMINED = 1.0 / (1.0 + 0.3 * np.arange(SHOWN))
ATTRACTS = np.array([0.03, 0.12, 0.35, 0.6])
BUYS = np.array([0.01, 0.04, 0.12, 0.3])
NEVER_USED = 50_000_000
"""Slots from here on belong to no item: ids made of them are orphans."""

Table = dict[str, pa.Array]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Block:
    """The behaviour of some sessions; `errors` as in `chunks.ERROR_COLUMNS`."""

    impressions: Table
    clicks: Table
    clicks_clean: Table
    purchases: Table
    errors: pa.Table


@dataclass(frozen=True, slots=True)
class _Shown:
    """Results shown: position 0 is first, `second` counts from the start of the month."""

    session: Ints
    query: Ints
    row: Ints
    grade: Ints
    position: Ints
    second: Ints


def blocks(spec: ShopSpec, judged: Judged) -> Iterator[Block]:
    """All sessions, a block at a time; ids run through."""
    counts = [0, 0, 0]
    for number in range(-(-spec.session_count // SESSIONS)):
        rng = stream(spec, number, "sessions")
        first = number * SESSIONS
        shown = _show(min(SESSIONS, spec.session_count - first), first, judged, rng)
        block = _block(spec, shown, counts, rng)
        for i, table in enumerate((block.impressions, block.clicks, block.purchases)):
            counts[i] += len(table["item_id"])
        yield block


def _show(n: int, first: int, judged: Judged, rng: np.random.Generator) -> _Shown:
    """Rank each session's results by grade and noise, as an imperfect engine would."""
    width = max(len(rows) for rows in judged.rows)
    rows = np.full((len(judged.rows), width), -1, dtype=np.int64)
    grades = np.full((len(judged.rows), width), -1, dtype=np.int64)
    for i, (row, grade) in enumerate(zip(judged.rows, judged.grades, strict=True)):
        rows[i, : len(row)], grades[i, : len(row)] = row, grade
    popularity = np.cumsum(1.0 / np.arange(1, len(rows) + 1))
    query = np.searchsorted(popularity / popularity[-1], rng.random(n), side="right")
    score = grades[query] + rng.gumbel(0.0, 0.9, (n, width))
    score[grades[query] < 0] = -np.inf
    best = np.argsort(-score, axis=1, kind="stable")[:, :SHOWN]
    session = np.repeat(np.arange(n), best.shape[1])
    flat = best.ravel()
    at = (query[session], flat)
    real = grades[at] >= 0
    position = np.tile(np.arange(best.shape[1]), n)
    second = rng.integers(0, 28 * 86_400, n)[session]
    return _Shown(
        session=(session + first)[real],
        query=at[0][real],
        row=rows[at][real],
        grade=grades[at][real],
        position=position[real],
        second=second[real],
    )


def _block(spec: ShopSpec, shown: _Shown, counts: list[int], rng: np.random.Generator) -> Block:
    n = len(shown.row)
    clicked = rng.random(n) < EXAMINED[shown.position] * ATTRACTS[shown.grade]
    bought = clicked & (rng.random(n) < BUYS[shown.grade])
    impressions = _common(spec, shown, np.ones(n, dtype=bool), 0)
    impressions = {"impression_id": _ids("V", counts[0], n), **impressions}
    click_ids = np.cumsum(clicked) - 1 + counts[1]
    clean = {
        "click_id": _ids("C", counts[1], int(clicked.sum())),
        "impression_id": impressions["impression_id"].filter(pa.array(clicked)),
        **_common(spec, shown, clicked, 7),
    }
    clicks, errors = _orphans(spec, clean, rng)
    made = int(bought.sum())
    purchases = {
        "purchase_id": _ids("B", counts[2], made),
        "click_id": _text("C", click_ids[bought]),
        **_common(spec, shown, bought, 240),
        "quantity": pc.cast(pa.array(np.minimum(rng.geometric(0.8, made), 5)), pa.string()),
    }
    return Block(impressions, clicks, clean, purchases, errors)


def _common(spec: ShopSpec, shown: _Shown, mask: Mask, delay: int) -> Table:
    start = np.datetime64(f"{spec.months[-1]}-01T00:00:00")
    at = start + (shown.second[mask] + delay + shown.position[mask] * 3).astype("timedelta64[s]")
    return {
        "session_id": _text("N", shown.session[mask]),
        "query_id": _text("Q", shown.query[mask], 5),
        "item_id": _text("I", item_id(shown.row[mask] * 2)),
        "position": pc.cast(pa.array(shown.position[mask] + 1), pa.string()),
        "at": pc.strftime(pa.array(at), format="%Y-%m-%dT%H:%M:%SZ"),
    }


def _orphans(spec: ShopSpec, clean: Table, rng: np.random.Generator) -> tuple[Table, pa.Table]:
    """Clicks on items that are in no delivery."""
    n = len(clean["item_id"])
    hit = rng.random(n) < spec.faults.orphan_reference.rate
    slots = NEVER_USED + rng.integers(0, 1_000_000, n)
    after = _text("I", item_id(slots[hit]))
    mask = pa.array(hit)
    dirty = clean | {"item_id": pc.replace_with_mask(clean["item_id"], mask, after)}
    count = int(hit.sum())
    nothing = pa.nulls(count, pa.string())
    cells = (
        pa.array(["clicks"] * count, pa.string()),
        clean["click_id"].filter(mask),
        pa.array(["item_id"] * count, pa.string()),
        pa.array(["orphan_reference"] * count, pa.string()),
        clean["item_id"].filter(mask),
        after,
        nothing,
        nothing,
    )
    return dirty, pa.table(dict(zip(ERROR_COLUMNS, cells, strict=True)))


def _ids(letter: str, first: int, n: int) -> pa.Array:
    return _text(letter, np.arange(first, first + n, dtype=np.int64))


def _text(letter: str, numbers: Ints, width: int = 8) -> pa.Array:
    letters = pa.array([letter]).take(pa.array(np.zeros(len(numbers), dtype=np.int64)))
    return pc.binary_join_element_wise(letters, text_of(numbers, width), "")
