"""What hot statements show of money in lists is what ORM rows show of one object, for everybody who sees it."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.actors import Scope, StaffRole
from app.domain.numbering import Numbering
from app.settings import Settings
from app.settings.money import Invoices
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import Login, World

_SYSTEM = "xero"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The settings of a deployment whose finance system numbers invoices, so that some wait for their number."""
    return settings.model_copy(update={"invoices": Invoices(numbering=Numbering.EXTERNAL)})


async def _pages(world: World, login: Login, path: str, **params: Any) -> list[dict[str, Any]]:
    """Read a list to its end, two items at a time."""
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {**params, "limit": 2}
    while True:
        answer = await world.client.get(path, params=asked, headers=login.headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


async def _every_standing(world: World) -> list[Bill]:
    """Invoices with every kind of entry. The last two are of one centre."""
    bills = [await bill(world) for _ in range(7)]
    part, paid, back, credited, waived, over, again = bills
    await part.pay(FEE // 2, external_system="Sage", external_payment_id="1")
    await paid.pay()
    await back.reverse(await back.pay())
    assert (await credited.credit()).status_code == 201
    assert (await waived.waive()).status_code == 201
    await over.pay(FEE + 100, payer_reference="RIVERSIDE")
    assert (await over.pay_back(40)).status_code == 201
    await again.pay(FEE // 4)
    bills.append(await again.replaced())
    assert (await bills[-1].credit(FEE // 4 * 3)).status_code == 201
    assert (await bills[-1].waive()).status_code == 201
    for one in (part, paid):
        body = {"sync_state": "synced", "external_id": str(one.invoice_id)}
        path = f"{one.path}/external-refs/{_SYSTEM}"
        assert (await world.client.put(path, json=body, headers=one.finance.headers)).status_code == 200
    for number, one in enumerate((part, credited)):
        body = {"number": f"SI-{number}"}
        assert (await world.client.put(f"{one.path}/number", json=body, headers=one.finance.headers)).status_code == 200
    return bills


@pytest.mark.requirement("R18")
async def test_a_list_shows_invoices_as_each_is_shown(world: World) -> None:
    """In the order of issue; by status or centre, by which an index has the list; and by another filter, by id."""
    bills = await _every_standing(world)
    centre = str(bills[-1].centre_id)
    viewers = [
        *[await world.staff(role, new=True) for role in (StaffRole.FINANCE, StaffRole.CENTRE_LEAD)],
        bills[0].finance,
        await world.integration(Scope.INVOICES_READ),
    ]
    for login in viewers:
        shown = [await one.shown(login) for one in bills]
        shown.sort(key=lambda item: (item["issued_at"], UUID(item["id"])), reverse=True)
        every = await _pages(world, login, "/v1/invoices")
        assert every == [{name: each[name] for name in every[0]} for each in shown]
        for status in ("issued", "part_paid", "paid", "credited", "waived"):
            theirs = [item for item in every if item["status"] == status]
            assert theirs
            assert await _pages(world, login, "/v1/invoices", status=status) == theirs
        of_centre = [item for item in every if item["centre_id"] == centre]
        assert len(of_centre) == 2
        assert await _pages(world, login, "/v1/invoices", centre_id=centre) == of_centre
        assert await _pages(world, login, "/v1/invoices", centre_id=centre, status="waived") == of_centre[:1]
        assert await _pages(world, login, "/v1/invoices", issued_from="2020-01-01") == every


@pytest.mark.requirement("R18")
async def test_a_centre_lists_its_own_invoices_as_each_is_shown(world: World) -> None:
    centre, stranger = await world.centre(), await world.centre()
    bills = [await bill(world, centre.id)]
    await bill(world, stranger.id)
    for _ in range(2):
        bills.append(await bills[-1].replaced())
    await bills[-1].pay()
    shown = [await one.shown(centre.user) for one in reversed(bills)]
    found = await _pages(world, centre.user, "/v1/invoices")
    assert found == [{name: each[name] for name in found[0]} for each in shown]
    for params in ({"centre_id": str(centre.id)}, {"issued_from": "2020-01-01"}):
        assert await _pages(world, centre.user, "/v1/invoices", **params) == found
    assert await _pages(world, centre.user, "/v1/invoices", status="paid") == [found[0]]
    assert await _pages(world, centre.user, "/v1/invoices", centre_id=str(stranger.id)) == []


@pytest.mark.requirement("R18")
async def test_a_list_shows_payments_as_their_invoices_do(world: World) -> None:
    """Every kind or some, which are merged, and the same found by id; a page has entries of several kinds."""
    bills = await _every_standing(world)
    viewers = [
        bills[0].finance,
        await world.staff(StaffRole.CENTRE_LEAD, new=True),
        await world.integration(Scope.INVOICES_READ, Scope.PAYMENTS_READ),
    ]
    for login in viewers:
        shown = []
        for one in bills:
            invoice = await one.shown(login)
            shown += [
                {
                    **entry,
                    "invoice_id": invoice["id"],
                    "invoice_number": invoice["number"],
                    "invoice_document_number": invoice["document_number"],
                    **{name: invoice[name] for name in ("application_id", "application_reference", "centre_id")},
                }
                for entry in invoice["entries"]
                if entry["kind"] != "credit"
            ]
        shown.sort(key=lambda item: (item["recorded_at"], UUID(item["id"])), reverse=True)
        every = await _pages(world, login, "/v1/payments")
        later = ("status", "centre_name", "updated_at")
        assert [{name: item[name] for name in item if name not in later} for item in every] == shown
        assert {item["status"] for item in every} == {"recorded", "reversed", None}
        kinds = {item["kind"] for item in every}
        assert kinds == {"payment", "reversal", "refund", "waiver", "allocation_in", "allocation_out"}
        for some in (["payment"], ["waiver", "refund", "waiver"], sorted(kinds)):
            theirs = [item for item in every if item["kind"] in some]
            assert await _pages(world, login, "/v1/payments", kind=some) == theirs
        assert await _pages(world, login, "/v1/payments", recorded_from="2020-01-01") == every


@pytest.mark.requirement("R18")
async def test_a_list_shows_credit_notes_as_each_is_shown(world: World) -> None:
    bills = await _every_standing(world)
    for login in (bills[0].finance, await world.integration(Scope.CREDIT_NOTES_READ)):
        every = await _pages(world, login, "/v1/credit-notes")
        assert len(every) > 2
        assert every == sorted(every, key=lambda item: (item["issued_at"], UUID(item["id"])), reverse=True)
        for item in every:
            one = await world.get(f"/v1/credit-notes/{item['id']}", login)
            assert item == {name: one[name] for name in item}
        assert await _pages(world, login, "/v1/credit-notes", issued_from="2020-01-01") == every
