import pytest

from steward.shop import ShopFaults, ShopSpec, make_shop, write_shop


@pytest.fixture(scope="session")
def shop():
    return make_shop(ShopSpec(rows=20_000, sessions=3_000))


@pytest.fixture(scope="session")
def clean(shop):
    return shop.clean_items()


@pytest.fixture(scope="session")
def items(shop):
    return shop.items().to_pylist()


@pytest.fixture(scope="session")
def errors(shop):
    return shop.errors().to_pylist()


@pytest.fixture(scope="session")
def written(shop, tmp_path_factory):
    return write_shop(shop, tmp_path_factory.mktemp("shop") / "made")


@pytest.fixture(scope="session")
def healthy(tmp_path_factory):
    spec = ShopSpec(rows=3_000, faults=ShopFaults.none())
    return write_shop(make_shop(spec), tmp_path_factory.mktemp("shop") / "healthy")
