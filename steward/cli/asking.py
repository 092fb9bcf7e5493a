"""What `steward ask` and `steward chat` share: their options, and the settings made of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steward.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steward.agent import Settings

Model = Annotated[
    str | None,
    typer.Option(
        help="The address of a model server, or offline; default: as configured, else offline.",
        show_default=False,
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        help="Writes that need no asking: tool:table:rest, with * and ?. May be repeated.",
        show_default=False,
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--lang", help="en or zh; default: the language of the question.", show_default=False
    ),
]


def settings_for(table: str | None, language: str | None, allow: Sequence[str] | None) -> Settings:
    """Settings of a conversation: the options, and what the person's configuration allows.

    Raises:
        UsageError: the language is neither en nor zh.
        ContentError: the configuration file is wrong.
    """
    from steward.agent import Settings
    from steward.agent.access import configured

    if language not in (None, "en", "zh"):
        raise UsageError(f"--lang takes en or zh, not {language}.")
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    patterns = configured(Path(folder) / "steward" / "config.toml")
    return Settings(table=table, language=language, allow=(*patterns, *(allow or ())))
