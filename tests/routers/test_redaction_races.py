"""Redactions that meet somebody's work: whoever comes second is judged by what the first has done."""

from collections.abc import Awaitable, Mapping
from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from tests.integrations.file_samples import pdf, rtf
from tests.races import queue, race
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


async def _in_turn(it: Uploads, first: str, contenders: Mapping[str, Awaitable[Answer]]) -> dict[str, Answer]:
    """What they answer, by their names, when this one gets the application's lock first."""
    names = sorted(contenders, key=lambda name: name != first)
    answers = await queue(it.world.database, _lock(it), *(contenders[name] for name in names))
    return dict(zip(names, answers, strict=True))


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


@pytest.mark.parametrize("first", ["upload", "removal"])
async def test_a_removal_while_a_colleague_uploads(world: World, draft: Uploads, first: str) -> None:
    """Whoever comes second has to look at the policy first (412), and nothing of theirs is done."""
    tag = (await draft.policy())["etag"]

    async def upload() -> Answer:
        answer = await world.client.put(
            draft.policy_path,
            files={"file": ("new.pdf", pdf(), "application/pdf")},
            headers=draft.centre.user.headers | {"If-Match": tag},
        )
        return answer.status_code, answer.json()

    contenders = {"upload": upload(), "removal": draft.remove(draft.centre.super_user, match=tag)}
    answers = await _in_turn(draft, first, contenders)
    assert answers.pop(first)[0] == 200
    ((status, problem),) = answers.values()
    assert (status, problem["code"]) == (412, "stale_version")
    redacted = [version["redacted_at"] is not None for version in await draft.versions()]
    assert redacted == ([False, False, False] if first == "upload" else [True, False])


@pytest.mark.parametrize("first", ["submission", "redaction"])
async def test_a_redaction_while_the_centre_submits(world: World, staff: Login, first: str) -> None:
    """The submission holds the file, or the centre is told that it was changed meanwhile: never a hole."""
    it = await _in(world, Status.RETURNED)
    version, by = (await it.versions())[0], it.centre.super_user
    await world.play(it.centre, it.application["id"], centres_part.mend)
    contenders = {
        "submission": _step(it, by, "submissions", {"declaration": True}, await _tag(it, by)),
        "redaction": redact(world, staff, "policy_version", version["id"]),
    }
    answers = await _in_turn(it, first, contenders)
    (submitted, submission), (redacted, done) = answers["submission"], answers["redaction"]
    assert (redacted, done["status"]) == (201, "done")
    if first == "submission":
        (policy,) = [one for one in submission["content"]["policies"] if one["key"] == it.key]
        assert (submitted, policy["version"], policy["sha256"]) == (201, version["number"], version["sha256"])
    else:
        assert (submitted, submission["code"]) == (412, "stale_version")
        again = await _step(it, by, "submissions", {"declaration": True}, await _tag(it, by))
        assert (again[0], again[1]["code"]) == (409, "not_ready")


@pytest.mark.parametrize("first", ["recommendation", "redaction"])
async def test_a_redaction_while_the_centre_lead_recommends(world: World, staff: Login, first: str) -> None:
    """Either a second person is needed, or the centre lead has to look again before they recommend."""
    it = await _in(world, Status.IN_REVIEW)
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    await world.play(it.centre, it.application["id"], staffs_part.arrange_next, staffs_part.hold_interview)
    body = {"outcome": "accept", "reasons": "All is in place."}
    contenders = {
        "recommendation": _step(it, lead, "recommendations", body, await _tag(it, lead)),
        "redaction": redact(world, staff, "policy_version", (await it.versions())[0]["id"]),
    }
    answers = await _in_turn(it, first, contenders)
    (recommended, _), (redacted, done) = answers["recommendation"], answers["redaction"]
    expected = (201, 201, "pending") if first == "recommendation" else (412, 201, "done")
    assert (recommended, redacted, done["status"]) == expected


@pytest.mark.parametrize("first", ["decision", "confirmation"])
async def test_a_confirmation_while_a_decision_is_made(world: World, staff: Login, first: str) -> None:
    """The decision is made on all the files, or whoever decides sees first that one is gone."""
    it = await _in(world, Status.AWAITING_DECISION)
    manager, other = [
        await world.staff(each) for each in (StaffRole.QUALITY_ASSURANCE_MANAGER, StaffRole.ADMINISTRATOR)
    ]
    asked = (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[1]
    body = {"outcome": "accept", "reasons": "All is in place."}
    contenders = {
        "decision": _step(it, manager, "decisions", body, await _tag(it, manager)),
        "confirmation": settle(world, other, asked["id"]),
    }
    answers = await _in_turn(it, first, contenders)
    (decided, _), (confirmed, done) = answers["decision"], answers["confirmation"]
    assert (asked["status"], confirmed, done["status"]) == ("pending", 200, "done")
    assert decided == (201 if first == "decision" else 412)


async def test_two_confirm_at_once(world: World, staff: Login) -> None:
    """It is redacted once, and recorded once."""
    it = await _in(world, Status.ACCEPTED)
    asked = (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[1]
    people = [await world.staff(role) for role in (StaffRole.QUALITY_ASSURANCE_MANAGER, StaffRole.ADMINISTRATOR)]
    answers = await race(world.database, _lock(it), *(settle(world, person, asked["id"]) for person in people))
    assert sorted((status, body.get("code")) for status, body in answers) == [(200, None), (409, "redaction_settled")]
    assert len(await events(world, "file.redacted")) == 1
    assert len(await letters(world, "file_redacted")) == 1
