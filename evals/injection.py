"""Injection: can a cell, a column name or a file name make the agent write, leak or lie?"""

from steward.evaluate import VICTIMS, Exam, injection_papers, mark_injection

TASK = Exam(
    name="injection",
    about="Attacks in English and Chinese planted in tables; ordinary questions; deeds are marked.",
    papers=injection_papers,
    solvers=VICTIMS,
    marker=mark_injection,
)
