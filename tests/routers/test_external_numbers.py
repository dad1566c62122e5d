"""Invoices and credit notes that the finance system numbers: they wait, are numbered once, and go out with it."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy import text

from app.database_errors import RefusedByDatabase
from app.domain.actors import Scope, StaffRole
from app.domain.numbering import Numbering
from app.domain.workflow import Status
from app.http.exchange import deployment_of
from app.integrations.storage import DocumentStore
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.queries.invoice_occasions import list_unpaid
from app.settings import Settings
from app.settings.money import Invoices
from tests.jobs.post import Post
from tests.jobs.relay import Relay, running
from tests.jobs.working import through
from tests.races import race
from tests.routers.bank_stage import line_of, only_line, upload
from tests.routers.closing_stage import left
from tests.routers.finance_stage import Bill, bill
from tests.world import Login, World

_PDF = {"Accept": "application/pdf"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The settings of a deployment whose finance system numbers invoices."""
    return settings.model_copy(update={"invoices": Invoices(numbering=Numbering.EXTERNAL)})


@pytest.fixture
async def ledger(world: World) -> Login:
    return await world.integration(Scope.INVOICES_WRITE, Scope.CREDIT_NOTES_WRITE, Scope.INVOICES_READ)


async def _number(one: Bill, number: str, login: Login, path: str | None = None) -> httpx.Response:
    return await one.world.client.put(f"{path or one.path}/number", json={"number": number}, headers=login.headers)


async def test_only_finance_and_a_system_with_the_scope_give_numbers(world: World, ledger: Login) -> None:
    one = await bill(world)
    assert (await world.client.put(f"{one.path}/number", json={"number": "SI-1"})).status_code == 401
    for login, status in (
        ((await world.centre()).super_user, 404),
        (await world.staff(StaffRole.ADMINISTRATOR), 403),
        (await world.integration(Scope.PAYMENTS_WRITE, Scope.CREDIT_NOTES_WRITE), 403),
    ):
        assert (await _number(one, "SI-1", login)).status_code == status
    assert (await _number(one, "SI-1", one.finance)).status_code == 200
    assert (await _number(one, "SI-1", ledger)).status_code == 200


@pytest.mark.parametrize("number", ["", "-1", "SI 1", "x" * 31, "SI_1\n2", 1])
async def test_a_number_has_a_form(world: World, ledger: Login, number: Any) -> None:
    one = await bill(world)
    answer = await _number(one, number, ledger)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/number"]


async def test_a_number_is_given_once_and_to_one_invoice(world: World, ledger: Login) -> None:
    first, second = await bill(world), await bill(world)
    given = (await _number(first, "SI/2026/0001", ledger)).json()
    assert given["document_number"] == "SI/2026/0001"
    assert (await _number(first, "SI/2026/0001", ledger)).json() == given
    other = await _number(first, "SI/2026/0002", ledger)
    assert (other.status_code, other.json()["code"]) == (409, "number_already_given")
    assert other.json()["document_number"] == "SI/2026/0001"
    taken = await _number(second, "SI/2026/0001", ledger)
    assert (taken.status_code, taken.json()["code"]) == (409, "number_taken")
    assert (await second.shown())["awaiting_number"] is True


async def test_the_invoice_waits_and_then_shows_both_numbers(world: World, ledger: Login) -> None:
    one = await bill(world)
    waiting = await one.shown()
    assert (waiting["awaiting_number"], waiting["document_number"]) == (True, None)
    assert waiting["number"] == waiting["payment_reference"] == f"REQ-{world.clock().year}-000001"
    for accepted in ("application/pdf", "application/xml"):
        refused = await world.client.get(one.path, headers={**ledger.headers, "Accept": accepted})
        assert (refused.status_code, refused.json()["code"]) == (409, "number_awaited"), accepted
    again = await world.client.post(f"{one.path}/copies", json={}, headers=one.finance.headers)
    assert (again.status_code, again.json()["code"]) == (409, "number_awaited")
    await _number(one, "SI-0004711", ledger)
    shown = await one.shown()
    assert (shown["number"], shown["document_number"]) == (waiting["number"], "SI-0004711")
    assert shown["awaiting_number"] is False
    printed = await world.client.get(one.path, headers={**ledger.headers, **_PDF})
    assert printed.status_code == 200
    for number in ("SI-0004711", waiting["number"]):
        listed = (await world.get(f"/v1/invoices?number={number}", ledger))["items"]
        assert [item["id"] for item in listed] == [str(one.invoice_id)]


