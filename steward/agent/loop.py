"""The agent: LangChain's loop around a model, with our tools, our ends and our approvals."""

from __future__ import annotations

import json
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.checkpoint.base import BaseCheckpointSaver

from steward.agent.approvals import Approvals
from steward.agent.bench import AnyTool, Bench
from steward.agent.middleware import Loop
from steward.agent.prompting import SYSTEM, prompt


def build(bench: Bench, model: BaseChatModel, saver: BaseCheckpointSaver[str]) -> Any:
    """A LangGraph graph that answers one question at a time in one session."""
    return create_agent(
        model,
        [offered(tool) for tool in bench.tools.values()],
        system_prompt=system_prompt(bench),
        middleware=[Approvals(bench), Loop(bench)],
        checkpointer=saver,
    )


def system_prompt(bench: Bench) -> str:
    """What the model is told before anything else."""
    table = bench.settings.table
    hint = "" if table is None else prompt("table", bench.language, table=json.dumps(table))
    return f"{prompt(SYSTEM, bench.language)}\n{hint}".strip()


def offered(tool: AnyTool) -> BaseTool:
    """A tool as LangChain declares it to a model. The loop runs it; see `Loop.wrap_tool_call`."""

    def never(**_: Any) -> str:
        raise AssertionError("the loop runs the tools")

    return StructuredTool(
        name=tool.name, description=tool.about, args_schema=dict(tool.parameters), func=never
    )
