"""Create and list the awarding organisation's staff."""

import sys
from typing import Annotated

import typer

from app.cli.common import in_database, operators_work
from app.cli.runtime import CannotStart, Runtime
from app.domain.actors import Actor, ActorKind, StaffRole
from app.domain.preconditions import ANY_VERSION
from app.queries.people import find_person_by_email, find_staff_record
from app.schemas.staff import StaffMember, StaffMemberCreate, StaffMemberQuery, StaffMemberUpdate
from app.services import staff as services
from app.services.people import PersonDetails

commands = typer.Typer(help="Create and list staff accounts.", no_args_is_help=True)

_READER = Actor(ActorKind.PERSON, name="The operator", staff_roles=frozenset({StaffRole.ADMINISTRATOR}))


@commands.command()
def create(
    email: Annotated[str, typer.Option(help="The address to log in with.")],
    first_name: Annotated[str, typer.Option()],
    last_name: Annotated[str, typer.Option()],
    role: Annotated[list[StaffRole], typer.Option(help="May be repeated.")],
    job_title: Annotated[str | None, typer.Option()] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read a password from standard input, and send no email.")
    ] = False,
) -> None:
    """Create a staff account. Without --password-stdin, the log-in details are emailed to the new member of staff."""
    body = StaffMemberCreate(first_name=first_name, last_name=last_name, email=email, job_title=job_title, roles=role)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None

    async def act(runtime: Runtime) -> None:
        async with operators_work(runtime) as work:
            if password is None:
                await services.create(work, body)
            else:
                work.session.unbroken = True
                details = PersonDetails(body.first_name, body.last_name, body.job_title, body.email, None)
                _, person = await services.create_staff(work, details, body.roles)
                await services.set_password(work, person, password)

    in_database(act, recorded_as="staff create")
    next_step = "The worker will email the log-in details." if password is None else "The password is set."
    typer.echo(f"Created {body.email} with the role {', '.join(role)}. {next_step}")


@commands.command()
def grant(
    email: Annotated[str, typer.Option(help="The address that the staff member logs in with.")],
    role: Annotated[list[StaffRole], typer.Option(help="May be repeated.")],
) -> None:
    """Give a staff member further roles, without the confirmation of a second administrator. It is recorded."""

    async def act(runtime: Runtime) -> list[StaffRole]:
        async with operators_work(runtime) as work:
            person = await find_person_by_email(work.session, email)
            row = await find_staff_record(work.session, person.id) if person is not None else None
            if row is None:
                raise CannotStart(f"No staff member has the address {email}.")
            body = StaffMemberUpdate(roles=[each for each in StaffRole if each in role or each.value in row.roles])
            return (await services.update(work, row, ANY_VERSION, body)).roles

    held = in_database(act, recorded_as=f"staff grant {' '.join(role)}")
    typer.echo(f"{email} now has the role {', '.join(held)}.")


@commands.command("list")
def list_() -> None:
    """List all staff, including deactivated accounts."""

    async def act(runtime: Runtime) -> list[StaffMember]:
        found: list[StaffMember] = []
        query = StaffMemberQuery(limit=100)
        async with operators_work(runtime) as work:
            work.actor = _READER
            while True:
                page = await services.list_all(work, query)
                found += page.items
                if page.next_cursor is None:
                    return found
                query = query.model_copy(update={"cursor": page.next_cursor})

    for member in in_database(act):
        ended = "" if member.active else "  (deactivated)"
        typer.echo(f"{member.email}  {member.first_name} {member.last_name}  {', '.join(member.roles)}{ended}")