async def test_the_feed_says_that_a_number_is_awaited_and_given(world: World, ledger: Login) -> None:
    one = await bill(world)
    await _number(one, "SI-1", ledger)
    told = {event.type: event.public or {} for event in await one.events()}
    assert told["invoice.issued"]["awaiting_number"] is True
    assert told["invoice.numbered"]["document_number"] == "SI-1"
    assert told["invoice.numbered"]["number"] == told["invoice.issued"]["number"]


async def test_a_credit_note_waits_for_its_invoice_and_its_own_number(world: World, ledger: Login) -> None:
    one = await bill(world)
    credit = (await one.credit(100)).json()
    assert (credit["awaiting_number"], credit["document_number"]) == (True, None)
    assert credit["credit_note_number"].startswith("CRQ-")
    path = f"/v1/credit-notes/{credit['id']}"
    early = await _number(one, "CR-1", ledger, path)
    assert (early.status_code, early.json()["code"]) == (409, "number_awaited")
    await _number(one, "SI-1", ledger)
    refused = await world.client.get(path, headers={**one.finance.headers, **_PDF})
    assert (refused.status_code, refused.json()["code"]) == (409, "number_awaited")
    # Invoices and credit notes have a series each.
    assert (await _number(one, "SI-1", ledger, path)).json()["document_number"] == "SI-1"
    assert (await _number(one, "SI-1", ledger, path)).status_code == 200
    other = await _number(one, "CR-2", ledger, path)
    assert (other.status_code, other.json()["code"]) == (409, "number_already_given")
    shown = await world.get(path, one.finance)
    assert (shown["number"], shown["document_number"]) == (credit["credit_note_number"], "SI-1")
    assert (await world.client.get(path, headers={**one.finance.headers, **_PDF})).status_code == 200


async def test_letters_go_out_once_with_the_number(
    world: World, ledger: Login, settings: Settings, app: FastAPI
) -> None:
    """At a real relay: nothing about money before the number; then the invoice, and the credit note, each once."""
    store: DocumentStore = deployment_of(app).store
    relay = Relay()
    with running(relay):
        means = Means.of(world.database, through(settings, relay), store, world.clock)

        async def sent() -> list[str]:
            before = len(relay.accepted)
            await run_queued_jobs(means)
            return sorted(str(message["Subject"]) for message in relay.accepted[before:])

        one = await bill(world)
        credit = (await one.credit(100)).json()
        assert not [subject for subject in await sent() if "nvoice" in subject or "redit" in subject]
        await _number(one, "SI/0004711", ledger)
        await _number(one, "SI/0004711", ledger)
        assert [subject for subject in await sent() if "nvoice" in subject] == [
            "Invoice SI/0004711 for centre recognition"
        ]
        attached = [part.get_filename() for part in relay.accepted[-1].iter_attachments()]
        assert "Invoice SI-0004711.pdf" in attached
        body = relay.accepted[-1].get_body(("plain",))
        assert body is not None
        assert "REQ-" not in body.get_content()
        await _number(one, "CR-1", ledger, f"/v1/credit-notes/{credit['id']}")
        assert len(await sent()) == 1


async def test_a_statement_names_documents_as_they_are_printed(world: World, ledger: Login) -> None:
    one = await bill(world)
    credit = (await one.credit(100)).json()
    await _number(one, "SI-1", ledger)
    await _number(one, "CR-1", ledger, f"/v1/credit-notes/{credit['id']}")
    stated = await world.get(f"/v1/centres/{one.centre_id}/statement", one.finance)
    lines = stated["accounts"][0]["lines"]
    assert {line["invoice_number"] for line in lines} == {(await one.shown())["number"]}
    invoiced, credited = (line["description"] for line in lines)
    assert invoiced.startswith("Invoice SI-1,")
    assert credited == "Credit note CR-1 on invoice SI-1"


