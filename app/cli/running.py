"""Start the product: everything in one process for development, its parts separately in production."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from typing import TYPE_CHECKING, Any

import typer

from app.cli.runtime import (
    CannotStart,
    Runtime,
    keep_running,
    opened,
    read_settings,
    require_right_stores,
    with_database,
)
from app.cli.runtime import migrate as bring_up_to_date
from app.cli.welcome import welcome
from app.database import Database
from app.domain.actors import StaffRole
from app.http.exchange import deployment_of
from app.http.listening import address_of, listen
from app.http.server import run_server
from app.jobs.worker import run_worker
from app.logs import configure_logs
from app.main import create_app
from app.queries.people import staff_with_role
from app.services.operations.bootstrap import bootstrap
from app.services.operations.production_checks import require_safe, require_safe_data
from app.settings import Settings
from app.tracing import traced

try:
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop  # type: ignore[assignment]

if TYPE_CHECKING:
    # Its imports fail on Windows, where a command must report that instead of crashing.
    from app.integrations.postgres.embedded import RunningPostgres


def run() -> None:
    """Start everything for development in one process: database, migrations, API and worker.

    Reads PORT, HOST, DATA_DIR and DATABASE_URL.
    """
    settings = read_settings()
    if settings.production:
        raise CannotStart("'run' is for development. In production: 'migrate' once, then 'serve' and 'worker'.")
    configure_logs(settings.log_level, json_lines=False)
    with contextlib.closing(listen(settings.host, settings.port)) as listener:
        taken = settings.model_copy(update={"port": listener.getsockname()[1]})
        with with_database(taken) as (ready, postgres):
            bring_up_to_date(ready)
            _run_fast(_run(ready, postgres, listener))


def _run_fast(main: Coroutine[Any, Any, None], *, service: str = "centre-recognition") -> None:
    """Run on uvloop where it is installed; it has no wheel for Windows. `service` is the name in traces."""
    with traced(service), asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(main)


async def _run(settings: Settings, postgres: "RunningPostgres | None", listener: socket.socket) -> None:
    async with opened(settings) as runtime:
        # Check before the worker starts: it must not touch the wrong database.
        await require_right_stores(runtime)
        async with _beside(runtime, postgres, with_worker=True):
            made = await bootstrap(runtime.database, runtime.store, settings, runtime.clock)
            administrator = made.email if made is not None else await _administrator(runtime.database)
            words = welcome(settings, address_of(listener), administrator, made.password if made is not None else None)
            await run_server(
                create_app(settings, database=runtime.database, store=runtime.store),
                # No balancer sends anybody elsewhere.
                settings.model_copy(update={"drain_seconds": 0}),
                listener=listener,
                on_started=lambda: typer.echo(words),
            )


def serve() -> None:
    """Serve the API in one process. Refuses unsafe settings and a database that lacks this release's migrations.

    Run as many as the load needs, and at least one 'worker'.
    """
    settings = read_settings()
    require_safe(settings)
    configure_logs(settings.log_level, json_lines=settings.production)
    with (
        contextlib.closing(listen(settings.host, settings.port)) as listener,
        with_database(settings) as (ready, postgres),
    ):
        _run_fast(_serve(ready, postgres, listener))


async def _serve(settings: Settings, postgres: "RunningPostgres | None", listener: socket.socket) -> None:
    # The deadline of each request bounds its statements.
    async with opened(settings, command_timeout=None) as runtime, _beside(runtime, postgres, with_worker=False):
        await require_right_stores(runtime)
        made = await bootstrap(runtime.database, runtime.store, settings, runtime.clock)
        await require_safe_data(runtime.database, settings)
        if made is not None and made.password is not None:
            typer.echo(f"The first administrator is {made.email}, password {made.password} (shown only this once).")
        app = create_app(settings, database=runtime.database, store=runtime.store)
        await run_server(
            app,
            settings,
            listener=listener,
            on_started=lambda: typer.echo(f"Serving on {address_of(listener)}."),
            on_ending=deployment_of(app).readiness.end,
        )


def worker() -> None:
    """Send emails, publish events and run scheduled jobs until stopped. You can run several workers."""
    settings = read_settings()
    require_safe(settings)
    configure_logs(settings.log_level, json_lines=settings.production)
    port = settings.worker_port
    with (
        contextlib.closing(listen(settings.host, port, setting="WORKER_PORT"))
        if port is not None
        else contextlib.nullcontext() as listener,
        with_database(settings) as (ready, postgres),
    ):
        _run_fast(_worker(ready, postgres, listener), service="centre-recognition-worker")


async def _worker(settings: Settings, postgres: "RunningPostgres | None", listener: socket.socket | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        # A second signal then kills the process at once.
        for kind in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(kind)

    for kind in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(kind, end)
    async with opened(settings) as runtime:
        await require_right_stores(runtime)
        async with _beside(runtime, postgres, with_worker=False):
            await run_worker(runtime.database, settings, runtime.store, runtime.clock, stop=stop, listener=listener)


def migrate() -> None:
    """Apply this release's migrations. Safe to repeat, and safe while the previous release is serving."""
    settings = read_settings()
    configure_logs("WARNING", json_lines=False)
    with with_database(settings) as (ready, _):
        bring_up_to_date(ready)
    typer.echo("The database is up to date.")


@contextlib.asynccontextmanager
async def _beside(runtime: Runtime, postgres: "RunningPostgres | None", *, with_worker: bool) -> AsyncIterator[None]:
    """Run the worker, and restart the embedded database after a crash, in the background."""
    stop = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []
    if with_worker:
        work = run_worker(runtime.database, runtime.settings, runtime.store, runtime.clock, stop=stop)
        tasks.append(asyncio.create_task(work))
    if postgres is not None:
        tasks.append(asyncio.create_task(keep_running(postgres, runtime.database, stop)))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _administrator(database: Database) -> str | None:
    async with database.transaction() as session:
        people = await staff_with_role(session, StaffRole.ADMINISTRATOR)
    return people[0].email if people else None
