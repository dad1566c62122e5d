"""The API as an ASGI app: settings in, FastAPI out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.clock import Clock, SandboxClock, system_clock
from app.database import Database
from app.http import contract, problems
from app.http.middleware import RequestContext
from app.integrations.storage import open_store
from app.jobs.means import Means
from app.jobs.settle import settle
from app.metrics import Metrics
from app.routers import ALL, mail_preview, pages
from app.security.keys import signing_key
from app.settings import Settings


def create_app(settings: Settings, *, database: Database | None = None, clock: Clock = system_clock) -> FastAPI:
    """The app. Without a `database` it opens the one of `settings`, and closes it when it ends."""
    own = database is None
    opened = database or Database.of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        if own:
            await opened.close()

    app = FastAPI(
        title="Centre recognition API",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    attach(app, settings, opened, clock)
    for routes in ALL:
        app.include_router(routes)
    app.include_router(pages.routes)
    app.include_router(mail_preview.routes)
    app.mount("/static", pages.STATIC)
    app.state.route_contexts = [context for context in iter_route_contexts(app.routes) if context.methods]
    # Addresses without a parameter, which no pattern of another route stands for.
    app.state.fixed_paths = frozenset(found.path for found in app.state.route_contexts if "{" not in found.path)
    problems.install(app)
    contract.install(app)
    app.add_middleware(
        RequestContext,
        body_limit=settings.body_limit_bytes,
        upload_limit=settings.upload_limit_bytes,
        secure=settings.production,
        origins=settings.cors_origins,
    )
    return app


def attach(app: FastAPI, settings: Settings, database: Database, clock: Clock) -> None:
    """Give the app what its requests work with. The routes know none of it, so another database needs no other app."""
    app.state.settings = settings
    app.state.database = database
    app.state.clock = SandboxClock(clock) if settings.sandbox else clock
    app.state.signing_key = signing_key(settings)
    app.state.store = open_store(settings)
    app.state.metrics = Metrics()
    app.state.settle = partial(settle, Means.of(database, settings, app.state.store, app.state.clock))
