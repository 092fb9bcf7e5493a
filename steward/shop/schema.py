"""How a shop names its columns: in English, in Chinese, or as an old system would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from steward.errors import UsageError
from steward.shop.render import ITEM_COLUMNS
from steward.shop.spec import ShopSpec

CHINESE = (
    *("商品编号", "标题", "品牌", "产地", "类目", "中文类目", "颜色", "材质", "规格", "重量"),
    *("重量单位", "售价", "原价", "币种", "条码", "库存", "供应商", "供应商类目", "供应商货号"),
    *("更新日期", "链接"),
)
TERSE = (
    *("ITM_NO", "ITM_DSC", "BRND", "MFR_CTRY", "CTG_PTH", "CTG_PTH_ZH", "CLR", "MATL", "SZ", "WT"),
    *("WT_UOM", "SLS_PRC", "LST_PRC", "CURR", "EAN13", "QOH", "SUPP", "SUPP_CTG", "SUPP_ITM"),
    *("UPD_DT", "LNK"),
)
SCHEMAS = {"english": ITEM_COLUMNS, "chinese": CHINESE, "terse": TERSE}


@dataclass(frozen=True, slots=True)
class Schema:
    """Names of columns, keyed `table.column`; what is not named keeps its English name."""

    names: Mapping[str, str]
    drop: frozenset[str]

    @classmethod
    def of(cls, spec: ShopSpec) -> Schema:
        """The schema a spec asks for; `UsageError` when there is none, or two columns collide."""
        if unknown := sorted(set(spec.drop) - set(ITEM_COLUMNS) | set(spec.drop) & {"item_id"}):
            raise UsageError(f"The column {unknown[0]!r} cannot be left out of items.")
        if isinstance(spec.schema, str):
            if spec.schema not in SCHEMAS:
                raise UsageError(
                    f"Unknown schema {spec.schema!r}.", hint=f"One of {', '.join(SCHEMAS)}."
                )
            pairs = zip(ITEM_COLUMNS, SCHEMAS[spec.schema], strict=True)
            names = {f"items.{column}": name for column, name in pairs}
        else:
            names = dict(spec.schema)
        made = cls(names, frozenset(spec.drop))
        named = [made.column("items", column) for column in ITEM_COLUMNS]
        if len(set(named)) < len(named):
            raise UsageError("Two columns of items have the same name in this schema.")
        return made

    def column(self, table: str, column: str) -> str:
        """The name of a column in this shop."""
        return self.names.get(f"{table}.{column}", column)

    def table(self, table: str, columns: Mapping[str, pa.Array], order: Sequence[str]) -> pa.Table:
        """These columns as a table with the names of this shop."""
        kept = [c for c in order if table != "items" or c not in self.drop]
        return pa.table({self.column(table, c): columns[c] for c in kept})
