"""The nouns of teaching: a question, what may be answered, and the cells it shows.

Every answer is one key. A question shows a handful of cells, never a table; what is answered about
them decides many more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from steward.types import Fix, RowId

SKIP = "s"
NONE = "n"
SOME = "m"
YES = "y"


class Kind(StrEnum):
    """What a question asks about.

    A *convention* asks how a column is to be written. *Fixes* asks whether fixes that stand or fall
    together are right. *Blank* is the same for a word that may stand for nothing. *Value* asks what
    an odd value should be; its answer may be typed.
    """

    CONVENTION = "convention"
    FIXES = "fixes"
    BLANK = "blank"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Words:
    """A text for people, in English and in Chinese."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        """The text in a language: `zh`, else English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be given: its key, what it says, and the fixes it would release.

    `cells` counts what it would write at once.
    """

    key: str
    label: Words
    fixes: tuple[Fix, ...] = field(default=(), repr=False)
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """Cells of one row: their columns, what they hold, and what each option would make of them.

    `after[i]` belongs to option i, of shape (columns,); an option with no fixes leaves them.
    """

    row: RowId
    columns: tuple[str, ...]
    before: tuple[str | None, ...]
    after: tuple[tuple[str | None, ...], ...]
    context: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question, answerable with one key.

    `id` is the same whenever the same is asked of the same cells. `cells` is how many cells the
    likeliest answer decides, `gain` how many wrong ones it is expected to mend.
    """

    id: str
    kind: Kind
    table: str
    columns: tuple[str, ...]
    text: Words
    options: tuple[Option, ...]
    examples: tuple[Example, ...]
    cells: int = 0
    gain: float = 0.0

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that answer it, skipping aside."""
        return tuple(option.key for option in self.options)

    def option(self, key: str) -> Option | None:
        """The option of a key, if there is one."""
        return next((option for option in self.options if option.key == key), None)


def question_id(kind: Kind, table: str, columns: Sequence[str], parts: Sequence[str]) -> str:
    """Twelve hexadecimal digits that name a question."""
    text = "\0".join([kind, table, *columns, *parts])
    return sha256(text.encode()).hexdigest()[:12]
