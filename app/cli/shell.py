"""An interactive shell on the database: settings, models, queries and an open transaction at hand."""

import ast
import asyncio
import inspect
import sys
import threading
from code import InteractiveConsole
from types import CodeType, FunctionType
from typing import Annotated

import sqlalchemy
import typer
from sqlalchemy import text

from app import models, queries
from app.cli.common import in_database, operators_work
from app.cli.runtime import Runtime
from app.database import Work

_READ_ONLY = "Read-only: the database refuses every change. Start with --write to commit changes."
_WRITING = "Changes are committed when you leave with exit() or Ctrl+D; rollback() leaves without them."


class _RolledBack(Exception):
    """The operator left with `rollback()`."""


def shell(
    write: Annotated[bool, typer.Option("--write", help="Commit what was changed, on leaving.")] = False,
) -> None:
    """Open a Python shell on the database, with `await` at the top level. Runs a script that comes from a pipe."""

    async def act(runtime: Runtime) -> None:
        async with operators_work(runtime) as work:
            if not write:
                await work.session.execute(text("SET TRANSACTION READ ONLY"))
            # A person at a prompt thinks for longer than other transactions may idle.
            await work.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            names = _at_hand(runtime, work)
            if sys.stdin.isatty():
                await _Console(names, asyncio.get_running_loop()).converse(_WRITING if write else _READ_ONLY)
            else:
                await _run(compile(sys.stdin.read(), "<stdin>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)

    try:
        in_database(act, recorded_as="shell --write" if write else "shell")
    except _RolledBack:
        typer.echo("Rolled back.", err=True)
    else:
        typer.echo("Committed." if write else "Nothing was changed.", err=True)


def _at_hand(runtime: Runtime, work: Work) -> dict[str, object]:
    return {
        "work": work,
        "session": work.session,
        "settings": runtime.settings,
        "database": runtime.database,
        "store": runtime.store,
        "models": models,
        "queries": queries,
        "sqlalchemy": sqlalchemy,
        "rollback": _rollback,
    }


def _rollback() -> None:
    raise _RolledBack


async def _run(code: CodeType, names: dict[str, object]) -> bool:
    """Run code; false once it has called `exit()`, which would otherwise stop the event loop before the commit."""
    try:
        result = FunctionType(code, names)()
        if inspect.iscoroutine(result):
            await result
    except SystemExit:
        return False
    return True


class _Console(InteractiveConsole):
    """Waits for input in a thread, so that the event loop of the transaction goes on, and runs the input there."""

    def __init__(self, names: dict[str, object], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(names)
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._names = names
        self._loop = loop

    async def converse(self, hint: str) -> None:
        """Read and run input until its end. Raises `_RolledBack`."""
        ended: asyncio.Future[BaseException | None] = self._loop.create_future()

        def read() -> None:
            reason: BaseException | None = None
            try:
                self.interact(banner=f"At hand: {', '.join(self._names)}\n{hint}", exitmsg="")
            except SystemExit:
                pass
            except BaseException as error:
                reason = error
            self._loop.call_soon_threadsafe(ended.set_result, reason)

        threading.Thread(target=read, daemon=True).start()
        reason = await ended
        if reason is not None:
            raise reason

    def runcode(self, code: CodeType) -> None:
        """Run one input on the event loop, and show its error."""
        try:
            going_on = asyncio.run_coroutine_threadsafe(_run(code, self._names), self._loop).result()
        except _RolledBack:
            raise
        except BaseException:
            self.showtraceback()
        else:
            if not going_on:
                raise SystemExit
