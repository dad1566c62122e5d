"""Every operation in a session that owes its second factor, or that has not proved its person for a while."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.domain.factors import StepUpProof
from app.models import Person, Session
from tests.contract.asking import who_may
from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import Operation, operations

OWED = (403, "second_factor_required")
# What a session may use that owes the second factor, and with `none` only while its person has none.
OPEN = {
    "getMe": "always",
    "endSession": "always",
    "verifyCode": "always",
    "startPasskeyVerification": "always",
    "verifyPasskey": "always",
    "verifyPassword": "none",
    "listSecondFactors": "none",
    "startTotp": "none",
    "completeTotp": "none",
    "startPasskey": "none",
    "createPasskey": "none",
}
STEP_UP = {
    "startTotp",
    "startPasskey",
    "deleteSecondFactor",
    "issueRecoveryCodes",
    "resetStaffSecondFactors",
    "resetCentreUserSecondFactors",
    "createStaffMember",
    "updateStaffMember",
    "deactivateStaffMember",
    "resendStaffInvitation",
    "confirmRoleGrant",
    "refuseRoleGrant",
    "redactFile",
    "confirmFileRedaction",
    "refuseFileRedaction",
    "createIntegrationClient",
    "updateIntegrationClient",
    "rotateIntegrationClientSecret",
    "requestEmailChange",
    "inviteCentreUserOnBehalf",
    "correctCentreUser",
    "deactivateCentreUserOnBehalf",
    "replaceSuperUser",
}


async def _answer(landscape: Landscape, op: Operation, who: str) -> tuple[int, str]:
    """The status and code of an empty request, which changes nothing."""
    unknown = {"no_such": "1"} if op.method == "GET" else {}
    path = path_of(landscape, op.id, op.path, **({"number": "2"} if op.id == "compareSubmissions" else {}))
    answer = await landscape.client.request(op.method, path, headers=landscape.headers(who), params=unknown)
    return answer.status_code, answer.json().get("code", "") if answer.status_code >= 400 else ""


def _private() -> list[Operation]:
    return [op for op in operations() if op.access.permission is not None]


@pytest.mark.parametrize("has_one", [True, False], ids=["with a factor", "without"])
async def test_a_session_that_owes_its_second_factor_opens_only_what_proves_it(
    landscape: Landscape, has_one: bool
) -> None:
    """Whoever its person is. Without a second factor, it opens what adds one, where the setting demands one."""
    landscape.app.state.deployment = _requiring(landscape) if not has_one else landscape.app.state.deployment
    who = "administrator"
    if has_one:
        async with landscape.database.transaction() as session:
            person = await session.get_one(Person, landscape.logins[who].id)
            person.second_factor_since = landscape.world.clock()
    wrong = []
    for op in _private():
        is_open = OPEN.get(op.id) == "always" or (OPEN.get(op.id) == "none" and not has_one)
        if op.id != "endSession" and (await _answer(landscape, op, who) == OWED) is is_open:
            wrong.append(op.id)
    assert wrong == []
    assert OPEN.keys() <= {op.id for op in _private()}


def _requiring(landscape: Landscape) -> object:
    from dataclasses import replace

    held = landscape.app.state.deployment
    return replace(held, settings=held.settings.model_copy(update={"second_factor_for_staff": True}))


async def test_a_sensitive_change_needs_a_fresh_proof(landscape: Landscape) -> None:
    """Eleven minutes after signing in, by whoever may make the change. Nothing else asks for one."""
    ago = landscape.world.clock() - timedelta(minutes=11)
    async with landscape.database.transaction() as session:
        await session.execute(update(Session).values(started_at=ago, password_at=None))
        await session.execute(update(Session).where(Session.second_factor_at.is_not(None)).values(second_factor_at=ago))
    found = set()
    for op in _private():
        status, code = await _answer(landscape, op, who_may(op))
        if (status, code) == (403, "step_up_required"):
            found.add(op.id)
    assert found == STEP_UP


async def test_the_refusal_says_what_to_prove(landscape: Landscape) -> None:
    """The second factor of who has one, else the password; half of the window is no trouble."""
    for minutes, who, expected in ((11, "administrator", StepUpProof.PASSWORD), (5, "administrator", None)):
        ago = landscape.world.clock() - timedelta(minutes=minutes)
        async with landscape.database.transaction() as session:
            await session.execute(update(Session).values(started_at=ago, password_at=ago))
        answer = await landscape.client.post(
            "/v1/me/second-factors/passkey-registrations", headers=landscape.headers(who)
        )
        assert answer.json().get("prove") == expected, answer.text
    path = f"/v1/me/second-factors/{landscape.ids['factor_id']}"
    async with landscape.database.transaction() as session:
        ago = landscape.world.clock() - timedelta(minutes=11)
        await session.execute(update(Session).values(second_factor_at=ago))
    answer = await landscape.client.delete(path, headers=landscape.headers("other_super_user"))
    assert answer.json()["prove"] == StepUpProof.SECOND_FACTOR
