"""Turning requests away while too many are under way, before anything is spent on them."""

from collections.abc import Collection, Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.refusals.requests import Overloaded
from app.http import cors
from app.http.problems import early_problem
from app.http.protection import BY_HTTP, Protection
from app.http.root_path import without_root
from app.http.shares import Shares
from app.services.rate_limits import network_of

# More than these only wait for a database connection, so they are turned away while that is still cheap.
REQUESTS_AT_ONCE = 500
REQUESTS_OF_A_NETWORK_AT_ONCE = 100
# Bodies on their way take none of these places. They cost a connection each, and the memory for what has come.
ARRIVING_AT_ONCE = 500
ARRIVING_OF_A_NETWORK_AT_ONCE = 50


class Admission:
    """ASGI middleware that answers 503 while too many requests are under way, of all callers or of one network."""

    def __init__(
        self, app: ASGIApp, origins: Collection[str], root: str, share: int = 1, protection: Protection = BY_HTTP
    ) -> None:
        """`origins` are those whose pages may read the refusal; `root` is ROOT_PATH. The process is one of `share`."""
        self.app = app
        self._origins = origins
        self._root = root
        self._protection = protection
        self._places = Shares(-(-REQUESTS_AT_ONCE // share), -(-REQUESTS_OF_A_NETWORK_AT_ONCE // share))
        self._arriving = Shares(-(-ARRIVING_AT_ONCE // share), -(-ARRIVING_OF_A_NETWORK_AT_ONCE // share))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A liveness probe that is turned away ends the busy process, and all that it has under way.
        if scope["type"] != "http" or without_root(scope, self._root)["path"] == "/livez":
            await self.app(scope, receive, send)
            return
        network = network_of(scope["client"][0] if scope.get("client") else None)
        has_body = announces_body(scope)
        held: Shares | None = self._arriving if has_body else self._places
        assert held is not None
        if not held.take(network):
            refusal = early_problem(Overloaded(), self._protection, root=self._root)
            refusal.raw_headers += cors.answer_headers(self._origins, dict(scope["headers"]))
            await refusal(scope, receive, send)
            return

        async def received() -> Message:
            """Take a place once the body has arrived. Raises `Overloaded` where there is none."""
            nonlocal held
            message = await receive()
            if held is self._arriving and not message.get("more_body", False):
                held.leave(network)
                held = self._places if self._places.take(network) else None
                if held is None:
                    raise Overloaded
            return message

        try:
            await self.app(scope, received if has_body else receive, send)
        finally:
            if held is not None:
                held.leave(network)


def announces_body(scope: Mapping[str, Any]) -> bool:
    """True for a request whose headers say that a body follows."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )
