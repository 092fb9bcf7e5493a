"""The sentences of an investigation: for each kind the English and the Chinese one."""

SENTENCES: dict[str, tuple[str, str]] = {
    # What was found
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
    "failed_join_renamed": (
        "{failed:,} of these {of:,} rows hold a {column} that is not in {reference}: {keys:,} "
        "names changed, and the join finds none of them. {shown}",
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
        "{reference}: the source stopped sending it.",
        "这 {of:,} 行中有 {failed:,} 行没有 {column}，而要靠它在 {reference} 中查找："
        "来源不再提供该列。",
    ),
    "not_applicable": (
        "{covered:,} of {affected:,} blanks look real: {values:,} kinds of {column} have none in "
        "any delivery ({slice}).",
        "{affected:,} 个空值中有 {covered:,} 个看来本应为空：{values:,} 种 {column} 在所有批次中"
        "都没有该值（{slice}）。",
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
    # What it is not
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
    # What to do
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
        "ask {source} what changed at this delivery",
        "向 {source} 询问这次交付改了什么",
    ),
    "action_show": ("see the affected rows", "查看受影响的行"),
    # Proofs
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
    "proof_kind_hits": ("blanks with {slice}", "满足 {slice} 的空值"),
    "proof_disguised": (
        "cells of {column} that say in words that they hold nothing",
        "{column} 中用文字表示没有值的单元格",
    ),
    "proof_shared": ("rows without {column} and without {other}", "{column} 与 {other} 都没有的行"),
    "proof_elsewhere": ("affected rows outside {slice}", "{slice} 之外的受影响行"),
    "proof_every_batch": ("rows and affected rows of each delivery", "各批次的行数与受影响的行数"),
}
