"""The test's own account of what differs between a shop and its clean twin."""


def difference(dirty, clean, key):
    """Changed cells (key, column, before, after), and the keys of rows that should not be there."""
    true = {row[key]: row for row in clean}
    cells, extra, seen = set(), [], set()
    for row in dirty:
        if row[key] in seen or row[key] not in true:
            extra.append(row[key])
        else:
            right = true[row[key]]
            cells |= {(row[key], c, right[c], row[c]) for c in row if row[c] != right[c]}
        seen.add(row[key])
    return cells, extra, set(true) - seen


def recorded(errors, table):
    """What the truth table says, in the same form; duplicates in their lists of cells show."""
    rows = [e for e in errors if e["table"] == table]
    cells = [(e["key"], e["column"], e["before"], e["after"]) for e in rows if e["column"] != "*"]
    return cells, [e["key"] for e in rows if e["column"] == "*"]
