"""A wrong brand tells a wrong country; the title says which of the two is wrong."""

import random
from dataclasses import replace

import pytest

from steward.engine import Snapshot
from steward.fixes.voters import SAID, with_believed_voters
from steward.profile import profile_table
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety

BRANDS = {"Nordlicht": "DE", "Kitamura": "JP", "天禾": "CN", "Solvane": "FR"}
WORDS = ("kettle", "lamp", "bottle", "茶壶")


@pytest.fixture
def shop() -> dict[str, list[str | None]]:
    rng = random.Random(2)
    brands = [rng.choice(sorted(BRANDS)) for _ in range(400)]
    return {
        "title": [f"{b} {rng.choice(WORDS)} series {n}" for n, b in enumerate(brands)],
        "brand": [*brands],
        "country": [BRANDS[b] for b in brands],
    }


def told(*rows: int, determinants: tuple[str, ...] = ("brand",)) -> Fix:
    return Fix(
        "items", FixKind.CELL, Reason.DEPENDENCY, "dependency", (Change("country", "XX", "DE"),),
        rows, Provenance("dependency_vote", "1"), Evidence("Told.", determinants=determinants),
        0.97, Safety.SAFE,
    )  # fmt: skip


def asked(shop: dict[str, list[str | None]], *fixes: Fix) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", shop)
    return with_believed_voters(snapshot, profile_table(snapshot), fixes)


def test_the_row_with_a_wrong_brand_waits_and_the_others_do_not(
    shop: dict[str, list[str | None]],
) -> None:
    shop["brand"][4] = next(b for b in BRANDS if b != shop["brand"][4])
    believed, doubted = asked(shop, told(3, 5, 7))
    assert (believed.rows, believed.safety) == ((3, 7), Safety.SAFE)
    assert (doubted.rows, doubted.safety) == ((5,), Safety.UNSAFE)
    assert doubted.evidence.text.endswith(SAID)


def test_a_slip_in_a_title_contradicts_nothing(shop: dict[str, list[str | None]]) -> None:
    shop["title"][4] = "Kitamrua kettle series 4"
    fix = told(3, 5, 7)
    assert asked(shop, fix) == [fix]


def test_a_column_does_not_vote_on_itself(shop: dict[str, list[str | None]]) -> None:
    shop["brand"][4] = next(b for b in BRANDS if b != shop["brand"][4])
    fix = replace(told(5), changes=(Change("brand", shop["brand"][4], "Solvane"),))
    assert asked(shop, fix) == [fix]
