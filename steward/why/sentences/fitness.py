"""Sentences: fitness to train on."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "fitness_fit": (
        "{table} is fit to train on: {of:,} measures looked at, none speaks against it.",
        "{table} 适合用于训练：查看了 {of:,} 项指标，没有不利的。",
    ),
    "fitness_care": (
        "{table} is fit to train on with care: {bad:,} of {of:,} measures speak against it.",
        "{table} 可以用于训练，但需谨慎：{of:,} 项指标中有 {bad:,} 项不利。",
    ),
    "fitness_unfit": (
        "{table} is not fit to train on: {bad:,} of {of:,} measures speak against it.",
        "{table} 不适合用于训练：{of:,} 项指标中有 {bad:,} 项不利。",
    ),
    "rows_bad": ("Only {rows:,} rows: few to learn from.", "只有 {rows:,} 行：可学的太少。"),
    "rows_good": ("{rows:,} rows.", "共 {rows:,} 行。"),
    "text_blank_bad": (
        "{rows:,} rows ({share}) have no text in {column}.",
        "{rows:,} 行（{share}）的 {column} 没有文字。",
    ),
    "text_blank_good": (
        "Text: {column} is empty in {rows:,} rows ({share}).",
        "文字：{column} 在 {rows:,} 行（{share}）中为空。",
    ),
    "repeated_text_bad": (
        "{rows:,} rows ({share}) repeat the {column} of another: split by it, or test data leaks.",
        "{rows:,} 行（{share}）的 {column} 与其他行相同：应按它划分，否则测试数据会泄漏。",
    ),
    "repeated_text_good": (
        "{rows:,} rows ({share}) repeat the {column} of another.",
        "{rows:,} 行（{share}）的 {column} 与其他行相同。",
    ),
    "damaged_text_bad": (
        "{rows:,} rows ({share}) hold damaged text in {column}.",
        "{rows:,} 行（{share}）的 {column} 含有损坏的文字。",
    ),
    "damaged_text_good": (
        "Damaged text in {column}: {rows:,} rows ({share}).",
        "{column} 中损坏的文字：{rows:,} 行（{share}）。",
    ),
    "repeated_rows_bad": (
        "{rows:,} rows ({share}) repeat another row but for its key: they leak into test data.",
        "{rows:,} 行（{share}）除键以外与其他行相同：会泄漏到测试数据中。",
    ),
    "repeated_rows_good": (
        "{rows:,} rows ({share}) repeat another row but for its key.",
        "{rows:,} 行（{share}）除键以外与其他行相同。",
    ),
    "label_blank_bad": (
        "{rows:,} rows ({share}) have no label in {column}.",
        "{rows:,} 行（{share}）的 {column} 没有标签。",
    ),
    "label_blank_good": (
        "Labels: {column} is empty in {rows:,} rows ({share}).",
        "标签：{column} 在 {rows:,} 行（{share}）中为空。",
    ),
    "one_class_bad": (
        "One of {classes:,} values of {column} holds {share} of the labelled rows.",
        "{column} 的 {classes:,} 个值中，有一个占了有标签行的 {share}。",
    ),
    "one_class_good": (
        "Balance: the largest of {classes:,} values of {column} holds {share}.",
        "均衡性：{column} 的 {classes:,} 个值中，最大的占 {share}。",
    ),
    "thin_classes_bad": (
        "{thin:,} of {classes:,} values of {column} ({share}) have fewer than 10 rows.",
        "{column} 的 {classes:,} 个值中有 {thin:,} 个（{share}）不足 10 行。",
    ),
    "thin_classes_good": (
        "Thin classes: {thin:,} of {classes:,} values of {column} ({share}) under 10 rows.",
        "稀少类别：{column} 的 {classes:,} 个值中有 {thin:,} 个（{share}）不足 10 行。",
    ),
    "judged": (
        "{rows:,} rows ({share}) are named in {other}.",
        "{rows:,} 行（{share}）在 {other} 中被提到。",
    ),
    "action_why": ("why they are empty", "为什么为空"),
    "action_why_duplicates": ("why rows repeat", "为什么有重复的行"),
    "proof_same_text": (
        "rows whose {column} another row has too, all but one each",
        "{column} 与其他行相同的行（每组除一行外）",
    ),
    "proof_damaged": ("rows with damaged text in {column}", "{column} 含有损坏文字的行"),
    "proof_classes": ("each value of {column} with its rows", "{column} 的各个值及其行数"),
    "proof_judged": ("rows whose key is in {other}", "键出现在 {other} 中的行"),
}
