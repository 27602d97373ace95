"""Every query prepares on the migrated database, and its columns are its Struct's fields."""

import re

import asyncpg
import pytest

from app.store.sql import Act, Query, Value
from tests.house.modules import values

QUERIES = dict(values((Query, Value, Act)))


def test_there_are_queries_of_every_room() -> None:
    rooms = {name.split(".")[1] for name in QUERIES}
    assert rooms >= {"catalogue", "standards", "certification", "recognition", "issuing", "scanning", "store", "demo"}


@pytest.mark.anyio
@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_prepares(db: asyncpg.Connection, name: str) -> None:
    query = QUERIES[name]
    prepared = await db.prepare(query.sql)
    columns = [attribute.name for attribute in prepared.get_attributes()]
    if isinstance(query, Query):
        assert sorted(columns) == sorted(query.shape.__struct_fields__)
    if isinstance(query, Value):
        assert len(columns) == 1
    if isinstance(query, Act):
        assert columns == []


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_names_its_origin_and_its_columns(name: str) -> None:
    sql = QUERIES[name].sql
    tag = re.match(r"\s*/\* ([a-z]+)\.([a-z_]+) \*/", sql)
    assert tag, "open it with a tag comment such as /* room.name */"
    assert not re.search(r"select\s+(\w+\.)?\*(?! from unnest)", sql), "name every column"


def test_tags_are_given_once() -> None:
    tags = [re.findall(r"/\* ([a-z_.]+) \*/", query.sql)[0] for query in QUERIES.values()]
    assert sorted(tags) == sorted(set(tags))
