"""A centre's recognition, its certificate and welcome pack, and the public register (R22)."""

import pytest
from sqlalchemy import update

from app.domain.recognitions import RecognitionStatus
from app.domain.workflow import Status
from app.models import Application, Recognition
from tests.pdf.pdf_reading import words
from tests.routers.review_stage import Case, case_in_review
from tests.world import World


@pytest.fixture
async def case(world: World) -> Case:
    found = await case_in_review(world)
    await found.accepted("Train the assessors.")
    return found


async def test_a_recognition_is_private_to_its_centre(case: Case, world: World) -> None:
    stranger = await world.centre()
    path = f"/v1/centres/{case.centre.id}/recognition"
    for part in ("", "/certificate", "/welcome-pack"):
        assert (await world.client.get(path + part)).status_code == 401
        assert (await world.client.get(path + part, headers=stranger.super_user.headers)).status_code == 404
        none = f"/v1/centres/{stranger.id}/recognition{part}"
        assert (await world.client.get(none, headers=stranger.super_user.headers)).status_code == 404


@pytest.mark.requirement("R22")
async def test_a_recognition_has_everything_that_the_centre_needs(case: Case, world: World) -> None:
    shown = await world.get(f"/v1/centres/{case.centre.id}/recognition", case.centre.user)
    assert (shown["number"], shown["status"], shown["centre_name"]) == ("RC-2026-000001", "active", case.centre.name)
    assert shown["centre_lead"]["id"] == str(case.lead.id)
    assert shown["account_team"][0]["telephone"] == "01332 341822"
    assert shown["open_actions"] == 1
    assert shown["verification_url"].endswith("/v1/certificates/RC-2026-000001")
    assert len(shown["welcome_pack"]["roles"]) == 6
    assert "{ao}" not in str(shown)
    assert len(shown["welcome_pack"]["useful_links"]) == 7


@pytest.mark.requirement("R22")
@pytest.mark.parametrize("part", ["certificate", "welcome-pack"])
async def test_a_document_is_rendered_once_and_stored(case: Case, world: World, part: str) -> None:
    path = f"/v1/centres/{case.centre.id}/recognition/{part}"
    first = await world.client.get(path, headers=case.centre.user.headers)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    text = words(first.content)
    assert "RC-2026-000001" in text
    assert case.centre.name in text
    async with world.database.transaction() as session:
        await session.execute(update(Recognition).values(centre_name="Renamed since"))
    again = await world.client.get(path, headers=case.lead.headers)
    assert again.content == first.content, "an issued document does not change"
    unchanged = await world.client.get(path, headers={**case.lead.headers, "If-None-Match": first.headers["etag"]})
    assert unchanged.status_code == 304
    partly = await world.client.get(path, headers={**case.lead.headers, "Range": "bytes=0-3"})
    assert (partly.status_code, partly.content) == (206, b"%PDF")


@pytest.mark.requirement("R22")
async def test_public_verification_reveals_nothing_personal(case: Case, world: World) -> None:
    unknown = await world.client.get("/v1/certificates/RC-2026-999999")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    for odd in ("RC-2026-00000", "%00", "RC-2026-000001'", "RC%2D2026-000001%20", "x" * 60):
        assert (await world.client.get(f"/v1/certificates/{odd}")).status_code == 404, odd
    found = await world.client.get("/v1/certificates/rc-2026-000001")
    assert found.headers["cache-control"] == "public, max-age=60"
    assert found.json() == {
        "number": "RC-2026-000001",
        "status": "active",
        "name": case.centre.name,
        "town": "Derby",
        "recognised_from": world.clock().date().isoformat(),
        "ended_on": None,
        "replaced_by": None,
        "replaced_on": None,
        "awarding_organisation": "AIM Qualifications and Assessment Group",
    }


@pytest.mark.requirement("R22")
async def test_the_register_lists_active_recognitions_by_name(case: Case, world: World) -> None:
    assert (await world.client.get("/v1/recognised-centres?page=2")).status_code == 422
    assert (await world.client.get("/v1/recognised-centres?cursor=x")).json()["errors"][0]["code"] == "bad_cursor"
    first = await world.client.get("/v1/recognised-centres", params={"text": "derb"})
    assert [item["number"] for item in first.json()["items"]] == ["RC-2026-000001"]
    assert first.headers["cache-control"] == "public, max-age=60"
    assert (await world.client.get("/v1/recognised-centres", params={"text": "cardiff"})).json()["items"] == []
    async with world.database.transaction() as session:
        ended = {"status": RecognitionStatus.ENDED, "ended_at": world.clock()}
        await session.execute(update(Recognition).values(**ended))
    assert (await world.client.get("/v1/recognised-centres")).json()["items"] == []
    certificate = (await world.client.get("/v1/certificates/RC-2026-000001")).json()
    assert (certificate["status"], certificate["ended_on"]) == ("ended", world.clock().date().isoformat())


async def test_the_register_pages_through_names_in_every_script(case: Case, world: World) -> None:
    """The longest name, in three-byte characters, still makes an accepted cursor."""
    names = sorted(["Ærø", "Zebra", "學" * 200, "中" * 200, "a", "B"])
    async with world.database.transaction() as session:
        for number, name in enumerate(names, start=2):
            centre = await world.centre()
            row = Application(
                reference=f"CRA-2026-9{number:05d}",
                centre_id=centre.id,
                centre_name=name,
                form_version="2026.1",
                _status=Status.ACCEPTED,
                status_since=world.clock(),
                returned_by_centre_lead=False,
                working_days_used=0,
                started_by=centre.user.id,
                started_at=world.clock(),
                closed_at=world.clock(),
                changed_at=world.clock(),
            )
            session.add(row)
            await session.flush()
            session.add(
                Recognition(
                    number=f"RC-2026-{number:06d}",
                    centre_id=centre.id,
                    application_id=row.id,
                    status=RecognitionStatus.ACTIVE,
                    centre_name=name,
                    centre_town="Derby",
                    recognised_from=world.clock().date(),
                    account_team=[],
                    certificate_issued_at=world.clock(),
                )
            )
    seen: list[str] = []
    following: str | None = "/v1/recognised-centres?limit=1"
    while following is not None:
        page = await world.client.get(following)
        assert page.status_code == 200, page.text
        seen += [item["name"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        following = f"/v1/recognised-centres?limit=1&cursor={cursor}" if cursor else None
    assert sorted(seen) == sorted([*names, case.centre.name])
