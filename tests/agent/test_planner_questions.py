"""The planner's understanding: the right question on every schema, or none."""

import pytest
from planner_shop import NAMES, cases, column, right, understood

from steward.agent.planner.language import detect
from steward.agent.planner.names import meaning, split
from steward.agent.planner.question import Ask, AskBack, Intent, Question, Refusal, Understood, Why

QUICK = {
    ("planner_dev.txt", "own"),
    ("planner_dev.txt", "chinese"),
    ("planner_held.txt", "camel"),
}
CASES = [
    pytest.param(file, schema, marks=() if (file, schema) in QUICK else pytest.mark.slow)
    for file in ("planner_dev.txt", "planner_held.txt", "planner_loose.txt")
    for schema in NAMES
]


@pytest.mark.parametrize(("file", "schema"), CASES)
def test_questions_in_scope_are_understood_on_every_schema(file: str, schema: str) -> None:
    wrong = []
    for intent, plain, text in cases(file):
        found = understood(text, schema)
        if not right(found, intent, [column(schema, one) for one in plain]):
            wrong.append((text, intent, found))
    assert not wrong


@pytest.mark.parametrize("file", ["planner_outside.txt", "planner_held_outside.txt"])
@pytest.mark.parametrize("schema", ["chinese"])
def test_questions_out_of_scope_are_not_answered(file: str, schema: str) -> None:
    answered = [t for _, _, t in cases(file) if isinstance(understood(t, schema), Question)]
    assert not answered


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("为什么 category 是空的?", "zh"),
        ("why is 品牌 null?", "en"),
        ("how many items from 索尼", "en"),
        ("為什麼品牌是空的", "zh"),
        ("ITM_DSC 呢?", "zh"),
        ("show 类目", "en"),
    ],
)
def test_the_language_of_a_question_is_the_one_that_asks(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("ITM_DSC", "title"),
        ("BRND", "brand"),
        ("listPrice", "list_price"),
        ("SLS_PRC", "price"),
        ("供应商类目", "supplier_category"),
        ("商品品牌", "brand"),
        ("vendorCategory", "supplier_category"),
        ("QOH", "stock"),
        ("xyzzy", ""),
    ],
)
def test_names_of_systems_are_read_as_words_of_commerce(name: str, means: str) -> None:
    assert meaning(name)[0] == means


def test_a_name_is_split_as_people_write_names() -> None:
    assert split("categoryTrailZh") == ("category"[:-1] + "i", "trail", "zh")


def refused(found: Understood, why: Why) -> bool:
    return isinstance(found, Refusal) and found.why is why


def test_what_needs_a_model_is_told_from_what_is_outside() -> None:
    assert refused(understood("rewrite the titles", "english"), Why.NEEDS_MODEL)
    assert refused(understood("what's the weather", "english"), Why.OUTSIDE)
    assert refused(understood("why is the discount null", "english"), Why.NOT_THERE)


@pytest.mark.parametrize("text", ["how many rows have no blood type?", "count the zorbs from S04"])
def test_a_word_that_is_not_understood_is_never_left_out_of_a_count(text: str) -> None:
    assert refused(understood(text, "english"), Why.UNKNOWN_WORDS)


@pytest.mark.parametrize("text", ["fix it", "what's wrong with that column?", "why?", "为什么?"])
def test_a_question_that_points_at_nothing_is_asked_back(text: str) -> None:
    found = understood(text, "english")
    assert isinstance(found, AskBack)
    assert found.what is Ask.SUBJECT


def test_a_missing_column_is_asked_back_with_options() -> None:
    found = understood("why are values missing?", "english")
    assert isinstance(found, AskBack) or (
        isinstance(found, Question) and found.intent is Intent.MISSING_COLUMNS
    )


