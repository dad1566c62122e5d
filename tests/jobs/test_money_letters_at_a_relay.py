"""The letters about an invoice at a real relay: to the finance contact and the accounts inbox, with their documents."""

from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.samples import answers
from tests.clock import MovableClock
from tests.jobs.relay import Relay, running
from tests.jobs.working import through
from tests.routers.finance_stage import FEE, Bill
from tests.world import World

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)
(REMIND,) = [task for task in RECURRING if task.name == "remind"]
INBOX = "accounts@riverside.example.com"


def _enclosed(message: EmailMessage) -> str:
    """The name of the attached PDF."""
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "application/pdf"
    assert part.get_content().startswith(b"%PDF-")
    return part.get_filename() or ""


@pytest.mark.requirement("R18")
async def test_invoice_reminder_receipts_and_credit_note(world: World, means: Means, clock: MovableClock) -> None:
    centre, finance = await world.centre(), await world.staff(StaffRole.FINANCE)
    await world.post(f"/v1/centres/{centre.id}/invoice-addresses", {"email": INBOX}, finance)
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    one = Bill(world, centre.id, UUID(application["id"]), UUID(application["invoice_id"]), finance)
    await world.run_jobs()
    with running(Relay()) as relay:
        posting = Means.of(means.database, through(means.settings, relay), means.store, clock)
        await world.post(f"{one.path}/copies", {}, finance)
        await run_queued_jobs(posting)
        clock.move(timedelta(days=25))
        one.finance = await world.staff(StaffRole.FINANCE, new=True)
        await run_recurring(posting, REMIND)
        await run_queued_jobs(posting)
        for pence in (20_000, FEE - 30_000):
            await one.pay(pence)
        await one.credit(10_000)
        await run_queued_jobs(posting)
    contact, shown = f"tom.becker@{answers.domain(centre.run)}", await one.shown()
    theirs = [each for each in relay.accepted if INBOX in {to.addr_spec for to in each["To"].addresses}]
    for message in theirs:
        assert contact in {to.addr_spec for to in message["To"].addresses}
        text = message.get_body(("plain",))
        assert text is not None
        assert "Tom Becker" in text.get_content().splitlines()[0]
        assert message.get_body(("html",)) is not None
    number, today = shown["number"], clock().date().isoformat()
    (credit,) = [entry["credit_note_number"] for entry in shown["entries"] if entry["kind"] == "credit"]
    assert [(str(message["Subject"]), _enclosed(message)) for message in theirs] == [
        (f"Copy of invoice {number}", f"Invoice {number} (copy).pdf"),
        (f"Invoice {number} is due on Wednesday 1 July 2026", f"Invoice {number} (copy).pdf"),
        (f"We received £200.00 for invoice {number}", f"Receipt {number} {today}.pdf"),
        (f"We received £200.00 for invoice {number}", f"Receipt {number} {today}.pdf"),
        (f"Nothing more to pay on invoice {number}", f"Credit note {credit}.pdf"),
    ]
