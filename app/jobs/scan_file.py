"""Scan one uploaded file and note what the scanner says.

No transaction is open while the scanner works. While it is down, the job is retried: a file is never given up.
"""

from datetime import timedelta

import structlog

from app.domain.uploads import ScanState
from app.integrations.storage import ObjectMissing
from app.integrations.virus_scan import CannotScan, ScannerFault, scanner_of
from app.jobs.means import Means
from app.queries.scans import FileRef, find_file
from app.services import scans
from app.services.scans import Outcome

log = structlog.get_logger(__name__)

# An error may be the scanner's or the file's. After this time it counts as the file's.
_FAULTS_FOR = timedelta(hours=1)


async def scan_file(means: Means, payload: str) -> None:
    """Scan the file of a job, unless it has a verdict already or scanning is off.

    Raises `ScannerUnavailable` to be retried, and `CannotScan` to be held, for an administrator to retry.
    """
    ref, asked_at = scans.parse_job(payload)
    async with means.work() as work:
        row = await find_file(work.session, ref)
        needs_none = row is None or row.redacted_at is not None
        has_verdict = row is not None and row.scan_state in (ScanState.CLEAN, ScanState.INFECTED)
    if needs_none or has_verdict or scanner_of(means.settings) is None:
        return
    try:
        await scan_now(means, ref)
    except ScannerFault as error:
        if means.clock() - asked_at < _FAULTS_FOR:
            raise
        raise CannotScan(f"The scanner always fails on it: {error}.") from error


async def note_unscanned(means: Means, payload: str, reason: str) -> None:
    """Note that the scanner cannot judge the file. People are told; it waits for another version, or for a retry."""
    ref, _ = scans.parse_job(payload)
    async with means.work() as work:
        row = await find_file(work.session, ref)
        if row is not None and row.redacted_at is None and row.scan_state is not ScanState.FAILED:
            await scans.conclude(work, ref, Outcome(ScanState.FAILED, reason), begun_at=work.now)


async def scan_now(means: Means, ref: FileRef) -> Outcome | None:
    """Scan the file, whatever its state is, and note the outcome; None if there is no such file or no scanner.

    Raises `ScannerUnavailable`, `CannotScan` and `StorageUnavailable`.
    """
    async with means.work() as work:
        row = await find_file(work.session, ref)
        there = row is not None and row.redacted_at is None
        key, begun_at = (row.storage_key if row is not None and there else ""), work.now
    scanner = scanner_of(means.settings)
    if scanner is None or not key:
        return None
    try:
        virus = await scanner.scan(await means.store.open(key))
    except ObjectMissing as error:
        if await _was_redacted(means, ref):
            return None
        raise CannotScan("The document store has lost the file.") from error
    outcome = Outcome(ScanState.CLEAN) if virus is None else Outcome(ScanState.INFECTED, virus)
    async with means.work() as work:
        await scans.conclude(work, ref, outcome, begun_at=begun_at)
    log.info("file_scanned", file=str(ref), outcome=outcome.state.value)
    return outcome


async def _was_redacted(means: Means, ref: FileRef) -> bool:
    """True if the content was removed while the job was about to read it."""
    async with means.work() as work:
        row = await find_file(work.session, ref)
        return row is None or row.redacted_at is not None
