"""Sentences: wrong values, a reason each."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "healthy_wrong": (
        "No check flags a value of {column} in {rows:,} rows.",
        "{rows:,} 行中没有检查指出 {column} 的值有问题。",
    ),
    "proof_wrong": ("rows whose {column} looks wrong", "{column} 看来有误的行"),
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
}
