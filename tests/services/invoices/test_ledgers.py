"""Payments, doubled, reordered, reversed and refunded, end right to the penny, and numbers have no gap (R18).

The suite runs a few; the full size is

    LEDGERS=1000 python -m pytest tests/services/invoices -s
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.database import Work
from app.domain.actors import SYSTEM, Actor, ActorKind, StaffRole
from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import Unavailable
from app.domain.statuses import Status
from app.models import Application, Invoice, InvoiceEntry
from app.queries.applications import lock_application
from app.queries.locked_invoices import InvoiceKey
from app.schemas import credit_notes as credits_
from app.schemas import invoice_ledgers as bodies
from app.schemas.payments import PaymentCreate, PaymentReversalCreate
from app.services import payments
from app.services.invoices import allocations, credit_notes, refunds, replacing, waivers
from app.services.invoices.issue import credit_unpaid, invoice_again, issue_invoice
from tests.queries.test_balances import assert_sums_agree
from tests.routers.finance_stage import FEE, issue, passed
from tests.services.invoices.plain_ledgers import PlainApplication, PlainInvoice
from tests.world import World

_FULL: Final = int(os.environ.get("LEDGERS", "0"))
_REASON: Final = {"reason": "It was agreed."}


class Act(NamedTuple):
    """Something that happens. `place` and `share` pick an invoice, a payment and an amount among those there are."""

    name: str
    pence: int
    place: float
    share: float


_SHARE = st.floats(0, 1)
_PAYMENT = st.builds(Act, st.just("pay"), st.integers(1, 9_000), _SHARE, _SHARE)
_NAMES = (
    "again",
    "differs",
    "reverse",
    "reverse",
    "refund",
    "refund",
    "credit",
    "waive",
    "reissue",
    "come_back",
    "move",
)
_OTHER = st.builds(Act, st.sampled_from(_NAMES), st.integers(1, 9_000), _SHARE, _SHARE)


def _plans(count: int) -> list[list[Act]]:
    """Twenty payments for each invoice, with what else happens in between, in any order."""
    found: list[list[Act]] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(_PAYMENT, min_size=20, max_size=20), st.lists(_OTHER, min_size=8, max_size=24), st.integers(0))
    def collect(paid: list[Act], others: list[Act], seed: int) -> None:
        acts = [*paid, *others]
        random.Random(seed).shuffle(acts)
        found.append(acts)

    collect()
    return found


@dataclass
class Ledgers:
    """One application's invoices in the product, beside their plain model."""

    world: World
    finance: Actor
    colleague: Actor
    application: Application
    ids: list[UUID]
    plain: PlainApplication
    payments: list[tuple[int, UUID, int, str]] = field(default_factory=list)
    reversed: set[UUID] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    async def act(self, act: Act) -> None:
        before = self.plain.opened
        await getattr(self, act.name)(act)
        self.plain.look()
        self.done[act.name] += 1
        assert self.plain.opened or not before

    def _picked(self, act: Act) -> int:
        return min(int(act.place * len(self.ids)), len(self.ids) - 1)

    async def _do(self, service: Callable[..., Awaitable[Any]], found: Any, body: Any, code: str = "") -> Any:
        """Call a service as finance. It refuses with this code, or not at all."""
        actor = self.colleague if service is waivers.waive_invoice else self.finance
        answer, told = None, ""
        try:
            async with self.world.database.transaction() as session:
                work = Work(session, actor, self.world.clock(), self.world.settings)
                if type(found) is tuple:
                    found = await session.get_one(*found)
                answer = await service(work, found, body)
        except Refusal as refused:
            told = refused.code
        assert told == code
        return answer

    def _payment(self, pence: int, name: str) -> PaymentCreate:
        today = self.world.clock().date()
        amount = {"amount": pence, "currency": "GBP"}
        body = {"amount": amount, "method": "bank_transfer", "received_on": today.isoformat()}
        return PaymentCreate.model_validate(body | {"external_system": "bank", "external_payment_id": name})

    async def pay(self, act: Act) -> None:
        at, name = self._picked(act), uuid4().hex
        key = InvoiceKey(self.ids[at], self.application.centre_id)
        answer = await self._do(payments.record_payment, key, self._payment(act.pence, name))
        self.plain.invoices[at].held += act.pence
        self.payments.append((at, answer.id, act.pence, name))

    async def again(self, act: Act, more: int = 0) -> None:
        """The same payment on whichever invoice."""
        if self.payments:
            _, _, pence, name = self.payments[int(act.share * (len(self.payments) - 1))]
            key = InvoiceKey(self.ids[self._picked(act)], self.application.centre_id)
            code = "recorded_differently" if more else "payment_already_recorded"
            await self._do(payments.record_payment, key, self._payment(pence + more, name), code)

    async def differs(self, act: Act) -> None:
        await self.again(act, 1)

    async def reverse(self, act: Act) -> None:
        if self.payments:
            at, id_, pence, _ = self.payments[int(act.share * (len(self.payments) - 1))]
            body, known = PaymentReversalCreate.model_validate(_REASON), id_ in self.reversed
            await self._do(payments.reverse_payment, (InvoiceEntry, id_), body, "already_reversed" if known else "")
            if not known:
                self.plain.invoices[at].reverse(pence)
                self.reversed.add(id_)

    async def refund(self, act: Act) -> None:
        at = self._picked(act)
        plain, today = self.plain.invoices[at], self.world.clock().date().isoformat()
        pence = int(act.share * plain.balance) or act.pence
        body = bodies.RefundCreate.model_validate(
            {"amount": {"amount": pence, "currency": "GBP"}, "method": "bank_transfer", "refunded_on": today}
        )
        beyond = pence > plain.balance
        code = "exceeds_credit_balance" if beyond else ""
        await self._do(refunds.record_refund, (Invoice, self.ids[at]), body, code)
        plain.refunded += 0 if beyond else pence

    async def credit(self, act: Act) -> None:
        at = self._picked(act)
        plain = self.plain.invoices[at]
        pence = int(act.share * plain.creditable) or act.pence
        body = credits_.CreditNoteCreate.model_validate({"amount": {"amount": pence, "currency": "GBP"}} | _REASON)
        beyond = pence > plain.creditable
        await self._do(credit_notes.credit_invoice, (Invoice, self.ids[at]), body, "exceeds_due" if beyond else "")
        plain.credit(0 if beyond else pence)

    async def waive(self, act: Act) -> None:
        # Seldom, since nothing is replaced after it.
        if act.share < 0.7:
            return
        at = self._picked(act)
        plain = self.plain.invoices[at]
        waits = plain is self.plain.last and not self.plain.due and not self.plain.settled
        code = "" if plain.due or waits else "nothing_to_waive"
        body = bodies.WaiverCreate.model_validate(_REASON)
        await self._do(waivers.waive_invoice, (Invoice, self.ids[at]), body, code)
        if not code:
            self.plain.waive(plain)

    async def reissue(self, act: Act) -> None:
        at = self._picked(act)
        plain, pence = self.plain.invoices[at], int(FEE * (0.4 + act.share))
        code = "invoice_replaced" if plain is not self.plain.last else "invoice_waived" if plain.was_waived else ""
        line = {"description": "Fee", "net": {"amount": pence, "currency": "GBP"}}
        body = bodies.InvoiceReplacementCreate.model_validate(_REASON | {"lines": [line]})
        answer = await self._do(replacing.reissue_invoice, (Invoice, self.ids[at]), body, code)
        if not code:
            self.plain.replace(pence)
            self.ids.append(answer.id)

    async def come_back(self, act: Act) -> None:
        """What closing and reopening do to the invoices."""
        # Seldom, since only what is due on the last is then replaced.
        if act.share < 0.5:
            return
        async with self.world.database.transaction() as session:
            work = Work(session, SYSTEM, self.world.clock(), self.world.settings)
            application = await lock_application(session, self.application.id)
            asked = await credit_unpaid(work, application, "The application was closed.")
        if asked:
            async with self.world.database.transaction() as session:
                work = Work(session, SYSTEM, self.world.clock(), self.world.settings)
                application = await lock_application(session, self.application.id)
                self.ids.append((await invoice_again(work, application, asked)).id)
        self.plain.come_back()

    async def move(self, act: Act) -> None:
        at = self._picked(act)
        source, target = self.plain.invoices[at], self.plain.last
        pence = int(act.share * min(source.balance, target.due)) or act.pence
        code = "invalid_input" if source is target else ""
        if not code and pence > source.balance:
            code = "exceeds_credit_balance"
        elif not code and pence > target.due:
            code = "allocation_exceeds_due"
        body = bodies.AllocationCreate.model_validate(
            {"amount": {"amount": pence, "currency": "GBP"}, "to_invoice_id": str(self.ids[-1])}
        )
        await self._do(allocations.allocate_credit, (Invoice, self.ids[at]), body, code)
        if not code:
            source.move(target, pence)

    async def check(self) -> None:
        async with self.world.database.transaction() as session:
            for id_, plain in zip(self.ids, self.plain.invoices, strict=True):
                row = await session.get_one(Invoice, id_)
                kept = (row.paid_pence, row.refunded_pence, row.credited_pence, row.waived_pence, row.due_pence)
                expected = (plain.held, plain.refunded, plain.credited, plain.waived, plain.due - plain.balance)
                assert kept == expected, (self.ids, self.plain)
            application = await session.get_one(Application, self.application.id)
            assert (application.status is Status.IN_REVIEW) == self.plain.opened


