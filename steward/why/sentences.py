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
    # Wrong values
    "healthy_wrong": (
        "No check flags a value of {column} in {rows:,} rows.",
        "{rows:,} 行中没有检查指出 {column} 的值有问题。",
    ),
    "proof_wrong": ("rows whose {column} some check flags", "被检查指出 {column} 有问题的行"),
    "wrong_format": (
        "{rows:,} cells of {column} are written in another form than the others: {shown}.",
        "{column} 有 {rows:,} 个单元格写法与其他的不同：{shown}。",
    ),
    "proof_wrong_format": (
        "cells of {column} that are written in another form than the others",
        "{column} 中写法与其他的不同的单元格",
    ),
    "wrong_domain": (
        "{rows:,} cells of {column} are outside the values that this column takes: {shown}.",
        "{column} 有 {rows:,} 个单元格不在该列的取值范围内：{shown}。",
    ),
    "proof_wrong_domain": (
        "cells of {column} that are outside the values that this column takes",
        "{column} 中不在该列的取值范围内的单元格",
    ),
    "wrong_range": (
        "{rows:,} cells of {column} are outside the range that makes sense: {shown}.",
        "{column} 有 {rows:,} 个单元格超出合理范围：{shown}。",
    ),
    "proof_wrong_range": (
        "cells of {column} that are outside the range that makes sense",
        "{column} 中超出合理范围的单元格",
    ),
    "wrong_outlier": (
        "{rows:,} cells of {column} lie far from the others: {shown}.",
        "{column} 有 {rows:,} 个单元格远离其他值：{shown}。",
    ),
    "proof_wrong_outlier": (
        "cells of {column} that lie far from the others",
        "{column} 中远离其他值的单元格",
    ),
    "wrong_typo": (
        "{rows:,} cells of {column} look like typing errors: {shown}.",
        "{column} 有 {rows:,} 个单元格像是笔误：{shown}。",
    ),
    "proof_wrong_typo": (
        "cells of {column} that look like typing errors",
        "{column} 中像是笔误的单元格",
    ),
    "wrong_dependency": (
        "{rows:,} cells of {column} disagree with the rows that share their key: {shown}.",
        "{column} 有 {rows:,} 个单元格与同键的其他行不一致：{shown}。",
    ),
    "proof_wrong_dependency": (
        "cells of {column} that disagree with the rows that share their key",
        "{column} 中与同键的其他行不一致的单元格",
    ),
    "wrong_cross_column": (
        "{rows:,} cells of {column} contradict another column: {shown}.",
        "{column} 有 {rows:,} 个单元格与另一列矛盾：{shown}。",
    ),
    "proof_wrong_cross_column": (
        "cells of {column} that contradict another column",
        "{column} 中与另一列矛盾的单元格",
    ),
    "wrong_reference": (
        "{rows:,} cells of {column} are in no row of the table they refer to: {shown}.",
        "{column} 有 {rows:,} 个单元格在所引用的表中找不到：{shown}。",
    ),
    "proof_wrong_reference": (
        "cells of {column} that are in no row of the table they refer to",
        "{column} 中在所引用的表中找不到的单元格",
    ),
    "wrong_mojibake": (
        "{rows:,} cells of {column} were read in a wrong encoding: {shown}.",
        "{column} 有 {rows:,} 个单元格编码读错（乱码）：{shown}。",
    ),
    "proof_wrong_mojibake": (
        "cells of {column} that were read in a wrong encoding",
        "{column} 中编码读错（乱码）的单元格",
    ),
    "wrong_width": (
        "{rows:,} cells of {column} hold full-width characters: {shown}.",
        "{column} 有 {rows:,} 个单元格含有全角字符：{shown}。",
    ),
    "proof_wrong_width": (
        "cells of {column} that hold full-width characters",
        "{column} 中含有全角字符的单元格",
    ),
    "wrong_control_character": (
        "{rows:,} cells of {column} hold invisible characters: {shown}.",
        "{column} 有 {rows:,} 个单元格含有不可见字符：{shown}。",
    ),
    "proof_wrong_control_character": (
        "cells of {column} that hold invisible characters",
        "{column} 中含有不可见字符的单元格",
    ),
    "wrong_white_space": (
        "{rows:,} cells of {column} hold stray white space: {shown}.",
        "{column} 有 {rows:,} 个单元格含有多余空白：{shown}。",
    ),
    "proof_wrong_white_space": (
        "cells of {column} that hold stray white space",
        "{column} 中含有多余空白的单元格",
    ),
    "wrong_swapped": (
        "{rows:,} cells of {column} seem to be exchanged between two columns: {shown}.",
        "{column} 有 {rows:,} 个单元格似乎在两列之间对调了：{shown}。",
    ),
    "proof_wrong_swapped": (
        "cells of {column} that seem to be exchanged between two columns",
        "{column} 中似乎在两列之间对调了的单元格",
    ),
    "wrong_split_value": (
        "{rows:,} cells of {column} hold what belongs in another column too: {shown}.",
        "{column} 有 {rows:,} 个单元格混有属于另一列的内容：{shown}。",
    ),
    "proof_wrong_split_value": (
        "cells of {column} that hold what belongs in another column too",
        "{column} 中混有属于另一列的内容的单元格",
    ),
    "wrong_category": (
        "{rows:,} cells of {column} do not fit their category: {shown}.",
        "{column} 有 {rows:,} 个单元格与所属类目不符：{shown}。",
    ),
    "proof_wrong_category": (
        "cells of {column} that do not fit their category",
        "{column} 中与所属类目不符的单元格",
    ),
    "wrong_conflict": (
        "{rows:,} cells of {column} contradict another source: {shown}.",
        "{column} 有 {rows:,} 个单元格与另一来源矛盾：{shown}。",
    ),
    "proof_wrong_conflict": (
        "cells of {column} that contradict another source",
        "{column} 中与另一来源矛盾的单元格",
    ),
    "wrong_user": (
        "{rows:,} cells of {column} fail a check of your own: {shown}.",
        "{column} 有 {rows:,} 个单元格未通过自定义检查：{shown}。",
    ),
    "proof_wrong_user": (
        "cells of {column} that fail a check of your own",
        "{column} 中未通过自定义检查的单元格",
    ),
    # Duplicates
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
    # Two groups
    "missing_differs": (
        "{column} is empty in {a} of the rows with {one}, against {b} with {other}.",
        "{column} 为空的比例：{one} 的行中占 {a}，{other} 的行中占 {b}。",
    ),
    "share_differs": (
        "{column} is {value} in {a} of the rows with {one}, against {b} with {other}.",
        "{column} 为 {value} 的比例：{one} 的行中占 {a}，{other} 的行中占 {b}。",
    ),
    "median_differs": (
        "The median of {column} is {a} in the rows with {one}, against {b} with {other}.",
        "{column} 的中位数：{one} 的行中为 {a}，{other} 的行中为 {b}。",
    ),
    "rows_since": (
        "{new:,} rows came since batch {batch} ({source}; deliveries: {batches:,}), after {old:,} "
        "before.",
        "自批次 {batch}（{source}）起的 {batches:,} 个批次带来 {new:,} 行，此前有 {old:,} 行。",
    ),
    "change_set": (
        "Change set c{id} ({kind}) of {at} wrote {cells:,} cells.",
        "{at} 的变更集 c{id}（{kind}）写入了 {cells:,} 个单元格。",
    ),
    "change_set_undone": (
        "Change set c{id} ({kind}) of {at} wrote {cells:,} cells, and was undone.",
        "{at} 的变更集 c{id}（{kind}）写入了 {cells:,} 个单元格，后来被撤销。",
    ),
    "not_changed": (
        "No difference in {columns:,} columns that chance would not explain.",
        "{columns:,} 列中没有偶然性解释不了的差异。",
    ),
    "proof_two_parts": (
        "rows of both groups, and how many of them hold it in {column}",
        "两组的行数，以及其中 {column} 符合的行数",
    ),
    "proof_rows_since": ("rows since batch {batch}", "自批次 {batch} 起的行"),
    "proof_rows_before": ("rows before batch {batch}", "批次 {batch} 之前的行"),
    "proof_group": ("rows with {where}", "满足 {where} 的行"),
    # Lineage
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
    # Fit to train on
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
