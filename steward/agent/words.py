"""What the loop itself says to people, in English and Chinese."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+")

PLANNER = "offline planner (rules, no model)"

_WORDS: dict[str, tuple[str, str]] = {
    "ended_steps": (
        "I stopped: the question took more steps than a run may take.",
        "已停止：这个问题所需的步骤超过了上限。",
    ),
    "ended_tokens": (
        "I stopped: the question took more tokens than a run may use.",
        "已停止：这个问题使用的 token 超过了上限。",
    ),
    "ended_time": (
        "I stopped: the time for this question was up.",
        "已停止：这个问题的时间已用完。",
    ),
    "ended_repeated": (
        "I stopped: the model made the same tool call again and again.",
        "已停止：模型一再重复同一个工具调用。",
    ),
    "ended_failing": (
        "I stopped: the model's tool calls kept failing.",
        "已停止：模型的工具调用连续失败。",
    ),
    "ended_empty": ("The model gave no answer.", "模型没有给出回答。"),
    "ended_model_failed": (
        "I stopped: the model server failed.",
        "已停止：模型服务器出错。",
    ),
    "ended_stopped": ("Stopped by you.", "已由您停止。"),
    "known": ("What is known so far:", "目前已知："),
    "nothing_known": (
        "Nothing was found out before that, and nothing was changed.",
        "在此之前没有查到任何结果，也没有改动任何数据。",
    ),
    "no_evidence": (
        "⚠ The model looked at no data for this answer; nothing in it comes from your tables, and "
        "nothing was changed.",
        "⚠ 模型没有查看任何数据；以上内容并非来自您的表，也没有改动任何数据。",
    ),
    "not_found": ("⚠ not found in this run's results", "⚠ 本次结果中没有"),
    "no_reference": ("⚠ no such reference", "⚠ 没有这个引用"),
    "proof": ("Proof:", "依据："),
}


def say(key: str, language: str, **values: object) -> str:
    """The words for a key, with their blanks filled in."""
    english, chinese = _WORDS[key]
    return (chinese if language == "zh" else english).format(**values)


def language_of(text: str, default: str = "en") -> str:
    """`zh` or `en`: Chinese when a question has as many Chinese characters as Latin words.

    Names of columns are Latin words in many Chinese questions, so two of them weigh as one.
    """
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    if not han and not words:
        return default
    return "zh" if han and han * 2 >= words else "en"
