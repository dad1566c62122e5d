"""A file that should never have been there: removed by the centre in time, redacted by two of the staff afterwards."""

from typing import Any

from app.services.story.script import Part
from tests.integrations.file_samples import rtf
from tests.journeys.year.stage import Centre, Year

_WHY = {"reason": "personal_data", "explanation": "It lists learners with their dates of birth."}
_REDACTIONS = "/v1/file-redactions"


async def _upload(year: Year, centre: Centre, content: bytes) -> None:
    path, member = f"{centre.application}/policies/appeals", await year.part(Part.USER, centre)
    file = ("Appeals.rtf", content, "application/rtf")
    await year.send(member, path, method="PUT", match=path, files={"file": file}, data={"note": "As approved."})


async def uploads_learners_names(year: Year, centre: Centre) -> None:
    """The appeals procedure has a list of learners at its end."""
    await _upload(year, centre, rtf("Learners: A. Person, born 1 May 2009"))


async def removes_them(year: Year, centre: Centre) -> None:
    """The super user sees it before the application is submitted; no version is left that counts."""
    path, member = f"{centre.application}/policies/appeals", await year.part(Part.SUPER_USER, centre)
    policy = await year.world.get(path, member)
    number = policy["current_version"]["number"]
    await year.send(member, f"{path}/versions/{number}/removal", etag=policy["etag"], json=_WHY)


async def uploads_it_without_them(year: Year, centre: Centre) -> None:
    """A clean version."""
    await _upload(year, centre, rtf("Appeals are heard within ten working days."))


async def _submitted_version(year: Year, centre: Centre, part: Part) -> dict[str, Any]:
    reader = await year.part(part, centre)
    versions = await year.world.get(f"{centre.application}/policies/complaints/versions", reader)
    newest: dict[str, Any] = versions["items"][0]
    return newest


async def has_names_in_another_file(year: Year, centre: Centre) -> None:
    """Customer experience finds a complainant's name, but the decision rests on the file: a second person is asked."""
    version = await _submitted_version(year, centre, Part.CUSTOMER_EXPERIENCE)
    body = {"file_kind": "policy_version", "file_id": version["id"]} | _WHY
    asked = await year.send(await year.part(Part.CUSTOMER_EXPERIENCE, centre), _REDACTIONS, json=body)
    assert asked["status"] == "pending"
    centre.scene.ids["redaction"] = asked["id"]


async def its_file_is_redacted(year: Year, centre: Centre) -> None:
    """The manager confirms, and nobody can read the content any more."""
    version = await _submitted_version(year, centre, Part.QUALITY_ASSURANCE_MANAGER)
    manager = await year.part(Part.QUALITY_ASSURANCE_MANAGER, centre)
    await year.send(manager, f"{_REDACTIONS}/{centre.scene.ids['redaction']}/confirmation")
    member = await year.part(Part.SUPER_USER, centre)
    assert member is not None
    gone = await year.world.client.get(version["content_path"], headers=member.headers)
    assert (gone.status_code, gone.json()["code"]) == (409, "file_redacted")
