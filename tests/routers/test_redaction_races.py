"""Redactions that meet somebody's work: whoever comes second is judged by what the first has done."""

from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from tests.integrations.file_samples import pdf, rtf
from tests.races import race
from tests.routers.redaction_stage import SECRET, Uploads, events, letters, redact, settle
from tests.world import Login, World

Answer = tuple[int, dict[str, Any]]


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


@pytest.fixture
async def draft(world: World) -> Uploads:
    centre = await world.centre()
    found = Uploads(world, centre, await world.draft(centre))
    await world.upload(centre.user, found.application["id"], "appeals", rtf())
    await world.upload(centre.user, found.application["id"], "appeals", SECRET)
    return found


async def _in(world: World, status: Status) -> Uploads:
    centre = await world.centre()
    return Uploads(world, centre, await world.application(centre, status))


def _lock(it: Uploads) -> str:
    return f"SELECT FROM applications WHERE id = '{it.application['id']}' FOR UPDATE"


async def _step(it: Uploads, by: Login, part: str, body: dict[str, Any], tag: dict[str, str]) -> Answer:
    address = f"/v1/applications/{it.application['id']}/{part}"
    answer = await it.world.client.post(address, json=body, headers=by.headers | tag)
    return answer.status_code, answer.json()


async def _tag(it: Uploads, by: Login) -> dict[str, str]:
    return {"If-Match": (await it.world.get(f"/v1/applications/{it.application['id']}", by))["etag"]}


async def test_two_staff_at_once(world: World, draft: Uploads, staff: Login) -> None:
    id_ = (await draft.versions())[0]["id"]
    other = await world.staff(StaffRole.ADMINISTRATOR)
    lock = f"SELECT FROM applications WHERE id = '{draft.application['id']}' FOR UPDATE"
    answers = await race(
        world.database, lock, *(redact(world, login, "policy_version", id_) for login in (staff, other))
    )
    assert sorted(status for status, _ in answers) == [201, 409]
    assert [body["code"] for status, body in answers if status == 409] == ["file_redacted"]


async def test_two_second_people_at_once(world: World, staff: Login) -> None:
    accepted = await _in(world, Status.ACCEPTED)
    asked = (await redact(world, staff, "policy_version", (await accepted.versions())[0]["id"]))[1]
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    other = await world.staff(StaffRole.ADMINISTRATOR)
    lock = f"SELECT FROM applications WHERE id = '{accepted.application['id']}' FOR UPDATE"
    answers = await race(
        world.database, lock, settle(world, manager, asked["id"]), settle(world, other, asked["id"], "refusal")
    )
    assert sorted(status for status, _ in answers) == [200, 409]


async def test_a_removal_while_the_centre_submits(world: World, staff: Login) -> None:
    """Whoever comes second is refused: the submission has all of its files, or there is none."""
    centre = await world.centre()
    it = Uploads(world, centre, await world.ready(centre))
    application = f"/v1/applications/{it.application['id']}"
    tag, policy = await world.etag(application, centre.super_user), await it.policy()

    async def submit() -> tuple[int, dict[str, Any]]:
        answer = await world.client.post(f"{application}/submissions", json={"declaration": True}, headers=tag)
        return answer.status_code, answer.json()

    lock = f"SELECT FROM applications WHERE id = '{it.application['id']}' FOR UPDATE"
    submitted, removed = await race(
        world.database, lock, submit(), it.remove(centre.super_user, number=1, match=policy["etag"])
    )
    missing = (await it.policy())["state"] == "missing"
    assert (submitted[0], removed[0], missing) in ((201, 409, False), (412, 200, True))


