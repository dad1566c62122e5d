"""`Idempotency-Key`: store the first answer in its own transaction and replay it to a retry."""

import hashlib
import re
from dataclasses import dataclass

from sqlalchemy import bindparam, insert

from app import outbox
from app.database import Work
from app.domain.json_values import JsonObject
from app.domain.refusals.requests import BadIdempotencyKey, IdempotencyKeyReused, RequestInProgress
from app.models import IdempotentAnswer
from app.queries.hot import Hot
from app.queries.idempotency import claim_answer

_KEY = re.compile(r'(")?(?P<key>[\x21\x23-\x5b\x5d-\x7e]{1,255})(?(1)")')
_KEPT_HEADERS = ("content-type", "etag", "location", "cache-control", "link")


def read_key(header: str | None) -> str | None:
    """Read the key, with or without the quotes of a structured field. Raises `BadIdempotencyKey`."""
    if header is None:
        return None
    match = _KEY.fullmatch(header.strip())
    if match is None:
        raise BadIdempotencyKey
    return match["key"]


def _scope(work: Work, operation: str, key: str) -> str:
    who = f"{work.actor.kind.value}:{work.actor.id}"
    return hashlib.sha256(f"{who}\n{operation}\n{key}".encode()).hexdigest()


@dataclass(frozen=True)
class StoredAnswer:
    """The answer to the first request with a key."""

    status: int
    headers: JsonObject
    body: bytes


async def find(work: Work, operation: str, key: str, request_hash: bytes) -> StoredAnswer | None:
    """Find the stored answer for a retry; None for a first request.

    Holds an advisory lock until the transaction ends, so that two requests with one key never run together. Raises
    `RequestInProgress` while the first still runs, and `IdempotencyKeyReused` when the content differs.
    """
    claim = await claim_answer(work, _scope(work, operation, key))
    if not claim.claimed:
        raise RequestInProgress
    if claim.request_hash is None:
        return None
    if claim.request_hash != request_hash:
        raise IdempotencyKeyReused
    assert claim.status is not None
    assert claim.headers is not None
    assert claim.body is not None
    return StoredAnswer(claim.status, claim.headers, claim.body)


_INSERT = insert(IdempotentAnswer).values(
    {each.name: bindparam(each.name, type_=each.type) for each in IdempotentAnswer.__table__.columns}
)
_KEEP = Hot(_INSERT, tuple[()])
_KEEP_WITH_EVENTS = Hot(outbox.with_events(_INSERT), tuple[()])
_KEEP_WITH_ALL = Hot(outbox.with_outgoing(_INSERT), tuple[()])


async def keep(
    work: Work, operation: str, key: str, request_hash: bytes, status: int, headers: JsonObject, body: bytes
) -> None:
    """Store the answer in the transaction that produced it, with the events and letters collected so far."""
    values: dict[str, object] = {
        "key": _scope(work, operation, key),
        "request_hash": request_hash,
        "status": status,
        "headers": {name: headers[name] for name in _KEPT_HEADERS if name in headers},
        "body": body,
        "created_at": work.now,
    }
    if work.session.has_changes:
        await work.session.flush()
    if outbox.has_letters(work):
        await _KEEP_WITH_ALL.execute(work.driver, **values, **outbox.hand_over(work))
    elif outbox.has_events(work):
        await _KEEP_WITH_EVENTS.execute(work.driver, **values, **outbox.hand_over_events(work))
    else:
        await _KEEP.execute(work.driver, **values)
