"""Prompts as files: `prompts/<task>/v1.en.md`, front matter and `$variables`.

Between two `---` lines stand name, version, language, variables and, where the reply must keep to
one, a JSON `schema`. A line `<!-- system -->` or `<!-- user -->` says whose message follows;
without one the text is the system's. The digest is over the bytes of the file: a version that was
released never changes, a new wording is a new version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from steward.content import content_root, shipped_root
from steward.errors import ContentError

FILE = re.compile(r"v(\d+)\.([a-z]{2})\.md")
ROLE = re.compile(r"^<!-- (system|user|assistant) -->[ \t]*$", re.MULTILINE)
FIELDS = {"name", "version", "language", "variables", "schema", "about"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt in one language.

    `variables` are the names that `render` must be given; `digest` is sixteen hexadecimal digits
    over the bytes of the file at `path`.
    """

    name: str
    version: int
    language: str
    variables: tuple[str, ...]
    digest: str
    text: str = field(repr=False)
    path: Path = field(repr=False)
    about: str = ""
    schema: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """How `load_prompt` finds it, with its language: `draft_fixes/v1.en`."""
        return f"{self.name}/v{self.version}.{self.language}"

    def render(self, **values: str) -> str:
        """The text with its variables filled in; what a value says is never read as a variable.

        Raises:
            ContentError: a variable has no value, or a value no variable.
        """
        absent = sorted(set(self.variables) - set(values))
        unknown = sorted(set(values) - set(self.variables))
        if absent or unknown:
            wrong = [f"lacks {', '.join(absent)}"] if absent else []
            wrong += [f"does not know {', '.join(unknown)}"] if unknown else []
            raise ContentError(f"Prompt {self.id} {' and '.join(wrong)}.")
        return Template(self.text).substitute(values)

    def messages(self, **values: str) -> tuple[dict[str, str], ...]:
        """The text as messages, one a role; all of it is the system's when it names no role.

        Roles are read before values are filled in: no value can start a message of its own.
        """
        self.render(**values)
        parts = ROLE.split(self.text)
        head = [("system", parts[0])] if parts[0].strip() else []
        spoken = [*head, *zip(parts[1::2], parts[2::2], strict=True)]
        return tuple(
            {"role": role, "content": Template(text).substitute(values).strip()}
            for role, text in spoken
        )


def load_prompt(id: str, *, language: str = "en", content: Path | None = None) -> Prompt:
    """Read a prompt.

    Args:
        id: `task/v1`, or `task` for its latest version; a language may follow: `task/v1.zh`.
        language: wanted; English when there is no such file.
        content: a folder with prompts/; else `STEWARD_CONTENT`, else the shipped one. What a
            folder of one's own lacks is taken from the shipped one.

    Raises:
        ContentError: there is none of that name, or its file is wrong.
    """
    name, version, named = _parts(id)
    found = [p for p in _paths(content) if p.parent.name == name]
    versions = {_of(path)[0] for path in found}
    if not versions or (version and version not in versions):
        there = sorted({p.parent.name for p in _paths(content)} if not found else _ids(found))
        raise ContentError(
            f"There is no prompt {id}.", hint=f"There are: {', '.join(there) or 'none'}."
        )
    wanted = version or max(versions)
    for tongue in (named or language, "en") if not named else (named,):
        for path in found:
            if _of(path) == (wanted, tongue):
                return read_prompt(path)
    raise ContentError(
        f"Prompt {name}/v{wanted} is not there in {named or language}.",
        hint=f"There are: {', '.join(sorted(_ids(found)))}.",
    )


def find_prompts(content: Path | None = None) -> list[Prompt]:
    """Every prompt, by name, version and language.

    Raises:
        ContentError: a file is wrong.
    """
    return sorted(map(read_prompt, _paths(content)), key=lambda p: (p.name, p.version, p.language))


def read_prompt(path: Path) -> Prompt:
    """Read one file; `ContentError` says what is wrong with it."""
    raw = path.read_bytes()
    try:
        head, text = _split(raw.decode("utf-8").replace("\r\n", "\n"))
        prompt = _prompt(path, head, text, hashlib.sha256(raw).hexdigest()[:16])
    except (ValueError, TypeError) as error:
        raise ContentError(f"Prompt {path}: {error}.", hint="docs/prompts.md") from error
    return prompt


def _prompt(path: Path, head: Mapping[str, Any], text: str, digest: str) -> Prompt:
    version, language = _of(path)
    said = (head.get("name"), head.get("version"), head.get("language"))
    if said != (path.parent.name, version, language):
        raise ValueError(f"its place says {path.parent.name}, v{version}, {language}, it {said}")
    if unknown := sorted(set(head) - FIELDS):
        raise ValueError(f"its front matter has unknown fields: {', '.join(unknown)}")
    template = Template(text)
    if not template.is_valid():
        raise ValueError("a $ stands before something that is no variable; write $$ for the sign")
    variables = tuple(str(name) for name in head.get("variables") or ())
    if set(variables) != set(template.get_identifiers()):
        raise ValueError(
            f"it declares the variables {sorted(variables)}, "
            f"and its text uses {sorted(template.get_identifiers())}"
        )
    schema = head.get("schema")
    if schema is not None and not isinstance(schema, dict):
        raise ValueError("its schema is no JSON Schema")
    about = str(head.get("about") or "")
    return Prompt(path.parent.name, version, language, variables, digest, text, path, about, schema)


def _split(text: str) -> tuple[Mapping[str, Any], str]:
    import yaml

    parts = text.split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        raise ValueError("it does not begin with front matter between two --- lines")
    try:
        head = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        raise ValueError(f"its front matter is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(head, dict):
        raise ValueError("its front matter has no fields")
    return head, parts[2].strip("\n") + "\n"


def _parts(id: str) -> tuple[str, int, str]:
    """Name, version (0: the latest) and language ('': not said)."""
    found = re.fullmatch(r"([\w-]+)(?:/v(\d+))?(?:\.([a-z]{2}))?", id)
    if found is None:
        raise ContentError(f"{id!r} names no prompt.", hint="Write task, task/v1 or task/v1.zh")
    return found[1], int(found[2] or 0), found[3] or ""


def _paths(content: Path | None) -> list[Path]:
    """Files of prompts; one of the user's own hides the shipped one of its place."""
    places: dict[tuple[str, str], Path] = {}
    for path in _all(content):
        places.setdefault((path.parent.name, path.name), path)
    return [places[place] for place in sorted(places)]


def _all(content: Path | None) -> Iterator[Path]:
    for root in dict.fromkeys((content_root(content), shipped_root())):
        for path in sorted((root / "prompts").glob("*/*.md")):
            if FILE.fullmatch(path.name):
                yield path


def _of(path: Path) -> tuple[int, str]:
    found = FILE.fullmatch(path.name)
    assert found is not None
    return int(found[1]), found[2]


def _ids(paths: list[Path]) -> set[str]:
    return {f"{path.parent.name}/{path.stem}" for path in paths}
