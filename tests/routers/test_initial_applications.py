"""Stages one and two over HTTP (R01–R05)."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.database import Database
from app.domain.actors import StaffRole
from app.domain.due_diligence import DueDiligenceCheckKey
from app.models import Centre, Email, Event, InitialApplication
from tests.clock import MovableClock
from tests.races import race
from tests.world import World

PATH = "/v1/initial-applications"


async def _count(database: Database, model: type) -> int:
    async with database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.requirement("R01")
@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/organisation_name", {"organisation_name": " "}),
        ("/email", {"email": "nobody"}),
        ("/telephone", {"telephone": "12"}),
        ("/declaration", {"declaration": False}),
        ("/address/postcode", {"address": {"line_1": "1 A", "town": "B", "country": "england", "postcode": "XX"}}),
        ("/shoe_size", {"shoe_size": 9}),
    ],
)
async def test_an_invalid_field_is_refused(
    world: World, client: httpx.AsyncClient, database: Database, pointer: str, change: Any
) -> None:
    """The field is named and nothing is stored."""
    answer = await client.post(PATH, json=world.initial_application(**change))
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert answer.headers["content-type"] == "application/problem+json"
    assert await _count(database, InitialApplication) == 0


@pytest.mark.requirement("R01")
async def test_all_faults_are_reported_together(client: httpx.AsyncClient) -> None:
    """All missing fields in one response, without echoing the input."""
    answer = await client.post(PATH, json={"organisation_name": "X-very-secret"[:1], "address": {}})
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert {
        "/organisation_name",
        "/address/line_1",
        "/address/town",
        "/email",
        "/telephone",
        "/declaration",
    } <= pointers
    assert {"/address/postcode", "/address/country", "/initial_super_user"} <= pointers


async def test_identical_forms_sent_at_once_make_one(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """Each gets the same receipt, and the next reference follows without a gap."""
    form = world.initial_application()
    await client.post(PATH, json=world.initial_application(organisation_name="The first of the year"))
    lock = "SELECT 1 FROM reference_counters WHERE series = 'IA-2026' FOR UPDATE"
    answers = await race(database, lock, *(client.post(PATH, json=form) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["reference"] == "IA-2026-000002"
    again = await client.post(PATH, json=form | {"organisation_name": form["organisation_name"].upper()})
    assert again.json() == answers[0].json()
    other = await client.post(PATH, json=world.initial_application(organisation_name="Another"))
    assert other.json()["reference"] == "IA-2026-000003"
    assert await _count(database, InitialApplication) == 3
    assert await _count(database, Email) == 3
    assert await _count(database, Event) == 3


async def test_a_form_is_stored_as_the_orm_would_store_it(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """Its words too, some of which its reference repeats here."""
    form = world.initial_application(organisation_name="IA 2026 O’Brien-Gŵyr")
    receipt = (await client.post(PATH, json=form)).json()
    async with database.transaction() as session:
        row = (await session.scalars(select(InitialApplication))).one()
    assert (str(row.id), row.version, row.reference) == (receipt["id"], 1, "IA-2026-000001")
    assert row.words == row.words_now()
    assert {"ia", "2026", "000001", "ia2026000001", "obrien", "gwyr"} <= set(row.words)
    assert row.address == {"line_2": None, "county": None} | form["address"]


@pytest.mark.requirement("R02", "R25")
async def test_receipt_and_acknowledgement(world: World, client: httpx.AsyncClient, database: Database) -> None:
    """A reference, the help contacts, and a queued acknowledgement."""
    answer = await client.post(PATH, json=world.initial_application())
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["reference"] == "IA-2026-000001"
    assert receipt["help"]["applications_email"] == "applications@aim-group.org.uk"
    assert [link["number"] for link in receipt["useful_links"]] == [1, 2, 3, 4, 5, 6, 7]
    async with database.transaction() as session:
        assert (await session.scalars(select(Email.kind))).all() == ["initial_application_received"]


@pytest.mark.requirement("R02")
async def test_repeats_create_one_application(world: World, client: httpx.AsyncClient, database: Database) -> None:
    """Twenty concurrent repeats in mixed case create one application and one acknowledgement."""
    form = world.initial_application()
    shouted = form | {"email": form["email"].upper()}
    answers = await asyncio.gather(*(client.post(PATH, json=body) for body in [form, shouted] * 10))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert await _count(database, InitialApplication) == await _count(database, Email) == 1


@pytest.mark.requirement("R03")
async def test_no_account_without_every_check(world: World, client: httpx.AsyncClient, database: Database) -> None:
    """The outstanding checks are named and no centre is created."""
    receipt = await world.received()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"{PATH}/{receipt['id']}"
    answer = await client.post(f"{address}/account", json={}, headers=await world.etag(address, staff))
    assert (answer.status_code, answer.json()["code"]) == (409, "due_diligence_incomplete")
    assert answer.json()["outstanding_checks"] == [check.value for check in DueDiligenceCheckKey]
    assert await _count(database, Centre) == 0


@pytest.mark.requirement("R03")
async def test_a_concern_needs_a_reason(world: World, client: httpx.AsyncClient) -> None:
    """An account with an open concern needs a recorded reason; a later clear check resolves the concern."""
    initial = await world.checked()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"{PATH}/{initial['id']}"
    body = {"check": "address", "outcome": "concern", "note": "A mail-forwarding address."}
    await world.post(f"{address}/checks", body, staff, match=address)
    shown = await world.get(address, staff)
    assert shown["open_concerns"] == ["address"]
    refused = await client.post(f"{address}/account", json={}, headers=await world.etag(address, staff))
    assert refused.json()["code"] == "concern_needs_reason"
    body = {"concerns_accepted_reason": "The landlord confirmed the lease."}
    await world.post(f"{address}/account", body, staff, match=address)
    assert (await world.get(address, staff))["concerns_accepted_reason"] == "The landlord confirmed the lease."


@pytest.mark.requirement("R03")
async def test_likely_duplicates_are_shown(world: World) -> None:
    """A similar name, the same postcode, the same email domain, among applications and centres."""
    await world.centre("The Harbour Lane Training Co. Ltd")
    elsewhere = {"line_1": "9 Far", "town": "Ely", "country": "england", "postcode": "CB7 4AA"}
    await world.received(organisation_name="Quite Another Thing", address=elsewhere)
    receipt = await world.received(organisation_name="harbour lane training", address=elsewhere)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    shown = (await world.get(f"{PATH}/{receipt['id']}", staff))["likely_duplicates"]
    by_kind = {(found["kind"], tuple(found["reasons"])) for found in shown}
    assert ("centre", ("similar_name",)) in by_kind
    assert ("initial_application", ("same_postcode",)) in by_kind


@pytest.mark.requirement("R03")
@pytest.mark.parametrize("honest_first", [True, False])
@pytest.mark.parametrize(
    "fake", ["\u041d\u0430rb\u043eur L\u0430n\u0435 Tr\u0430ining", "Harb\u03bfur L\u0251ne Trainlng"]
)
async def test_a_name_that_only_looks_the_same_is_shown(world: World, fake: str, honest_first: bool) -> None:
    """In Cyrillic or Greek letters, whichever of the two came first."""
    elsewhere = {"line_1": "9 Far", "town": "Ely", "country": "england", "postcode": "CB7 4AA"}
    names = ["Harbour Lane Training Ltd", fake]
    first, second = names if honest_first else reversed(names)
    await world.received(organisation_name=first)
    receipt = await world.received(organisation_name=second, address=elsewhere)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    shown = (await world.get(f"{PATH}/{receipt['id']}", staff))["likely_duplicates"]
    assert shown[0]["name"] == first
    assert "look_alike_name" in shown[0]["reasons"]


@pytest.mark.requirement("R03")
@pytest.mark.parametrize("honest_first", [True, False])
@pytest.mark.parametrize("fake", ["h\u0430rb\u043eur-lane.example.com", "harb0ur-lane.example.com"])
async def test_an_email_domain_that_only_looks_the_same_is_shown(world: World, fake: str, honest_first: bool) -> None:
    elsewhere = {"line_1": "9 Far", "town": "Ely", "country": "england", "postcode": "CB7 4AA"}
    domains = ["harbour-lane.example.com", fake]
    first, second = domains if honest_first else reversed(domains)
    known = await world.received(organisation_name="Quite One Thing", email=f"office@{first}")
    receipt = await world.received(organisation_name="Another Firm", email=f"office@{second}", address=elsewhere)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    shown = (await world.get(f"{PATH}/{receipt['id']}", staff))["likely_duplicates"]
    assert [(found["id"], found["reasons"]) for found in shown] == [(known["id"], ["look_alike_email_domain"])]


@pytest.mark.requirement("R04")
async def test_a_decline_is_emailed_and_final(world: World, client: httpx.AsyncClient, database: Database) -> None:
    """The reason is emailed. A declined application cannot be declined again or given an account."""
    receipt = await world.received()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"{PATH}/{receipt['id']}"
    await world.post(f"{address}/decline", {"reason": "Not found in any register."}, staff, match=address)
    for step, body in (("decline", {"reason": "Again."}), ("account", {})):
        answer = await client.post(f"{address}/{step}", json=body, headers=await world.etag(address, staff))
        assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")
    async with database.transaction() as session:
        assert "initial_application_declined" in (await session.scalars(select(Email.kind))).all()


@pytest.mark.requirement("R04")
async def test_concurrent_account_creation_makes_one_account(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """The second request is told that the application changed."""
    initial = await world.checked()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"{PATH}/{initial['id']}"
    headers = await world.etag(address, staff)
    answers = await asyncio.gather(*(client.post(f"{address}/account", json={}, headers=headers) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[412] * 7]
    assert await _count(database, Centre) == 1


@pytest.mark.requirement("R05")
async def test_due_and_late(world: World, clock: MovableClock) -> None:
    """Due at the end of the second working day, late afterwards; both filters find it."""
    receipt = await world.received()
    # The midnight that ends Wednesday is Thursday's in London, and so the day stands beside it.
    assert (receipt["log_in_details_due_at"], receipt["log_in_details_due_on"]) == (
        "2026-06-03T23:00:00Z",
        "2026-06-03",
    )
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    (listed,) = (await world.get(PATH, staff))["items"]
    alone = await world.get(f"{PATH}/{receipt['id']}", staff)
    assert listed["log_in_details_due_on"] == alone["log_in_details_due_on"] == "2026-06-03"
    assert (await world.get(f"{PATH}?late=true", staff))["items"] == []
    assert len((await world.get(f"{PATH}?due_by=2026-06-03", staff))["items"]) == 1
    assert (await world.get(f"{PATH}?due_by=2026-06-02", staff))["items"] == []
    assert len((await world.get(f"{PATH}?log_in_details_due_before=2026-06-04", staff))["items"]) == 1
    assert (await world.get(f"{PATH}?log_in_details_due_before=2026-06-03", staff))["items"] == []
    both = f"{PATH}?due_by=2026-06-02&log_in_details_due_before=2026-06-04"
    assert (await world.get(both, staff))["items"] == []
    clock.move(timedelta(days=3))
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE, new=True)
    late = (await world.get(f"{PATH}?late=true", staff))["items"]
    assert [item["late"] for item in late] == [True]


async def test_the_list_is_paged_by_key(world: World, client: httpx.AsyncClient) -> None:
    """Pages contain each application once and link to the next. An invalid cursor is refused."""
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    sent = [(await world.received())["id"] for _ in range(5)]
    seen: list[str] = []
    page = await client.get(f"{PATH}?limit=2", headers=staff.headers)
    while True:
        seen += [item["id"] for item in page.json()["items"]]
        if page.json()["next_cursor"] is None:
            break
        page = await client.get(page.links["next"]["url"], headers=staff.headers)
    assert seen == sent
    bad = await client.get(f"{PATH}?cursor=abc", headers=staff.headers)
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/cursor")


async def test_search_finds_what_people_quote(world: World) -> None:
    """A reference, a postcode and the start of a name match; another name does not."""
    receipt = await world.received(organisation_name="Öldham & Sons Training")
    await world.received()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    for words in (receipt["reference"], receipt["reference"].lower(), "öldham tra"):
        found = (await world.get(f"{PATH}?text={words}", staff))["items"]
        assert [item["id"] for item in found] == [receipt["id"]], words
    assert (await world.get(f"{PATH}?text=nobody", staff))["items"] == []