async def _ledgers(world: World, finance: Actor, colleague: Actor) -> Ledgers:
    application = await passed(world)
    ids = [await issue(world, application.id)]
    plain = PlainApplication([PlainInvoice(FEE)])
    return Ledgers(world, finance, colleague, application, ids, plain)


async def _actor(world: World) -> Actor:
    login = await world.staff(StaffRole.FINANCE, new=True)
    return Actor(ActorKind.PERSON, login.id, login.name, login.email, staff_roles=frozenset({StaffRole.FINANCE}))


@pytest.mark.requirement("R18")
async def test_ledgers_agree_with_a_plain_model_in_every_order(world: World) -> None:
    """In each order the row, the function and the plain model have the same sums, and the gate opens as they say."""
    await world.staff(StaffRole.CENTRE_LEAD)
    finance, colleague = await _actor(world), await _actor(world)
    waiting, done = _plans(_FULL or 5), Counter[str]()

    async def lane() -> None:
        while waiting:
            plan = waiting.pop()
            ledgers = await _ledgers(world, finance, colleague)
            for act in plan:
                await ledgers.act(act)
            await ledgers.check()
            done.update(ledgers.done)

    await asyncio.gather(*(lane() for _ in range(4)))
    await assert_sums_agree(world.database)
    assert set(done) == {"pay", *_NAMES}
    print(dict(done))


