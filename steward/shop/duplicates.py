"""Rows that should not be there: the same product from two suppliers, a row delivered twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from steward.shop.draw import Draws, stream
from steward.shop.inject import in_slice
from steward.shop.spec import Fault, ShopSpec
from steward.shop.vocabulary import Ints, Vocabulary


def _hits(
    kind: str, spec: ShopSpec, words: Vocabulary, draws: Draws, chunk: int
) -> tuple[Ints, Ints]:
    """Positions among the rows that the shop has, and a die for each."""
    fault: Fault = getattr(spec.faults, kind)
    rng = stream(spec, chunk, kind)
    chance, dice = rng.random(len(draws)), rng.integers(0, 2**31, len(draws))
    inside = in_slice(fault, spec, words, draws) & (draws.row < spec.rows)
    at = np.flatnonzero(inside & (chance < fault.rate))
    return at, dice[at]


def copies(spec: ShopSpec, words: Vocabulary, draws: Draws, chunk: int) -> tuple[Draws, Ints]:
    """The same products as other suppliers offer them, and the positions they copy.

    Title, price, currency, words for colour and category are the other supplier's own, the GTIN is
    the same. No copy comes from the supplier whose categories are null: a copy has no other error.
    """
    at, dice = _hits("duplicate_product", spec, words, draws, chunk)
    avoid = spec.faults.category_null.suppliers
    allowed = np.array([i for i, s in enumerate(words.suppliers) if s.id not in avoid])
    if not len(allowed):
        at, dice = at[:0], dice[:0]
        allowed = np.array([0])
    taken = draws.take(at)
    supplier = allowed[dice % len(allowed)]
    supplier = np.where(supplier == taken.supplier, allowed[(dice + 1) % len(allowed)], supplier)
    return replace(
        taken,
        slot=taken.slot + 1,
        supplier=supplier,
        month=np.minimum(taken.month + dice // 16 % 3, len(spec.months) - 1),
        day=1 + dice // 64 % 28,
        order=1 - taken.order,
        adjective=words.adjective_of.pick(taken.leaf, dice % 97 / 97),
        noun=words.noun_of.pick(taken.leaf, dice % 89 / 89),
        stock=dice // 128 % 300,
        usd=taken.usd * (0.94 + dice % 101 / 1000),
    ), at


def redeliveries(spec: ShopSpec, words: Vocabulary, draws: Draws, chunk: int) -> tuple[Ints, Ints]:
    """Positions of rows that a later batch delivers again, unchanged, and the month it does so."""
    at, dice = _hits("duplicate_exact", spec, words, draws, chunk)
    last = len(spec.months) - 1
    avoid = spec.faults.category_null.suppliers
    steady = np.array([s.id not in avoid for s in words.suppliers])[draws.supplier[at]]
    keep = steady & ((draws.month[at] < last) | (last == 0))
    at, dice = at[keep], dice[keep]
    left = np.maximum(last - draws.month[at], 1)
    return at, np.minimum(draws.month[at] + 1 + dice % left, last)
