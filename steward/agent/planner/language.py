"""The language of a question, and its text as atoms: words, Chinese characters, signs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]

# Traditional characters of questions, one to one, so that offsets stay what they are.
_TRADITIONAL = str.maketrans(
    "為麼幾個價格類別標題沒無數據資料欄變嗎誰哪裡來現處應該錯誤異複統計顯復個撤銷還補齊網頁顏產廠號碼單額總間開訓練習適較對從裡後這樣幫請說問關聯檢測驗證觀預覽執採納圖書買賣會與們過時當兩種點極離譜麼壞條紀錄筆項屬結構",
    "为么几个价格类别标题没无数据资料栏变吗谁哪里来现处应该错误异复统计显复个撤销还补齐网页颜产厂号码单额总间开训练习适较对从里后这样帮请说问关联检测验证观预览执采纳图书买卖会与们过时当两种点极离谱么坏条纪录笔项属结构",
)
_ATOM = re.compile(
    r"""[぀-ヿ㐀-䶿一-鿿豈-﫿]            # one Chinese character
    | \d+(?:[.,]\d+)*\s?[%‰]                                      # 42 %
    | \d{4}-\d{2}(?:-\d{2})?                                      # 2024-03, 2024-03-15
    | (?:(?![぀-鿿])\w)+(?:['.&/-](?:(?![぀-鿿])\w)+)*  # don't, n/a, a.b
    | ["'“”‘’「」『』《》`?!.,;:()\[\]]""",
    re.VERBOSE,
)
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』", "《": "》", "`": "`", "'": "'", "‘": "’"}


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of the text: where it stands, and its normalised form."""

    start: int
    end: int
    form: str


def detect(text: str) -> Language:
    """The language to answer in: Chinese if its characters ask, and do not only name things.

    >>> detect("为什么 category 是空的?"), detect("why is 品牌 null?")
    ('zh', 'en')
    """
    han = len(_HAN.findall(text))
    latin = len(re.findall(r"[A-Za-z]+(?:'[a-z]+)?", text))
    if not han:
        return "en"
    asks = set(re.findall(r"[a-z']+", text.casefold())) & _ENGLISH
    return "en" if asks and len(asks) + latin > han / 2 and not _CHINESE.search(text) else "zh"


_ENGLISH = frozenset(
    {"why", "how", "what", "which", "when", "where", "who", "is", "are", "do", "does", "did"}
    | {"the", "show", "list", "many", "much", "fix", "undo", "apply", "of", "there", "compare"}
    | {"find", "and", "in", "for", "can"}
)
_CHINESE = re.compile(r"[的了吗呢么是有多少哪谁怎请把给吧]|为什|显示|修|撤|比较")


def normalise(text: str) -> str:
    """The text with widths, case and traditional characters evened out, as long as it was."""
    return "".join(_even(char) for char in text).translate(_TRADITIONAL)


def _even(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).casefold()
    return {"’": "'", "‘": "'"}.get(char, folded if len(folded) == 1 else char)


def atoms(text: str) -> list[Atom]:
    """The atoms of a text in order; white space and other signs part them."""
    even = normalise(text)
    return [Atom(m.start(), m.end(), m.group()) for m in _ATOM.finditer(even)]


def quoted(text: str) -> list[tuple[int, int]]:
    """Spans between quotation marks, without the marks. An apostrophe opens none inside a word."""
    spans, at = [], 0
    while at < len(text):
        closing = _QUOTES.get(text[at])
        opens = closing and not (text[at] in "'‘" and at and text[at - 1].isalnum())
        end = text.find(closing, at + 1) if opens and closing else -1
        if opens and end > at + 1:
            spans.append((at + 1, end))
            at = end
        at += 1
    return spans


def is_han(form: str) -> bool:
    """Whether an atom is a Chinese character."""
    return bool(_HAN.fullmatch(form))


def stem(word: str) -> str:
    """A word without the endings of English; the same for all forms of most words.

    >>> [stem(w) for w in ("prices", "priced", "categories", "category", "missing")]
    ['pric', 'pric', 'categori', 'categori', 'miss']
    """
    word = word.removesuffix("'s").removesuffix("s'")
    for ending in ("ing", "ed", "es", "s"):
        cut = word.removesuffix(ending)
        if cut != word and len(cut) >= 3 and not word.endswith("ss"):
            word = cut
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word[-1] == "y" else word
