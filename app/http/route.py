"""What happens to a request, top to bottom: `Route.answer` is the pipeline, in the contract's order of judgement.

The order is why this stands here and not in dependencies: FastAPI parses the body before it solves any dependency.
The commit comes before the answer leaves, so that no acknowledged write can be lost (decision 1).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.http import limits, replays
from app.http.access import Access, operation_access
from app.http.answer import Answers, unless_unchanged, without_body
from app.http.body import FormBody, StrictRequest, body_of
from app.http.exchange import Deployment, Exchange, deployment_of, exchange_of
from app.http.parameters import (
    check_path,
    check_query,
    query_parameters,
    whole_numbers_in_path,
)
from app.http.plan import CallPlan
from app.outbox import seal
from app.services.sandbox.clock import set_clock

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """A route of the contract. It must declare its access: see `access.require` and `access.public`."""

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[object]], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if self.access.deprecation is not None:
            self.deprecated = True

    @property
    def access(self) -> Access:
        """Who may use this route; see `access.operation_access`."""
        return operation_access(self)

    def get_route_handler(self) -> Handler:
        """Read the declaration once, at start-up; `answer` then serves each request by it."""
        access, operation = self.access, self.operation_id or self.path
        in_api = self.path.startswith("/v1/")
        its_limits = (limits.EVERY_CALLER, *access.limits) if in_api else access.limits
        body, answers, plan = body_of(self), Answers(self, access), CallPlan(self.path, self.dependant)
        query, numbers = query_parameters(self.dependant), whole_numbers_in_path(self.dependant)

        async def answer(request: Request) -> Response:
            exchange = exchange_of(request)
            deployment = exchange.deployment
            if deployment.settings.sandbox and in_api:
                # Routes outside /v1 ignore the sandbox clock, and the liveness probe must not need the database.
                await _read_sandbox_clock(deployment)
            if access.deprecation is not None:
                exchange.add_headers(access.deprecation.headers)
            await limits.count(request, access, its_limits)  # 429
            if isinstance(body, FormBody):
                async with deployment.database.transaction() as session:
                    await access.admit(request, session)  # 401, 404, 403, before an upload is let in
            await body.receive(request)  # 408, 413; 415, 422 for a form
            async with deployment.database.transaction() as session, _undoing(exchange):
                work = await access.admit(request, session)  # 401, 404, 403
                check_path(request.path_params, numbers)  # 404
                check_query(request.query_params.multi_items(), query)  # 422
                await body.check(request)  # 415, 400
                repeatable = await replays.repeatable(request, access, operation, body)  # 400
                stored = await repeatable.stored_answer(work) if repeatable is not None else None  # 409, 422
                if stored is not None:
                    return stored
                returned = await plan.call(request)  # 422, 428, 412, 409, and the change itself
                response = answers.make(request, returned)
                if repeatable is not None:
                    await repeatable.store(work, response)
                await seal(work)
            for then in work.afterwards:
                await then()
            response = unless_unchanged(request, response)  # 304
            return without_body(response) if exchange.is_head else response

        async def answer_and_close(request: Request) -> Response:
            # The framework closes a form's files only once it has seen them, and a refusal may come before.
            strict = StrictRequest(request.scope, request.receive)
            try:
                return await answer(strict)
            finally:
                await strict.close()

        return answer_and_close

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A literal path wins over a pattern: `refresh` is not the id of a session."""
        if self.param_convertors and scope["path"] in deployment_of(scope["app"]).addresses.literal:
            return Match.NONE, {}
        return super().matches(scope)


async def _read_sandbox_clock(deployment: Deployment) -> None:
    async with deployment.database.transaction() as session:
        await set_clock(deployment.clock, session)


@asynccontextmanager
async def _undoing(exchange: Exchange) -> AsyncIterator[None]:
    """Remove what was stored outside the database when the request fails before the commit.

    A commit that fails leaves it: nobody knows then whether the rows are there, and a row without its file is worse
    than a file without its row.
    """
    try:
        yield
    except BaseException:
        for undo in exchange.work.undo if exchange.work is not None else ():
            await undo()
        raise


async def settles_before() -> None:
    """Declare, as a dependency of a `SandboxRoute`, that everything due is done before the request."""


async def settles_after() -> None:
    """Declare, as a dependency of a `SandboxRoute`, that everything due is done before the answer leaves."""


class SandboxRoute(Route):
    """A route that exists while the sandbox is switched on."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match, not even of the path alone, while the sandbox is off."""
        return super().matches(scope) if deployment_of(scope["app"]).settings.sandbox else (Match.NONE, {})

    def get_route_handler(self) -> Handler:
        """The pipeline, with the jobs that are due run before or after it."""
        answer = super().get_route_handler()
        declared = {declaration.dependency for declaration in self.dependencies}

        async def answer_settled(request: Request) -> Response:
            settle = exchange_of(request).deployment.settle
            if settles_before in declared:
                await settle()
            response = await answer(request)
            if settles_after in declared:
                await settle()
            return response

        return answer_settled


def router(prefix: str, tag: str, *, route_class: type[Route] = Route) -> APIRouter:
    """A router of the contract: each of its routes is a `Route`."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=route_class, redirect_slashes=False)
