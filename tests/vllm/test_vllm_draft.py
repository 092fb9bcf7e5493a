"""A real vLLM with random weights drafts fixes: it writes nothing, and the person is told why."""

import random
import re
from pathlib import Path

import pytest

from steward import Store
from steward.cli.entry import run
from steward.llm import Server

pytestmark = pytest.mark.vllm

CITIES = ("Hamburg", "München", "Stuttgart", "Frankfurt", "Leipzig")


@pytest.mark.parametrize(
    ("table", "aliases"),
    [("orders", ("HH", "Mainhattan", "Stuttgrat")), ("订单", ("沪", "京城", "羊城"))],
    ids=["en", "zh"],
)
def test_noise_writes_no_cell_and_the_person_is_told_why(
    vllm_server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    aliases: tuple[str, ...],
) -> None:
    rng, store = random.Random(3), tmp_path / "s.db"
    held = CITIES if table == "orders" else ("上海", "北京", "广州", "深圳", "杭州")
    cities = [rng.choice(held) for _ in range(300)]
    for place, alias in zip((5, 50, 120), aliases, strict=True):
        cities[place] = alias
    name = "city" if table == "orders" else "城市"
    lines = [f"id,{name}", *(f"{n},{city}" for n, city in enumerate(cities))]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", "utf-8")
    where = ["--store", str(store)]
    assert run(["init", *where]) == 0
    assert run(["ingest", str(tmp_path / "t.csv"), "--table", table, "--key", "id", *where]) == 0
    with Store(store) as opened:
        before = opened.content_hash(table)
    capsys.readouterr()
    model = ["--agent", "--model", vllm_server.url]
    assert run(["fix", "--table", table, *model, "--apply", "safe", *where]) == 0
    said = capsys.readouterr().out
    with Store(store) as opened:
        written = [line for change in opened.history(table) for line in opened.diff(change.id)]
        drafted = [f for f in opened.fixes(table) if f.provenance.corrector == "model"]
        assert opened.content_hash(table) == before
    assert not written and not drafted
    reason = r"backtest precision was 0 of \d+|mended none of \d+ damaged values"
    assert re.search(rf"{name}: .*({reason}).*nothing it drafted is used", said), said
    assert ("draft_fixes/v1.zh" if table == "订单" else "draft_fixes/v1.en") in said
