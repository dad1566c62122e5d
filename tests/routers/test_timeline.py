"""The timelines of an application and of a centre (R24)."""

import pytest

from tests.routers.review_stage import Case, case_in_review
from tests.world import World


@pytest.fixture
async def case(world: World) -> Case:
    return await case_in_review(world)


async def test_staff_and_the_centre_can_read_a_timeline(case: Case, world: World) -> None:
    stranger = await world.centre()
    for path in (f"{case.path}/timeline", f"/v1/centres/{case.centre.id}/timeline"):
        assert (await world.client.get(path)).status_code == 401
        assert (await world.client.get(path, headers=stranger.super_user.headers)).status_code == 404
        assert (await world.client.get(path, params={"order": "x"}, headers=case.lead.headers)).status_code == 422
        assert (await world.client.get(path, params={"cursor": "x"}, headers=case.lead.headers)).status_code == 422


@pytest.mark.requirement("R24")
async def test_staff_see_the_actor_and_the_change(case: Case, world: World) -> None:
    await case.recommended()
    (arranged, held, recommended) = (await world.get(f"{case.path}/timeline", case.manager))["items"]
    assert [arranged["type"], held["type"], recommended["type"]] == [
        "application.interview_arranged",
        "application.interview_held",
        "application.recommended",
    ]
    assert recommended["actor"]["id"] == str(case.lead.id)
    assert recommended["actor"]["roles"] == ["centre_lead"]
    assert (recommended["before"]["status"], recommended["after"]["status"]) == ("in_review", "awaiting_decision")
    assert recommended["after"]["reasons"] == "A secret opinion."
    assert [event["aggregate"]["sequence"] for event in (arranged, held, recommended)] == [1, 2, 3]


@pytest.mark.requirement("R24")
async def test_a_centre_sees_its_own_people_by_name_and_staff_by_role(case: Case, world: World) -> None:
    await case.arranged()
    (arranged,) = (await world.get(f"{case.path}/timeline", case.centre.user))["items"]
    assert arranged["actor"] == {
        "kind": "person",
        "id": None,
        "name": "AIM Qualifications and Assessment Group",
        "roles": ["centre_lead"],
    }
    assert (arranged["before"], arranged["after"]) == (None, None)
    site = {
        "name": "Harbour Road workshop",
        "address": {"line_1": "2 Harbour Road", "town": "Cardiff", "country": "wales", "postcode": "CF10 1AA"},
    }
    await world.post(f"/v1/centres/{case.centre.id}/sites", site, case.centre.super_user)
    own = (await world.get(f"/v1/centres/{case.centre.id}/timeline?order=newest_first", case.centre.user))["items"]
    assert [event["type"] for event in own] == [
        "site.created",
        "application.interview_arranged",
        "centre.account_created",
    ]
    assert own[0]["actor"]["id"] == str(case.centre.super_user.id)
    assert own[0]["actor"]["roles"] == ["super_user"]


@pytest.mark.requirement("R24")
async def test_internal_events_are_hidden_from_the_centre(case: Case, world: World) -> None:
    await case.recommended()
    await case.send(case.manager, "decisions", {"outcome": "refer_back", "reasons": "A quiet word."})
    for login, seen in ((case.manager, True), (case.centre.super_user, False)):
        for path in (f"{case.path}/timeline", f"/v1/centres/{case.centre.id}/timeline"):
            assert ("application.referred_back" in (await world.client.get(path, headers=login.headers)).text) is seen


@pytest.mark.parametrize("order", ["oldest_first", "newest_first"])
async def test_a_timeline_pages_completely_in_either_order(case: Case, world: World, order: str) -> None:
    await case.accepted("Train.")
    whole = (await world.get(f"{case.path}/timeline?order={order}&limit=100", case.manager))["items"]
    paged, cursor = [], ""
    while True:
        page = await world.get(f"{case.path}/timeline?order={order}&limit=2{cursor}", case.manager)
        paged += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert paged == whole
    assert len(whole) == 5
    assert (whole[0]["type"] == "application.interview_arranged") is (order == "oldest_first")


async def test_reading_a_timeline_takes_a_constant_number_of_statements(case: Case) -> None:
    async def statements() -> int:
        seen: list[str] = []
        stop = case.world.database.count_statements(seen)
        assert (await case.get(case.manager, "timeline")).status_code == 200
        stop()
        return len(seen)

    interview = await case.arranged()
    few = await statements()
    await case.send(case.lead, "interviews/" + interview["id"], {"place": "Derby"}, interview["etag"], method="PATCH")
    assert len((await case.get(case.manager, "timeline")).json()["items"]) == 2
    assert await statements() == few
