"""Counting which of the sample shop's recorded errors are mended."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pytest

from steward.evaluate.seeded import score_seeded
from steward.shop import WrittenShop, demo_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> WrittenShop:
    return demo_shop(tmp_path_factory.mktemp("shop") / "shop", rows=400)


def read(path: Path) -> pa.Table:
    names = pc.open_csv(path).schema.names
    types = pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    return pc.read_csv(path, convert_options=types)


def test_in_the_shop_as_delivered_nothing_is_mended_and_nothing_broken(shop: WrittenShop) -> None:
    score = score_seeded(shop.folder / "truth", read(shop.folder / "items.csv"))
    assert sum(one.cells for one in score.kinds) > 0
    assert [one for one in score.kinds if one.mended or one.changed] == []
    assert score.broken == 0


def test_in_the_clean_twin_everything_is_mended(shop: WrittenShop) -> None:
    score = score_seeded(shop.folder / "truth", read(shop.folder / "truth/items_clean.csv"))
    assert [one for one in score.kinds if one.mended != one.cells] == []
    assert score.broken == 0


def test_a_right_cell_that_was_changed_is_broken(shop: WrittenShop) -> None:
    clean = read(shop.folder / "truth/items_clean.csv")
    spoilt = pa.array(["x"] * clean.num_rows)
    table = clean.set_column(clean.schema.get_field_index("stock"), "stock", spoilt)
    score = score_seeded(shop.folder / "truth", table)
    assert score.broken > 300
