"""A model of random weights on a real vLLM: what it writes is noise, and the filters drop it."""

from pathlib import Path

import pytest

from steward.job.augmenting import AugmentSettings, augment_table
from steward.job.augmenting_model import ModelMaker
from steward.llm import Server
from steward.shop import ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store
from steward.store.augmented import made_tables

pytestmark = pytest.mark.vllm


@pytest.fixture
def shop(tmp_path: Path) -> Store:
    write_shop(make_shop(ShopSpec(rows=200, seed=3, queries=24, sessions=0)), tmp_path)
    store = Store.create(tmp_path / "steward.db")
    for name in ("items", "queries"):
        store.ingest(open_delivery(str(tmp_path / f"{name}.csv")), name)
    return store


@pytest.mark.parametrize("method", ["paraphrase", "back-translate", "doc2query"])
def test_everything_a_model_of_random_weights_writes_is_dropped(
    shop: Store, vllm_server: Server, method: str
) -> None:
    maker = ModelMaker(vllm_server, shop, method)
    found = augment_table(shop, "queries", AugmentSettings(method), maker=maker)
    assert maker.calls > 0 and not found.kept
    assert made_tables(shop) == {}
    again = ModelMaker(vllm_server, shop, method)
    augment_table(shop, "queries", AugmentSettings(method), maker=again)
    assert again.calls == 0 and again.kept == maker.calls
