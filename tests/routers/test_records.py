"""The record of changes: who may read which, its filters, and money with its standing before and after (R24)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app import outbox
from app.database import Work
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.domain.events import EventType
from app.domain.records import RecordArea
from tests.routers.finance_stage import FEE, bill
from tests.world import Login, World

ADDRESS = "/v1/records"


async def shown(world: World, login: Login, **filters: Any) -> list[dict[str, Any]]:
    """Every page of them."""
    items: list[dict[str, Any]] = []
    place: dict[str, str] = {}
    while True:
        answer = await world.client.get(ADDRESS, headers=login.headers, params={"limit": 100, **filters, **place})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return items
        place = {"cursor": answer.json()["next_cursor"]}


async def happen(world: World, type_: EventType, aggregate: UUID, **more: Any) -> None:
    async with world.database.transaction() as session:
        work = Work(session, SYSTEM, world.clock(), world.settings)
        told = {"summary": f"{type_} happened"} | more
        await outbox.record(work, type_, ("thing", aggregate), **told)


async def test_only_staff_read_it(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    centre, system = await world.centre(), await world.integration(Scope.EVENTS_READ, Scope.INVOICES_READ)
    for path in (ADDRESS, f"{ADDRESS}/export"):
        assert (await world.client.get(path)).status_code == 401
        for login in (centre.super_user, centre.user, system):
            assert (await world.client.get(path, headers=login.headers)).status_code == 403
        for wrong in (
            {"areas": "weather"},
            {"types": "application.eaten"},
            {"aggregate_id": "x"},
            {"actor_id": "x"},
            {"occurred_from": "yesterday"},
            {"text": ""},
            {"text": "two\nlines"},
            {"who": "x"},
        ):
            answer = await world.client.get(path, headers=finance.headers, params=wrong)
            assert answer.status_code == 422, wrong
    assert (await world.client.get(ADDRESS, headers=finance.headers, params={"cursor": "x"})).status_code == 422
    refused = await world.client.get(f"{ADDRESS}/export", headers=finance.headers, params={"cursor": "x"})
    assert refused.json()["errors"][0]["code"] == "unknown_parameter"


@pytest.mark.requirement("R24")
async def test_staff_read_what_they_can_read_in_the_product(world: World) -> None:
    """Accounts, clients, settings and jobs are for administrators, whatever a filter asks for."""
    id_ = UUID(int=7)
    for type_ in EventType:
        await happen(world, type_, id_)
    hidden = {"accounts", "integration_clients", "webhooks", "settings", "jobs"}
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    every = await shown(world, administrator, aggregate_id=str(id_))
    assert {item["area"] for item in every} == set(RecordArea)
    assert {item["type"] for item in every} == set(EventType)
    for role in (StaffRole.CUSTOMER_EXPERIENCE, StaffRole.FINANCE, StaffRole.CENTRE_LEAD):
        login = await world.staff(role)
        assert {item["area"] for item in await shown(world, login, aggregate_id=str(id_))} == set(RecordArea) - hidden
        assert {item["area"] for item in await shown(world, login)} <= set(RecordArea) - hidden
        for filters in ({"areas": sorted(hidden)}, {"types": ["job.retried", "settings.changed", "person.erased"]}):
            assert await shown(world, login, **filters) == []


async def test_a_type_of_another_release_is_shown_to_nobody(world: World, owners_connections: Any) -> None:
    await happen(world, EventType.STAFF_CREATED, UUID(int=8))
    async with owners_connections.transaction() as session:
        await session.driver.execute("ALTER TABLE events DISABLE TRIGGER append_only")
        await session.driver.execute("UPDATE events SET type = 'surprise.sprung'")
        await session.driver.execute("ALTER TABLE events ENABLE TRIGGER append_only")
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    for filters in ({}, {"aggregate_id": str(UUID(int=8))}, {"areas": list(RecordArea)}):
        assert "surprise.sprung" not in {item["type"] for item in await shown(world, administrator, **filters)}


@pytest.mark.requirement("R24")
async def test_money_is_recorded_with_its_standing_before_and_after(world: World) -> None:
    due = await bill(world)
    payment = await due.pay(FEE - 100)
    await due.reverse(payment)
    assert (await due.credit(FEE)).status_code == 201
    money = {"areas": "money", "aggregate_id": str(due.invoice_id)}
    items = {item["type"]: item for item in reversed(await shown(world, due.finance, **money))}

    def standing(side: dict[str, Any]) -> tuple[str, int, int, int]:
        return side["status"], *(side[name]["amount"] for name in ("paid", "credited", "due"))

    def change(type_: str) -> tuple[tuple[str, int, int, int], ...]:
        return standing(items[type_]["before"]), standing(items[type_]["after"])

    assert not items["invoice.issued"]["before"]
    assert standing(items["invoice.issued"]["after"]) == ("issued", 0, 0, FEE)
    nothing, part = ("issued", 0, 0, FEE), ("part_paid", FEE - 100, 0, 100)
    assert change("payment.recorded") == change("invoice.part_paid") == (nothing, part)
    assert change("payment.reversed") == (part, nothing)
    assert change("credit_note.issued") == change("invoice.voided") == (nothing, ("credited", 0, FEE, 0))
    recorded = items["payment.recorded"]
    assert recorded["actor"]["name"] == due.finance.name
    assert recorded["after"]["entry"]["amount"] == {"amount": FEE - 100, "currency": "GBP"}
    assert recorded["after"]["entry"]["method"] == "bank_transfer"
    assert items["payment.reversed"]["after"]["entry"]["reverses_id"] == payment["id"]
    assert items["credit_note.issued"]["after"]["entry"]["reason"] == "Waived by agreement."


@pytest.mark.requirement("R24")
async def test_due_diligence_staff_clients_and_documents_say_from_what_to_what(world: World) -> None:
    customer_experience = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    receipt = await world.received()
    path = f"/v1/initial-applications/{receipt['id']}"
    for outcome in ("concern", "clear"):
        body = {"check": "address", "outcome": outcome, "note": f"It is {outcome}."}
        await world.post(f"{path}/checks", body, customer_experience, match=path)
    last, first, _ = await shown(world, customer_experience, aggregate_id=receipt["id"])
    assert (first["before"], first["after"]["outcome"]) == ({}, "concern")
    assert last["before"] == first["after"] == {"check": "address", "outcome": "concern", "note": "It is concern."}
    assert last["after"]["outcome"] == "clear"
    made = await world.post("/v1/integration-clients", {"name": "Ledger", "scopes": ["events:read"]}, administrator)
    one = f"/v1/integration-clients/{made['id']}"
    await world.post(f"{one}/secret", None, administrator, match=one)
    await world.client.delete(one, headers=administrator.headers | {"if-match": "*"})
    gone, rotated, created = await shown(world, administrator, aggregate_id=made["id"])
    assert created["after"] == {"name": "Ledger", "scopes": ["events:read"], "networks": []}
    assert rotated["after"]["secret_generation"] == rotated["before"]["secret_generation"] + 1
    assert (gone["before"]["deactivated_at"], gone["after"]["deactivated_at"] is None) == (None, False)
    assert made["client_secret"] not in str([gone, rotated, created])


async def test_filters_and_pages(world: World) -> None:
    """Each filter alone and together, and no change twice or left out between pages."""
    finance = await world.staff(StaffRole.FINANCE)
    things, made = [UUID(int=1), UUID(int=2)], []
    centre = await world.centre()
    for number in range(6):
        made.append(world.clock())
        for type_ in (EventType.SITE_CREATED, EventType.INVOICE_PAID):
            await happen(world, type_, things[number % 2], centre_id=centre.id if number % 2 else None)
        world.clock.move(timedelta(minutes=1))
    of_thing = {"aggregate_id": str(things[1])}
    assert len(await shown(world, finance, **of_thing)) == 6
    assert {item["type"] for item in await shown(world, finance, areas="money", **of_thing)} == {"invoice.paid"}
    period = {"occurred_from": made[2].isoformat(), "occurred_before": made[4].isoformat()}
    assert len(await shown(world, finance, types="invoice.paid", **period)) == 2
    assert len(await shown(world, finance, **period)) == 4
    assert len(await shown(world, finance, types="site.created", centre_id=str(centre.id))) == 3
    assert await shown(world, finance, occurred_from=(made[5] + timedelta(days=9)).isoformat()) == []
    assert await shown(world, finance, occurred_before=(made[0] - timedelta(days=900)).isoformat()) == []
    assert await shown(world, finance, types="site.created", areas="money") == []
    assert await shown(world, finance, actor_id=str(finance.id)) == []
    filters: dict[str, Any]
    for filters in ({}, of_thing, {"areas": ["money", "centres"]}, period, {"centre_id": str(centre.id)}):
        whole = [item["id"] for item in await shown(world, finance, **filters)]
        assert whole == sorted(whole, reverse=True)
        walked: list[str] = []
        cursor = None
        while True:
            params = filters | {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await world.client.get(ADDRESS, headers=finance.headers, params=params)).json()
            walked += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert walked == whole


@pytest.mark.requirement("R24")
async def test_text_finds_what_concerns_a_centre_an_application_or_an_invoice(world: World) -> None:
    centre, other = await world.centre(name="Quillon Works"), await world.centre(name="Zephyr College")
    due = await bill(world, centre.id)
    await due.pay(FEE)
    finance, invoice, reference = due.finance, await due.shown(), (await due.application()).reference
    of_centre = await shown(world, finance, text="quillon wor")
    assert {item["centre_id"] for item in of_centre if item["area"] != "initial_applications"} == {str(centre.id)}
    # The initial application is found by its own name.
    assert {"initial_application.received", "payment.recorded"} <= {item["type"] for item in of_centre}
    of_invoice = await shown(world, finance, text=invoice["number"])
    assert {item["aggregate"]["id"] for item in of_invoice} == {str(due.invoice_id)}
    assert {"invoice.issued", "payment.recorded", "invoice.paid"} <= {item["type"] for item in of_invoice}
    of_application = await shown(world, finance, text=reference)
    assert {item["application_id"] for item in of_application} == {str(due.application_id)}
    assert await shown(world, finance, text="nobody knows") == []
    assert await shown(world, finance, text="quillon", centre_id=str(other.id)) == []
    only = await shown(world, finance, text="quillon", types="payment.recorded")
    assert [item["type"] for item in only] == ["payment.recorded"]
    by_reference = await shown(world, finance, text=other.reference)
    assert {item["centre_id"] for item in by_reference} == {str(other.id)}


async def test_a_text_that_matches_too_much_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    monkeypatch.setattr("app.queries.records._SUBJECTS", 2)
    for number, name in enumerate(("Alder", "Birch", "Cedar")):
        await world.centre(name=f"Trent Academy {name}")
        answer = await world.client.get(ADDRESS, headers=finance.headers, params={"text": "trent"})
        assert answer.status_code == (200 if number < 2 else 422), number
    refused = await world.client.get(ADDRESS, headers=finance.headers, params={"text": "trent"})
    assert [fault["code"] for fault in refused.json()["errors"]] == ["too_many_matches"]
    assert (await world.client.get(ADDRESS, headers=finance.headers, params={"text": "trent cedar"})).status_code == 200
