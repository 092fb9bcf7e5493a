"""Sentences: what was found about blanks and slices."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "healthy_missing": (
        "{column} is filled in all {rows:,} rows.",
        "{column} 在全部 {rows:,} 行中都有值。",
    ),
    "slice": (
        "{covered:,} of {affected:,} affected rows are those with {slice}: {rate} of its "
        "{rows:,} rows, against {outside} elsewhere.",
        "{affected:,} 个受影响的行中有 {covered:,} 个满足 {slice}："
        "这 {rows:,} 行中占 {rate}，其余各处占 {outside}。",
    ),
    "since_batch": (
        "Since batch {batch} ({source}): {after} of the rows with {what}, against {before} before.",
        "自批次 {batch}（{source}）起：在 {what} 的行中占 {after}，此前为 {before}。",
    ),
    "since_date": (
        "Since {column} {at}: {after} of the rows with {what}, against {before} before.",
        "自 {column} {at} 起：在 {what} 的行中占 {after}，此前为 {before}。",
    ),
    "between_batches": (
        "From batch {batch} ({source}) to batch {until}: {after} of the rows with {what}, against "
        "{before} otherwise.",
        "从批次 {batch}（{source}）到批次 {until}："
        "在 {what} 的行中占 {after}，其他时候为 {before}。",
    ),
    "between_dates": (
        "From {column} {at} to before {until}: {after} of the rows with {what}, against {before} "
        "otherwise.",
        "从 {column} {at} 到 {until} 之前：在 {what} 的行中占 {after}，其他时候为 {before}。",
    ),
    "since_batch_all": (
        "Since batch {batch} ({source}): {after} of all rows, against {before} before.",
        "自批次 {batch}（{source}）起：占全部行的 {after}，此前为 {before}。",
    ),
    "since_date_all": (
        "Since {column} {at}: {after} of all rows, against {before} before.",
        "自 {column} {at} 起：占全部行的 {after}，此前为 {before}。",
    ),
    "between_batches_all": (
        "From batch {batch} ({source}) to batch {until}: {after} of all rows, against {before} "
        "otherwise.",
        "从批次 {batch}（{source}）到批次 {until}：占全部行的 {after}，其他时候为 {before}。",
    ),
    "between_dates_all": (
        "From {column} {at} to before {until}: {after} of all rows, against {before} otherwise.",
        "从 {column} {at} 到 {until} 之前：占全部行的 {after}，其他时候为 {before}。",
    ),
    "failed_join_renamed": (
        "{failed:,} of these {of:,} rows hold a {column} that is not in {reference}: {keys:,} "
        "names were renamed, and the join finds none of them. {shown}",
        "这 {of:,} 行中有 {failed:,} 行的 {column} 不在 {reference} 中："
        "{keys:,} 个名称改了，关联不到。{shown}",
    ),
    "failed_join_full_width": (
        "{failed:,} of these {of:,} rows hold a {column} in full-width characters or with wide "
        "spaces; {reference} has it in plain ones, so the join finds none of {keys:,} names. "
        "{shown}",
        "这 {of:,} 行中有 {failed:,} 行的 {column} 用了全角字符或全角空格，"
        "而 {reference} 用半角，{keys:,} 个名称都关联不到。{shown}",
    ),
    "failed_join_language": (
        "{failed:,} of these {of:,} rows hold a {column} in another language than {reference}, "
        "where rows like these are looked up; {keys:,} names find nothing. {shown}",
        "这 {of:,} 行中有 {failed:,} 行的 {column} 用了另一种语言，"
        "而这类行在 {reference} 中查找，{keys:,} 个名称都查不到。{shown}",
    ),
    "failed_join_encoding": (
        "{failed:,} of these {of:,} rows hold a {column} that was read in a wrong encoding "
        "(mojibake); {keys:,} names are not in {reference}. {shown}",
        "这 {of:,} 行中有 {failed:,} 行的 {column} 编码读错了（乱码），"
        "{keys:,} 个名称不在 {reference} 中。{shown}",
    ),
    "failed_join_spelling": (
        "{failed:,} of these {of:,} rows hold a {column} written differently than in {reference}; "
        "{keys:,} names find nothing. {shown}",
        "这 {of:,} 行中有 {failed:,} 行的 {column} 写法与 {reference} 不同，"
        "{keys:,} 个名称查不到。{shown}",
    ),
    "failed_join_dropped": (
        "{failed:,} of these {of:,} rows came without {column}, by which they are looked up in "
        "{reference}: the source dropped it and sends it no more.",
        "这 {of:,} 行中有 {failed:,} 行没有 {column}，而要靠它在 {reference} 中查找："
        "来源不再提供该列。",
    ),
    "not_applicable": (
        "{covered:,} of {affected:,} blanks look real: {values:,} kinds of {column} have none in "
        "any delivery ({slice}).",
        "{affected:,} 个空值中有 {covered:,} 个看来本应为空：{values:,} 种 {column} 在所有批次中"
        "都没有该值（{slice}）。",
    ),
    "kind_unknown": (
        "{covered:,} more are in rows without {column}, where the kind is not known: {rows:,} "
        "rows, and blanks are no more frequent there.",
        "另有 {covered:,} 个在没有 {column} 的行中，类别未知：共 {rows:,} 行，空值也不比别处多。",
    ),
    "disguised": (
        "{rows:,} more cells of {column} say in words that they hold nothing: {shown}.",
        "{column} 另有 {rows:,} 个单元格用文字表示没有值：{shown}。",
    ),
    "only_disguised": (
        "No cell of {column} is empty, but {rows:,} say in words that they hold nothing: {shown}.",
        "{column} 没有空单元格，但有 {rows:,} 个用文字表示没有值：{shown}。",
    ),
    "missing_together": (
        "{both:,} of the {affected:,} rows without {column} have no {other} either, of {others:,} "
        "rows without {other}.",
        "{affected:,} 个没有 {column} 的行中有 {both:,} 个也没有 {other}；"
        "没有 {other} 的共 {others:,} 行。",
    ),
    "scattered": (
        "The affected rows ({share}) lie all over: {low} to {high} in each of {batches:,} "
        "deliveries, and no value of another column stands out.",
        "受影响的行（{share}）分布在各处：{batches:,} 个批次中各占 {low} 到 {high}，"
        "其他列也没有突出的取值。",
    ),
}
