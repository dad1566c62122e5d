"""After an acceptance: the centre sends evidence, and its lead judges it."""

from typing import Any

from app.services.story.script import Part
from tests.integrations.file_samples import rtf
from tests.journeys.year.stage import Centre, Year

PLAN, RECORD = 1, 2
"""The two actions of the casework, in the order of their days."""


async def _action(year: Year, centre: Centre, number: int, part: Part) -> tuple[str, dict[str, Any]]:
    login = await year.part(part, centre)
    actions = (await year.world.get(f"{centre.application}/actions", login))["items"]
    action: dict[str, Any] = sorted(actions, key=lambda each: each["due_on"])[number - 1]
    return f"{centre.application}/actions/{action['id']}", action


async def _send(year: Year, centre: Centre, number: int, name: str) -> None:
    path, action = await _action(year, centre, number, Part.SUPER_USER)
    files, data = {"file": (name, rtf(), "application/rtf")}, {"note": "As agreed."}
    login = await year.part(Part.SUPER_USER, centre)
    await year.send(login, f"{path}/evidence", etag=action["etag"], files=files, data=data)


async def _judge(year: Year, centre: Centre, number: int, outcome: str, comment: str) -> None:
    path, action = await _action(year, centre, number, Part.CENTRE_LEAD)
    lead = await year.part(Part.CENTRE_LEAD, centre)
    await year.send(lead, f"{path}/closure", etag=action["etag"], json={"outcome": outcome, "comment": comment})


async def sends_the_plan(year: Year, centre: Centre) -> None:
    """The centre sends its sampling plan, in time."""
    await _send(year, centre, PLAN, "Sampling plan.rtf")


async def plan_is_enough(year: Year, centre: Centre) -> None:
    """The lead closes the first action."""
    await _judge(year, centre, PLAN, "closed", "All is there.")


async def record_is_overdue(year: Year, centre: Centre) -> None:
    """The day of the second action has passed without the record. The worker has told both sides this morning."""
    _, action = await _action(year, centre, RECORD, Part.SUPER_USER)
    assert action["overdue"]


async def sends_the_record(year: Year, centre: Centre) -> None:
    """The centre sends the record of its meeting."""
    await _send(year, centre, RECORD, "Record of the meeting.rtf")


async def record_is_not_enough(year: Year, centre: Centre) -> None:
    """The lead asks for more."""
    await _judge(year, centre, RECORD, "more_evidence_needed", "The second site is missing.")


async def record_is_enough(year: Year, centre: Centre) -> None:
    """The lead closes the second action."""
    await _judge(year, centre, RECORD, "closed", "Both sites took part.")
