"""The model's part of `steward fix --agent`: which server, and how it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steward.agent.drafter import ModelDrafter
    from steward.cli.screen import Screen
    from steward.store import Store


def drafter(
    store: Store, url: str | None, *, dry_run: bool, step: Callable[[str], None]
) -> ModelDrafter:
    """The model behind the prompt of drafts.

    Raises:
        ModelError: no server is named or configured.
    """
    from steward.agent.drafter import ModelDrafter
    from steward.llm.server import required_server

    server = required_server(url, near=store.path)
    return ModelDrafter(server, store, dry_run=dry_run, progress=step)


def drafting_document(asker: ModelDrafter | None) -> dict[str, Any]:
    """What the model did, for machines; nothing when none was asked."""
    if asker is None:
        return {}
    used = {"calls": asker.calls, "kept": asker.kept, "usage": asker.usage}
    who = {"model": asker.model, "prompt": asker.prompt, "digest": asker.digest}
    told = [{"text": str(v), "verdict": v} for v in asker.verdicts]
    failed = {"failures": asker.failures, "plan": asker.plan}
    return {"drafting": {**who, **used, **failed, "verdicts": told}}


def tell_drafting(screen: Screen, asker: ModelDrafter | None) -> None:
    """Say what the model did and why its drafts count or do not."""
    if asker is None:
        return
    if asker.plan is not None:
        plan = asker.plan
        counted = "" if plan.counted == "all" else f" ({plan.counted})"
        screen.line(
            f"The model would be asked {plan.calls:,} questions ({plan.kept:,} are answered "
            f"already): {plan.tokens_in:,} tokens{counted}, and at most {plan.tokens_out:,} back."
        )
        screen.advice(f"The first of them:\n{plan.example}")
        return
    if not asker.verdicts:
        screen.line("The model was asked nothing: statistics leave no distinct value in doubt.")
        return
    screen.line(f"Drafted by {asker.model} ({asker.prompt}, digest {asker.digest}):")
    for verdict in asker.verdicts:
        screen.line(f"  {verdict}")
    failed = f", {asker.failures:,} without a reply" if asker.failures else ""
    tokens = asker.usage.tokens_in + asker.usage.tokens_out
    screen.line(
        f"  {asker.calls:,} calls ({asker.kept:,} kept from before{failed}), {tokens:,} tokens."
    )
