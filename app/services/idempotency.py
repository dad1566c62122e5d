"""`Idempotency-Key`: the first answer is kept in the transaction that made it, and replayed to a repeat."""

import hashlib
import re
from typing import Any

from app.database import Work
from app.domain.errors import BadRequest, Conflict, DomainError
from app.models import IdempotentAnswer
from app.queries.idempotency import find_answer
from app.queries.locking import take_turn

_KEY = re.compile(r'(")?(?P<key>[\x21\x23-\x5b\x5d-\x7e]{1,255})(?(1)")')
_KEPT_HEADERS = ("content-type", "etag", "location", "cache-control", "link")


class KeyReused(DomainError):
    """The same key came with another request."""

    status = 422
    title = "The key was used for another request"
    default_code = "idempotency_key_reused"
    default_detail = (
        "This Idempotency-Key was used for a request with another content. Use a new key for a new request."
    )


def read_key(header: str | None) -> str | None:
    """The key, with or without the quotes of a structured field. Raises `BadRequest` for anything else."""
    if header is None:
        return None
    match = _KEY.fullmatch(header.strip())
    if match is None:
        raise BadRequest(
            "An Idempotency-Key is 1 to 255 visible ASCII characters without spaces; a UUID is a good one.",
            code="bad_idempotency_key",
        )
    return match["key"]


def _scope(work: Work, operation: str, key: str) -> str:
    who = f"{work.actor.kind.value}:{work.actor.id}"
    return hashlib.sha256(f"{who}\n{operation}\n{key}".encode()).hexdigest()


async def find(work: Work, operation: str, key: str, request_hash: bytes) -> IdempotentAnswer | None:
    """The kept answer to a repeat, or None for a first request.

    The advisory lock is held to the end of the transaction, so that two requests with one key never run side by
    side. Raises `Conflict` while the first is still running, and `KeyReused` when the content differs.
    """
    scope = _scope(work, operation, key)
    if not await take_turn(work.session, bytes.fromhex(scope), wait=False):
        raise Conflict(
            "The first request with this Idempotency-Key is still running. Ask again in a moment.",
            code="request_in_progress",
            headers={"Retry-After": "1"},
        )
    kept = await find_answer(work.session, scope)
    if kept is not None and kept.request_hash != request_hash:
        raise KeyReused
    return kept


async def keep(
    work: Work, operation: str, key: str, request_hash: bytes, status: int, headers: dict[str, Any], body: bytes
) -> None:
    """Keep the answer, in the transaction whose answer it is."""
    work.session.add(
        IdempotentAnswer(
            key=_scope(work, operation, key),
            request_hash=request_hash,
            status=status,
            headers={name: headers[name] for name in _KEPT_HEADERS if name in headers},
            body=body,
            created_at=work.now,
        )
    )
