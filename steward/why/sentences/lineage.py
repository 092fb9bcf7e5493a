"""Sentences: where a row comes from."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "delivered_row": (
        "Row {row} came with batch {batch} ({source}), ingested {at}.",
        "第 {row} 行随批次 {batch}（{source}）而来，导入于 {at}。",
    ),
    "delivered_all": (
        "The {rows:,} rows of {table} came in {batches:,} deliveries.",
        "{table} 的 {rows:,} 行来自 {batches:,} 个批次。",
    ),
    "cell": ("{column} of row {row} is now {value}.", "第 {row} 行的 {column} 现在是 {value}。"),
    "moved": (
        "Row {row} is no longer in the table: it was moved aside.",
        "第 {row} 行已不在表中：它被移到了旁边。",
    ),
    "changed_by": (
        "Change set c{id} ({kind}) of {at}, fix f{fix} by {who}: {column} from {before} to "
        "{after}.",
        "{at} 的变更集 c{id}（{kind}），{who} 的修复 f{fix}：{column} 由 {before} 改为 {after}。",
    ),
    "changed_by_several": (
        "Change set c{id} ({kind}) of {at}, fix f{fix} by {who}: {cells:,} cells, {column} from "
        "{before} to {after}.",
        "{at} 的变更集 c{id}（{kind}），{who} 的修复 f{fix}："
        "{cells:,} 个单元格，{column} 由 {before} 改为 {after}。",
    ),
    "changed_undone": (
        "Change set c{id} ({kind}) of {at}, since undone: {column} from {before} to {after}.",
        "{at} 的变更集 c{id}（{kind}），后已撤销：{column} 由 {before} 改为 {after}。",
    ),
    "row_moved": (
        "Change set c{id} ({kind}) of {at}, fix f{fix} by {who}, moved rows.",
        "{at} 的变更集 c{id}（{kind}），{who} 的修复 f{fix} 移动了行。",
    ),
    "never_changed": (
        "Never changed since it was delivered.",
        "自交付以来从未改动。",
    ),
    "action_show_fix": ("the evidence of the last fix", "最近一次修复的依据"),
    "action_undo": ("take that fix back", "撤销该修复"),
    "proof_delivered": ("the deliveries it came with", "它所属的批次"),
    "proof_cell": ("{column} of row {row}", "第 {row} 行的 {column}"),
}
