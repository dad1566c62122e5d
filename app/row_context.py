"""What a transaction shows of the tables: the setting `app.context` that the row policies read.

Five parts, separated by `|`: the kind of actor, the ids of their centres, a client's scopes, the actor's own id, and
`accounts` where the operation looks for or manages accounts. Where nothing is set, nothing is shown. See
`migrations/row_policies.py` for the policies and decision 45 for why.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

NOTHING: Final = ""
UNKNOWN: Final = "?"
"""What a connection shows while a statement that sets the context runs. No request has this context."""
PUBLIC: Final = "public||"
SYSTEM: Final = "system||"
"""The worker, the command line, the sandbox and the process itself."""
ACCOUNTS: Final = "accounts"
"""The last part where an operation manages accounts, or finds one by an address, a password or a token before we know
whose it is."""

_WIDE = ("staff|", "system|")


def public(*, accounts: bool) -> str:
    """Anybody; with `accounts`, somebody who signs in, resets a password or accepts an invitation."""
    return f"public||||{ACCOUNTS}" if accounts else PUBLIC


def showing(context: str, *, local: bool = True) -> str:
    """The statement that shows a context: until the transaction ends, or also after its commit. Only this module and
    the database make contexts, so none contains a quote."""
    assert "'" not in context
    return f"SELECT set_config('app.context', '{context}', {local})"


def one_form(fingerprint: bytes) -> str:
    """Show the public the one initial application that they send."""
    return f"public||{fingerprint.hex()}"


class _Driver(Protocol):
    async def execute(self, query: str, /) -> str: ...


class _Session(Protocol):
    context: str

    @property
    def driver(self) -> _Driver: ...

    async def start(self) -> None: ...


async def see(session: _Session, context: str) -> None:
    """Show other rows until the transaction ends; it has begun."""
    if context != session.context:
        session.context = context
        await session.driver.execute(showing(context))


async def see_everything(session: _Session) -> None:
    """Show every row until the transaction ends: for a rule that looks across centres. Pause or stand aside next, or
    use `seeing_everything`."""
    await session.start()
    if not session.context.startswith(_WIDE):
        await see(session, SYSTEM)


@asynccontextmanager
async def seeing_everything(session: _Session) -> AsyncIterator[None]:
    """Show every row for the block, in a transaction: for a rule that looks across centres."""
    before = session.context
    await see_everything(session)
    yield
    await see(session, before)
