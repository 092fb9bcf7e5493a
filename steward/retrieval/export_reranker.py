"""A trained reranker as an ONNX graph, whole or with weights of 8 bits, which needs no torch."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

from steward.errors import MissingExtra, UsageError
from steward.retrieval.reranker_onnx import ABOUT, GRAPH
from steward.retrieval.reranker_settings import RerankerRecord
from steward.retrieval.reranker_torch import quietly

PRECISIONS = ("int8", "fp32")
OPSET = 17
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def export_reranker(folder: Path, *, precision: str = "int8", into: Path | None = None) -> Path:
    """Write the graph of a trained reranker, beside its weights unless `into` says otherwise.

    Weights of 8 bits a channel, activations quantised as they come (dynamic quantisation).

    Args:
        folder: of a cross-encoder, as `train_reranker` leaves it.
        precision: `int8` or `fp32`.
        into: another folder; it gets the tokenizer and `reranker.json` too.

    Raises:
        UsageError: there is no such precision.
        MissingExtra: torch or onnx is not installed.
    """
    if precision not in PRECISIONS:
        raise UsageError(f"No precision {precision!r}.", hint=f"One of {', '.join(PRECISIONS)}")
    target = into or folder
    target.mkdir(parents=True, exist_ok=True)
    graph = target / GRAPH
    _export(folder, graph)
    if precision == "int8":
        _quantise(graph)
    record = RerankerRecord.load(folder)
    if target != folder:
        record.save(target)
        (target / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    digest = hashlib.sha256(graph.read_bytes()).hexdigest()[:12]
    about = {"precision": precision, "digest": digest, "opset": OPSET}
    (target / ABOUT).write_text(json.dumps(about, indent=2, sort_keys=True) + "\n", "utf-8")
    return graph


def _export(folder: Path, graph: Path) -> None:
    """Trace the transformer with the simple attention: the fused one does not trace."""
    try:
        import torch
        from transformers import AutoModelForSequenceClassification
    except ImportError:
        raise MissingExtra("Exporting a reranker", "train") from None
    with quietly():
        model = AutoModelForSequenceClassification.from_pretrained(
            str(folder), local_files_only=True, attn_implementation="eager", dtype=torch.float32
        ).eval()
    names = [name for name in INPUTS if name != "token_type_ids" or _has_types(model)]
    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    example = {name: torch.ones((2, 7), dtype=torch.int64) for name in names}
    with torch.inference_mode(), warnings.catch_warnings():
        # The exporter by tracing needs no further package; it announces its end at each call.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _logits_of(model, names),
            tuple(example.values()),
            str(graph),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={**axes, "logits": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _logits_of(model: Any, names: list[str]) -> Any:
    """The model with inputs by position and the logits alone as output, which tracing wants."""
    from torch import nn

    class Logits(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: Any) -> Any:
            held = dict(zip(names, inputs, strict=True))
            return self.model(**held).logits.reshape(-1)

    return Logits().eval()


def _has_types(model: Any) -> bool:
    return int(getattr(model.config, "type_vocab_size", 0) or 0) > 1


def _quantise(graph: Path) -> None:
    try:
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.shape_inference import quant_pre_process
    except ImportError:
        raise MissingExtra("Exporting a reranker to 8 bits", "train") from None
    whole = graph.with_suffix(".fp32")
    # Constants are folded and shapes inferred first, as the quantiser wants.
    quant_pre_process(str(graph), str(whole), skip_symbolic_shape=True)
    # 7 bits of range: processors without VNNI overflow with 8 (onnxruntime's own advice).
    quantize_dynamic(
        str(whole), str(graph), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
    )
    whole.unlink()
