"""Answering without the framework: what the table of addresses knows takes no other way."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.body import StrictRequest
from app.http.exchange import Exchange
from app.http.problems import HANDLED, answer_to


def direct(exchange: Exchange, scope: Scope) -> ASGIApp | None:
    """The app that answers the request; None where only the framework can, as for 404, 405 and pages."""
    deployment = exchange.deployment
    # Where the app is mounted under a path, the framework takes that off.
    found = None if scope.get("root_path") else deployment.addresses.find(scope["method"], scope["path"])
    if found is None or not found[0].exists(deployment.settings):
        return None
    route, scope["path_params"] = found
    scope["route"] = route

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = StrictRequest(scope, receive, send)
        try:
            response = await route.serve(request)
            await response(scope, receive, send)
        except HANDLED as error:
            if exchange.status:
                # The answer has begun to leave.
                raise
            await answer_to(request, error)(scope, receive, send)

    return answer