async def test_a_removal_while_a_colleague_uploads(world: World, draft: Uploads) -> None:
    """One of them changes the policy; the other one sees what it is now, before it goes on (412)."""
    tag = (await draft.policy())["etag"]

    async def upload() -> Answer:
        answer = await world.client.put(
            draft.policy_path,
            files={"file": ("new.pdf", pdf(), "application/pdf")},
            headers=draft.centre.user.headers | {"If-Match": tag},
        )
        return answer.status_code, answer.json()

    uploaded, removed = await race(
        world.database, _lock(draft), upload(), draft.remove(draft.centre.super_user, match=tag)
    )
    versions = await draft.versions()
    assert (uploaded[0], removed[0], len(versions), versions[-2]["redacted_at"] is None) in (
        (200, 412, 3, True),
        (412, 200, 2, False),
    )
    (loser,) = [body for status, body in (uploaded, removed) if status == 412]
    assert loser["code"] == "stale_version"


async def test_a_redaction_while_the_centre_submits(world: World, staff: Login) -> None:
    """The submission holds the file, or the centre is told that it was changed meanwhile: never a hole."""
    it = await _in(world, Status.RETURNED)
    version, by = (await it.versions())[0], it.centre.super_user
    await world.play(it.centre, it.application["id"], centres_part.mend)
    tag = await _tag(it, by)
    submitted, redacted = await race(
        world.database,
        _lock(it),
        _step(it, by, "submissions", {"declaration": True}, tag),
        redact(world, staff, "policy_version", version["id"]),
    )
    assert (submitted[0], redacted[0]) in ((201, 201), (412, 201))
    if submitted[0] == 201:
        (policy,) = [one for one in submitted[1]["content"]["policies"] if one["key"] == it.key]
        assert (policy["version"], policy["sha256"]) == (version["number"], version["sha256"])
    again = await _step(it, by, "submissions", {"declaration": True}, await _tag(it, by))
    assert again[1]["code"] == ("step_not_allowed" if submitted[0] == 201 else "not_ready")


async def test_a_redaction_while_the_centre_lead_recommends(world: World, staff: Login) -> None:
    """Either a second person is needed, or the centre lead has to look again before they recommend."""
    it = await _in(world, Status.IN_REVIEW)
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    await world.play(it.centre, it.application["id"], staffs_part.arrange_next, staffs_part.hold_interview)
    tag, version = await _tag(it, lead), (await it.versions())[0]
    recommended, redacted = await race(
        world.database,
        _lock(it),
        _step(it, lead, "recommendations", {"outcome": "accept", "reasons": "All is in place."}, tag),
        redact(world, staff, "policy_version", version["id"]),
    )
    assert (recommended[0], redacted[0], redacted[1]["status"]) in ((201, 201, "pending"), (412, 201, "done"))


async def test_a_confirmation_while_a_decision_is_made(world: World, staff: Login) -> None:
    """The decision is made on all the files, or whoever decides sees first that one is gone."""
    it = await _in(world, Status.AWAITING_DECISION)
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    asked = (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[1]
    assert asked["status"] == "pending"
    other, tag = await world.staff(StaffRole.ADMINISTRATOR), await _tag(it, manager)
    decided, confirmed = await race(
        world.database,
        _lock(it),
        _step(it, manager, "decisions", {"outcome": "accept", "reasons": "All is in place."}, tag),
        settle(world, other, asked["id"]),
    )
    assert (decided[0], confirmed[0], confirmed[1]["status"]) in ((201, 200, "done"), (412, 200, "done"))


async def test_two_confirm_at_once(world: World, staff: Login) -> None:
    """It is redacted once, and recorded once."""
    it = await _in(world, Status.ACCEPTED)
    asked = (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[1]
    people = [await world.staff(role) for role in (StaffRole.QUALITY_ASSURANCE_MANAGER, StaffRole.ADMINISTRATOR)]
    answers = await race(world.database, _lock(it), *(settle(world, person, asked["id"]) for person in people))
    assert sorted((status, body.get("code")) for status, body in answers) == [(200, None), (409, "redaction_settled")]
    assert len(await events(world, "file.redacted")) == 1
    assert len(await letters(world, "file_redacted")) == 1
