"""Letters about invoices that end otherwise than by payment: replaced, waived, withdrawn after a part, refunded."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.jobs.means import Means
from app.samples import answers
from tests.jobs.post import Post
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import TestCentre, World

PART = 20_000


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


@pytest.fixture
async def issued(world: World, post: Post, centre: TestCentre) -> Bill:
    """An invoice that was sent to the centre's finance contact."""
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    await post.new()
    finance = await world.staff(StaffRole.FINANCE)
    return Bill(world, centre.id, UUID(application["id"]), UUID(application["invoice_id"]), finance)


def _contact(centre: TestCentre) -> str:
    return f"tom.becker@{answers.domain(centre.run)}"


@pytest.mark.requirement("R18")
async def test_a_replaced_invoice_is_not_to_be_paid_and_the_new_one_names_it(
    post: Post, centre: TestCentre, issued: Bill
) -> None:
    await issued.pay(PART)
    old = (await issued.shown())["number"]
    new = await issued.replaced()
    number = (await new.shown())["number"]
    mail = await post.new()
    credited, invoice = mail["invoice_credited"], mail["invoice_issued"]
    assert _contact(centre) in credited.to
    assert "Do not pay this invoice." in credited.text
    assert f"Invoice {number} replaces it" in credited.text
    assert "To be refunded" not in credited.text
    assert invoice.to == (_contact(centre),)
    assert f"It replaces invoice {old}, which we have credited. Do not pay invoice {old}." in invoice.text
    assert "Invoice total: £500.00\nMoved from another invoice: £200.00\nAmount due: £300.00" in invoice.text
    assert [each.filename for each in invoice.attachments] == [f"Invoice {number}.pdf"]


async def test_a_replacement_that_is_paid_already_arrives_too(post: Post, issued: Bill) -> None:
    """Whoever pays needs the invoice for the books."""
    await issued.pay()
    await post.new()
    await issued.replaced()
    invoice = (await post.new())["invoice_issued"]
    assert "The invoice is paid." in invoice.text
    assert "Sort code" not in invoice.text
    assert len(invoice.attachments) == 1


@pytest.mark.requirement("R18")
async def test_whoever_pays_is_told_of_a_waiver(post: Post, centre: TestCentre, issued: Bill) -> None:
    await issued.pay(PART)
    await post.new()
    assert (await issued.waive()).status_code == 201
    told = (await post.new())["fee_waived"]
    assert told.to == (centre.super_user.email, _contact(centre))
    assert "Do not pay it." in told.text
    assert "Waived: £300.00" in told.text
    assert "Paid so far: £200.00" in told.text
    assert "Your application goes on" in told.text


async def test_managers_hear_that_an_application_goes_on_only_while_it_does(
    world: World, post: Post, centre: TestCentre, issued: Bill
) -> None:
    """What was paid can bounce after a withdrawal, and finance then gives it up."""
    await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    payment = await issued.pay()
    application = str(issued.application_id)
    await world.step(centre.super_user, application, "withdrawal", {"reason": "We apply next year."})
    await issued.reverse(payment)
    await post.new()
    assert (await issued.waive()).status_code == 201
    mail = await post.new()
    assert "still owed on an invoice." in mail["invoice_waived"].text
    assert "goes on" not in mail["invoice_waived"].text
    assert "goes on" not in mail["fee_waived"].text


async def test_to_waive_the_fee_of_a_credited_invoice_is_told_as_that(world: World, post: Post, issued: Bill) -> None:
    """Nothing was due on it, so nothing that was due is given up."""
    await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    await issued.credit(FEE)
    await post.new()
    assert (await issued.waive()).status_code == 201
    mail = await post.new()
    assert "whose invoice had been credited. Its application goes on" in mail["invoice_waived"].text
    assert "We have waived the fee for the centre recognition of" in mail["fee_waived"].text
    assert "We had credited its invoice: do not pay it. Your application goes on" in mail["fee_waived"].text
    assert "Waived:" not in mail["fee_waived"].text


async def test_a_waiver_after_which_something_is_due_again_is_not_told(post: Post, issued: Bill) -> None:
    payment = await issued.pay(PART)
    await post.new()
    await issued.waive()
    await issued.reverse(payment)
    mail = await post.new()
    assert "fee_waived" not in mail
    assert "Amount now due: £200.00" in mail["payment_reversed"].text


