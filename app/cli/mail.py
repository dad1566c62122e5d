"""Development mail, captured instead of sent."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.runtime import CannotStart, read_settings
from app.integrations.mailer import CapturedMail, read_captured

commands = typer.Typer(help="Read the mail captured when no SMTP relay is configured.", no_args_is_help=True)

To = Annotated[str | None, typer.Option(help="Only mail to this address.")]


def _folder() -> Path:
    return read_settings().data_dir / "mail"


def _numbered(to: str | None) -> list[tuple[int, CapturedMail]]:
    numbered = enumerate(read_captured(_folder()), start=1)
    return [(number, mail) for number, mail in numbered if to is None or to.casefold() in map(str.casefold, mail.to)]


@commands.command("list")
def list_(to: To = None) -> None:
    """List the messages, oldest first, with the number that 'show' takes."""
    for number, mail in _numbered(to):
        typer.echo(f"{number:>4}  {mail.date:%Y-%m-%d %H:%M}  {', '.join(mail.to)}  {mail.subject}")


@commands.command()
def show(
    number: Annotated[
        int | None, typer.Argument(help="The message's number in the list. Defaults to the newest message.")
    ] = None,
    to: To = None,
) -> None:
    """Show one message as text, and the path of its file."""
    found = [(at, mail) for at, mail in _numbered(to) if number is None or at == number]
    if not found:
        raise CannotStart(f"There is no such mail in {_folder()}.")
    _, mail = found[-1]
    typer.echo(f"To: {', '.join(mail.to)}\nDate: {mail.date.isoformat()}\nSubject: {mail.subject}\n\n{mail.text}")
    for attachment in mail.attachments:
        typer.echo(f"Attached: {attachment.filename} ({attachment.media_type}, {len(attachment.content)} bytes)")
    typer.echo(f"File: {mail.path}")
