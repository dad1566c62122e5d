"""A year of finance, at random: every total of the reconciliation is what its list adds up to (R18)."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.working_days import london_date
from tests.routers.closing_stage import REASON, WARNING
from tests.routers.finance_stage import FEE, Bill, bill
from tests.routers.test_money_lists import wait
from tests.routers.test_reconciliation import ITEMS, assert_explained, reconciled
from tests.world import World

BEGUN, STEPS = date(2026, 6, 1), 60
Balances = dict[date, tuple[int, int]]


class Year:
    """What finance, and customer experience, did so far, and what every invoice came to after each day."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, Random(seed)
        self.bills: list[Bill] = []
        self.payments: list[tuple[Bill, dict[str, Any]]] = []
        self.done: list[str] = []
        self.balances: Balances = {}

    async def play(self) -> None:
        """Take so many steps, each kind at least once. One that is refused changes nothing."""
        await self.issue()
        steps: list[tuple[Callable[[], Awaitable[bool]], int]] = [
            (self.issue, 2),
            (self.pay, 6),
            (self.reverse, 2),
            (self.credit, 1),
            (self.waive, 1),
            (self.refund, 4),
            (self.move, 3),
            (self.reissue, 2),
            (self.close, 1),
        ]
        names = {step.__name__ for step, _ in steps}
        while len(self.done) < STEPS or set(self.done) != names:
            (step,) = self.random.choices([each for each, _ in steps], [weight for _, weight in steps])
            if await step():
                self.done.append(step.__name__)
            if self.random.random() < 0.6:
                await self.wait(days=self.random.randint(1, 6), hours=self.random.randint(0, 23))

    @property
    def today(self) -> date:
        return london_date(self.world.clock())

    @property
    def one(self) -> Bill:
        """Some invoice, a young one more often."""
        return self.bills[-1 - int(self.random.triangular(0, len(self.bills) - 1, 0))]

    async def wait(self, **by: float) -> None:
        self.balances[self.today] = await self.standing()
        await wait(self.bills[0], **by)

    async def standing(self, balance: str | None = None) -> tuple[int, int]:
        """What all invoices have due, and their credit balances, by their list, or by that of one side."""
        due = credit = 0
        path = "/v1/invoices?limit=100" + (f"&balance={balance}" if balance else "")
        following: str | None = path
        while following is not None:
            page = await self.world.get(following, self.bills[0].finance)
            due += sum(item["due"]["amount"] for item in page["items"])
            credit += sum(item["credit_balance"]["amount"] for item in page["items"])
            following = f"{path}&cursor={page['next_cursor']}" if page["next_cursor"] else None
        return due, credit

    async def issue(self) -> bool:
        self.bills.append(await bill(self.world))
        return True

    async def pay(self) -> bool:
        one, pence = self.one, self.random.choice([FEE, FEE // 2, self.random.randint(1, FEE), FEE + 1_234])
        self.payments.append((one, await one.pay(pence)))
        return True

    async def reverse(self) -> bool:
        if not self.payments:
            return False
        one, payment = self.payments.pop(self.random.randrange(len(self.payments)))
        return _taken(await one.send(f"payments/{payment['id']}/reversal", {"reason": "The bank took it back."}))

    async def credit(self) -> bool:
        return _taken(await self.one.credit(self.random.randint(1, FEE)))

    async def waive(self) -> bool:
        return _taken(await self.one.waive())

    async def refund(self) -> bool:
        one = self.one
        most = (await one.shown())["credit_balance"]["amount"]
        return _taken(await one.pay_back(self.random.randint(1, max(1, most))))

    async def move(self) -> bool:
        one = self.one
        others = [each for each in self.bills if each.application_id == one.application_id and each is not one]
        if not others:
            return False
        most = (await one.shown())["credit_balance"]["amount"]
        return _taken(await one.move(self.random.randint(1, max(1, most)), self.random.choice(others).invoice_id))

    async def reissue(self) -> bool:
        one = self.one
        answer = await one.reissue()
        if answer.status_code == 201:
            self.bills.append(one.at(answer.json()["id"]))
        return _taken(answer)

    async def close(self) -> bool:
        """Close an application, and reopen it or not."""
        one = self.one
        await self.wait(days=31)
        if not await self._step(one, "closing-warning"):
            return False
        await self.wait(days=WARNING.days)
        if not await self._step(one, "closure"):
            return False
        await self.wait(days=3)
        if self.random.random() < 0.7 and await self._step(one, "reopening"):
            staff = await self.world.staff(StaffRole.FINANCE)
            application = await self.world.get(f"/v1/applications/{one.application_id}", staff)
            if application["invoice_id"] not in [str(each.invoice_id) for each in self.bills]:
                self.bills.append(one.at(application["invoice_id"]))
        return True

    async def _step(self, one: Bill, step: str) -> bool:
        staff = await self.world.staff(StaffRole.CUSTOMER_EXPERIENCE, new=True)
        path = f"/v1/applications/{one.application_id}"
        headers = {**staff.headers, "If-Match": (await self.world.get(path, staff))["etag"]}
        return _taken(await self.world.client.post(f"{path}/{step}", json=REASON, headers=headers))


def _taken(answer: Any) -> bool:
    assert answer.status_code in (200, 201, 409), answer.text
    return bool(answer.status_code != 409)


@pytest.mark.requirement("R18")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_year_adds_up_in_every_period(world: World, seed: int) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    year = Year(world, seed)
    await year.play()
    year.balances[year.today] = await year.standing()
    finance = year.bills[0].finance
    ends = sorted(year.balances)

    def at_the_end_of(day: date) -> tuple[int, int]:
        before = [each for each in ends if each <= day]
        return year.balances[before[-1]] if before else (0, 0)

    due, credit = year.balances[year.today]
    assert (await year.standing("due"), await year.standing("credit")) == ((due, 0), (0, credit))
    periods = [(BEGUN, year.today)]
    for _ in range(8):
        first, last = sorted(year.random.choices(ends, k=2))
        periods.append((first, last))
    for first, last in periods:
        shown = await reconciled(world, finance, **{"from": first.isoformat(), "to": last.isoformat()})
        await assert_explained(world, finance, shown, limit=100)
        (gbp,) = shown["currencies"]
        for side, day in (("opening", first - timedelta(days=1)), ("closing", last)):
            found = gbp[side]["due"]["amount"], gbp[side]["credit_balance"]["amount"]
            assert found == at_the_end_of(day), (side, day)
    whole = await reconciled(world, finance, **{"from": BEGUN.isoformat(), "to": year.today.isoformat()})
    (gbp,) = whole["currencies"]
    assert [name for name in ITEMS if not gbp[name]["count"]] == []
    assert all(max(each[side] for each in year.balances.values()) for side in (0, 1))
