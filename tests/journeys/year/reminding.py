"""Mornings on which somebody is reminded by the worker, and reminders by hand."""

from typing import Any

from app.samples import casework
from app.services.story.script import Part
from tests.journeys.year.stage import Centre, Year


async def _sent(year: Year, centre: Centre, kind: str) -> list[dict[str, Any]]:
    """The reminders of this kind with their sendings, as staff see them."""
    staff = await year.part(Part.CUSTOMER_EXPERIENCE, centre)
    listed = (await year.world.get(f"{centre.application}/reminders", staff))["items"]
    return [each for each in listed if each["kind"] == kind and each["sent"]]


async def is_reminded_of_its_draft(year: Year, centre: Centre) -> None:
    """The draft has stood still for two weeks."""
    assert await _sent(year, centre, "draft_stands_still")


async def is_returned_with_a_day(year: Year, centre: Centre, day: str) -> None:
    """Customer experience returns the application and names the day of the answer."""
    items = [item | {"answer_by": day} for item in casework.RETURN["items"]]
    await year.step(centre, Part.CUSTOMER_EXPERIENCE, "reviews", casework.RETURN | {"items": items})


async def is_reminded_of_the_return(year: Year, centre: Centre) -> None:
    """The day of the answer is near."""
    assert await _sent(year, centre, "return_due")


async def return_is_overdue(year: Year, centre: Centre) -> None:
    """The day of the answer has passed."""
    assert await _sent(year, centre, "return_overdue")


async def is_reminded_by_hand(year: Year, centre: Centre) -> None:
    """Customer experience tries once more."""
    (reminder,) = await _sent(year, centre, "return_overdue")
    body = {"kind": reminder["kind"], "about_id": reminder["about_id"]}
    staff = await year.part(Part.CUSTOMER_EXPERIENCE, centre)
    await year.send(staff, f"{centre.application}/reminders", json=body)


async def is_reminded_of_its_invoice(year: Year, centre: Centre) -> None:
    """Its last day is near, or is today."""
    assert await _sent(year, centre, "invoice_due")


async def is_reminded_again_of_its_invoice(year: Year, centre: Centre) -> None:
    """It is two weeks overdue."""
    assert len(await _sent(year, centre, "invoice_overdue")) > 1


async def is_reminded_of_an_action(year: Year, centre: Centre) -> None:
    """The last day of an action is near."""
    assert await _sent(year, centre, "action_due")


async def review_is_late(year: Year, centre: Centre) -> None:
    """The worker has told the centre lead this morning."""
    assert await _sent(year, centre, "late")


async def review_is_still_late(year: Year, centre: Centre) -> None:
    """The worker has told the quality assurance manager this morning."""
    assert await _sent(year, centre, "late_escalated")


async def chooses_who_is_told(year: Year, centre: Centre) -> None:
    """The super user has the examinations officer told of interviews and decisions, too."""
    path, member = f"{centre.path}/letter-choices", await year.part(Part.SUPER_USER, centre)
    body = {"administration_examinations": ["interviews", "decisions"]}
    await year.send(member, path, method="PATCH", match=path, json=body)
    centre.mailboxes["chosen"] = centre.mailboxes["administration_examinations"]
