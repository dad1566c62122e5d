"""What a transaction shows of the tables: the setting `app.context` that the row policies read.

Three parts, separated by `|`: the kind of actor, the ids of their centres, and a client's scopes. Where nothing is set,
nothing is shown. See `migrations/row_security.py` for the policies and decision 41 for why.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

NOTHING: Final = ""
PUBLIC: Final = "public||"
SYSTEM: Final = "system||"
"""The worker, the command line, the sandbox and the process itself."""


_WIDE = frozenset({SYSTEM, "staff||"})


def showing(context: str) -> str:
    """The statement that shows a context until the transaction ends. Only this module and the database make contexts,
    so none contains a quote."""
    assert "'" not in context
    return f"SELECT set_config('app.context', '{context}', true)"


def one_form(fingerprint: bytes) -> str:
    """Show the public the one initial application that they send."""
    return f"public||{fingerprint.hex()}"


class _Driver(Protocol):
    async def execute(self, query: str, /) -> str: ...


class _Session(Protocol):
    context: str

    @property
    def driver(self) -> _Driver: ...


async def see(session: _Session, context: str) -> None:
    """Show other rows from now on, in a transaction that has begun."""
    if context != session.context:
        session.context = context
        await session.driver.execute(showing(context))


@asynccontextmanager
async def seeing_everything(session: _Session) -> AsyncIterator[None]:
    """Show every row for the block, in a transaction that has begun: for a rule that looks across centres."""
    if session.context in _WIDE:
        yield
        return
    before = session.context
    await see(session, SYSTEM)
    yield
    await see(session, before)
