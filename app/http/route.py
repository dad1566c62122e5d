"""What happens to a request, top to bottom: `Route.answer` is the pipeline, in the contract's order of judgement.

The order is why this stands here and not in dependencies: FastAPI parses the body before it solves any dependency.
The commit comes before the answer leaves, so that no acknowledged write can be lost (decision 1).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cached_property, partial
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from app import row_context
from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import Unavailable
from app.http import limits, replays
from app.http.access import Access, operation_access
from app.http.addresses import Handler
from app.http.answer import Answers, unless_unchanged, without_body
from app.http.body import FormBody, StrictRequest, body_of
from app.http.dependencies import takes_work
from app.http.exchange import Deployment, Exchange, deployment_of, exchange_of
from app.http.parameters import (
    check_path,
    check_query,
    query_parameters,
    whole_numbers_in_path,
)
from app.http.patience import unless_at_once
from app.http.plan import CallPlan
from app.http.replays import Repeated
from app.services.rate_limits import Limit
from app.services.sandbox.clock import set_clock
from app.settings import Settings


class Route(APIRoute):
    """A route of the contract. It must declare its access: see `access.require` and `access.public`."""

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[object]], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if self.access.deprecation is not None:
            self.deprecated = True

    acts_as_system: ClassVar = False
    """Its service plays other people's acts, and sees every row."""

    @property
    def access(self) -> Access:
        """Who may use this route; see `access.operation_access`."""
        return operation_access(self)

    def get_route_handler(self) -> Handler:
        """The pipeline; the framework asks for it again where it includes the route."""
        return self.serve

    @cached_property
    def serve(self) -> Handler:
        """The pipeline, which `addresses` leads to. Made once, at start-up, by what the route declares."""
        return self._pipeline()

    def exists(self, settings: Settings) -> bool:
        """True: only the sandbox's operations do not exist everywhere."""
        return True

    def _pipeline(self) -> Handler:
        access, operation = self.access, self.operation_id or self.path
        in_api = self.path.startswith("/v1/")
        its_limits = (limits.EVERY_CALLER, *access.limits) if in_api else access.limits
        reads = self.methods == {"GET"}
        body, answers, plan = body_of(self), Answers(self, access), CallPlan(self.path, self.dependant)
        query, numbers = query_parameters(self.dependant), whole_numbers_in_path(self.dependant)

        async def answer_without_database(request: Request) -> Response:
            check_path(request.path_params, numbers)  # 404
            check_query(request, query)  # 422
            return answers.make(request, await plan.call(request))

        async def answer(request: Request) -> Response:
            exchange = exchange_of(request)
            deployment = exchange.deployment
            if deployment.settings.sandbox and in_api:
                # Routes outside /v1 ignore the sandbox clock, and the liveness probe must not need the database.
                await _read_sandbox_clock(deployment)
            if access.deprecation is not None:
                exchange.add_headers(access.deprecation.headers)
            counted, not_received = its_limits, None
            if isinstance(body, FormBody):
                async with deployment.database.lease(read_only=True, context=row_context.NOTHING) as session:
                    await limits.count(request, session, access, counted)  # 429
                    await access.admit(request, session)  # 401, 404, 403, before an upload is let in
                counted = ()
            try:
                await unless_at_once(body.receive(request), partial(_paused, exchange))
            except (HTTPException, Refusal) as error:
                # Told once the request is counted: a caller with no room left gets 429, whatever was sent.
                not_received = error
            async with (
                _while_connected(request, exchange, watched=isinstance(body, FormBody) and not_received is None),
                deployment.database.lease(read_only=reads, context=row_context.NOTHING) as session,
            ):
                await limits.count(request, session, access, counted)  # 429
                if not_received is not None:
                    raise not_received  # 408, 413; 415, 422 for a form
                if self.acts_as_system:
                    session.context = row_context.SYSTEM
                if not reads or self.acts_as_system:
                    await session.start()
                work = await access.admit(request, session)  # 401, 404, 403
                check_path(request.path_params, numbers)  # 404
                check_query(request, query)  # 422
                await body.check(request)  # 415, 400
                repeatable = await replays.repeatable(request, access, operation, body)  # 400
                stored = await repeatable.stored_answer(work) if repeatable is not None else None  # 409, 422
                if stored is not None:
                    return stored
                returned = await plan.call(request)  # 422, 428, 412, 409, and the change itself
                response = answers.make(request, returned)
                if repeatable is not None:
                    await repeatable.store(work, response)
            return response

        make_answer = answer if self._uses_database(its_limits) else answer_without_database

        async def answer_in_time(request: Request) -> Response:
            exchange = exchange_of(request)
            strict = request if isinstance(request, StrictRequest) else StrictRequest(request.scope, request.receive)
            exchange.deadline = asyncio.timeout(exchange.deployment.settings.request_deadline_seconds)
            try:
                async with exchange.deadline:
                    response = await make_answer(strict)
            except Repeated as repeated:
                response = repeated.response
            except TimeoutError as error:
                if not exchange.left:
                    exchange.deployment.metrics.count_deadline(operation)
                raise Unavailable from error
            finally:
                # The framework closes a form's files only once it has seen them, and a refusal may come before.
                await strict.close()
            response = unless_unchanged(request, response)  # 304
            return without_body(response) if exchange.is_head else response

        return answer_in_time

    def _uses_database(self, counted: tuple[Limit, ...]) -> bool:
        access = self.access
        return bool(counted or access.permission or access.load) or takes_work(self.dependant)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A literal path wins over a pattern: `refresh` is not the id of a session."""
        if self.param_convertors and scope["path"] in deployment_of(scope["app"]).addresses.literal:
            return Match.NONE, {}
        return super().matches(scope)


async def _read_sandbox_clock(deployment: Deployment) -> None:
    async with deployment.database.transaction() as session:
        await set_clock(deployment.clock, session)


@asynccontextmanager
async def _paused(exchange: Exchange) -> AsyncIterator[None]:
    """Stop the deadline: the time that a body's sender takes does not count. `middleware` says how long it may be."""
    deadline, loop = exchange.deadline, asyncio.get_running_loop()
    assert deadline is not None
    due, begun = deadline.when(), loop.time()
    assert due is not None
    deadline.reschedule(None)
    try:
        yield
    finally:
        deadline.reschedule(due + loop.time() - begun)


@asynccontextmanager
async def _while_connected(request: Request, exchange: Exchange, *, watched: bool) -> AsyncIterator[None]:
    """End an upload's request when its client goes away, as the deadline would: nobody waits for the inspection."""
    if not watched:
        yield
        return

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        if exchange.deadline is not None and not exchange.deadline.expired():
            exchange.left = True
            exchange.deadline.reschedule(asyncio.get_running_loop().time())

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


async def settles_before() -> None:
    """Declare, as a dependency of a `SandboxRoute`, that everything due is done before the request."""


async def settles_after() -> None:
    """Declare, as a dependency of a `SandboxRoute`, that everything due is done before the answer leaves."""


class SandboxRoute(Route):
    """A route that exists while the sandbox is switched on."""

    acts_as_system: ClassVar = True

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match, not even of the path alone, while the sandbox is off."""
        return super().matches(scope) if self.exists(deployment_of(scope["app"]).settings) else (Match.NONE, {})

    def exists(self, settings: Settings) -> bool:
        """True while the sandbox is switched on."""
        return settings.sandbox

    def _pipeline(self) -> Handler:
        """The pipeline, with the jobs that are due run before or after it."""
        answer = super()._pipeline()
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
