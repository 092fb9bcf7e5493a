"""The tables of a report: titles and rows of text, the same for Markdown and HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from steward.evaluate.kinds import KINDS
from steward.evaluate.paired import Difference
from steward.evaluate.record import Record


class Grid(NamedTuple):
    """A titled table of text; the first column is a name, the others are numbers."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


COUNTS = ("errors", "written", "fixed", "damaged")
BRIEF = ("case", *COUNTS, *("precision", "recall", "f1", "damage"), "phi 5", "silent", "s")
_SHORT = {"precision": "prec", "recall": "rec", "f1": "F1"}
RATES = ("precision", "recall", "f1", "damage", "coverage")


def overview(record: Record) -> Grid:
    """One row a case, and the means."""
    heads = ("case", "rows x columns", *COUNTS, *RATES, "phi 1", "phi 5", "phi 10", "silent",
             "survived", "ECE written", "ECE proposed", "s", "MB")  # fmt: skip
    rows = [_overview_row(case) for case in record.cases]
    s = record.summary
    means = [number(s[f"macro_{rate}"], 5 if rate == "damage" else 3) for rate in RATES]
    phis = [number(s[f"macro_phi_{cost}"]) for cost in (1, 5, 10)]
    sums = [str(s[count]) for count in COUNTS]
    rows.append(("mean, or sum", "", *sums, *means, *phis, str(s["silent"]), "", "", "",
                 number(s["seconds"], 1), number(s["peak_mb"], 0)))  # fmt: skip
    return Grid("Cases", heads, rows)


def brief(record: Record) -> Grid:
    """The overview in as many columns as a terminal holds."""
    whole = overview(record)
    keep = [whole.heads.index(head) for head in BRIEF]
    rows = [tuple(row[i] for i in keep) for row in whole.rows]
    return Grid(whole.title, tuple(_SHORT.get(head, head) for head in BRIEF), rows)


def by_column(case: Mapping[str, Any]) -> Grid:
    """Counts and rates by column."""
    return _parts("By column", "column", case["columns"])


def by_kind(case: Mapping[str, Any]) -> Grid:
    """Counts and rates by kind of error; under `none` stand the clean cells that were broken."""
    parts = {f"{kind} ({KINDS[kind]})" if kind in KINDS else kind: tally
             for kind, tally in case["kinds"].items()}  # fmt: skip
    return _parts("By kind of error", "kind", parts)


def by_corrector(case: Mapping[str, Any]) -> Grid:
    """What each corrector wrote, and how much of it was right."""
    rows = [
        (name, str(c["written"]), str(c["right"]), number(c["right"] / c["written"]),
         str(c["damaged"]))
        for name, c in case["correctors"].items()
    ]  # fmt: skip
    return Grid("By corrector", ("corrector", "written", "right", "precision", "damaged"), rows)


def detection(case: Mapping[str, Any]) -> Grid:
    """Finding an error apart from knowing what belongs there."""
    whole = case["whole"]
    named = {
        "detection precision (written cells that were errors)": whole["detection_precision"],
        "detection recall, or coverage (errors that were written)": whole["coverage"],
        "detection F1": whole["detection_f1"],
        "correction (of the errors written, those that got the truth)": whole["correction"],
    }
    return Grid("Detection and correction", ("measure", "value"),
                [(name, number(value)) for name, value in named.items()])  # fmt: skip


def differences(found: Sequence[Difference]) -> Grid:
    """A comparison of two runs."""
    rows = [
        (d.case, d.measure, number(d.a), number(d.b), f"{d.difference:+.3f}",
         f"[{d.lower:+.3f}, {d.upper:+.3f}]", "yes" if d.certain else "no")
        for d in found
    ]  # fmt: skip
    heads = ("case", "measure", "A", "B", "B - A", "95 % interval", "beyond chance")
    return Grid("B against A", heads, rows)


def number(value: float | None, digits: int = 3) -> str:
    """A number for a report; – where it is not defined."""
    return "–" if value is None or value != value else f"{value:.{digits}f}"


def _overview_row(case: Mapping[str, Any]) -> tuple[str, ...]:
    whole, calibration = case["whole"], case["calibration"]
    rates = [number(whole[rate], 5 if rate == "damage" else 3) for rate in RATES]
    ece = [
        number(part["ece"] if part["cells"] else None)
        for part in (calibration["written"], calibration["proposed"])
    ]
    return (
        case["name"],
        f"{case['shape'][0]} x {case['shape'][1]}",
        *(str(whole[count]) for count in COUNTS),
        *rates,
        *(number(whole[f"phi_{cost}"]) for cost in (1, 5, 10)),
        str(case["silent"]),
        number(case["survived_share"]),
        *ece,
        number(case["seconds"], 1),
        number(case["peak_mb"], 0),
    )


def _parts(title: str, head: str, parts: Mapping[str, Mapping[str, Any]]) -> Grid:
    rows = [
        (
            name,
            *(str(tally[count]) for count in COUNTS),
            *(number(tally[rate], 5 if rate == "damage" else 3) for rate in RATES),
        )
        for name, tally in parts.items()
    ]
    return Grid(title, (head, *COUNTS, *RATES), rows)
