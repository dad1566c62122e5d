"""The awarding organisation's part: review, fee, interview, recommendation and decision."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.working_days import LONDON
from app.samples import casework
from app.services.story import staff as staffs_part
from app.services.story.script import Part
from tests.journeys.year.brings import FEE, PART
from tests.journeys.year.stage import Centre, Year


async def passes_the_review(year: Year, centre: Centre) -> None:
    """Customer experience passes the application, which issues the invoice."""
    await year.play(centre, staffs_part.pass_initial_review)


async def pays(year: Year, centre: Centre) -> None:
    """The bank statement shows the whole fee, and finance records it."""
    await _record(year, centre, FEE)


async def pays_a_part(year: Year, centre: Centre) -> None:
    """Less than what is due."""
    await _record(year, centre, PART)


async def pays_the_rest(year: Year, centre: Centre) -> None:
    """What is still due."""
    await _record(year, centre, FEE - PART)


async def _record(year: Year, centre: Centre, pence: int) -> None:
    body = {
        "amount": {"amount": pence, "currency": "GBP"},
        "method": "bank_transfer",
        "received_on": year.today.isoformat(),
        "payer_reference": centre.name,
    }
    await year.send(await year.part(Part.FINANCE, centre), f"{centre.invoice}/payments", json=body)


async def invoice_is_overdue(year: Year, centre: Centre) -> None:
    """Its last day has passed. The worker has told the finance contact this morning."""
    finance = await year.part(Part.FINANCE, centre)
    assert (await year.world.get(centre.invoice, finance))["overdue"]


async def is_invited(year: Year, centre: Centre, day: str) -> None:
    """The centre lead arranges the interview."""
    interview = await year.step(centre, Part.CENTRE_LEAD, "interviews", casework.interview(_at_ten(day)))
    centre.scene.ids["interview"] = interview["id"]


async def interview_moves(year: Year, centre: Centre, day: str) -> None:
    """The centre lead moves the interview to another day."""
    starts = _at_ten(day)
    body = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    await _change_interview(year, centre, "", body, "PATCH")


async def interview_is_cancelled(year: Year, centre: Centre) -> None:
    """The centre lead calls the interview off."""
    await _change_interview(year, centre, "/outcome", {"outcome": "cancelled", "summary": "Snow closed the road."})


async def is_interviewed(year: Year, centre: Centre) -> None:
    """The centre lead records that the interview was held."""
    await _change_interview(year, centre, "/outcome", casework.INTERVIEW_HELD)


async def _change_interview(year: Year, centre: Centre, part: str, body: dict[str, Any], method: str = "POST") -> None:
    path = f"{centre.application}/interviews/{centre.scene.ids['interview']}"
    lead = await year.part(Part.CENTRE_LEAD, centre)
    await year.send(lead, f"{path}{part}", method=method, match=path, json=body)


def _at_ten(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=LONDON)


async def is_recommended(year: Year, centre: Centre) -> None:
    """The centre lead recommends to accept."""
    await year.play(centre, staffs_part.recommend)


async def is_recommended_with_actions(year: Year, centre: Centre) -> None:
    """The centre lead recommends to accept with two actions, due in four and in twelve weeks."""
    await year.play(centre, staffs_part.recommend_with_actions)


async def is_recommended_to_reject(year: Year, centre: Centre) -> None:
    """The centre lead recommends to reject."""
    body = {"outcome": "reject", "reasons": "Nobody there could explain how work is sampled."}
    await year.step(centre, Part.CENTRE_LEAD, "recommendations", body)


async def is_accepted(year: Year, centre: Centre) -> None:
    """The manager accepts the application."""
    await year.play(centre, staffs_part.accept)


async def is_accepted_with_actions(year: Year, centre: Centre) -> None:
    """The manager accepts the application with the two actions."""
    await year.play(centre, staffs_part.accept_with_actions)


async def is_rejected(year: Year, centre: Centre) -> None:
    """The manager rejects the application."""
    await year.play(centre, staffs_part.reject)
