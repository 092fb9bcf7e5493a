"""What the chat says around a conversation, in English and Chinese."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "model": ("Model", "模型"),
    "session": ("session", "会话"),
    "why_waiting": ("A write waits for approval.", "有一项写入等待批准。"),
    "why_not_approved": (
        "Not done: a write was not approved; nothing was changed by it.",
        "没有执行：有一项写入未获批准，它没有改动任何数据。",
    ),
    "why_refused": (
        "Not answered: the question is outside what can be answered.",
        "没有回答：这个问题超出了可以回答的范围。",
    ),
    "why_asked_back": (
        "Not answered yet: the question can be read in more than one way.",
        "尚未回答：这个问题有不止一种理解。",
    ),
    "why_unsupported": (
        "Not answered: parts of the answer are in no result of this run; they are marked.",
        "没有可靠的回答：答案中有些内容在本次结果中没有，已标出。",
    ),
    "why_no_evidence": (
        "Not answered: the model looked at no data. Nothing was changed.",
        "没有回答：模型没有查看任何数据。没有改动任何数据。",
    ),
    "why_steps": ("Not answered within the steps a run may take.", "在允许的步骤内没有得出回答。"),
    "why_tokens": (
        "Not answered within the tokens a run may use.",
        "在允许的 token 数内没有得出回答。",
    ),
    "why_time": ("Not answered in time.", "没有在规定时间内得出回答。"),
    "why_repeated": (
        "Not answered: the model repeated the same call.",
        "没有回答：模型一再重复同一个调用。",
    ),
    "why_failing": (
        "Not answered: the model's tool calls kept failing.",
        "没有回答：模型的工具调用连续失败。",
    ),
    "why_empty": ("Not answered: the model said nothing.", "没有回答：模型没有给出内容。"),
    "why_model_failed": (
        "Not answered: the model server failed on the way.",
        "没有回答：模型服务器中途出错。",
    ),
    "why_stopped": ("Not answered: the run was stopped.", "没有回答：运行被停止。"),
}


def say(key: str, language: str, **values: object) -> str:
    """The words for a key, with their blanks filled in."""
    english, chinese = _WORDS[key]
    return (chinese if language == "zh" else english).format(**values)
