"""Late interaction: fitted in seconds without torch, here on token vectors written by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from steward.errors import InputError
from steward.retrieval.data import SearchData
from steward.retrieval.reranker import load_reranker, load_stage, train_reranker
from steward.retrieval.reranker_evaluator import load_evaluator
from steward.retrieval.reranker_late import NAMES, TokenVectors
from steward.retrieval.reranker_late_training import token_vectors
from steward.retrieval.reranker_settings import RerankerRecord, RerankerSettings
from steward.retrieval.reranker_training import kind_for_here
from steward.retrieval.split import Split
from steward.retrieval.trained import read_trained

PLACES = {
    "red": (1.0, 0.1),
    "crimson": (0.95, 0.3),
    "blue": (-0.2, 1.0),
    "navy": (-0.4, 0.9),
    "shoe": (-1.0, -0.2),
    "boot": (-0.9, -0.35),
    "hat": (0.2, -1.0),
    "cap": (0.35, -0.9),
    "帽": (0.3, -0.95),
    "new": (0.1, 0.05),
}
COLOURS, KINDS = ("red", "crimson", "blue", "navy"), ("shoe", "boot", "hat", "cap", "帽")
TWINS = {"red": "crimson", "blue": "navy", "shoe": "boot", "hat": "cap"}


def write_base(folder: Path, places: dict[str, tuple[float, float]] = PLACES) -> Path:
    """A base as far as late interaction reads one: a tokenizer and the vectors of its tokens."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *places]
    tokenizer = Tokenizer(WordLevel({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer, tokenizer.normalizer = Whitespace(), Lowercase()
    tokenizer.save(str(folder / "tokenizer.json"))
    rows = np.zeros((len(words), 2), dtype=np.float32)
    rows[4:] = list(places.values())
    write_tensor(folder / "model.safetensors", "bert.embeddings.word_embeddings.weight", rows)
    return folder


def write_tensor(file: Path, name: str, rows: np.ndarray) -> None:
    entry = {"dtype": "F32", "shape": list(rows.shape), "data_offsets": [0, rows.nbytes]}
    header = json.dumps({name: entry}).encode()
    file.write_bytes(len(header).to_bytes(8, "little") + header + rows.tobytes())


def shop() -> tuple[SearchData, Split]:
    """Who asks for one thing is glad of its twin too, which BM25 cannot know."""
    texts = {f"{c}-{k}": f"new {c} {k}" for c in COLOURS for k in KINDS}
    grades = {}
    for colour, other in (("red", "crimson"), ("blue", "navy")):
        for kind, twin in (("shoe", "boot"), ("hat", "cap"), ("帽", "cap")):
            for query in (f"{colour} {kind}", f"{kind} {colour} new"):
                wrong = "navy-boot" if colour == "red" else "red-cap"
                grades[query] = {
                    f"{colour}-{kind}": 3.0,
                    f"{other}-{twin}": 2.0,
                    f"{colour}-{'hat' if kind == 'shoe' else 'shoe'}": 0.0,
                    wrong: 0.0,
                }
    queries = tuple(grades)
    return SearchData(texts, grades, "{title}"), Split(queries[::2], queries[1::2], (), 12)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("late") / "base")


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("late") / "made"
    data, split = shop()
    found = {q: [(i, 1.0 - n / 99) for n, i in enumerate(data.texts)] for q in data.grades}
    settings = RerankerSettings(kind="late", base=str(base))
    train_reranker(data, split, settings, folder, candidates=found)
    return folder


def vectors(base: Path) -> TokenVectors:
    return token_vectors(base, shop()[0], 16)


def test_a_fitted_head_puts_the_twin_above_what_is_wrong(trained: Path) -> None:
    scorer = load_reranker(str(trained))
    texts = ["new red shoe", "crimson boot", "navy cap", "navy boot new"]
    scores = scorer.score([("red shoe", text) for text in texts])
    assert scores.dtype == np.float32 and ((scores > 0) & (scores < 1)).all()
    assert scores[0] > scores[1] > scores[2:].max()


def test_the_folder_says_what_was_gained_and_at_which_weight(trained: Path) -> None:
    made, record = read_trained(trained), RerankerRecord.load(trained)
    assert made.settings["kind"] == "late" and made.kind == "reranker"
    assert record.weight > 0 and made.metrics["valid/nDCG@10"] > made.metrics["base/nDCG@10"]


def test_the_evaluator_shows_what_is_right_and_hides_what_is_not(trained: Path) -> None:
    evaluator = load_evaluator(trained)
    found = [("a", 1.0), ("b", 0.5)]
    texts = {"a": "navy cap", "b": "new red shoe"}
    assert evaluator.worth_showing("red shoe", found, texts) == [("b", 0.5)]


@pytest.mark.slow
def test_the_same_training_writes_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    data, split = shop()
    found = {q: [(i, 1.0 - n / 99) for n, i in enumerate(data.texts)] for q in data.grades}
    settings = RerankerSettings(**read_trained(trained).settings)
    train_reranker(data, split, settings, tmp_path / "again", candidates=found)
    for name in ("late.json", "late.npz", "reranker.json", "trained.json"):
        assert (trained / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_a_stage_never_loses_or_adds_an_item(trained: Path) -> None:
    data, _ = shop()
    stage = load_stage(str(trained), {**data.texts, "empty": "", "strange": "qwertz"})
    found = [(item, 1.0) for item in (*data.texts, "empty", "strange", "without text")]
    again = stage.rescore("red shoe", found)
    assert sorted(i for i, _ in again) == sorted(i for i, _ in found)


def test_scores_do_not_depend_on_company_or_order(trained: Path) -> None:
    scorer = load_reranker(str(trained))
    pairs = [("red shoe", "new red shoe"), ("帽", "cap 帽"), ("red shoe", ""), ("?", "red")]
    alone = np.concatenate([scorer.score([pair]) for pair in pairs])
    np.testing.assert_allclose(scorer.score(pairs), alone, rtol=1e-5)
    np.testing.assert_allclose(scorer.score(pairs[::-1]), alone[::-1], rtol=1e-5)
    assert len(scorer.score([])) == 0


def test_numbers_are_those_of_their_definition(base: Path) -> None:
    tokens = vectors(base)
    found = tokens.numbers("red hat", ["crimson cap new", "red", "unheard words", ""])
    red, crimson, hat, cap, new = (
        tokens.vectors[tokens.tokens([word])[0][0]]
        for word in ("red", "crimson", "hat", "cap", "new")
    )
    near = [max(float(w @ o) for o in (crimson, cap, new)) for w in (red, hat)]
    by_name = dict(zip(NAMES, found[0], strict=True))
    assert by_name["nearest"] == pytest.approx(np.mean(near), rel=1e-5)
    rare = tokens.rarity[np.concatenate(tokens.tokens(["red", "hat"]))]
    assert by_name["nearest_rare"] == pytest.approx(float(near @ rare / rare.sum()), rel=1e-5)
    assert by_name["same"] == 0.0 and found[1][-1] == 0.5
    assert not found[2].any() and not found[3].any()


def test_a_word_that_the_base_does_not_know_matches_no_other(base: Path) -> None:
    tokens = vectors(base)
    assert not tokens.numbers("索尼", ["飞利浦", "red"]).any()


def test_a_token_that_is_everywhere_is_less_rare_than_one_that_is_not(base: Path) -> None:
    tokens = vectors(base)
    new, red = (tokens.rarity[tokens.tokens([word])[0][0]] for word in ("new", "red"))
    assert 0 < new < red


def test_a_base_without_token_vectors_is_said(base: Path, tmp_path: Path) -> None:
    other = write_base(tmp_path / "other")
    write_tensor(other / "model.safetensors", "head.bias", np.zeros((2, 2), dtype=np.float32))
    with pytest.raises(InputError, match="no token vectors"):
        token_vectors(other, shop()[0], 16)


def test_whoever_sets_what_a_cross_encoder_has_gets_one() -> None:
    assert kind_for_here(RerankerSettings(kind="late", loss="bce")) == "late"
    assert kind_for_here(RerankerSettings(loss="listnet")) == "cross"
    assert kind_for_here(RerankerSettings(layers=3)) == "cross"


def test_a_broken_folder_is_said(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "late.json").write_text("{}", "utf-8")
    with pytest.raises(InputError, match="late interaction"):
        load_reranker(str(tmp_path))
