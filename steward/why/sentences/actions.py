"""Sentences: what to do."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "action_propose": (
        "propose fixes; each corrector is measured on this table",
        "生成修复建议；每个修复器都会在本表上测量",
    ),
    "action_review": (
        "{cells:,} of the affected cells have a proposal to decide on",
        "受影响的单元格中有 {cells:,} 个已有待审的建议",
    ),
    "action_safe": (
        "{cells:,} of them are safe enough to apply unseen; undo takes them back",
        "其中 {cells:,} 个可以直接应用，也可以撤销",
    ),
    "action_keys": (
        "see the {keys:,} failing names, and tell the source or add them to {reference}",
        "查看 {keys:,} 个关联失败的名称，告知来源，或把它们加入 {reference}",
    ),
    "action_source": (
        "see the deliveries, and ask whoever sends {what} what changed with {source}",
        "查看各批次，并询问提供 {what} 的一方在 {source} 中改了什么",
    ),
    "action_show": ("see the affected rows", "查看受影响的行"),
}
