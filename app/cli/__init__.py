"""The operator's commands. Each uses the embedded database of `DATA_DIR` where `DATABASE_URL` is not set."""

import sys
from typing import Annotated

import typer

from app.cli import demonstration, doctor, documents, factors, generated, jobs, mail, running, shell, staff
from app.cli.common import sentence_about
from app.version import NAME, version

app = typer.Typer(
    help="The centre recognition API. `run` starts everything that is needed to try it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(NAME, version())
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


app.command()(running.run)
app.command()(running.serve)
app.command("serve-one", hidden=True)(running.serve_one)
app.command()(running.worker)
app.command()(running.migrate)
app.command()(doctor.doctor)
app.command()(demonstration.demo)
app.command()(shell.shell)
app.add_typer(staff.commands, name="staff")
app.add_typer(factors.commands, name="factors")
app.add_typer(documents.commands, name="documents")
app.add_typer(mail.commands, name="mail")
app.add_typer(jobs.commands, name="jobs")
app.command()(generated.contract)
app.command()(generated.flowchart)
app.command()(generated.inventory)


def main() -> None:
    """Run the command; what the operator can mend is told in one sentence, and ends with status 1."""
    try:
        app()
    except Exception as error:
        sentence = sentence_about(error)
        if sentence is None:
            raise
        print(f"error: {sentence}", file=sys.stderr)
        raise SystemExit(1) from None
