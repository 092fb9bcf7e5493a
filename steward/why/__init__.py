"""Why it is so: onset, slices, failed joins, and what can be fixed. No model is asked."""

from steward.why.changes import compare_slices, explain_changes
from steward.why.duplicates import explain_duplicates
from steward.why.fitness import judge_fitness
from steward.why.lineage import trace_lineage
from steward.why.missing import explain_missing
from steward.why.words import Language, say, translate
from steward.why.wrong import explain_wrong

__all__ = [
    "Language",
    "compare_slices",
    "explain_changes",
    "explain_duplicates",
    "explain_missing",
    "explain_wrong",
    "judge_fitness",
    "say",
    "trace_lineage",
    "translate",
]
