"""Tables of a database server, as the text the server makes of them."""

import pytest

from steward.errors import InputError
from steward.sources import open_delivery

pytestmark = pytest.mark.postgres


@pytest.fixture
def table(postgres_url):
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("create schema if not exists steward_test")
        connection.execute(
            "create table steward_test.items"
            ' (id int, price numeric(10,2), ok bool, "名称" text, tags int[])'
        )
        connection.execute(
            "insert into steward_test.items values"
            " (1, 1299.00, true, '中文 \"q\"', '{1,2}'), (2, null, null, '', null)"
        )
        yield "steward_test.items"
        connection.execute("drop schema steward_test cascade")


def test_a_postgresql_table_is_read_as_text(postgres_url, table):
    delivery = open_delivery(postgres_url, source_table=table)
    assert delivery.columns == ("id", "price", "ok", "名称", "tags")
    assert [row for chunk in delivery.chunks() for row in chunk.rows] == [
        ("1", "1299.00", "true", '中文 "q"', "{1,2}"),
        ("2", None, None, "", None),
    ]
    assert "@" not in delivery.source, "no user or password is kept"


def test_a_table_that_is_not_there_is_refused_in_one_line(postgres_url, table):
    with pytest.raises(InputError, match="does not exist") as caught:
        open_delivery(postgres_url, source_table="nope")
    assert "\n" not in caught.value.message
