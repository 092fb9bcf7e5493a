"""`steward prompts`: look at the prompts that models are asked with."""

from __future__ import annotations

from typing import Annotated

import typer

from steward.cli.options import AsJson
from steward.cli.session import session

app = typer.Typer(
    name="prompts",
    help="Look at the prompts that models are asked with: files in prompts/.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

PromptId = Annotated[str, typer.Argument(help="task, task/v1 or task/v1.zh", metavar="PROMPT")]
Language = Annotated[str, typer.Option(help="en or zh; English where there is no other.")]


@app.command("list")
def list_prompts(
    context: typer.Context,
    digests: Annotated[
        bool, typer.Option("--digests", help="Print digest and place only, to keep in a file.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List every prompt: version, languages, variables and digest."""
    from steward.llm import find_prompts
    from steward.report.terminal import Head, grid

    found, screen = find_prompts(), session(context).screen
    if as_json:
        screen.json("prompts list", {"prompts": found})
    elif digests:
        for prompt in found:
            screen.line(f"{prompt.digest}  {prompt.id}")
    else:
        heads = [Head("prompt"), Head("digest"), Head("variables"), Head("about", fold=True)]
        rows = [[p.id, p.digest, ", ".join(p.variables), p.about] for p in found]
        screen.show(grid(heads, rows))


@app.command("show")
def show_prompt(
    context: typer.Context, prompt: PromptId, language: Language = "en", as_json: AsJson = False
) -> None:
    """Print a prompt as its file holds it, variables unfilled."""
    from steward.llm import load_prompt

    found, screen = load_prompt(prompt, language=language), session(context).screen
    if as_json:
        screen.json("prompts show", {"prompt": found})
        return
    screen.line(found.path.read_text("utf-8").rstrip("\n"))
    screen.advice(f"\n{found.id}, digest {found.digest}, {found.path}")


@app.command("diff")
def diff_prompts(
    context: typer.Context,
    a: PromptId,
    b: PromptId,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Print what differs between two prompts, line by line."""
    from difflib import unified_diff

    from steward.llm import load_prompt

    old, new = (load_prompt(one, language=language) for one in (a, b))
    left, right = (p.path.read_text("utf-8").splitlines() for p in (old, new))
    lines = list(unified_diff(left, right, fromfile=old.id, tofile=new.id, lineterm=""))
    screen = session(context).screen
    if as_json:
        screen.json("prompts diff", {"a": old.id, "b": new.id, "lines": lines})
        return
    for line in lines:
        screen.line(line)
    if not lines:
        screen.advice(f"{old.id} and {new.id} say the same.")
