"""Customer experience corrects an initial application until it is decided, and acknowledges it anew (R01–R03)."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text

from app.database import Database, Work
from app.database_errors import RefusedByDatabase
from app.domain.actors import SYSTEM, StaffRole
from app.domain.due_diligence import DueDiligenceCheckKey, checks_of
from app.domain.emails import address_of
from app.models import Email, EmailStatus, Event, InitialApplication
from app.services import emails
from tests.world import Login, World

PATH = "/v1/initial-applications"
WHY = {"reason": "The sender telephoned: one letter was wrong."}
FIXED = "office@put-right.example.com"


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


async def correct(world: World, id_: str, body: dict[str, Any], staff: Login) -> dict[str, Any]:
    return await world.post(f"{PATH}/{id_}/corrections", WHY | body, staff, match=f"{PATH}/{id_}")


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def bounce(world: World, database: Database, id_: str) -> None:
    """The organisation's mail system returns the newest acknowledgement."""
    await world.run_jobs()
    async with database.transaction() as session:
        row = (await session.scalars(select(Email).order_by(Email.id.desc()))).first()
        assert row is not None
        assert row.arguments == {"initial_application_id": id_}
        assert row.recipients is not None
        work = Work(session, SYSTEM, world.clock(), world.settings)
        await emails.note_bounced(work, row, address_of(row.recipients["to"][0]), "550 5.1.1 User unknown")


@pytest.mark.requirement("R03")
async def test_only_customer_experience_corrects(world: World, client: httpx.AsyncClient) -> None:
    id_ = (await world.received())["id"]
    body, paths = WHY | {"email": FIXED}, [f"{PATH}/{id_}/corrections", f"{PATH}/{id_}/acknowledgement"]
    finance, centre = await world.staff(StaffRole.FINANCE), await world.centre()
    for path in paths:
        assert (await client.post(path, json=body)).status_code == 401
        assert (await client.post(path, json=body, headers=finance.headers)).status_code == 403
        assert (await client.post(path, json=body, headers=centre.super_user.headers)).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"email": FIXED}, "/reason", "required"),
        (WHY | {"email": "nobody"}, "/email", "invalid_email"),
        (WHY | {"address": {"postcode": "75001"}}, "/address/postcode", "invalid_postcode"),
        (WHY | {"initial_super_user": {"telephone": "01332"}}, "/initial_super_user/telephone", "invalid_telephone"),
        (WHY | {"organisation_name": None}, "/organisation_name", "required"),
        (WHY | {"status": "declined"}, "/status", "unknown_field"),
    ],
)
async def test_a_correction_is_judged_as_the_form_is(
    world: World, client: httpx.AsyncClient, staff: Login, body: dict[str, Any], pointer: str, code: str
) -> None:
    address = f"{PATH}/{(await world.received())['id']}"
    before = await world.get(address, staff)
    answer = await client.post(f"{address}/corrections", json=body, headers=await world.etag(address, staff))
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)], answer.text
    assert await world.get(address, staff) == before


async def test_a_correction_collides_with_somebodys_work(world: World, client: httpx.AsyncClient, staff: Login) -> None:
    """A check that was recorded meanwhile is not voided unseen, and of two who correct at once one does."""
    address = f"{PATH}/{(await world.received())['id']}"
    assert told(await client.post(f"{address}/corrections", json=WHY | {"email": FIXED}, headers=staff.headers)) == (
        428,
        "precondition_required",
    )
    seen = await world.etag(address, staff)
    check = {"check": "contact_channels", "outcome": "clear", "note": "Called."}
    await world.post(f"{address}/checks", check, staff, match=address)
    stale = await client.post(f"{address}/corrections", json=WHY | {"email": FIXED}, headers=seen)
    assert told(stale) == (412, "stale_version")
    seen = await world.etag(address, staff)
    both = await asyncio.gather(
        *(
            client.post(f"{address}/corrections", json=WHY | {"telephone": number}, headers=seen)
            for number in ("01332 341824", "01332 341825")
        )
    )
    assert sorted(answer.status_code for answer in both) == [201, 412]
    assert len((await world.get(f"{address}/corrections", staff))["items"]) == 1


@pytest.mark.parametrize("end", ["account", "decline"])
async def test_what_is_decided_is_not_corrected(
    world: World, client: httpx.AsyncClient, staff: Login, end: str
) -> None:
    address = f"{PATH}/{(await world.checked())['id']}"
    await world.post(f"{address}/{end}", {} if end == "account" else {"reason": "No."}, staff, match=address)
    headers = await world.etag(address, staff)
    late = await client.post(f"{address}/corrections", json=WHY | {"email": FIXED}, headers=headers)
    again = await client.post(f"{address}/acknowledgement", headers=staff.headers)
    assert told(late) == told(again) == (409, "already_decided")


