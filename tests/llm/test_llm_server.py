"""Which server is meant: a flag, the environment, a file beside the store, the user's own file."""

from pathlib import Path

import pytest

from steward.errors import ContentError, ModelError, UsageError
from steward.llm import Server, find_server
from steward.llm.server import required_server


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own configuration file, and an empty folder to stand in."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "steward").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "config" / "steward" / "config.toml"


def test_nothing_names_a_server(own: Path) -> None:
    assert find_server() is None
    with pytest.raises(ModelError, match="No model server is configured") as caught:
        required_server()
    assert "steward model serve" in caught.value.hint


def test_a_flag_is_stronger_than_the_environment_and_that_than_files(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write_text('[model]\nurl = "own:1"\nmodel = "o"\nkey = "k"\ntimeout = 7\n', "utf-8")
    found = find_server()
    assert found == Server("http://own:1/v1", "o", "k", 7.0)
    Path("steward.toml").write_text('[model]\nurl = "beside:1"\n', "utf-8")
    assert find_server().url == "http://beside:1/v1"  # type: ignore[union-attr]
    monkeypatch.setenv("STEWARD_MODEL_URL", "http://env:2/v1/")
    monkeypatch.setenv("STEWARD_MODEL", "e")
    assert find_server() == Server("http://env:2/v1", "e", "k", 7.0)
    found = find_server("https://flag/api", "f")
    assert (found.url, found.model) == ("https://flag/api", "f")  # type: ignore[union-attr]


def test_a_key_is_not_sent_where_a_file_beside_the_store_says(
    own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STEWARD_API_KEY", "secret")
    store = tmp_path / "theirs" / "steward.db"
    store.parent.mkdir()
    (store.parent / "steward.toml").write_text('[model]\nurl = "https://elsewhere/v1"\n', "utf-8")
    found = find_server(near=store)
    assert found is not None and found.url == "https://elsewhere/v1" and found.key == ""
    assert find_server("mine:1", near=store).key == "secret"  # type: ignore[union-attr]


def test_a_key_is_never_shown(own: Path) -> None:
    assert "secret" not in repr(Server("a:1", "m", "secret"))


@pytest.mark.parametrize("url", ["", "ftp://a", "http://", "http://a:port"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        Server(url)


@pytest.mark.parametrize(
    "text",
    ["[model", 'model = "x"', '[model]\nurl="a"\ntimeout="soon"', '[model]\nurl="a"\nextra=1'],
)
def test_a_broken_file_is_named(own: Path, text: str) -> None:
    own.write_text(text, "utf-8")
    with pytest.raises(ContentError):
        find_server()
