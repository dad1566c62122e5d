"""Answers stored for a retry of the request."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, LargeBinary, SmallInteger, Text, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSONB

from app.database import Work
from app.domain.json_values import JsonObject
from app.queries.hot import Hot
from app.queries.visibility import Reason, unfiltered


class Claim(NamedTuple):
    """Whether this request may run, and the stored answer; all None where there is none."""

    claimed: bool
    request_hash: bytes | None
    status: int | None
    headers: JsonObject | None
    body: bytes | None


_CLAIMED = func.claim_answer(bindparam("turn", type_=BigInteger()), bindparam("scope", type_=Text())).table_valued(
    column("claimed", Boolean()),
    column("request_hash", LargeBinary()),
    column("status", SmallInteger()),
    column("headers", JSONB()),
    column("body", LargeBinary()),
)
_CLAIM = Hot(select(*_CLAIMED.c), Claim)


@unfiltered(Reason.OWN)
async def claim_answer(work: Work, scope: str) -> Claim:
    """Take the lock of this scope, which includes the actor, until the transaction ends, and find its answer.

    Nobody waits: `claimed` is False while another request holds the lock.
    """
    turn = int.from_bytes(bytes.fromhex(scope)[:8], "big", signed=True)
    claim = await _CLAIM.one(work.driver, turn=turn, scope=scope)
    assert claim is not None
    return claim
