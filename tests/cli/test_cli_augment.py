"""`steward augment`, its audit and `steward balance`, as a person types them."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def asked(steward: Callable[..., object], folder: Path) -> Callable[..., object]:
    words = ("lamp", "desk lamp", "running shoe", "手机壳", "充电器 64 gb", "wool scarf")
    lines = ["query", *(f"{word} {colour}" for word in words for colour in ("red", "blue", "pink"))]
    (folder / "queries.csv").write_text("\n".join(lines) + "\n", "utf-8")
    rows = [f"{n},{'rare' if n % 9 == 0 else 'usual'}" for n in range(90)]
    (folder / "items.csv").write_text("\n".join(["id,class", *rows]) + "\n", "utf-8")
    assert steward("init").code == 0
    for name in ("queries", "items"):
        assert steward("ingest", f"{name}.csv").code == 0
    return steward


def test_noise_is_shown_written_and_audited(asked: Callable[..., object], folder: Path) -> None:
    assert "No rows have been made" in asked("augment", "audit").out
    dry = asked("augment", "--table", "queries", "--dry-run", "--json").document
    assert dry["dry_run"] and dry["written"] == 0 and dry["rows"]
    said = asked("augment", "--table", "queries")
    assert said.code == 0 and "were not touched" in said.out
    again = asked("augment", "--table", "queries", "--json").document
    assert again["written"] == 0
    audit = asked("augment", "audit", "--json").document
    kept = [row for row in dry["rows"] if not row["dropped_by"]]
    assert sum(audit["kept"].values()) == len(kept)
    assert audit["dropped"]["duplicate"] >= len(kept) and audit["examples"]
    assert "duplicate" in asked("augment", "audit").out
    drawn = asked("augment", "audit", "--plot", "figures/made.svg")
    assert "made.svg" in drawn.out and "rows made" in (folder / "figures/made.svg").read_text()
    refused = asked("augment", "audit", "--plot", "made.png")
    assert refused.code == 2 and "something.svg" in refused.err


def test_a_method_that_is_not_there_or_has_no_model(
    asked: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STEWARD_MODEL_URL", raising=False)
    said = asked("augment", "--table", "queries", "--method", "shout")
    assert said.code == 2 and "no method shout" in said.err and "noise" in said.err
    assert asked("augment", "--table", "queries", "--method", "paraphrase").code != 0


def test_classes_are_balanced_into_a_table_of_their_own(asked: Callable[..., object]) -> None:
    words = ("balance", "--table", "items", "--label", "class", "--ratio", "2")
    dry = asked(*words, "--dry-run")
    assert "rare" in dry.out and "would write 120 rows" in dry.out
    assert "Wrote 120 rows into table items_balanced" in asked(*words).out
    assert asked("tables", "--json").document["tables"][-1]["rows"] >= 1
    assert asked("balance", "--table", "items_balanced", "--label", "class").code == 2
