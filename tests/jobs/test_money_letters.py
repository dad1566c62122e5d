"""Letters about the whole of an invoice: paid in parts, credited, withdrawn (R18)."""

from uuid import UUID

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.jobs.means import Means
from app.samples import answers
from tests.jobs.post import Post
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import World

THIRD = 20_000


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


@pytest.mark.requirement("R18")
async def test_the_letter_about_a_payment_in_parts_tells_the_whole(world: World, post: Post) -> None:
    one = await bill(world, (await world.centre()).id)
    await one.pay(FEE // 2, received_on="2026-05-29")
    await post.new()
    await one.pay(FEE // 2)
    text = (await post.new())["payment_received"].text
    assert "Received: £500.00" in text
    assert "The invoice was paid in 2 parts:" in text
    assert "* £250.00 on Friday 29 May 2026" in text
    assert "Paid too much" not in text


async def test_credits_reversed_parts_and_what_is_too_much_are_told(world: World, post: Post) -> None:
    one = await bill(world, (await world.centre()).id)
    await one.credit(5_000)
    await one.reverse(await one.pay(THIRD))
    await one.pay(THIRD)
    await post.new()
    await one.pay(FEE - THIRD)
    text = (await post.new())["payment_received"].text
    assert "Received: £500.00" in text
    assert "Credited by us: £50.00" in text
    assert "Paid too much: £50.00" in text
    assert "The invoice was paid in 2 parts:" in text
    assert text.count("£200.00") == 1


async def test_a_refund_before_the_letter_is_told_beside_what_was_received(world: World, post: Post) -> None:
    one = await bill(world, (await world.centre()).id)
    await one.pay(FEE + 10_000)
    assert (await one.pay_back(7_500)).status_code == 201
    text = (await post.new())["payment_received"].text
    assert "Received: £600.00" in text
    assert "Refunded to you: £75.00" in text
    assert "Paid too much: £25.00" in text


async def test_a_payment_that_was_taken_back_before_the_letter_is_not_confirmed(world: World, post: Post) -> None:
    one = await bill(world, (await world.centre()).id)
    await post.new()
    await one.reverse(await one.pay())
    mail = await post.new()
    assert "payment_received" not in mail
    assert "payment_reversed" in mail


@pytest.mark.requirement("R18")
async def test_each_payment_has_a_receipt_with_what_is_still_due(world: World, post: Post) -> None:
    one = await bill(world, (await world.centre()).id)
    await one.pay(THIRD)
    part = (await post.new())["payment_recorded"]
    assert part.subject.startswith("We received £200.00 for invoice INV-")
    assert "Amount still due: £300.00" in part.text
    assert [each.filename.split()[0] for each in part.attachments] == ["Receipt"]
    await one.pay(FEE)
    whole = (await post.new())["payment_received"]
    assert "The receipt for £500.00 is attached." in whole.text
    assert "Amount still due: £0.00" in whole.text
    assert "You paid £200.00 too much." in whole.text
    assert [each.media_type for each in whole.attachments] == ["application/pdf"]
    await one.pay(100)
    more = (await post.new())["payment_recorded"]
    assert "You paid £201.00 too much." in more.text


async def test_the_last_part_has_its_receipt_also_where_another_was_taken_back(world: World, post: Post) -> None:
    one = await bill(world, (await world.centre()).id)
    await post.new()
    first, _ = [await one.pay(FEE // 2) for _ in range(2)]
    await one.reverse(first)
    receipt = (await post.new())["payment_received"]
    assert receipt.subject.startswith("We received £250.00 for invoice INV-")
    assert "Amount still due: £250.00" in receipt.text
    assert "has been paid" not in receipt.text


async def test_the_credit_note_is_attached(world: World, post: Post) -> None:
    one = await bill(world, (await world.centre()).id)
    await post.new()
    entry = (await one.credit(5_000)).json()
    mail = (await post.new())["invoice_credited"]
    assert [each.filename for each in mail.attachments] == [f"Credit note {entry['credit_note_number']}.pdf"]
    assert mail.attachments[0].content.startswith(b"%PDF-")


@pytest.mark.requirement("R18")
async def test_the_finance_contact_is_told_that_a_withdrawn_centre_owes_nothing(world: World, post: Post) -> None:
    """Whoever was sent the invoice is sent the credit note: it is not to be paid."""
    centre = await world.centre()
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    issued = (await post.new())["invoice_issued"]
    body = {"reason": "We apply next year."}
    await world.step(centre.super_user, application["id"], "withdrawal", body)
    mail = await post.new()
    told = mail["invoice_credited"]
    assert told.to == issued.to == (f"tom.becker@{answers.domain(centre.run)}",)
    assert "has withdrawn its application" in told.text
    assert "Do not pay this invoice." in told.text
    assert "Amount now due: £0.00" in told.text
    assert "told your finance contact" in mail["application_withdrawn"].text


async def test_a_credit_by_finance_reaches_the_centre_and_its_finance_contact(world: World, post: Post) -> None:
    centre, finance = await world.centre(), await world.staff(StaffRole.FINANCE)
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    one = Bill(world, centre.id, UUID(application["id"]), UUID(application["invoice_id"]), finance)
    await post.new()
    await one.credit(5_000)
    part = (await post.new())["invoice_credited"]
    assert part.to == (centre.super_user.email, f"tom.becker@{answers.domain(centre.run)}")
    assert "Amount now due: £450.00" in part.text
    assert "Waived by agreement." in part.text
    assert "Sort code" in part.text
    await one.credit(FEE - 5_000)
    rest = (await post.new())["invoice_credited"]
    assert "on hold" in rest.text
    assert "Sort code" not in rest.text
