"""The sample shop: a seeded generator of a believable shop whose every error is recorded.

It shares no code and no word list with the rooms that look for errors, so that they can be measured
on it.
"""

from steward.shop.shop import Shop, make_shop
from steward.shop.spec import CAUSES, CategoryFault, Fault, ShopFaults, ShopSpec
from steward.shop.write import WrittenShop, demo_shop, write_shop

__all__ = [
    "CAUSES",
    "CategoryFault",
    "Fault",
    "Shop",
    "ShopFaults",
    "ShopSpec",
    "WrittenShop",
    "demo_shop",
    "make_shop",
    "write_shop",
]
