"""steward fix, from proposals to what survived, on a table with recorded errors."""

from collections.abc import Callable
from pathlib import Path

import pytest

Said = Callable[..., object]


def rows(steward: Said, sql: str) -> list[list[object]]:
    return steward("query", sql, "--json", "--limit", "1000").document["rows"]


def test_fixes_are_proposed_applied_verified_and_taken_back(shop: Said, folder: Path) -> None:
    everything = "select * from items order by _steward_row"
    before = rows(shop, everything)

    proposed = shop("fix", "--json").document
    assert proposed["outcome"] is None
    assert proposed["fixes"]
    assert rows(shop, everything) == before

    dry = shop("fix", "--apply", "safe", "--dry-run", "--json").document["outcome"]
    assert dry["dry_run"] and dry["change_set"] is None
    assert rows(shop, everything) == before

    counts = shop("fix", "--apply", "safe", "--json").document["outcome"]["counts"]
    assert counts["applied"] == counts["survived"] + counts["reverted"]
    assert counts["safe"] == counts["applied"] + counts["skipped"]
    assert counts["survived"] > 0
    after = rows(shop, everything)
    assert after != before

    made = [one["id"] for one in shop("history", "--json").document["change_sets"]]
    for number in reversed(made):
        assert shop("undo", f"c{number}").code == 0
    assert rows(shop, everything) == before


@pytest.mark.slow
def test_fixes_are_shown_listed_and_the_same_every_time(shop: Said) -> None:
    said = shop("fix", "--limit", "0")
    listed = shop("fixes", "--json").document["fixes"]
    assert listed and f"{len(listed):,} fixes" in said.out
    first = next(one for one in listed if one["changes"])
    assert first["evidence"]["text"] in shop("show", str(first["id"])).out
    again = shop("fix", "--json").document["fixes"]
    assert [{**one, "id": 0, "run": 0} for one in again] == [
        {**one, "id": 0, "run": 0} for one in listed
    ]


@pytest.mark.slow
def test_a_rejected_fix_is_not_applied_and_not_asked_again(shop: Said) -> None:
    shop("fix")
    shop("review", typed="r\nq\n")
    (rejected,) = shop("fixes", "--status", "rejected", "--json").document["fixes"]
    shop("fix")
    waiting = shop("fixes", "--status", "proposed", "--json").document["fixes"]
    assert rejected["changes"] not in [
        one["changes"] for one in waiting if one["rows"] == rejected["rows"]
    ]
