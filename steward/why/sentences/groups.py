"""Sentences: two groups of rows, and changes."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "missing_differs": (
        "{column} is empty in {a} of the rows with {one}, against {b} with {other}.",
        "{column} 为空的比例：{one} 的行中占 {a}，{other} 的行中占 {b}。",
    ),
    "share_differs": (
        "{column} is {value} in {a} of the rows with {one}, against {b} with {other}.",
        "{column} 为 {value} 的比例：{one} 的行中占 {a}，{other} 的行中占 {b}。",
    ),
    "median_differs": (
        "The median of {column} is {a} in the rows with {one}, against {b} with {other}.",
        "{column} 的中位数：{one} 的行中为 {a}，{other} 的行中为 {b}。",
    ),
    "rows_since": (
        "{new:,} rows came since batch {batch} ({source}; deliveries: {batches:,}), after {old:,} "
        "before.",
        "自批次 {batch}（{source}）起的 {batches:,} 个批次带来 {new:,} 行，此前有 {old:,} 行。",
    ),
    "change_set": (
        "Change set c{id} ({kind}) of {at} wrote {cells:,} cells.",
        "{at} 的变更集 c{id}（{kind}）写入了 {cells:,} 个单元格。",
    ),
    "change_set_undone": (
        "Change set c{id} ({kind}) of {at} wrote {cells:,} cells, and was undone.",
        "{at} 的变更集 c{id}（{kind}）写入了 {cells:,} 个单元格，后来被撤销。",
    ),
    "not_changed": (
        "No difference in {columns:,} columns that chance would not explain.",
        "{columns:,} 列中没有偶然性解释不了的差异。",
    ),
    "proof_two_parts": (
        "rows of both groups, and how many of them hold it in {column}",
        "两组的行数，以及其中 {column} 符合的行数",
    ),
    "proof_rows_since": ("rows since batch {batch}", "自批次 {batch} 起的行"),
    "proof_rows_before": ("rows before batch {batch}", "批次 {batch} 之前的行"),
    "proof_group": ("rows of the group {where}", "{where} 这一组的行"),
}
