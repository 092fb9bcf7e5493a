"""A tool of the loop's own: opens a proof of the session again, as `/why N` does for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steward.agent.capped import sealed
from steward.agent.ledger import Ledger
from steward.answers import Proof, ToolResult
from steward.errors import ToolRetry, UsageError
from steward.store import Store


class OpenReference:
    """Shows the rows behind a reference."""

    name = "open_reference"
    access = "read"
    about = (
        "Show the rows behind a reference such as [3], by running its query again. For results "
        "that were dropped from this conversation to save room, and for questions about a proof."
    )
    parameters: Mapping[str, Any] = {
        "type": "object",
        "properties": {"ref": {"type": "integer", "description": "the number in brackets"}},
        "required": ["ref"],
        "additionalProperties": False,
    }

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def run(
        self, store: Store, arguments: Mapping[str, Any], *, approved: bool = False
    ) -> ToolResult:
        """Run the query of `ref` again.

        Raises:
            ToolRetry: the session has no such reference.
        """
        number = arguments.get("ref")
        if not isinstance(number, int) or isinstance(number, bool):
            raise ToolRetry("ref must be a number, for example 3.")
        try:
            with store.beside(read_only=True) as own:
                opened = self._ledger.open(own, number)
        except UsageError as error:
            raise ToolRetry(f"{error.message} {error.hint}".strip()) from error
        ref = opened.ref
        shown = {"columns": opened.columns, "rows": opened.rows, "value": ref.value}
        left = "further rows: ask with query" if opened.cut else ""
        proof = Proof(ref.sql, ref.tables, ref.shows, ref.value)
        return sealed(ToolResult(f"[{ref.ref}] {ref.shows}: {ref.value}", shown, (proof,), left))
