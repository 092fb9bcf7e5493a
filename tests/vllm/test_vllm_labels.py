"""A judge of random weights, on a real vLLM: it is measured first, and labels nothing."""

from pathlib import Path

import pytest

from steward.job.labelling import LabelPlan
from steward.job.labelling_judge import judge_pairs
from steward.llm import Server
from steward.shop import ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store
from steward.store.labels import labels_of

pytestmark = pytest.mark.vllm


@pytest.fixture
def shop(tmp_path: Path) -> Store:
    write_shop(make_shop(ShopSpec(rows=300, seed=3, queries=6)), tmp_path)
    store = Store.create(tmp_path / "steward.db")
    for name in ("items", "queries", "judgments"):
        store.ingest(open_delivery(str(tmp_path / f"{name}.csv")), name)
    return store


def test_the_gate_refuses_a_model_of_random_weights(shop: Store, vllm_server: Server) -> None:
    plan = LabelPlan("items", "queries", sample="judgments", depth=5)
    priced = judge_pairs(shop, plan, vllm_server.url, 0.4, dry_run=True)
    judged = judge_pairs(shop, plan, vllm_server.url, 0.4)
    assert judged.gate is not None and not judged.gate.passed and not judged.failures
    assert judged.gate.agreement.value < 0.3
    assert judged.gate.pairs * 2 == priced.sample.calls
    assert labels_of(shop) == [] and judged.labelled == 0
    again = judge_pairs(shop, plan, vllm_server.url, 0.4, dry_run=True)
    assert again.sample.calls == 0 and again.sample.kept == priced.sample.calls
