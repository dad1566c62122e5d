"""A wrong invoice is credited in full and replaced in one operation, and what was paid moves along (R18)."""

from typing import Any

import pytest

from app.domain.actors import Scope, StaffRole
from app.domain.statuses import Status
from app.services.story import centre as centres_part
from tests.routers.finance_stage import FEE, Bill, at_once, bill
from tests.world import World

HALF = FEE // 2


def _lines(pence: int, currency: str = "GBP") -> list[dict[str, Any]]:
    return [{"description": "Fee", "net": {"amount": pence, "currency": currency}}]


async def _status(one: Bill) -> Status:
    return (await one.application()).status


@pytest.mark.requirement("R18")
async def test_it_is_for_finance_and_its_systems(world: World) -> None:
    centre = await world.centre()
    one, body = await bill(world, centre.id), {"reason": "Wrong."}
    assert (await world.client.post(f"{one.path}/replacement", json=body)).status_code == 401
    assert (await one.send("replacement", body, (await world.centre()).super_user)).status_code == 404
    assert (await one.send("replacement", body, centre.super_user)).status_code == 403
    assert (await one.send("replacement", body, await world.staff(StaffRole.CENTRE_LEAD))).status_code == 403
    assert (await one.send("replacement", {})).json()["errors"][0]["pointer"] == "/reason"
    client = await world.integration(Scope.INVOICES_WRITE)
    assert (await one.send("replacement", body, client)).status_code == 201


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"lines": _lines(1, "EUR")}, "/lines/0/net/currency", "wrong_currency"),
        ({"lines": _lines(0)}, "/lines/0/net/amount", "too_small"),
        ({"lines": _lines(-1)}, "/lines/0/net/amount", "too_small"),
        ({"lines": [{"description": "Fee", "net": {"amount": 1.5, "currency": "GBP"}}]}, "/lines/0/net/amount", None),
        ({"lines": []}, "/lines", "too_few"),
        ({"lines": _lines(1) * 11}, "/lines", "too_many"),
        ({"lines": _lines(10**10) * 2}, "/lines", "too_large"),
        ({"vat_category": "S"}, "/vat_category", "not_a_choice"),
        ({"customer": {"vat_number": "GB123456789"}}, "/customer/vat_number", "invalid_vat_number"),
        ({"customer": {"address": {"line_1": "1 Road"}}}, "/customer/address/town", "required"),
    ],
)
async def test_a_wrong_replacement_is_refused_and_credits_nothing(
    world: World, body: dict[str, Any], pointer: str, code: str | None
) -> None:
    one = await bill(world)
    refused = await one.reissue(**body)
    assert refused.status_code == 422, refused.text
    found = {fault["pointer"]: fault["code"] for fault in refused.json()["errors"]}
    assert found[pointer] == (code or found[pointer])
    assert await one.stands() == {"status": "issued", "due": FEE}


@pytest.mark.requirement("R18")
async def test_the_new_one_names_the_old_and_the_gate_waits_for_it(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    address = {"line_1": "1 New Road", "town": "York", "country": "england", "postcode": "YO1 7HH"}
    customer = {"legal_name": "Riverside Learning Limited", "address": address, "vat_number": "GB980780684"}
    answer = await one.reissue(purchase_order_number="PO-77", customer=customer)
    assert answer.status_code == 201, answer.text
    new = one.at(answer.json()["id"])
    assert answer.headers["Location"] == new.path
    shown, old = await new.shown(), await one.shown()
    assert (shown["replaces_invoice_id"], old["replaced_by_invoice_id"]) == (old["id"], shown["id"])
    assert shown["number"] != old["number"]
    assert (shown["purchase_order_number"], shown["buyer_reference"]) == ("PO-77", "PO-77")
    assert shown["customer"]["legal_name"] == "Riverside Learning Limited"
    assert (shown["customer"]["address"]["town"], shown["customer"]["vat_number"]) == ("York", "GB980780684")
    (credit,) = old["entries"]
    assert (credit["credit_note_number"], credit["reason_code"]) == ("CN-2026-000001", "mistake")
    assert shown["number"] in credit["note"]
    assert await one.stands() == {"status": "credited", "credited": FEE}
    assert await new.stands() == {"status": "issued", "due": FEE}
    assert await _status(one) is Status.AWAITING_PAYMENT
    seen = await world.get(f"/v1/applications/{one.application_id}", one.finance)
    assert (seen["invoice_id"], seen["waiting_on"]) == (shown["id"], "centre")
    again = await one.reissue()
    assert (again.status_code, again.json()["code"]) == (409, "invoice_replaced")
    assert again.json()["replacement_id"] == shown["id"]
    await new.pay()
    assert await _status(one) is Status.IN_REVIEW


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("paid", "asked", "moved", "stays"),
    [(HALF, FEE, HALF, 0), (FEE, FEE, FEE, 0), (FEE + 5, FEE, FEE, 5), (FEE, HALF, HALF, HALF)],
)
async def test_what_was_paid_moves_at_most_what_the_new_one_asks(
    world: World, paid: int, asked: int, moved: int, stays: int
) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    await one.pay(paid)
    new = await one.replaced(lines=_lines(asked))
    expected: dict[str, int | str] = {"status": "paid" if moved == asked else "part_paid", "paid": moved}
    assert await new.stands() == expected | ({"due": asked - moved} if moved < asked else {})
    rest = {"paid": stays, "credit_balance": stays} if stays else {}
    assert await one.stands() == {"status": "credited", "credited": FEE} | rest
    out, into = (await one.shown())["entries"][-1], (await new.shown())["entries"][0]
    assert (out["kind"], into["kind"]) == ("allocation_out", "allocation_in")
    assert (out["counterpart_id"], into["counterpart_id"]) == (into["id"], out["id"])
    assert (out["counterpart_invoice_id"], into["counterpart_invoice_id"]) == (
        str(new.invoice_id),
        str(one.invoice_id),
    )
    opens = moved == asked
    assert await _status(one) is (Status.IN_REVIEW if opens else Status.AWAITING_PAYMENT)
    assert (await one.happened()).count("payment.allocated") == 2


