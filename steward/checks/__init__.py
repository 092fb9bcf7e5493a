"""What is wrong with a table: inferred checks, one file a family, and the user's own."""

from steward.checks.finding import failing_cells, failing_rows
from steward.checks.inferred import inferred_yaml
from steward.checks.registry import CHECKS, Check
from steward.checks.run import describe, run_checks
from steward.checks.user import Choice, UserCheck, UserChecks
from steward.checks.user_yaml import load_user_checks

__all__ = [
    "CHECKS",
    "Check",
    "Choice",
    "UserCheck",
    "UserChecks",
    "describe",
    "failing_cells",
    "failing_rows",
    "inferred_yaml",
    "load_user_checks",
    "run_checks",
]
