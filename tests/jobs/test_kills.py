"""Two workers, killed again and again: nothing is lost, and nothing is sent twice that can be helped."""

import pytest

from app.domain.actors import StaffRole
from app.jobs.means import Means
from tests.jobs.conftest import Query
from tests.jobs.kills import kill_workers
from tests.jobs.processes import environment
from tests.jobs.relay import Relay, running
from tests.jobs.working import owe
from tests.world import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data")

_KILLS = 4


async def test_workers_that_are_killed_lose_no_letter(means: Means, world: World, query: Query) -> None:
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    for _ in range(4):
        initial = await world.checked()
        address = f"/v1/initial-applications/{initial['id']}"
        await world.post(f"{address}/account", {}, staff, match=address)
    await owe(means, world, 150)
    with running(Relay(pause=0.2)) as relay:
        variables = environment(means.settings, relay, SMTP__CONNECTIONS="2", SMTP__REPEAT_AFTER_SECONDS="5")
        told = await kill_workers(variables, relay, query, kills=_KILLS)
    assert told.kills == _KILLS
    assert told.lost == []
    assert told.needlessly == []
    # Each worker has at most so many letters in hand.
    assert len(told.doubled) <= 2 * _KILLS
    assert told.passwords == {}
    assert await query("SELECT DISTINCT status FROM emails WHERE status <> 'not_needed'") == [("sent",)]
    assert await query("SELECT id FROM emails WHERE password_seed IS NOT NULL OR sending_since IS NOT NULL") == []
    assert await query("SELECT id FROM pgqueuer WHERE entrypoint = 'send_email'") == []
