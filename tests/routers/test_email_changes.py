"""A person changes their own email address: confirmed at the new one, told to the old one (R06)."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from app.database import Database, Work
from app.domain.actors import SYSTEM, StaffRole
from app.main import attach
from app.models import EmailChange, Person, SecurityEvent
from app.services.operations.housekeeping import forget
from app.settings import Settings
from tests.clock import MovableClock
from tests.races import race
from tests.world import PASSWORD, Login, World

MINE, CONFIRM, CANCEL = "/v1/me/email-changes", "/v1/email-changes/confirmation", "/v1/email-changes/cancellation"
DOMAIN = "people.example.com"
NEW = f"new.address@{DOMAIN}"
OVER = (409, "email_change_not_valid")


@pytest.fixture
async def user(world: World) -> Login:
    return (await world.centre()).user


async def ask(world: World, login: Login, new: str = NEW) -> dict[str, Any]:
    """Ask for another address, and let the letters go out."""
    answer = await world.client.post(MINE, json={"new_email": new}, headers=login.headers)
    assert answer.status_code == 202, answer.text
    await world.run_jobs()
    asked: dict[str, Any] = answer.json()
    return asked


def token(world: World, email: str) -> str:
    """The token of the last letter to the address that has one."""
    tokens = [found for mail in world.mail(to=email) for found in re.findall(r"#token=([^\s\"]+)", mail.text)]
    return unquote(tokens[-1])


async def confirm(world: World, email: str = NEW, password: str = PASSWORD) -> httpx.Response:
    return await world.client.post(CONFIRM, json={"token": token(world, email), "password": password})


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"] if answer.content else ""


async def log_in(world: World, email: str, password: str = PASSWORD) -> int:
    answer = await world.client.post("/v1/sessions", json={"email": email, "password": password})
    return answer.status_code


async def waiting(world: World, login: Login) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await world.get(MINE, login))["items"]
    return items


async def test_it_needs_a_fresh_proof(world: World, user: Login, clock: MovableClock) -> None:
    clock.move(timedelta(minutes=11))
    refused = await world.client.post(MINE, json={"new_email": NEW}, headers=user.headers)
    assert (told(refused), refused.json()["prove"]) == ((403, "step_up_required"), "password")
    assert (await world.client.post(MINE, json={"new_email": NEW})).status_code == 401


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("not an address", "invalid_email"),
        ("{mine}", "address_unchanged"),
        ("{MINE}", "address_unchanged"),
    ],
)
async def test_the_address_is_judged_as_everywhere(world: World, user: Login, typed: str, code: str) -> None:
    """The form, and the present address in any spelling."""
    new = typed.format(mine=user.email, MINE=user.email.upper())
    answer = await world.client.post(MINE, json={"new_email": new}, headers=user.headers)
    assert answer.status_code == 422, answer.text
    fault = answer.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/new_email", code)
    assert await waiting(world, user) == []


async def test_what_a_pasted_address_hides_is_left_out(world: World, user: Login) -> None:
    answer = await world.client.post(MINE, json={"new_email": f"\u202anew\u200b@{DOMAIN}\u202c"}, headers=user.headers)
    assert (answer.status_code, answer.json()["new_email"]) == (202, f"new@{DOMAIN}")


@pytest.mark.requirement("R06")
@pytest.mark.parametrize("who", ["centre user", "staff"])
async def test_the_address_changes_once_the_new_one_has_confirmed(
    world: World, user: Login, database: Database, who: str
) -> None:
    """Both are written to at once, and until then nothing changes; afterwards nothing that the old one opened lives."""
    login = user if who == "centre user" else await world.staff(StaffRole.FINANCE)
    await world.client.post("/v1/password-resets", json={"email": login.email})
    asked = await ask(world, login)
    assert [each["new_email"] for each in await waiting(world, login)] == [NEW] == [asked["new_email"]]
    notice, letter = world.mail(to=login.email)[-1], world.mail(to=NEW)[-1]
    assert NEW in notice.text.replace("[.]", ".")
    assert "127.0.0.1" in notice.text
    assert "/cancel-email-change#token=" in notice.text
    assert "/confirm-email#token=" in letter.text
    assert login.email not in letter.text
    assert letter.text.startswith("Dear colleague\n")
    assert (await world.get("/v1/me", login))["email"] == login.email
    resets = [mail for mail in world.mail(to=login.email) if "reset-password#" in mail.text]
    reset = unquote(re.findall(r"#token=([^\s\"]+)", resets[-1].text)[-1])

    answer = await confirm(world)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await world.client.get("/v1/me", headers=login.headers)).status_code == 401
    assert [await log_in(world, login.email), await log_in(world, NEW)] == [401, 201]
    completed = await world.client.post(
        "/v1/password-resets/completion", json={"token": reset, "new_password": "another-Long-phrase-77"}
    )
    assert told(completed) == (409, "reset_token_not_valid")
    assert told(await confirm(world)) == OVER
    await world.run_jobs()
    done = world.mail(to=login.email)[-1]
    assert (done.subject, "#token=" in done.text) == ("Your email address was changed", False)
    async with database.transaction() as session:
        recorded = await session.execute(
            text("SELECT type, audit FROM events WHERE aggregate_id = :id ORDER BY sequence DESC LIMIT 1"),
            {"id": login.id},
        )
        assert recorded.one() == (
            "person.email_changed",
            {"before": {"email": login.email}, "after": {"email": NEW}},
        )
        kinds = select(SecurityEvent.kind, SecurityEvent.outcome).where(
            SecurityEvent.person_id == login.id, SecurityEvent.kind.startswith("email_address")
        )
        assert (await session.execute(kinds.order_by(SecurityEvent.id))).all() == [
            ("email_address_change_requested", "success"),
            ("email_address_changed", "success"),
        ]


async def test_an_address_that_has_an_account_gets_the_same_answers(
    world: World, user: Login, database: Database
) -> None:
    """Nobody learns who has one; its holder is told, and nothing changes."""
    other = (await world.centre()).user
    seen = []
    for new in (NEW, other.email.upper()):
        answer = await world.client.post(MINE, json={"new_email": new}, headers=user.headers)
        await world.run_jobs()
        plain = re.sub(r'"(id|request_id)":"[^"]+"', "", answer.text).replace(answer.json()["new_email"], "…")
        listed = await waiting(world, user)
        assert len(listed) == 1
        notice = world.mail(to=user.email)[-1]
        seen.append((answer.status_code, plain, listed[0] == answer.json(), notice.subject, len(notice.text.split())))
    assert seen[0] == seen[1]
    letter = world.mail(to=other.email.upper())[-1]
    assert "has an account of its own already" in " ".join(letter.text.split())
    assert ("#token=" in letter.text, user.email in letter.text) == (False, False)
    async with database.transaction() as session:
        assert (await session.get_one(Person, other.id)).email == other.email
        rows = await session.scalars(select(EmailChange.token_hash).order_by(EmailChange.id))
        assert [row is None for row in rows] == [False, True]


async def test_a_mistyped_address_gives_nobody_the_account(world: World, user: Login, database: Database) -> None:
    """Whoever reads the letter does not know the password, and has ten guesses in all, at once or in turn."""
    await ask(world, user)
    attach_limits(world)
    answers = await asyncio.gather(*(confirm(world, password=f"guess {number}") for number in range(12)))
    assert (
        sorted(told(answer) for answer in answers) == [(422, "wrong_password")] * 10 + [(429, "too_many_requests")] * 2
    )
    assert (await confirm(world)).status_code == 429
    assert (await world.get("/v1/me", user))["email"] == user.email
    async with database.transaction() as session:
        failed = select(SecurityEvent.outcome).where(SecurityEvent.kind == "email_address_changed")
        assert set(await session.scalars(failed)) == {"failure"}


def attach_limits(world: World) -> None:
    """Count as production does."""
    transport = world.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    app = transport.app
    assert isinstance(app, FastAPI)
    attach(app, world.settings.model_copy(update={"rate_limit_scale": 1}), world.database, world.clock)


@pytest.mark.parametrize(
    "how", ["cancelled", "cancelled by the person", "replaced", "too late", "left", "reset", "changed", "unknown"]
)
async def test_a_change_that_is_over_is_refused(
    world: World, user: Login, clock: MovableClock, database: Database, how: str
) -> None:
    """Also because the owner has chosen another password: an intruder may have asked for the change."""
    asked = await ask(world, user)
    tokens = {"token": token(world, NEW)}, {"token": token(world, user.email)}
    password = PASSWORD
    if how == "cancelled":
        assert (await world.client.post(CANCEL, json=tokens[1])).status_code == 204
        assert (await world.client.get("/v1/me", headers=user.headers)).status_code == 401
    elif how == "cancelled by the person":
        path = f"{MINE}/{asked['id']}"
        assert (await world.client.delete(path, headers=user.headers)).status_code == 204
        assert await waiting(world, user) == []
        assert (await world.client.delete(path, headers=user.headers)).status_code == 404
    elif how == "replaced":
        assert (await ask(world, user, "third@people.example.com"))["id"] != asked["id"]
        assert len(await waiting(world, user)) == 1
    elif how == "too late":
        clock.move(timedelta(days=1))
    elif how == "left":
        async with database.transaction() as session:
            await session.execute(
                text("UPDATE memberships SET deactivated_at = now() WHERE person_id = :id"), {"id": user.id}
            )
    elif how == "unknown":
        tokens = {"token": "no such"}, {"token": "no such"}
    else:
        password = await _another_password(world, user, how)
    confirmed = await world.client.post(CONFIRM, json=tokens[0] | {"password": password})
    assert told(confirmed) == OVER
    if how != "left":
        assert told(await world.client.post(CANCEL, json=tokens[1])) == OVER
    assert await log_in(world, NEW, password) == 401
    if how in ("cancelled", "cancelled by the person", "reset", "changed"):
        await _require_noted(database, user)


async def _another_password(world: World, user: Login, how: str) -> str:
    chosen = "another-Long-phrase-77"
    if how == "changed":
        body = {"current_password": PASSWORD, "new_password": chosen}
        assert (await world.client.put("/v1/me/password", json=body, headers=user.headers)).status_code == 200
        return chosen
    await world.client.post("/v1/password-resets", json={"email": user.email})
    await world.run_jobs()
    body = {"token": token(world, user.email), "new_password": chosen}
    assert (await world.client.post("/v1/password-resets/completion", json=body)).status_code == 204
    return chosen


async def _require_noted(database: Database, user: Login) -> None:
    async with database.transaction() as session:
        noted = select(SecurityEvent.detail).where(SecurityEvent.kind == "email_address_change_cancelled")
        assert len((await session.scalars(noted.where(SecurityEvent.person_id == user.id))).all()) == 1


async def test_neither_token_does_the_others_work(world: World, user: Login) -> None:
    await ask(world, user)
    swapped = {"token": token(world, user.email), "password": PASSWORD}
    assert told(await world.client.post(CONFIRM, json=swapped)) == OVER
    assert told(await world.client.post(CANCEL, json={"token": token(world, NEW)})) == OVER
    assert (await confirm(world)).status_code == 204


async def test_a_notice_that_is_late_still_goes_out(world: World, user: Login) -> None:
    """An intruder who confirms at once does not spare the owner the notice; it has nothing to cancel any more."""
    answer = await world.client.post(MINE, json={"new_email": NEW}, headers=user.headers)
    async with world.database.transaction() as session:
        row = await session.get_one(EmailChange, answer.json()["id"])
        row.used_at = world.clock()
    await world.run_jobs()
    [notice] = world.mail(to=user.email, subject="about to change")
    assert ("#token=" in notice.text, "tell our customer experience team at once" in notice.text) == (False, True)
    assert world.mail(to=NEW) == []


async def test_another_persons_change_is_hidden(world: World, user: Login) -> None:
    asked = await ask(world, user)
    stranger = await world.staff(StaffRole.ADMINISTRATOR)
    assert await waiting(world, stranger) == []
    answer = await world.client.delete(f"{MINE}/{asked['id']}", headers=stranger.headers)
    assert answer.status_code == 404
    assert len(await waiting(world, user)) == 1


async def test_of_two_who_come_to_one_address_one_gets_it(world: World, database: Database) -> None:
    """The other is told that the address, which is theirs to read, has an account."""
    people = [(await world.centre()).user for _ in range(2)]
    bodies = []
    for login in people:
        await ask(world, login)
        bodies.append({"token": token(world, NEW), "password": PASSWORD})
    lock = "LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"
    answers = await race(database, lock, *(world.client.post(CONFIRM, json=body) for body in bodies))
    assert sorted(map(told, answers)) == [(204, ""), (409, "email_address_in_use")]
    again = await world.client.post(CONFIRM, json=bodies[[answer.status_code for answer in answers].index(409)])
    assert told(again) == (409, "email_address_in_use")
    loser = people[[answer.status_code for answer in answers].index(409)]
    assert (await world.get("/v1/me", loser))["email"] == loser.email


async def test_of_two_who_use_one_token_one_does(world: World, user: Login) -> None:
    await ask(world, user)
    answers = await asyncio.gather(*(confirm(world) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409]


async def test_of_two_requests_at_once_one_stays_open(world: World, user: Login, database: Database) -> None:
    addresses = ("one@people.example.com", "two@people.example.com")
    lock = f"SELECT FROM people WHERE id = '{user.id}' FOR UPDATE"
    asking = (world.client.post(MINE, json={"new_email": new}, headers=user.headers) for new in addresses)
    answers = await race(database, lock, *asking)
    assert {answer.status_code for answer in answers} == {202}
    assert len(await waiting(world, user)) == 1


async def test_nobody_fills_mailboxes(world: World, user: Login, settings: Settings) -> None:
    """Ten requests an hour of an account, thirty of a network, and five letters an hour to an address."""
    attach_limits(world)
    for _ in range(10):
        answer = await world.client.post(MINE, json={"new_email": NEW}, headers=user.headers)
        assert answer.status_code == 202
    refused = await world.client.post(MINE, json={"new_email": NEW}, headers=user.headers)
    assert told(refused) == (429, "too_many_requests")
    await world.run_jobs()
    async with world.database.transaction() as session:
        sent = await session.scalar(text("SELECT count(*) FROM emails WHERE kind = 'email_change_to_confirm'"))
    assert sent == 5
    for _ in range(2):
        other = (await world.centre()).user
        for _ in range(10):
            last = await world.client.post(MINE, json={"new_email": NEW}, headers=other.headers)
            assert last.status_code == 202
    last = await world.client.post(
        MINE, json={"new_email": NEW}, headers=(await world.staff(StaffRole.FINANCE)).headers
    )
    assert told(last) == (429, "too_many_requests")
    assert "network" in last.json()["detail"]


async def test_what_is_held_about_a_change_is_told_and_forgotten(
    world: World, user: Login, database: Database, clock: MovableClock
) -> None:
    """Letters to the former address stay the person's; those that go there later may be somebody else's."""
    await ask(world, user)
    assert (await confirm(world)).status_code == 204
    await world.run_jobs()
    clock.move(timedelta(minutes=1))
    await world.client.post("/v1/password-resets", json={"email": NEW})
    body = world.initial_application()
    body["email"] = user.email
    await world.post("/v1/initial-applications", body)
    await world.run_jobs()
    async with database.transaction() as session:
        person = await session.get_one(Person, user.id)
    mine = await world.get("/v1/me/personal-data", await world.log_in(person))
    changes = [each for each in mine["records"] if each["kind"] == "email_change"]
    assert {(value["name"], value["value"]) for value in changes[0]["values"]} >= {
        ("old_email", user.email),
        ("new_email", NEW),
    }
    letters = [
        value["value"]
        for each in mine["records"]
        if each["kind"] == "letter"
        for value in each["values"]
        if value["name"] == "kind"
    ]
    assert {"email_change_requested", "email_change_to_confirm", "email_address_changed", "password_reset"} <= set(
        letters
    )
    assert "initial_application_received" not in letters
    clock.move(timedelta(days=32))
    async with database.transaction() as session:
        await forget(Work(session, SYSTEM, clock(), world.settings))
        assert (await session.scalars(select(EmailChange.id))).all() == []
