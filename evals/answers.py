"""Answers: does the agent find cause, slice, onset and number, prove them, and refuse the rest?"""

from steward.evaluate import SITTERS, Exam, answer_papers, mark_answer

TASK = Exam(
    name="answers",
    about="Questions in English and Chinese about shops whose faults are known; marked by rules.",
    papers=answer_papers,
    solvers=SITTERS,
    marker=mark_answer,
)
