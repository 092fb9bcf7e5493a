"""The main job over a store: profile, check, propose, apply and verify, quarantine, replay."""

from steward.job.accept import accept_and_apply
from steward.job.aside import find_issue, label, quarantine
from steward.job.outcome import Judged, Outcome, Verdict
from steward.job.query import Answer, query, tables_read
from steward.job.recipe import Recipe, RecipeStep, export_recipe, read_recipe
from steward.job.rerun import Replay, recipe_checks, replay
from steward.job.resume import finish_checks
from steward.job.review import alike, review_order
from steward.job.search import OpenIndex, open_index
from steward.job.steps import check, profile, propose

__all__ = [
    "Answer",
    "Judged",
    "OpenIndex",
    "Outcome",
    "Recipe",
    "RecipeStep",
    "Replay",
    "Verdict",
    "accept_and_apply",
    "alike",
    "check",
    "export_recipe",
    "find_issue",
    "finish_checks",
    "label",
    "open_index",
    "profile",
    "propose",
    "quarantine",
    "query",
    "read_recipe",
    "recipe_checks",
    "replay",
    "review_order",
    "tables_read",
]
