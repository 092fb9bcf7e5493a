"""What the chat says around a conversation, in English and Chinese."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "model": ("Model", "模型"),
    "session": ("session", "会话"),
    "welcome": ("Ask in English or Chinese. /help, /quit.", "可用中文或英文提问。/help，/quit。"),
    "help": (
        "/why [N]       the proofs so far; one of them as SQL and rows\n"
        "/undo [c3|f12] take back what this chat wrote last, a change set, or a fix\n"
        "/tables        the tables\n"
        "/model [URL|offline]  who answers\n"
        "/save [FILE]   the conversation as Markdown\n"
        "/quit          leave; steward chat --resume goes on",
        "/why [N]       目前的依据；其中一条的 SQL 和行\n"
        "/undo [c3|f12] 撤销本会话最后一次写入、某个变更集或某个修复\n"
        "/tables        所有的表\n"
        "/model [URL|offline]  由谁回答\n"
        "/save [FILE]   把对话保存为 Markdown\n"
        "/quit          离开；steward chat --resume 可继续",
    ),
    "going_on": ("Going on with the last question.", "继续上一个问题。"),
    "stopped": (
        "Stopped. The session goes on; nothing unfinished was written.",
        "已停止。会话仍在继续；没有写入任何未完成的内容。",
    ),
    "proofs": ("Proofs: {numbers}; /why N opens one.", "依据：{numbers}；/why N 可查看。"),
    "wants": ("The steward wants to write: {call}", "管家请求写入：{call}"),
    "nobody": (
        "  Rejected: nobody is here to approve it. Allow it with --allow '{pattern}'",
        "  已拒绝：没有人在场批准。可用 --allow '{pattern}' 允许。",
    ),
    "approve": (
        "  [y] approve  [n] reject  [e] edit  [a] approve all like this › ",
        "  [y] 批准  [n] 拒绝  [e] 修改  [a] 批准所有同类 › ",
    ),
    "allowed": ("  From now on allowed: {pattern}", "  从现在起允许：{pattern}"),
    "why_not": ("  Why not? (may be empty) › ", "  为什么不？（可留空）› "),
    "edit": ("  The arguments instead, as JSON › ", "  改成以下参数（JSON）› "),
    "no_json": ("  That is no JSON object.", "  这不是 JSON 对象。"),
    "undone": (
        "{what} is taken back: {cells} cells, in change set c{set}.",
        "已撤销 {what}：{cells} 个单元格，记在变更集 c{set}。",
    ),
    "saved": ("Saved to {path}.", "已保存到 {path}。"),
    "back_unsupported": (
        "checked: in no result: {what}; asked again",
        "已核对：结果中没有 {what}；已要求重新回答",
    ),
    "back_no_evidence": (
        "the model answered without looking; asked again",
        "模型没有查看数据就回答；已要求重新回答",
    ),
    "back_empty": ("the reply was empty; asked again", "回复是空的；已要求重新回答"),
    "back_broken": (
        "the tool call could not be read; asked again",
        "工具调用无法读取；已要求重新调用",
    ),
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
