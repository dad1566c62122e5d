"""The API as an ASGI app: settings in, FastAPI out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app import contract, error_handlers
from app.clock import Clock, system_clock
from app.database import Database
from app.integrations.storage import open_store
from app.keys import signing_key
from app.metrics import Metrics
from app.middleware import RequestContext
from app.routers import ALL, pages
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
    app.mount("/static", pages.STATIC)
    app.state.route_contexts = [context for context in iter_route_contexts(app.routes) if context.methods]
    error_handlers.install(app)
    contract.install(app)
    app.add_middleware(
        RequestContext,
        body_limit=settings.body_limit_bytes,
        upload_limit=settings.upload_limit_bytes,
        secure=settings.production,
    )
    return app


def attach(app: FastAPI, settings: Settings, database: Database, clock: Clock) -> None:
    """Give the app what its requests work with. The routes know none of it, so another database needs no other app."""
    app.state.settings = settings
    app.state.database = database
    app.state.clock = clock
    app.state.signing_key = signing_key(settings)
    app.state.store = open_store(settings)
    app.state.metrics = Metrics()
