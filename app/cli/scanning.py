"""Scan stored files for viruses, with a progress bar."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import typer

from app.cli.common import in_database
from app.cli.runtime import CannotStart, Runtime
from app.domain.uploads import ScanState
from app.integrations.storage import StorageError
from app.integrations.virus_scan import CannotScan, ScannerUnavailable
from app.jobs.means import Means
from app.jobs.scan_file import note_unscanned, scan_now
from app.places import SCANS
from app.queries.scans import FileRef, FileTable, count_files, list_files
from app.services.scans import job_for

_PAGE = 200
_START = UUID(int=0)


def scan(
    everything: Annotated[
        bool, typer.Option("--all", help="Scan the files that have a verdict too, for new signatures.")
    ] = False,
) -> None:
    """Scan the files that the virus scanner has not judged: from before it was on, waiting, or failed.

    Exits with status 1 unless every file is clean. Can be stopped and run again.
    """
    counts = in_database(lambda runtime: _scan(runtime, everything=everything))
    typer.echo(", ".join(f"{counts[state]:,} {state}" for state in (*_VERDICTS, _UNREAD)) + ".")
    if counts.total() > counts[ScanState.CLEAN]:
        raise typer.Exit(1)


_UNREAD = "not read"
_VERDICTS = (ScanState.CLEAN, ScanState.INFECTED, ScanState.FAILED)


async def _scan(runtime: Runtime, *, everything: bool) -> Counter[str]:
    if not runtime.settings.scanning:
        raise CannotStart("There is no virus scanner: set CLAMD__HOST or CLAMD__SOCKET, and not VIRUS_SCAN=off.")
    means = Means.of(runtime.database, runtime.settings, runtime.store, runtime.clock)
    async with means.work() as work:
        total = await count_files(work.session, everything=everything)
    counts: Counter[str] = Counter()
    with typer.progressbar(length=total, label="Scanning", file=sys.stderr) as bar:
        async for page in _pages(means, everything=everything):
            for at in range(0, len(page), SCANS.at_once):
                some = page[at : at + SCANS.at_once]
                for ref, (verdict, detail) in zip(
                    some, await asyncio.gather(*(_verdict(means, ref) for ref in some)), strict=True
                ):
                    counts[verdict] += 1
                    if verdict != ScanState.CLEAN:
                        typer.echo(f"\n{ref}: {verdict}: {detail}", err=True)
                bar.update(len(some))
    return counts


async def _pages(means: Means, *, everything: bool) -> AsyncIterator[list[FileRef]]:
    for table in FileTable:
        last = _START
        while True:
            async with means.work() as work:
                ids = await list_files(work.session, table, last, everything=everything, limit=_PAGE)
            if not ids:
                break
            yield [FileRef(table, id_) for id_ in ids]
            last = ids[-1]


async def _verdict(means: Means, ref: FileRef) -> tuple[str, str | None]:
    try:
        outcome = await scan_now(means, ref)
    except CannotScan as error:
        await note_unscanned(means, job_for(ref, means.clock()), str(error))
        return ScanState.FAILED, str(error)
    except StorageError as error:
        return _UNREAD, str(error)
    except ScannerUnavailable as error:
        raise CannotStart(f"The virus scanner does not answer: {error}. Run the command again to go on.") from error
    assert outcome is not None, "no file is ever deleted"
    return outcome.state, outcome.detail
