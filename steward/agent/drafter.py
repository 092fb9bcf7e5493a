"""The model behind the drafts of `steward.fixes.draft`: doubts to prompts, replies to drafts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from steward.fixes.doubts import Doubt, Draft, Verdict
from steward.llm.batch import Batch, Progress, Results
from steward.llm.client import without_thinking
from steward.llm.plan import Plan, plan_batch
from steward.llm.prompts import Prompt, load_prompt
from steward.llm.request import Completion, Request
from steward.llm.server import Server
from steward.llm.usage import Usage

if TYPE_CHECKING:
    from steward.store import Store

TASK = "draft_fixes"
MAX_TOKENS = 160
CHINESE_SHARE = 0.3


class ModelDrafter:
    """Asks a model server; equal doubts are asked once, and replies are kept in the store.

    Afterwards `verdicts` say how the model did, `usage` and `calls` what it took, `failures` how
    many questions got no reply. With `dry_run` nothing is asked, and `plan` says what would be.
    """

    def __init__(
        self,
        server: Server,
        store: Store | None = None,
        *,
        dry_run: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Nothing is asked yet; the prompt's language follows the table's."""
        self.server = server
        self.model, self.prompt, self.digest = server.model, "", ""
        self.verdicts: tuple[Verdict, ...] = ()
        self.usage = Usage()
        self.calls = self.kept = self.failures = 0
        self.plan: Plan | None = None
        self._store, self._dry, self._progress = store, dry_run, progress

    def ask(self, doubts: Sequence[Doubt]) -> Sequence[Draft | None]:
        """A draft for each doubt; None where the model abstains or its reply is unusable.

        Raises:
            ModelError: the server does not answer.
        """
        prompt = load_prompt(TASK, language=language_of(doubts))
        self.prompt, self.digest = prompt.id, prompt.digest
        requests = [request(prompt, doubt) for doubt in doubts]
        self.server = without_thinking(self.server)
        if self._dry:
            self.plan = plan_batch(self.server, requests, self._store)
            return [None] * len(doubts)
        batch = Batch(self.server, self._store)
        results = batch.run(requests, progress=self._tell)
        self.model = batch.server.model
        self._count(results)
        return [draft(completion) for completion in results.completions]

    def judged(self, verdicts: Sequence[Verdict]) -> None:
        """Keep how it did; of a dry run there is nothing to keep."""
        self.verdicts = () if self._dry else tuple(verdicts)

    def _count(self, results: Results) -> None:
        self.usage += results.usage
        self.calls += results.calls
        self.kept += results.kept
        self.failures += len(results.failures)

    def _tell(self, progress: Progress) -> None:
        self._progress(f"asking {self.model or 'the model'}: {progress}")


def request(prompt: Prompt, doubt: Doubt) -> Request:
    """The question about one doubt. Cells and names are quoted as JSON: data, not words of ours."""
    clues = [
        {
            "column": c.column,
            "value": _cut(c.value),
            "other_rows": c.rows,
            "holds": _counted(c.held),
        }
        for c in doubt.clues
    ]
    messages = prompt.messages(
        table=_quoted(doubt.table),
        column=_quoted(doubt.column),
        about=doubt.about,
        usual=_quoted(_counted(doubt.usual)),
        clues="\n".join(map(_quoted, clues)) or "[]",
        value=_quoted(doubt.value),
        rows=str(doubt.rows),
    )
    return Request(messages, max_tokens=MAX_TOKENS, schema=prompt.schema)


def draft(completion: Completion | None) -> Draft | None:
    """What a reply says; None when it abstains, was cut, or keeps to no schema."""
    body = None if completion is None else completion.json
    if not isinstance(body, dict) or not isinstance(body.get("value"), str):
        return None
    decision = body.get("decision")
    if decision == "replace" and body["value"].strip():
        return Draft(body["value"])
    return Draft(None) if decision == "keep" else None


def language_of(doubts: Sequence[Doubt]) -> str:
    """`zh` where the values in question are mostly Chinese, else `en`."""
    text = "".join(doubt.column + doubt.value for doubt in doubts)
    letters = [letter for letter in text if letter.isalpha()]
    chinese = sum("一" <= letter <= "鿿" for letter in letters)
    return "zh" if chinese > CHINESE_SHARE * max(1, len(letters)) else "en"


def _counted(held: Sequence[tuple[str, int]]) -> list[list[object]]:
    return [[_cut(value), rows] for value, rows in held]


def _cut(text: str, most: int = 120) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
