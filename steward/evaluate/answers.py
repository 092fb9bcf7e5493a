"""The questions of `evals/answers`: templates x shops x languages, drawn by a seed.

A split has its own phrasings and its own shops' names for columns. The seed draws which phrasing
meets which shop, and which supplier and month are at fault; the trial draws the rows.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from steward.content import content_root
from steward.errors import ContentError, UsageError
from steward.evaluate.answers_expected import Expected, Target, expect
from steward.evaluate.exam import Desk, Paper, Question
from steward.evaluate.incidents import Plan, draw_plan
from steward.evaluate.incidents_ground import Ground, lay
from steward.evaluate.solution import Settings

LANGUAGES = ("en", "zh")
SPLITS = ("dev", "test")
ROUND = (
    ("count_rows", ""),
    ("count_filter", ""),
    ("distinct", "brand"),
    ("top_value", "brand"),
    ("by_group", ""),
    ("columns", ""),
    ("fitness", ""),
    ("why_natural", "colour"),
    ("distinct", "material"),
    ("tables", ""),
    ("top_value", "currency"),
    ("healthy_null", "title"),
    ("healthy_null", "stock"),
)
"""Questions that fit any shop, dealt out three to a shop."""

HEALTHY = (
    ("healthy_null", "category_path"),
    ("healthy_null", "brand"),
    ("healthy_value", "price"),
    ("healthy_value", "updated_at"),
    ("no_duplicates", ""),
    ("share_null", "brand"),
)
FIRST = ("why_null", "onset", "which_supplier", "count_null", "changed", "fix", "compare",
         "count_both", "share_null", "examples")  # fmt: skip
"""About the first incident of a shop: `why_null` always, of the others five in turn."""

WHY = {"price": "why_price", "currency": "why_price", "updated_at": "why_dates",
       "title": "why_garbled"}  # fmt: skip


class Wanted(NamedTuple):
    """A question to put: its kind, and the incident or the column that it is about."""

    kind: str
    target: Target


class Bank(NamedTuple):
    """The files of `evals/cases/answers`."""

    schemas: Sequence[Mapping[str, Any]]
    floors: Sequence[Mapping[str, Any]]
    words: Mapping[str, Any]
    in_scope: Mapping[str, Any]
    refuse: Mapping[str, Any]
    vague: Mapping[str, Any]


def read_bank(folder: Path | None = None) -> Bank:
    """Read the files; `ContentError` when one is not there or is no YAML."""
    place = folder or content_root() / "evals" / "cases" / "answers"
    try:
        return Bank(
            *(yaml.safe_load((place / f"{n}.yaml").read_text("utf-8")) for n in Bank._fields)
        )
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"The cases of answers in {place} cannot be read: {error}.") from error


def answer_papers(settings: Settings, trial: int) -> list[Paper]:
    """One paper a shop of `floors.yaml`, for one trial.

    The option `floors=renamed,healthy` keeps some of them; `vary=model` keeps the shops of the
    first trial, so that only the model's seed changes.

    Raises:
        UsageError: there is no such split or floor.
    """
    if settings.split not in SPLITS:
        raise UsageError(f"There is no split {settings.split}.", hint="--split dev or test")
    bank = read_bank()
    wanted = settings.options.get("floors", "")
    names = [name for name in wanted.split(",") if name]
    if unknown := sorted(set(names) - {floor["name"] for floor in bank.floors}):
        raise UsageError(f"There is no floor {unknown[0]}.")
    rows = 0 if settings.options.get("vary") == "model" else trial
    return [
        paper
        for number, floor in enumerate(bank.floors)
        if not names or floor["name"] in names
        for paper in [_paper(bank, number, settings, rows)]
    ]


def _paper(bank: Bank, number: int, settings: Settings, trial: int) -> Paper:
    schemas = [one for one in bank.schemas if one["split"] == settings.split]
    schema = schemas[(number + settings.seed) % len(schemas)]
    plan = draw_plan(bank.floors[number], schema, settings.seed, trial)
    asker = Asker(bank, plan, number, settings)
    return Paper(plan.name, asker.size, partial(_lay, plan, asker.questions))


def _lay(plan: Plan, questions: Callable[[Ground], Sequence[Question]], folder: Path) -> Desk:
    ground = lay(plan, folder)
    return Desk(ground.store, questions(ground))


class Asker:
    """Puts the questions of one shop into words."""

    def __init__(self, bank: Bank, plan: Plan, number: int, settings: Settings) -> None:
        self.bank, self.plan, self.number, self.split = bank, plan, number, settings.split
        self.random = Random(f"{settings.seed}/{settings.split}/{plan.name}/words")
        self.wanted = wanted(plan, number)
        self.others = self._others()

    @property
    def size(self) -> int:
        """How many questions there will be."""
        return len(self.wanted) + len(self.others)

    def questions(self, ground: Ground) -> list[Question]:
        """All questions about the shop, in scope first."""
        found = []
        for at, (kind, target) in enumerate(self.wanted):
            language = LANGUAGES[(at + self.number) % 2]
            expected = expect(kind, ground, target)
            text = self._text(kind, language, target, expected)
            found.append(self._question(at, kind, "in", language, text, expected))
        return found + self.others

    def _text(self, kind: str, language: str, target: Target, expected: Expected) -> str:
        template = self._pick(self.bank.in_scope[kind][language][self.split])
        column = target if isinstance(target, str) else target.column
        month = expected.slots.get("month", self.plan.spec.months[-1])
        slots = {
            "table": self.plan.table,
            "column": self._spoken(column, language) if column else "",
            "supplier_column": self.plan.columns["supplier"],
            "month_en": f"{calendar.month_name[int(month[5:])]} {month[:4]}",
            "month_zh": f"{month[:4]} 年 {int(month[5:])} 月",
            "before_en": _before(month),
            **expected.slots,
        }
        return str(template).format(**slots)

    def _spoken(self, column: str, language: str) -> str:
        """The column as a person would say it: by its name in the store, or by a word for it."""
        name = self.plan.columns[column]
        words = self.bank.words.get(column, {}).get(language, [])
        spoken = words and (self.plan.say == "words" or self.random.random() < 0.5)
        return str(self._pick(words)) if spoken and self.plan.say != "names" else name

    def _others(self) -> list[Question]:
        """This shop's share of what is to be refused, and of what is to be asked back."""
        found: list[Question] = []
        floors = len(self.bank.floors)
        for language in LANGUAGES:
            for scope, texts in self._unanswerable(language):
                mine = [pair for i, pair in enumerate(texts) if i % floors == self.number]
                for kind, text in mine:
                    spoken = text.format(supplier="S03", table=self.plan.table)
                    at = len(self.wanted) + len(found)
                    found.append(self._question(at, kind, scope, language, spoken, None))
        return found

    def _unanswerable(self, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
        """By scope, pairs of a kind and a text."""
        absent = self.bank.refuse["absent"]
        things = absent["things"][language]
        phrases = absent[language][self.split]
        made = [
            ("absent", phrases[i % len(phrases)].format(absent=thing))
            for i, thing in enumerate(things)
        ]
        plain = [("refuse", text) for text in self.bank.refuse[language][self.split]]
        vague = [("ask back", text) for text in self.bank.vague[language][self.split]]
        return [("out", plain + made), ("vague", vague)]

    def _question(
        self, at: int, kind: str, scope: str, language: str, text: str, expected: Expected | None
    ) -> Question:
        groups = {"kind": kind, "language": language, "schema": self.plan.schema}
        return Question(
            f"{self.plan.name}/{at:02d}-{kind}-{language}", text, scope, groups, expected
        )

    def _pick(self, texts: Sequence[str]) -> str:
        return texts[self.random.randrange(len(texts))]


def wanted(plan: Plan, number: int) -> list[Wanted]:
    """What is asked about a shop: its incidents first, then what fits any shop."""
    found: list[Wanted] = []
    empties = [one for one in plan.incidents if one.empties]
    for place, one in enumerate(empties):
        rest = [
            FIRST[1:][(number * 5 + i) % (len(FIRST) - 1)] for i in range(5 if not place else 2)
        ]
        kinds = [kind for kind in rest if kind != "changed" or not plan.one_batch]
        found += [Wanted(kind, one) for kind in ("why_null", *kinds)]
    found += [Wanted(WHY[one.column], one) for one in plan.incidents if not one.empties]
    if plan.resent or plan.twins:
        found.append(Wanted("duplicates", ""))
    if plan.applied:
        found.append(Wanted("lineage", "brand"))
    if not plan.incidents:
        found += [Wanted(*pair) for pair in HEALTHY]
    found += [Wanted(*ROUND[(number * 3 + i) % len(ROUND)]) for i in range(3)]
    return found


def _before(month: str) -> str:
    """The month before, in English words."""
    count = int(month[:4]) * 12 + int(month[5:]) - 2
    return f"{calendar.month_name[count % 12 + 1]} {count // 12}"
