"""Further addresses for letters about a centre's invoices: who names them, how many, and what goes there."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.domain.actors import StaffRole
from app.domain.emails import DeliveryOutcome
from app.domain.workflow import Status
from app.models import Email, EmailDelivery, Event
from app.samples import answers
from tests.routers.finance_stage import bill
from tests.routers.test_email_changes import attach_limits
from tests.world import Login, TestCentre, World

INBOX = "accounts@riverside.example.com"


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


def _path(centre: TestCentre) -> str:
    return f"/v1/centres/{centre.id}/invoice-addresses"


async def _add(world: World, centre: TestCentre, login: Login, email: Any = INBOX) -> httpx.Response:
    return await world.client.post(_path(centre), json={"email": email}, headers=login.headers)


async def _listed(world: World, centre: TestCentre, login: Login) -> list[dict[str, Any]]:
    return list((await world.get(_path(centre), login))["items"])


async def test_who_may_name_them(world: World, centre: TestCentre) -> None:
    stranger, path = (await world.centre()).super_user, _path(centre)
    assert (await world.client.get(path)).status_code == 401
    assert (await world.client.post(path, json={"email": INBOX})).status_code == 401
    assert (await _add(world, centre, stranger)).status_code == 404
    assert (await _add(world, centre, centre.user)).status_code == 403
    assert (await _add(world, centre, await world.staff(StaffRole.CUSTOMER_EXPERIENCE))).status_code == 403
    added = (await _add(world, centre, centre.super_user)).json()
    mine = f"{path}/{added['id']}"
    assert (await world.client.delete(mine, headers=centre.user.headers)).status_code == 403
    assert (await world.client.delete(mine, headers=stranger.headers)).status_code == 404
    elsewhere = f"{_path(await world.centre())}/{added['id']}"
    finance = await world.staff(StaffRole.FINANCE)
    assert (await world.client.delete(elsewhere, headers=finance.headers)).status_code == 404
    assert await _listed(world, centre, centre.user) == [added]


@pytest.mark.parametrize("email", ["accounts", "a b@example.com", "", "a@b", None, ["x@example.com"]])
async def test_it_must_be_an_address(world: World, centre: TestCentre, email: Any) -> None:
    assert (await _add(world, centre, centre.super_user, email)).status_code == 422
    assert await _listed(world, centre, centre.super_user) == []


async def test_five_at_most_also_at_once(world: World, centre: TestCentre) -> None:
    added = await asyncio.gather(
        *(_add(world, centre, centre.super_user, f"inbox{n}@riverside.example.com") for n in range(7))
    )
    assert sorted(answer.status_code for answer in added) == [201] * 5 + [409] * 2
    assert {answer.json()["code"] for answer in added if answer.status_code == 409} == {"too_many_records"}
    assert len(await _listed(world, centre, centre.super_user)) == 5


async def test_changes_are_limited(world: World, centre: TestCentre) -> None:
    attach_limits(world)
    statuses = [(await _add(world, centre, centre.super_user)).status_code for _ in range(24)]
    assert statuses[:20] == [201] * 20
    assert statuses[-1] == 429


async def test_an_address_is_there_once_however_it_is_written(world: World, centre: TestCentre) -> None:
    first = await _add(world, centre, centre.super_user)
    again = await asyncio.gather(*(_add(world, centre, centre.super_user, INBOX.upper()) for _ in range(2)))
    assert {answer.json()["id"] for answer in again} == {first.json()["id"]}
    assert first.headers["location"] == _path(centre)
    async with world.database.transaction() as session:
        (event,) = (await session.scalars(select(Event).where(Event.type == "invoice_address.added"))).all()
    assert event.audit == {"before": {}, "after": {"email": INBOX}}
    assert "@" not in event.summary


@pytest.mark.requirement("R18")
async def test_every_letter_about_the_invoice_goes_there_too(world: World, centre: TestCentre) -> None:
    """Once each, also where it is the finance contact's; only those who have a name are greeted by it."""
    contact = f"tom.becker@{answers.domain(centre.run)}"
    finance = await world.staff(StaffRole.FINANCE)
    await _add(world, centre, finance)
    await _add(world, centre, centre.super_user, contact.upper())
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    await world.run_jobs()
    (mail,) = world.mail(subject="for centre recognition")
    assert mail.to == (contact, INBOX)
    assert "Dear Tom Becker" in mail.text
    letters = (await world.get(f"/v1/invoices/{application['invoice_id']}/letters", finance))["items"]
    (letter,) = [each for each in letters if each["kind"] == "invoice_issued"]
    assert [to["name"] for to in letter["recipients"]] == ["Tom Becker", None]
    body = {
        "amount": {"amount": 10_000, "currency": "GBP"},
        "method": "bank_transfer",
        "received_on": world.clock().date().isoformat(),
    }
    await world.post(f"/v1/invoices/{application['invoice_id']}/payments", body, finance)
    await world.run_jobs()
    (receipt,) = world.mail(subject="We received £100.00")
    assert receipt.to == (centre.super_user.email, contact, INBOX)


