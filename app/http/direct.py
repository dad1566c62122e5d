"""Answering without the framework: what the table of addresses knows takes no other way, nor what nothing knows."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import MethodNotAllowed, NotFound
from app.http.body import StrictRequest
from app.http.exchange import Exchange
from app.http.problems import HANDLED, answer_to


def direct(exchange: Exchange, scope: Scope) -> ASGIApp | None:
    """The app that answers the request; None where only the framework can, as for pages."""
    deployment = exchange.deployment
    addresses, settings = deployment.addresses, deployment.settings
    # Where the app is mounted under a path, the framework takes that off.
    found = None if scope.get("root_path") else addresses.find(scope["method"], scope["path"])
    if found is None or not found[0].exists(settings):
        if addresses.leads_on(scope):
            return None
        # The framework would try every route first, which costs more than most answers.
        methods = addresses.methods_at(scope, settings)
        return _refusing(MethodNotAllowed(tuple(methods)) if methods else NotFound())
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


def _refusing(refusal: Refusal) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await answer_to(StrictRequest(scope, receive, send), refusal)(scope, receive, send)

    return answer
