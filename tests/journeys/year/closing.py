"""What a centre abandons is closed by staff after a warning, and reopened for whoever comes back in time."""

from app.services.story.script import Part
from tests.journeys.year.stage import Centre, Year

_WHY = {"reason": "We have not heard from you, and nobody answers the telephone."}


async def _take(year: Year, centre: Centre, step: str) -> None:
    await year.step(centre, Part.CUSTOMER_EXPERIENCE, step, _WHY)


async def is_warned(year: Year, centre: Centre) -> None:
    """Customer experience says that the application will be closed."""
    await _take(year, centre, "closing-warning")


async def is_warned_for_its_invoice(year: Year, centre: Centre) -> None:
    """The same; the finance contact reads it too."""
    await _take(year, centre, "closing-warning")


async def is_closed(year: Year, centre: Centre) -> None:
    """The time of the warning is over."""
    await _take(year, centre, "closure")


async def is_closed_for_its_invoice(year: Year, centre: Centre) -> None:
    """Nobody has paid, so the invoice is credited."""
    await _take(year, centre, "closure")


async def comes_back(year: Year, centre: Centre) -> None:
    """The centre telephones in time, and customer experience reopens its draft."""
    await _take(year, centre, "reopening")