FOLLOW_UPS = [
    ("why is category null?", "and for brand?", Intent.WHY_MISSING, "brand"),
    ("why is category null?", "那品牌呢?", Intent.WHY_MISSING, "brand"),
    ("how many products have no brand", "why?", Intent.WHY_MISSING, "brand"),
    ("有多少商品没有品牌", "为什么?", Intent.WHY_MISSING, "brand"),
    ("why is category null?", "show the rows", Intent.ROWS, "category_path"),
    ("why is category null?", "fix it", Intent.FIX, "category_path"),
    ("why is category null?", "修复它", Intent.FIX, "category_path"),
    ("why is category null?", "since when?", Intent.WHY_MISSING, "category_path"),
    ("top brands", "and colours?", Intent.TOP, "colour"),
    ("formats of price", "what about the weight?", Intent.FORMATS, "weight"),
    ("fix the missing brands", "apply them", Intent.APPLY, "brand"),
    ("fix the missing brands", "yes", Intent.APPLY, "brand"),
    ("how many brands are missing?", "which supplier?", Intent.MISSING_BY, "brand"),
    ("how many brands are missing?", "and for S05?", Intent.COUNT_MISSING, "brand"),
]


@pytest.mark.parametrize(("first", "then", "intent", "plain"), FOLLOW_UPS)
def test_a_follow_up_is_about_what_was_spoken_of(
    first: str, then: str, intent: Intent, plain: str
) -> None:
    prior = understood(first, "terse")
    assert isinstance(prior, Question)
    found = understood(then, "terse", prior)
    assert isinstance(found, Question), found
    assert (found.intent, found.column) == (intent, column("terse", plain))


def test_after_an_answer_a_whole_question_stands_on_its_own() -> None:
    prior = understood("why is category null?", "english")
    assert isinstance(prior, Question)
    for text, intent in [
        ("list tables", Intent.LIST_TABLES),
        ("how many rows are there?", Intent.MEASURE),
        ("what changed since batch 3", Intent.CHANGES),
        ("undo the last change", Intent.UNDO),
        ("show me 3 rows from S04", Intent.ROWS),
    ]:
        found = understood(text, "english", prior)
        assert isinstance(found, Question)
        assert found.intent is intent, text


def test_a_question_survives_as_plain_values() -> None:
    for text in ("compare S04 with S05", "how many items from S04", "why is brand null"):
        found = understood(text, "english")
        assert isinstance(found, Question)
        assert Question.of(found.as_json()) == found


@pytest.mark.parametrize(
    ("text", "op", "value"),
    [
        ("how many items have a price over 100", ">", "100"),
        ("价格不超过 50 的商品有多少", "<=", "50"),
        ("number of rows with stock less than 5", "<", "5"),
    ],
)
def test_a_comparison_is_a_condition(text: str, op: str, value: str) -> None:
    found = understood(text, "english")
    assert isinstance(found, Question)
    assert [(f.op, f.value) for f in found.filters] == [(op, value)]


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("what changed since August 2022", "since 2022-08"),
        ("2024 年 4 月起有哪些变化", "since 2024-04"),
        ("what changed since batch 3", "since batch 3"),
        ("上周以来有什么变化", "since last week"),
        ("what is new in the last delivery", "last batch"),
    ],
)
def test_a_time_is_read_in_both_languages(text: str, since: str) -> None:
    found = understood(text, "english")
    assert isinstance(found, Question)
    assert found.since == since


@pytest.mark.parametrize("text", [t for _, _, t in cases("planner_vague.txt")])
def test_a_question_that_leaves_its_subject_open_is_asked_back(text: str) -> None:
    assert isinstance(understood(text, "english"), AskBack)


@pytest.mark.parametrize("text", [t for _, _, t in cases("planner_denied.txt")])
def test_or_and_not_are_refused_and_never_left_out(text: str) -> None:
    assert refused(understood(text, "english"), Why.CANNOT_JOIN)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("which supplier sends bad prices (look at the vendor column)?", ("price", "supplier")),
        ("why is brand empty (look at supplier)", ("brand", "supplier")),
        ("价格为什么不对(看供应商)", ("price", "supplier")),
    ],
)
def test_an_aside_says_where_to_look_and_is_no_condition(
    text: str, columns: tuple[str, ...]
) -> None:
    found = understood(text, "english")
    assert isinstance(found, Question)
    assert (found.columns, found.filters) == (columns, ())


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("what changed after March 2024?", "after 2024-03"),
        ("2024 年 3 月之后有什么变化", "after 2024-03"),
        ("what changed after batch 2", "after batch 2"),
        ("what changed since March 2024?", "since 2024-03"),
    ],
)
def test_after_a_time_leaves_that_time_out(text: str, since: str) -> None:
    found = understood(text, "english")
    assert isinstance(found, Question)
    assert found.since == since
