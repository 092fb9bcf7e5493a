"""Random relational tables with legitimate variation, and random damage to them.

The judgement of the co-occurrence corrector is fitted on these, never on a public benchmark. A
table is made of blocks of entities (a shop, its address, a product …) that its rows repeat; later
blocks depend on earlier ones with several alternatives, attributes may be shared by many entities,
vary softly, look alike, be blank on purpose, or be a function of others. What the damage does is
known cell by cell.
"""

from __future__ import annotations

import re
import string

import numpy as np
import numpy.typing as npt

Text = npt.NDArray[np.object_]

SYLLABLES = re.findall(
    r"\S{2,3}",
    "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra "
    "re ri ro ru sa se si so su ta te ti to tu va ve vi vo za ze zo sha cha tho gra bri stonville",
)
HAN = (
    "红蓝绿黑白大小新老金银华东南西北海山水火木土中国美好家电手机脑"
    "服装鞋帽食品茶叶酒图书文具玩乐器车床椅桌灯"
)
KINDS = ("word", "phrase", "digits", "short", "mixed", "abbreviation", "number", "han", "address")
ROWS = (150, 400, 1000, 2500, 5000, 12000, 30000)
ROW_ODDS = (0.1, 0.2, 0.27, 0.2, 0.13, 0.07, 0.03)


