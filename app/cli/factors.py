"""Reset a person's second factors, and encrypt their secrets with the current key."""

from typing import Annotated

import typer

from app.cli.common import in_database, operators_work
from app.cli.runtime import CannotStart, Runtime
from app.queries.people import find_person_by_email
from app.security.keys import signing_key
from app.services.factors.removing import reset as reset_factors
from app.services.factors.totp_secrets import reseal_all
from app.services.webhooks import secrets

commands = typer.Typer(help="Reset second factors, and encrypt them anew after a rotation.", no_args_is_help=True)


@commands.command()
def reset(
    email: Annotated[str, typer.Argument(help="The address that the person logs in with.")],
    reason: Annotated[str, typer.Option(help="How you made sure who asks. Recorded.")],
) -> None:
    """Remove all second factors of a person who has lost them, end their sessions, and email them."""

    async def act(runtime: Runtime) -> int:
        async with operators_work(runtime) as work:
            person = await find_person_by_email(work.session, email, lock=True)
            if person is None:
                raise CannotStart(f"Nobody logs in with {email}.")
            return await reset_factors(work, person, reason)

    count = in_database(act, recorded_as="factors reset")
    typer.echo(
        f"Removed {count} second factor{'s' if count != 1 else ''} of {email}. The worker will tell them by email."
    )


@commands.command()
def reseal() -> None:
    """Encrypt the secrets of authenticator apps and of webhooks with SECRET_KEY, before you leave SECRET_KEY_PREVIOUS
    out."""

    async def act(runtime: Runtime) -> tuple[int, int]:
        async with operators_work(runtime) as work:
            count, lost = await reseal_all(work, signing_key(runtime.settings))
            more, more_lost = await secrets.reseal_all(work, signing_key(runtime.settings))
            return count + more, lost + more_lost

    count, lost = in_database(act, recorded_as="factors reseal")
    typer.echo(f"{count} secrets, {lost} of them unreadable with either key.")
    if lost:
        raise typer.Exit(1)
