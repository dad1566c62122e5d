"""The centre's home: what is done, what is missing and what comes next (R07)."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Person
from app.services.story import centre as centres_part
from tests.staging import TestCentre
from tests.world import World


async def _home(world: World, centre: TestCentre) -> dict[str, Any]:
    return await world.get(f"/v1/centres/{centre.id}/home", centre.user)


def _day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


async def _return(world: World, id_: str) -> dict[str, Any]:
    """Return with three items, the second of which is asked for first."""
    today = world.clock().date()
    asked = [("/appeals", 21), ("/complaints", 14), ("/malpractice", None)]
    items = [
        {
            "section": "policies_and_procedures",
            "pointer": pointer,
            "code": "out_of_date",
            "asked": f"Update {pointer[1:]}.",
            "answer_by": (today + timedelta(days=days)).isoformat() if days is not None else None,
        }
        for pointer, days in asked
    ]
    body = {"outcome": "return", "explanation": "Three policies are old.", "internal_note": "Odd.", "items": items}
    return await world.step(await world.staff(StaffRole.CUSTOMER_EXPERIENCE), id_, "reviews", body)


async def _answer(world: World, centre: TestCentre, id_: str, item: dict[str, Any]) -> None:
    address = f"/v1/applications/{id_}/return-items/{item['id']}"
    headers = centre.user.headers | {"If-Match": item["etag"]}
    answer = await world.client.patch(address, json={"answer": "Done."}, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.mark.requirement("R07")
async def test_home_before_the_first_application(world: World, centre: TestCentre) -> None:
    home = await _home(world, centre)
    assert (home["application"], home["returned"], home["invoice"], home["sections"]) == (None, None, None, [])
    assert home["documents"] == []
    await world.agreement()
    documents = (await _home(world, centre))["documents"]
    assert [document["kind"] for document in documents] == ["centre_agreement", "customer_code_of_conduct"]
    content = await world.client.get(documents[0]["content_path"], headers=centre.user.headers)
    assert content.content.startswith(b"%PDF")


@pytest.mark.requirement("R07", "R17")
async def test_home_names_the_return_its_items_and_when_to_answer(world: World, centre: TestCentre) -> None:
    id_ = (await world.application(centre, Status.SUBMITTED))["id"]
    review, today = await _return(world, id_), world.clock().date()
    home = await _home(world, centre)
    returned = home["returned"]
    assert returned["review_id"] == review["id"]
    assert (returned["explanation"], returned["stage"]) == ("Three policies are old.", "initial_review")
    assert returned["items"] == review["items"]
    assert "Odd." not in str(home)
    assert (returned["unanswered"], returned["answer_by"]) == (3, (today + timedelta(days=14)).isoformat())
    assert home["next_step_code"] == "answer_return"
    by = _day(today + timedelta(days=14))
    assert home["next_step"] == f"We returned the application on {_day(today)}. Answer 3 items by {by}."
    overview = await world.get(f"/v1/applications/{id_}", centre.user)
    assert home["sections"] == overview["sections"]
    assert [section["state"] for section in home["sections"]] == ["complete"] * 3

    await _answer(world, centre, id_, returned["items"][1])
    returned = (await _home(world, centre))["returned"]
    assert (returned["unanswered"], returned["answer_by"]) == (2, (today + timedelta(days=21)).isoformat())
    await world.agreement()
    home = await _home(world, centre)
    assert home["next_step"].endswith("Besides, 1 thing is still missing.")
    for item in (returned["items"][0], returned["items"][2]):
        await _answer(world, centre, id_, item)
    home = await _home(world, centre)
    assert (home["next_step_code"], home["returned"]["answer_by"]) == ("complete_application", None)


@pytest.mark.requirement("R07", "R17")
async def test_an_answered_return_is_submitted_again(world: World, centre: TestCentre) -> None:
    id_ = (await world.application(centre, Status.RETURNED))["id"]
    await world.play(centre, id_, centres_part.answer_items)
    home = await _home(world, centre)
    assert home["next_step"] == "Nothing is missing: a super user can submit the application again."
    assert home["next_step_code"] == "submit_application"
    assert home["returned"]["unanswered"] == 0
    await world.play(centre, id_, centres_part.submit)
    home = await _home(world, centre)
    assert home["returned"] is None, "it was answered"
    assert home["next_step_code"] == "wait_for_initial_review"


@pytest.mark.requirement("R07", "R18")
async def test_home_shows_the_invoice(world: World, centre: TestCentre) -> None:
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    home = await _home(world, centre)
    invoice = await world.get(home["invoice"]["path"], centre.user)
    shared = ("id", "number", "status", "total", "due", "due_on", "overdue")
    assert {name: home["invoice"][name] for name in shared} == {name: invoice[name] for name in shared}
    assert home["invoice"]["id"] == application["invoice_id"]
    due_on = _day(date.fromisoformat(invoice["due_on"]))
    assert f"£500.00 on invoice {invoice['number']} is due by {due_on}." in home["next_step"]
    world.clock.move(timedelta(days=60))
    async with world.database.transaction() as session:
        person = await session.get_one(Person, centre.user.id)
    centre.user.headers = (await world.log_in(person)).headers
    assert (await _home(world, centre))["invoice"]["overdue"] is True
