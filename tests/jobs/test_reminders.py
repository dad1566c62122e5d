"""Reminders go out by themselves, each once for its moment, and not where somebody sent them by hand."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from app.domain.actions import ActionStatus
from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.integrations.mailer import CapturedMail
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.models import Action
from app.samples import casework
from app.services.story import staff as staffs_part
from tests.clock import MovableClock
from tests.jobs.conftest import Query, system_work
from tests.jobs.post import Post
from tests.routers.review_stage import case_in_review
from tests.world import World

HELP = "applications@aim-group.org.uk"
LINK = "https://meet.example.com/harbour"
(REMIND,) = [task for task in RECURRING if task.name == "remind"]
(NOTE_OVERDUE,) = [task for task in RECURRING if task.name == "note_overdue_actions"]
(NOTE_OVERDUE_INVOICES,) = [task for task in RECURRING if task.name == "note_overdue_invoices"]


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


async def _reminded(post: Post) -> dict[str, CapturedMail]:
    """Run the job twice, and return the letters that went out."""
    await run_recurring(post.means, REMIND)
    await run_recurring(post.means, REMIND)
    return await post.new()


@pytest.mark.requirement("R11")
async def test_a_draft_that_stands_still(world: World, post: Post, clock: MovableClock, query: Query) -> None:
    centre = await world.centre()
    draft = await world.application(centre, Status.DRAFT)
    await post.new()
    clock.move(timedelta(days=13, hours=23))
    assert await _reminded(post) == {}
    clock.move(timedelta(hours=2))
    mail = await _reminded(post)
    assert mail["application_stands_still"].to == (centre.super_user.email,)
    assert "has not changed since Monday 1 June 2026" in mail["application_stands_still"].text
    clock.move(timedelta(days=20))
    assert await _reminded(post) == {}
    change = "UPDATE applications SET changed_at = :now WHERE id = :id RETURNING id"
    await query(change, now=clock(), id=UUID(draft["id"]))
    clock.move(timedelta(days=15))
    assert set(await _reminded(post)) == {"application_stands_still"}


@pytest.mark.requirement("R17")
async def test_a_return_before_and_after_its_answer_by_date(world: World, post: Post, clock: MovableClock) -> None:
    centre = await world.centre()
    submitted = await world.application(centre, Status.SUBMITTED)
    customer_experience = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    items: list[dict[str, Any]] = [dict(item) for item in casework.RETURN["items"]]
    items[0]["answer_by"] = date(2026, 6, 11).isoformat()
    await world.step(customer_experience, submitted["id"], "reviews", casework.RETURN | {"items": items})
    await post.new()
    clock.move(timedelta(days=7, hours=13))
    assert await _reminded(post) == {}, "Monday, 22:00"
    clock.move(timedelta(hours=2))
    before = (await _reminded(post))["return_unanswered"]
    assert before.to == (centre.super_user.email,)
    assert before.subject == f"Answer by Thursday 11 June 2026 ({submitted['reference']})"
    assert items[0]["asked"][:40] in before.text
    clock.move(timedelta(days=2, hours=22))
    assert await _reminded(post) == {}
    clock.move(timedelta(hours=2))
    after = (await _reminded(post))["return_unanswered"]
    assert "We have not had your answers yet" in after.subject
    assert "That day has passed" in after.text
    clock.move(timedelta(days=30))
    assert await _reminded(post) == {}


@pytest.mark.requirement("R19")
async def test_an_interview_that_is_near_also_after_it_was_moved(world: World, post: Post, clock: MovableClock) -> None:
    case = await case_in_review(world)
    interview = await case.arranged()
    await post.new()
    clock.move(timedelta(minutes=1))
    soon = (await _reminded(post))["interview_soon"]
    assert {case.centre.super_user.email, case.lead.email} <= set(soon.to)
    assert f'<a href="{LINK}"' in soon.html
    starts = clock() + timedelta(days=3)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    await case.send(case.lead, f"interviews/{interview['id']}", times, interview["etag"], method="PATCH")
    await post.new()
    assert await _reminded(post) == {}
    clock.move(timedelta(days=2, minutes=1))
    assert set(await _reminded(post)) == {"interview_soon"}
    clock.move(timedelta(days=1))
    assert await _reminded(post) == {}


@pytest.mark.requirement("R23")
async def test_an_action_before_and_after_its_last_day(
    world: World, post: Post, clock: MovableClock, query: Query
) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.ACCEPTED_WITH_ACTIONS)
    await query("UPDATE actions SET status = 'closed' RETURNING id")
    await post.new()
    async with system_work(post.means) as work:
        work.session.add(
            Action(
                id=uuid7(),
                application_id=UUID(application["id"]),
                number=9,
                description="Train the assessors.",
                due_on=clock().date() + timedelta(days=10),
                status=ActionStatus.OPEN,
                created_at=clock(),
            )
        )
    clock.move(timedelta(days=3))
    assert await _reminded(post) == {}
    clock.move(timedelta(days=1))
    due = (await _reminded(post))["action_due"]
    assert due.to == (centre.super_user.email,)
    assert "Train the assessors." in due.text
    clock.move(timedelta(days=7))
    assert await _reminded(post) == {}
    await run_recurring(post.means, NOTE_OVERDUE)
    assert set(await post.new()) == {"action_overdue", "action_overdue_staff"}
    kinds = await query("SELECT kind, sent_by FROM reminders ORDER BY id")
    assert kinds == [("action_due", None), ("action_overdue", None)]


@pytest.mark.requirement("R18")
async def test_an_overdue_invoice_that_somebody_was_first_to_send_goes_out_once(
    world: World, post: Post, clock: MovableClock, query: Query
) -> None:
    """By hand in the minutes between midnight and the job, or while no worker runs."""
    application = await world.application(await world.centre(), Status.AWAITING_PAYMENT)
    clock.move(timedelta(days=31))
    finance = await world.staff(StaffRole.FINANCE, new=True)
    await post.new()
    path = f"/v1/applications/{application['id']}"
    invoice_id = (await world.get(path, finance))["invoice_id"]
    await world.post(f"{path}/reminders", {"kind": "invoice_overdue", "about_id": invoice_id}, finance)
    assert set(await post.new()) == {"invoice_overdue"}
    await run_recurring(post.means, NOTE_OVERDUE_INVOICES)
    assert await post.new() == {}
    noted = "SELECT count(*) FROM events WHERE type = 'invoice.overdue'"
    assert await query(noted) == [(1,)]


@pytest.mark.requirement("R05")
async def test_a_late_review_alerts_its_owner_and_later_the_managers(
    world: World, post: Post, clock: MovableClock
) -> None:
    centre = await world.centre()
    await world.application(centre, Status.SUBMITTED)
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    await post.new()
    clock.move(timedelta(days=7))
    assert await _reminded(post) == {}, "Monday, the fifth working day"
    clock.move(timedelta(days=1))
    late = (await _reminded(post))["application_late"]
    assert late.to == (HELP,)
    assert "Its next step was due on Monday 8 June 2026." in late.text
    clock.move(timedelta(days=1))
    assert await _reminded(post) == {}
    clock.move(timedelta(days=1))
    escalated = (await _reminded(post))["application_late"]
    assert escalated.to == (manager.email,)
    assert escalated.subject.startswith("Still late")
    clock.move(timedelta(days=30))
    assert await _reminded(post) == {}


@pytest.mark.requirement("R05")
async def test_the_owner_is_told_a_day_before_the_managers_also_when_the_job_had_not_run(
    world: World, post: Post, clock: MovableClock
) -> None:
    await world.application(await world.centre(), Status.SUBMITTED)
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    await post.new()
    clock.move(timedelta(days=20))
    assert (await _reminded(post))["application_late"].to == (HELP,)
    assert world.mail(manager.email, "Still late") == []
    clock.move(timedelta(hours=23))
    assert await _reminded(post) == {}
    clock.move(timedelta(hours=2))
    assert (await _reminded(post))["application_late"].to == (manager.email,)


@pytest.mark.requirement("R05")
async def test_late_stages_belong_to_the_lead_and_the_managers(world: World, post: Post, clock: MovableClock) -> None:
    in_review = await world.application(await world.centre(), Status.IN_REVIEW)
    lead, manager = await world.staff(StaffRole.CENTRE_LEAD), await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    await post.new()
    clock.move(timedelta(days=15, hours=23))
    late = (await _reminded(post))["application_late"]
    assert (late.to, in_review["reference"] in late.subject) == ((lead.email,), True)
    decided = await world.application(await world.centre(), Status.AWAITING_DECISION)
    await post.new()
    clock.move(timedelta(days=8))
    mail = world.mail(manager.email, "Late: ")
    await _reminded(post)
    fresh = world.mail(manager.email, f"Late: application {decided['reference']}")
    assert (len(mail), len(fresh)) == (0, 1)


async def test_what_was_done_meanwhile_is_no_longer_told(world: World, post: Post, clock: MovableClock) -> None:
    centre = await world.centre()
    submitted = await world.application(centre, Status.SUBMITTED)
    await post.new()
    clock.move(timedelta(days=8))
    await run_recurring(post.means, REMIND)
    await world.play(centre, submitted["id"], staffs_part.pass_initial_review)
    assert "application_late" not in await post.new()


async def test_two_workers_send_it_once(world: World, post: Post, clock: MovableClock, query: Query) -> None:
    await world.application(await world.centre(), Status.DRAFT)
    await post.new()
    clock.move(timedelta(days=15))
    await asyncio.gather(*(run_recurring(post.means, REMIND) for _ in range(4)))
    assert set(await post.new()) == {"application_stands_still"}
    assert await query("SELECT count(*) FROM emails WHERE kind = 'application_stands_still'") == [(1,)]
    assert await query("SELECT count(*) FROM reminders") == [(1,)]
    assert await query("SELECT count(*) FROM events WHERE type = 'application.reminded'") == [(1,)]