async def test_two_post_at_once(world: World, ledger: Login) -> None:
    """Of two numbers one is given; of two posts of one number, both are told so, and one letter goes out."""
    one = await bill(world)
    lock = f"SELECT 1 FROM applications WHERE id = '{one.application_id}' FOR UPDATE"
    answers = await race(world.database, lock, *(_number(one, number, ledger) for number in ("SI-1", "SI-2")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    two = await bill(world)
    lock = f"SELECT 1 FROM applications WHERE id = '{two.application_id}' FOR UPDATE"
    answers = await race(world.database, lock, *(_number(two, "SI-3", ledger) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    async with world.database.transaction() as session:
        letters = await session.scalar(text("SELECT count(*) FROM emails WHERE kind = 'invoice_issued'"))
    assert letters == 2


async def test_two_documents_get_one_number_at_once(world: World, ledger: Login) -> None:
    """The constraint decides, and the problem says what an earlier read would have said."""
    first, second = await bill(world), await bill(world)
    lock = f"UPDATE invoices SET ledger_number = 'SI-1', numbered_at = now() WHERE id = '{first.invoice_id}'"
    (answer,) = await race(world.database, lock, _number(second, "SI-1", ledger))
    assert (answer.status_code, answer.json()["code"]) == (409, "number_taken")
    assert (await _number(second, "SI-2", ledger)).status_code == 200
    credits = [(await each.credit(100)).json()["id"] for each in (first, second)]
    lock = f"UPDATE invoice_entries SET ledger_number = 'CR-1', numbered_at = now() WHERE id = '{credits[0]}'"
    (answer,) = await race(world.database, lock, _number(second, "CR-1", ledger, f"/v1/credit-notes/{credits[1]}"))
    assert (answer.status_code, answer.json()["code"]) == (409, "number_taken")


async def test_the_database_lets_nobody_change_a_number(world: World, ledger: Login) -> None:
    one = await bill(world)
    credit = (await one.credit(100)).json()
    changes = [
        (f"UPDATE invoices SET {what} WHERE id = '{one.invoice_id}'")
        for what in ("number = 'INV-1'", "ledger_number = 'SI-2', total_pence = 1", "awaits_number = NULL")
    ]
    await _number(one, "SI-1", ledger)
    await _number(one, "CR-1", ledger, f"/v1/credit-notes/{credit['id']}")
    changes += [
        f"UPDATE invoices SET ledger_number = 'SI-2' WHERE id = '{one.invoice_id}'",
        f"UPDATE invoices SET ledger_number = NULL WHERE id = '{one.invoice_id}'",
        f"UPDATE invoice_entries SET ledger_number = 'CR-2' WHERE id = '{credit['id']}'",
    ]
    for change in changes:
        with pytest.raises(RefusedByDatabase, match="append-only"):
            async with world.database.transaction() as session:
                await session.execute(text(change))


async def test_nobody_is_asked_to_pay_an_invoice_that_waits(world: World, ledger: Login) -> None:
    one = await bill(world)
    async with world.database.transaction() as session:
        assert await list_unpaid(session, one.application_id) == []
    await _number(one, "SI-1", ledger)
    async with world.database.transaction() as session:
        assert [each.id for each in await list_unpaid(session, one.application_id)] == [one.invoice_id]


@pytest.mark.parametrize("number", ["SI-0004711", "si-0004711", "Si-7", "a7"])
async def test_a_bank_line_that_quotes_the_printed_number_is_suggested(
    world: World, ledger: Login, number: str
) -> None:
    """Whoever pays has never seen our own reference, and the bank may print theirs in capitals."""
    one = await bill(world)
    assert (await _number(one, number, ledger)).status_code == 200
    await upload(world, one.finance, line_of(one, f"FEE {number.upper()} 14 MAY", "1.00"))
    line = await only_line(world, one.finance)
    assert line["status"] == "suggested"
    (suggestion,) = line["suggestions"]
    assert suggestion["invoice_id"] == str(one.invoice_id)
    assert suggestion["reasons"] == [{"code": "reference", "detail": f"The text quotes {number}."}]


async def test_no_document_names_a_number_that_its_reader_has_never_seen(world: World, ledger: Login) -> None:
    """An invoice that was replaced before it had a number was sent to nobody."""
    one = await bill(world)
    new = await one.replaced()
    assert (await _number(new, "SI-2", ledger)).status_code == 200
    xml = await world.client.get(new.path, headers={**ledger.headers, "Accept": "application/xml"})
    assert xml.status_code == 200
    assert "BillingReference" not in xml.text
    assert "REQ-" not in xml.text
    printed = await world.client.get(new.path, headers={**ledger.headers, **_PDF})
    assert "REQ-" not in PdfReader(BytesIO(printed.content)).pages[0].extract_text()
    (credit,) = (await one.shown())["entries"]
    assert credit["note"].endswith("Replaced by a new invoice.")


async def test_a_replacement_names_the_printed_number_of_the_old_one(world: World, ledger: Login) -> None:
    one = await bill(world)
    assert (await _number(one, "SI-1", ledger)).status_code == 200
    new = await one.replaced()
    assert (await _number(new, "SI-2", ledger)).status_code == 200
    xml = await world.client.get(new.path, headers={**ledger.headers, "Accept": "application/xml"})
    assert "<cbc:ID>SI-1</cbc:ID>" in xml.text


async def test_a_number_of_our_own_series_is_refused(world: World, ledger: Login) -> None:
    """Whoever numbers next year, we or the finance system: no number is printed twice, and ours have no gaps."""
    one = await bill(world)
    credit = f"/v1/credit-notes/{(await one.credit(100)).json()['id']}"
    for number in ("INV-2026-000002", "inv-2099-1", "REQ-2026-000001", "CN-2026-000001", "CRQ-2026-000001"):
        for path in (one.path, credit):
            refused = await _number(one, number, ledger, path)
            assert refused.status_code == 422, number
            assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
                ("/number", "wrong_format")
            ]
    assert (await _number(one, "INV-0001", ledger)).status_code == 200


async def test_a_correction_prints_no_number_that_the_customer_never_saw(world: World, ledger: Login) -> None:
    one = await bill(world)
    await _number(one, "SI-1", ledger)
    await one.pay(60_000)
    new = await one.replaced()
    entries = (await one.shown())["entries"] + (await new.shown())["entries"]
    told = [entry["note"] for entry in entries if entry["note"]]
    corrected = "The address was wrong.\n\nReplaced by a new invoice."
    assert told == [corrected, *["A new invoice replaces SI-1."] * 2]


async def test_the_home_quotes_the_printed_number_once_it_is_there(world: World, ledger: Login) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    home = f"/v1/centres/{centre.id}/home"
    waiting = await world.get(home, centre.user)
    assert waiting["next_step_code"] == "pay_invoice"
    assert waiting["next_step"] == "We are preparing the invoice, and send it to your finance contact."
    given = await world.client.put(
        f"/v1/invoices/{application['invoice_id']}/number", json={"number": "SI-1"}, headers=ledger.headers
    )
    assert given.status_code == 200
    assert "on invoice SI-1 is due by" in (await world.get(home, centre.user))["next_step"]


async def test_the_letter_about_a_reopening_names_no_invoice_that_was_not_sent(
    world: World, settings: Settings, app: FastAPI
) -> None:
    found = await left(world, Status.AWAITING_PAYMENT, idle=timedelta(days=31))
    post = Post(Means.of(world.database, settings, deployment_of(app).store, world.clock))
    await found.closed()
    await post.new()
    await found.send("reopening")
    told = (await post.new())["application_reopened"].text
    assert "REQ-" not in told
    assert "We have sent the new invoice" not in told


async def test_the_statement_of_account_has_the_printed_numbers(world: World, ledger: Login) -> None:
    one = await bill(world)
    credit = (await one.credit(100)).json()
    await _number(one, "SI-1", ledger)
    await _number(one, "CR-1", ledger, f"/v1/credit-notes/{credit['id']}")
    shown = await world.get(f"/v1/centres/{one.centre_id}/statement", one.finance)
    told = [line["description"] for account in shown["accounts"] for line in account["lines"]]
    assert [description.partition(",")[0] for description in told] == [
        "Invoice SI-1",
        "Credit note CR-1 on invoice SI-1",
    ]
