"""A data steward for the tables under e-commerce search and recommendation.

The public names load when they are first used, so that `import steward` costs nothing. The main
job over a store lives in `steward.job`; the pure functions below work on any `Snapshot`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Action": "answers",
    "Backtest": "types",
    "Batch": "types",
    "Change": "types",
    "ChangeSet": "types",
    "ColumnProfile": "types",
    "Condition": "agent.conditions",
    "Evidence": "types",
    "Explanation": "answers",
    "Finding": "answers",
    "Fix": "types",
    "FixKind": "types",
    "Fixable": "answers",
    "Issue": "types",
    "Onset": "answers",
    "Outcome": "job",
    "Profile": "types",
    "Proof": "answers",
    "Provenance": "types",
    "Reason": "types",
    "Recipe": "job",
    "Safety": "types",
    "SemanticType": "types",
    "Snapshot": "engine",
    "Status": "types",
    "StewardError": "errors",
    "StorageType": "types",
    "Store": "store",
    "ToolResult": "answers",
    "ToolRetry": "errors",
    "accept_and_apply": "job",
    "check": "job",
    "content_root": "content",
    "draft_fix": "agent.draft",
    "explained": "agent.facts",
    "export_recipe": "job",
    "find_merges": "agent.offers",
    "fix_facts": "agent.facts",
    "job": "",
    "load_user_checks": "checks",
    "make_shop": "shop",
    "offered_fixes": "agent.offers",
    "open_delivery": "sources",
    "outcome_facts": "agent.facts",
    "profile_table": "profile",
    "propose": "job",
    "prove": "agent.proof",
    "quarantine": "job",
    "quote_identifier": "engine.text",
    "quote_literal": "engine.text",
    "quoted": "agent.visible",
    "replay": "job",
    "run_checks": "checks",
    "teach": "",
    "where_sql": "agent.conditions",
    "why": "",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'steward' has no attribute {name!r}")
    home = _HOME[name]
    if not home:
        return import_module(f"steward.{name}")
    return getattr(import_module(f"steward.{home}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
