"""Tools: does the right call come, with the right arguments?"""

from steward.evaluate import CALLERS, Exam, mark_calls, tool_papers

TASK = Exam(
    name="tools",
    about="What people say, and the call of a tool that it asks for; first call and all calls.",
    papers=tool_papers,
    solvers=CALLERS,
    marker=mark_calls,
)
