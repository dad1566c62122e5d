"""Turning requests away while too many are under way, before anything is spent on them."""

from collections import Counter
from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send
from uuid_utils.compat import uuid7

from app.domain.refusals.requests import Overloaded
from app.http import cors
from app.http.problems import problem
from app.http.root_path import without_root
from app.services.rate_limits import network_of

# More than these only wait for a database connection, so they are turned away while that is still cheap.
REQUESTS_AT_ONCE = 500
# Slow senders on one network hold their places for as long as they may, and must not hold all of them.
REQUESTS_OF_A_NETWORK_AT_ONCE = 100


class Admission:
    """ASGI middleware that answers 503 while too many requests are under way, of all callers or of one network."""

    def __init__(self, app: ASGIApp, origins: Collection[str], root: str, share: int = 1) -> None:
        """`origins` are those whose pages may read the refusal; `root` is ROOT_PATH. The process is one of `share`."""
        self.app = app
        self._share = share
        self._origins = origins
        self._root = root
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        network = network_of(scope["client"][0] if scope.get("client") else None)
        busy = (
            self._under_way.total() * self._share >= REQUESTS_AT_ONCE
            or self._under_way[network] * self._share >= REQUESTS_OF_A_NETWORK_AT_ONCE
        )
        # A liveness probe that is turned away ends the busy process, and all that it has under way.
        if busy and without_root(scope, self._root)["path"] != "/livez":
            request_id = str(uuid7())
            refusal = problem(request_id, Overloaded(), {"X-Request-Id": request_id}, root=self._root)
            refusal.raw_headers += cors.answer_headers(self._origins, dict(scope["headers"]))
            await refusal(scope, receive, send)
            return
        self._under_way[network] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._under_way[network] -= 1
            if not self._under_way[network]:
                del self._under_way[network]
