"""Pages of a list as hot statements: one for each combination of filters, compiled when it is first asked for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Integer, Select, and_, bindparam, func, select, true, tuple_
from sqlalchemy.orm import aliased

from app.models import Base
from app.queries.hot import Driver, Hot
from app.queries.paging import Key, PageRequest, decode_cursor, encode_cursor

RowT = TypeVar("RowT", bound=tuple[object, ...])
ModelT = TypeVar("ModelT", bound=Base)
# The largest page and one row more. As a constant it tells the planner that few rows are wanted, which the caller's
# own limit, a parameter, does not.
_MOST = 101


class HotPages(Generic[ModelT, RowT]):
    """A list ordered by `keys`, the last one unique. `select_rows` selects `row` of an alias of the page.

    `visible` holds for every page. Each of `filters` holds when the page is asked for with a value of its name, which
    is the name of its only parameter. A `leading` filter, on the first column of an index before the keys, is the only
    one of its page; so is a `merged` one, whose parameter is an array of values of such a column.
    """

    every: ClassVar[list["HotPages[Any, Any]"]] = []

    def __init__(
        self,
        model: type[ModelT],
        select_rows: Callable[[type[ModelT]], Select[*tuple[object, ...]]],
        row: type[RowT],
        *,
        keys: Sequence[Key],
        visible: ColumnElement[bool],
        filters: Mapping[str, ColumnElement[bool]],
        descending: bool = False,
        leading: Mapping[str, ColumnElement[Any]] | None = None,
        merged: Mapping[str, ColumnElement[Any]] | None = None,
    ) -> None:
        self._leading, self._merged = leading or {}, merged or {}
        self._model, self._select_rows, self._row = model, select_rows, row
        self._keys, self._descending, self._visible = keys, descending, visible
        self.filters = filters
        self._name = f"{model.__tablename__}:{','.join(key.key for key in keys)}:{'desc' if descending else 'asc'}"
        self._made: dict[tuple[bool, frozenset[str]], Hot[RowT]] = {}
        self.every.append(self)

    async def page(
        self, driver: Driver, query: PageRequest, viewer: Mapping[str, object], **given: object
    ) -> tuple[list[RowT], str | None]:
        """Fetch a page and the next cursor, by the filters that are given and not None.

        Raises `InvalidInput` for a cursor of another list.
        """
        values = {name: value for name, value in given.items() if value is not None}
        after: dict[str, object] = {}
        if query.cursor is not None:
            place = decode_cursor(query.cursor, self._name, self._keys)
            after = {f"after_{number}": value for number, value in enumerate(place)}
        hot = self.statement(frozenset(values), after=bool(after))
        rows = await hot.all(driver, **viewer, **values, **after, page_limit=query.limit + 1)
        if len(rows) <= query.limit:
            return rows, None
        rows = rows[: query.limit]
        return rows, encode_cursor(self._name, [getattr(rows[-1], key.key) for key in self._keys])

    def statement(self, filters: frozenset[str], *, after: bool) -> Hot[RowT]:
        """Return the statement for these filters, for the first page or for one after it."""
        found = self._made.get((after, filters))
        if found is None:
            found = self._made[after, filters] = Hot(self._compose(filters, after=after), self._row)
        return found

    def _compose(self, filters: frozenset[str], *, after: bool) -> Select[*tuple[object, ...]]:
        listed = select(self._model).where(self._visible, *(self.filters[name] for name in sorted(filters)))
        limit = bindparam("page_limit", type_=Integer())
        for name in filters & self._leading.keys():
            page, only = self._read_on(name, after=after)
            return self._select_rows(page).where(only).order_by(*self._order(page)).limit(limit)
        for name in filters & self._merged.keys():
            page = aliased(self._model, self._merge(name, limit, after=after).subquery("page"))
            return self._select_rows(page).order_by(*self._order(page)).limit(limit)
        if after:
            place = tuple_(*(bindparam(f"after_{n}", type_=key.type) for n, key in enumerate(self._keys)))
            position = tuple_(*self._keys)
            listed = listed.where(position < place if self._descending else position > place)
        page = aliased(self._model, listed.order_by(*self._order(self._model)).limit(_MOST).subquery("page"))
        return self._select_rows(page).order_by(*self._order(page)).limit(limit)

    def _read_on(self, name: str, *, after: bool) -> tuple[type[ModelT], ColumnElement[bool]]:
        """Read the index on from the value, and leave out what comes after it.

        With a plain `=`, a plan for any value may look for a rare one in the order of the whole list.
        """
        column = self._leading[name]
        value = bindparam(name, type_=column.type)
        begun = column <= value if self._descending else column >= value
        if after:
            place = [bindparam(f"after_{n}", type_=key.type) for n, key in enumerate(self._keys)]
            here, there = tuple_(column, *self._keys), tuple_(value, *place)
            begun = here < there if self._descending else here > there
        listed = select(self._model).where(self._visible, begun)
        first = column.desc() if self._descending else column
        listed = listed.order_by(first, *self._order(self._model)).limit(_MOST)
        found = listed.subquery("page")
        return aliased(self._model, found), found.c[name] == value

    def _merge(self, name: str, limit: BindParameter[int], *, after: bool) -> Select[*tuple[object, ...]]:
        """Read the index on from each of the values, no further than the page needs, as `merging.merge_over` does."""
        column = self._merged[name]
        each = func.unnest(bindparam(name, type_=ARRAY(column.type))).table_valued("value").render_derived()
        listed = select(self._model).where(self._visible)
        begun: ColumnElement[bool] = column.between(each.c.value, each.c.value)
        if after:
            place = [bindparam(f"after_{n}", type_=key.type) for n, key in enumerate(self._keys)]
            here, there = tuple_(column, *self._keys), tuple_(each.c.value, *place)
            down = and_(here < there, column >= each.c.value)
            begun = down if self._descending else and_(here > there, column <= each.c.value)
        first = column.desc() if self._descending else column
        listed = listed.where(begun).order_by(first, *self._order(self._model)).limit(limit)
        part = listed.correlate(each).lateral("part")
        return select(*part.c).select_from(each).join(part, true())

    def _order(self, model: type[ModelT]) -> list[ColumnElement[object]]:
        columns = [getattr(model, key.key) for key in self._keys]
        return [column.desc() if self._descending else column.asc() for column in columns]
