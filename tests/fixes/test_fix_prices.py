import random

from steward.engine import Snapshot
from steward.fixes.corrector import Corrector
from steward.fixes.crosscolumn import SwappedPrices
from steward.profile import profile_table
from steward.types import Fix, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


def prices(rows: int) -> tuple[list[str], list[str]]:
    rng = random.Random(4)
    full = [rng.randint(20, 900) for _ in range(rows)]
    sale = [f"{p * rng.uniform(0.6, 0.95):.2f}" for p in full]
    return sale, [f"{p}.00" for p in full]


def test_prices_the_wrong_way_round_are_swapped_by_a_person() -> None:
    sale, full = prices(200)
    sale[7], full[7] = full[7], sale[7]
    (fix,) = propose(SwappedPrices(), {"sale_price": sale, "list_price": full})
    assert fix.rows == (8,)
    assert [(c.before, c.after) for c in fix.changes] == [(sale[7], full[7]), (full[7], sale[7])]
    assert fix.safety is Safety.UNSAFE


def test_a_ratio_that_no_row_has_is_not_a_swap() -> None:
    sale, full = prices(200)
    sale[7] = "99999.00"
    assert propose(SwappedPrices(), {"sale_price": sale, "list_price": full}) == []


def test_columns_without_an_order_are_left_alone() -> None:
    sale, full = prices(200)
    mixed = [full[i] if i % 3 else sale[i] for i in range(200)]
    other = [sale[i] if i % 3 else full[i] for i in range(200)]
    assert propose(SwappedPrices(), {"a_price": mixed, "b_price": other}) == []
