"""Jobs and emails that failed for good and wait for a person."""

import typer

from app.cli.common import in_database, operators_work
from app.cli.runtime import Runtime
from app.queries.emails import HeldJob, held_jobs
from app.services.operations.held_jobs import retry_held

commands = typer.Typer(help="See what could not be done, and have it tried again.", no_args_is_help=True)


@commands.command()
def held() -> None:
    """List what is held, with the reason."""

    async def act(runtime: Runtime) -> list[HeldJob]:
        async with operators_work(runtime) as work:
            return await held_jobs(work.session)

    found = in_database(act)
    for job in found:
        typer.echo(f"{job.since:%Y-%m-%d %H:%M}  {job.name}  {job.about}  {job.reason or 'see the log'}")
    typer.echo(f"{len(found)} held.", err=True)


@commands.command()
def retry() -> None:
    """Try everything that is held again, as soon as the worker runs."""

    async def act(runtime: Runtime) -> int:
        async with operators_work(runtime) as work:
            return await retry_held(work)

    typer.echo(f"{in_database(act)} will be tried again.")