@pytest.mark.requirement("R18")
async def test_numbers_have_no_gap_where_issuers_are_rolled_back(world: World) -> None:
    """Issuers side by side, a tenth of whose transactions are given up after they took a number."""
    count, issuers, chance = (_FULL, 64, random.Random(7)) if _FULL else (60, 16, random.Random(7))
    waiting = [(await passed(world)).id for _ in range(count)]
    given_up = Counter[str]()

    async def lane() -> None:
        while waiting:
            id_ = waiting.pop()
            while not await _issued(world, id_, keep=chance.random() >= 0.1):
                given_up["times"] += 1

    await asyncio.gather(*(lane() for _ in range(issuers)))
    async with world.database.transaction() as session:
        rows = await session.execute(Invoice.__table__.select().with_only_columns(Invoice.number))
        numbers = sorted(number for (number,) in rows)
    year = world.clock().year
    assert numbers == [f"INV-{year}-{number:06d}" for number in range(1, count + 1)]
    assert given_up["times"] > 0
    print(f"{count} invoices by {issuers} issuers, given up {given_up['times']} times")


async def _issued(world: World, application_id: UUID, *, keep: bool) -> bool:
    try:
        async with world.database.transaction() as session:
            work = Work(session, SYSTEM, world.clock(), world.settings)
            await issue_invoice(work, await lock_application(session, application_id))
            if not keep:
                raise ZeroDivisionError
    except (ZeroDivisionError, Unavailable):
        # Of many issuers, some wait longer for a connection than a request may.
        return False
    return True
