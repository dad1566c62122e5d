"""What is told of an invoice that waits for the finance system's number, and what comes with the number (R18)."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy import text

from app.domain.actors import Scope
from app.domain.numbering import Numbering
from app.domain.workflow import Status
from app.http.exchange import deployment_of
from app.jobs.means import Means
from app.queries.invoice_occasions import list_unpaid
from app.settings import Settings
from app.settings.money import Invoices
from tests.jobs.post import Post
from tests.routers.closing_stage import left
from tests.routers.finance_stage import Bill, bill
from tests.routers.test_money_lists import items, wait
from tests.world import World

_PDF = {"Accept": "application/pdf"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The settings of a deployment whose finance system numbers invoices."""
    return settings.model_copy(update={"invoices": Invoices(numbering=Numbering.EXTERNAL)})


@pytest.fixture
def post(world: World, settings: Settings, app: FastAPI) -> Post:
    return Post(Means.of(world.database, settings, deployment_of(app).store, world.clock))


async def _number(one: Bill, number: str, path: str | None = None) -> None:
    system = await one.world.integration(Scope.INVOICES_WRITE, Scope.CREDIT_NOTES_WRITE)
    given = await one.world.client.put(f"{path or one.path}/number", json={"number": number}, headers=system.headers)
    assert given.status_code == 200, given.text


async def test_a_receipt_waits_for_the_number_that_it_names(world: World) -> None:
    one = await bill(world)
    paid = await one.pay(100)
    path = f"{one.path}/payments/{paid['id']}/receipt"
    refused = await world.client.get(path, headers=one.finance.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "number_awaited")
    await _number(one, "SI-1")
    receipt = await world.client.get(path, headers=one.finance.headers)
    told = PdfReader(BytesIO(receipt.content)).pages[0].extract_text()
    assert "SI-1" in told
    assert "REQ-" not in told


async def test_letters_about_money_wait_for_the_number(world: World, post: Post) -> None:
    """With the number come the invoice and its documents, and nothing of a payment that was reversed."""
    one = await bill(world)
    await one.pay(30_000)
    await one.reverse(await one.pay(1_000))
    await one.pay(30_000)
    assert (await one.pay_back(10_000)).status_code == 201
    assert not {"payment_recorded", "payment_received", "payment_reversed", "payment_refunded"} & set(await post.new())
    await _number(one, "SI-1")
    letters = await post.new()
    assert {"invoice_issued", "payment_recorded", "payment_received", "payment_refunded"} <= set(letters)
    assert "payment_reversed" not in letters
    for letter in letters.values():
        assert "REQ-" not in letter.text
    assert "The invoice is paid." in letters["invoice_issued"].text
    await one.reverse(next(entry for entry in (await one.shown())["entries"] if entry["kind"] == "payment"))
    assert "SI-1" in (await post.new())["payment_reversed"].text


async def test_an_invoice_that_was_credited_before_its_number_is_sent_before_its_credit_note(
    world: World, post: Post
) -> None:
    one = await bill(world)
    credit = (await one.credit()).json()
    await post.new()
    await _number(one, "SI-1")
    sent = (await post.new())["invoice_issued"].text
    assert "SI-1" in sent
    assert "do not pay it" in sent
    await _number(one, "CR-1", f"/v1/credit-notes/{credit['id']}")
    assert "SI-1" in (await post.new())["invoice_credited"].text


async def test_a_waiver_names_no_number_that_nobody_has_seen(world: World, post: Post) -> None:
    one = await bill(world)
    assert (await one.waive()).status_code == 201
    letters = await post.new()
    for kind in ("fee_waived", "invoice_waived"):
        assert "REQ-" not in letters[kind].text
        assert "REQ-" not in letters[kind].subject


async def test_credit_that_moves_names_no_number_that_nobody_has_seen(world: World, post: Post) -> None:
    one = await bill(world)
    other = await one.replaced()
    await _number(other, "SI-2")
    await one.pay(10_000)
    await post.new()
    assert (await one.move(10_000, other.invoice_id)).status_code == 201
    assert "REQ-" not in (await post.new())["credit_moved"].text
    notes = [entry["note"] for entry in (await other.shown())["entries"]]
    assert notes == ["Moved from an invoice that has no number yet to invoice SI-2."]
    stated = await world.get(f"/v1/centres/{one.centre_id}/statement", one.finance)
    told = [line["description"] for line in stated["accounts"][0]["lines"]]
    assert told[0] == "An invoice that has no number yet"
    assert not [each for each in told if "REQ-" in each]
    printed = await world.client.get(f"/v1/centres/{one.centre_id}/statement", headers={**one.finance.headers, **_PDF})
    assert "REQ-" not in "".join(page.extract_text() for page in PdfReader(BytesIO(printed.content)).pages)


