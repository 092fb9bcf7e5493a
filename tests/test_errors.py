"""The error tree: what its docstring draws is what the classes do."""

import inspect
import re

import pytest

from steward import errors

CODES = {
    "StewardError": 1,
    "UsageError": 2,
    "UnknownTable": 2,
    "UnknownColumn": 2,
    "StoreError": 3,
    "NoStore": 3,
    "StoreLocked": 3,
    "StoreFull": 3,
    "InputError": 4,
    "StaleFix": 5,
    "UndoBlocked": 5,
    "MissingExtra": 6,
    "ContentError": 7,
    "GateError": 8,
    "ModelError": 9,
    "Unanswered": 10,
    "ToolRetry": 11,
}
CLASSES = {
    name: cls
    for name, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, errors.StewardError)
}


def drawn() -> dict[str, int | None]:
    """Name and exit code of each line of the drawing; a code is inherited when it is not drawn."""
    lines = re.findall(r"^[ │├└─]*([A-Z]\w+) {2,}(\d+)?", errors.__doc__ or "", re.MULTILINE)
    return {name: int(code) if code else None for name, code in lines}


def test_every_class_is_documented_and_nothing_else() -> None:
    assert set(CLASSES) == set(CODES) == set(drawn())


@pytest.mark.parametrize("name", sorted(CODES))
def test_each_class_has_its_exit_code(name: str) -> None:
    assert CLASSES[name].exit_code == CODES[name]
    assert drawn()[name] in (None, CODES[name])


@pytest.mark.parametrize("name", sorted(CODES))
def test_each_class_says_what_it_means(name: str) -> None:
    assert CLASSES[name].__doc__ and CLASSES[name].__doc__ != errors.StewardError.__mro__[1].__doc__


def test_a_missing_extra_names_the_pip_command() -> None:
    error = errors.MissingExtra("Spark", "spark")
    assert error.hint == 'pip install "steward[spark]"'
    assert "Spark" in error.message


def test_an_error_carries_what_to_do_next() -> None:
    error = errors.InputError("items.csv: row 7 has 3 cells, not 4.", hint="Fix row 7.")
    assert (str(error), error.hint) == ("items.csv: row 7 has 3 cells, not 4.", "Fix row 7.")
