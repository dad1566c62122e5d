"""Every SELECT stands in `app/queries/`, and says who may see its rows."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.trees import Module, app, called, calls, functions, module, modules

_READS = {"scalar", "scalars", "execute", "stream", "stream_scalars"}
_SELECTS = {"select", "exists", "union", "union_all", "lambda_stmt", "table", "select_from"}
_WRITES = {"insert", "update", "delete"}
# Without FROM nothing is read from a table: `SELECT 1`, or the function that takes an advisory lock.
_SELECT = re.compile(r"\s*(?:SELECT|WITH)\b.*\bFROM\b", re.DOTALL)
# A statement that changes rows may read on the way; it is a write, and belongs to the service whose rule it carries.
_CHANGES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM)\b|^\s*SET\b")
_ROW_LOCK = re.compile(r"\bFOR (?:UPDATE|NO KEY UPDATE|SHARE|KEY SHARE)\b", re.IGNORECASE)
# They read a statement that a query function hands them; that function names the viewer.
_GIVEN_STATEMENTS = ("app/queries/locking.py", "app/queries/merging.py", "app/queries/paging.py")
# The last three are parameters of a hot statement, which takes no call without the parameters that it names.
_NAMED = {
    "visible_to",
    "staff_only",
    "bank_visible_to",
    "money_visible_to",
    "viewer",
    "staff_viewer",
    "money_viewer",
    "webhooks_visible_to",
}
_HOT_READS = {"one", "all", "execute", "page"}
_DRIVER_READS = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "fetchmany", "prepare", "cursor"}
# Where statements meet the driver (in the outbox those of the queue); elsewhere they are hot, or the session's.
_DRIVER = tuple(
    f"app/{name}.py" for name in ("queries/hot", "queries/callers", "database", "leases", "outbox", "row_context")
)
# The embedded server is set up by psql before there is a session.
_NO_SESSION = ("app/integrations/postgres",)


def stray_reads(source: Module) -> list[str]:
    """Reads of the database outside `app/queries/`: a SELECT, a row by its key, SQL text."""
    if source.under("app/queries", *_NO_SESSION):
        return []
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            names = {alias.name for alias in node.names}
            found += [f"{source.at(node)}: imports {name}" for name in sorted(names & _SELECTS)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _reads(node.value):
            found.append(f"{source.at(node)}: SQL that selects")
    for call in calls(source.tree):
        if not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr == "select" and ast.unparse(call.func.value) in ("sqlalchemy", "sa"):
            found.append(f"{source.at(call)}: selects")
        if _runs_hot(call) and ast.unparse(call.func.value) not in _hot_writes(source):
            found.append(f"{source.at(call)}: runs a hot statement that is no write of this module")
        if not ast.unparse(call.func.value).endswith(("session", "connection")):
            continue
        if call.func.attr in ("get", "get_one", "refresh", "query"):
            found.append(f"{source.at(call)}: session.{call.func.attr}")
        if call.func.attr in _READS and not (call.args and _writes(call.args[0], source)):
            found.append(f"{source.at(call)}: session.{call.func.attr} of something that is no write")
    return found


def _reads(sql: str) -> bool:
    return bool(_SELECT.match(sql)) and not _CHANGES.search(sql)


def _writes(statement: ast.expr, source: Module) -> bool:
    """True where the statement, spelt here or under a name of the module, changes something or reads no table."""
    for call in calls(statement):
        if called(call) in _WRITES:
            return True
    for part in ast.walk(statement):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and _CHANGES.search(part.value):
            return True
    if isinstance(statement, ast.Call) and called(statement) == "text" and isinstance(statement.args[0], ast.Constant):
        return not _reads(str(statement.args[0].value))
    names = {part.id for part in ast.walk(statement) if isinstance(part, ast.Name)}
    return any(
        _writes(node.value, source)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id in names for target in node.targets)
        and node.value is not statement
    )


def _runs_hot(call: ast.Call) -> bool:
    """True for `NAME.one(…)` and its siblings: a hot statement is a constant of its module."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _HOT_READS:
        return False
    on = call.func.value
    name = on.attr if isinstance(on, ast.Attribute) else on.id if isinstance(on, ast.Name) else ""
    return name.isupper()


