"""What letters about an invoice say of its sums, and of what the application waits for (R18)."""

from uuid import UUID

import pytest

from app.database import Work
from app.domain.actors import SYSTEM, StaffRole
from app.domain.sandbox import SandboxState
from app.domain.workflow import Status
from app.jobs.means import Means
from app.queries.applications import lock_application
from app.services.invoices.issue import credit_unpaid, invoice_again
from tests.jobs.post import Post
from tests.pdf.pdf_reading import words
from tests.routers.finance_stage import FEE, Bill
from tests.world import TestCentre, World

QUARTER = FEE // 4
ON_HOLD = "The application is on hold: we will issue another invoice for the fee, or waive it"
CHEAP = {"lines": [{"description": "Fee", "net": {"amount": QUARTER, "currency": "GBP"}}]}

pytestmark = pytest.mark.requirement("R18")


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


@pytest.fixture
async def issued(world: World, post: Post, centre: TestCentre) -> Bill:
    """An invoice that was sent to the centre's finance contact; its managers are there to be told."""
    await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    await post.new()
    finance = await world.staff(StaffRole.FINANCE)
    return Bill(world, centre.id, UUID(application["id"]), UUID(application["invoice_id"]), finance)


async def _withdraw(world: World, centre: TestCentre, one: Bill) -> None:
    await world.step(centre.super_user, str(one.application_id), "withdrawal", {"reason": "We apply next year."})


async def test_no_letter_shows_a_negative_sum(world: World, post: Post, centre: TestCentre, issued: Bill) -> None:
    """The bank takes back what was refunded, so more went back than came."""
    payment = await issued.pay(20_000)
    await _withdraw(world, centre, issued)
    await issued.pay_back(20_000)
    await issued.reverse(payment)
    assert (await issued.send("copies", {})).status_code == 202
    again = (await post.new())["invoice_sent_again"]
    assert "Refunded to you: £200.00\nCredited by us: £500.00\nAmount due today: £200.00" in again.text
    assert (await issued.waive()).status_code == 201
    waived = (await post.new())["fee_waived"]
    assert "Refunded to you: £200.00\nCredited by us: £500.00\nWaived: £200.00\nAmount now due: £0.00" in waived.text
    await issued.pay(500)
    recorded = (await post.new())["payment_recorded"]
    assert "Paid so far: £5.00\nRefunded to you: £200.00" in recorded.text
    assert "Paid too much: £5.00" in recorded.text
    for mail in (again, waived, recorded):
        assert "-£" not in mail.text


async def test_a_refund_is_told_beside_what_was_paid(
    world: World, post: Post, centre: TestCentre, issued: Bill
) -> None:
    await issued.pay(15_000)
    await _withdraw(world, centre, issued)
    await issued.pay_back(15_000)
    told = (await post.new())["payment_recorded"]
    assert (
        "Invoice total: £500.00\nPaid so far: £150.00\nRefunded to you: £150.00\nCredited by us: £500.00" in told.text
    )


async def test_a_payment_after_a_waiver_names_the_waiver(post: Post, issued: Bill) -> None:
    payment = await issued.pay(30_000)
    await issued.credit(5_000)
    await issued.waive()
    await issued.reverse(payment)
    await post.new()
    await issued.pay(35_000)
    told = next(mail for kind, mail in (await post.new()).items() if kind.startswith("payment_re"))
    assert "£350.00\nCredited by us: £50.00\nWaived: £150.00\nPaid too much: £50.00" in told.text
    await issued.send("copies", {})
    again = (await post.new())["invoice_sent_again"]
    assert "Paid so far: £350.00\nCredited by us: £50.00\nWaived: £150.00" in again.text


async def test_a_refund_names_what_moved_to_another_invoice(post: Post, issued: Bill) -> None:
    await issued.pay()
    await issued.replaced(**CHEAP)
    await issued.pay_back(FEE - QUARTER)
    told = (await post.new())["payment_refunded"]
    expected = (
        "You had paid: £500.00\nMoved to another invoice: £125.00\nRefunded to you: £375.00\nCredited by us: £500.00"
    )
    assert expected in told.text


async def test_a_waiver_of_one_invoice_does_not_let_the_application_go_on_alone(post: Post, issued: Bill) -> None:
    """The other was credited in full, and nobody has waived that."""
    first = await issued.pay(FEE - 1)
    new = await issued.replaced()
    second = await issued.pay(1)
    await issued.pay_back(1)
    await issued.reverse(second)
    await issued.reverse(first)
    await new.credit(FEE)
    await post.new()
    assert (await issued.waive()).status_code == 201
    assert (await issued.application()).status is Status.AWAITING_PAYMENT
    mail = await post.new()
    for told in (mail["fee_waived"], mail["invoice_waived"]):
        assert "goes on" not in told.text
        assert ON_HOLD in told.text


async def test_a_waiver_waits_for_what_is_due_elsewhere(post: Post, issued: Bill) -> None:
    await issued.replaced()
    payment = await issued.pay(10_000)
    await issued.pay_back(10_000)
    await issued.reverse(payment)
    await post.new()
    assert (await issued.waive()).status_code == 201
    assert (await issued.application()).status is Status.AWAITING_PAYMENT
    mail = await post.new()
    for told in (mail["fee_waived"], mail["invoice_waived"]):
        assert "goes on" not in told.text
        assert "The application waits until its other invoices have been paid too." in told.text


