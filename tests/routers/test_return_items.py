"""What an item of a return points to (R17)."""

from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.jobs.means import Means
from tests.jobs.conftest import means  # noqa: F401
from tests.jobs.post import Post
from tests.staging import Login, TestCentre
from tests.world import World

NOBODY = "019c4c24-b500-77b0-9cb2-b5f4ef0d5725"


def _return(*places: tuple[str, str | None]) -> dict[str, Any]:
    items = [{"section": section, "pointer": at, "code": "unclear", "asked": "Look again."} for section, at in places]
    return {"outcome": "return", "explanation": "Some points.", "items": items}


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


@pytest.fixture
async def submitted(world: World, centre: TestCentre) -> dict[str, Any]:
    return await world.application(centre, Status.SUBMITTED)


async def _refused(world: World, staff: Login, id_: str, *places: tuple[str, str | None]) -> list[tuple[str, str]]:
    path = f"/v1/applications/{id_}"
    answer = await world.client.post(f"{path}/reviews", json=_return(*places), headers=await world.etag(path, staff))
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(
    ("section", "pointer", "code"),
    [
        ("application", "/history/nonsense", "points_to_nothing"),
        ("application", "/history/legal_name/0", "points_to_nothing"),
        ("application", "/nonsense", "points_to_nothing"),
        ("application", "/appeals", "points_to_nothing"),
        ("application", "/history/", "points_to_nothing"),
        ("application", "/learner-numbers/by_age_group/16_to_19", "points_to_nothing"),
        ("application", "/history/~2", "invalid_pointer"),
        ("application", "history/legal_name", "invalid_pointer"),
        ("policies_and_procedures", "/history/legal_name", "points_to_nothing"),
        ("policies_and_procedures", "/appeals/file_name", "points_to_nothing"),
        ("centre_agreement", "/signature", "points_to_nothing"),
        ("sites", "/finance", "points_to_nothing"),
        ("sites", f"/{NOBODY}/shoe_size", "points_to_nothing"),
        ("contacts", "/caretaker", "points_to_nothing"),
        ("elsewhere", "/finance", "not_a_choice"),
    ],
)
async def test_a_pointer_to_nothing_is_refused(
    world: World, staff: Login, submitted: dict[str, Any], section: str, pointer: str, code: str
) -> None:
    named = await _refused(world, staff, submitted["id"], ("application", None), (section, pointer))
    assert [found for _, found in named] == [code]
    assert named[0][0] == f"/items/1/{'section' if code == 'not_a_choice' else 'pointer'}"


@pytest.mark.requirement("R17")
async def test_an_entry_a_site_or_a_contact_must_be_there(
    world: World, staff: Login, centre: TestCentre, submitted: dict[str, Any]
) -> None:
    """All of them at once, and another centre's are not there."""
    other = await world.centre()
    site = await world.get(f"/v1/centres/{other.id}/sites", other.user)
    named = await _refused(
        world,
        staff,
        submitted["id"],
        ("application", "/experience/delivery_staff/99"),
        ("application", f"/experience/delivery_staff/{NOBODY}"),
        ("application", "/experience/delivery_staff/0/name"),
        ("sites", f"/{NOBODY}"),
        ("sites", f"/{site['items'][0]['id']}/address"),
        ("sites", "/0"),
        ("contacts", f"/{NOBODY}/email"),
    )
    assert named == [(f"/items/{number}/pointer", "points_to_nothing") for number in (0, 1, 3, 4, 5, 6)]


@pytest.mark.requirement("R08", "R09", "R17")
async def test_items_reach_every_field_and_also_sites_and_contacts(
    world: World,
    staff: Login,
    centre: TestCentre,
    submitted: dict[str, Any],
    means: Means,  # noqa: F811
) -> None:
    """The answer names them as they were sent, the letter in words."""
    post = Post(means)
    await post.new()
    site = (await world.get(f"/v1/centres/{centre.id}/sites", centre.user))["items"][0]
    contacts = (await world.get(f"/v1/centres/{centre.id}/contacts", centre.user))["items"]
    contact = next(found for found in contacts if "finance" in found["roles"])
    places = [
        ("application", None),
        ("application", "/history"),
        ("application", "/learner-numbers/by_age_group/16_to_18"),
        ("application", "/experience/delivery_staff/0/name"),
        ("policies_and_procedures", "/examinations"),
        ("centre_agreement", "/code_of_conduct"),
        ("sites", None),
        ("sites", f"/{site['id']}/address/postcode"),
        ("contacts", f"/{contact['id']}/email"),
        ("contacts", "/quality_assurance"),
    ]
    review = await world.step(staff, submitted["id"], "reviews", _return(*places))
    assert [(item["section"], item["pointer"]) for item in review["items"]] == places
    path = f"/v1/applications/{submitted['id']}"
    listed = (await world.get(f"{path}/return-items", centre.user))["items"]
    assert [(item["section"], item["pointer"]) for item in listed] == places
    text = (await post.new())["application_returned"].text
    for words in (
        "Application: Learner numbers, by age group, 16 to 18",
        "Centre Agreement: Code of conduct",
        "7. Sites\n",
        f"Sites: {site['name']}, address, postcode",
        f"Contacts: {contact['first_name']} {contact['last_name']}, email",
        "Contacts: Quality assurance contact",
    ):
        assert words in text
    for item in listed:
        headers = centre.user.headers | {"If-Match": item["etag"]}
        address = f"{path}/return-items/{item['id']}"
        assert (await world.client.patch(address, json={"answer": "Done."}, headers=headers)).status_code == 200
    again = await world.step(centre.super_user, submitted["id"], "submissions", {"declaration": True})
    assert again["number"] == 2
