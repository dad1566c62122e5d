"""Turning requests away while too many are under way, before anything is spent on them, and letting networks take turns
with the others."""

from collections.abc import Collection, Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.refusals.requests import Overloaded
from app.http import cors
from app.http.patience import within
from app.http.problems import early_problem
from app.http.protection import BY_HTTP, Protection
from app.http.root_path import without_root
from app.http.shares import Shares
from app.services.rate_limits import network_of
from app.turns import Turn, Turns, current

# More than these only wait for a database connection, so they are turned away while that is still cheap.
REQUESTS_AT_ONCE = 500
REQUESTS_OF_A_NETWORK_AT_ONCE = 100
# Bodies on their way take none of these places. They cost a connection each, and the memory for what has come.
ARRIVING_AT_ONCE = 500
ARRIVING_OF_A_NETWORK_AT_ONCE = 50
# How many of a network's are worked on at a time: fewer than there are connections to the database.
TURNS_OF_A_NETWORK = 4
PROBES_OF_A_NETWORK = 2
# Whoever waits for longer is refused. A request that is worked on has a deadline of its own.
_TURN_SECONDS = 10.0
REFUSED = "app.refused"
"""In the scope of a request that was one too many."""


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
        self._turns, self._probes = Turns(TURNS_OF_A_NETWORK), Turns(PROBES_OF_A_NETWORK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        network = network_of(scope["client"][0] if scope.get("client") else None)
        # A liveness probe that is turned away ends the busy process, and all that it has under way.
        if without_root(scope, self._root)["path"] == "/livez":
            await self._in_turn(Turn(self._probes, network), scope, receive, send)
            return
        has_body = announces_body(scope)
        held: Shares | None = self._arriving if has_body else self._places
        assert held is not None
        if not held.take(network):
            await self._refuse(scope, receive, send)
            return
        turn, arrived = Turn(self._turns, network), False

        async def received() -> Message:
            """Take a place once the body has arrived. Raises `Overloaded` where there is none."""
            nonlocal held, arrived
            if arrived:
                # Whoever asks for more watches for the end of the connection, beside the work.
                return await receive()
            comes_back = turn.leave()
            message = await receive()
            arrived = not message.get("more_body", False)
            if held is self._arriving and arrived:
                held.leave(network)
                held = self._places if self._places.take(network) else None
                if held is None:
                    raise Overloaded
            if comes_back:
                await turn.take()
            return message

        try:
            await self._in_turn(turn, scope, received if has_body else receive, send)
        finally:
            if held is not None:
                held.leave(network)

    async def _in_turn(self, turn: Turn, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app when the network has a turn, and pass that on when the answer begins to leave."""

        async def sent(message: Message) -> None:
            turn.leave()
            if message["type"] == "http.response.start" and message["status"] in (429, 503):
                scope[REFUSED] = True
            await send(message)

        try:
            await within(_TURN_SECONDS, turn.take())
        except TimeoutError:
            await self._refuse(scope, receive, send)
            return
        current.set(turn)
        try:
            await self.app(scope, receive, sent)
        finally:
            turn.leave()

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[REFUSED] = True
        refusal = early_problem(Overloaded(), self._protection, root=self._root)
        refusal.raw_headers += cors.answer_headers(self._origins, dict(scope["headers"]))
        await refusal(scope, receive, send)


def announces_body(scope: Mapping[str, Any]) -> bool:
    """True for a request whose headers say that a body follows."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )
