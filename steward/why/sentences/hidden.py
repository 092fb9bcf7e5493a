"""Sentences: what shows only within a group of rows, and what moved to another column."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "wrong_scale": (
        "{rows:,} cells of {column} are outliers, about {factor} the usual for the same {group}: "
        "a lost decimal point or another unit. Held (usual): {shown}.",
        "{column} 有 {rows:,} 个异常值，约为同一 {group} 常见值的 {factor}："
        "小数点丢失或单位不同。现值（常见值）：{shown}。",
    ),
    "wrong_level": (
        "{rows:,} cells of {column} are outliers, about {factor} the usual for the same {group}. "
        "Held (usual): {shown}.",
        "{column} 有 {rows:,} 个异常值，约为同一 {group} 常见值的 {factor}。"
        "现值（常见值）：{shown}。",
    ),
    "wrong_order": (
        "In {rows:,} rows {low} and {high} are swapped: elsewhere {low} is not above {high}. "
        "Held: {shown}.",
        "有 {rows:,} 行的 {low} 与 {high} 对调了：其他行的 {low} 不高于 {high}。现值：{shown}。",
    ),
    "wrong_broken": (
        "{rows:,} cells of {column} no longer go with their {key}, which used to fix them: "
        "{shown}.",
        "{column} 有 {rows:,} 个单元格不再与其 {key} 对应，而此前由它决定：{shown}。",
    ),
    "wrong_broken_beside": (
        "{rows:,} values of {column} stand beside another {other} than their {key} always had: "
        "{shown}. The amounts cannot be compared with the others.",
        "{column} 有 {rows:,} 个值旁边的 {other} 与其 {key} 一贯的不同：{shown}。"
        "这些数值不能与其他的比较。",
    ),
    "proof_hidden": (
        "cells of {column} that deviate within their group",
        "{column} 中在组内偏离的单元格",
    ),
    "proof_hidden_cells": (
        "what these cells of {column} hold, and what was usual",
        "这些 {column} 单元格的内容，以及常见的内容",
    ),
    "action_hidden": (
        "see what {column} holds there, and have the source send it right",
        "查看该处 {column} 的内容，并请来源改正",
    ),
    "not_within": (
        "Within groups of rows, no slice of {column} has moved away from the usual.",
        "在各组行之内，{column} 没有任何部分偏离常态。",
    ),
    "moved_into": (
        "In {covered:,} of {affected:,} affected rows, what belongs in {column} now stands in "
        "{other}: {shown}. Before, {other} held it in {before} of such rows.",
        "{affected:,} 个受影响的行中有 {covered:,} 行的 {column} 内容现在写在 {other} 里：{shown}。"
        "此前 {other} 中有它的行占 {before}。",
    ),
    "proof_moved": (
        "affected rows whose {other} holds what belongs in {column}",
        "{other} 中含有应属 {column} 的内容的受影响行",
    ),
    "proof_moved_cells": ("what {other} holds in these rows", "这些行的 {other} 内容"),
    "action_moved": (
        "see what stands in {other} now; it can be split back into {column}",
        "查看 {other} 现在的内容；可以拆回 {column}",
    ),
}