async def test_there_must_be_something_to_correct(world: World, client: httpx.AsyncClient, staff: Login) -> None:
    address = f"{PATH}/{(await world.received())['id']}"
    shown = await world.get(address, staff)
    same = {"email": shown["email"], "address": {"town": shown["address"]["town"]}, "initial_super_user": {}}
    for body in (WHY, WHY | same):
        answer = await client.post(f"{address}/corrections", json=body, headers=await world.etag(address, staff))
        assert told(answer) == (409, "nothing_to_correct")
    assert (await world.get(address, staff)) == shown


@pytest.mark.requirement("R01", "R24")
async def test_every_field_is_corrected_and_recorded(world: World, staff: Login, database: Database) -> None:
    """With reason, before and after; the list, the search and the duplicates know the new values."""
    form = world.initial_application()
    id_ = (await world.post(PATH, form))["id"]
    other = await world.received(organisation_name="Harbour Lane Academy", address=form["address"] | {"town": "Leeds"})
    wanted: dict[str, Any] = {
        "organisation_name": "Harbour Lane Academy",
        "address": {
            "line_1": "2 Quay Street",
            "line_2": "The Docks",
            "town": "Cardiff",
            "county": "Glamorgan",
            "country": "wales",
            "postcode": "cf10 1aa",
        },
        "email": FIXED,
        "telephone": "01332 341830",
        "telephone_extension": "205",
        "initial_super_user": {
            "first_name": "Anna",
            "last_name": "Leigh",
            "job_title": "Principal",
            "email": "anna@put-right.example.com",
            "telephone": "01332 341831",
            "telephone_extension": "206",
        },
    }
    made = await correct(world, id_, wanted, staff)
    shown = await world.get(f"{PATH}/{id_}", staff)
    assert shown["address"] == wanted["address"] | {"postcode": "CF10 1AA"}
    assert shown["initial_super_user"] == wanted["initial_super_user"] | {"telephone": "+441332341831"}
    assert (shown["organisation_name"], shown["email"], shown["telephone"]) == (
        wanted["organisation_name"],
        FIXED,
        "+441332341830",
    )
    assert (made["reason"], made["before"]["email"], made["after"]["email"]) == (WHY["reason"], form["email"], FIXED)
    assert made["before"]["initial_super_user"]["email"] == form["initial_super_user"]["email"]
    assert set(made["before"]) == set(made["after"]) == set(wanted)
    assert (await world.get(f"{PATH}/{id_}/corrections", staff))["items"] == [made]
    assert [found["id"] for found in (await world.get(f"{PATH}?text=leigh", staff))["items"]] == [id_]
    assert other["id"] in [duplicate["id"] for duplicate in shown["likely_duplicates"]]
    async with database.transaction() as session:
        row = await session.get_one(InitialApplication, UUID(id_))
        assert (row.email_domain, row.name_look is not None) == ("put-right.example.com", True)
        event = (await session.scalars(select(Event).where(Event.type == "initial_application.corrected"))).one()
        assert (event.actor_id, event.centre_sees, event.public) == (staff.id, False, None)
        assert event.audit == {"before": made["before"], "after": made["after"] | WHY}
    with pytest.raises(RefusedByDatabase, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text("UPDATE initial_application_corrections SET reason = 'Another'"))


@pytest.mark.requirement("R03")
async def test_checks_of_what_is_corrected_are_made_again(
    world: World, client: httpx.AsyncClient, staff: Login
) -> None:
    """Nobody opens an account for an address that nobody has checked."""
    address = f"{PATH}/{(await world.checked())['id']}"
    body = {"check": "contact_channels", "outcome": "concern", "note": "A free mailbox."}
    await world.post(f"{address}/checks", body, staff, match=address)
    made = await world.post(f"{address}/corrections", WHY | {"email": FIXED}, staff, match=address)
    assert set(made["reopened_checks"]) == {"contact_channels", "duplicates"}
    shown = await world.get(address, staff)
    assert (set(shown["outstanding_checks"]), shown["open_concerns"]) == ({"contact_channels", "duplicates"}, [])
    assert {check["check"] for check in shown["checks"] if not check["counts"]} == set(shown["outstanding_checks"])
    assert set((await world.get(f"{address}/checks", staff))["outstanding"]) == set(shown["outstanding_checks"])
    refused = await client.post(f"{address}/account", json={}, headers=await world.etag(address, staff))
    assert told(refused) == (409, "due_diligence_incomplete")
    for check in shown["outstanding_checks"]:
        again = {"check": check, "outcome": "clear", "note": "Looked at anew."}
        await world.post(f"{address}/checks", again, staff, match=address)
    await world.post(f"{address}/account", {}, staff, match=address)


