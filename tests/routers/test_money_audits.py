"""Every event of money keeps in the audit what stood before and after it (R18, R24)."""

from typing import Any

import pytest
from sqlalchemy import select

from app.domain.events import EventType
from app.domain.numbering import Numbering
from app.models import Event
from app.settings import Settings
from app.settings.money import Invoices
from tests.routers.bank_stage import line_of, only_line, paying, settle, upload
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import World

_OF_MONEY = ("invoice.", "credit_note.", "payment.", "bank_line.")
# The first has nothing before it, and the others change no money.
_WITHOUT_BEFORE = {"invoice.issued", "invoice.overdue", "invoice.sent_again"}
TYPES = sorted(
    type_.value for type_ in EventType if type_.value.startswith(_OF_MONEY) and type_.value not in _WITHOUT_BEFORE
)
_AMOUNTS = {"total", "paid", "credited", "waived", "refunded", "due", "credit_balance"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The finance system numbers what is issued, so that this is an event too."""
    return settings.model_copy(update={"invoices": Invoices(numbering=Numbering.EXTERNAL)})


async def _play(world: World) -> None:
    """Have finance do everything once."""
    one, old = await bill(world), await bill(world)
    await _number(one, f"{one.path}/number", "SI-1")
    await one.reverse(await one.pay(FEE // 2))
    note = (await one.credit(100)).json()
    await _number(one, f"/v1/credit-notes/{note['id']}/number", "SC-1")
    await one.pay(FEE + 1_000)
    assert (await one.pay_back(100)).status_code == 201
    new = await old.replaced()
    await old.pay(200)
    assert (await old.move(200, new.invoice_id)).status_code == 201
    assert (await new.waive()).status_code == 201
    third = await bill(world)
    await third.reverse(await third.pay())
    await third.credit()
    await _bank(world, await bill(world))


async def _number(one: Bill, path: str, number: str) -> None:
    answer = await one.world.client.put(path, json={"number": number}, headers=one.finance.headers)
    assert answer.status_code == 200, answer.text


async def _bank(world: World, one: Bill) -> None:
    await _number(one, f"{one.path}/number", "SI-9")
    await upload(world, one.finance, line_of(one, "SI-9"))
    line = await only_line(world, one.finance)
    for part, body in (
        ("rejection", {"reason": "A transfer of our own."}),
        ("reopening", None),
        ("confirmation", paying(one)),
    ):
        answer = await settle(world, one.finance, line, part, body)
        assert answer.is_success, answer.text


async def _audits(world: World) -> dict[str, list[dict[str, Any]]]:
    """The audits of all events, by type."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with world.database.transaction() as session:
        for event in await session.scalars(select(Event).order_by(Event.id)):
            found.setdefault(event.type, []).append(event.audit or {})
    return found


async def test_every_event_of_money_keeps_before_and_after(world: World) -> None:
    await _play(world)
    audits = await _audits(world)
    assert set(TYPES) - audits.keys() == set()
    for type_ in TYPES:
        for audit in audits[type_]:
            before, after = audit["before"], audit["after"]
            assert before, type_
            assert before.keys() <= after.keys(), type_
            assert {name: after[name] for name in before} != before, (type_, before)
            if not type_.startswith("bank_line."):
                assert before.keys() >= _AMOUNTS | {"status"}, type_
    assert audits["invoice.issued"][0]["after"].keys() >= _AMOUNTS
