"""A centre's names change by a request that staff approve; the certificate is issued anew (R22, R24)."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Email, Event
from tests.pdf.pdf_reading import words
from tests.routers.review_stage import case_in_review
from tests.world import Login, TestCentre, World

NEW = "Harbour Learning CIC"


@dataclass
class Renaming:
    """A centre, customer experience, and helpers that ask and answer."""

    world: World
    centre: TestCentre
    staff: Login

    async def ask(self, login: Login | None = None, **changes: Any) -> httpx.Response:
        body = {"name": NEW, "trading_name": None, "reason": "Registered in February."} | changes
        caller = login or self.centre.super_user
        address = f"/v1/centres/{self.centre.id}/name-changes"
        return await self.world.client.post(address, json=body, headers=caller.headers)

    async def asked(self, **changes: Any) -> dict[str, Any]:
        answer = await self.ask(**changes)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def settle(self, id_: str, how: str, login: Login | None = None, **body: Any) -> httpx.Response:
        address = f"/v1/name-changes/{id_}/{how}"
        return await self.world.client.post(address, json=body, headers=(login or self.staff).headers)

    async def mail(self) -> list[str]:
        async with self.world.database.transaction() as session:
            return list(await session.scalars(select(Email.kind).where(Email.kind.like("name%")).order_by(Email.id)))


@pytest.fixture
async def renaming(world: World) -> Renaming:
    return Renaming(world, await world.centre(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE))


async def test_who_may_ask_and_who_may_settle(renaming: Renaming, world: World) -> None:
    address = f"/v1/centres/{renaming.centre.id}/name-changes"
    assert (await world.client.post(address, json={})).status_code == 401
    assert (await renaming.ask((await world.centre()).super_user)).status_code == 404
    assert (await renaming.ask(renaming.centre.user)).status_code == 403
    assert (await renaming.ask(renaming.staff)).status_code == 403
    made = await renaming.asked()
    for how in ("approval", "refusal"):
        body = {"answer": "No."}
        assert (await renaming.settle(made["id"], how, renaming.centre.super_user, **body)).status_code == 404
        other = await world.staff(StaffRole.CENTRE_LEAD)
        assert (await renaming.settle(made["id"], how, other, **body)).status_code == 403
    assert (await renaming.settle(made["id"], "refusal")).status_code == 422


@pytest.mark.parametrize("changes", [{"name": "X"}, {"name": "---"}, {"name": "www.example.com"}, {"reason": ""}])
async def test_names_are_judged_as_at_the_first_form(renaming: Renaming, changes: dict[str, str]) -> None:
    assert (await renaming.ask(None, **changes)).status_code == 422


async def test_a_request_changes_something_that_the_form_does_not(renaming: Renaming, world: World) -> None:
    same = await renaming.ask(name=renaming.centre.name)
    assert (same.status_code, same.json()["errors"][0]["code"]) == (422, "names_unchanged")
    early = await renaming.ask(trading_name="Harbour")
    assert (early.status_code, early.json()["code"]) == (409, "trading_name_in_form")
    await world.draft(renaming.centre)
    drafted = await renaming.ask(trading_name="Harbour")
    assert (drafted.status_code, drafted.json()["code"]) == (409, "trading_name_in_form")


async def test_a_later_request_replaces_the_one_that_waits(renaming: Renaming, world: World) -> None:
    first = await renaming.asked()
    second = await renaming.asked(name="Harbour Skills CIC")
    late = await renaming.settle(first["id"], "approval")
    assert (late.status_code, late.json()["code"]) == (409, "name_change_settled")
    assert (await renaming.settle(second["id"], "refusal", answer="Not registered.")).status_code == 200
    again = await renaming.settle(second["id"], "refusal", answer="Not registered.")
    assert (again.status_code, again.json()["code"]) == (409, "name_change_settled")
    listed = await world.get(f"/v1/centres/{renaming.centre.id}/name-changes", renaming.centre.user)
    assert [(row["status"], row["answer"]) for row in listed["items"]] == [
        ("refused", "Not registered."),
        ("replaced", None),
    ]
    assert (await world.get(f"/v1/centres/{renaming.centre.id}", renaming.staff))["name"] == renaming.centre.name
    pending = await world.get("/v1/name-changes?status=pending", renaming.staff)
    assert pending["items"] == []
    assert await renaming.mail() == ["name_change_requested", "name_change_requested", "name_change_refused"]


@pytest.mark.requirement("R03")
@pytest.mark.parametrize(
    "asked", ["Quayside Trainlng", "Qu\u0430ysid\u0435 Training Ltd", "The Quayside Training Company"]
)
async def test_staff_see_whom_the_new_name_could_be_taken_for(renaming: Renaming, world: World, asked: str) -> None:
    """A centre and an initial application, by letters of another script too; never the centre itself."""
    other = await world.centre("Quayside Training Ltd")
    elsewhere = {"line_1": "9 Far", "town": "Ely", "country": "england", "postcode": "CB7 4AA"}
    await world.received(organisation_name="Quayside Training", address=elsewhere)
    made = await renaming.asked(name=asked)
    address = f"/v1/name-changes/{made['id']}"
    assert (await world.client.get(address, headers=renaming.centre.super_user.headers)).status_code == 404
    shown = await world.get(address, renaming.staff)
    assert {key: shown[key] for key in made} == made
    found = {(each["kind"], each["name"]): each["id"] for each in shown["likely_duplicates"]}
    assert found["centre", "Quayside Training Ltd"] == str(other.id)
    assert ("initial_application", "Quayside Training") in found
    own = await renaming.asked(name=f"{renaming.centre.name} Ltd")
    assert (await world.get(f"/v1/name-changes/{own['id']}", renaming.staff))["likely_duplicates"] == []


async def test_the_look_alikes_of_a_trading_name_are_shown_while_the_request_waits(
    renaming: Renaming, world: World
) -> None:
    await world.application(renaming.centre, Status.SUBMITTED)
    await world.centre("Quayside Training Ltd")
    made = await renaming.asked(name=renaming.centre.name, trading_name="Quayside Trainlng")
    address = f"/v1/name-changes/{made['id']}"
    shown = (await world.get(address, renaming.staff))["likely_duplicates"]
    assert {(each["name"], *each["reasons"]) for each in shown} == {
        ("Quayside Training Ltd", "similar_name", "look_alike_name")
    }
    assert (await renaming.settle(made["id"], "refusal", answer="Another centre has it.")).status_code == 200
    assert (await world.get(address, renaming.staff))["likely_duplicates"] == []


@pytest.mark.requirement("R24")
async def test_an_approved_name_stands_everywhere_but_in_what_was_submitted(renaming: Renaming, world: World) -> None:
    application = await world.application(renaming.centre, Status.SUBMITTED)
    address = f"/v1/applications/{application['id']}"
    before = (await world.get(f"{address}/details/history", renaming.centre.user))["trading_name"]
    submissions = await world.get(f"{address}/submissions", renaming.staff)
    made = await renaming.asked(trading_name="Harbour")
    assert (made["old_name"], made["old_trading_name"]) == (renaming.centre.name, before)
    approved = await renaming.settle(made["id"], "approval", answer="Done.")
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    assert (await world.get(f"/v1/centres/{renaming.centre.id}", renaming.centre.user))["name"] == NEW
    assert (await world.get(address, renaming.staff))["centre_name"] == NEW
    assert (await world.get(f"{address}/details/history", renaming.staff))["trading_name"] == "Harbour"
    for text in ("harbour learning", "harbour"):
        for path in ("/v1/centres", "/v1/applications"):
            found = await world.get(f"{path}?text={text}", renaming.staff)
            assert len(found["items"]) == 1, (path, text)
    number = submissions["items"][0]["number"]
    copy = await world.get(f"{address}/submissions/{number}", renaming.staff)
    assert NEW not in str(copy)
    async with world.database.transaction() as session:
        event = await session.scalar(select(Event).where(Event.type == "centre.renamed"))
    assert event is not None
    assert event.audit is not None
    assert event.audit["before"] == {"name": renaming.centre.name, "trading_name": before}
    assert event.audit["after"]["name"] == NEW


@pytest.mark.requirement("R22")
async def test_the_certificate_is_issued_anew_and_the_old_number_says_so(world: World) -> None:
    case = await case_in_review(world)
    await case.accepted("Train the assessors.")
    renaming = Renaming(world, case.centre, await world.staff(StaffRole.CUSTOMER_EXPERIENCE))
    path = f"/v1/centres/{case.centre.id}/recognition"
    first = (await world.get(path, case.centre.user))["number"]
    old_pdf = await world.client.get(f"{path}/certificate", headers=case.centre.user.headers)
    made = await renaming.asked()
    assert (await renaming.settle(made["id"], "approval")).status_code == 200
    shown = await world.get(path, case.centre.user)
    assert shown["number"] != first
    assert shown["centre_name"] == NEW
    assert [(old["number"], old["centre_name"]) for old in shown["replaced_certificates"]] == [
        (first, case.centre.name)
    ]
    new_pdf = await world.client.get(f"{path}/certificate", headers=case.centre.user.headers)
    assert new_pdf.content != old_pdf.content
    assert NEW in words(new_pdf.content)
    assert shown["number"] in words(new_pdf.content)
    pack = await world.client.get(f"{path}/welcome-pack", headers=case.centre.user.headers)
    assert shown["number"] in words(pack.content)
    replaced = (await world.client.get(f"/v1/certificates/{first}")).json()
    assert (replaced["status"], replaced["name"], replaced["replaced_by"], replaced["replaced_on"]) == (
        "replaced",
        case.centre.name,
        shown["number"],
        world.clock().date().isoformat(),
    )
    current = (await world.client.get(f"/v1/certificates/{shown['number']}")).json()
    assert (current["status"], current["name"], current["replaced_by"]) == ("active", NEW, None)
    register = (await world.client.get("/v1/recognised-centres?text=harbour")).json()["items"]
    assert [(row["number"], row["name"]) for row in register] == [(shown["number"], NEW)]
    again = await renaming.asked(name="Harbour Learning Trust")
    assert (await renaming.settle(again["id"], "approval")).status_code == 200
    third = (await world.get(path, case.centre.user))["number"]
    chain = [(await world.client.get(f"/v1/certificates/{number}")).json() for number in (first, shown["number"])]
    assert [link["replaced_by"] for link in chain] == [third, third]
    assert await case.mail("name_change_approved") == ["name_change_approved"] * 2


async def test_a_trading_name_alone_leaves_the_certificate(world: World) -> None:
    case = await case_in_review(world)
    await case.accepted("Train the assessors.")
    renaming = Renaming(world, case.centre, await world.staff(StaffRole.CUSTOMER_EXPERIENCE))
    path = f"/v1/centres/{case.centre.id}/recognition"
    first = (await world.get(path, case.centre.user))["number"]
    made = await renaming.asked(name=case.centre.name, trading_name="Harbour")
    assert (await renaming.settle(made["id"], "approval")).status_code == 200
    shown = await world.get(path, case.centre.user)
    assert (shown["number"], shown["replaced_certificates"]) == (first, [])


async def test_two_who_settle_at_once_settle_once(renaming: Renaming) -> None:
    made = await renaming.asked()
    answers = await asyncio.gather(
        *(renaming.settle(made["id"], how, answer="Decided.") for how in ("approval", "refusal") for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]


async def test_a_request_races_with_the_approval_of_the_one_before(renaming: Renaming, world: World) -> None:
    """Either the first is approved, or the second replaces it; the centre never has a name that nobody approved."""
    for _ in range(4):
        renaming.centre = await world.centre()
        made = await renaming.asked()
        approved, asked = await asyncio.gather(
            renaming.settle(made["id"], "approval"), renaming.ask(name="Harbour Skills CIC")
        )
        assert asked.status_code == 201
        name = (await world.get(f"/v1/centres/{renaming.centre.id}", renaming.staff))["name"]
        assert (approved.status_code, name) in [(200, NEW), (409, renaming.centre.name)]
        assert asked.json()["old_name"] == name
        listed = await world.get(f"/v1/centres/{renaming.centre.id}/name-changes", renaming.staff)
        settled = "approved" if approved.status_code == 200 else "replaced"
        assert [row["status"] for row in listed["items"]] == ["pending", settled]