def test_every_field_has_a_check_that_looks_at_it() -> None:
    fields = ("organisation_name", "address", "email", "telephone", "telephone_extension", "initial_super_user")
    assert all(checks_of([field]) for field in fields)
    assert checks_of(fields) == set(DueDiligenceCheckKey)
    assert checks_of(["declaration"]) == set()


@pytest.mark.requirement("R02")
async def test_a_bounced_acknowledgement_shows_and_is_sent_anew_to_the_corrected_address(
    world: World, staff: Login, database: Database
) -> None:
    form = world.initial_application(email="office@typed-wrong.example.com")
    id_ = (await world.post(PATH, form))["id"]
    address = f"{PATH}/{id_}"
    assert (await world.get(address, staff))["acknowledgement"]["status"] == "queued"
    await bounce(world, database, id_)
    shown = (await world.get(address, staff))["acknowledgement"]
    assert (shown["status"], shown["address"], shown["failure"]) == ("bounced", form["email"], "550 5.1.1 User unknown")
    listed = {each["id"]: each for each in (await world.get(PATH, staff))["items"]}
    assert listed[id_]["acknowledgement_status"] == "bounced"
    await correct(world, id_, {"email": FIXED}, staff)
    receipt = await world.post(f"{address}/acknowledgement", None, staff)
    assert receipt["email"] == FIXED
    await world.run_jobs()
    (mail,) = world.mail(to=FIXED)
    assert (await world.get(address, staff))["reference"] in mail.subject
    shown = (await world.get(address, staff))["acknowledgement"]
    assert (shown["status"], shown["address"], shown["failure"]) == (EmailStatus.SENT, FIXED, None)
    letters = (await world.get(f"{address}/letters", staff))["items"]
    assert [letter["status"] for letter in letters] == ["sent", "bounced"]


@pytest.mark.requirement("R02")
async def test_a_repeat_of_the_form_as_it_was_sent_makes_no_second_one_and_tells_nothing(
    world: World, client: httpx.AsyncClient, staff: Login
) -> None:
    form = world.initial_application()
    first = await client.post(PATH, json=form)
    names = {"first_name": "Anna", "last_name": "Leigh"}
    await correct(world, first.json()["id"], {"organisation_name": "Secret", "initial_super_user": names}, staff)
    again = await client.post(PATH, json=form)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_an_erasure_takes_the_values_out_of_corrections(world: World, staff: Login) -> None:
    """Also by the address that was corrected: it may be a stranger's. Who corrected, when and why stay."""
    form = world.initial_application()
    id_ = (await world.post(PATH, form))["id"]
    await correct(world, id_, {"initial_super_user": {"email": "anna@put-right.example.com"}}, staff)
    await world.post(f"{PATH}/{id_}/decline", {"reason": "No."}, staff, match=f"{PATH}/{id_}")
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    body = {"email": form["initial_super_user"]["email"], "reason": "They asked for it."}
    await world.post("/v1/personal-data-erasures", body, administrator)
    (made,) = (await world.get(f"{PATH}/{id_}/corrections", staff))["items"]
    assert (made["before"], made["after"], made["reason"]) == (None, None, WHY["reason"])


async def test_an_erasure_of_a_stranger_leaves_the_rest_of_the_form(
    world: World, staff: Login, database: Database
) -> None:
    """Also once the account is made: what was mistyped goes, and nobody else's data."""
    form = world.initial_application()
    stranger, address = form["initial_super_user"]["email"], FIXED
    id_ = (await world.post(PATH, form))["id"]
    await correct(world, id_, {"initial_super_user": {"email": address}}, staff)
    await correct(world, id_, {"telephone": "01332 960555"}, staff)
    for check in DueDiligenceCheckKey:
        body = {"check": check.value, "outcome": "clear", "note": "Checked."}
        await world.post(f"{PATH}/{id_}/checks", body, staff, match=f"{PATH}/{id_}")
    await world.post(f"{PATH}/{id_}/account", {}, staff, match=f"{PATH}/{id_}")
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    await world.post("/v1/personal-data-erasures", {"email": stranger, "reason": "They asked."}, administrator)
    mistyped, other = (await world.get(f"{PATH}/{id_}/corrections", staff))["items"]
    assert (mistyped["before"], mistyped["after"]) == (None, None)
    assert other["after"]["telephone"] == "+441332960555"
    assert (await world.get(f"{PATH}/{id_}", staff))["initial_super_user"]["email"] == address
    async with database.transaction() as session:
        mine = select(Event.audit).where(Event.aggregate_id == UUID(id_)).order_by(Event.sequence)
        audits = [audit for audit in await session.scalars(mine) if audit is not None]
    assert stranger not in str(audits)
    assert "+441332960555" in str(audits)
