"""Sentences: what the rows of a proof show, and the heads of answers."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "proof_rows": ("all rows of {table}", "{table} 的全部行"),
    "proof_missing": ("rows without {column}", "没有 {column} 的行"),
    "proof_filled": ("rows with {column}", "有 {column} 的行"),
    "proof_slice_hits": ("affected rows with {slice}", "满足 {slice} 的受影响行"),
    "proof_slice_rows": ("all rows with {slice}", "满足 {slice} 的全部行"),
    "proof_over_batches": (
        "rows and affected rows of each delivery, with {what}",
        "各批次中 {what} 的行数与受影响的行数",
    ),
    "proof_over_time": (
        "rows and affected rows by month of {column}, with {what}",
        "按 {column} 的月份统计 {what} 的行数与受影响的行数",
    ),
    "proof_key_dropped": ("affected rows without {column}", "没有 {column} 的受影响行"),
    "proof_key_unmatched": (
        "affected rows whose {column} is not in {reference}",
        "{column} 不在 {reference} 中的受影响行",
    ),
    "proof_failing_keys": (
        "each {column} of the affected rows that is not in {reference}, with its rows",
        "受影响行中不在 {reference} 的各个 {column} 及其行数",
    ),
    "proof_kind_unknown": ("blanks in rows without {column}", "没有 {column} 的行中的空值"),
    "proof_kind_hits": ("blanks with {slice}", "满足 {slice} 的空值"),
    "proof_disguised": (
        "cells of {column} that say in words that they hold nothing",
        "{column} 中用文字表示没有值的单元格",
    ),
    "proof_shared": ("rows without {column} and without {other}", "{column} 与 {other} 都没有的行"),
    "proof_elsewhere": ("affected rows outside {slice}", "{slice} 之外的受影响行"),
    "proof_every_batch": ("rows and affected rows of each delivery", "各批次的行数与受影响的行数"),
    "head_missing": (
        "{affected:,} of {rows:,} rows of {table} have no {column} ({share}).",
        "{table} 的 {rows:,} 行中有 {affected:,} 行没有 {column}（{share}）。",
    ),
    "head_wrong": (
        "{affected:,} of {rows:,} rows of {table} hold a wrong {column} ({share}).",
        "{table} 的 {rows:,} 行中有 {affected:,} 行的 {column} 有误（{share}）。",
    ),
    "head_duplicates": (
        "{affected:,} of {rows:,} rows of {table} repeat an earlier row ({share}).",
        "{table} 的 {rows:,} 行中有 {affected:,} 行与之前的行重复（{share}）。",
    ),
    "head_changed": (
        "{affected:,} of {rows:,} rows of {table} are new ({share}).",
        "{table} 的 {rows:,} 行中有 {affected:,} 行是新的（{share}）。",
    ),
    "head_compared": (
        "{affected:,} of {rows:,} rows of {table} are in the first group ({share}).",
        "{table} 的 {rows:,} 行中有 {affected:,} 行属于第一组（{share}）。",
    ),
    "head_lineage": ("Where {table} comes from.", "{table} 的来历。"),
    "head_fit": ("Is {table} fit to train on?", "{table} 适合训练吗？"),
    "verdict_healthy": ("healthy", "正常"),
    "verdict_explained": ("explained", "已查明"),
    "verdict_partly": ("partly explained", "部分查明"),
    "verdict_unexplained": ("not explained", "未查明"),
    "label_causes": ("What was found", "发现"),
    "label_ruled_out": ("What it is not", "不是什么"),
    "label_fixable": ("What can be fixed", "可修复"),
    "label_actions": ("What to do", "怎么办"),
    "label_proofs": ("Proofs", "证据"),
    "label_fixable_line": (
        "{corrector}: {cells:,} cells, {safe:,} of them safe; precision {precision} in "
        "{tried:,} trials",
        "{corrector}：{cells:,} 个单元格，其中 {safe:,} 个可直接应用；"
        "实测精度 {precision}（试验 {tried:,} 次）",
    ),
    "label_proof_sql": (
        "The query of a proof: steward why … --sql 1",
        "查看证据的查询：steward why … --sql 1",
    ),
}
