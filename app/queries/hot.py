"""Statements of hot paths: compiled at import, run on the driver connection of the request's own transaction.

A statement is written with SQLAlchemy like any other, with a typed `bindparam` for each value of the call. The session
then costs nothing: no compilation, no cache key, no row objects. What is private to SQLAlchemy stays in this module.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from pydantic_core import from_json
from sqlalchemy import BindParameter, SelectBase, UpdateBase
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg
from sqlalchemy.types import JSON, Enum, NullType, TypeEngine

RowT_co = TypeVar("RowT_co", bound=tuple[object, ...], covariant=True)
Convert = Callable[[object], object]
# asyncpg keeps no prepared statement of a text that is longer: it would be parsed and planned on every call.
LONGEST = 15 * 1024
_NUMERIC = 1700  # the oid of NUMERIC, which SQLAlchemy asks for where the type is one


class Driver(Protocol):
    """What is used of a connection of asyncpg, which has no types."""

    async def execute(self, query: str, *values: object) -> str: ...

    async def fetch(self, query: str, *values: object) -> Iterable[Iterable[object]]: ...

    async def fetchrow(self, query: str, *values: object) -> Iterable[object] | None: ...


class _Compiler(PGCompiler_asyncpg):
    """Renders the statement's own constants as constants: as parameters they hide their value from the planner."""

    def visit_bindparam(self, bindparam: BindParameter[object], *given: Any, **options: Any) -> str:
        if not bindparam.required:
            options["literal_binds"] = True
        elif isinstance(bindparam.type, NullType):
            raise TypeError(f"the parameter {bindparam.key} has no type, and PostgreSQL would guess one")
        rendered: str = super().visit_bindparam(bindparam, *given, **options)  # type: ignore[no-untyped-call]
        # SQLAlchemy casts most parameters itself. Without a cast, `$1 + $2::interval` makes `$1` an interval.
        if bindparam.required and "::" not in rendered:
            rendered += f"::{self.dialect.type_compiler_instance.process(bindparam.type)}"
        return rendered


class _Dialect(asyncpg.dialect):
    statement_compiler = _Compiler
    supports_statement_cache = True
    # PostgreSQL takes a backslash for itself, unless told otherwise.
    _backslash_escapes = False


_DIALECT = _Dialect()  # type: ignore[no-untyped-call]


class Hot(Generic[RowT_co]):
    """A statement compiled once. `row` is the NamedTuple of the columns that it returns, in their order.

    An INSERT or UPDATE must name a value for each column whose default SQLAlchemy would fill in. JSON columns may
    hold objects and arrays only.
    """

    every: ClassVar[list["Hot[tuple[object, ...]]"]] = []

    def __init__(self, statement: SelectBase | UpdateBase, row: type[RowT_co]) -> None:
        made = statement.compile(dialect=_DIALECT)
        assert isinstance(made, _Compiler)
        columns = list(statement.exported_columns)
        names, expected = tuple(column.name for column in columns), getattr(row, "_fields", ())
        if names != expected:
            raise TypeError(f"{row.__name__} has {expected}, and its statement returns {names}")
        if filled := [*made.insert_prefetch, *made.update_prefetch]:
            raise TypeError(f"{row.__name__}: only the session fills in {', '.join(map(str, filled))}")
        if untyped := [column.name for column in columns if isinstance(column.type, NullType)]:
            raise TypeError(f"{row.__name__}: {untyped} have no type")
        self.text, self.row = str(made), row
        if len(self.text.encode()) > LONGEST:
            raise TypeError(f"{row.__name__}: {len(self.text)} characters are too many to stay prepared")
        self.parameters = tuple(made.positiontup or ())
        self._writers = [(name, cast(Convert | None, made._bind_processors.get(name))) for name in self.parameters]
        self._readers = [(i, read) for i, column in enumerate(columns) if (read := _reader(column.type))]
        self._make: Callable[[list[object]], RowT_co] = getattr(row, "_make", row)
        self.every.append(self)

    async def one(self, driver: Driver, **given: object) -> RowT_co | None:
        """Return the first row, or None."""
        record = await driver.fetchrow(self.text, *self._values(given))
        return None if record is None else self._read(record)

    async def all(self, driver: Driver, **given: object) -> list[RowT_co]:
        """Return every row."""
        return [self._read(record) for record in await driver.fetch(self.text, *self._values(given))]

    async def execute(self, driver: Driver, **given: object) -> int:
        """Run a statement that returns nothing; return the number of rows that it changed."""
        status = await driver.execute(self.text, *self._values(given))
        return int(status.rpartition(" ")[2])

    def _values(self, given: dict[str, object]) -> list[object]:
        if len(given) != len(self.parameters):
            raise TypeError(f"takes {self.parameters}, and was given {tuple(given)}")
        return [write(given[name]) if write else given[name] for name, write in self._writers]

    def _read(self, record: Iterable[object]) -> RowT_co:
        values = list(record)
        for i, read in self._readers:
            if values[i] is not None:
                values[i] = read(values[i])
        return self._make(values)


def _reader(kind: TypeEngine[object]) -> Convert | None:
    """What turns a driver's value into Python's; None where they are the same."""
    if isinstance(kind, JSON):
        return _parsed
    if isinstance(kind, Enum) and kind.enum_class is not None:
        # Stored by value, as `choice` declares them; SQLAlchemy's own processor takes four times as long.
        members: dict[object, object] = {value: kind.enum_class(value) for value in kind.enums}
        return members.__getitem__
    read: Convert | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, _NUMERIC)
    return read


def _parsed(value: object) -> object:
    """The session's engine sets a codec that parses JSON; a connection of the bare driver gives text."""
    return from_json(value) if isinstance(value, str | bytes) else value


class _NamedRow(Protocol):
    _fields: ClassVar[tuple[str, ...]]

    @classmethod
    def _make(cls, iterable: Iterable[Any], /) -> Any: ...


FirstT = TypeVar("FirstT", bound=tuple[Any, ...])
SecondT = TypeVar("SecondT", bound=tuple[Any, ...])


def both(first: type[FirstT], second: type[SecondT]) -> type[tuple[FirstT, SecondT]]:
    """Make the row of a statement that returns the columns of one row, then those of another."""
    ours, theirs = cast(type[_NamedRow], first), cast(type[_NamedRow], second)
    split = len(ours._fields)

    class Both(tuple[FirstT, SecondT]):
        __slots__ = ()
        _fields: ClassVar = (*ours._fields, *theirs._fields)

        @classmethod
        def _make(cls, values: list[Any]) -> tuple[FirstT, SecondT]:
            return ours._make(values[:split]), theirs._make(values[split:])

    return Both
