"""A smaller transformer out of a larger one: the lower layers stay, the upper ones go.

The lower layers are kept because dropping from the top loses least (Sajjad, Dalvi, Durrani and
Nakov, 2023: On the effect of dropping layers of pre-trained transformer models).
"""

from __future__ import annotations

from typing import Any

from steward.errors import UsageError


def keep_layers(model: Any, count: int) -> int:
    """Cut a transformer in place to its lowest `count` layers and return how many it had.

    Args:
        model: of transformers, with `config.num_hidden_layers` and a list of that many layers.
        count: layers that stay; 0 keeps all.

    Raises:
        UsageError: it has fewer layers, or they cannot be found.
    """
    from torch import nn

    had = int(model.config.num_hidden_layers)
    if count == 0 or count == had:
        return had
    if not 0 < count < had:
        raise UsageError(f"Cannot keep {count} layers: the model has {had}.")
    stacks = [
        (parent, name)
        for parent in model.modules()
        for name, child in parent.named_children()
        if isinstance(child, nn.ModuleList) and len(child) == had
    ]
    if not stacks:
        raise UsageError(
            f"{type(model).__name__} keeps its layers where they cannot be cut.",
            hint="Keep all layers: --layers 0",
        )
    for parent, name in stacks:
        setattr(parent, name, getattr(parent, name)[:count])
    model.config.num_hidden_layers = count
    return had


def freeze_layers(model: Any, count: int) -> None:
    """Let the embeddings and the lowest `count` layers as they are while the rest learns."""
    from torch import nn

    if count == 0:
        return
    layers = int(model.config.num_hidden_layers)
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == layers:
            for layer in list(module)[:count]:
                layer.requires_grad_(False)
    model.get_input_embeddings().requires_grad_(False)
