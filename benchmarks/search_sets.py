"""Write public relevance sets as the two files that `steward eval run search` reads.

    python benchmarks/search_sets.py chorus_icecat FOLDER
    python benchmarks/search_sets.py homedepot_dev FOLDER

They are read from `$STEWARD_DATA/relevance`; nothing of them ships with the project.
"""

from __future__ import annotations

import csv
import html
import json
import os
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

ICECAT = ("id", "title", "supplier", "short_description", "price", "date_released")
JUDGED = ("query", "item", "grade")


def write_sets(name: str, source: Path, folder: Path) -> None:
    """Write items.csv and judgments.csv of one set into a folder."""
    items, judgments = {"chorus_icecat": chorus_icecat, "homedepot_dev": homedepot_dev}[name](
        source
    )
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in (("items.csv", items), ("judgments.csv", judgments)):
        with (folder / file).open("w", encoding="utf-8", newline="") as sink:
            writer = csv.DictWriter(sink, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def chorus_icecat(source: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Products of a shop of electronics, graded 0 to 3 by three people; the final grade."""
    items: dict[str, dict[str, str]] = {}
    for path in sorted((source / "chorus_icecat").glob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            for row in json.loads(packed.read(packed.namelist()[0])):
                told = {name: str(row.get(name) or "") for name in ICECAT}
                items.setdefault(row["id"], {**told, "attributes": _attributes(row)})
    with (source / "chorus_icecat" / "Broad_Query_Set_rated.csv").open(encoding="utf-8") as rows:
        judged = [_judged(r["query"], r["docid"], r["rating"]) for r in csv.DictReader(rows)]
    return list(items.values()), judged


def homedepot_dev(source: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Titles of a hardware shop; relevance 1 to 3 becomes 0 to 2, so that 1 is irrelevant."""
    with (source / "homedepot_dev" / "judgments.csv").open(encoding="utf-8") as rows:
        read = list(csv.DictReader(rows))
    items: dict[str, dict[str, str]] = {}
    for row in read:
        title = html.unescape(row["product_title"])
        items.setdefault(row["product_uid"], {"id": row["product_uid"], "title": title})
    judged = [
        _judged(row["search_term"], row["product_uid"], f"{float(row['relevance']) - 1:.2f}")
        for row in read
    ]
    return list(items.values()), judged


def _attributes(row: Mapping[str, object]) -> str:
    """Names and values of the 5,354 sparse attributes, as `cable length: 1.8; ...`."""
    named = {key[7:].replace("_", " ").strip(): v for key, v in row.items() if key[:5] == "attr_"}
    return "; ".join(f"{name}: {value}" for name, value in named.items() if value)


def _judged(*values: str) -> dict[str, str]:
    return dict(zip(JUDGED, values, strict=True))


if __name__ == "__main__":
    write_sets(sys.argv[1], Path(os.environ["STEWARD_DATA"]) / "relevance", Path(sys.argv[2]))
