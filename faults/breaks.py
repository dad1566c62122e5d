"""Deliberate faults of the product, for the positive controls. Each is made in a process of its own, never in this one.

A check that stays green with its fault proves nothing, so a fault that no longer bites fails the programme.
"""

import asyncio
import contextlib
import itertools
import re
import socket
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from faults.replacing import replace as _replace

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from starlette.types import Receive, Scope, Send

    from app.database import Work
    from app.integrations.mailer.protocol import Accepted, Message
    from app.jobs.means import Means
    from app.leases import Lease


def no_row_locks() -> None:
    """Read every row without its lock."""
    import asyncpg.connection

    lock = re.compile(r"\sFOR (?:NO KEY )?UPDATE(?: OF [\w, ]+?)?(?=$|\s|\))")
    original = asyncpg.connection.Connection._get_statement

    async def read(self: Any, query: str, *rest: Any, **more: Any) -> Any:
        return await original(self, lock.sub("", query), *rest, **more)

    _replace(asyncpg.connection.Connection, _get_statement=read)


def any_version() -> None:
    """Take every `If-Match` for the current version."""
    from app.domain.preconditions import Expected

    def check(self: Expected, version: int) -> None:
        self.require()

    _replace(Expected, check=check)


def keys_forgotten() -> None:
    """Do not remember an answer by its key."""
    from app.services import idempotency

    async def find(*_: Any) -> None:
        return None

    async def keep(work: Any, *_: Any) -> None:
        return None

    _replace(idempotency, find=find, keep=keep)


def answered_before_committed() -> None:
    """Commit a change a fifth of a second after its answer has left."""
    from app.database import LeasedSession

    commit, end = LeasedSession.commit, LeasedSession.end
    late: dict[LeasedSession, asyncio.Task[None]] = {}

    async def finish(session: LeasedSession) -> None:
        await asyncio.sleep(0.2)
        await commit(session)
        late.pop(session)
        await end(session)

    async def commit_late(session: LeasedSession) -> None:
        if session._begun_as is not None and await session._has_locked():
            late[session] = asyncio.create_task(finish(session))
        else:
            await commit(session)

    async def end_unless_late(session: LeasedSession, *, lost: bool = False) -> None:
        if session not in late:
            await end(session, lost=lost)

    _replace(LeasedSession, commit=commit_late, end=end_unless_late)


def numbers_from_a_sequence() -> None:
    """Take references from a sequence, which does not take part in a roll-back."""
    from app import outbox

    async def next_reference(work: "Work", prefix: str) -> str:
        number = await work.driver.fetchval("SELECT nextval('pgqueuer_id_seq')")
        return f"{outbox.series(work, prefix)}-{number:06}"

    _replace(outbox, next_reference=next_reference)


