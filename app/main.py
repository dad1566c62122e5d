"""The API as an ASGI app: settings in, FastAPI out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.clock import Clock, SandboxClock, system_clock
from app.database import Database
from app.http import contract, problems
from app.http.addresses import Addresses
from app.http.exchange import Deployment
from app.http.middleware import RequestContext, upload_limit
from app.integrations.storage import DocumentStore, open_store
from app.jobs.means import Means
from app.jobs.settle import settle
from app.metrics import Metrics
from app.routers import ALL, mail_preview, pages
from app.security.cursors import CursorSeal
from app.security.keys import previous_key, signing_key
from app.services.operations.probes import ReadinessProbe
from app.settings import Settings


class _App(FastAPI):
    """The framework, with the middleware around all of it: what the table of addresses knows never gets further."""

    front: RequestContext

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["app"] = self
            await self.front(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    store: DocumentStore | None = None,
    clock: Clock = system_clock,
) -> FastAPI:
    """Create the app. Without a `database`, open that of `settings`, and close it at shutdown; without a `store`, open
    that of `settings`, which is not known to belong to the database."""
    own = database is None
    opened = database or Database.of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        if own:
            await opened.close()

    app = _App(
        title="Centre recognition API",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    for routes in ALL:
        app.include_router(routes)
    app.include_router(pages.routes)
    app.include_router(mail_preview.routes)
    app.mount("/static", pages.STATIC)
    attach(app, settings, opened, clock, store)
    problems.install(app)
    contract.install(app)
    app.front = RequestContext(
        partial(FastAPI.__call__, app),
        body_limit=settings.body_limit_bytes,
        upload_limit=upload_limit(settings),
        secure=settings.production,
        origins=settings.cors_origins,
    )
    return app


def attach(
    app: FastAPI, settings: Settings, database: Database, clock: Clock, store: DocumentStore | None = None
) -> None:
    """Attach the deployment that requests work with. Tests attach another database to the same app."""
    store = store or open_store(settings)
    kept = SandboxClock(clock) if settings.sandbox else clock
    key, previous = signing_key(settings), previous_key(settings)
    app.state.deployment = Deployment(
        settings,
        database,
        kept,
        key,
        store,
        Metrics(),
        partial(settle, Means.of(database, settings, store, kept)),
        Addresses.of(app),
        ReadinessProbe(database, store),
        CursorSeal(key, previous),
        previous,
    )
