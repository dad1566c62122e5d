"""Hot statements: what is refused at import, and values that arrive as the session's do."""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    DateTime,
    Integer,
    Interval,
    Numeric,
    String,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

import app
from app.database import Database
from app.domain.workflow import Status
from app.models import EventStream as Stream
from app.models import Site
from app.models.base import choice
from app.queries.hot import LONGEST, Hot
from app.queries.hot_pages import HotPages

VALUES: dict[str, tuple[Any, list[Any]]] = {
    "uuid": (Uuid(), [uuid4(), None]),
    "text": (Text(), ["", "Ŵyn's \\ %s :x $1", None]),
    "number": (Integer(), [0, -7]),
    "money": (Numeric(10, 2), [Decimal("12.30")]),
    "truth": (Boolean(), [True, False, None]),
    "day": (Date(), [date(2026, 2, 28)]),
    "time": (DateTime(timezone=True), [datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC), None]),
    "status": (choice(Status), [Status.SUBMITTED, None]),
    "json": (JSONB(none_as_null=True), [{"a": [1, "ŵ", None, 1.5]}, [], [{"b": True}], None]),
    "uuids": (ARRAY(Uuid()), [[], [uuid4(), uuid4()]]),
    "texts": (ARRAY(String(40)), [["a", "b'c\\"], [None]]),
    "statuses": (ARRAY(choice(Status)), [[Status.DRAFT, Status.REJECTED]]),
}


class One(NamedTuple):
    value: object


class Number(NamedTuple):
    last_sequence: int


@pytest.fixture
async def bare(database_url: str) -> AsyncIterator[Any]:
    """A connection without the codecs that SQLAlchemy sets on its own."""
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    opened = await asyncpg.connect(url)
    yield opened
    await opened.close()


def _insert_in_cte() -> Any:
    added = insert(Site).values(name=bindparam("name_", type_=Text())).returning(Site.name).cte()
    return select(added.c.name.label("value"))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (select(Site.id.label("other")), "returns"),
        (select(literal(1).label("value"), Site.id), "returns"),
        (select(bindparam("value").label("value")), "no type"),
        (select(func.json_agg(Site.name).label("value")), "no type"),
        (insert(Site).values(name=bindparam("name_", type_=Text())).returning(literal(1).label("value")), "fills in"),
        (_insert_in_cte(), "fills in"),
        (select(literal("x" * LONGEST).label("value")), "too many"),
    ],
)
def test_a_statement_that_does_not_fit_is_refused_at_import(statement: Any, told: str) -> None:
    before = len(Hot.every)
    with pytest.raises(TypeError, match=told):
        Hot(statement, One)
    assert len(Hot.every) == before


async def test_every_parameter_must_be_given_and_no_other(bare: Any) -> None:
    hot = Hot(select(bindparam("given", type_=Integer()).label("value")), One)
    with pytest.raises(TypeError, match="given"):
        await hot.one(bare)
    with pytest.raises(TypeError, match="more"):
        await hot.one(bare, given=1, more=2)
    with pytest.raises(KeyError):
        await hot.one(bare, other=1)
    assert await hot.one(bare, given=1) == One(1)


async def test_a_column_that_is_not_there_fails_when_prepared(bare: Any) -> None:
    """The positive control of the next test."""
    lost = Hot(select(column("renamed", Text()).label("value")).select_from(table("sites")), One)
    assert Hot.every.pop() is lost
    with pytest.raises(asyncpg.UndefinedColumnError):
        await bare.prepare(lost.text)


async def test_every_hot_statement_fits_the_migrated_database(bare: Any) -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.__main__":
            importlib.import_module(module.name)
    for pages, after in product(HotPages.every, (False, True)):
        for filters in ((), *((name,) for name in pages.filters), tuple(pages.filters)):
            pages.statement(frozenset(filters), after=after)
    assert len(HotPages.every) > 1
    for hot in Hot.every:
        prepared = await bare.prepare(hot.text)
        assert len(prepared.get_parameters()) == len(hot.parameters), hot.text
        fields = getattr(hot.row, "_fields", ())
        assert tuple(found.name for found in prepared.get_attributes()) == fields, hot.text


@pytest.mark.parametrize("kind", VALUES)
async def test_a_value_arrives_as_the_session_has_it(kind: str, bare: Any, database: Database) -> None:
    """As a parameter and as a constant, on the session's driver connection and on a bare one."""
    type_, values = VALUES[kind]
    hot = Hot(select(bindparam("given", type_=type_).label("value")), One)
    async with database.transaction() as session:
        driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        for value in values:
            plain = await session.scalar(select(cast(literal(value, type_), type_)))
            assert plain == value
            for connection in (bare, driver):
                found = await hot.one(connection, given=value)
                assert found == One(plain)
                assert type(found.value) is type(plain)


@pytest.mark.parametrize("kind", sorted(VALUES.keys() - {"json", "statuses", "texts", "uuids"}))
async def test_a_constant_is_written_into_the_statement(kind: str, bare: Any) -> None:
    type_, values = VALUES[kind]
    for value in values:
        hot = Hot(select(cast(literal(value, type_), type_).label("value")), One)
        assert hot.parameters == ()
        assert await hot.one(bare) == One(value)


async def test_a_parameter_used_twice_is_sent_once(bare: Any) -> None:
    given = bindparam("given", type_=Integer())
    assert await Hot(select((given + given).label("value")), One).one(bare, given=2) == One(4)


async def test_a_parameter_keeps_its_type_beside_an_interval(bare: Any) -> None:
    """Without the cast, PostgreSQL takes the time for an interval."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    shifted = bindparam("moment", type_=DateTime(timezone=True)) + cast(literal("1 day"), type_=Interval())
    assert await Hot(select(shifted.label("value")), One).one(bare, moment=moment) == One(
        datetime(2026, 1, 2, tzinfo=UTC)
    )


async def test_statements_that_change_rows(bare: Any) -> None:
    id_: UUID = uuid4()
    key = bindparam("id_", type_=Uuid())
    put = Hot(insert(Stream).values(aggregate_id=key, last_sequence=1).returning(Stream.last_sequence), Number)
    raised = update(Stream).where(Stream.aggregate_id == key).values(last_sequence=Stream.last_sequence + 1)
    changed = raised.returning(Stream.last_sequence).cte()
    raise_in_cte = Hot(select(changed.c.last_sequence), Number)
    assert await put.one(bare, id_=id_) == Number(1)
    assert await raise_in_cte.all(bare, id_=id_) == [Number(2)]
    assert await Hot(raised, tuple).execute(bare, id_=uuid4()) == 0
    assert await Hot(raised, tuple).execute(bare, id_=id_) == 1
    remove = Hot(delete(Stream).where(Stream.aggregate_id == key).returning(Stream.last_sequence), Number)
    assert await remove.one(bare, id_=id_) == Number(3)
    assert await remove.one(bare, id_=id_) is None
