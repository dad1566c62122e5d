"""Those who pay are reminded of an unpaid invoice before its due date, on it and after it."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.integrations.mailer import CapturedMail
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.samples import answers
from app.settings.reminders import Reminders
from tests.clock import MovableClock
from tests.jobs.conftest import Query
from tests.jobs.post import Post
from tests.pdf.pdf_reading import words
from tests.routers.finance_stage import FEE, Bill
from tests.world import TestCentre, World

(REMIND,) = [task for task in RECURRING if task.name == "remind"]
(NOTE_OVERDUE,) = [task for task in RECURRING if task.name == "note_overdue_invoices"]
DUE = date(2026, 7, 1)
KINDS = {"invoice_due", "invoice_overdue"}


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


@pytest.fixture
async def unpaid(world: World, post: Post, clock: MovableClock, centre: TestCentre) -> Bill:
    """An invoice that is due on 1 July, as seen in June by finance."""
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    await post.new()
    finance = await world.staff(StaffRole.FINANCE)
    found = Bill(world, centre.id, UUID(application["id"]), UUID(application["invoice_id"]), finance)
    assert (await found.shown())["due_on"] == DUE.isoformat()
    return found


async def _on(post: Post, clock: MovableClock, day: int, hour: int = 1) -> dict[str, CapturedMail]:
    """Move to that day after the due date, run the job twice, and return the reminders that went out."""
    at = datetime(DUE.year, DUE.month, DUE.day, hour, tzinfo=clock().tzinfo) + timedelta(days=day)
    clock.move(at - clock())
    await run_recurring(post.means, REMIND)
    await run_recurring(post.means, REMIND)
    return {kind: mail for kind, mail in (await post.new()).items() if kind in KINDS}


async def _days_that_remind(post: Post, clock: MovableClock, days: range) -> list[int]:
    return [day for day in days if await _on(post, clock, day)]


async def _log_in(world: World, bill: Bill) -> Bill:
    """The session has ended while the clock moved."""
    return replace(bill, finance=await world.staff(StaffRole.FINANCE, new=True))


@pytest.mark.requirement("R18")
async def test_each_day_of_the_schedule_once(post: Post, clock: MovableClock, unpaid: Bill, centre: TestCentre) -> None:
    before = (await _on(post, clock, -7))["invoice_due"]
    assert before.to == (f"tom.becker@{answers.domain(centre.run)}",)
    assert before.subject.endswith("is due on Wednesday 1 July 2026")
    assert "in 7 days" in before.text
    assert [each.filename for each in before.attachments] == [f"Invoice {before.subject.split()[1]} (copy).pdf"]
    today = (await _on(post, clock, 0))["invoice_due"]
    assert today.subject.endswith("is due today")
    assert "is due today, Wednesday 1 July 2026" in today.text
    after = (await _on(post, clock, 1))["invoice_overdue"]
    assert after.subject.endswith("is overdue")
    assert "Wednesday 1 July 2026, yesterday" in after.text
    assert await _days_that_remind(post, clock, range(2, 14)) == []
    assert "14 days ago" in (await _on(post, clock, 14))["invoice_overdue"].text
    assert set(await _on(post, clock, 28)) == {"invoice_overdue"}
    assert await _on(post, clock, 200) == {}


async def test_the_day_is_londons(post: Post, clock: MovableClock, unpaid: Bill) -> None:
    assert await _on(post, clock, -8, hour=22) == {}
    assert set(await _on(post, clock, -8, hour=23)) == {"invoice_due"}


async def test_after_an_outage_only_the_latest_goes_out(post: Post, clock: MovableClock, unpaid: Bill) -> None:
    found = await _on(post, clock, 20)
    assert list(found) == ["invoice_overdue"]
    assert "20 days ago" in found["invoice_overdue"].text
    assert await _days_that_remind(post, clock, range(21, 28)) == []
    assert await _days_that_remind(post, clock, range(28, 60)) == [28]


async def test_a_part_payment_changes_the_figure_and_the_rest_stops_it(
    world: World, post: Post, clock: MovableClock, unpaid: Bill
) -> None:
    await unpaid.pay(20_000)
    mail = (await _on(post, clock, -7))["invoice_due"]
    assert "Paid so far: £200.00" in mail.text
    assert "Amount due: £300.00" in mail.text
    # The original asks for £500.00, and is in their books already.
    printed = words(mail.attachments[0].content)
    assert "Do not enter it in your accounts twice." in printed
    assert "£200.00 Still due £300.00" in printed
    unpaid = await _log_in(world, unpaid)
    await unpaid.pay(FEE - 20_000)
    assert await _days_that_remind(post, clock, range(30)) == []


async def test_a_full_credit_stops_it(world: World, post: Post, clock: MovableClock, unpaid: Bill) -> None:
    assert (await unpaid.credit()).status_code == 201
    assert await _days_that_remind(post, clock, range(-8, 30)) == []


async def test_a_withdrawal_stops_it(
    world: World, post: Post, clock: MovableClock, unpaid: Bill, centre: TestCentre
) -> None:
    await world.step(centre.super_user, str(unpaid.application_id), "withdrawal", {"reason": "We apply next year."})
    assert await _days_that_remind(post, clock, range(-8, 30)) == []


async def test_a_reversal_starts_it_again(world: World, post: Post, clock: MovableClock, unpaid: Bill) -> None:
    """Its own letter asks for the money at once, so the next reminder is a day later."""
    payment = await unpaid.pay()
    assert await _days_that_remind(post, clock, range(-8, 10)) == []
    await (await _log_in(world, unpaid)).reverse(payment)
    assert await _on(post, clock, 9, hour=3) == {}
    assert await _days_that_remind(post, clock, range(10, 60)) == [10, 23, 37]


async def test_a_payment_before_the_letter_is_sent_holds_it_back(
    world: World, post: Post, clock: MovableClock, unpaid: Bill
) -> None:
    clock.move(timedelta(days=25))
    await run_recurring(post.means, REMIND)
    await (await _log_in(world, unpaid)).pay()
    assert not KINDS & set(await post.new())


async def test_a_letter_that_waited_beyond_the_due_date_is_left_out(
    post: Post, clock: MovableClock, unpaid: Bill
) -> None:
    """As when the relay was away: the overdue reminder goes out instead."""
    clock.move(timedelta(days=25))
    await run_recurring(post.means, REMIND)
    assert list(await _on(post, clock, 2)) == ["invoice_overdue"]


async def test_by_hand_it_is_not_doubled(world: World, post: Post, clock: MovableClock, unpaid: Bill) -> None:
    clock.move(timedelta(days=10))
    unpaid = await _log_in(world, unpaid)
    path = f"/v1/applications/{unpaid.application_id}/reminders"
    waiting = [each for each in (await world.get(path, unpaid.finance))["items"] if each["kind"] in KINDS]
    assert [(each["open"], each["sends_at"]) for each in waiting] == [
        (True, "2026-06-23T23:00:00Z"),
        (False, "2026-06-30T23:00:00Z"),
    ]
    body = {"kind": "invoice_due", "about_id": str(unpaid.invoice_id)}
    early = await world.client.post(path, json=body | {"kind": "invoice_overdue"}, headers=unpaid.finance.headers)
    assert early.json()["code"] == "nothing_to_remind_of"
    await world.post(path, body, unpaid.finance)
    assert set(await post.new()) == {"invoice_due"}
    listed = (await world.get(path, unpaid.finance))["items"]
    assert [(each["open"], each["sends_at"], len(each["sent"])) for each in listed if each["kind"] in KINDS] == [
        (True, None, 1),
        (False, "2026-06-30T23:00:00Z", 0),
    ]
    assert await _days_that_remind(post, clock, range(-8, 14)) == [0, 1]
    unpaid = await _log_in(world, unpaid)
    await world.post(path, body | {"kind": "invoice_overdue"}, unpaid.finance)
    assert set(await post.new()) == {"invoice_overdue"}
    assert await _days_that_remind(post, clock, range(13, 20)) == [14]


async def test_one_by_hand_on_the_day_stands_for_it(
    world: World, post: Post, clock: MovableClock, unpaid: Bill, query: Query
) -> None:
    """Also where it stood for the reminder before, as in the first minutes of the day."""
    await _on(post, clock, 1)
    clock.move(timedelta(days=13, hours=2))
    await query("UPDATE reminders SET sent_at = :now, sent_by_name = 'Jo' RETURNING id", now=clock())
    assert await _on(post, clock, 14, hour=5) == {}


async def test_two_workers_send_it_once(post: Post, clock: MovableClock, unpaid: Bill, query: Query) -> None:
    clock.move(timedelta(days=31))
    await asyncio.gather(*(run_recurring(post.means, REMIND) for _ in range(4)))
    assert set(await post.new()) == {"invoice_overdue"}
    assert await query("SELECT kind FROM reminders") == [("invoice_overdue",)]
    assert await query("SELECT count(*) FROM events WHERE type = 'application.reminded'") == [(1,)]


async def test_it_is_overdue_once_by_itself(post: Post, clock: MovableClock, unpaid: Bill, query: Query) -> None:
    clock.move(timedelta(days=31))
    for _ in range(2):
        await run_recurring(post.means, NOTE_OVERDUE)
        await run_recurring(post.means, REMIND)
    assert set(await post.new()) == {"invoice_overdue"}
    assert await query("SELECT count(*) FROM events WHERE type = 'invoice.overdue'") == [(1,)]


@pytest.mark.parametrize(("days", "expected"), [((), []), ((3, -2), [-2, 3])])
async def test_the_schedule_is_a_setting(
    post: Post, clock: MovableClock, unpaid: Bill, days: tuple[int, ...], expected: list[int]
) -> None:
    settings = post.means.settings.model_copy(update={"reminders": Reminders(invoice_days=days)})
    post.means = replace(post.means, settings=settings)
    assert await _days_that_remind(post, clock, range(-8, 10)) == expected
