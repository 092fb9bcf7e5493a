"""Sentences: rows that repeat."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "healthy_duplicates": (
        "No row of {table} repeats another: {rows:,} rows, all different.",
        "{table} 没有重复行：{rows:,} 行各不相同。",
    ),
    "duplicates_exact": (
        "{rows:,} rows repeat an earlier row in every column.",
        "{rows:,} 行在所有列上都与之前的行相同。",
    ),
    "duplicates_key_changed": (
        "{rows:,} rows repeat an earlier row in all but the columns that name it: its key changed.",
        "{rows:,} 行除了标识列以外都与之前的行相同：键变了。",
    ),
    "duplicates_same_name": (
        "{rows:,} rows have the {column} of an earlier row, but differ otherwise.",
        "{rows:,} 行与之前的行 {column} 相同，但其他列不同。",
    ),
    "batch_resent": (
        "Batch {batch} ({source}) was sent again: {again:,} of its {rows:,} rows ({share}) had "
        "come before.",
        "批次 {batch}（{source}）是重复发送的：{rows:,} 行中有 {again:,} 行（{share}）此前已有。",
    ),
    "several_sources": (
        "{names:,} values of {column} come under more than one {other}: the same thing from "
        "several sources.",
        "{names:,} 个 {column} 出现在多个 {other} 下：同一事物来自多个来源。",
    ),
    "not_exact": ("No row repeats another in every column.", "没有在所有列上都相同的行。"),
    "action_merge": (
        "propose merges of duplicates, for you to review",
        "生成合并重复行的建议，供你审阅",
    ),
    "proof_repeats": ("rows that repeat an earlier row", "与之前某行重复的行"),
    "proof_repeats_exact": (
        "rows that repeat an earlier row in every column",
        "在所有列上与之前某行相同的行",
    ),
    "proof_repeats_key_changed": (
        "rows that repeat an earlier row but for the columns that name it",
        "除标识列外与之前某行相同的行",
    ),
    "proof_repeats_same_name": (
        "rows that have the {column} of an earlier row",
        "与之前某行 {column} 相同的行",
    ),
    "proof_resent": (
        "rows of batch {batch} that repeat an earlier row",
        "批次 {batch} 中与之前某行相同的行",
    ),
    "proof_several": (
        "values of {column} with more than one {other}",
        "有多个 {other} 的 {column} 值",
    ),
}