def _hot_writes(source: Module) -> set[str]:
    """The names of the module's own hot statements that change rows."""
    return {
        target.id
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) == "Hot"
        for target in node.targets
        if isinstance(target, ast.Name) and _writes(node.value.args[0], source)
    }


def stray_driver_calls(source: Module) -> list[str]:
    """Statements sent to the driver outside the modules that do so for everybody."""
    if source.under(*_DRIVER):
        return []
    return [
        f"{source.at(call)}: driver.{called(call)}"
        for call in calls(source.tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in _DRIVER_READS
        and ast.unparse(call.func.value).endswith("driver")
    ]


def unnamed_viewers(source: Module) -> list[str]:
    """Query functions that read more often than they name a viewer, and are not marked `unfiltered`; stale marks."""
    if source.path in _GIVEN_STATEMENTS:
        return []
    found = []
    for function in functions(source.tree):
        reads = sum(_executes(call) for call in calls(function))
        named = sum(called(call) in _NAMED for call in calls(function))
        marked = any(isinstance(mark, ast.Call) and called(mark) == "unfiltered" for mark in function.decorator_list)
        if reads > named and not marked:
            found.append(f"{source.at(function)}: {function.name} names no viewer and is not marked unfiltered")
        if marked and reads <= named:
            found.append(f"{source.at(function)}: {function.name} is marked unfiltered without a reason")
    return found


def _executes(call: ast.Call) -> bool:
    if called(call) in ("fetch_page", "fetch_shown", "lock_found") or _runs_hot(call):
        return True
    on_session = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).endswith("session")
    return on_session and called(call) in {*_READS, "get", "get_one", "fetch_context"}


def stray_row_locks(source: Module) -> list[str]:
    """Row locks taken outside `app/queries/locking.py`: `with_for_update`, or the clause in SQL text."""
    if source.path == "app/queries/locking.py":
        return []
    found = [
        f"{source.at(node)}: with_for_update"
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Attribute) and node.attr == "with_for_update")
        or (isinstance(node, ast.keyword) and node.arg == "with_for_update")
    ]
    prose = {id(docstring) for docstring in _docstrings(source)}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in prose:
            continue
        if _ROW_LOCK.search(node.value):
            found.append(f"{source.at(node)}: SQL that locks rows")
    return found


def _docstrings(source: Module) -> Iterator[ast.expr]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr):
            yield node.value


def test_every_select_stands_in_queries() -> None:
    assert [finding for source in app() for finding in stray_reads(source)] == []


def test_no_statement_goes_to_the_driver_unseen() -> None:
    assert [finding for source in app() for finding in stray_driver_calls(source)] == []


def test_every_row_lock_is_taken_in_one_module() -> None:
    assert [finding for source in app() for finding in stray_row_locks(source)] == []


def test_every_query_names_its_viewer_or_says_why_not() -> None:
    assert [finding for source in modules("app/queries") for finding in unnamed_viewers(source)] == []


