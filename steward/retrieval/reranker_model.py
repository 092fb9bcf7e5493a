"""The cross-encoder that a training starts from, its low-rank adapters, and its weights alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from steward.retrieval.encoder import find_folder
from steward.retrieval.prune import freeze_layers, keep_layers
from steward.retrieval.reranker_settings import RerankerSettings
from steward.retrieval.reranker_torch import load_cross_encoder, quietly

RANK, ALPHA = 16, 32
"""Of the adapters (Hu and others, 2022: LoRA)."""

ADAPTER = "default"


def start_model(settings: RerankerSettings, folder: Path) -> Any:
    """The model before its first step, also written to `folder`, where a resumed training finds it.

    The head on top of a base that is no cross-encoder is drawn by the seed.

    Raises:
        InputError: the base is not on this machine; the hint says how to get it.
        UsageError: the base has fewer layers than should be kept.
    """
    from transformers import set_seed

    if not (folder / "config.json").exists():
        set_seed(settings.seed)
        with quietly():
            fresh = _with_one_output(find_folder(settings.base), settings.max_tokens)
        keep_layers(fresh.transformers_model, settings.layers)
        fresh.save_pretrained(str(folder), create_model_card=False)
    model = load_cross_encoder(folder, settings.max_tokens)
    freeze_layers(model.transformers_model, settings.frozen)
    if settings.lora:
        _add_adapters(model)
    return model


def weights_alone(model: Any, start: Path, settings: RerankerSettings) -> Any:
    """The model without adapters: theirs are added into the weights."""
    if not settings.lora:
        return model
    from peft.tuners.tuners_utils import BaseTunerLayer

    for module in model.modules():
        if isinstance(module, BaseTunerLayer):
            module.merge()
    tuned = model.state_dict()
    plain = load_cross_encoder(start, settings.max_tokens)
    plain.load_state_dict({name: tuned[_tuned_name(name, tuned)] for name in plain.state_dict()})
    return plain


def _with_one_output(folder: Path, max_tokens: int) -> Any:
    from sentence_transformers import CrossEncoder

    return CrossEncoder(str(folder), num_labels=1, max_length=max_tokens, local_files_only=True)


def _add_adapters(model: Any) -> None:
    from peft import LoraConfig, TaskType

    model.add_adapter(
        LoraConfig(
            task_type=TaskType.SEQ_CLS,
            r=RANK,
            lora_alpha=ALPHA,
            lora_dropout=0.0,
            target_modules="all-linear",
            modules_to_save=[_head_of(model.transformers_model)],
        ),
        ADAPTER,
    )


def _head_of(model: Any) -> str:
    """The module of the fresh head, which learns whole."""
    return next(name for name in ("classifier", "score") if hasattr(model, name))


def _tuned_name(name: str, tuned: dict[str, Any]) -> str:
    stem, _, last = name.rpartition(".")
    ways = (name, f"{stem}.base_layer.{last}", f"{stem}.modules_to_save.{ADAPTER}.{last}")
    return next(way for way in reversed(ways) if way in tuned)
