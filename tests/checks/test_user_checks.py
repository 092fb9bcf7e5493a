"""The user's own checks, from the file to the issue."""

from __future__ import annotations

import pytest

from steward.checks import inferred_yaml, load_user_checks, run_checks
from steward.engine import Snapshot
from steward.errors import ContentError, UsageError
from steward.profile import profile_table
from steward.types import Reason

TABLE = {
    "sku": ["A-1", "A-2", "A-2", "b3", None],
    "list_price": ["10", "9", "100", "20", "5"],
    "sale_price": ["9", "10", "20", "", "5"],
    "status": ["new", "used", "old", "new", "new"],
    "added": ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "soon"],
}


@pytest.fixture
def snapshot():
    other = Snapshot.from_columns("statuses", {"name": ["new", "used"]})
    made = Snapshot.from_columns("items", TABLE)
    made.beside["statuses"] = other
    return made


@pytest.fixture
def run(tmp_path, snapshot):
    def run(text, **options):
        path = tmp_path / "checks.yaml"
        path.write_text(text, encoding="utf-8")
        user = load_user_checks(path)
        issues = run_checks(snapshot, profile_table(snapshot), user=user, **options)
        return {i.check: i for i in issues}

    return run


@pytest.mark.parametrize(
    ("entry", "rows"),
    [
        ("column: sku\n    not_null: true", [5]),
        ("column: sku\n    nullable: false", [5]),
        ("column: sku\n    unique: true", [2, 3]),
        ("columns: [sku, status]\n    unique: true", []),
        ("column: status\n    accepted_values: [new, used]", [3]),
        ("column: status\n    accepted_values: {values: [new, used]}", [3]),
        ("column: status\n    isin: [new, used]", [3]),
        ("column: status\n    notin: [old]", [3]),
        ("column: status\n    relationships: {to: statuses, field: name}", [3]),
        ("expression: sale_price <= list_price", [2]),
        ("expression: length(list_price) <= 2", [3]),
        ("column: list_price\n    min: 9\n    max: 50", [3, 5]),
        ("column: list_price\n    gt: 5", [5]),
        ("column: list_price\n    range: [9, 50]", [3, 5]),
        ("column: added\n    min: 2026-01-02", [1]),
        ("column: added\n    type: date", [5]),
        ("column: sku\n    regex: '[A-Z]-\\d'", [4]),
        ("column: sku\n    length: {min: 3}", [4]),
        ("column: list_price\n    length: 2", [2, 3, 5]),
        ("column: added\n    type: integer", [1, 2, 3, 4, 5]),
    ],
)
def test_each_rule_finds_the_rows_that_break_it(run, entry, rows):
    issues = [i for i in run(f"checks:\n  - {entry}\n").values() if i.reason is Reason.USER]
    assert [list(i.row_ids) for i in issues] == ([rows] if rows else [])


def test_a_python_function_names_the_rows(run, tmp_path):
    (tmp_path / "mine.py").write_text("def odd(table):\n    return table.row_ids[::2]\n")
    issue = run("checks:\n  - function: mine.py:odd\n    column: sku\n")["function(mine.py:odd)"]
    assert issue.row_ids == (1, 3, 5)


def test_a_function_that_fails_is_one_clear_line(run, tmp_path):
    (tmp_path / "mine.py").write_text("def odd(table):\n    return 1 / 0\n")
    with pytest.raises(ContentError, match=r"line 2: mine.py:odd: ZeroDivisionError"):
        run("checks:\n  - function: mine.py:odd\n")


def test_row_count_and_freshness_speak_of_the_table(run):
    issues = run(
        "checks:\n  - row_count: {min: 10}\n  - freshness: {column: added, max_age: 7 days}\n"
        "  - name: enough\n    row_count: {max: 10}\n"
    )
    assert "5 rows; at least 10" in issues["row_count"].message
    assert "ends at 2026-01-04" in issues["freshness(added)"].message
    assert "enough" not in issues


def test_severity_message_and_name_are_the_users(run):
    issue = run(
        "checks:\n  - name: price order\n    expression: sale_price <= list_price\n"
        "    severity: 0.33\n    message: '{rows} too dear'\n"
    )["price order"]
    assert (issue.severity, issue.message) == (0.33, "1 too dear")


