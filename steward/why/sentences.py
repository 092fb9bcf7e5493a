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
        "从批次 {batch}（{source}）到批次 {until}：在 {what} 的行中占 {after}，其他时候为 {before}。",
    ),
    "between_dates": (
        "From {column} {at} to before {until}: {after} of the rows with {what}, against {before} "
        "otherwise.",
        "从 {column} {at} 到 {until} 之前：在 {what} 的行中占 {after}，其他时候为 {before}。",
    ),
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
}
