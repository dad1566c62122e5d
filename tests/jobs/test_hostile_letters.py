"""Letters in unusual cases, where the usual wording would be wrong."""

from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.integrations.mailer import CapturedMail, read_captured
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from tests.world import World


async def _reversed(means: Means, world: World, application: dict[str, Any], paid_twice: bool = False) -> CapturedMail:
    """The letter about the reversal of the fee, or of a duplicate payment."""
    finance = await world.staff(StaffRole.FINANCE)
    payments = f"/v1/invoices/{application['invoice_id']}/payments"
    payment = (await world.get(payments, finance))["items"][0]["id"]
    if paid_twice:
        body = {
            "amount": {"amount": 50_000, "currency": "GBP"},
            "method": "bank_transfer",
            "received_on": world.clock().date().isoformat(),
        }
        payment = (await world.post(payments, body, finance))["id"]
    await world.post(f"{payments}/{payment}/reversal", {"reason": "The bank returned it."}, finance)
    await run_queued_jobs(means)
    mails = read_captured(means.settings.data_dir / "mail", subject_contains="was reversed")
    return mails[-1]


@pytest.mark.requirement("R18")
async def test_a_reversal_after_acceptance_does_not_mention_a_hold(means: Means, world: World) -> None:
    """The fee is still owed again."""
    centre = await world.centre()
    letter = await _reversed(means, world, await world.application(centre, Status.ACCEPTED))
    assert "on hold" not in letter.text
    assert "How to pay" in letter.text


@pytest.mark.requirement("R18")
async def test_reversing_a_duplicate_payment_asks_for_no_money(means: Means, world: World) -> None:
    centre = await world.centre()
    letter = await _reversed(means, world, await world.application(centre, Status.IN_REVIEW), paid_twice=True)
    assert "£0.00" in letter.text
    assert "on hold" not in letter.text
    assert "How to pay" not in letter.text


@pytest.mark.requirement("R18")
async def test_a_reversal_during_review_says_that_the_application_is_on_hold(means: Means, world: World) -> None:
    centre = await world.centre()
    letter = await _reversed(means, world, await world.application(centre, Status.IN_REVIEW))
    assert "Your application is on hold until nothing more is due." in letter.text
    assert "How to pay" in letter.text
