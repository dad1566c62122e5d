"""Check every part of a deployment, and say what is wrong and how to mend it."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any, TypeAlias

import typer

from app.cli.common import sentence_about
from app.cli.runtime import CannotStart, with_database
from app.database_roles import API_ROLE
from app.integrations.postgres import EmbeddedPostgresError
from app.logs import configure_logs
from app.services.operations.checks.bounces import check_bounces
from app.services.operations.checks.clock import check_clock
from app.services.operations.checks.database import check_database
from app.services.operations.checks.inspector import check_inspector
from app.services.operations.checks.machine import check_machine
from app.services.operations.checks.migrations import check_migrations
from app.services.operations.checks.proxy import check_proxy
from app.services.operations.checks.published import check_published
from app.services.operations.checks.relay import check_relay
from app.services.operations.checks.scanner import check_scanner
from app.services.operations.checks.store import check_store
from app.services.operations.production_checks import faults_in_production
from app.settings import InvalidSettings, Settings, beside, get_settings, misspelt

Check: TypeAlias = Callable[[Settings], Coroutine[Any, Any, list[str]]]
Report: TypeAlias = dict[str, list[str]]

# Every check gives up earlier; this is for one that cannot.
_SECONDS = 15.0


def doctor(
    processes: Annotated[int, typer.Option(help="How many API and worker processes the deployment runs.")] = 3,
    workers: Annotated[int, typer.Option(help="How many of them are workers.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object: each part and its faults.")] = False,
) -> None:
    """Check settings, database, migrations, store, mail relay, inspector, scanner, clock, proxy and files.

    Changes and sends nothing. Prints what is wrong and how to mend it, and exits with status 1 if there is something.
    """
    configure_logs("CRITICAL", json_lines=False)
    settings, faults = _settings()
    found, hangs = _examined(settings, processes, workers)
    report: Report = {"settings": faults, **found}
    typer.echo(json.dumps(report, indent=2) if as_json else _shown(report))
    status = 1 if any(report.values()) else 0
    if hangs:
        # The thread of a check that hangs would keep the process.
        sys.stdout.flush()
        os._exit(status)
    raise typer.Exit(status)


def _settings() -> tuple[Settings, list[str]]:
    """The settings that can be used, and what is wrong with the others."""
    try:
        settings, found = get_settings(), []
    except InvalidSettings as error:
        settings, found = error.usable, error.faults
    faults = [*found, *beside(found, faults_in_production(settings))]
    return settings, [*map(str, faults), *misspelt(os.environ)]


def _examined(settings: Settings, processes: int, workers: int) -> tuple[Report, bool]:
    """Run every check; tell too whether one hangs."""
    of_database: dict[str, Check] = {
        "database": partial(check_database, processes=processes, workers=workers),
        "migrations": check_migrations,
        "published": check_published,
        "clock": check_clock,
    }
    others: dict[str, Check] = {
        "document store": check_store,
        "mail relay": check_relay,
        "bounces": check_bounces,
        "inspector": check_inspector,
        "scanner": check_scanner,
        "proxy": check_proxy,
        "machine": check_machine,
    }
    try:
        if settings.production and settings.database_url is None:
            raise CannotStart("Not checked: DATABASE_URL is not set.")
        with with_database(settings, API_ROLE) as (ready, _):
            return asyncio.run(_run(ready, of_database | others))
    except (CannotStart, EmbeddedPostgresError) as error:
        found, hangs = asyncio.run(_run(settings, others))
        return {"database": [str(error)], **found}, hangs


async def _run(settings: Settings, checks: dict[str, Check]) -> tuple[Report, bool]:
    tasks = {name: asyncio.ensure_future(check(settings)) for name, check in checks.items()}
    # A task that ignores its cancellation must not hold up the report.
    _, hanging = await asyncio.wait(tasks.values(), timeout=_SECONDS)
    for task in hanging:
        task.cancel()
    report = {name: _outcome(task) for name, task in tasks.items()}
    lost = report.get("database")
    for name in report.keys() - {"database"}:
        if lost and report[name] == lost:
            report[name] = ["Not checked: see the database."]
    return report, bool(hanging)


def _outcome(task: asyncio.Task[list[str]]) -> list[str]:
    if not task.done():
        return [f"There was no answer within {_SECONDS:.0f} seconds: see whether the part hangs."]
    error = task.exception()
    return task.result() if error is None else [sentence_about(error) or f"The check failed: {error!r}."]


def _shown(report: Report) -> str:
    wide = max(map(len, report))
    lines = []
    for name, faults in report.items():
        lines.append(f"{name:{wide}}  {'wrong' if faults else 'right'}")
        lines += [f"  - {fault}" for fault in faults]
    count = sum(map(len, report.values()))
    lines.append("Everything is right." if not count else f"To mend: {count}.")
    return "\n".join(lines)
