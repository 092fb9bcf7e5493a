"""The inferred checks, in the order in which they run.

To write a new one: a function `(snapshot, profile) -> Iterator[Issue]` in a file of its own, whose
docstring tells a user what it looks for, and one line in `CHECKS`. Decide on distinct values, write
the finding as SQL, and let `issue_from_sql` count it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from steward.checks.adversarial import (
    hidden_text,
    homoglyph,
    keyword_stuffing,
    prompt_injection,
)
from steward.checks.adversarial_names import camouflage, other_brand
from steward.checks.category import category
from steward.checks.conflict import conflict
from steward.checks.cross_column import cross_column
from steward.checks.dependency import dependency
from steward.checks.disguised_missing import disguised_missing
from steward.checks.domain import domain
from steward.checks.duplicates import duplicate_key, duplicate_row
from steward.checks.encoding import control_character, mojibake, white_space, width
from steward.checks.format import format
from steward.checks.missing import missing
from steward.checks.near_duplicate import near_duplicate
from steward.checks.outlier import outlier
from steward.checks.range import range
from steward.checks.reference import reference
from steward.checks.split_value import split_value
from steward.checks.swapped import swapped
from steward.checks.typo import typo
from steward.engine import Snapshot
from steward.types import Issue, Profile

CheckFunction = Callable[[Snapshot, Profile], Iterator[Issue]]


@dataclass(frozen=True, slots=True)
class Check:
    """A named, inferred test of data.

    `one_column`: it looks at each column of the profile alone, so that a profile of fewer columns
    is enough to run it on those.
    """

    run: CheckFunction
    one_column: bool = True

    @property
    def name(self) -> str:
        """The name that `--only`, `mute:` and `Issue.check` use."""
        return self.run.__name__

    @property
    def text(self) -> str:
        """What it looks for, for people."""
        return " ".join((self.run.__doc__ or "").split())


CHECKS: tuple[Check, ...] = (
    Check(missing),
    Check(disguised_missing),
    Check(format),
    Check(domain),
    Check(range),
    Check(outlier),
    Check(typo),
    Check(mojibake),
    Check(width),
    Check(control_character),
    Check(white_space),
    Check(homoglyph),
    Check(hidden_text),
    Check(camouflage),
    Check(keyword_stuffing),
    Check(prompt_injection),
    Check(dependency, one_column=False),
    Check(cross_column, one_column=False),
    Check(swapped, one_column=False),
    Check(split_value, one_column=False),
    Check(reference, one_column=False),
    Check(duplicate_key, one_column=False),
    Check(duplicate_row, one_column=False),
    Check(near_duplicate, one_column=False),
    Check(category, one_column=False),
    Check(conflict, one_column=False),
    Check(other_brand, one_column=False),
)
