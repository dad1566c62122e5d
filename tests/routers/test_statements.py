"""The printed statement of account, with every kind of entry (R18)."""

import pytest

from app.domain.actors import StaffRole
from app.domain.statements import StatementLineKind
from app.settings import Settings, Supplier
from app.settings.supplier import SupplierAddress
from tests.pdf.pdf_reading import words
from tests.routers.finance_stage import FEE, bill
from tests.routers.test_money_lists import wait
from tests.world import World

PDF = {"accept": "application/pdf"}
_SUPPLIER = Supplier(
    legal_name="Awards Trading Ltd",
    address=SupplierAddress(line_1="9 Ledger Lane", town="Leeds", postcode="LS1 4AP"),
)
_ADDRESS = "9 Ledger Lane Leeds LS1 4AP"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"supplier": _SUPPLIER})


def _pounds(pence: int) -> str:
    return f"£{pence // 100}.{pence % 100:02}"


@pytest.mark.requirement("R18")
async def test_it_prints_every_kind_of_entry_with_the_balance_after_it(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    await one.reverse(await one.pay(30_000))
    await one.pay(10_000)
    assert (await one.credit(5_000)).status_code == 201
    new = await one.replaced()
    await wait(one, minutes=1)
    await one.pay(7_000)
    assert (await one.pay_back(3_000)).status_code == 201
    assert (await one.move(4_000, new.invoice_id)).status_code == 201
    assert (await new.waive()).status_code == 201
    path = f"/v1/centres/{one.centre_id}/statement"
    (account,) = (await world.get(path, one.finance))["accounts"]
    lines = [
        (line["kind"], line["debit"]["amount"] - line["credit"]["amount"], line["description"])
        for line in account["lines"]
    ]
    assert [line[:2] for line in lines] == [
        ("invoice", FEE),
        ("payment", -30_000),
        ("reversal", 30_000),
        ("payment", -10_000),
        ("credit", -5_000),
        ("credit", 5_000 - FEE),
        ("allocation_out", 10_000),
        ("invoice", FEE),
        ("allocation_in", -10_000),
        ("payment", -7_000),
        ("refund", 3_000),
        ("allocation_out", 4_000),
        ("allocation_in", -4_000),
        ("waiver", 14_000 - FEE),
    ]
    assert {kind for kind, *_ in lines} == set(StatementLineKind)
    text = words((await world.client.get(path, headers=one.finance.headers | PDF)).content)
    balance = place = 0
    for _, pence, description in lines:
        balance += pence
        after = _pounds(balance) if balance >= 0 else f"{_pounds(-balance)} CR"
        printed = f"1 June 2026 {description} {_pounds(abs(pence))} {after}"
        assert printed in text[place:], (printed, text)
        place = text.index(printed, place) + len(printed)
    assert balance == 0
    assert "1 June 2026 Closing balance £0.00" in text[place:]
    assert "Unpaid invoices" not in text


@pytest.mark.requirement("R18")
async def test_its_supplier_is_the_one_of_invoices_also_before_the_first(world: World) -> None:
    centre, one = await world.centre(), await bill(world)
    assert world.settings.organisation.address_lines[0] not in _ADDRESS
    for centre_id in (centre.id, one.centre_id):
        path = f"/v1/centres/{centre_id}/statement"
        text = words((await world.client.get(path, headers=one.finance.headers | PDF)).content)
        assert f"Awards Trading Ltd {_ADDRESS}" in text
