"""Cases of which a few are tried by every run, and all of them by `make test-all`."""

from collections.abc import Iterable
from typing import Any

import pytest


def few(cases: Iterable[Any], quick: int = 4, *, plain: bool = True) -> list[Any]:
    """The cases, all but the first few marked slow; not `plain`: each is the values of a test."""
    marked = []
    for number, case in enumerate(cases):
        values = (case,) if plain else case
        marked.append(pytest.param(*values, marks=() if number < quick else pytest.mark.slow))
    return marked
