"""A centre chooses which letters its contacts get."""

import asyncio
from typing import Any

import httpx
import pytest

from app.domain.actors import StaffRole
from app.domain.contact_roles import ContactRole
from app.domain.letter_topics import ALWAYS, LetterTopic, chosen, readers_of
from tests.world import TestCentre, World


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


def _path(centre: TestCentre) -> str:
    return f"/v1/centres/{centre.id}/letter-choices"


async def _choose(client: httpx.AsyncClient, centre: TestCentre, body: Any, tag: str | None = "*") -> httpx.Response:
    headers = centre.super_user.headers | ({"If-Match": tag} if tag else {})
    return await client.patch(_path(centre), json=body, headers=headers)


def test_every_topic_and_role_is_known() -> None:
    assert readers_of({}, LetterTopic.APPLICATION) == []
    assert chosen({"finance": ["actions"]}, ContactRole.FINANCE) == [LetterTopic.INVOICES, LetterTopic.ACTIONS]
    for topic in (LetterTopic.INTERVIEWS, LetterTopic.DECISIONS):
        assert readers_of({}, topic) == [ContactRole.HEAD_OF_ORGANISATION, ContactRole.OVERALL_QUALITY_MANAGER]
    assert readers_of({}, LetterTopic.INVOICES) == [ContactRole.FINANCE]
    assert len(ALWAYS) == 4


async def test_who_may_choose(client: httpx.AsyncClient, world: World, centre: TestCentre) -> None:
    other, staff = await world.centre(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    anything = {"If-Match": "*"}
    assert (await client.get(_path(centre))).status_code == 401
    for headers, reads, chooses in (
        (other.super_user.headers, 404, 404),
        (centre.user.headers, 200, 403),
        (staff.headers, 200, 403),
    ):
        assert (await client.get(_path(centre), headers=headers)).status_code == reads
        assert (await client.patch(_path(centre), json={}, headers=headers | anything)).status_code == chooses


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"finance": ["gossip"]}, "/finance/0"),
        ({"finance": ["actions", "actions"]}, "/finance"),
        ({"finance": None}, "/finance"),
        ({"quality_assurance": ["actions"]}, "/quality_assurance"),
    ],
)
async def test_what_is_no_choice(client: httpx.AsyncClient, centre: TestCentre, body: Any, pointer: str) -> None:
    answer = await _choose(client, centre, body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_choice_needs_the_current_tag(client: httpx.AsyncClient, centre: TestCentre) -> None:
    before = (await client.get(_path(centre), headers=centre.super_user.headers)).json()
    assert (await _choose(client, centre, {"finance": ["actions"]}, None)).status_code == 428
    assert (await _choose(client, centre, {"finance": ["actions"]}, before["etag"])).status_code == 200
    assert (await _choose(client, centre, {"finance": []}, before["etag"])).status_code == 412


async def test_what_a_role_is_told_in_any_case_stays(client: httpx.AsyncClient, centre: TestCentre) -> None:
    before = (await client.get(_path(centre), headers=centre.super_user.headers)).json()
    assert before["head_of_organisation"] == before["overall_quality_manager"] == ["interviews", "decisions"]
    assert (before["administration_examinations"], before["finance"]) == ([], ["invoices"])
    assert before["in_any_case"]["finance"] == ["invoices"]
    body = {"administration_examinations": ["returns", "application"], "finance": [], "head_of_organisation": []}
    after = (await _choose(client, centre, body, before["etag"])).json()
    assert after["administration_examinations"] == ["application", "returns"]
    assert (after["finance"], after["head_of_organisation"]) == (["invoices"], ["interviews", "decisions"])
    assert after["in_any_case"] == before["in_any_case"]
    # A repeat changes nothing, so nobody's tag goes stale and nothing is recorded.
    assert (await _choose(client, centre, body, after["etag"])).json()["etag"] == after["etag"]
    events = (await client.get(f"/v1/centres/{centre.id}/timeline", headers=centre.super_user.headers)).json()["items"]
    (event,) = [event for event in events if event["type"] == "centre.letters_chosen"]
    assert event["summary"] == "Letters chosen for: Administration/examinations contact"


async def test_of_two_choices_at_once_one_wins(client: httpx.AsyncClient, centre: TestCentre) -> None:
    """Also the first ones, when there is no row yet to lock."""
    for _ in range(2):
        tag = (await client.get(_path(centre), headers=centre.super_user.headers)).json()["etag"]
        bodies = [{"finance": ["actions"]}, {"finance": ["returns"]}]
        answers = await asyncio.gather(*(_choose(client, centre, body, tag) for body in bodies))
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        assert (await _choose(client, centre, {"finance": []})).status_code == 200