@pytest.mark.requirement("R18")
async def test_a_cheaper_replacement_is_no_way_round_a_waiver(world: World) -> None:
    one = await bill(world)
    new = await one.replaced(lines=_lines(1))
    await new.pay(1)
    assert (await new.stands())["status"] == "paid"
    assert await _status(one) is Status.AWAITING_PAYMENT
    cheaper = await (await new.replaced(lines=_lines(HALF))).replaced(lines=_lines(HALF - 1))
    await cheaper.pay(HALF - 2)
    assert await cheaper.stands() == {"status": "paid", "paid": HALF - 1}
    assert await _status(one) is Status.AWAITING_PAYMENT
    assert (await cheaper.waive()).status_code == 201
    assert await _status(one) is Status.IN_REVIEW


@pytest.mark.requirement("R18")
async def test_a_reversal_takes_the_money_back_from_where_it_went(world: World) -> None:
    """Over two replacements, to the penny; the invoice that had it is due again, and nothing is due on the old ones."""
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    first, second = await one.pay(30_000), await one.pay(20_000)
    new = await one.replaced()
    last = await new.replaced(lines=_lines(FEE + 1_000))
    assert await last.stands() == {"status": "part_paid", "paid": FEE, "due": 1_000}
    await last.pay(1_000)
    await one.reverse(first)
    assert await one.stands() == {"status": "credited", "credited": FEE}
    assert await new.stands() == {"status": "credited", "credited": FEE}
    assert await last.stands() == {"status": "part_paid", "paid": 21_000, "due": 30_000}
    unpaid = [event for event in await one.events() if event.type == "invoice.unpaid"]
    assert [event.aggregate_id for event in unpaid] == [last.invoice_id]
    await one.reverse(second)
    assert await last.stands() == {"status": "part_paid", "paid": 1_000, "due": FEE}
    await last.pay(FEE)
    assert await last.stands() == {"status": "paid", "paid": FEE + 1_000}
    assert "payment_reversed" in await one.mail()


@pytest.mark.requirement("R18")
async def test_a_refund_whose_payment_is_taken_back_is_due(world: World) -> None:
    one = await bill(world)
    payment = await one.pay(FEE + 700)
    new = await one.replaced()
    assert (await one.pay_back(700)).status_code == 201
    await one.reverse(payment)
    assert await new.stands() == {"status": "issued", "due": FEE}
    assert await one.stands() == {"status": "issued", "credited": FEE, "refunded": 700, "due": 700}
    assert (await one.credit(1)).json()["due"]["amount"] == 0
    await new.pay()
    assert (await one.application()).due_at is None, "the gate waits for all that is due"
    await one.pay(700)
    assert (await one.application()).due_at is not None
    assert await one.stands() == {"status": "credited", "paid": 700, "credited": FEE, "refunded": 700}


@pytest.mark.requirement("R18")
async def test_an_application_that_ended_has_nothing_to_replace(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    await one.pay(HALF)
    await world.play(centre, one.application_id, centres_part.withdraw)
    refused = await one.reissue()
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_replace")


@pytest.mark.requirement("R18")
async def test_a_recognised_centre_gets_a_corrected_invoice(world: World) -> None:
    """Nothing reopens: the money moves, and the application stays where it is."""
    centre = await world.centre()
    application = await world.application(centre, Status.ACCEPTED)
    finance = await world.staff(StaffRole.FINANCE)
    one = Bill(world, centre.id, application["id"], application["invoice_id"], finance)
    new = await one.replaced(purchase_order_number="PO-1")
    assert (await new.stands())["status"] == "paid"
    assert (await world.get(f"/v1/applications/{application['id']}", finance))["status"] == "accepted"


@pytest.mark.requirement("R18")
async def test_of_concurrent_replacements_one_is_issued(world: World) -> None:
    one = await bill(world)
    await one.pay(HALF)
    answers = await at_once(*(one.reissue() for _ in range(4)), one.send("payments", one.payment(HALF)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409]
    listed = await world.get(f"/v1/invoices?application_id={one.application_id}", one.finance)
    assert len(listed["items"]) == 2
    assert sum(item["due"]["amount"] - item["credit_balance"]["amount"] for item in listed["items"]) == 0
