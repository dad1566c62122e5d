"""Recurring jobs: all are in the table and run once."""

from datetime import timedelta
from uuid import UUID

import pytest
from pgqueuer import PgQueuer
from uuid_utils.compat import uuid7

from app import outbox
from app.domain.actions import ActionStatus
from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.integrations.mailer import read_captured
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.letters.passwords.changed import PasswordChanged
from app.models import Action, Application
from tests.clock import MovableClock
from tests.jobs.conftest import Query, system_work
from tests.world import World

TASKS = {task.name: task for task in RECURRING}


def test_every_schedule_is_valid() -> None:
    """The scheduler refuses an invalid schedule, and the same name twice at one time."""
    scheduler = PgQueuer.in_memory()
    for task in RECURRING:
        scheduler.schedule(task.name, task.when)
    assert len(TASKS) == len(RECURRING)


@pytest.mark.parametrize("name", TASKS)
async def test_each_job_is_harmless_with_nothing_to_do(means: Means, query: Query, name: str) -> None:
    await run_recurring(means, TASKS[name])
    assert await query("SELECT id FROM emails") == []
    assert await query("SELECT id FROM pgqueuer") == []


@pytest.mark.requirement("R05")
async def test_late_log_in_details_alert_customer_experience_once(
    means: Means, world: World, clock: MovableClock
) -> None:
    first, second = await world.received(), await world.received()
    clock.move(timedelta(days=2, hours=13))
    await run_recurring(means, TASKS["alert_late_log_in_details"])
    assert _alerts(means) == []
    clock.move(timedelta(hours=2))
    for _ in range(2):
        await run_recurring(means, TASKS["alert_late_log_in_details"])
        await run_queued_jobs(means)
        clock.move(timedelta(minutes=5))
    (alert,) = _alerts(means)
    assert first["reference"] in alert
    assert second["reference"] in alert
    assert "Wednesday 3 June 2026" in alert


@pytest.mark.requirement("R23")
async def test_an_overdue_action_is_reported_once(
    means: Means, world: World, clock: MovableClock, query: Query
) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.DRAFT)
    await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    async with system_work(means) as work:
        row = await work.session.get_one(Application, UUID(application["id"]))
        work.session.add(
            Action(
                id=uuid7(),
                application_id=row.id,
                number=1,
                description="Train the assessors.",
                due_on=clock().date(),
                status=ActionStatus.OPEN,
                created_at=clock(),
            )
        )
    await run_recurring(means, TASKS["note_overdue_actions"])
    assert await query("SELECT id FROM events WHERE type = 'action.overdue'") == []
    clock.move(timedelta(days=1))
    for _ in range(2):
        await run_recurring(means, TASKS["note_overdue_actions"])
        await run_queued_jobs(means)
    assert len(await query("SELECT id FROM events WHERE type = 'action.overdue' AND position IS NOT NULL")) == 1
    overdue = read_captured(means.settings.data_dir / "mail", subject_contains="overdue")
    assert {mail.to for mail in overdue} == {
        (centre.super_user.email,),
        ((await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)).email,),
    }


async def test_expired_rows_are_deleted(means: Means, world: World, clock: MovableClock, query: Query) -> None:
    await world.received()
    login = await world.staff(StaffRole.FINANCE)
    assert len(await query("SELECT key FROM idempotent_answers")) == 1
    assert len(await query("SELECT key FROM rate_limits")) >= 1
    clock.move(timedelta(days=6))
    await run_recurring(means, TASKS["forget"])
    assert len(await query("SELECT key FROM idempotent_answers")) == 1
    assert await query("SELECT key FROM rate_limits") == []
    clock.move(timedelta(days=2))
    await run_recurring(means, TASKS["forget"])
    assert await query("SELECT key FROM idempotent_answers") == []
    assert len(await query("SELECT id FROM sessions WHERE person_id = :id", id=login.id)) == 1
    clock.move(timedelta(days=60))
    await run_recurring(means, TASKS["forget"])
    assert await query("SELECT id FROM sessions") == []
    assert await query("SELECT id FROM refresh_tokens") == []


async def test_an_email_whose_job_was_lost_is_still_sent(
    means: Means, world: World, clock: MovableClock, query: Query
) -> None:
    person = await world.person()
    async with means.work() as work:
        await outbox.queue(work, PasswordChanged(person_id=person.id))
    await run_recurring(means, TASKS["mend"])
    assert len(await query("SELECT id FROM pgqueuer")) == 1
    await query("DELETE FROM pgqueuer RETURNING id")
    clock.move(timedelta(minutes=6))
    for _ in range(2):
        await run_recurring(means, TASKS["mend"])
    assert await run_queued_jobs(means) == 1
    assert await query("SELECT status FROM emails") == [("sent",)]


async def test_an_event_whose_job_was_lost_is_still_published(means: Means, world: World, query: Query) -> None:
    await world.received()
    await query("DELETE FROM pgqueuer RETURNING id")
    await run_recurring(means, TASKS["mend"])
    assert await query("SELECT position FROM events WHERE public IS NOT NULL") == [(1,)]


def _alerts(means: Means) -> list[str]:
    return [mail.text for mail in read_captured(means.settings.data_dir / "mail", subject_contains="are late")]
