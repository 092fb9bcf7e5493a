"""Writes the inferred checks down as YAML, so that a person can keep, edit or mute them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import yaml

from steward.types import Issue, Reason

HEAD = """\
# What steward inferred about {table}, and why. Move an entry to `mute:` and it is not shown again;
# give it `severity:` or `message:` and they are used; write rules of your own under `checks:`.
version: 1
checks: []
keep:
"""


def inferred_yaml(issues: Iterable[Issue]) -> str:
    """The findings of inferred checks as a checks file, each with its reason as a comment.

    The text loads with `load_user_checks` and then changes nothing: a start to edit from.
    """
    found = [i for i in issues if i.reason is not Reason.USER]
    if not found:
        return "version: 1\nchecks: []\nkeep: []\nmute: []\n"
    found.sort(key=lambda i: (i.check, i.columns, -i.severity))
    lines = [HEAD.format(table=found[0].table).rstrip("\n")]
    for (check, columns), group in groupby(found, key=lambda i: (i.check, i.columns)):
        lines += _entry(check, columns, list(group))
    lines += ["mute: []", ""]
    return "\n".join(lines)


def _entry(check: str, columns: tuple[str, ...], issues: list[Issue]) -> Iterator[str]:
    for issue in issues:
        yield f"  # {_one_line(issue.message)}"
        if issue.since:
            yield f"  # since {_one_line(issue.since)}"
    about = {"check": check, "table": issues[0].table}
    if len(columns) == 1:
        about["column"] = columns[0]
    yield f"  - {_flow(about)}"


def _flow(about: dict[str, str]) -> str:
    text: str = yaml.safe_dump(
        about, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    )
    return text.strip()


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))