def blocked_loop() -> None:
    """Sleep on the event loop, once in fifty requests."""
    from app.http.admission import Admission

    original, count = Admission.__call__, itertools.count(1)

    async def call(self: Admission, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if next(count) % 50 == 0:
            time.sleep(1.5)  # noqa: ASYNC251
        await original(self, scope, receive, send)

    _replace(Admission, __call__=call)


def pool_faults() -> None:
    """Let a place in the pool be had at once or never, and that be a fault of the program."""
    from app.leases import Leases

    original = Leases.take

    async def take(self: Leases, **given: Any) -> "Lease":
        if self._places.locked():
            raise RuntimeError("no connection is free")
        return await original(self, **given)

    _replace(Leases, take=take)


def leaking() -> None:
    """Keep a little of every request for ever."""
    from app.http.admission import Admission

    original, kept = Admission.__call__, []

    async def call(self: Admission, scope: "Scope", receive: "Receive", send: "Send") -> None:
        kept.append(b"x" * 20_000)
        await original(self, scope, receive, send)

    _replace(Admission, __call__=call)


def sent_when_claimed() -> None:
    """Count a letter as sent a tenth of a second before the relay gets it."""
    from sqlalchemy import update

    from app.integrations.mailer.smtp import SmtpMailer
    from app.models import Email, EmailStatus
    from app.services import emails

    original = emails.claim

    async def claim(work: "Work", email_id: "UUID", *given: Any, **more: Any) -> bool:
        claimed = await original(work, email_id, *given, **more)
        await work.session.execute(update(Email).where(Email.id == email_id).values(status=EmailStatus.SENT))
        return claimed

    send = SmtpMailer.send

    async def send_late(self: SmtpMailer, message: "Message") -> "Accepted":
        await asyncio.sleep(0.1)
        return await send(self, message)

    _replace(emails, claim=claim)
    _replace(SmtpMailer, send=send_late)


def noted_once() -> None:
    """Try for a moment to note that a letter was sent; whoever fails sends it again."""
    from app.jobs import send_email

    async def note(means: "Means", email_id: "UUID", prepared: send_email._Prepared, accepted: "Accepted") -> None:
        async with asyncio.timeout(0.3), means.work() as work:
            await send_email._note_sent(work, email_id=email_id, prepared=prepared, accepted=accepted)

    _replace(send_email, _note=note)


def lanes_never_busy() -> None:
    """Send an event by webhook at once, whether or not the one before it has arrived."""
    from app.queries import webhook_work

    async def busy_lanes(*_: Any) -> frozenset[Any]:
        return frozenset()

    _replace(webhook_work, busy_lanes=busy_lanes)


def closed_at_once() -> None:
    """End by closing everything, whoever is connected."""
    from app.http.server import _Server

    async def shutdown(self: _Server, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in self._connections():
            connection.transport.abort()

    _replace(_Server, shutdown=shutdown)


def writes_unchecked() -> None:
    """Pass over an error of writing an upload to the disk."""
    from app.integrations.storage.spool import Spool

    original = Spool.write_out

    def write_out(self: Spool) -> None:
        with contextlib.suppress(OSError):
            original(self)

    _replace(Spool, write_out=write_out)


def fee_not_asked_for() -> None:
    """Let no step be stopped by an unpaid invoice."""
    from app.domain import conditions

    for condition in (conditions.FEE_PAID, conditions.FEE_PAID_IF_WITH_LEAD):
        object.__setattr__(condition, "blocks", lambda facts, actor: False)


def column_renamed() -> None:
    """Rename a column that the last release reads."""
    from migrations import invoice_sums

    renamed = "ALTER TABLE invoices RENAME COLUMN due_on TO due"
    _replace(invoice_sums, TRIGGERS=(*invoice_sums.TRIGGERS, renamed))


def column_dropped() -> None:
    """Drop a column that the last release reads among those that nobody reads."""
    from migrations import leftovers, steps

    original = leftovers.drop_leftovers

    def drop_more() -> None:
        original()
        steps.briefly("ALTER TABLE invoices DROP COLUMN due_on CASCADE")

    _replace(leftovers, drop_leftovers=drop_more)


def column_required() -> None:
    """Require a new column of whoever writes forms, which the last release does not know."""
    _required("initial_applications", "telephone_extension")


def ledger_column_required() -> None:
    """Require a new column of whoever writes to ledgers, which the last release does not know."""
    _required("invoice_entries", "ledger_number")


def _required(table: str, column: str) -> None:
    from migrations import steps

    original = steps.briefly

    def require_one(*statements: str) -> None:
        original(*statements)
        if any(f"ALTER TABLE {table} ADD" in each and column in each for each in statements):
            required = f"CHECK ({column} IS NOT NULL) NOT VALID"
            original(f"ALTER TABLE {table} ADD CONSTRAINT required {required}")

    _replace(steps, briefly=require_one)


def tokens_of_the_past_only() -> None:
    """Refuse a token that was issued after now, as a clock that was put back makes them."""
    from jose import jwt

    from app.security import tokens

    original = tokens.read_access_token

    def read(key: str, token: str, now: "datetime", previous_key: str | None = None) -> tokens.Claims:
        if jwt.get_unverified_claims(token)["iat"] > now.timestamp():
            raise tokens.InvalidToken("not yet valid")
        return original(key, token, now, previous_key)

    _replace(tokens, read_access_token=read)


def processes_stay_away() -> None:
    """Start a process of several again after an hour."""
    from app.cli import processes

    _replace(processes, _PAUSE_SECONDS=3600.0)


_ALL = (
    no_row_locks,
    any_version,
    keys_forgotten,
    answered_before_committed,
    numbers_from_a_sequence,
    blocked_loop,
    pool_faults,
    leaking,
    sent_when_claimed,
    noted_once,
    lanes_never_busy,
    closed_at_once,
    writes_unchecked,
    fee_not_asked_for,
    column_renamed,
    column_dropped,
    column_required,
    ledger_column_required,
    tokens_of_the_past_only,
    processes_stay_away,
)
BY_NAME: Mapping[str, Callable[[], None]] = MappingProxyType({each.__name__: each for each in _ALL})
