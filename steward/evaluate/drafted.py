"""The model that drafts fixes in a run, and what it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steward.evaluate.case import Case
from steward.evaluate.solution import Settings, Solution, Usage

if TYPE_CHECKING:
    from steward.agent.drafter import ModelDrafter

OFFLINE = "offline"
MODEL = "model"
"""The corrector's name in the provenance of what a model drafted."""


def drafter(settings: Settings) -> ModelDrafter | None:
    """A model behind the prompt of drafts; None when the settings name no server, or `offline`.

    It keeps no replies: every run pays, so that its cost is what is recorded. The option `model`
    names one of the server's models.

    Raises:
        ModelError: no server is configured.
    """
    if settings.agent in ("", OFFLINE):
        return None
    from steward.agent.drafter import ModelDrafter
    from steward.llm.server import required_server

    return ModelDrafter(required_server(settings.agent, settings.options.get("model")))


def usage_of(drafter: ModelDrafter | None) -> Usage:
    """Calls, tokens, and the digest of the prompt."""
    if drafter is None:
        return Usage()
    used = drafter.usage
    prompts = (f"{drafter.prompt} {drafter.digest}",) if drafter.prompt else ()
    return Usage(drafter.model, used.calls, used.tokens_in, used.tokens_out, prompts)


def model_costs(case: Case, solution: Solution) -> dict[str, float | int | None]:
    """Cells that the model mended right, and calls and tokens for each; None when there is none."""
    right = sum(
        p.written and p.corrector == MODEL and p.after == case.clean[p.row][p.column]
        for p in solution.proposals
    )
    used = solution.usage
    return {
        "model_fixes": right,
        "calls_per_model_fix": used.calls / right if right else None,
        "tokens_per_model_fix": (used.tokens_in + used.tokens_out) / right if right else None,
    }
