"""A centre whose application was closed or withdrawn comes back, and starts a new one."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.workflow import Status
from app.services.story import centre as centres_part
from tests.routers.closing_stage import IDLE, REOPEN, Left, left
from tests.world import World


async def _home(found: Left) -> dict[str, Any]:
    return await found.world.get(f"/v1/centres/{found.centre.id}/home", found.centre.user)


@pytest.mark.requirement("R07", "R11")
@pytest.mark.parametrize("ended", ["closed", "withdrawn"])
async def test_the_centre_starts_a_new_application(world: World, ended: str) -> None:
    """Its home says that it can, and then shows the new one; the old one stays as it ended."""
    found = await left(world, Status.RETURNED)
    if ended == "closed":
        await found.closed()
    else:
        await world.play(found.centre, found.id, centres_part.withdraw)
    home = await _home(found)
    assert (home["application"]["id"], home["application"]["status"]) == (found.id, ended)
    assert (home["next_step_code"], home["returned"], home["missing"]) == ("apply_again", None, [])
    assert home["next_step"].endswith("start a new one.")
    new = await world.draft(found.centre)
    assert new["id"] != found.id
    home = await _home(found)
    assert (home["application"]["id"], home["application"]["status"]) == (new["id"], "draft")
    assert (home["next_step_code"], home["application"]["closing"]) == ("complete_application", None)
    assert (await found.read())["status"] == ended
    await world.play(found.centre, new["id"], centres_part.fill_in, centres_part.submit)
    assert (await _home(found))["next_step_code"] == "wait_for_initial_review"


@pytest.mark.requirement("R18")
async def test_a_new_application_of_a_closed_one_is_invoiced_anew(world: World) -> None:
    """The credited invoice stays with the old application, and nothing of it stands on the home."""
    found = await left(world, Status.AWAITING_PAYMENT, idle=timedelta(days=31))
    first = (await found.read())["invoice_id"]
    await found.closed()
    assert (await _home(found))["invoice"]["status"] == "credited"
    new = await world.application(found.centre, Status.AWAITING_PAYMENT)
    home = await _home(found)
    assert (home["application"]["id"], home["next_step_code"]) == (new["id"], "pay_invoice")
    assert home["invoice"]["id"] not in (first, None)
    assert home["invoice"]["status"] == "issued"


async def test_the_home_says_until_when_staff_can_reopen(world: World) -> None:
    found = await left(world, idle=IDLE)
    until = (await found.closed())["closing"]["reopenable_until"]
    assert until == (world.clock() + REOPEN).date().isoformat()
    by = f"Ask us by {world.clock() + REOPEN:%-d %B %Y} to reopen it, or start a new one."
    await found.wait(REOPEN)
    assert (await _home(found))["next_step"] == f"We closed the application. {by}"
    await found.wait(timedelta(days=1))
    assert (await _home(found))["next_step"] == "We closed the application. You can start a new one."
