"""Exports an encoder to ONNX, in full precision or int8: a folder that needs no torch to run.

int8 keeps the weights of matrix products as bytes, a scale a channel. One bit of range is given up
(`reduce_range`), since processors without VNNI overflow with eight.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

from steward.errors import InputError, MissingExtra, UsageError
from steward.retrieval.encoder import MAX_TOKENS, find_folder, kind_of
from steward.retrieval.encoder_onnx import GRAPH, OnnxSettings
from steward.retrieval.encoder_torch import load_model

PRECISIONS = ("fp32", "int8")
OPSET = 17
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def export_encoder(
    where: str, folder: Path, *, precision: str = "int8", max_tokens: int = MAX_TOKENS
) -> Path:
    """Write the graph, its settings and the tokenizer of an encoder; `load_encoder` reads them.

    Args:
        where: a sentence-transformers folder, `minilm`, or a name that the hub's cache holds.
        folder: where to.
        precision: `fp32` or `int8`.
        max_tokens: where texts will be cut, if the model does not cut earlier.

    Raises:
        UsageError: the precision is unknown, or the encoder is no transformer run by torch.
        InputError: there is no such encoder here.
        MissingExtra: torch or onnx is not installed.
    """
    if precision not in PRECISIONS:
        raise UsageError(f"Unknown precision {precision!r}.", hint="One of fp32, int8.")
    source = find_folder(where)
    if kind_of(source) != "torch":
        raise UsageError(
            f"{where} is run by {kind_of(source)}, which needs no export.",
            hint="Export the base of a head; a static encoder runs without torch as it is.",
        )
    model = load_model(source)
    model.max_seq_length = min(model.max_seq_length or max_tokens, max_tokens)
    folder.mkdir(parents=True, exist_ok=True)
    settings = _settings(model, source.name, precision)
    if precision == "fp32":
        _write_graph(model, settings, folder / GRAPH)
    else:
        with tempfile.TemporaryDirectory(dir=folder) as inside:
            _write_graph(model, settings, Path(inside) / GRAPH)
            _quantize(Path(inside) / GRAPH, folder / GRAPH)
    shutil.copy(_tokenizer_file(source), folder / "tokenizer.json")
    settings.save(folder)
    return folder


def _settings(model: Any, base: str, precision: str) -> OnnxSettings:
    names = set(model.tokenizer.model_input_names)
    prompts = model.prompts or {}
    return OnnxSettings(
        base=base,
        precision=precision,
        dimensions=int(model.get_embedding_dimension()),
        max_tokens=int(model.max_seq_length),
        inputs=tuple(name for name in _INPUTS if name in names),
        query_prompt=prompts.get("query") or "",
        item_prompt=prompts.get("document") or prompts.get("passage") or "",
    )


def _tokenizer_file(source: Path) -> Path:
    found = source / "tokenizer.json"
    if not found.exists():
        raise InputError(
            f"{source} has no tokenizer.json: its tokenizer is not a fast one.",
            hint="Save the model again with a fast tokenizer of transformers.",
        )
    return found


def _write_graph(model: Any, settings: OnnxSettings, file: Path) -> None:
    """Trace the modules of the model, pooling among them, up to vectors of length 1."""
    import torch

    try:
        import onnx  # noqa: F401
    except ImportError:
        raise MissingExtra("Exporting an encoder", "train") from None
    model.to("cpu").eval()
    inputs = settings.inputs

    class Graph(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Any) -> Any:
            held = dict(zip(inputs, tensors, strict=True))
            for module in self.model:
                held = module(held)
            return torch.nn.functional.normalize(held["sentence_embedding"], dim=1)

    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {name: {0: "texts", 1: "tokens"} for name in inputs}
    with warnings.catch_warnings(), torch.inference_mode():
        # The tracing exporter is the one that needs no further package; it warns of its age.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Graph(),
            tuple(example for _ in inputs),
            str(file),
            input_names=list(inputs),
            output_names=["vectors"],
            dynamic_axes={**axes, "vectors": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _quantize(source: Path, target: Path) -> None:
    import logging

    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = source.with_name("prepared.onnx")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(
            str(prepared),
            str(target),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    finally:
        logging.disable(logging.NOTSET)
