"""Where objects are in finance systems: set by the integration, shown on the object, one id for one object."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.domain.actors import Scope, StaffRole
from tests.routers.finance_stage import Bill, bill
from tests.world import Login, World

_SYNCED = {"sync_state": "synced", "external_id": "a1"}


async def _put(bill: Bill, path: str, body: dict[str, Any], login: Login) -> httpx.Response:
    return await bill.world.client.put(f"/v1/{path}", json=body, headers=login.headers)


@pytest.fixture
async def system(world: World) -> Login:
    return await world.integration(Scope.EXTERNAL_REFS_WRITE)


async def _paths(one: Bill) -> list[str]:
    """An invoice, a payment, a credit note and a centre."""
    payment = await one.pay(100)
    credit = (await one.credit(100)).json()
    return [
        f"invoices/{one.invoice_id}",
        f"payments/{payment['id']}",
        f"credit-notes/{credit['id']}",
        f"centres/{one.centre_id}",
    ]


async def test_only_finance_and_a_system_with_the_scope_say_where_things_are(world: World, system: Login) -> None:
    one = await bill(world)
    stranger = (await world.centre()).super_user
    for path in await _paths(one):
        address = f"{path}/external-refs/xero"
        assert (await world.client.put(f"/v1/{address}", json=_SYNCED)).status_code == 401
        for login, status in (
            (stranger, 404),
            (await world.integration(Scope.EVENTS_READ), 404),
            (await world.integration(Scope.PAYMENTS_WRITE, Scope.INVOICES_READ), 403),
            (await world.staff(StaffRole.ADMINISTRATOR), 403),
            (one.finance, 200),
            (system, 200),
        ):
            assert (await _put(one, address, _SYNCED, login)).status_code == status, (path, login.name)
        # A kind does not stand for another.
        id_ = path.rpartition("/")[2]
        for other in {"invoices", "payments", "credit-notes", "centres"} - {path.partition("/")[0]}:
            assert (await _put(one, f"{other}/{id_}/external-refs/xero", _SYNCED, system)).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/sync_state", "required"),
        ({"sync_state": "lost"}, "/sync_state", "not_a_choice"),
        ({"sync_state": "synced"}, "/external_id", "required"),
        ({"sync_state": "failed"}, "/last_error", "required"),
        (_SYNCED | {"url": "javascript:alert(1)"}, "/url", "invalid_web_address"),
        (_SYNCED | {"external_id": ""}, "/external_id", "too_short"),
        (_SYNCED | {"last_attempt_at": "yesterday"}, "/last_attempt_at", "invalid_timestamp"),
        (_SYNCED | {"last_attempt_at": "2099-01-01T00:00:00Z"}, "/last_attempt_at", "in_the_future"),
    ],
)
async def test_wrong_input_is_named(world: World, system: Login, body: dict[str, Any], pointer: str, code: str) -> None:
    one = await bill(world)
    answer = await _put(one, f"invoices/{one.invoice_id}/external-refs/xero", body, system)
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]


async def test_a_system_has_a_name(world: World, system: Login) -> None:
    one = await bill(world)
    for name in ("%20", "-x", "x" * 51, "x%0A"):
        answer = await _put(one, f"invoices/{one.invoice_id}/external-refs/{name}", _SYNCED, system)
        assert answer.status_code == 404, name


async def test_the_clock_of_a_system_may_be_a_little_ahead(world: World, system: Login) -> None:
    one = await bill(world)
    for ahead, status in ((300, 200), (301, 422)):
        at = (world.clock() + timedelta(seconds=ahead)).isoformat()
        path = f"invoices/{one.invoice_id}/external-refs/xero"
        assert (await _put(one, path, _SYNCED | {"last_attempt_at": at}, system)).status_code == status, ahead


async def test_a_system_is_one_however_its_name_is_written(world: World, system: Login) -> None:
    one, other = await bill(world), await bill(world)
    for name in ("Xero", "XERO", "xero"):
        shown = (await _put(one, f"invoices/{one.invoice_id}/external-refs/{name}", _SYNCED, system)).json()
        assert shown["system"] == "xero"
    assert len((await one.shown())["external_refs"]) == 1
    taken = await _put(one, f"invoices/{other.invoice_id}/external-refs/XERO", _SYNCED, system)
    assert (taken.status_code, taken.json()["code"]) == (409, "external_ref_taken")
    found = await world.get("/v1/invoices?external_system=XERO&external_id=a1", one.finance)
    assert [item["id"] for item in found["items"]] == [str(one.invoice_id)]
    gone = await world.client.delete(f"/v1/invoices/{one.invoice_id}/external-refs/XERO", headers=system.headers)
    assert gone.status_code == 204
    assert (await one.shown())["external_refs"] == []


async def test_a_payment_is_one_however_its_system_is_written(world: World, system: Login) -> None:
    one = await bill(world)
    paid = await one.pay(100, external_system="Xero", external_payment_id="p1")
    assert (paid["external_system"], paid["external_refs"][0]["system"]) == ("Xero", "xero")
    assert (await one.shown())["entries"][0]["external_refs"] == paid["external_refs"]
    again = await one.send("payments", one.payment(100, external_system="XERO", external_payment_id="p1"))
    assert (again.status_code, again.json()["code"]) == (409, "payment_already_recorded")
    assert again.json()["payment_id"] == paid["id"]
    path = f"payments/{paid['id']}/external-refs/xero"
    fixed = await _put(one, path, _SYNCED | {"external_id": "p2"}, system)
    assert (fixed.status_code, fixed.json()["code"]) == (409, "external_id_fixed")
    refund = one.refund(40, external_system="XERO", external_payment_id="p1")
    other = await one.send("refunds", refund)
    assert (other.status_code, other.json()["code"]) == (409, "recorded_differently")


async def test_one_id_belongs_to_one_object_of_its_kind(world: World, system: Login) -> None:
    first, second = await bill(world), await bill(world)
    ours = [await _paths(one) for one in (first, second)]
    for mine, theirs in zip(*ours, strict=True):
        assert (await _put(first, f"{mine}/external-refs/xero", _SYNCED, system)).status_code == 200
        refused = await _put(first, f"{theirs}/external-refs/xero", _SYNCED, system)
        assert (refused.status_code, refused.json()["code"]) == (409, "external_ref_taken")
        assert refused.json()["subject_id"] == mine.rpartition("/")[2]
        assert (await _put(first, f"{theirs}/external-refs/sage", _SYNCED, system)).status_code == 200


async def test_the_same_again_changes_nothing_and_more_replaces(world: World, system: Login) -> None:
    one = await bill(world)
    path = f"invoices/{one.invoice_id}/external-refs/xero"
    first = (await _put(one, path, _SYNCED, system)).json()
    count = len(await one.events())
    assert (await _put(one, path, _SYNCED, system)).json()["changed_at"] == first["changed_at"]
    assert len(await one.events()) == count
    failed = {"sync_state": "failed", "external_id": "a1", "last_error": "No such account: 200", "url": None}
    shown = (await _put(one, path, failed, system)).json()
    assert shown | failed == shown
    assert len(await one.events()) == count + 1
    audit = (await one.events())[-1].audit or {}
    assert (audit["before"]["sync_state"], audit["after"]["sync_state"]) == ("synced", "failed")


async def test_they_are_shown_on_the_object_and_not_to_the_centre(world: World, system: Login) -> None:
    one = await bill(world)
    invoice, payment, credit, centre = await _paths(one)
    for path in (invoice, payment, credit, centre):
        await _put(one, f"{path}/external-refs/xero", _SYNCED | {"url": "https://go.example.com/a1"}, system)
    shown = await one.shown()
    assert [ref["system"] for ref in shown["external_refs"]] == ["xero"]
    assert [[ref["external_id"] for ref in entry["external_refs"]] for entry in shown["entries"]] == [["a1"], ["a1"]]
    assert (await world.get(f"/v1/{credit}", one.finance))["external_refs"] == shown["entries"][1]["external_refs"]
    assert (await world.get(f"/v1/{centre}", one.finance))["external_refs"][0]["url"] == "https://go.example.com/a1"
    listed = await world.get("/v1/invoices", await world.integration(Scope.INVOICES_READ))
    assert listed["items"][0]["external_refs"] == shown["external_refs"]
    for path in (invoice, payment, credit, centre):
        for _ in range(2):
            gone = await world.client.delete(f"/v1/{path}/external-refs/xero", headers=system.headers)
            assert gone.status_code == 204
    assert (await one.shown())["external_refs"] == []
    assert (await world.get(f"/v1/{centre}", one.finance))["external_refs"] == []


async def test_a_payment_keeps_the_id_that_it_was_recorded_with(world: World, system: Login) -> None:
    one = await bill(world)
    paid = await one.pay(100, external_system="xero", external_payment_id="p1")
    (ref,) = paid["external_refs"]
    assert (ref["system"], ref["external_id"], ref["sync_state"]) == ("xero", "p1", "synced")
    assert (await one.shown())["entries"][0]["external_refs"] == [ref]
    path = f"payments/{paid['id']}/external-refs/xero"
    for answer in (
        await _put(one, path, _SYNCED | {"external_id": "p2"}, system),
        await _put(one, path, {"sync_state": "pending"}, system),
        await world.client.delete(f"/v1/{path}", headers=system.headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "external_id_fixed")
    failed = {"sync_state": "failed", "external_id": "p1", "last_error": "The period is closed."}
    assert (await _put(one, path, failed, system)).status_code == 200
    entry = (await one.shown())["entries"][0]
    assert (entry["external_payment_id"], entry["external_refs"][0]["last_error"]) == ("p1", "The period is closed.")


async def test_a_payment_that_was_linked_later_is_not_recorded_twice(world: World, system: Login) -> None:
    """Finance records it by hand, the system links it, and later reports the same payment itself."""
    one = await bill(world)
    paid = await one.pay(100)
    path = f"payments/{paid['id']}/external-refs/xero"
    await _put(one, path, {"sync_state": "synced", "external_id": "p1"}, system)
    again = await one.send("payments", one.payment(100, external_system="xero", external_payment_id="p1"))
    assert (again.status_code, again.json()["code"]) == (409, "payment_already_recorded")
    assert again.json()["payment_id"] == paid["id"]
    assert (await one.shown())["paid"]["amount"] == 100


async def test_the_tag_of_a_centre_covers_its_references(world: World, system: Login) -> None:
    one = await bill(world)
    path = f"/v1/centres/{one.centre_id}"
    before = (await world.client.get(path, headers=one.finance.headers)).headers["etag"]
    await _put(one, f"centres/{one.centre_id}/external-refs/xero", _SYNCED, system)
    assert (await world.client.get(path, headers=one.finance.headers)).headers["etag"] != before
