"""Start the product: everything in one process for development, its parts separately in production."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import SecretStr

from app.cli.processes import Supervisor, require_shares, share, share_places, tell_ready
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
from app.database_roles import API_ROLE, WORKER_ROLE
from app.domain.actors import StaffRole
from app.http.exchange import deployment_of
from app.http.listening import address_of, inherited, listen, prepared
from app.http.server import run_server
from app.jobs.worker import run_worker
from app.logs import configure_logs
from app.main import create_app
from app.queries.people import staff_with_role
from app.services.operations.bootstrap import bootstrap
from app.services.operations.probes import show_own
from app.services.operations.production_checks import require_safe, require_safe_data
from app.settings import Settings
from app.siblings import Siblings
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
            _run_fast(_run(_as(API_ROLE, ready, postgres), postgres, listener))


def _as(role: str, settings: Settings, postgres: "RunningPostgres | None") -> Settings:
    """Log in to the embedded database with another role."""
    if postgres is None:
        return settings
    return settings.model_copy(update={"database_url": SecretStr(postgres.url_as(role))})


def _outlive_hangups() -> None:
    """Ignore SIGHUP, which log rotation sends. The supervisor of several processes replaces them then."""
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


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


def serve(
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="How many processes; WORKERS by default.")] = None,
) -> None:
    """Serve the API. Refuses unsafe settings and a database that lacks this release's migrations.

    Several processes share the port, the database connections and the places for costly work. Run at least one
    'worker' beside it.
    """
    settings = read_settings()
    if workers is not None:
        settings = settings.model_copy(update={"workers": workers})
    require_safe(settings)
    configure_logs(settings.log_level, json_lines=settings.production)
    _outlive_hangups()
    passed_on = inherited()
    with (
        contextlib.closing(passed_on or listen(settings.host, settings.port)) as listener,
        with_database(settings, API_ROLE) as (ready, postgres),
    ):
        if settings.workers > 1:
            require_shares(settings)
            asyncio.run(_supervise(ready, postgres, listener, ours=passed_on is None))
        else:
            started = partial(typer.echo, f"Serving on {address_of(listener)}.")
            _run_fast(_serve(ready, postgres, listener, alone=passed_on is None, on_started=started))


async def _supervise(
    settings: Settings, postgres: "RunningPostgres | None", listener: socket.socket, *, ours: bool
) -> None:
    stop = asyncio.Event()
    started = partial(typer.echo, f"Serving on {address_of(listener)} with {settings.workers} processes.")
    database = Database.of(settings)
    watching = asyncio.create_task(keep_running(postgres, database, stop)) if postgres is not None else None
    try:
        await Supervisor(settings, listener, ours=ours, on_started=started).run()
    finally:
        stop.set()
        if watching is not None:
            await watching
        await database.close()


def serve_one(
    listener: Annotated[int, typer.Option()],
    orders: Annotated[int, typer.Option()],
    said: Annotated[int, typer.Option()],
    number: Annotated[int, typer.Option()],
    of: Annotated[int, typer.Option()],
    folder: Annotated[Path, typer.Option()],
    ours: Annotated[bool, typer.Option("--ours")] = False,
) -> None:
    """Serve in one of several processes; `serve` starts them."""
    settings = read_settings()
    configure_logs(settings.log_level, json_lines=settings.production)
    _outlive_hangups()
    share_places(of)
    taken = prepared(socket.socket(fileno=listener))
    ready = settings.model_copy(
        update={"database_pool_size": share(settings.database_pool_size, number, of), "workers": of}
    )
    _run_fast(
        _serve(
            ready,
            None,
            taken,
            alone=ours,
            on_started=partial(tell_ready, said),
            orders=orders,
            siblings=Siblings(folder, number),
        )
    )


async def _serve(
    settings: Settings,
    postgres: "RunningPostgres | None",
    listener: socket.socket,
    *,
    alone: bool,
    on_started: Callable[[], None],
    orders: int | None = None,
    siblings: Siblings | None = None,
) -> None:
    # The deadline of each request bounds its statements.
    async with opened(settings, command_timeout=None) as runtime, _beside(runtime, postgres, with_worker=False):
        await require_right_stores(runtime)
        made = await bootstrap(runtime.database, runtime.store, settings, runtime.clock)
        await require_safe_data(runtime.database, settings)
        if made is not None and made.password is not None:
            typer.echo(f"The first administrator is {made.email}, password {made.password} (shown only this once).")
        app = create_app(settings, database=runtime.database, store=runtime.store)
        deployment = deployment_of(app)
        deployment.metrics.siblings = siblings
        own = partial(show_own, runtime.database, deployment.metrics)
        async with siblings.told(own) if siblings is not None else contextlib.nullcontext():
            await run_server(
                app,
                settings,
                listener=listener,
                on_started=on_started,
                on_ending=deployment.readiness.end,
                alone=alone,
                orders=orders,
                share=settings.workers,
            )


def worker() -> None:
    """Send emails, publish events and run scheduled jobs until stopped. You can run several workers."""
    settings = read_settings()
    require_safe(settings)
    configure_logs(settings.log_level, json_lines=settings.production)
    _outlive_hangups()
    port = settings.worker_port
    with (
        contextlib.closing(listen(settings.host, port, setting="WORKER_PORT"))
        if port is not None
        else contextlib.nullcontext() as listener,
        with_database(settings, WORKER_ROLE) as (ready, postgres),
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
    settings = _as(WORKER_ROLE, runtime.settings, postgres)
    workers_database = Database.of(settings)
    if with_worker:
        work = run_worker(workers_database, settings, runtime.store, runtime.clock, stop=stop)
        tasks.append(asyncio.create_task(work))
    if postgres is not None:
        tasks.append(asyncio.create_task(keep_running(postgres, runtime.database, stop)))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        await workers_database.close()


async def _administrator(database: Database) -> str | None:
    async with database.transaction() as session:
        people = await staff_with_role(session, StaffRole.ADMINISTRATOR)
    return people[0].email if people else None
