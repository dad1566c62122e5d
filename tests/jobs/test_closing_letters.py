"""Letters about closing, reopening and other names: who gets them, and when not."""

from datetime import timedelta

import pytest

from app.domain.actors import StaffRole
from app.domain.sandbox import SandboxState
from app.domain.workflow import Status
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.samples import answers
from tests.jobs.post import Post
from tests.routers.closing_stage import IDLE, WARNING, Left, left
from tests.routers.review_stage import case_in_review
from tests.world import World

(REMIND,) = [task for task in RECURRING if task.name == "remind"]


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


async def test_the_centre_is_warned_and_told_of_the_closing_and_the_way_back(world: World, post: Post) -> None:
    found = await left(world)
    await post.new()
    await found.send("closing-warning")
    warned = (await post.new())["application_to_be_closed"]
    assert warned.to == (found.centre.super_user.email,)
    assert "Nobody has worked on it since spring." in warned.text
    assert "within 90 days" in warned.text
    await found.wait(WARNING)
    await found.send("closure")
    closed = await post.new()
    assert closed["application_closed"].to == (found.centre.super_user.email,)
    assert "credited" not in closed["application_closed"].text
    assert "application_closed_staff" not in closed, "nobody leads a draft"
    await found.send("reopening")
    assert (await post.new())["application_reopened"].to == (found.centre.super_user.email,)


async def test_a_warning_that_was_taken_back_is_not_sent(world: World, post: Post) -> None:
    found = await left(world)
    await post.new()
    await found.send("closing-warning")
    world.clock.move(timedelta(seconds=1))
    address = f"{found.path}/details/history"
    await world.post(address, {"legal_name": "Riverside"}, found.centre.user, match=address, method="PATCH")
    assert "application_to_be_closed" not in await post.new()


async def test_a_centre_that_was_warned_is_not_told_that_its_draft_stands_still(world: World, post: Post) -> None:
    """Since the day of our warning, and on the day on which we close it. Once it works on it, it is reminded again."""
    found = await left(world)
    await run_recurring(post.means, REMIND)
    await post.new()
    await found.send("closing-warning")
    await found.wait(WARNING + timedelta(hours=1))
    await run_recurring(post.means, REMIND)
    assert set(await post.new()) == {"application_to_be_closed"}
    address = f"{found.path}/details/history"
    await world.post(address, {"legal_name": "Riverside"}, found.centre.user, match=address, method="PATCH")
    await found.wait(timedelta(days=15))
    await run_recurring(post.means, REMIND)
    assert set(await post.new()) == {"application_stands_still"}


@pytest.mark.requirement("R18")
async def test_the_finance_contact_hears_of_a_closing_that_concerns_the_invoice(world: World, post: Post) -> None:
    found = await left(world, Status.AWAITING_PAYMENT, idle=timedelta(days=31))
    contact = f"tom.becker@{answers.domain(found.centre.run)}"
    await post.new()
    await found.send("closing-warning")
    warned = (await post.new())["application_to_be_closed"]
    assert warned.to == (found.centre.super_user.email, contact)
    assert warned.text.startswith(f"Dear {found.centre.super_user.name} and Tom Becker\n")
    await found.wait(WARNING)
    await found.send("closure")
    closed = await post.new()
    assert closed["invoice_credited"].to == (contact,)
    assert "We have credited £" in closed["application_closed"].text
    await found.send("reopening")
    reopened = await post.new()
    assert reopened["invoice_issued"].to == (contact,)
    assert "It replaces invoice INV-" in reopened["invoice_issued"].text
    assert "Do not pay invoice INV-" in reopened["invoice_issued"].text
    assert "New invoice: INV-" in reopened["application_reopened"].text


@pytest.mark.requirement("R18")
async def test_a_reopened_return_names_its_new_invoice_too(world: World, post: Post) -> None:
    """A payment was reversed while the centre lead had returned the application."""
    centre = await world.centre()
    application = await world._bring(centre, SandboxState.RETURNED_BY_CENTRE_LEAD)
    staff, finance = [await world.staff(role) for role in (StaffRole.CUSTOMER_EXPERIENCE, StaffRole.FINANCE)]
    found = Left(world, centre, application["id"], staff, finance)
    payments = f"/v1/invoices/{(await found.read())['invoice_id']}/payments"
    (paid,) = (await world.get(payments, finance))["items"]
    await world.post(f"{payments}/{paid['id']}/reversal", {"reason": "The bank took it back."}, finance)
    await found.wait(IDLE)
    await found.closed()
    await post.new()
    assert (await found.send("reopening")).json()["status"] == "returned"
    assert "New invoice: INV-" in (await post.new())["application_reopened"].text


async def test_the_centre_lead_hears_of_the_closing(world: World, post: Post) -> None:
    case = await case_in_review(world)
    returned = {
        "outcome": "return",
        "explanation": "Once more.",
        "items": [{"section": "application", "code": "unclear", "asked": "Say more."}],
    }
    assert (await case.send(case.lead, "reviews", returned)).status_code == 201
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    await case.wait(IDLE)
    reason = {"reason": "The return was never answered."}
    assert (await case.send(staff, "closing-warning", reason)).status_code == 200
    await case.wait(WARNING)
    await post.new()
    assert (await case.send(staff, "closure", reason)).status_code == 200
    assert (await post.new())["application_closed_staff"].to == (case.lead.email,)


async def test_letters_about_a_trading_name_alone_say_that_the_name_stays(world: World, post: Post) -> None:
    centre = await world.centre()
    await world.application(centre, Status.SUBMITTED)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    body = {"name": centre.name, "trading_name": "Harbour", "reason": "We use it on our website."}
    subjects = []
    for answer in ("refusal", "approval"):
        made = await world.post(f"/v1/centres/{centre.id}/name-changes", body, centre.super_user)
        await world.post(f"/v1/name-changes/{made['id']}/{answer}", {"answer": "Checked."}, staff)
        mail = await post.new()
        told = mail["name_change_refused" if answer == "refusal" else "name_change_approved"]
        assert "Harbour" in told.text
        assert "Name before" not in told.text
        subjects.append(told.subject)
    assert subjects == [
        f"We have not changed the trading name of {centre.name}",
        f"We have changed the trading name of {centre.name}",
    ]


@pytest.mark.requirement("R22")
async def test_the_centre_its_head_and_its_quality_manager_get_the_new_certificate(world: World, post: Post) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.ACCEPTED)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    await post.new()
    address = f"/v1/centres/{centre.id}/name-changes"
    body = {"name": "Harbour Learning CIC", "trading_name": None, "reason": "Registered in February."}
    made = await world.post(address, body, centre.super_user)
    asked = (await post.new())["name_change_requested"]
    assert "Harbour Learning CIC" in asked.text
    await world.post(f"/v1/name-changes/{made['id']}/approval", {}, staff)
    approved = (await post.new())["name_change_approved"]
    roles = [f"{name}@{answers.domain(centre.run)}" for name in ("helen.marsh", "dana.holt")]
    assert approved.to == (centre.super_user.email, *roles)
    assert [file.media_type for file in approved.attachments] == ["application/pdf"]
    number = (await world.get(f"/v1/centres/{centre.id}/recognition", centre.user))["number"]
    assert f"New certificate: {number}" in approved.text
    assert "RC-2026-000001" in approved.text
    listed = await world.get(f"/v1/applications/{application['id']}/letters?limit=100", staff)
    assert {"name_change_requested", "name_change_approved"} <= {letter["kind"] for letter in listed["items"]}
