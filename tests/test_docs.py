"""Docs that cannot lie: generated pages are fresh, links lead somewhere, commands exist."""

import re
import shlex
from pathlib import Path

import pytest

from steward import errors
from steward.cli.app import VERBS, app
from steward.cli.entry import LOUDNESS
from steward.cli.reference import reference

NAMES = [module.__name__.rpartition(".")[2] for module in VERBS]


def pages(checkout: Path) -> list[Path]:
    return [*sorted((checkout / "docs").rglob("*.md")), *sorted(checkout.glob("*.md"))]


def test_the_command_reference_is_fresh(checkout: Path) -> None:
    assert (checkout / "docs" / "cli.md").read_text("utf-8") == reference(), "run: make docs"


def test_links_lead_to_files_that_are_there(checkout: Path) -> None:
    for page in pages(checkout):
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_a_readme_names_every_command_and_says_what_tools_is(checkout: Path, readme: str) -> None:
    text = (checkout / readme).read_text("utf-8")
    missing = [name for name in NAMES if not re.search(rf"steward {name}\b", text)]
    assert not missing
    assert "tools/" in "\n".join(text.splitlines()[:40])


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_command_in_a_readme_can_be_parsed(checkout: Path, readme: str) -> None:
    from typer.main import get_command

    group = get_command(app)
    text = (checkout / readme).read_text("utf-8")
    commands = re.findall(r"^\$ (steward .*)$", text, re.MULTILINE)
    assert commands
    for command in commands:
        name, *words = shlex.split(command, comments=True)[1:]
        with group.make_context("steward", [name], resilient_parsing=True) as context:
            found = group.get_command(context, name)
            assert found is not None, command
            # Raises for an option or argument that the command does not have.
            found.make_context(name, [w for w in words if w not in LOUDNESS], parent=context)


def test_every_error_is_on_its_page(checkout: Path) -> None:
    page = (checkout / "docs" / "errors.md").read_text("utf-8")
    for name, cls in vars(errors).items():
        if isinstance(cls, type) and issubclass(cls, errors.StewardError):
            assert re.search(rf"^\| {cls.exit_code} \| `{name}` \|", page, re.MULTILINE), name


def test_every_dependency_has_its_reason(checkout: Path) -> None:
    import tomllib

    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    page = (checkout / "docs" / "dependencies.md").read_text("utf-8")
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    for requirement in wanted:
        name = re.split(r"[\[<>=;~! ]", requirement)[0]
        assert f"`{name}" in page, f"docs/dependencies.md does not say why {name}"


def test_every_room_is_on_the_page_of_the_architecture(checkout: Path) -> None:
    page = (checkout / "docs" / "architecture.md").read_text("utf-8")
    rooms = [p.parent.name for p in (checkout / "steward").glob("*/__init__.py")]
    assert [room for room in rooms if f"`{room}/`" not in page] == []


def test_no_page_names_a_path_of_this_machine(checkout: Path) -> None:
    for page in pages(checkout):
        assert not re.search(r"/(work|home|root|tmp)/", page.read_text("utf-8")), page
