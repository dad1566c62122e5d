"""Parts of lists that cost the same at any size: few rows sorted, or ordered lists merged.

An index gives the rows of one value in the order of the list. The rows of several values are as many lists, each read
no further than the page needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    any_,
    func,
    literal,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.queries.paging import Column, Key, Page, RowT, fetch_page

# So many rows are read and sorted rather than found in order.
FEW = 200
# So far is counted to find the rarest of sets that are not few.
FAR = 10 * FEW

Ids: TypeAlias = Select[UUID]
# Selects the columns of the sort key, the id last.
Part: TypeAlias = Select[*tuple[Any, ...]]


def one_of(id_: Key, ids: Ids) -> ColumnElement[bool]:
    """Match the ids, which are read first.

    As an array, because the planner may turn a sub-select into a join that reads the whole table in its order.
    """
    return id_ == any_(func.array(ids.scalar_subquery(), type_=ARRAY(Uuid())))


@dataclass(frozen=True)
class Shown:
    """A condition on the rows of a page. It either finds few rows by their `ids`, or reads an index in order."""

    condition: ColumnElement[bool]
    by_id: bool = True


EVERY = Shown(true(), by_id=False)


async def fetch_shown(
    session: AsyncSession, statement: Select[RowT], shown: Shown, page: Page
) -> tuple[list[RowT], str | None]:
    """Fetch a page of single entities, and the next cursor; what is found by id is found before it is sorted."""
    statement = statement.where(shown.condition)
    if not shown.by_id:
        return await fetch_page(session, statement, page)
    # An OFFSET keeps the planner from looking for the ids in an index that has them in the order of the list.
    found = aliased(page.keys[0].class_, statement.offset(0).subquery())
    keys = [getattr(found, key.key) for key in page.keys]
    rows = list((await session.scalars(page.cut(select(found), keys))).all())
    return page.turn(rows)


def merge(page: Page, parts: Sequence[Part], *, repeats: bool = False) -> Ids:
    """Select the ids of the page from several lists, whose rows may repeat each other's."""
    lists = [select(page.cut(part, list(part.selected_columns)).subquery()) for part in parts]
    return _first(page, select((union if repeats else union_all)(*lists).subquery()))


def each_of(values: Sequence[str] | Sequence[UUID] | InstrumentedAttribute[list[str]]) -> TableValuedAlias:
    """Turn the values into the rows of a table with one column, `value`."""
    if isinstance(values, InstrumentedAttribute):
        return func.unnest(values).table_valued("value").render_derived()
    kind = Uuid() if values and isinstance(values[0], UUID) else Text()
    return func.unnest(literal(list(values), ARRAY(kind))).table_valued("value").render_derived()


def merge_over(page: Page, column: Column, values: Sequence[str] | Sequence[UUID], part: Part) -> Ids:
    """Select the ids of the page from one list for each value of the column, which an index has before the sort key."""
    each = each_of(values)
    one = page.cut_of(column, each.c.value, part, list(part.selected_columns)).correlate(each).lateral("part")
    return _first(page, select(*one.c).select_from(each).join(one, true()).distinct())


def _first(page: Page, rows: Part) -> Ids:
    keys: list[Column] = list(rows.selected_columns)
    return select(list(page.cut(rows, keys).subquery().c)[-1])


async def rank(session: AsyncSession, sets: Sequence[Ids]) -> Sequence[int]:
    """Count the rows of sets that are not few, far enough to tell which is rare."""
    return await _count(session, sets, FAR)


async def _count(session: AsyncSession, sets: Sequence[Ids], most: int) -> Sequence[int]:
    counts = [select(func.count()).select_from(each.limit(most).subquery()).scalar_subquery() for each in sets]
    return tuple((await session.execute(select(*counts))).one())


async def rarest_of(session: AsyncSession, sets: Sequence[Ids], most: int = FEW) -> Ids | None:
    """Find the smallest set, cut where it would no longer be few; None if none is few."""
    sizes = await _count(session, sets, most + 1)
    smallest = min(range(len(sizes)), key=sizes.__getitem__)
    return sets[smallest].limit(most + 1) if sizes[smallest] <= most else None
