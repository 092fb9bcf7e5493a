"""How good is a repair? Tasks, scorers, runs, reports: the engine of `evals/`."""

from steward.evaluate.case import Case, read_case, read_suite
from steward.evaluate.corrupt import MIXES, Corrupted, Mix, corrupt
from steward.evaluate.score import RepairScore, score_repair
from steward.evaluate.suite import make_suite
from steward.evaluate.tally import Tally

__all__ = [
    "MIXES",
    "Case",
    "Corrupted",
    "Mix",
    "RepairScore",
    "Tally",
    "corrupt",
    "make_suite",
    "read_case",
    "read_suite",
    "score_repair",
]
