"""Take a change back."""

from __future__ import annotations

import re
from typing import Annotated

from steward import Store, ToolResult, ToolRetry

ACCESS = "write"


def undo_fix(
    store: Store, what: Annotated[str, "f12: one fix; c3: a whole change set; last: the last one"]
) -> ToolResult:
    """Take back a fix or a change set; refused when something later touched its cells.

    A person is asked first.
    """
    target = _last(store) if what.strip().lower() == "last" else what.strip().lower()
    match = re.fullmatch(r"([fc])(\d{1,15})", target)
    if match is None:
        raise ToolRetry("Say f and the number of a fix, c and the number of a change set, or last.")
    number = int(match[2])
    made = store.undo_fix(number) if match[1] == "f" else store.undo(number)
    data = {"undone": target, "table": made.table, "cells": made.cells, "change_set": f"c{made.id}"}
    return ToolResult(
        f"{target} is taken back: {made.cells} cells, in change set c{made.id}.", data
    )


def _last(store: Store) -> str:
    standing = [one for one in store.history() if one.kind != "undo" and not one.undone]
    if not standing:
        raise ToolRetry("There is nothing to take back.")
    return f"c{standing[-1].id}"
