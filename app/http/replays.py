"""`Idempotency-Key`: which requests may be repeated, and the stored answer to a repeat."""

import hashlib
from dataclasses import dataclass

from fastapi import Request, Response

from app.database import Work
from app.domain.refusals.requests import IdempotencyKeyRequired
from app.http.access import Access
from app.http.body import Body
from app.http.exchange import joined_header
from app.services import idempotency


class Repeated(Exception):
    """Another request with the same key was answered while this one stood aside; `response` is that answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class Repeatable:
    """A request with a key: whoever sends it again gets the same answer."""

    operation: str
    key: str
    digest: bytes

    async def stored_answer(self, work: Work) -> Response | None:
        """The answer to the first request with this key. Raises 409 while that one runs, 422 if it was another."""
        response = await self._find(work)
        if response is None:
            # The lock on the key ends with the transaction.
            work.session.after_aside.append(lambda: self._raise_if_answered(work))
        return response

    async def _raise_if_answered(self, work: Work) -> None:
        if (response := await self._find(work)) is not None:
            raise Repeated(response)

    async def _find(self, work: Work) -> Response | None:
        stored = await idempotency.find(work, self.operation, self.key, self.digest)
        if stored is None:
            return None
        return Response(stored.body, stored.status, {**stored.headers, "Idempotent-Replayed": "true"})

    async def store(self, work: Work, response: Response) -> None:
        """Keep the answer in the transaction that made it."""
        if response.status_code < 400:
            headers, body = dict(response.headers), bytes(response.body)
            await idempotency.keep(work, self.operation, self.key, self.digest, response.status_code, headers, body)


async def repeatable(request: Request, access: Access, operation: str, body: Body) -> Repeatable | None:
    """The request as one that may be repeated; None where no answer is kept. Raises
    `IdempotencyKeyRequired`."""
    if request.method != "POST" or not access.replays:
        return None
    sent = joined_header(request, "idempotency-key") if "idempotency-key" in request.headers else None
    key = idempotency.read_key(sent)
    if key is None and access.key_required:
        raise IdempotencyKeyRequired
    if key is None:
        return None
    address = f"{request.url.path}?{request.url.query}\n".encode()
    return Repeatable(operation, key, hashlib.sha256(address + await body.digest(request)).digest())
