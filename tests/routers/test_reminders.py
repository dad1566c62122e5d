"""Reminders by hand, and when each was sent."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.models import Person
from tests.clock import MovableClock
from tests.world import Login, TestCentre, World

(REMIND,) = [task for task in RECURRING if task.name == "remind"]


@pytest.fixture
def means(world: World) -> Means:
    return Means.of(world.database, world.settings, world.store, world.clock)


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


async def _send(world: World, login: Login, application: dict[str, Any], **body: Any) -> httpx.Response:
    given = {"kind": "draft_stands_still", "about_id": application["id"]} | body
    path = f"/v1/applications/{application['id']}/reminders"
    return await world.client.post(path, json=given, headers=login.headers)


async def _listed(world: World, login: Login, application: dict[str, Any]) -> list[dict[str, Any]]:
    found = await world.get(f"/v1/applications/{application['id']}/reminders", login)
    return list(found["items"])


async def test_who_may_send_and_read_reminders(world: World, centre: TestCentre) -> None:
    draft = await world.application(centre)
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    assert (await _send(world, centre.super_user, draft)).status_code == 403
    assert (await _send(world, administrator, draft)).status_code == 403
    assert (await _send(world, (await world.centre()).super_user, draft)).status_code == 404
    path = f"/v1/applications/{draft['id']}/reminders"
    assert (await world.client.get(path)).status_code == 401
    assert (await world.client.get(path, headers=centre.user.headers)).status_code == 403


@pytest.mark.parametrize(
    "body", [{"kind": "return_due"}, {"about_id": str(uuid7())}, {"kind": "late"}, {"kind": "invoice_overdue"}]
)
async def test_there_must_be_something_to_remind_of(world: World, centre: TestCentre, body: dict[str, str]) -> None:
    draft = await world.application(centre)
    answer = await _send(world, await world.staff(StaffRole.CUSTOMER_EXPERIENCE), draft, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_remind_of")
    assert await _listed(world, centre.super_user, draft) != []


async def test_a_reminder_by_hand_shows_who_sent_it_and_does_not_go_out_by_itself_again(
    world: World, centre: TestCentre, means: Means, clock: MovableClock
) -> None:
    draft, staff = await world.application(centre), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    (waiting,) = await _listed(world, staff, draft)
    assert waiting["kind"] == "draft_stands_still"
    assert (waiting["open"], waiting["sent"]) == (True, [])
    assert waiting["about_at"][:10] == "2026-06-01"
    assert waiting["sends_at"][:10] == "2026-06-15"
    sent = await _send(world, staff, draft)
    assert sent.status_code == 201
    (first,) = sent.json()["sent"]
    assert first["sent_by_name"] == staff.name
    await world.run_jobs()
    (letter,) = world.mail(subject="waits for you")
    assert letter.to == (centre.super_user.email,)
    assert (await world.get(f"/v1/letters/{first['letter_id']}", staff))["status"] == "sent"
    again = await _send(world, staff, draft)
    assert [len(each["sent"]) for each in (sent.json(), again.json())] == [1, 2]
    (seen,) = await _listed(world, centre.super_user, draft)
    assert {each["sent_by_name"] for each in seen["sent"]} == {"AIM Qualifications and Assessment Group"}
    assert seen["sends_at"] is None
    timeline = await world.get(f"/v1/applications/{draft['id']}/timeline?limit=100", centre.super_user)
    told = [event["summary"] for event in timeline["items"] if event["type"] == "application.reminded"]
    assert told == ["Reminder sent: The draft stands still"] * 2
    await world.run_jobs()
    clock.move(timedelta(days=15))
    await run_recurring(means, REMIND)
    await world.run_jobs()
    assert len(world.mail(subject="waits for you")) == 2


@pytest.mark.requirement("R05")
async def test_alerts_of_staff_are_not_shown_to_the_centre(
    world: World, centre: TestCentre, means: Means, clock: MovableClock
) -> None:
    submitted = await world.application(centre, Status.SUBMITTED)
    clock.move(timedelta(days=10))
    await run_recurring(means, REMIND)
    people = [await world.staff(StaffRole.CUSTOMER_EXPERIENCE, new=True), centre.super_user]
    async with world.database.transaction() as session:
        persons = [await session.get_one(Person, login.id) for login in people]
    staff, super_user = [await world.log_in(person) for person in persons]
    assert [each["kind"] for each in await _listed(world, staff, submitted)] == ["late", "late_escalated"]
    assert await _listed(world, super_user, submitted) == []
    timeline = await world.get(f"/v1/applications/{submitted['id']}/timeline?limit=100", super_user)
    assert "application.reminded" not in {event["type"] for event in timeline["items"]}
    sent = await _send(world, staff, submitted, kind="late", about_id=submitted["id"])
    assert len(sent.json()["sent"]) == 2


async def test_a_reminder_that_nothing_calls_for_any_more_is_still_shown(world: World, centre: TestCentre) -> None:
    draft, staff = await world.application(centre), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    await _send(world, staff, draft)
    await world.step(centre.super_user, draft["id"], "withdrawal", {"reason": "We apply next year."})
    (old,) = await _listed(world, staff, draft)
    assert (old["open"], old["sends_at"], len(old["sent"])) == (False, None, 1)
    assert (await _send(world, staff, draft)).status_code == 409


@pytest.mark.requirement("R05")
async def test_the_alert_of_late_log_in_details_is_sent_by_hand_too(
    world: World, centre: TestCentre, clock: MovableClock
) -> None:
    received = await world.received()
    path = f"/v1/initial-applications/{received['id']}"
    login = await world.staff(StaffRole.FINANCE)

    async def send() -> httpx.Response:
        return await world.client.post(f"{path}/late-alert", headers=login.headers)

    assert (await send()).json()["code"] == "nothing_to_remind_of"
    assert (await world.get(path, login))["late_alert_sent_at"] is None
    clock.move(timedelta(days=3))
    login = await world.staff(StaffRole.FINANCE, new=True)
    sent = await send()
    assert sent.status_code == 202, sent.text
    assert (await world.get(path, login))["late_alert_sent_at"] == sent.json()["sent_at"]
    await world.run_jobs()
    (alert,) = world.mail("applications@aim-group.org.uk", "log-in details")
    assert received["reference"] in alert.text
    (letter,) = [await world.get(f"/v1/letters/{sent.json()['letter_id']}", login)]
    assert letter["status"] == "sent"
    clock.move(timedelta(minutes=1))
    assert (await send()).status_code == 202, "also again"
