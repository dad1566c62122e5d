"""The documents that centres read and agree to."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import in_database, operators_work
from app.cli.runtime import Runtime
from app.cli.scanning import scan
from app.domain.documents import DocumentKind
from app.schemas.documents import Document
from app.services import documents as services
from app.services.uploads import Upload

commands = typer.Typer(help="Publish the agreement, the code of conduct and the guides.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Publish the agreement, the code of conduct and the guides."""


commands.command()(scan)


@commands.command()
def publish(
    kind: Annotated[DocumentKind, typer.Argument(help="The kind of document.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A PDF.")],
    title: Annotated[str | None, typer.Option(help="The title, if not the usual one.")] = None,
) -> None:
    """Publish a new version of a document.

    If centres have to agree to it, those with an unsubmitted application are told.
    """

    async def act(runtime: Runtime) -> Document:
        with file.open("rb") as content:
            async with operators_work(runtime) as work:
                return await services.publish(work, runtime.store, kind, title, Upload(content, file.name, None))

    document = in_database(act, with_store=True)
    typer.echo(f"Published {document.title}, version {document.version} (SHA-256 {document.sha256}).")
