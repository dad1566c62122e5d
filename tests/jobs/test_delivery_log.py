"""The delivery log of a letter: what the relay said, from the queue to the recipient."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actors import CentreRole, StaffRole
from app.domain.workflow import Status
from app.integrations.mailer import SmtpMailer, SmtpSecurity
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.outcomes import Patience
from tests.jobs.conftest import Query
from tests.jobs.relay import Relay, running
from tests.world import World

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)
AT_ONCE = Patience(attempts=3, first_pause=timedelta(0), longest_pause=timedelta(0))


def over(means: Means, relay: Relay) -> Means:
    return replace(means, mailer=SmtpMailer("127.0.0.1", relay.port, security=SmtpSecurity.PLAIN, timeout_seconds=5))


async def acknowledgement(world: World, initial_application_id: str) -> dict[str, Any]:
    """The letter that answers the public form, as staff see it."""
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    found = await world.get(f"/v1/initial-applications/{initial_application_id}/letters", staff)
    letter: dict[str, Any] = found["items"][0]
    return letter


def told(letter: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Outcome, code and words of each entry."""
    return [(entry["outcome"], entry["code"], entry["words"]) for entry in letter["deliveries"]]


async def test_a_letter_that_never_goes_out_tells_every_try_and_why_it_is_held(means: Means, world: World) -> None:
    received = await world.received()
    with running(Relay("451 4.3.0 Try later", "450 4.2.1 Mailbox busy", "554 5.7.1 We do not like you")) as relay:
        await run_queued_jobs(over(means, relay), patience=AT_ONCE)
    letter = await acknowledgement(world, received["id"])
    assert letter["status"] == "held"
    assert told(letter) == [
        ("queued", None, None),
        ("deferred", "4.3.0", "the relay answered 451: 4.3.0 Try later"),
        ("deferred", "4.2.1", "the relay answered 450: 4.2.1 Mailbox busy"),
        ("held", "5.7.1", "the relay answered 554: 5.7.1 We do not like you"),
    ]
    assert letter["recipients"] == []


async def test_a_sent_letter_has_the_relays_words(means: Means, world: World) -> None:
    received = await world.received()
    with running(Relay("250 2.0.0 Ok: queued as 4FZ2Xk1Qz9z2")) as relay:
        await run_queued_jobs(over(means, relay))
    letter = await acknowledgement(world, received["id"])
    assert letter["status"] == "sent"
    assert told(letter) == [
        ("queued", None, None),
        ("sent", "2.0.0", "250 2.0.0 Ok: queued as 4FZ2Xk1Qz9z2"),
    ]


async def test_a_recipient_that_the_relay_refuses_is_logged_and_the_others_get_one_copy(
    means: Means, world: World, query: Query
) -> None:
    centre = await world.centre()
    second = await world.centre_user(centre.id, CentreRole.SUPER_USER)
    application = await world.application(centre, Status.SUBMITTED)
    staff = await world.staff(StaffRole.FINANCE)
    relay = Relay()
    relay.refused[second.email] = f"550 5.1.1 <{second.email}>: User unknown"
    with running(relay):
        await run_queued_jobs(over(means, relay), patience=AT_ONCE)
    (letter,) = (await world.get(f"/v1/applications/{application['id']}/letters", centre.super_user))["items"]
    assert letter["status"] == "bounced"
    assert {to["address"]: to["bounced"] for to in letter["recipients"]} == {
        centre.super_user.email: False,
        second.email: True,
    }
    (*_, last) = letter["deliveries"]
    assert (last["outcome"], last["recipient"], last["code"]) == ("bounced", second.email, "5.1.1")
    assert set(relay.copies.values()) == {1}
    assert await query("SELECT 1 FROM pgqueuer") == []
    events = (await world.get(f"/v1/applications/{application['id']}/timeline?order=newest_first", staff))["items"]
    assert events[0]["type"] == "letter.bounced"
    assert events[0]["after"]["recipient"] == second.email
    seen = (await world.get(f"/v1/applications/{application['id']}/timeline", centre.user))["items"]
    assert "letter.bounced" not in {event["type"] for event in seen}