class Maker:
    """Makes one table from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.rows = int(self.random.choice(ROWS, p=ROW_ODDS))
        self.columns: dict[str, Text] = {}

    def chance(self, odds: float) -> bool:
        """True with these odds."""
        return bool(self.random.random() < odds)

    def pick(self, *options: float) -> float:
        """One of the options."""
        return float(self.random.choice(options))

    def word(self) -> str:
        """A pronounceable word."""
        return "".join(self.random.choice(SYLLABLES, size=self.random.integers(2, 5)))

    def value(self, kind: str) -> str:
        """One random value of a kind."""
        r = self.random
        if kind in ("digits", "short"):
            return "".join(r.choice(list(string.digits), size=9 if kind == "digits" else 5))
        if kind == "mixed":
            return "".join(r.choice(list(string.ascii_uppercase), size=2)) + f"-{r.integers(1, 99)}"
        if kind == "abbreviation":
            return "".join(r.choice(list(string.ascii_uppercase), size=2))
        if kind == "number":
            return str(round(float(r.lognormal(3, 1)), int(r.integers(0, 3))))
        if kind == "han":
            return "".join(r.choice(list(HAN), size=r.integers(2, 6)))
        if kind == "address":
            return f"{r.integers(1, 9999)} {self.word()} {r.choice(['st', 'ave', 'rd'])}"
        return " ".join(self.word() for _ in range(1 if kind == "word" else r.integers(2, 5)))

    def domain(self, kind: str, size: int) -> Text:
        """`size` values of a kind, some of them alike on purpose."""
        values = [self.value(kind) for _ in range(size)]
        if size > 3 and self.chance(0.25):
            for i in range(1, size):
                if self.chance(0.5) and values[i - 1]:
                    before = values[i - 1]
                    at = (
                        len(before) - 1
                        if self.chance(0.6)
                        else int(self.random.integers(len(before)))
                    )
                    digit = str(self.random.choice(list(string.digits)))
                    values[i] = before[:at] + digit + before[at + 1 :]
        return np.array(values, dtype=object)

    def table(self) -> tuple[list[str], Text]:
        """Column names and cells, shape (rows, columns)."""
        previous = None
        for block in range(int(self.random.integers(1, 4))):
            previous = self.block(block, previous)
        self.loose_columns()
        self.derived_columns()
        self.conditions()
        names = list(self.columns)
        return names, np.stack([self.columns[n] for n in names], axis=1)

    def block(self, number: int, previous: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64]:
        """Add the columns of one kind of entity; returns the entity of each row."""
        r = self.random
        size = max(3, int(self.rows // self.pick(2, 4, 8, 15, 40)))
        if self.chance(0.2):
            size = int(self.pick(5, 12, 30))
        if previous is not None and self.chance(0.7):
            alternatives = int(r.choice([1, 2, 3], p=[0.4, 0.35, 0.25]))
            parents = int(previous.max()) + 1
            own = np.arange(parents * alternatives).reshape(parents, alternatives)
            table = own if self.chance(0.5) else r.integers(0, size, size=own.shape)
            odds = r.dirichlet(np.ones(alternatives) * 0.7, size=parents).cumsum(axis=1)
            pick = (r.random(self.rows)[:, None] > odds[previous]).sum(axis=1)
            entity = table[previous, pick.clip(0, alternatives - 1)]
            size = int(entity.max()) + 1
        else:
            entity = r.choice(
                size, size=self.rows, p=r.dirichlet(np.ones(size) * self.pick(0.5, 2, 20))
            )
        before = set(self.columns)
        for attribute in range(int(r.integers(2, 6))):
            self.attribute(f"b{number}a{attribute}", entity, size)
        mine = [name for name in self.columns if name not in before]
        if self.chance(0.35):
            self.second_homes(mine, entity)
        if self.chance(0.3) and len(mine) > 1:
            self.code_of(f"b{number}code", mine)
        return np.asarray(entity, dtype=np.int64)

    def second_homes(self, names: list[str], entity: npt.NDArray[np.int64]) -> None:
        """Some rows tell of another branch of their entity: most of a block is new, and right.

        A branch may have one row or several, keep some of the cells, and look like the first.
        """
        r = self.random
        at = np.flatnonzero(r.random(self.rows) < self.pick(0.01, 0.03, 0.08))
        branch = entity[at] * 4 + r.integers(0, 4 if self.chance(0.6) else 1, size=len(at))
        for name in names:
            keeps, alike = self.pick(0, 0.3, 0.8), self.chance(0.5)
            kind, known = str(r.choice(KINDS)), dict[int, str]()
            column = self.columns[name]
            values = column[r.integers(0, self.rows, size=len(at))]
            kept, drawn, fresh = r.random(len(at)) < keeps, self.chance(0.4), column.copy()
            for i, (row, b) in enumerate(zip(at.tolist(), branch.tolist(), strict=True)):
                if b not in known:
                    usual = str(column[row])
                    new = varied(r, usual) if alike else self.value(kind)
                    known[b] = usual if kept[i] else str(values[i]) if drawn else new
                fresh[row] = known[b]
            self.columns[name] = fresh

    def code_of(self, name: str, names: list[str]) -> None:
        """Add a code made of pieces of two columns, as `AB1203` of a name and a number."""
        a, b = (self.columns[str(n)] for n in self.random.choice(names, 2, replace=False))
        self.columns[name] = np.array(
            [
                (str(x)[:6] + str(y)[-5:]).replace(" ", "").upper()
                for x, y in zip(a, b, strict=True)
            ],
            dtype=object,
        )

    def attribute(self, name: str, entity: npt.NDArray[np.int64], size: int) -> None:
        """Add one attribute of an entity, with its share of legitimate variation."""
        r = self.random
        kind = str(r.choice(KINDS))
        domain = size if self.chance(0.5) else max(2, int(size / self.pick(2, 5, 20)))
        if self.chance(0.15):
            domain = 2
        values = self.domain(kind, domain)
        of_entity = r.integers(0, domain, size=size) if domain < size else np.arange(size)
        cells = values[of_entity[entity]].copy()
        if domain > 2 and self.chance(0.2):
            cells = self.soft(values, entity, size)
        if self.chance(0.03):
            varied = r.random(self.rows) < self.pick(0.03, 0.1, 0.3)
            cells[varied] = values[r.integers(0, domain, size=int(varied.sum()))]
        if self.chance(0.12):
            cells[(r.random(size) < self.pick(0.05, 0.3))[entity]] = ""
        if self.chance(0.08):
            cells[r.random(self.rows) < self.pick(0.02, 0.1, 0.4)] = ""
        self.columns[name] = cells
        if self.chance(0.15):
            fewer = max(2, int(domain // self.pick(3, 10)))
            above = self.domain(str(r.choice(KINDS)), fewer)[r.integers(0, fewer, size=domain)]
            self.columns[name + "s"] = np.where(cells == "", "", above[of_entity[entity]])

    def soft(self, values: Text, entity: npt.NDArray[np.int64], size: int) -> Text:
        """Each entity has its own distribution over the values."""
        r, few = self.random, int(self.pick(2, 3, 6, 20))
        options = r.integers(0, len(values), size=(size, few))
        odds = r.dirichlet(np.ones(few) * self.pick(0.1, 0.3, 1), size=size).cumsum(axis=1)
        pick = (r.random(self.rows)[:, None] > odds[entity]).sum(axis=1).clip(0, few - 1)
        return values[options[entity, pick]].copy()

    def loose_columns(self) -> None:
        """Add a row number and columns that depend on nothing."""
        if self.chance(0.5):
            self.columns["uid"] = np.array([str(i + 1) for i in range(self.rows)], dtype=object)
        for i in range(int(self.random.integers(0, 4))):
            size = int(self.pick(2, 10, 100, self.rows))
            values = self.domain(str(self.random.choice(KINDS)), size)
            odds = self.random.dirichlet(np.ones(size) * self.pick(0.3, 3))
            self.columns[f"f{i}"] = values[self.random.choice(size, size=self.rows, p=odds)]

    def derived_columns(self) -> None:
        """Add a column composed of two others, and one that flags half the values of another."""
        names = list(self.columns)
        if self.chance(0.5) and len(names) > 3:
            a, b = self.random.choice(len(names), 2, replace=False)
            pairs = zip(self.columns[names[a]], self.columns[names[b]], strict=True)
            self.columns["joined"] = np.array([f"{x}_{y}" for x, y in pairs], dtype=object)
        if self.chance(0.5):
            source = self.columns[str(self.random.choice(names))]
            yes = set(self.random.permutation(sorted(set(source)))[: max(1, len(set(source)) // 2)])
            words = ("Y", "N") if self.chance(0.5) else ("single", "married")
            self.columns["flag"] = np.array([words[v in yes] for v in source], dtype=object)

    def conditions(self) -> None:
        """Add what follows from a number, from a blank, or from two columns together."""
        r, names = self.random, list(self.columns)
        if self.chance(0.35):
            words = [("S", "M"), ("yes", "no"), ("是", "否"), ("open", "closed")][
                int(r.integers(4))
            ]
            yes = r.random(self.rows) < self.pick(0.1, 0.4, 0.5)
            source = self.columns[str(r.choice(names))]
            amount = {v: str(int(r.integers(1, 60)) * 50) for v in sorted(set(source))}
            if self.chance(0.4):
                paid = np.round(r.lognormal(4, 1, size=self.rows), 2).astype(str)
            else:
                paid = np.array([amount[v] for v in source], dtype=object)
            none = "0" if self.chance(0.6) else ""
            self.columns["amount"] = np.where(yes, paid, none).astype(object)
            self.columns["state"] = np.where(yes, words[0], words[1]).astype(object)
            if self.chance(0.5):
                self.columns["other"] = np.where(yes, none, paid[::-1]).astype(object)
        if self.chance(0.3) and len(names) > 2:
            a, b = (self.columns[str(n)] for n in r.choice(names, 2, replace=False))
            steps = {v: int(r.integers(3)) for v in sorted(set(b))}
            parts = [f"{x}/{steps[y]}" for x, y in zip(a, b, strict=True)]
            rate = {v: str(round(float(r.integers(0, 90)) / 10, 1)) for v in sorted(set(parts))}
            self.columns["rate"] = np.array([rate[v] for v in parts], dtype=object)


def varied(random: np.random.Generator, text: str) -> str:
    """A text like this one that means something else: another digit, or another last word."""
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    if digits:
        at = int(random.choice(digits))
        return text[:at] + str(random.integers(10)) + text[at + 1 :]
    return text + " " + str(random.choice(["north", "b", "2", "ii", "east"]))


def misspell(random: np.random.Generator, text: str, how: str) -> str:
    """Damage a text as a typist (`typo`), a mask (`x`) or a bad import (`second`) would."""
    if not text:
        return text
    at = int(random.integers(len(text)))
    if how == "x":
        letters = list(text)
        for j in random.integers(0, len(text), size=max(1, len(text) // 12)):
            letters[j] = "x"
        return "".join(letters)
    if how == "second":
        return text[:1] + text[2:]
    letter = str(random.choice(list(string.ascii_lowercase + string.digits)))
    options = (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )
    return options[int(random.integers(4))]


def damage(names: list[str], clean: Text, random: np.random.Generator) -> Text:
    """Return a damaged copy of a table: its own error rate, kinds and columns each time."""
    dirty = clean.copy()
    rows, width = clean.shape
    overall = float(random.choice([0.0005, 0.001, 0.003, 0.01, 0.02, 0.05, 0.1]))
    kinds = ("typo", "x", "second", "null", "domain", "swap", "constant")
    odds = (0.27, 0.1, 0.08, 0.2, 0.2, 0.1, 0.05)
    for c in range(width):
        if names[c] == "uid" or random.random() < 0.25:
            continue
        chosen = random.choice(kinds, size=random.integers(1, 4), p=odds)
        rate = overall * float(random.choice([0.2, 1, 2])) / len(chosen)
        for kind in chosen:
            hit = np.flatnonzero(random.random(rows) < rate)
            if kind in ("typo", "x", "second"):
                dirty[hit, c] = [misspell(random, t, str(kind)) for t in dirty[hit, c]]
            elif kind == "null":
                dirty[hit, c] = ""
            elif kind == "domain":
                dirty[hit, c] = clean[random.integers(0, rows, size=len(hit)), c]
            elif kind == "swap":
                o = int(random.integers(width))
                dirty[hit, c], dirty[hit, o] = clean[hit, o], clean[hit, c]
            else:
                dirty[hit, c] = clean[0, c]
    return dirty