@pytest.mark.parametrize(
    "line",
    [
        "from sqlalchemy import select",
        "from sqlalchemy.sql import exists",
        "statement = sqlalchemy.select(Site)",
        "row = await work.session.get(Site, id_)",
        "row = await session.get_one(Site, id_)",
        "await session.refresh(row)",
        "rows = await session.scalars(of_centre)",
        "rows = await work.session.execute(of_centre(work, id_))",
        "rows = await session.stream(of_centre)",
        "names = await session.scalars(text('SELECT name FROM sites'))",
        "names = await session.scalars(text(f'SELECT name FROM {table}'))",
        "names = await driver.fetch('SELECT name FROM sites')",
        "row = await FIND_SITE.one(work.driver, id=id_)",
        "rows = await queries.LIST_SITES.all(work.driver, **viewer(work.actor))",
        "FIND = Hot(of_centre, SiteRow)\n    row = await FIND.one(work.driver)",
        "COUNT = text('  WITH one AS (SELECT 1) SELECT count(*) FROM sites')",
    ],
)
def test_a_read_outside_queries_is_found(line: str) -> None:
    assert stray_reads(module("app/services/sites.py", f"async def show(work, session, id_):\n    {line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "await session.execute(insert(Site).values(name=name).returning(Site.id))",
        "await session.execute(delete(Site).where(Site.id == id_))",
        "ADD = Hot(insert(Site).values(name=given), SiteRow)\n    row = await ADD.one(work.driver, given=name)",
        "statement = update(Site)\n    END = Hot(statement, tuple)\n    await END.execute(work.driver)",
        "counter = insert(Site)\n    await session.scalar(counter.on_conflict_do_nothing().returning(Site.id))",
        "await session.execute(text('SET LOCAL lock_timeout = 1'))",
        "await session.execute(text('SELECT 1'))",
        "await session.execute(text('WITH one AS (SELECT id FROM sites) UPDATE sites SET name = one.id FROM one'))",
    ],
)
def test_a_write_is_not_a_read(line: str) -> None:
    """INSERT … RETURNING is a write, although it returns rows."""
    assert stray_reads(module("app/services/sites.py", f"async def show(work, session, id_):\n    {line}\n")) == []


@pytest.mark.parametrize(
    "query",
    [
        "async def show(work):\n    return await work.session.scalar(select(Site))",
        "async def show(session, id_):\n    return await session.get(Site, id_)",
        "async def show(work, id_):\n    return await FIND_SITE.one(work.driver, id=id_)",
        "async def show(work, id_):\n    return await self.LIST.all(work.driver, id=id_)",
        "async def lock(session, id_):\n    return await lock_found(session, select(Site).where(Site.id == id_))",
        "async def show(work, query):\n    return await fetch_page(work.session, select(Site), [Site.id], query)",
        "async def show(work):\n    one = await work.session.scalar(select(Site).where(staff_only(work.actor)))\n"
        "    return one, await work.session.scalar(select(Contact))",
        "@unfiltered(Reason.JUDGED)\nasync def show(work):\n"
        "    return await work.session.scalar(select(Site).where(visible_to(work.actor, Site.id)))",
    ],
)
def test_a_query_without_a_viewer_is_found(query: str) -> None:
    """The last one is marked and needs no mark."""
    assert unnamed_viewers(module("app/queries/sites.py", query))


@pytest.mark.parametrize(
    "query",
    [
        "async def show(work):\n    return await work.session.scalar(select(Site).where(staff_only(work.actor)))",
        "async def show(work, id_):\n    return await FIND_SITE.one(work.driver, id=id_, **viewer(work.actor))",
        "@unfiltered(Reason.JUDGED)\nasync def show(work, id_):\n    return await SITES.all(work.driver, id=id_)",
        "@unfiltered(Reason.PUBLIC)\nasync def show(session):\n    return await session.scalar(select(Site))",
    ],
)
def test_a_query_that_names_its_viewer_is_fine(query: str) -> None:
    assert unnamed_viewers(module("app/queries/sites.py", query)) == []


@pytest.mark.parametrize(
    "line",
    [
        "await session.scalar(statement.with_for_update())",
        "await session.get(Site, id_, with_for_update=True)",
        "await session.execute(text('SELECT id FROM sites WHERE id = :id FOR UPDATE SKIP LOCKED'))",
        "await session.execute(text('SELECT id FROM sites for share'))",
    ],
)
def test_a_row_lock_by_hand_is_found(line: str) -> None:
    query = f'async def lock_site(session, statement, id_):\n    """SELECT … FOR UPDATE."""\n    {line}\n'
    assert len(stray_row_locks(module("app/queries/sites.py", query))) == 1


@pytest.mark.parametrize("line", ["await work.driver.fetchrow(text, id_)", "await driver.execute(statement)"])
def test_a_statement_sent_to_the_driver_by_hand_is_found(line: str) -> None:
    query = f"async def show(work, driver, statement, text, id_):\n    {line}\n"
    assert len(stray_driver_calls(module("app/queries/sites.py", query))) == 1
    assert stray_driver_calls(module("app/queries/hot.py", query)) == []