async def test_a_removed_address_gets_nothing_more(world: World, centre: TestCentre) -> None:
    added = (await _add(world, centre, centre.super_user)).json()
    await world.application(centre, Status.AWAITING_PAYMENT)
    path = f"{_path(centre)}/{added['id']}"
    assert (await world.client.delete(path, headers=centre.super_user.headers)).status_code == 428
    stale = await world.client.delete(path, headers=centre.super_user.headers | {"If-Match": '"9"'})
    assert stale.status_code == 412
    headers = centre.super_user.headers | {"If-Match": added["etag"]}
    both = await asyncio.gather(*(world.client.delete(path, headers=headers) for _ in range(2)))
    assert {answer.status_code for answer in both} == {204}
    assert await _listed(world, centre, centre.super_user) == []
    await world.run_jobs()
    (mail,) = world.mail(subject="for centre recognition")
    assert len(mail.to) == 1


async def test_super_users_get_an_invoice_that_only_an_inbox_would_get(world: World, centre: TestCentre) -> None:
    """Nobody has confirmed that the inbox is the centre's."""
    await _add(world, centre, centre.super_user)
    await bill(world, centre.id)
    await world.run_jobs()
    (mail,) = world.mail(subject="for centre recognition")
    assert mail.to == (centre.super_user.email, INBOX)


async def test_an_address_that_bounces_is_shown(world: World, centre: TestCentre) -> None:
    await _add(world, centre, centre.super_user)
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    await world.run_jobs()
    contact = f"tom.becker@{answers.domain(centre.run)}"
    log = ((DeliveryOutcome.BOUNCED, INBOX), (DeliveryOutcome.DELAYED, contact))
    async with world.database.transaction() as session:
        email_id = await session.scalar(select(Email.id).where(Email.kind == "invoice_issued"))
        session.add_all(
            EmailDelivery(id=uuid7(), email_id=email_id, at=world.clock(), outcome=outcome, recipient=to, words="550")
            for outcome, to in log
        )
    shown = await world.get(_path(centre), centre.super_user)
    assert shown["items"][0]["bounced_at"] is not None
    assert (shown["finance_contact"]["email"], shown["finance_contact"]["bounced_at"]) == (contact, None)
    letters = await world.get(f"/v1/invoices/{application['invoice_id']}/letters", centre.super_user)
    (sent,) = [each for each in letters["items"] if each["kind"] == "invoice_issued"]
    assert [to["bounced"] for to in sent["recipients"]] == [False, True]


async def test_it_is_exported_and_erased(world: World, centre: TestCentre) -> None:
    await _add(world, centre, centre.super_user)
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    body = {"email": INBOX.upper(), "reason": "Asked for by letter."}
    (record,) = (await world.post("/v1/personal-data-exports", body, administrator))["records"]
    assert (record["kind"], record["values"][0]["value"]) == ("invoice_address", INBOX)
    erased = await world.post("/v1/personal-data-erasures", body, administrator)
    assert erased["erased"] == [{"kind": "invoice_address", "count": 1}]
    assert await _listed(world, centre, centre.super_user) == []
    async with world.database.transaction() as session:
        audits = await session.scalars(select(Event.audit).where(Event.type == "invoice_address.added"))
        assert audits.all() == [None]
