"""The steps that objects show are what their operations answer: initial applications, interviews, actions, invoices."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.domain.actors import Scope, StaffRole
from tests.integrations.file_samples import pdf
from tests.routers.finance_stage import FEE, bill
from tests.routers.review_stage import Case, case_in_review
from tests.world import Login, World

CHECK = {"check": "address", "outcome": "clear", "note": "It is there."}
CORRECTED = {"reason": "A slip.", "address": {"line_1": "4 Other Street"}}
DECLINED = {"reason": "We could not confirm that the organisation exists."}
NOT_ATTENDED = {"outcome": "not_attended", "summary": "Nobody came."}
NO_BALANCE = "exceeds_credit_balance"
CANCELLED = {"outcome": "cancelled", "summary": "The lead is ill."}


async def take(world: World, login: Login, step: dict[str, Any], body: Any, shown: dict[str, Any]) -> httpx.Response:
    headers = login.headers | {"Idempotency-Key": str(uuid7())}
    if "etag" in shown:
        headers["If-Match"] = shown["etag"]
    answer = await world.client.request(step["method"], step["path"], json=body, headers=headers)
    assert answer.status_code not in (404, 405, 422, 428), answer.text
    return answer


async def require_blocked(
    world: World, login: Login, shown: dict[str, Any], bodies: dict[str, Any], codes: dict[str, str]
) -> None:
    """Each of these steps is blocked with this code, and its operation answers the same code."""
    blocked = {step["name"]: step for step in shown["blocked_steps"]}
    assert {name: step["code"] for name, step in blocked.items()} == codes
    for name, step in blocked.items():
        assert step["reason"]
        assert (await take(world, login, step, bodies[name], shown)).json()["code"] == step["code"], name


def names(shown: dict[str, Any]) -> list[str]:
    return [step["name"] for step in shown["allowed_steps"]]


async def test_of_an_initial_application(world: World) -> None:
    staff, finance = await world.staff(StaffRole.CUSTOMER_EXPERIENCE), await world.staff(StaffRole.FINANCE)
    bodies = {"record_check": CHECK, "create_account": {}, "decline": DECLINED, "correct": CORRECTED}
    rest = ["decline", "correct", "resend_acknowledgement"]
    for decides in ("create_account", "decline"):
        receipt = await world.received()
        path = f"/v1/initial-applications/{receipt['id']}"
        shown = await world.get(path, staff)
        assert names(shown) == ["record_check", *rest]
        await require_blocked(world, staff, shown, bodies, {"create_account": "due_diligence_incomplete"})
        items = (await world.get("/v1/initial-applications", staff))["items"]
        listed = next(item for item in items if item["id"] == receipt["id"])
        assert [listed[key] for key in ("allowed_steps", "blocked_steps")] == [
            shown[key] for key in ("allowed_steps", "blocked_steps")
        ]
        for check in shown["outstanding_checks"]:
            shown = await world.get(path, staff)
            step = next(step for step in shown["allowed_steps"] if step["name"] == "record_check")
            assert (await take(world, staff, step, CHECK | {"check": check}, shown)).status_code == 201
        await require_voided_check_to_block(world, staff, path)
        shown = await world.get(path, staff)
        assert (names(shown), shown["blocked_steps"]) == (["record_check", "create_account", *rest], [])
        items = (await world.get("/v1/initial-applications", staff))["items"]
        assert names(next(item for item in items if item["id"] == receipt["id"])) == names(shown)
        assert names(await world.get(path, finance)) == []
        step = next(step for step in shown["allowed_steps"] if step["name"] == decides)
        assert (await take(world, staff, step, bodies[decides], shown)).is_success
        shown = await world.get(path, staff)
        assert (names(shown), shown["blocked_steps"]) == ([], [])


async def require_voided_check_to_block(world: World, staff: Login, path: str) -> None:
    """The acknowledgement goes out again; a correction voids a check, which blocks the account until it is recorded."""
    shown = await world.get(path, staff)
    steps = {step["name"]: step for step in shown["allowed_steps"]}
    assert (await take(world, staff, steps["resend_acknowledgement"], None, shown)).status_code == 202
    assert (await take(world, staff, steps["correct"], CORRECTED, shown)).status_code == 201
    shown = await world.get(path, staff)
    await require_blocked(world, staff, shown, {"create_account": {}}, {"create_account": "due_diligence_incomplete"})
    listed = next(item for item in (await world.get(path.rsplit("/", 1)[0], staff))["items"] if item["id"] in path)
    assert listed["blocked_steps"] == shown["blocked_steps"]
    for check in shown["outstanding_checks"]:
        shown = await world.get(path, staff)
        assert (await take(world, staff, steps["record_check"], CHECK | {"check": check}, shown)).status_code == 201


async def test_of_an_invoice(world: World) -> None:
    old, ledger = await bill(world), await world.integration(Scope.INVOICES_READ, Scope.PAYMENTS_WRITE)
    system = await world.integration(Scope.INVOICES_WRITE)
    due = old.at((await old.send("replacement", {"reason": "Wrong."}, system)).json()["id"])
    move = {"amount": due.refund(1)["amount"], "to_invoice_id": str(old.invoice_id)}
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    shown = await due.shown()
    assert names(shown) == ["record_payment", "credit", "reissue", "waive"]
    bodies: dict[str, Any] = {"refund": due.refund(1), "allocate": move}
    await require_blocked(world, due.finance, shown, bodies, dict.fromkeys(bodies, NO_BALANCE))
    assert names(await due.shown(ledger)) == ["record_payment"]
    assert names(await old.shown()) == ["record_payment"]
    assert names(await due.shown(lead)) == []
    pay = shown["allowed_steps"][0]
    assert (await take(world, due.finance, pay, due.payment(FEE), shown)).status_code == 201
    shown = await due.shown()
    assert names(shown) == ["record_payment", "reissue"]
    bodies |= {
        "credit": {"amount": {"amount": 1, "currency": "GBP"}, "reason": "Too much."},
        "waive": {"reason": "Too much."},
    }
    codes = {"credit": "exceeds_due", "waive": "nothing_to_waive"} | dict.fromkeys(("refund", "allocate"), NO_BALANCE)
    await require_blocked(world, due.finance, shown, bodies, codes)
    listed, _ = (await world.get(f"/v1/invoices?centre_id={due.centre_id}", due.finance))["items"]
    assert listed["blocked_steps"] == shown["blocked_steps"]
    assert (await take(world, due.finance, pay, due.payment(100), shown)).status_code == 201


async def test_of_an_interview(world: World) -> None:
    case = await case_in_review(world)
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    move, outcome, cancel = "reschedule_interview", "record_interview_outcome", "cancel_interview"
    bodies = {move: {"place": "Derby"}, outcome: NOT_ATTENDED, cancel: CANCELLED}
    made = await case.arranged()
    path = f"{case.path}/interviews/{made['id']}"
    assert names(made) == names(await world.get(path, case.lead)) == [move, cancel]
    await require_blocked(world, case.lead, made, bodies, {outcome: "interview_not_started"})
    (listed,) = (await world.get(f"{case.path}/interviews", case.lead))["items"]
    assert listed == await world.get(path, case.lead)
    for login in (case.centre.super_user, case.manager):
        shown = await world.get(path, login)
        assert (names(shown), shown["blocked_steps"]) == ([], [])
    codes = dict.fromkeys(bodies, "not_your_application")
    await require_blocked(world, other, await world.get(path, other), bodies, codes)
    await case.bounce()
    shown = await world.get(path, case.lead)
    assert names(shown) == [cancel]
    await require_blocked(world, case.lead, shown, bodies, dict.fromkeys((move, outcome), "invoice_unpaid"))
    await case.pay()
    await take_step(case, made, move, bodies)
    await case.wait(timedelta(days=1))
    assert names(await world.get(path, case.lead)) == [move, outcome, cancel]
    await take_step(case, made, outcome, bodies)
    await take_step(case, await case.arranged(), cancel, bodies)


async def take_step(case: Case, interview: dict[str, Any], name: str, bodies: dict[str, Any]) -> None:
    """The step succeeds, and its answer shows the steps that the interview has then."""
    path = f"{case.path}/interviews/{interview['id']}"
    shown = await case.world.get(path, case.lead)
    step = next(step for step in shown["allowed_steps"] if step["name"] == name)
    answer = await take(case.world, case.lead, step, bodies[name], shown)
    assert answer.status_code == 200, answer.text
    assert answer.json() == await case.world.get(path, case.lead)
    if name != "reschedule_interview":
        assert names(answer.json()) == []


async def action_of(case: Case, login: Login) -> dict[str, Any]:
    found: dict[str, Any] = (await case.get(login, "actions")).json()["items"][0]
    assert found == await case.world.get(f"{case.path}/actions/{found['id']}", login)
    return found


async def test_of_an_action(world: World) -> None:
    case = await case_in_review(world)
    await case.accepted("Train the assessors.")
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    bodies = {
        "close": {"outcome": "closed", "comment": "Good."},
        "ask_for_evidence": {"outcome": "more_evidence_needed", "comment": "More, please."},
    }
    shown = await action_of(case, case.lead)
    assert names(shown) == []
    await require_blocked(world, case.lead, shown, bodies, dict.fromkeys(bodies, "no_evidence"))
    codes = dict.fromkeys(bodies, "not_your_application")
    await require_blocked(world, other, await action_of(case, other), bodies, codes)
    assert names(await action_of(case, case.manager)) == []
    for name in reversed(bodies):
        theirs = await action_of(case, case.centre.user)
        (send,) = theirs["allowed_steps"]
        assert send["name"] == "send_evidence"
        headers = case.centre.user.headers | {"If-Match": theirs["etag"]}
        files = {"file": ("Strategy.pdf", pdf(), "application/pdf")}
        sent = await world.client.post(send["path"], files=files, data={"note": "See 4."}, headers=headers)
        assert sent.status_code == 201, sent.text
        assert names(sent.json()) == ["send_evidence"]
        shown = await action_of(case, case.lead)
        assert (names(shown), shown["blocked_steps"]) == (list(bodies), [])
        step = next(step for step in shown["allowed_steps"] if step["name"] == name)
        assert (await take(world, case.lead, step, bodies[name], shown)).status_code == 200
    for login in (case.lead, case.centre.user):
        assert names(await action_of(case, login)) == []


@pytest.mark.parametrize("path", ["/v1/invoices", "/v1/initial-applications"])
async def test_a_list_takes_as_many_statements_for_more_rows(world: World, path: str) -> None:
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)

    async def statements() -> int:
        seen: list[str] = []
        stop = world.database.count_statements(seen)
        await world.get(path, staff)
        stop()
        return len(seen)

    for _ in range(2):
        await bill(world)
        await world.received()
    few = await statements()
    for _ in range(3):
        await bill(world)
        await world.received()
    assert await statements() == few
