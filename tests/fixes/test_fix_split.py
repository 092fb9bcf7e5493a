from steward.engine import Snapshot
from steward.fixes.corrector import Corrector
from steward.fixes.repeated import RepeatedNeighbour
from steward.fixes.split import SplitValue, cut_off
from steward.profile import profile_table
from steward.types import Fix, FixKind, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


CITIES = ["Portland", "San Francisco", "Denver", "Boulder"] * 10
STATES = ["OR", "CA", "CO", "CO"] * 10


def test_a_swallowed_neighbour_moves_to_its_empty_column() -> None:
    columns = {"city": [*CITIES, "San Francisco CA", "Denver, CO"], "state": [*STATES, "", ""]}
    fixes = propose(SplitValue(), columns)
    changes = {tuple((c.column, c.before, c.after) for c in fix.changes) for fix in fixes}
    assert changes == {
        (("city", "San Francisco CA", "San Francisco"), ("state", "", "CA")),
        (("city", "Denver, CO", "Denver"), ("state", "", "CO")),
    }
    assert all(fix.kind is FixKind.MAPPING for fix in fixes)


def test_a_number_and_its_unit_are_split() -> None:
    columns = {
        "weight": [*[f"{n % 9 + 1}.5" for n in range(90)], "1.5kg", "2.5 kg", "3.5g"],
        "unit": [*["kg", "g", "kg"] * 30, None, None, None],
    }
    moved = {fix.changes[0].before: fix.changes[1].after for fix in propose(SplitValue(), columns)}
    assert moved == {"1.5kg": "kg", "2.5 kg": "kg", "3.5g": "g"}


def test_titles_that_usually_end_in_the_value_are_not_split() -> None:
    titles = ["Shirt", "Shirt red", "Hat", "Hat blue"] * 10 + ["Shirt red"]
    columns = {"title": titles, "colour": [*["red", "red", "blue", "blue"] * 10, ""]}
    assert propose(SplitValue(), columns) == []


def test_a_value_that_repeats_its_neighbour_is_cut() -> None:
    columns = {"city": [*CITIES, "Portland OR"], "state": [*STATES, "OR"]}
    (fix,) = propose(RepeatedNeighbour(), columns)
    assert (fix.changes[0].after, fix.safety) == ("Portland", Safety.UNSAFE)


def test_two_ways_to_cut_are_none() -> None:
    assert cut_off("CA Denver CO", frozenset({"CA", "CO"})) is None
    assert cut_off("Denver (CO)", frozenset({"CA", "CO"})) == ("Denver", "CO")