def test_mute_hides_inferred_issues_and_keep_saves_some(run):
    assert "missing" in run("")
    assert "missing" not in run("mute:\n  - check: missing\n")
    kept = run("mute:\n  - check: missing\nkeep:\n  - {check: missing, column: sku, severity: 1}\n")
    assert (kept["missing"].columns, kept["missing"].severity) == (("sku",), 1.0)


def test_all_mistakes_are_told_at_once_with_their_lines(tmp_path):
    path = tmp_path / "checks.yaml"
    path.write_text(
        "checks:\n"
        "  - column: a\n    not_nul: true\n"
        "  - expression: select 1\n"
        "  - expression: a; drop table b\n"
        "  - column: a\n    range: {min: 5, max: 1}\n"
        "  - column: a\n    regex: '('\n"
        "  - unique: true\n"
        "  - column: a\n    accepted_values: [yes, no]\n"
        "  - column: a\n    type: integer\n    severity: 7\n"
        "mute:\n  - check: tipo\n"
        "mutes: []\n"
    )
    with pytest.raises(ContentError) as caught:
        load_user_checks(path)
    text = str(caught.value)
    for line in (3, 4, 5, 7, 9, 10, 12, 15, 17, 18):
        assert f"line {line}:" in text
    assert "did you mean 'not_null'" in text
    assert "did you mean 'mute'" in text
    assert "did you mean 'typo'" in text


@pytest.mark.parametrize(
    "text", ["- a", "checks: 3", "checks:\n  - 7", "a: [", "checks:\n  - !!python/object:x {}\n"]
)
def test_a_malformed_file_is_refused_in_plain_words(tmp_path, text):
    path = tmp_path / "checks.yaml"
    path.write_text(text)
    with pytest.raises(ContentError, match=r"line \d"):
        load_user_checks(path)


def test_an_absent_file_is_refused_in_plain_words(tmp_path):
    with pytest.raises(ContentError, match="cannot be read"):
        load_user_checks(tmp_path / "no.yaml")


@pytest.mark.parametrize(
    "predicate",
    ["(select 1)", "a in (select b from c)", "drop table items", "a as b", "*", "", "a b c",
     "exists(select 1)", "pragma x", "insert into a values (1)"],
)  # fmt: skip
def test_only_one_expression_is_a_predicate(tmp_path, predicate):
    path = tmp_path / "checks.yaml"
    path.write_text(f"checks:\n  - expression: '{predicate}'\n")
    with pytest.raises(ContentError):
        load_user_checks(path)


def test_an_expression_that_cannot_run_is_told_with_its_line(run):
    with pytest.raises(ContentError, match=r"line 2: .*nosuch"):
        run("checks:\n  - expression: nosuch(sku) > 1\n")


def test_columns_that_do_not_exist_are_all_named(run):
    with pytest.raises(ContentError) as caught:
        run("checks:\n  - column: nope\n    not_null: true\n  - expression: nada > 1\n"
            "  - column: sku\n    relationships: {to: gone, field: x}\n")  # fmt: skip
    assert all(word in str(caught.value) for word in ("'nope'", "'nada'", "'gone'", "line 4"))


def test_checks_of_other_tables_are_left_alone(run):
    assert not [c for c in run("checks:\n  - table: other\n    column: x\n    not_null: true\n")
                if c.startswith("not_null")]  # fmt: skip


def test_only_and_columns_narrow_the_run(run):
    assert set(run("checks:\n  - column: sku\n    unique: true\n", only=["unique(sku)"])) == {
        "unique(sku)"
    }
    assert set(run("", columns=["sku"], only=["missing"])) == {"missing"}
    assert not run("", columns=["status"], only=["missing"])
    with pytest.raises(UsageError, match="no check named"):
        run("", only=["mising"])


def test_the_inferred_checks_as_yaml_load_again_and_change_nothing(snapshot, tmp_path):
    profile = profile_table(snapshot)
    issues = run_checks(snapshot, profile)
    path = tmp_path / "checks.yaml"
    path.write_text(inferred_yaml(issues), encoding="utf-8")
    assert "# 1 row (20 %) without sku." in path.read_text(encoding="utf-8")
    assert run_checks(snapshot, profile, user=load_user_checks(path)) == issues
