"""The words of the HTML report, in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

Language = Literal["en", "zh"]

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Profile of {table}", "{table} 数据概况"),
    "size": ("{rows} rows, {columns} columns", "{rows} 行，{columns} 列"),
    "score": ("Quality score", "质量得分"),
    "score_how": (
        "100 is perfect. The mean of the dimensions below that could be measured.",
        "满分 100。为下列可测维度的平均值。",
    ),
    "not_measured": ("not measured", "未测量"),
    "failed_of": ("{failed} of {tested} fail", "{tested} 个中有 {failed} 个不合格"),
    "completeness": ("Completeness", "完整性"),
    "validity": ("Validity", "有效性"),
    "consistency": ("Consistency", "一致性"),
    "uniqueness": ("Uniqueness", "唯一性"),
    "timeliness": ("Timeliness", "及时性"),
    "accuracy": ("Accuracy", "准确性"),
    "completeness_how": ("Cells that are filled", "已填写的单元格"),
    "validity_how": ("Values that fit their column", "符合所在列类型的值"),
    "consistency_how": ("Values that agree with each other", "彼此相符的值"),
    "uniqueness_how": ("Rows that are not repeated", "没有重复的行"),
    "timeliness_how": ("Rows delivered recently enough", "近期交付的行"),
    "accuracy_how": ("Needs a reference to compare with", "需要参照数据"),
    "stands_out": ("What stands out", "值得注意"),
    "nothing": ("Nothing unusual was measured.", "未发现异常。"),
    "issues": ("Issues found by checks", "检查发现的问题"),
    "rows": ("rows", "行"),
    "columns": ("Columns", "列"),
    "columns_hint": ("Tap a column to see its details.", "点击列名查看详情。"),
    "links": ("What goes with what", "列之间的关系"),
    "links_hint": (
        "Rows with the same value on the left have the same value on the right.",
        "左侧值相同的行，右侧值也相同。",
    ),
    "holds": ("holds for {share} of rows", "对 {share} 的行成立"),
    "references": ("Links to other tables", "与其他表的关联"),
    "refers": (
        "{unmatched} of {tested} rows find no match",
        "{tested} 行中有 {unmatched} 行找不到对应",
    ),
    "batches": ("Deliveries", "交付批次"),
    "batch": ("Delivery {id}", "第 {id} 批"),
    "changes": ("What changed between deliveries", "批次之间的变化"),
    "measure_missing": ("missing values", "缺失值"),
    "measure_format": ("share of the format that changed most", "变化最大的格式占比"),
    "measure_new_values": ("values never seen before", "从未出现过的值"),
    "measure_median": ("typical value", "典型值"),
    "from_to": ("from {before} to {after}", "由 {before} 变为 {after}"),
    "filled": ("filled", "已填写"),
    "hidden": ("looks filled, means nothing", "看似填写，实为空缺"),
    "empty_cells": ("empty", "空"),
    "different": ("different values", "不同的值"),
    "once": ("appear once", "只出现一次"),
    "fits": ("fit the type", "符合类型"),
    "length": ("length", "长度"),
    "characters": ("{low} to {high} characters", "{low} 至 {high} 个字符"),
    "key": ("names each row", "可作主键"),
    "near_key": ("names nearly every row", "近似主键"),
    "spread": ("How the numbers spread", "数值分布"),
    "usual": ("usual range {low} to {high}", "正常范围 {low} 至 {high}"),
    "half": ("half of the rows lie between {low} and {high}", "半数的行介于 {low} 与 {high} 之间"),
    "outside": ("{n} rows outside the usual range", "{n} 行超出正常范围"),
    "top": ("Most frequent values", "最常见的值"),
    "rare": ("Rarest values", "最少见的值"),
    "masks": ("Shapes", "格式"),
    "masks_hint": (
        "9 digit, A and a letters, 汉 Chinese, + more of the same; with an example",
        "9 数字，A/a 字母，汉 汉字，+ 表示重复；附示例",
    ),
    "units": ("Units", "单位"),
    "scripts": ("Writing", "文字"),
    "out_hidden": (
        "{column}: {n} rows ({share}) hold {value}, which stands for nothing.",
        "{column}：{n} 行（{share}）填的是 {value}，等于没有填写。",
    ),
    "out_missing": ("{column}: {n} rows ({share}) are empty.", "{column}：{n} 行（{share}）为空。"),
    "out_invalid": (
        "{column}: about {n} values ({share}) do not look like {semantic}.",
        "{column}：约 {n} 个值（{share}）不像{semantic}。",
    ),
    "out_outside": (
        "{column}: {n} values lie far outside the usual range {low} to {high}.",
        "{column}：{n} 个值远超正常范围 {low} 至 {high}。",
    ),
    "out_duplicates": ("{n} rows repeat another row in every column.", "{n} 行与其他行完全重复。"),
    "out_near_key": (
        "{column} names nearly every row, but {n} rows share a value.",
        "{column} 近似主键，但有 {n} 行的值重复。",
    ),
    "out_units": (
        "{column}: amounts come in {n} units ({units}).",
        "{column}：有 {n} 种单位（{units}）。",
    ),
    "out_reference": (
        "{column}: {n} rows have no match in {other}.",
        "{column}：{n} 行在 {other} 中找不到对应。",
    ),
    "made": ("Made by steward. Content {hash}.", "由 steward 生成。内容指纹 {hash}。"),
    "more": ("and {n} more", "另有 {n} 项"),
    "id": ("an id", "编号"),
    "code": ("a code", "代码"),
    "money": ("money", "金额"),
    "quantity": ("an amount with unit", "带单位的数量"),
    "number": ("a number", "数字"),
    "percent": ("a percentage", "百分比"),
    "date": ("a date", "日期"),
    "url": ("a web address", "网址"),
    "email": ("an email address", "电子邮箱"),
    "phone": ("a phone number", "电话"),
    "gtin": ("a barcode number", "条码"),
    "country": ("a country", "国家"),
    "language": ("a language", "语言"),
    "boolean": ("yes or no", "是/否"),
    "category_path": ("a category path", "类目路径"),
    "category": ("one of a few values", "枚举值"),
    "text": ("text", "文本"),
    "empty": ("nothing", "空列"),
}  # fmt: skip


def speaker(language: Language) -> Callable[..., str]:
    """Return a function that says a word of `WORDS` in a language, its places filled in."""
    place = 1 if language == "zh" else 0

    def say(key: str, **values: object) -> str:
        return WORDS[key][place].format(**values)

    return say
