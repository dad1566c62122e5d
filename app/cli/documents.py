"""The documents that centres read and agree to, and the store of all documents."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import in_database, operators_work
from app.cli.runtime import CannotStart, Runtime
from app.cli.scanning import scan
from app.domain.documents import DocumentKind
from app.integrations.storage import DocumentStore, open_store
from app.queries.stored_files import count_files, redacted_after
from app.schemas.documents import Document
from app.services import documents as services
from app.services.stored_files.checking import check_all
from app.services.stored_files.moving import move_documents
from app.services.stored_files.orphans import orphans, remove_orphan
from app.services.stored_files.ties import adopt_store
from app.services.uploads import Upload
from app.settings import Settings

_AT_ONCE = 1_000

commands = typer.Typer(help="Publish documents, and check or move the document store.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Publish documents, and check or move the document store."""


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

    document = in_database(act, with_store=True, recorded_as="documents publish")
    typer.echo(f"Published {document.title}, version {document.version} (SHA-256 {document.sha256}).")


@commands.command()
def verify(
    repair: Annotated[bool, typer.Option("--repair", help="Delete files that no document names.")] = False,
    grace: Annotated[float, typer.Option(min=1, help="Leave files alone that are younger than so many hours.")] = 24,
) -> None:
    """Compare every document with its size and hash, and find files that no document names.

    Safe while the system serves. Ends with status 1 if a document is missing or altered, or an orphaned file is left.
    """

    async def act(runtime: Runtime) -> int:
        database, store = runtime.database, runtime.store
        async with database.lease(read_only=True) as session:
            total = await count_files(session)
        with _progress("Documents", total) as advance:
            damaged = await check_all(database, store, lambda checked: advance(checked.count))
        for key, damage in damaged.items():
            typer.echo(f"{damage.value}  {key}")
        left = removed = 0
        async for orphan in orphans(database, store, timedelta(hours=grace)):
            gone = repair and await remove_orphan(database, store, orphan)
            removed, left = removed + gone, left + (not gone)
            typer.echo(
                f"{'removed' if gone else 'orphaned'}  {orphan.key}  {orphan.size} bytes, {orphan.modified:%F %R}"
            )
        typer.echo(f"{total} documents: {len(damaged)} damaged. {left} orphaned files, {removed} removed.", err=True)
        return len(damaged) + left

    if in_database(act, with_store=True, recorded_as="documents verify --repair" if repair else None):
        raise typer.Exit(1)


@commands.command()
def redacted() -> None:
    """Print the keys of files whose content was redacted, one on a line: remove them from backups of the documents."""

    async def act(runtime: Runtime) -> list[str]:
        found, position = list[str](), ""
        async with runtime.database.lease(read_only=True) as session:
            while keys := await redacted_after(session, position, _AT_ONCE):
                found += keys
                position = keys[-1]
        return found

    for key in in_database(act):
        typer.echo(key)


@commands.command()
def move(
    to: Annotated[str, typer.Option(help="The new store: file:///folder or s3://bucket/prefix.")],
    from_: Annotated[str | None, typer.Option("--from", help="The old store, if not the configured one.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Judge what is there already by its size, not its hash.")
    ] = False,
) -> None:
    """Copy every document to another store and compare the copies with their hashes.

    Safe while the system serves, and to stop and repeat. It changes no setting and deletes nothing: set
    DOCUMENT_STORE_URL afterwards. Ends with status 1 if a document is damaged where it is now, and so left out.
    """

    async def act(runtime: Runtime) -> int:
        source = _store_at(from_, runtime) if from_ is not None else runtime.store
        target = _store_at(to, runtime)
        if source.url == target.url:
            raise CannotStart("The documents are there already: --to names the store that they come from.")
        async with runtime.database.lease(read_only=True) as session:
            total = await count_files(session)
        with _progress("Copied", total) as advance:
            damaged = await move_documents(runtime.database, source, target, quick=quick, on_copied=advance)
        for key, damage in damaged.items():
            typer.echo(f"{damage.value}  {key}")
        typer.echo(f"{target.url} has every document but {len(damaged)}.", err=True)
        return len(damaged)

    if in_database(act, with_store=from_ is None, recorded_as="documents move"):
        raise typer.Exit(1)


@commands.command()
def adopt() -> None:
    """Make the configured store that of the database, though it has no marker.

    For a store that was restored without its marker, or an empty one because the documents are lost.
    """

    async def act(runtime: Runtime) -> str:
        await adopt_store(runtime.database, runtime.store, runtime.clock)
        return runtime.store.url

    typer.echo(f"{in_database(act, recorded_as='documents adopt')} is the document store of this database.")


def _store_at(url: str, runtime: Runtime) -> DocumentStore:
    settings = Settings.model_validate({"document_store_url": url})
    return open_store(runtime.settings.model_copy(update={"document_store_url": settings.document_store_url}))


@contextmanager
def _progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    with typer.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update
