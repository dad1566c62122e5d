"""A year with twelve centres, after which lists, homes, letters, records, money and register tell the same story."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time

import pytest

from app.domain.actors import StaffRole
from app.domain.working_days import LONDON
from app.jobs.means import Means
from app.services.story.script import Part
from tests.jobs.relay import Relay, running
from tests.jobs.working import through
from tests.journeys.year import telling
from tests.journeys.year.diary import Page
from tests.journeys.year.post import Post
from tests.journeys.year.script import YEAR
from tests.journeys.year.stage import Year, found_centre
from tests.world import World

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)


@pytest.fixture
async def year(world: World) -> AsyncIterator[Year]:
    """The morning of the first day, with the staff at their desks and an agreement to accept."""
    world.clock.now = datetime.combine(date.fromisoformat(YEAR[0][0]), time(9), LONDON)
    await world.agreement()
    staff = {Part(role.value): (await world.staff(role)).email for role in StaffRole if role.value in set(Part)}
    administrator = (await world.staff(StaffRole.ADMINISTRATOR)).email
    with running(Relay()) as relay:
        means = Means.of(world.database, through(world.settings, relay), world.store, world.clock)
        yield Year(world, means, Post(relay), staff, administrator)


async def _play(year: Year) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for day, name, act, *arguments in YEAR:
        await year.let_pass(date.fromisoformat(day))
        centre = year.centres.setdefault(name, found_centre(name, year.world.clock()))
        await act(year, centre, *arguments)
        await year.work()
        pages.setdefault(name, Page()).write(act.__name__, year.today, year.mailboxes(centre))
        year.pause()
    return pages


@pytest.mark.requirement("R01", "R02", "R03", "R04", "R07", "R10", "R17", "R18", "R19", "R21", "R22", "R23", "R24")
async def test_all_that_tells_of_a_year_with_twelve_centres_tells_the_same(year: Year) -> None:
    found = await telling.contradictions(year, await _play(year))
    assert not found, "\n".join(found)
