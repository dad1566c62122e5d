"""Uploads meet the virus scanner: what it refuses, what waits for it, and that neither is handed out or counts."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.domain.actors import StaffRole
from app.integrations.virus_scan import scanner_of
from app.main import attach
from app.settings import Settings, VirusScan
from tests.integrations.file_samples import pdf
from tests.routers.review_stage import Case, case_in_review
from tests.routers.test_actions import close, first, send
from tests.scanner import STREAM_LIMIT, VIRUS, Daemon, infected_docx, infected_pdf, large_pdf
from tests.world import TestCentre, World


@pytest.fixture
def settings(settings: Settings, scanner: Daemon) -> Settings:
    return settings.model_copy(update={"clamd": scanner.address})


def _path(id_: str, key: str = "appeals") -> str:
    return f"/v1/applications/{id_}/policies/{key}"


async def _put(world: World, centre: TestCentre, id_: str, content: bytes, key: str = "appeals") -> httpx.Response:
    headers = await world.etag(_path(id_, key), centre.user)
    return await world.client.put(_path(id_, key), files={"file": ("policy.pdf", content)}, headers=headers)


async def _publish(world: World, content: bytes) -> httpx.Response:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    file = {"file": ("agreement.pdf", content, "application/pdf")}
    data = {"kind": "being_a_centre_guide"}
    return await world.client.post("/v1/documents", data=data, files=file, headers=administrator.headers)


def _kept(settings: Settings) -> int:
    return sum(path.is_file() for path in (settings.data_dir / "documents").rglob("*"))


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


async def _gaps(world: World, centre: TestCentre, id_: str) -> list[tuple[str, str]]:
    shown = await world.get(f"/v1/applications/{id_}/readiness", centre.user)
    return [(gap["pointer"], gap["code"]) for gap in shown["missing"]]


@pytest.mark.requirement("R13")
@pytest.mark.parametrize("content", [infected_pdf(), infected_docx()])
async def test_an_infected_upload_is_refused_and_not_kept(world: World, scanner: Daemon, content: bytes) -> None:
    scanner.start()
    centre = await world.centre()
    draft = await world.draft(centre)
    before = _kept(world.settings)
    answer = await _put(world, centre, draft["id"], content)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "file_infected")
    assert VIRUS in answer.json()["errors"][0]["detail"]
    assert (await world.get(_path(draft["id"]), centre.user))["state"] == "missing"
    assert _kept(world.settings) == before


@pytest.mark.requirement("R13")
async def test_a_clean_upload_is_clean_in_the_answer(world: World, scanner: Daemon) -> None:
    scanner.start()
    centre = await world.centre()
    draft = await world.draft(centre)
    answer = await _put(world, centre, draft["id"], pdf())
    version = answer.json()["current_version"]
    assert (version["scan_state"], version["scan_message"]) == ("clean", None)
    assert (await world.client.get(version["content_path"], headers=centre.user.headers)).content == pdf()
    assert "/appeals" not in dict(await _gaps(world, centre, draft["id"]))


@pytest.mark.requirement("R13", "R16")
async def test_while_the_scanner_is_down_nothing_is_lost_handed_out_or_counted(world: World, scanner: Daemon) -> None:
    """The centre reads what it waits for; when the scanner is back, the job finds the file clean."""
    scanner.start()
    centre = await world.centre()
    draft = await world.ready(centre)
    scanner.kill()
    uploaded = await _put(world, centre, draft["id"], pdf())
    assert uploaded.status_code == 200, uploaded.text
    version = uploaded.json()["current_version"]
    assert version["scan_state"] == "pending"
    assert "waits for the virus scanner" in version["scan_message"]
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    for login in (centre.user, lead):
        for method, headers in (("GET", {}), ("HEAD", {}), ("GET", {"If-None-Match": f'"{version["sha256"]}"'})):
            refused = await world.client.request(method, version["content_path"], headers=login.headers | headers)
            assert refused.status_code == 409
            if method == "GET":
                assert refused.json()["code"] == "scan_pending"
    assert await _gaps(world, centre, draft["id"]) == [("/appeals", "document_being_scanned")]
    path = f"/v1/applications/{draft['id']}"
    headers = await world.etag(path, centre.super_user)
    answer = await world.client.post(f"{path}/submissions", json={"declaration": True}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    assert "virus scanner" in answer.json()["missing"][0]["message"]
    home = await world.get(f"/v1/centres/{centre.id}/home", centre.user)
    assert home["next_step_code"] == "wait_for_virus_scan"

    await world.run_jobs()
    assert await _gaps(world, centre, draft["id"]) == [("/appeals", "document_being_scanned")]
    shown = (await world.client.get("/metrics")).text
    assert float(shown.split("\ncentre_recognition_file_unscanned_oldest_seconds ")[1].split()[0]) > 0
    scanner.start()
    await _make_due(world)
    await world.run_jobs()
    assert await _gaps(world, centre, draft["id"]) == []
    # A scan is no change that somebody's next one could overwrite.
    await world.post(f"{path}/submissions", {"declaration": True}, centre.super_user, match=path)
    assert (await world.client.get(version["content_path"], headers=lead.headers)).status_code == 200
    timeline = await world.get(f"{path}/timeline", centre.user)
    assert any("passed the virus scan" in item["summary"] for item in timeline["items"])


async def _make_due(world: World) -> None:
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE pgqueuer SET execute_after = now() WHERE entrypoint = 'scan_file'"))


@pytest.mark.requirement("R13")
async def test_a_virus_that_is_found_later_is_told_to_the_centre(world: World, scanner: Daemon) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    assert (await _put(world, centre, draft["id"], infected_pdf())).json()["current_version"]["scan_state"] == "pending"
    scanner.start()
    await world.run_jobs()
    policy = await world.get(_path(draft["id"]), centre.user)
    version = policy["current_version"]
    assert version["scan_state"] == "infected"
    assert "Upload a clean version" in version["scan_message"]
    refused = await world.client.get(version["content_path"], headers=centre.user.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "file_infected")
    assert ("/appeals", "document_infected") in await _gaps(world, centre, draft["id"])
    (letter,) = world.mail(subject="needs to be uploaded again")
    assert VIRUS in letter.text
    assert centre.super_user.email in str(letter.to)
    uploaded = await _put(world, centre, draft["id"], pdf())
    assert uploaded.json()["current_version"]["scan_state"] == "clean"
    assert "/appeals" not in dict(await _gaps(world, centre, draft["id"]))
    versions = (await world.get(f"{_path(draft['id'])}/versions", centre.user))["items"]
    assert [item["scan_state"] for item in versions] == ["clean", "infected"]


@pytest.mark.requirement("R13")
async def test_a_file_that_the_scanner_cannot_judge_has_failed(world: World, scanner: Daemon) -> None:
    """People are told, and an administrator can have it scanned again."""
    scanner.start()
    centre = await world.centre()
    draft = await world.draft(centre)
    assert (await _put(world, centre, draft["id"], large_pdf())).json()["current_version"]["scan_state"] == "pending"
    await world.run_jobs()
    version = (await world.get(_path(draft["id"]), centre.user))["current_version"]
    assert version["scan_state"] == "failed"
    assert "could not check" in version["scan_message"]
    refused = await world.client.get(version["content_path"], headers=centre.user.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "scan_failed")
    assert ("/appeals", "document_not_scanned") in await _gaps(world, centre, draft["id"])
    assert len(world.mail(subject="needs to be uploaded again")) == 1
    scanner.kill()
    scanner.take(4 * STREAM_LIMIT)
    scanner.start()
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    (job,) = (await world.get("/v1/jobs?status=held&kind=scan_file", administrator))["items"]
    await world.post(f"/v1/jobs/{job['id']}/retry", {}, administrator)
    await world.run_jobs()
    version = (await world.get(_path(draft["id"]), centre.user))["current_version"]
    assert (version["scan_state"], version["scan_message"]) == ("clean", None)
    assert (await world.client.get(version["content_path"], headers=centre.user.headers)).status_code == 200


@pytest.mark.requirement("R15")
async def test_our_own_documents_are_scanned_before_they_are_current(world: World, scanner: Daemon) -> None:
    down = await _publish(world, pdf())
    assert (down.status_code, down.json()["code"]) == (503, "unavailable")
    assert "virus scanner" in down.json()["detail"]
    scanner.start()
    found = scanner_of(world.settings)
    assert found is not None
    # As a job does every few seconds, which finds out that the scanner is back.
    assert await found.scan(_nothing()) is None
    infected = await _publish(world, infected_pdf())
    assert (infected.status_code, infected.json()["errors"][0]["code"]) == (422, "file_infected")
    large = await _publish(world, large_pdf())
    assert (large.status_code, large.json()["errors"][0]["code"]) == (422, "file_not_scanned")
    published = (await _publish(world, pdf())).json()
    assert published["scan_state"] == "clean"
    centre = await world.centre()
    content = f"/v1/documents/{published['id']}/content"
    assert (await world.client.get(content, headers=centre.user.headers)).content == pdf()


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    ("state", "code"), [(None, "scan_pending"), ("infected", "file_infected"), ("failed", "scan_failed")]
)
async def test_nobody_reads_or_accepts_an_agreement_that_is_not_clean(
    world: World, state: str | None, code: str
) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    await world.agreement()
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE documents SET scan_state = :state"), {"state": state})
    path = f"/v1/applications/{draft['id']}"
    shown = await world.get(f"{path}/agreement", centre.super_user)
    for part in ("agreement", "code_of_conduct"):
        refused = await world.client.get(shown[part]["content_path"], headers=centre.user.headers)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    body = {f"{part}_id": shown[part]["id"] for part in ("agreement", "code_of_conduct")} | {"accepted": True}
    headers = await world.etag(path, centre.super_user)
    unread = await world.client.put(f"{path}/agreement", json=body, headers=headers)
    assert (unread.status_code, unread.json()["code"]) == (409, code)


@pytest.fixture
async def case(world: World, scanner: Daemon) -> Case:
    scanner.start()
    found = await case_in_review(world)
    await found.accepted("Train the assessors.")
    return found


@pytest.mark.requirement("R23")
async def test_evidence_that_waits_for_the_scanner_closes_no_action(case: Case, scanner: Daemon) -> None:
    scanner.kill()
    sent = await send(case, case.centre.user, await first(case))
    assert (sent.status_code, sent.json()["evidence"][0]["scan_state"]) == (201, "pending")
    evidence = sent.json()["evidence"][0]["content_path"]
    refused = await case.world.client.get(evidence, headers=case.lead.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "scan_pending")
    unread = await close(case, case.lead, sent.json())
    assert (unread.status_code, unread.json()["code"]) == (409, "scan_pending")
    scanner.start()
    await _make_due(case.world)
    await case.world.run_jobs()
    assert (await close(case, case.lead, sent.json())).json()["status"] == "closed"


@pytest.mark.requirement("R23")
async def test_evidence_that_the_scanner_cannot_judge_is_not_handed_out(case: Case) -> None:
    sent = await send(case, case.centre.user, await first(case), large_pdf())
    assert sent.json()["evidence"][0]["scan_state"] == "pending"
    await case.world.run_jobs()
    evidence = (await first(case))["evidence"][0]
    assert evidence["scan_state"] == "failed"
    refused = await case.world.client.get(evidence["content_path"], headers=case.lead.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "scan_failed")


@pytest.mark.requirement("R23")
async def test_infected_evidence_makes_it_the_centres_turn_again(case: Case, scanner: Daemon) -> None:
    at_once = await send(case, case.centre.user, await first(case), infected_pdf())
    assert (at_once.status_code, at_once.json()["errors"][0]["code"]) == (422, "file_infected")
    scanner.kill()
    sent = await send(case, case.centre.user, await first(case), infected_pdf())
    assert sent.json()["status"] == "evidence_sent"
    scanner.start()
    await case.world.run_jobs()
    action = await first(case)
    assert (action["status"], action["evidence"][0]["scan_state"]) == ("open", "infected")
    refused = await case.world.client.get(action["evidence"][0]["content_path"], headers=case.lead.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "file_infected")
    assert "Evidence 1 for action 1" in case.world.mail(subject="needs to be uploaded again")[0].text
    again = await send(case, case.centre.user, action)
    assert (again.json()["status"], again.json()["evidence"][1]["scan_state"]) == ("evidence_sent", "clean")


@pytest.mark.requirement("R13", "R15", "R24")
async def test_while_nothing_is_scanned_files_have_no_state(world: World, app: FastAPI, scanner: Daemon) -> None:
    """With scanning off, an unscanned file is handed out; with scanning on, it waits, whenever it came."""
    off = world.settings.model_copy(update={"virus_scan": VirusScan.OFF})
    on = world.settings
    attach(app, off, world.database, world.clock)
    centre = await world.centre()
    draft = await world.draft(centre)
    version = (await _put(world, centre, draft["id"], pdf())).json()["current_version"]
    assert (version["scan_state"], version["scan_message"]) == (None, None)
    assert (await world.client.get(version["content_path"], headers=centre.user.headers)).status_code == 200
    attach(app, on, world.database, world.clock)
    version = (await world.get(_path(draft["id"]), centre.user))["current_version"]
    assert version["scan_state"] == "pending"
    assert (await world.client.get(version["content_path"], headers=centre.user.headers)).status_code == 409
    assert ("/appeals", "document_being_scanned") in await _gaps(world, centre, draft["id"])