async def test_a_waived_penny_says_what_else_it_lets_pass(world: World, post: Post, issued: Bill) -> None:
    await issued.credit(FEE - 1)
    await post.new()
    assert (await issued.waive()).status_code == 201
    assert (await issued.application()).status is not Status.AWAITING_PAYMENT
    mail = await post.new()
    manager, centre = " ".join(mail["invoice_waived"].text.split()), mail["fee_waived"].text
    assert "The waiver also covers £499.99 that credit notes or a cheaper invoice took off the fee." in manager
    assert "Credited by us: £499.99 Waived: £0.01" in manager
    assert "Credited by us: £499.99\nWaived: £0.01" in centre
    (waived,) = [event for event in await issued.events() if event.type == "invoice.waived"]
    assert waived.summary.endswith(", and £499.99 that was taken off the fee before")


async def _owe_again(one: Bill) -> None:
    """Leave £200.00 due on an invoice that was credited: the bank takes back what was refunded."""
    payment = await one.pay(20_000)
    await one.pay_back(20_000)
    await one.reverse(payment)
    assert (await one.shown())["due"]["amount"] == 20_000


async def test_a_replaced_invoice_with_something_due_is_not_one_not_to_pay(post: Post, issued: Bill) -> None:
    old = (await issued.shown())["number"]
    new = await issued.replaced()
    await _owe_again(issued)
    told = (await post.new())["invoice_issued"]
    assert f"£200.00 is still due on invoice {old} too." in " ".join(told.text.split())
    assert "Do not pay" not in told.text
    await new.send("copies", {})
    (copy,) = (await post.new())["invoice_sent_again"].attachments
    assert f"This invoice replaces invoice {old}" in words(copy.content)
    assert "Do not pay that one" not in words(copy.content)


async def test_what_is_due_as_the_replacement_is_issued_is_not_denied_by_its_pdf(post: Post, issued: Bill) -> None:
    """As by a reopening: payments on the old invoice came and went while the application was closed."""
    world = issued.world
    async with world.database.transaction() as session:
        work = Work(session, SYSTEM, world.clock(), world.settings)
        asked = await credit_unpaid(work, await lock_application(session, issued.application_id), "It was closed.")
    await _owe_again(issued)
    async with world.database.transaction() as session:
        work = Work(session, SYSTEM, world.clock(), world.settings)
        await invoice_again(work, await lock_application(session, issued.application_id), asked)
    told = (await post.new())["invoice_issued"]
    assert "Do not pay" not in told.text
    (pdf,) = told.attachments
    assert "Do not pay that one" not in words(pdf.content)


async def test_a_replacement_of_less_than_half_does_not_say_that_paying_it_is_enough(post: Post, issued: Bill) -> None:
    new = await issued.replaced(**CHEAP)
    asked = (await post.new())["invoice_issued"]
    assert ON_HOLD in asked.text
    assert "will not proceed until" not in asked.text
    await new.pay(QUARTER)
    assert (await issued.application()).status is Status.AWAITING_PAYMENT
    paid = (await post.new())["payment_recorded"]
    assert "Nothing more is due on this invoice." in paid.text
    assert ON_HOLD in paid.text


async def test_a_cheap_replacement_that_is_paid_already_says_that_the_application_is_on_hold(
    post: Post, issued: Bill
) -> None:
    await issued.pay(QUARTER)
    await post.new()
    await issued.replaced(**CHEAP)
    told = (await post.new())["invoice_issued"]
    assert "The invoice is paid." in told.text
    assert ON_HOLD in told.text


async def test_money_that_moves_does_not_hide_that_the_application_is_on_hold(post: Post, issued: Bill) -> None:
    new = await issued.replaced(**CHEAP)
    await issued.pay(QUARTER)
    await post.new()
    assert (await issued.move(QUARTER, new.invoice_id)).status_code == 201
    told = (await post.new())["credit_moved"]
    assert "Nothing more is due on this invoice." in told.text
    assert ON_HOLD in told.text


async def test_a_withdrawal_does_not_deny_what_is_due_again(
    world: World, post: Post, centre: TestCentre, issued: Bill
) -> None:
    payment = await issued.pay(20_000)
    await post.new()
    await _withdraw(world, centre, issued)
    await issued.pay_back(20_000)
    await issued.reverse(payment)
    told = (await post.new())["application_withdrawn"]
    assert "We have credited £500.00 on invoice" in " ".join(told.text.split())
    assert "nothing more is due" not in told.text


@pytest.mark.parametrize("state", ["accepted", "rejected"])
async def test_a_replacement_after_the_decision_does_not_say_that_the_application_waits(
    world: World, post: Post, centre: TestCentre, state: str
) -> None:
    application = await world._bring(centre, SandboxState(state))
    finance = await world.staff(StaffRole.FINANCE)
    invoice_id = (await world.get(f"/v1/applications/{application['id']}", finance))["invoice_id"]
    one = Bill(world, centre.id, UUID(application["id"]), UUID(invoice_id), finance)
    (paid,) = (await world.get(f"{one.path}/payments", finance))["items"]
    await one.reverse(paid)
    await one.replaced()
    told = (await post.new())["invoice_issued"]
    assert "Quote the payment reference" in told.text
    assert "will not proceed" not in told.text