async def test_a_withdrawal_names_no_number_that_nobody_has_seen(world: World, post: Post) -> None:
    found = await left(world, Status.AWAITING_PAYMENT, idle=timedelta())
    path = f"/v1/invoices/{(await found.read())['invoice_id']}/payments"
    received_on = world.clock().date().isoformat()
    body = {"amount": {"amount": 100, "currency": "GBP"}, "method": "cash", "received_on": received_on}
    headers = {**found.finance.headers, "Idempotency-Key": "a-payment-of-a-pound"}
    assert (await world.client.post(path, json=body, headers=headers)).status_code == 201
    await post.new()
    assert (await found.send("withdrawal", {"reason": "Next year."}, found.centre.super_user)).status_code == 200
    told = (await post.new())["application_withdrawn"].text
    assert "REQ-" not in told
    assert "£1.00 was paid for it and is to be refunded" in told


async def test_the_time_to_pay_begins_with_the_number(world: World) -> None:
    one = await bill(world)
    provisional = date.fromisoformat((await one.shown())["due_on"])
    await wait(one, days=40)
    assert (await one.shown())["overdue"] is False
    await _number(one, "SI-1")
    shown = await one.shown()
    assert date.fromisoformat(shown["due_on"]) == provisional + timedelta(days=40)
    assert shown["terms"].endswith("of the day on which we send the invoice.")
    async with world.database.transaction() as session:
        (unpaid,) = await list_unpaid(session, one.application_id)
        days = await session.scalar(text(f"SELECT days_to_pay FROM invoices WHERE id = '{one.invoice_id}'"))
    assert unpaid.issued_on == world.clock().date()
    assert days == 70


async def test_lists_know_what_awaits_its_number(world: World) -> None:
    waiting, numbered = await bill(world), await bill(world)
    await _number(numbered, "SI-1")
    credits = [(await one.credit(100)).json()["id"] for one in (waiting, numbered)]
    await _number(numbered, "CR-1", f"/v1/credit-notes/{credits[1]}")
    login = waiting.finance
    for path, (first, second) in (
        ("/v1/invoices", [str(one.invoice_id) for one in (waiting, numbered)]),
        ("/v1/credit-notes", credits),
    ):
        for more in ({}, {"updated_since": "2026-01-01T00:00:00Z"}):
            for asked, expected in ((True, first), (False, second)):
                found = await items(world, login, path, awaiting_number=asked, **more)
                assert [item["id"] for item in found] == [expected], (path, asked, more)
    for name, value in (("status", "issued"), ("overdue", "false"), ("text", "REQ"), ("centre_id", waiting.centre_id)):
        found = await items(world, login, "/v1/invoices", awaiting_number=True, **{name: str(value)})
        assert [item["id"] for item in found] == [str(waiting.invoice_id)], name
    found = await items(world, login, "/v1/invoices", awaiting_number=False, status="issued")
    assert [item["id"] for item in found] == [str(numbered.invoice_id)]


async def test_an_invoice_that_nobody_has_seen_is_not_overdue(world: World) -> None:
    waiting, numbered = await bill(world), await bill(world)
    await _number(numbered, "SI-1")
    await wait(waiting, days=40)
    for path in ({}, {"due_before": "2027-01-01"}, {"status": "issued"}):
        for overdue, expected in ((True, numbered), (False, waiting)):
            found = await items(world, waiting.finance, "/v1/invoices", overdue=overdue, **path)
            assert [item["id"] for item in found] == [str(expected.invoice_id)], (path, overdue)


@pytest.mark.parametrize("number", ["SI/2026/0004711", "4711", "A7B-99x", "2026-000012345", "INV-2026-00X"])
async def test_the_printed_number_is_found_from_its_beginning(world: World, number: str) -> None:
    one, _ = await bill(world), await bill(world)
    await _number(one, number)
    for length in range(1, len(number) + 1):
        if not number[:length].strip("/-"):
            continue
        for more in ({}, {"status": "issued"}, {"due_from": "2020-01-01"}):
            found = await items(world, one.finance, "/v1/invoices", text=number[:length].lower(), **more)
            assert str(one.invoice_id) in [item["id"] for item in found], (number[:length], more)
    exact = await items(world, one.finance, "/v1/invoices", text=number)
    assert [item["id"] for item in exact] == [str(one.invoice_id)]
    assert await items(world, one.finance, "/v1/invoices", text=f"{number}9") == []


async def test_lists_and_files_show_the_printed_number_of_the_invoice(world: World) -> None:
    waiting, numbered = await bill(world), await bill(world)
    await _number(numbered, "SI-1")
    for one in (waiting, numbered):
        await one.pay(100)
        await one.credit(100)
    for path in ("/v1/payments", "/v1/credit-notes"):
        shown = await items(world, waiting.finance, path)
        assert [item["invoice_document_number"] for item in shown] == ["SI-1", None], path
        answer = await world.client.get(path, headers={**waiting.finance.headers, "Accept": "text/csv"})
        header, *lines = answer.text.splitlines()
        assert header.endswith(',"invoice_document_number"')
        assert sorted(line.rpartition(",")[2].strip('"') for line in lines) == ["", "SI-1"], path