@pytest.mark.requirement("R18")
async def test_whoever_pays_is_told_of_a_credit_that_moves(post: Post, centre: TestCentre, issued: Bill) -> None:
    old, new = (await issued.shown())["number"], await issued.replaced()
    number = (await new.shown())["number"]
    await issued.pay(PART)
    await post.new()
    assert (await issued.move(PART, new.invoice_id)).status_code == 201
    told = (await post.new())["credit_moved"]
    assert told.to == (centre.super_user.email, _contact(centre))
    assert told.subject == f"We used £200.00 of your credit for invoice {number}"
    assert f"Moved from invoice: {old}" in told.text
    assert "Amount still due: £300.00" in told.text
    assert "Sort code" in told.text
    await issued.pay(FEE - PART)
    await post.new()
    assert (await issued.move(FEE - PART, new.invoice_id)).status_code == 201
    told = (await post.new())["credit_moved"]
    assert "Nothing more is due on this invoice." in told.text
    assert "Sort code" not in told.text


@pytest.mark.requirement("R18")
async def test_a_withdrawal_after_a_part_payment_and_its_refund_say_both_figures(
    world: World, post: Post, centre: TestCentre, issued: Bill
) -> None:
    await issued.pay(PART)
    await post.new()
    application = str(issued.application_id)
    await world.step(centre.super_user, application, "withdrawal", {"reason": "We apply next year."})
    told = (await post.new())["invoice_credited"]
    assert told.to == (_contact(centre),)
    assert "has withdrawn its application" in told.text
    assert "Credited: £500.00" in told.text
    assert "Paid so far: £200.00" in told.text
    assert "To be refunded: £200.00" in told.text
    assert "We hold £200.00 for you." in told.text
    assert (await issued.pay_back(15_000)).status_code == 201
    first = (await post.new())["payment_refunded"]
    assert first.to == (_contact(centre),)
    assert first.subject.startswith("We refunded £150.00 on invoice INV-")
    assert "You had paid: £200.00" in first.text
    assert "Credited by us: £500.00" in first.text
    assert "Still to be refunded: £50.00" in first.text
    assert (await issued.pay_back(5_000)).status_code == 201
    assert "Still to be refunded" not in (await post.new())["payment_refunded"].text


async def test_a_refund_that_is_reported_twice_is_told_once(world: World, post: Post, centre: TestCentre) -> None:
    one = await bill(world, centre.id)
    await one.pay(FEE + 5_000)
    await post.new()
    external = {"external_system": "xero", "external_payment_id": "R-1"}
    for _ in range(2):
        assert (await one.pay_back(5_000, **external)).status_code == 201
    told = world.mail(subject="We refunded")
    assert told == []
    assert "payment_refunded" in await post.new()
    assert len(world.mail(subject="We refunded")) == 1


@pytest.mark.requirement("R18")
async def test_a_credit_note_that_leaves_the_application_waiting_says_so(post: Post, issued: Bill) -> None:
    """Nothing more is due on the invoice, and yet the fee is not settled."""
    await issued.pay(PART)
    await post.new()
    await issued.credit(FEE - PART)
    told = (await post.new())["invoice_credited"]
    assert told.subject.startswith("Credit note CN-")
    assert "Do not pay this invoice." in told.text
    assert "The application is on hold: we will issue another invoice for the fee, or waive it" in told.text
    new = await issued.replaced()
    assert "on hold" not in (await post.new())["invoice_credited"].text
    await new.credit(FEE - PART - 1)
    assert "on hold" not in (await post.new())["invoice_credited"].text, "there is a penny to pay"


@pytest.mark.requirement("R18")
async def test_a_withdrawal_names_what_it_credits_on_each_invoice(
    world: World, post: Post, centre: TestCentre, issued: Bill
) -> None:
    """Not what was credited before it: an agreed reduction, and what a closing did."""
    await issued.credit(10_000)
    await issued.pay(PART)
    again = await issued.come_back()
    await again.pay(5_000)
    numbers = [(await each.shown())["number"] for each in (issued, again)]
    world.clock.move(timedelta(minutes=1))
    application = str(issued.application_id)
    await world.step(centre.super_user, application, "withdrawal", {"reason": "We apply next year."})
    told = (await post.new())["application_withdrawn"]
    expected = f"We have credited £200.00 on invoice {numbers[0]} and £200.00 on invoice {numbers[1]}"
    text = " ".join(told.text.split())
    assert expected in text
    assert "£250.00 was paid and is to be refunded." in text


@pytest.mark.requirement("R18")
async def test_the_receipt_of_the_whole_fee_counts_what_moved_in(post: Post, issued: Bill) -> None:
    await issued.pay(PART)
    old = (await issued.shown())["number"]
    new = await issued.replaced()
    await post.new()
    await new.pay(FEE - PART)
    told = (await post.new())["payment_received"]
    assert "The invoice was paid in 2 parts:" in told.text
    assert f"£200.00 moved from invoice {old}" in told.text
    assert "Received: £300.00\nMoved from another invoice: £200.00" in told.text
