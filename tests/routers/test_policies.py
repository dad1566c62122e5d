"""The eleven policies (R13, R14)."""

import hashlib
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.domain.events import EventType
from app.domain.workflow import Status
from app.models import Event
from app.settings import Settings
from tests.integrations.file_samples import docx, odt, pdf, rtf
from tests.races import race
from tests.world import World


def _kept(settings: Settings) -> set[Path]:
    """The files in the document store."""
    return {path for path in (settings.data_dir / "documents").rglob("*") if path.is_file()}


def _path(id_: str, key: str = "appeals") -> str:
    return f"/v1/applications/{id_}/policies/{key}"


@pytest.mark.requirement("R13")
async def test_eleven_policies_with_the_guidance_of_the_guide(world: World) -> None:
    """a) to k), each with its guidance, and none uploaded."""
    centre = await world.centre()
    draft = await world.draft(centre)
    shown = (await world.get(f"/v1/applications/{draft['id']}/policies", centre.user))["items"]
    assert "".join(item["letter"] for item in shown) == "abcdefghijk"
    assert all(item["guidance"] and item["state"] == "missing" for item in shown)
    assert [item["key"] for item in shown if item["may_be_not_applicable"]] == ["examinations"]


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"MZ" + b"x" * 900, "file_unknown_kind"), (b"%PDF-1.7 cut", "file_damaged")],
)
async def test_a_refused_file_leaves_no_trace(
    world: World, client: httpx.AsyncClient, settings: Settings, content: bytes, code: str
) -> None:
    """The content decides. The reason is given, and no row or file remains."""
    centre = await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"]), centre.user)
    file = {"file": ("policy.odd" if code == "file_unknown_kind" else "policy.pdf", content, "application/pdf")}
    answer = await client.put(_path(draft["id"]), files=file, headers=headers)
    assert answer.status_code == 422, answer.text
    fault = answer.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/file", code)
    assert (await world.get(_path(draft["id"]), centre.user))["state"] == "missing"
    assert not _kept(settings)


async def test_an_invalid_form_is_refused(world: World, client: httpx.AsyncClient) -> None:
    """No file, an unknown field, or JSON instead of a form."""
    centre = await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"]), centre.user)
    assert (await client.put(_path(draft["id"]), json={}, headers=headers)).status_code == 415
    empty = await client.put(_path(draft["id"]), data={"note": "x"}, files={"other": b"x"}, headers=headers)
    assert empty.status_code == 422
    assert (await client.put(_path(draft["id"], "shoes"), files={"file": pdf()}, headers=headers)).status_code == 404


