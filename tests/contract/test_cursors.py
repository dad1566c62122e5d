"""Cursors: what a list did not give out is 422 on every list, never a page and never a fault."""

import base64

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from app.database import Database
from app.domain.actors import StaffRole
from app.main import attach
from app.queries.paging import encode_cursor
from app.security.cursors import CursorSeal
from app.settings import Settings
from tests.clock import MovableClock
from tests.contract.asking import ask
from tests.contract.landscape import Landscape
from tests.contract.test_lists import PAGED, grown
from tests.world import World

_ID = "01990000-0000-7000-8000-000000000000"
_UNSEALED = base64.urlsafe_b64encode(b'["centres:id:desc", "01990000-0000-7000-8000-000000000000"]').decode()
# Places that only somebody with the key could seal.
_PLACES = (
    "",
    "null",
    "[]",
    "{}",
    "[1]",
    "NaN",
    "[" * 1_000,
    '["centres:id:desc"]',
    encode_cursor("centres:id:desc", ["x"]),
    encode_cursor("centres:id:desc", [_ID, _ID]),
    '["centres:id:desc", null]',
    '["centres:id:desc", NaN]',
    '["centres:id:desc", {"a": []}]',
    encode_cursor("initial_applications:received_at,id:asc", ["2026-06-01T09:00:00", _ID]),
    encode_cursor("initial_applications:received_at,id:asc", ["0001-01-01T00:00:00+23:59", _ID]),
    encode_cursor("initial_applications:received_at,id:asc", ["9999-12-31T23:59:59-23:59", _ID]),
    encode_cursor("initial_applications:received_at,id:asc", ["99999-12-31T23:59:59Z", _ID]),
    encode_cursor("recognitions:centre_name,id:asc", ["a\x00", _ID]),
    '["recognitions:centre_name,id:asc", "\\ud800", "01990000-0000-7000-8000-000000000000"]',
    encode_cursor("pgqueuer:id:desc", ["9" * 40]),
    encode_cursor("pgqueuer:id:desc", ["NaN"]),
    encode_cursor("staff:id:asc", ["'; DROP TABLE people; --"]),
)


def _flipped(cursor: str) -> list[str]:
    """The cursor with one bit of each third byte flipped."""
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    changed = [raw[:at] + bytes([raw[at] ^ (1 << at % 8)]) + raw[at + 1 :] for at in range(0, len(raw), 3)]
    return [base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in changed]


async def test_a_changed_or_invented_cursor_is_refused_on_every_list(landscape: Landscape) -> None:
    await grown(landscape)
    seal = CursorSeal(landscape.app.state.deployment.signing_key)
    given_out = {}
    for op in PAGED:
        given_out[op.id] = str((await ask(landscape, op, params={"limit": "1"})).json()["next_cursor"])
    assert all(cursor != "None" for cursor in given_out.values())
    tried = 0
    for op in PAGED:
        own = given_out[op.id]
        whole = (await ask(landscape, op, params={"cursor": own})).status_code
        assert whole == 200, op.id
        changed = [own[:-1], own[1:], own + "A", own + "=", own.swapcase(), own * 6, *_flipped(own)]
        invented = ["x", "=", "é", "A" * 1500, "A" * 22, "-" * 64, _UNSEALED, *_PLACES, *map(seal.seal, _PLACES)]
        for cursor in changed + invented:
            answer = await ask(landscape, op, params={"cursor": cursor})
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bad_cursor"), (op.id, cursor)
            tried += 1
    assert tried > 700


async def test_a_cursor_of_another_list_is_refused(landscape: Landscape) -> None:
    await grown(landscape)
    given_out = {op.id: (await ask(landscape, op, params={"limit": "1"})).json()["next_cursor"] for op in PAGED}
    for op in PAGED:
        for origin, cursor in given_out.items():
            answer = await ask(landscape, op, params={"cursor": cursor})
            if not same_list(op.id, origin):
                assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bad_cursor"), (op.id, origin)


def same_list(one: str, other: str) -> bool:
    """True for lists with the same rows and order, one of them filtered: a cursor is valid in both."""
    owners = ("Application", "Invoice", "InitialApplication", "CentreUser", "Staff")
    if {one, other} <= {f"list{owner}Letters" for owner in owners}:
        return True
    return one == other or {one, other} in (
        {"listApplicationEvents", "listCentreEvents"},
        {"listCentres", "listRecognisedCentres"},
        {"listAllPayments", "listCreditNotes"},
    )


async def test_a_refused_cursor_stands_beside_the_other_faults(landscape: Landscape) -> None:
    for op in PAGED:
        answer = await ask(landscape, op, params={"cursor": "x", "limit": "0"})
        assert answer.status_code == 422, op.id
        if op.id != "listEvents":
            assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/cursor", "/limit"}, op.id


async def test_a_cursor_says_nothing_of_the_row_behind_it(landscape: Landscape) -> None:
    await grown(landscape)
    for op in PAGED:
        page = (await ask(landscape, op, params={"limit": "1"})).json()
        raw = base64.urlsafe_b64decode(page["next_cursor"] + "==")
        if op.id != "listEvents":
            assert b":" not in raw.replace(b":", b"", 3), op.id
            assert str(page["items"][0].get("id")).encode() not in raw, op.id


async def test_a_cursor_outlives_a_change_of_keys_while_the_old_one_is_known(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, database: Database, clock: MovableClock, world: World
) -> None:
    path, staff = "/v1/initial-applications?limit=1", await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    for _ in range(2):
        await world.received()
    old = (await world.get(path, staff))["next_cursor"]
    assert old == (await world.get(path, staff))["next_cursor"], "the page keeps its entity tag"
    new_key = SecretStr("a new key for tests that is long enough")
    rotating = settings.model_copy(update={"secret_key": new_key, "secret_key_previous": settings.secret_key})
    attach(app, rotating, database, clock)
    assert (await client.get(f"{path}&cursor={old}", headers=staff.headers)).status_code == 200
    assert (await world.get(path, staff))["next_cursor"] != old


def test_a_cursor_of_a_key_that_is_gone_is_refused() -> None:
    old, new = "an old key that is long enough for it", "a new key that is long enough for it"
    sealed = CursorSeal(old).seal("a place")
    assert (CursorSeal(new, old).open(sealed), CursorSeal(new).open(sealed)) == ("a place", None)
