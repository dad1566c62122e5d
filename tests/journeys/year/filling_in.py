"""The centre fills in its application, submits it, answers returns, or gives up."""

from app.samples import casework
from app.services.story import centre as centres_part
from app.services.story.script import Part
from tests.journeys.year.stage import Centre, Year


async def starts(year: Year, centre: Centre) -> None:
    """Start the application."""
    await year.play(centre, centres_part.start)


async def fills_in(year: Year, centre: Centre) -> None:
    """Complete the contacts, the three sections and all policies, under the centre's own names."""
    await year.play(centre, centres_part.fill_in)
    await save_history(year, centre, {"legal_name": f"{centre.name} Limited", "trading_name": centre.name})


async def save_history(year: Year, centre: Centre, body: dict[str, str | None]) -> None:
    """Save some fields of the group History."""
    login = await year.part(Part.SUPER_USER, centre)
    path = f"{centre.application}/details/history"
    await year.send(login, path, method="PATCH", match=path, json=body)


async def submits(year: Year, centre: Centre) -> None:
    """Submit the application."""
    await year.play(centre, centres_part.submit)


async def is_returned(year: Year, centre: Centre) -> None:
    """Customer experience returns the application with two items."""
    await year.step(centre, Part.CUSTOMER_EXPERIENCE, "reviews", casework.RETURN)


async def is_returned_by_its_lead(year: Year, centre: Centre) -> None:
    """The centre lead returns the application with two items."""
    await year.step(centre, Part.CENTRE_LEAD, "reviews", casework.RETURN)


async def answers_and_submits(year: Year, centre: Centre) -> None:
    """Mend what was asked for, answer both items, and submit again."""
    await year.play(centre, centres_part.resubmit)


async def answers_its_lead(year: Year, centre: Centre) -> None:
    """The same, for the centre lead, who gets the resubmission."""
    await year.play(centre, centres_part.resubmit)


async def withdraws_with_an_invoice(year: Year, centre: Centre) -> None:
    """Withdraw the application before the invoice is paid."""
    await year.play(centre, centres_part.withdraw)
