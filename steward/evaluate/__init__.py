"""How good is a repair? Tasks, scorers, runs, reports: the engine of `evals/`."""

from steward.evaluate.score import RepairScore, score_repair
from steward.evaluate.tally import Tally

__all__ = ["RepairScore", "Tally", "score_repair"]
