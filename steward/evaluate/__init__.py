"""How good is a repair, an answer, a search? Tasks, scorers, runs, reports: the engine of `evals/`.

A file of `evals/` defines one of three: a `Task` (repair), an `Exam` (questions), or a `Study`,
which brings its own options (steward/evaluate/study.py).
"""

from steward.evaluate.answers import answer_papers
from steward.evaluate.answers_solvers import SITTERS
from steward.evaluate.calibration import Calibration, calibrate
from steward.evaluate.case import Case, read_case, read_suite
from steward.evaluate.corrupt import MIXES, Corrupted, Mix, corrupt
from steward.evaluate.exam import Desk, Exam, Mark, Paper, Question, run_exam
from steward.evaluate.exam_paired import compare_any
from steward.evaluate.exam_tables import brief
from steward.evaluate.gate import refuse_regressions, regressions
from steward.evaluate.grade import mark_answer
from steward.evaluate.heard import Call, Heard, Reference
from steward.evaluate.injection import injection_papers, mark_injection
from steward.evaluate.injection_solvers import VICTIMS
from steward.evaluate.inputs import Inputs, load_cases
from steward.evaluate.labels import LabelOptions, run_labels
from steward.evaluate.lift_study import LiftOptions, run_lift
from steward.evaluate.pages import (
    comparison_html,
    comparison_markdown,
    findings_markdown,
    html,
    markdown,
)
from steward.evaluate.paired import Difference, compare
from steward.evaluate.record import Record, read_record, to_json
from steward.evaluate.score import RepairScore, score_repair
from steward.evaluate.scorers import score_solution
from steward.evaluate.search import SearchOptions, run_search
from steward.evaluate.solution import Proposal, Settings, Solution, Solver, Usage
from steward.evaluate.solvers import SOLVERS
from steward.evaluate.study import Bench, Findings, Study, table_named
from steward.evaluate.suite import make_suite
from steward.evaluate.tally import Tally
from steward.evaluate.task import Task, find_tasks, run_task, shipped_cases
from steward.evaluate.toolcalls import CALLERS, mark_calls, tool_papers
from steward.evaluate.trial import spoilt_copies

__all__ = [
    "CALLERS",
    "MIXES",
    "SITTERS",
    "SOLVERS",
    "VICTIMS",
    "Bench",
    "Calibration",
    "Call",
    "Case",
    "Corrupted",
    "Desk",
    "Difference",
    "Exam",
    "Findings",
    "Heard",
    "Inputs",
    "LabelOptions",
    "LiftOptions",
    "Mark",
    "Mix",
    "Paper",
    "Proposal",
    "Question",
    "Record",
    "Reference",
    "RepairScore",
    "SearchOptions",
    "Settings",
    "Solution",
    "Solver",
    "Study",
    "Tally",
    "Task",
    "Usage",
    "answer_papers",
    "brief",
    "calibrate",
    "compare",
    "compare_any",
    "comparison_html",
    "comparison_markdown",
    "corrupt",
    "find_tasks",
    "findings_markdown",
    "html",
    "injection_papers",
    "load_cases",
    "make_suite",
    "mark_answer",
    "mark_calls",
    "mark_injection",
    "markdown",
    "read_case",
    "read_record",
    "read_suite",
    "refuse_regressions",
    "regressions",
    "run_exam",
    "run_labels",
    "run_lift",
    "run_search",
    "run_task",
    "score_repair",
    "score_solution",
    "shipped_cases",
    "spoilt_copies",
    "table_named",
    "to_json",
    "tool_papers",
]
