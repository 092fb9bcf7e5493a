"""Sentences: what it is not."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "not_time": (
        "Not a change over time: {low} to {high} in each of {batches:,} deliveries.",
        "不是随时间的变化：{batches:,} 个批次中各占 {low} 到 {high}。",
    ),
    "not_elsewhere": (
        "Not a general fault: of the other {rows:,} rows {affected:,} are affected.",
        "不是普遍的问题：其余 {rows:,} 行中有 {affected:,} 行受影响。",
    ),
    "not_disguised": (
        "Not hidden behind words: no cell of {column} says N/A, unknown or the like.",
        "没有用文字掩盖：{column} 中没有 N/A、未知之类的值。",
    ),
    "not_together": (
        "Not rows that lack everything: no other column is empty in mostly the same rows.",
        "不是整行缺失：没有其他列在大致相同的行中为空。",
    ),
    "not_join": (
        "Not a failed join by {column}: its values are found in {reference}.",
        "不是按 {column} 关联失败：其值在 {reference} 中都能找到。",
    ),
    "not_normal": (
        "Not a column that some kinds of rows never have.",
        "不是某些类别的行本来就没有的列。",
    ),
}
