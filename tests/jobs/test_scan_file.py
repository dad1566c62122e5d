"""Scans by jobs: faults of the scanner, two workers, late results, and files that nobody has asked about."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actors import StaffRole
from app.domain.uploads import ScanState
from app.domain.workflow import Status
from app.integrations.virus_scan import CannotScan, ScannerUnavailable
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.scan_file import scan_file, scan_now
from app.jobs.schedule import RECURRING, run_recurring
from app.queries.scans import FileRef, FileTable
from app.services import scans
from app.services.scans import Outcome, job_for
from app.settings import Settings
from tests.clock import MovableClock
from tests.integrations.file_samples import pdf
from tests.jobs.conftest import Query
from tests.scanner import Daemon, answering, infected_pdf
from tests.world import TestCentre, World

(SWEEP,) = [task for task in RECURRING if task.name == "scan_waiting_files"]


@pytest.fixture
def settings(settings: Settings, scanner: Daemon) -> Settings:
    return settings.model_copy(update={"clamd": scanner.address})


async def _uploaded(world: World, centre: TestCentre, content: bytes = pdf()) -> tuple[FileRef, str]:
    """A policy version that waits for the scanner, which is down, and its application."""
    draft = await world.draft(centre)
    shown = await world.upload(centre.user, draft["id"], "appeals", content)
    assert shown["current_version"]["scan_state"] == "pending"
    return FileRef(FileTable.POLICY_VERSIONS, UUID(shown["current_version"]["id"])), draft["id"]


async def _states(query: Query) -> list[Any]:
    return [row[0] for row in await query("SELECT scan_state FROM policy_versions ORDER BY id")]


async def test_while_the_scanner_is_down_the_job_is_retried(means: Means, world: World, query: Query) -> None:
    ref, _ = await _uploaded(world, await world.centre())
    with pytest.raises(ScannerUnavailable):
        await scan_file(means, job_for(ref, means.clock()))
    await run_queued_jobs(means)
    assert await _states(query) == ["pending"]
    (job,) = await query("SELECT status::text, execute_after > now() FROM pgqueuer WHERE entrypoint = 'scan_file'")
    assert tuple(job) == ("queued", True)


async def test_a_redacted_file_waits_for_no_scanner(means: Means, world: World, query: Query) -> None:
    """Neither its own job, nor the sweep, nor a result that comes late."""
    ref, _ = await _uploaded(world, await world.centre())
    body = {"file_kind": "policy_version", "file_id": str(ref.id), "reason": "other", "explanation": "It is wrong."}
    await world.post("/v1/file-redactions", body, await world.staff(StaffRole.CUSTOMER_EXPERIENCE))
    await scan_file(means, job_for(ref, means.clock()))
    assert await scan_now(means, ref) is None
    await query("DELETE FROM pgqueuer WHERE entrypoint = 'scan_file' RETURNING id")
    await run_recurring(means, SWEEP)
    assert await query("SELECT id FROM pgqueuer WHERE entrypoint = 'scan_file'") == []
    async with means.work() as work:
        await scans.conclude(work, ref, Outcome(ScanState.INFECTED, "Eicar"), begun_at=work.now)
    assert await _states(query) == ["pending"]
    assert "file_unscanned_oldest_seconds 0" in (await world.client.get("/metrics")).text


async def test_an_error_that_stays_counts_as_the_files(
    means: Means, world: World, query: Query, clock: MovableClock
) -> None:
    ref, _ = await _uploaded(world, await world.centre())
    asked = job_for(ref, clock())
    async with answering(b"stream: Can't allocate memory ERROR\0") as address:
        broken = Means.of(
            means.database, means.settings.model_copy(update={"clamd": address}), means.store, means.clock
        )
        with pytest.raises(ScannerUnavailable):
            await scan_file(broken, asked)
        clock.move(timedelta(minutes=61))
        with pytest.raises(CannotScan):
            await scan_file(broken, asked)
        assert await _states(query) == ["pending"]


async def test_two_workers_scan_one_file_and_tell_once(
    means: Means, world: World, query: Query, scanner: Daemon
) -> None:
    centre = await world.centre()
    ref, _ = await _uploaded(world, centre, infected_pdf())
    scanner.start()
    job = job_for(ref, means.clock())
    await asyncio.gather(*(scan_file(means, job) for _ in range(4)))
    assert await _states(query) == ["infected"]
    assert len(await query("SELECT id FROM events WHERE type = 'file.scanned'")) == 1
    assert len(await query("SELECT id FROM emails WHERE kind = 'file_refused_by_scanner'")) == 1


async def test_the_scan_that_began_last_has_the_last_word(
    means: Means, world: World, query: Query, clock: MovableClock
) -> None:
    """A slow scan with old signatures must not undo what a later one found."""
    ref, _ = await _uploaded(world, await world.centre())
    slow_scan_began = clock()
    clock.move(timedelta(minutes=1))
    async with means.work() as work:
        await scans.conclude(work, ref, Outcome(ScanState.INFECTED, "Virus"), begun_at=clock())
    clock.move(timedelta(minutes=1))
    async with means.work() as work:
        await scans.conclude(work, ref, Outcome(ScanState.CLEAN), begun_at=slow_scan_began)
    assert await _states(query) == ["infected"]
    async with means.work() as work:
        await scans.conclude(work, ref, Outcome(ScanState.CLEAN), begun_at=clock())
    assert await _states(query) == ["clean"]
    assert await query("SELECT scan_detail FROM policy_versions WHERE scan_detail IS NOT NULL") == []


async def test_nobody_is_told_of_a_version_that_was_replaced(
    means: Means, world: World, query: Query, scanner: Daemon
) -> None:
    centre = await world.centre()
    _, application = await _uploaded(world, centre, infected_pdf())
    await world.upload(centre.user, application, "appeals", pdf())
    scanner.start()
    await run_queued_jobs(means)
    assert await _states(query) == ["infected", "clean"]
    assert await query("SELECT id FROM emails WHERE kind = 'file_refused_by_scanner'") == []


async def test_a_letter_is_not_sent_once_the_file_was_replaced(
    means: Means, world: World, query: Query, scanner: Daemon
) -> None:
    centre = await world.centre()
    ref, application = await _uploaded(world, centre, infected_pdf())
    scanner.start()
    await scan_file(means, job_for(ref, means.clock()))
    await world.upload(centre.user, application, "appeals", pdf())
    await run_queued_jobs(means)
    assert [row[0] for row in await query("SELECT status FROM emails WHERE kind = 'file_refused_by_scanner'")] == [
        "not_needed"
    ]


async def test_the_scanner_switched_off_leaves_the_job_with_nothing_to_do(
    means: Means, world: World, query: Query
) -> None:
    ref, _ = await _uploaded(world, await world.centre())
    off = Means.of(means.database, means.settings.model_copy(update={"virus_scan": "off"}), means.store, means.clock)
    await scan_file(off, job_for(ref, means.clock()))
    assert await scan_now(off, ref) is None
    assert await _states(query) == ["pending"]


async def test_a_file_that_the_store_has_lost_has_failed(
    means: Means, world: World, query: Query, scanner: Daemon
) -> None:
    ref, _ = await _uploaded(world, await world.centre())
    ((key,),) = await query("SELECT storage_key FROM policy_versions")
    await means.store.delete(key)
    scanner.start()
    await run_queued_jobs(means)
    ((state, detail),) = await query("SELECT scan_state, scan_detail FROM policy_versions")
    assert state == "failed"
    assert "lost the file" in detail
    assert ref.table is FileTable.POLICY_VERSIONS


async def test_files_from_before_and_lost_jobs_are_swept_up_once(
    means: Means, world: World, query: Query, scanner: Daemon
) -> None:
    """With no noise about those that are clean."""
    centre = await world.centre()
    await _uploaded(world, centre)
    await world.agreement()
    await query("DELETE FROM pgqueuer RETURNING id")
    for table in ("policy_versions", "documents"):
        await query(f"UPDATE {table} SET scan_state = NULL RETURNING id")
    for _ in range(2):
        await run_recurring(means, SWEEP)
    assert len(await query("SELECT id FROM pgqueuer WHERE entrypoint = 'scan_file'")) == 3
    scanner.start()
    await run_queued_jobs(means)
    assert await _states(query) == ["clean"]
    assert [row[0] for row in await query("SELECT scan_state FROM documents")] == ["clean", "clean"]
    assert await query("SELECT id FROM events WHERE type = 'file.scanned'") == []
    await run_recurring(means, SWEEP)
    assert await query("SELECT id FROM pgqueuer WHERE entrypoint = 'scan_file'") == []


async def test_a_virus_that_new_signatures_find_is_told_to_staff(
    means: Means, world: World, query: Query, scanner: Daemon
) -> None:
    """The application is submitted, so the centre can do nothing; our own document is the administrators' to mend."""
    scanner.start()
    centre = await world.centre()
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    await world.application(centre, Status.SUBMITTED)
    await run_queued_jobs(means)
    for table in (FileTable.POLICY_VERSIONS, FileTable.DOCUMENTS):
        ((id_,),) = await query(f"SELECT id FROM {table} ORDER BY id LIMIT 1")
        async with means.work() as work:
            await scans.conclude(work, FileRef(table, id_), Outcome(ScanState.INFECTED, "New"), begun_at=means.clock())
    await run_queued_jobs(means)
    sent = world.mail(subject="did not pass the virus scan")
    assert len(sent) == 2
    assert {address for mail in sent for address in mail.to} >= {administrator.email, manager.email}
    assert any("Return the application" in mail.text for mail in sent)
    assert any("Publish a clean version" in mail.text for mail in sent)


async def test_a_record_stays_a_record(world: World, query: Query) -> None:
    """Only what the scanner says can change (R24)."""
    await _uploaded(world, await world.centre())
    await query("UPDATE policy_versions SET scan_state = 'clean', scan_detail = NULL, scanned_at = now() RETURNING id")
    for change in ("sha256 = 'x'", "scan_state = 'infected', number = 7", "inspection_state = 'refused'"):
        with pytest.raises(Exception, match="append-only"):
            await query(f"UPDATE policy_versions SET {change} RETURNING id")