async def test_a_file_past_the_limit_is_refused(world: World, client: httpx.AsyncClient, settings: Settings) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"]), centre.user)
    large = b"%PDF-1.7\n" + b"0" * (settings.upload_limit_bytes + 100_000)
    answer = await client.put(_path(draft["id"]), files={"file": ("p.pdf", large)}, headers=headers)
    assert answer.status_code == 413


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(
    ("content", "suffix", "media_type"),
    [
        (pdf(), "pdf", "application/pdf"),
        (docx(), "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (odt(), "odt", "application/vnd.oasis.opendocument.text"),
        (rtf(), "rtf", "application/rtf"),
    ],
)
async def test_uploaded_hashed_and_downloadable(
    world: World, client: httpx.AsyncClient, content: bytes, suffix: str, media_type: str
) -> None:
    """The type is detected from the content. Downloads, whole or partial, return the uploaded bytes."""
    centre = await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"]), centre.user)
    answer = await client.put(
        _path(draft["id"]),
        files={"file": (f"Our añpeals.{suffix}", content, "text/html")},
        data={"note": "Approved in May."},
        headers=headers,
    )
    assert answer.status_code == 200, answer.text
    version = answer.json()["current_version"]
    assert (version["media_type"], version["note"]) == (media_type, "Approved in May.")
    assert version["sha256"] == hashlib.sha256(content).hexdigest()
    assert version["size_bytes"] == len(content)
    whole = await client.get(version["content_path"], headers=centre.user.headers)
    assert whole.content == content
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in whole.headers["content-disposition"]
    part = await client.get(version["content_path"], headers=centre.user.headers | {"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, content[2:6])
    beyond = await client.get(version["content_path"], headers=centre.user.headers | {"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


@pytest.mark.requirement("R13", "R16")
async def test_an_upload_by_somebody_else_makes_a_submission_stale(world: World, client: httpx.AsyncClient) -> None:
    """It changes the application's ETag (decision 12)."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path = f"/v1/applications/{draft['id']}"
    read = await world.etag(path, centre.super_user)
    await world.upload(centre.user, draft["id"], "appeals")
    stale = await client.post(f"{path}/submissions", json={"declaration": True}, headers=read)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")


@pytest.mark.requirement("R13")
async def test_a_replacement_keeps_earlier_versions(world: World, client: httpx.AsyncClient) -> None:
    """Each upload is a version. A stale one is refused, and another centre cannot read any."""
    centre, other = await world.centre(), await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"]), centre.user)
    await world.upload(centre.user, draft["id"], "appeals")
    stale = await client.put(_path(draft["id"]), files={"file": ("p.pdf", pdf())}, headers=headers)
    assert stale.status_code == 412
    await world.upload(centre.user, draft["id"], "appeals", pdf())
    versions = (await world.get(f"{_path(draft['id'])}/versions", centre.user))["items"]
    assert [(version["number"], version["media_type"]) for version in versions] == [
        (2, "application/pdf"),
        (1, "application/rtf"),
    ]
    stranger = await client.get(versions[0]["content_path"], headers=other.super_user.headers)
    assert stranger.status_code == 404


@pytest.mark.requirement("R14")
async def test_examinations_may_be_stated_not_to_apply(world: World, client: httpx.AsyncClient) -> None:
    """Only for e), and only while none are planned; planning examinations makes the document required again."""
    centre = await world.centre()
    draft = await world.draft(centre)
    body = {"statement": "We plan none."}
    for key, code in (("appeals", "policy_always_required"), ("examinations", "invigilated_assessment_planned")):
        path = _path(draft["id"], key)
        headers = await world.etag(path, centre.user)
        refused = await client.put(f"{path}/not-applicable", json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    group = f"/v1/applications/{draft['id']}/details/provision"
    await world.post(group, {"plans_invigilated_assessment": False}, centre.user, match=group, method="PATCH")
    path = _path(draft["id"], "examinations")
    stated = await world.post(f"{path}/not-applicable", body, centre.user, match=path, method="PUT")
    assert stated["state"] == "not_applicable"

    async def gaps() -> list[str]:
        missing = (await world.get(f"/v1/applications/{draft['id']}/readiness", centre.user))["missing"]
        return [gap["code"] for gap in missing if gap["pointer"] == "/examinations"]

    assert await gaps() == []
    await world.post(group, {"plans_invigilated_assessment": True}, centre.user, match=group, method="PATCH")
    assert await gaps() == ["not_applicable_contradicted"]
    await world.upload(centre.user, draft["id"], "examinations")
    assert await gaps() == []


@pytest.mark.requirement("R14", "R16")
async def test_a_statement_takes_an_uploaded_document_back(world: World) -> None:
    """A document that was uploaded is taken back: the submission has the statement and no file."""
    centre = await world.centre()
    ready = await world.ready(centre)
    id_, group, path = (
        ready["id"],
        f"/v1/applications/{ready['id']}/details/provision",
        _path(ready["id"], "examinations"),
    )
    assert (await world.get(path, centre.user))["current_version"]["number"] == 1
    await world.post(group, {"plans_invigilated_assessment": False}, centre.user, match=group, method="PATCH")
    body = {"statement": "We hold no invigilated assessments."}
    stated = await world.post(f"{path}/not-applicable", body, centre.user, match=path, method="PUT")
    assert (stated["state"], stated["current_version"]) == ("not_applicable", None)
    assert [version["number"] for version in (await world.get(f"{path}/versions", centre.user))["items"]] == [1]
    submission = await world.step(centre.super_user, id_, "submissions", {"declaration": True})
    (copied,) = [policy for policy in submission["content"]["policies"] if policy["key"] == "examinations"]
    assert copied == {
        "key": "examinations",
        "version": None,
        "version_id": None,
        "file_name": None,
        "sha256": None,
        "not_applicable_statement": body["statement"],
    }


@pytest.mark.requirement("R14")
async def test_a_document_uploaded_after_the_statement_counts_again(world: World) -> None:
    centre = await world.centre()
    ready = await world.ready(centre)
    group, path = f"/v1/applications/{ready['id']}/details/provision", _path(ready["id"], "examinations")
    await world.post(group, {"plans_invigilated_assessment": False}, centre.user, match=group, method="PATCH")
    await world.post(f"{path}/not-applicable", {"statement": "None."}, centre.user, match=path, method="PUT")
    await world.post(group, {"plans_invigilated_assessment": True}, centre.user, match=group, method="PATCH")
    readiness = await world.get(f"/v1/applications/{ready['id']}/readiness", centre.user)
    assert [gap["code"] for gap in readiness["missing"]] == ["not_applicable_contradicted"]
    again = await world.upload(centre.user, ready["id"], "examinations")
    assert (again["state"], again["current_version"]["number"]) == ("uploaded", 2)
    assert (await world.get(f"/v1/applications/{ready['id']}/readiness", centre.user))["ready"] is True


@pytest.mark.requirement("R16")
async def test_no_upload_after_submission(world: World, client: httpx.AsyncClient, settings: Settings) -> None:
    """The application is locked, and the refused file is not stored."""
    centre = await world.centre()
    application = await world.application(centre, Status.SUBMITTED)
    before = _kept(settings)
    headers = await world.etag(_path(application["id"]), centre.user)
    answer = await client.put(_path(application["id"]), files={"file": ("p.pdf", pdf())}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "application_locked")
    assert _kept(settings) == before


async def test_an_application_submitted_during_the_inspection_refuses_the_upload(
    world: World, client: httpx.AsyncClient, settings: Settings
) -> None:
    """It is judged again under the lock, and the file that was stored meanwhile goes."""
    centre = await world.centre()
    draft = await world.draft(centre)
    before = _kept(settings)
    headers = centre.user.headers | {"If-Match": "*"}
    # The statement takes the lock by submitting.
    submits = f"UPDATE applications SET status = 'submitted' WHERE id = '{draft['id']}'"
    upload = client.put(_path(draft["id"]), files={"file": ("p.pdf", pdf())}, headers=headers)
    (answer,) = await race(world.database, submits, upload)
    assert (answer.status_code, answer.json()["code"]) == (409, "application_locked")
    assert _kept(settings) == before


async def test_one_of_two_uploads_of_the_same_version_is_stale(
    world: World, client: httpx.AsyncClient, settings: Settings
) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    before = _kept(settings)
    headers = await world.etag(_path(draft["id"]), centre.user)
    lock = f"SELECT FROM applications WHERE id = '{draft['id']}' FOR UPDATE"
    both = (
        client.put(_path(draft["id"]), files={"file": ("p.pdf", pdf())}, headers=headers | login.headers)
        for login in (centre.user, centre.super_user)
    )
    answers = await race(world.database, lock, *both)
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(_kept(settings) - before) == 1


async def test_uploads_that_wait_for_each_other_are_numbered_without_gaps(
    world: World, client: httpx.AsyncClient
) -> None:
    """Each answers with its own version, and says in its event what it replaced."""
    centre = await world.centre()
    draft = await world.draft(centre)
    first = await world.get(_path(draft["id"]), centre.user)
    lock = f"SELECT FROM applications WHERE id = '{draft['id']}' FOR UPDATE"
    both = (
        client.put(_path(draft["id"]), files={"file": ("p", content)}, headers=login.headers | {"If-Match": "*"})
        for login, content in ((centre.user, pdf()), (centre.super_user, rtf()))
    )
    answers = sorted(
        (answer.json() for answer in await race(world.database, lock, *both)),
        key=lambda shown: shown["current_version"]["number"],
    )
    assert [shown["current_version"]["number"] for shown in answers] == [1, 2]
    assert len({first["etag"], *(shown["etag"] for shown in answers)}) == 3
    assert await world.get(_path(draft["id"]), centre.user) == answers[1]
    async with world.database.transaction() as session:
        recorded = await session.scalars(
            select(Event.audit).where(Event.type == EventType.POLICY_UPLOADED).order_by(Event.sequence)
        )
        one, two = recorded.all()
    assert one is not None
    assert two is not None
    assert one["before"] == {}
    assert two["before"] == {"version": 1, "sha256": answers[0]["current_version"]["sha256"]}
