"""Repair: how much of a dirty table is right after the safe fixes were applied and verified?"""

from steward.evaluate import SOLVERS, Task, score_solution

TASK = Task(
    name="fixes",
    about="Repair a table with no labels and no rules; the written table is scored.",
    solvers=SOLVERS,
    scorer=score_solution,
    cases="cases/fixes",
)
