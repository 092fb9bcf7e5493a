"""What a right answer must hold, kind by kind, computed from the truth about a laid-out shop.

Each function of `KINDS` takes the ground and what is asked about (an incident, or a column by its
English name) and knows nothing of how the question is put or by whom it is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from steward.evaluate.incidents import Incident
from steward.evaluate.incidents_ground import Ground

Target = Incident | str


@dataclass(frozen=True, slots=True)
class Expected:
    """What to look for in an answer; a field that is empty is not asked for.

    `cause` is a claim of `group` in `claims.yaml`. `numbers` are alternatives, of which one must be
    stated; `proofs` those that a referenced query must give. Of each tuple in `names` one must be
    named. `mark` is a key of `marks.yaml`. `cited` asks for references that hold. `sql` gives the
    first of `proofs`, for an oracle and for the tests.
    """

    group: str = ""
    cause: str = ""
    supplier: str = ""
    since: str = ""
    batches: tuple[int, ...] = ()
    numbers: tuple[float, ...] = ()
    proofs: tuple[float, ...] = ()
    names: tuple[tuple[str, ...], ...] = ()
    mark: str = ""
    action: bool = False
    cited: bool = True
    months: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    sql: str = ""
    slots: dict[str, str] = field(default_factory=dict)


def expect(kind: str, ground: Ground, target: Target) -> Expected:
    """What a right answer to a question of this kind holds."""
    return KINDS[kind](ground, target)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _count(ground: Ground, where: str = "") -> str:
    return f"select count(*) as n from {_quoted(ground.plan.table)}{where and ' where ' + where}"


def _null(ground: Ground, column: str) -> str:
    name = _quoted(ground.plan.columns[column])
    return f"({name} is null or {name} = '')"


def _is(ground: Ground, column: str, value: str) -> str:
    return f"{_quoted(ground.plan.columns[column])} = '{value}'"


def _column(target: Target) -> str:
    return target.column if isinstance(target, Incident) else target


def _batches(ground: Ground, month: str) -> tuple[int, ...]:
    """Numbers of the delivery of a month; none where all came in one, which says nothing."""
    return () if ground.plan.one_batch else (ground.batches[month],)


def _slice(ground: Ground, one: Incident, group: str) -> Expected:
    return Expected(
        group=group,
        cause=one.cause,
        supplier=one.supplier,
        since=one.since,
        batches=_batches(ground, one.since),
        months=ground.plan.spec.months,
    )


def _why_null(ground: Ground, target: Target) -> Expected:
    one = _incident(target)
    counts = (float(ground.nulls(one.column)), float(ground.hit(one)))
    found = _slice(ground, one, "nulls")
    if one.cause == "dropped" and one.column != "category_path":
        # Nothing can be seen of it but that the cells are empty: slice and onset are the cause.
        found = replace(found, cause="")
    sql = _count(ground, _null(ground, one.column))
    return replace(found, numbers=counts, proofs=counts, action=True, sql=sql)


def _why_natural(ground: Ground, target: Target) -> Expected:
    return Expected(group="nulls", cause="natural")


def _healthy(ground: Ground, target: Target) -> Expected:
    return Expected(mark="healthy", cited=False, months=ground.plan.spec.months)


def _count_null(ground: Ground, target: Target) -> Expected:
    column = _column(target)
    count = float(ground.nulls(column))
    return Expected(numbers=(count,), proofs=(count,), sql=_count(ground, _null(ground, column)))


def _share_null(ground: Ground, target: Target) -> Expected:
    column = _column(target)
    count = float(ground.nulls(column))
    share = count / len(ground.rows)
    sql = _count(ground, _null(ground, column))
    return Expected(numbers=(share,), proofs=(count, share, 100 * share), sql=sql)


def _count_rows(ground: Ground, target: Target) -> Expected:
    count = float(len(ground.rows))
    return Expected(numbers=(count,), proofs=(count,), sql=_count(ground))


def _count_filter(ground: Ground, target: Target) -> Expected:
    supplier = _supplier(ground, target)
    count = float(len(ground.of(supplier)))
    sql = _count(ground, _is(ground, "supplier", supplier))
    return Expected(numbers=(count,), proofs=(count,), sql=sql, slots={"supplier": supplier})


def _count_both(ground: Ground, target: Target) -> Expected:
    one = _incident(target)
    count = float(ground.nulls(one.column, one.supplier))
    where = f"{_is(ground, 'supplier', one.supplier)} and {_null(ground, one.column)}"
    sql = _count(ground, where)
    return Expected(numbers=(count,), proofs=(count,), sql=sql, slots={"supplier": one.supplier})


def _distinct(ground: Ground, target: Target) -> Expected:
    column = _column(target)
    count = float(len(ground.counts(column)))
    name, table = (_quoted(n) for n in (ground.plan.columns[column], ground.plan.table))
    sql = f"select count(distinct {name}) as n from {table} where not {_null(ground, column)}"
    return Expected(numbers=(count,), proofs=(count,), sql=sql)


def _top_value(ground: Ground, target: Target) -> Expected:
    column = _column(target)
    ranked = sorted(ground.counts(column).items(), key=lambda pair: (-pair[1], pair[0]))
    best = tuple(value for value, count in ranked if count == ranked[0][1])
    count = float(ranked[0][1])
    sql = _count(ground, _is(ground, column, best[0].replace("'", "''")))
    return Expected(names=(best,), proofs=(count,), sql=sql)


def _by_group(ground: Ground, target: Target) -> Expected:
    value, count = ground.counts("supplier").most_common(1)[0]
    return Expected(
        names=((value,),),
        numbers=(float(count),),
        sql=_count(ground, _is(ground, "supplier", value)),
    )


def _onset(ground: Ground, target: Target) -> Expected:
    one = _incident(target)
    found = _slice(ground, one, "")
    return replace(found, cause="", supplier="", sql=_count(ground, _null(ground, one.column)))


def _which_supplier(ground: Ground, target: Target) -> Expected:
    one = _incident(target)
    return Expected(
        supplier=one.supplier, sql=_count(ground, _is(ground, "supplier", one.supplier))
    )


def _why_value(group: str) -> Callable[[Ground, Target], Expected]:
    def of(ground: Ground, target: Target) -> Expected:
        one = _incident(target)
        where = _is(ground, "supplier", one.supplier)
        return replace(_slice(ground, one, group), sql=_count(ground, where))

    return of


def _duplicates(ground: Ground, target: Target) -> Expected:
    plan = ground.plan
    if not plan.resent:
        return Expected(group="duplicates", cause="cross_supplier", sql=_count(ground))
    count = float(ground.resent)
    return Expected(
        group="duplicates",
        cause="resent",
        since=plan.resent,
        batches=(ground.batches[plan.resent], ground.again),
        months=plan.spec.months,
        numbers=(count, 2 * count),
        proofs=(count, 2 * count),
        sql=f"select {int(count)} as n from {_quoted(plan.table)} limit 1",
    )


def _changed(ground: Ground, target: Target) -> Expected:
    one = _incident(target)
    columns = [one.column, *(["category_path_zh"] if one.column == "category_path" else [])]
    return Expected(
        names=(tuple(ground.plan.columns[c] for c in columns),),
        since=one.since,
        batches=_batches(ground, one.since),
        months=ground.plan.spec.months,
        sql=_count(ground, _null(ground, one.column)),
        slots={"month": one.since},
    )


def _fitness(ground: Ground, target: Target) -> Expected:
    return Expected(mark="verdict", cited=False, sql=_count(ground))


def _compare(ground: Ground, target: Target) -> Expected:
    one = _incident(target)
    healthy = next(s for s in ("S01", "S02", "S03", "S04", "S05", "S06", "S07")
                   if s not in {i.supplier for i in ground.plan.incidents})  # fmt: skip
    columns = [one.column, *(["category_path_zh"] if one.column == "category_path" else [])]
    return Expected(
        names=(tuple(ground.plan.columns[c] for c in columns), (one.supplier,)),
        mark="more",
        sql=_count(ground, _is(ground, "supplier", one.supplier)),
        slots={"supplier": one.supplier, "other": healthy},
    )


def _fix(ground: Ground, target: Target) -> Expected:
    return Expected(action=True, cited=False, sql=_count(ground, _null(ground, _column(target))))


def _lineage(ground: Ground, target: Target) -> Expected:
    done = ground.applied
    if done is None:
        raise ValueError(f"no fix was applied on {ground.plan.name}")
    source = f"_{ground.plan.spec.months[0]}.csv"
    files = (source, f"c{done.change_set}", f"change set {done.change_set}", "变更集")
    where = _is(ground, "item_id", done.item)
    return Expected(
        names=((done.before,), files),
        cited=False,
        sql=_count(ground, where),
        slots={"item": done.item},
    )


def _tables(ground: Ground, target: Target) -> Expected:
    others = ground.plan.others
    return Expected(
        names=((ground.plan.table,), (others.get("table", "taxonomy"),), ("suppliers",)),
        cited=False,
    )


def _columns(ground: Ground, target: Target) -> Expected:
    wanted = ("item_id", "brand", "price", "category_path")
    return Expected(names=tuple((ground.plan.columns[c],) for c in wanted), cited=False)


def _examples(ground: Ground, target: Target) -> Expected:
    column = _column(target)
    items = tuple(str(row["item_id"]) for row in ground.rows if not row[column])
    return Expected(names=(items,), cited=False, sql=_count(ground, _null(ground, column)))


def _incident(target: Target) -> Incident:
    if isinstance(target, str):
        raise TypeError(f"{target} is a column, not an incident")
    return target


def _supplier(ground: Ground, target: Target) -> str:
    return target.supplier if isinstance(target, Incident) else "S03"


KINDS: dict[str, Callable[[Ground, Target], Expected]] = {
    "why_null": _why_null,
    "why_natural": _why_natural,
    "healthy_null": _healthy,
    "count_null": _count_null,
    "share_null": _share_null,
    "count_rows": _count_rows,
    "count_filter": _count_filter,
    "count_both": _count_both,
    "distinct": _distinct,
    "top_value": _top_value,
    "by_group": _by_group,
    "onset": _onset,
    "which_supplier": _which_supplier,
    "why_price": _why_value("prices"),
    "healthy_value": _healthy,
    "why_dates": _why_value("dates"),
    "why_garbled": _why_value("text"),
    "duplicates": _duplicates,
    "no_duplicates": _healthy,
    "changed": _changed,
    "fitness": _fitness,
    "compare": _compare,
    "fix": _fix,
    "lineage": _lineage,
    "tables": _tables,
    "columns": _columns,
    "examples": _examples,
}
