"""`steward model`: serve a model with vLLM, and look at a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.options import AsJson
from steward.cli.session import session

if TYPE_CHECKING:
    from steward.cli.screen import Screen
    from steward.llm.check import Check

app = typer.Typer(
    name="model",
    help="Serve a language model with vLLM, or look at a server. None is needed but by the agent.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ModelUrl = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="Address of an OpenAI-compatible server; default: STEWARD_MODEL_URL.",
        show_default=False,
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="The model to ask; default: STEWARD_MODEL, else the server's first.",
        show_default=False,
    ),
]
FAMILY = "default: by the name of the model"


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A model of Hugging Face, or a folder.")],
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8000,
    max_model_len: Annotated[
        int, typer.Option(help="Tokens of prompt and reply; 0: as the model says.")
    ] = 0,
    tensor_parallel: Annotated[int, typer.Option(min=1, help="GPUs to spread it over.")] = 1,
    gpu_memory: Annotated[
        float, typer.Option(min=0.05, max=1.0, help="Share of the GPU's memory to take.")
    ] = 0.9,
    tool_parser: Annotated[
        str, typer.Option(help=f"How the model writes tool calls; {FAMILY}.")
    ] = "",
    served_name: Annotated[str, typer.Option(help="Name to ask for; default: NAME.")] = "",
    python: Annotated[
        Path | None,
        typer.Option(help="Interpreter that has vLLM; default: looked for.", show_default=False),
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the command; start nothing.")
    ] = False,
) -> None:
    """Start vLLM with what the agent needs: tools, prefix caching, structured output.

    Further options are passed on to vLLM as they are. Stop it with Ctrl-C.
    """
    from steward.llm.serve import Serving, find_vllm, serve_command

    serving = Serving(
        name, host, port, max_model_len, tensor_parallel, gpu_memory, tool_parser, served_name
    )
    found = find_vllm(python)
    if only_print:
        import shlex

        words = serve_command(serving, [str(found or "python")], context.args)
        session(context).screen.line(shlex.join(words))
        return
    if found is None:
        raise _no_vllm()
    command = serve_command(serving, [str(found)], context.args)
    session(context).screen.advice(
        f"Serving {name} at http://{host}:{port}/v1 (it takes a minute or more to load).\n"
        f"Then: steward model check --url http://{host}:{port}/v1"
    )
    _become(command)


@app.command()
def check(
    context: typer.Context,
    url: ModelUrl = None,
    model: ModelName = None,
    speed: Annotated[bool, typer.Option(help="Measure its speed as well.")] = True,
    as_json: AsJson = False,
) -> None:
    """Is the server there, does it call tools, does it keep to a schema, how fast is it?

    Exit code 9 when the agent could not work with it.
    """
    from steward.errors import ModelError
    from steward.llm import check_server
    from steward.llm.server import required_server

    here = session(context)
    server = required_server(url, model, near=here.store)
    with here.screen.working() as step:
        found = check_server(server, speed=speed, step=step)
    if as_json:
        here.screen.json("model check", {"fit": found.fit, "check": found})
    else:
        _show(here.screen, found)
    if not found.fit:
        raise typer.Exit(ModelError.exit_code)


def _show(screen: Screen, found: Check) -> None:
    from steward.report.terminal import Head, grid

    heads = [Head("tried"), Head("result"), Head("what it did", fold=True)]
    rows = [[trial.what, trial.mark.value, trial.text] for trial in found.trials]
    screen.show(grid(heads, rows, title=f"{found.model or 'a model'} at {found.url}"))
    if found.speeds:
        heads = [Head("at once", right=True), Head("first token s", right=True)]
        heads.append(Head("tokens a second", right=True))
        rows = [
            [
                str(speed.concurrency),
                "" if speed.first is None else f"{speed.first:.3f}",
                f"{speed.tokens_per_second:,.1f}",
            ]
            for speed in found.speeds
        ]
        screen.show("", grid(heads, rows))
    said = "The agent can work with it." if found.fit else "The agent cannot work with it."
    screen.line(f"{said} Whether its answers are right is another question: steward eval.")


def _no_vllm() -> Exception:
    from steward.errors import StewardError

    error = StewardError(
        "No vLLM was found: not by --python or STEWARD_VLLM_PYTHON, on PATH, or in .venv-vllm.",
        hint="It lives best in a venv of its own: python3 -m venv .venv-vllm && "
        ".venv-vllm/bin/pip install vllm. Any other OpenAI-compatible server will do as well.",
    )
    error.exit_code = 6
    return error


def _become(command: tuple[str, ...]) -> None:
    """Leave this process to vLLM, so that signals and its exit code are its own."""
    import os
    import sys

    sys.stdout.flush()
    os.execv(command[0], list(command))
