"""Held jobs and emails: those that ran out of retries and wait for an operator."""

import typer

from app.cli.common import in_database, operators_work
from app.cli.runtime import Runtime
from app.queries.emails import HeldJob, held_jobs
from app.services.operations.held_jobs import retry_held

commands = typer.Typer(help="List and retry the jobs and emails that failed.", no_args_is_help=True)


@commands.command()
def held() -> None:
    """List held jobs and emails, each with its reason."""

    async def act(runtime: Runtime) -> list[HeldJob]:
        async with operators_work(runtime) as work:
            return await held_jobs(work.session)

    found = in_database(act)
    for job in found:
        typer.echo(f"{job.since:%Y-%m-%d %H:%M}  {job.name}  {job.about}  {job.reason or 'see the log'}")
    typer.echo(f"{len(found)} held.", err=True)


@commands.command()
def retry() -> None:
    """Retry every held job and email. The worker picks them up."""

    async def act(runtime: Runtime) -> int:
        async with operators_work(runtime) as work:
            return await retry_held(work)

    typer.echo(f"{in_database(act)} will be retried.")
