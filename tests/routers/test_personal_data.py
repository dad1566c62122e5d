"""What is held about a person: told to them and to administrators, and erased without breaking the record."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.database import Work
from app.database_errors import RefusedByDatabase
from app.domain.actors import SYSTEM, CentreRole, StaffRole
from app.domain.emails import DeliveryOutcome, EmailStatus
from app.domain.personal_data import Erasure
from app.domain.workflow import Status
from app.models import Email, EmailDelivery, InitialApplication, personal_columns
from app.services.privacy.retention import retain
from tests.races import race
from tests.routers.test_centre_users import invitation
from tests.world import Login, World

KEPT = {(each.table, each.column) for each in personal_columns() if each.erasure is not Erasure.ERASED}
EXPORTS, ERASURES = "/v1/personal-data-exports", "/v1/personal-data-erasures"
WHY = "Asked for by letter."


@pytest.fixture
async def admin(world: World) -> Login:
    return await world.staff(StaffRole.ADMINISTRATOR)


async def erase(world: World, admin: Login, email: str) -> dict[str, Any]:
    return await world.post(ERASURES, {"email": email, "reason": WHY}, admin)


async def require_refused(world: World, admin: Login, email: str) -> None:
    body = {"email": email, "reason": WHY}
    answer = await world.client.post(ERASURES, json=body, headers=admin.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "person_still_needed")


def kinds(answer: dict[str, Any], part: str) -> set[str]:
    return {each["kind"] for each in answer[part]}


async def where(world: World, *needles: str) -> set[tuple[str, str]]:
    """The columns of any table in which one of these texts stands."""
    found = set()
    async with world.database.transaction() as session:
        columns = await session.execute(
            text(
                "SELECT table_name, column_name, c.data_type FROM information_schema.columns AS c "
                "JOIN information_schema.tables AS t USING (table_schema, table_name) "
                "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND c.data_type IN "
                "('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea')"
            )
        )
        for table, column, kind in columns.all():
            shown = f"{column}::text" if kind != "bytea" else f"encode({column}, 'escape')"
            query = text(f"SELECT EXISTS (SELECT FROM {table} WHERE {shown} ILIKE ANY (:needles))")
            if await session.scalar(query, {"needles": [f"%{needle}%" for needle in needles]}):
                found.add((table, column))
    return found


async def test_somebody_with_a_place_is_not_erased(world: World, admin: Login) -> None:
    centre = await world.centre()
    for email in (centre.user.email, admin.email):
        await require_refused(world, admin, email)
    waiting = world.initial_application()
    await world.post("/v1/initial-applications", waiting)
    await require_refused(world, admin, waiting["initial_super_user"]["email"])


async def test_a_contact_is_not_erased_before_it_has_ended(world: World, admin: Login) -> None:
    centre = await world.centre()
    body = {"first_name": "Ola", "last_name": "Nordmann", "email": "ola@contacts.example.com", "roles": []}
    contact = await world.post(f"/v1/centres/{centre.id}/contacts", body, centre.super_user)
    await require_refused(world, admin, "ola@contacts.example.com")
    address = f"/v1/centres/{centre.id}/contacts/{contact['id']}"
    await world.post(address, None, centre.super_user, match=address, method="DELETE")
    assert kinds(await erase(world, admin, "OLA@contacts.example.com"), "erased") == {"contact"}
    assert await where(world, "Nordmann", "ola@contacts") <= KEPT


async def test_everybody_reads_what_is_held_about_them(world: World) -> None:
    centre = await world.centre()
    mine = await world.get("/v1/me/personal-data", centre.user)
    assert mine["email"] == centre.user.email
    assert {"account", "membership", "session"} <= kinds(mine, "records")
    assert mine["complete"] is True
    account = next(each for each in mine["records"] if each["kind"] == "account")
    assert {"first_name", "last_name", "email"} <= {value["name"] for value in account["values"]}
    # As every time of the API.
    times = [value["value"] for each in mine["records"] for value in each["values"] if value["name"].endswith("_at")]
    assert times
    assert all(time.endswith("Z") and "T" in time for time in times)
    assert "password_hash" not in json.dumps(mine)
    assert centre.super_user.email not in json.dumps(mine)


async def test_an_applicant_without_a_log_in_is_told_what_is_held(world: World, admin: Login) -> None:
    body = world.initial_application()
    await world.post("/v1/initial-applications", body)
    await world.run_jobs()
    found = await world.post(EXPORTS, {"email": body["email"].upper(), "reason": WHY}, admin)
    assert kinds(found, "records") == {"initial_application", "letter"}
    assert await world.post(EXPORTS, {"email": "nobody@example.com", "reason": WHY}, admin) | {"exported_at": None} == {
        "email": "nobody@example.com",
        "exported_at": None,
        "records": [],
        "complete": True,
    }


async def test_an_organisations_address_is_kept_and_not_counted_as_erased(world: World, admin: Login) -> None:
    """The record of an application that led to a centre stays, and so does who was its super user."""
    centre = await world.centre()
    async with world.database.transaction() as session:
        row = (await session.scalars(select(InitialApplication).where(InitialApplication.centre_id == centre.id))).one()
    assert kinds(await erase(world, admin, row.email), "erased") <= {"letter"}
    assert ("initial_applications", "super_user_email") in await where(world, row.super_user_email)


async def former(world: World) -> tuple[Login, dict[str, Any], Login]:
    """Somebody who worked on an application and has left the centre, the application, and their colleague."""
    centre = await world.centre()
    await world.run_jobs()
    application = await world.application(centre, Status.SUBMITTED)
    await world.run_jobs()
    address = f"/v1/centres/{centre.id}/users/{centre.user.user_id}"
    await world.post(address, None, centre.super_user, match=address, method="DELETE")
    return centre.user, application, centre.super_user


async def test_an_erasure_leaves_only_what_the_record_needs(world: World, admin: Login) -> None:
    person, application, colleague = await former(world)
    events = f"/v1/applications/{application['id']}/timeline?limit=100"
    before = await world.get(events, colleague)
    surname = person.name.split()[-1]
    erased = await erase(world, admin, person.email)
    assert {"account", "membership"} <= kinds(erased, "erased")
    # The relay's queue and the log of jobs hold ids only.
    assert await where(world, person.email) <= KEPT
    assert await where(world, surname) <= KEPT
    assert {(each["table"], each["column"]) for each in erased["kept"]} == KEPT
    after = await world.get(events, colleague)
    assert [each["id"] for each in after["items"]] == [each["id"] for each in before["items"]]
    assert (await world.get(f"/v1/applications/{application['id']}", colleague))["status"] == "submitted"
    assert (await erase(world, admin, person.email))["erased"] == []


async def test_a_delivery_log_forgets_whom_a_letter_reached_and_nothing_else(world: World, admin: Login) -> None:
    person, _, _ = await former(world)
    await bounced_letter(world, person.email)
    assert "letter" in kinds(await erase(world, admin, person.email), "erased")
    assert await where(world, person.email) <= KEPT
    await require_log_kept(world)


async def bounced_letter(world: World, address: str) -> None:
    """A letter to the address, which a mail system sent back."""
    letter = Email(
        kind="password_reset",
        arguments={},
        status=EmailStatus.BOUNCED,
        recipients={"to": [f"Ann Lee <{address}>"]},
        queued_at=world.clock(),
    )
    async with world.database.transaction() as session:
        session.add(letter)
        await session.flush()
        session.add(
            EmailDelivery(
                email_id=letter.id,
                at=world.clock(),
                outcome=DeliveryOutcome.BOUNCED,
                recipient=address,
                code="5.1.1",
                words=f"550 No {address} here",
            )
        )


async def require_log_kept(world: World) -> None:
    """What became of the bounced letter stands in the log, without whom it reached, and cannot be changed."""
    bounced = select(EmailDelivery).where(EmailDelivery.outcome == DeliveryOutcome.BOUNCED)
    async with world.database.transaction() as session:
        row = (await session.scalars(bounced)).one()
        assert (row.code, row.recipient, row.words) == ("5.1.1", None, None)
    for column in ("recipient", "words", "code"):
        with pytest.raises(RefusedByDatabase, match="append-only"):
            async with world.database.transaction() as session:
                await session.execute(text(f"UPDATE email_deliveries SET {column} = 'x'"))


async def test_the_worker_erases_whom_old_letters_reached(world: World, admin: Login) -> None:
    await bounced_letter(world, "ola@contacts.example.com")
    for months, gone in ((35, False), (37, True)):
        async with world.database.transaction() as session:
            later = world.clock() + timedelta(days=30.44 * months + 1)
            await retain(Work(session, SYSTEM, later, world.settings))
        assert (not await where(world, "ola@contacts")) is gone
    await require_log_kept(world)


async def test_the_sequence_of_changes_has_no_gap_after_an_erasure(world: World, admin: Login) -> None:
    person, _, _ = await former(world)
    await erase(world, admin, person.email)
    async with world.database.transaction() as session:
        gaps = await session.scalar(
            text(
                "SELECT count(*) FROM (SELECT sequence - lag(sequence, 1, 0) OVER (PARTITION BY aggregate_id "
                "ORDER BY sequence) AS step FROM events) AS steps WHERE step <> 1"
            )
        )
        named = await session.scalar(
            text("SELECT count(*) FROM events WHERE actor_id = :id AND actor_name IS NOT NULL"), {"id": person.id}
        )
        done = await session.scalar(text("SELECT count(*) FROM events WHERE type = 'person.erased'"))
    assert (gaps, named, done) == (0, 0, 1)


async def test_what_is_erased_cannot_sign_in_or_be_found(world: World, admin: Login) -> None:
    person, _, _ = await former(world)
    await erase(world, admin, person.email)
    refused = await world.client.get("/v1/me", headers=person.headers)
    assert refused.status_code == 401
    assert (await world.get(f"/v1/centres?text={person.email}", admin))["items"] == []


async def test_a_member_of_staff_who_left_is_erased_and_their_decisions_stay_signed(world: World, admin: Login) -> None:
    leaver = await world.staff(StaffRole.FINANCE, new=True)
    address = f"/v1/staff/{leaver.user_id}"
    await world.post(address, None, admin, match=address, method="DELETE")
    erased = await erase(world, admin, leaver.email)
    assert {"account", "staff_record"} <= kinds(erased, "erased")
    assert await where(world, leaver.email) == set()


async def test_an_invitation_that_waits_holds_up_no_erasure(world: World, admin: Login) -> None:
    """Whoever invites somebody decides nothing about their data."""
    person, _, _ = await former(world)
    inviting = await world.centre()
    users = f"/v1/centres/{inviting.id}/users"
    invited = await world.post(users, invitation(person.email), inviting.super_user)
    erased = await erase(world, admin, person.email)
    assert {"account", "membership"} <= kinds(erased, "erased")
    await world.run_jobs()
    assert await where(world, person.email) <= KEPT
    assert (await world.get(f"{users}/{invited['id']}", inviting.super_user))["status"] == "deactivated"
    assert not [mail for mail in world.mail(to=person.email) if "invited" in mail.subject]


async def test_a_first_password_that_nobody_used_holds_up_no_erasure(world: World, admin: Login) -> None:
    centre = await world.centre()
    users = f"/v1/centres/{centre.id}/users"
    for role in CentreRole:
        invited = await world.post(users, invitation("stranger@example.net") | {"role": role}, centre.super_user)
        await erase(world, admin, "stranger@example.net")
        assert (await world.get(f"{users}/{invited['id']}", centre.super_user))["status"] == "deactivated"


async def test_the_worker_erases_whoever_never_used_a_first_password(world: World) -> None:
    centre = await world.centre()
    guest = invitation("stranger@example.net") | {"role": "super_user"}
    await world.post(f"/v1/centres/{centre.id}/users", guest, centre.super_user)
    for months, gone in ((23, False), (25, True)):
        async with world.database.transaction() as session:
            later = world.clock() + timedelta(days=30.44 * months + 1)
            await retain(Work(session, SYSTEM, later, world.settings))
        assert (("people", "email") not in await where(world, guest["email"])) is gone, months


async def test_the_worker_erases_whoever_ignored_an_invitation(world: World, admin: Login) -> None:
    person, _, _ = await former(world)
    inviting = await world.centre()
    await world.post(f"/v1/centres/{inviting.id}/users", invitation(person.email), inviting.super_user)
    for months, gone in ((23, False), (25, True)):
        async with world.database.transaction() as session:
            later = world.clock() + timedelta(days=30.44 * months + 1)
            await retain(Work(session, SYSTEM, later, world.settings))
        assert (("people", "email") not in await where(world, person.email)) is gone, months


async def test_invited_and_erased_at_once(world: World, admin: Login) -> None:
    """Either the invitation finds nobody, and makes a new account, or it is withdrawn."""
    centre = await world.centre()
    leaver = await world.centre_user(centre.id, CentreRole.USER)
    address = f"/v1/centres/{centre.id}/users/{leaver.user_id}"
    await world.post(address, None, centre.super_user, match=address, method="DELETE")
    body = invitation(leaver.email)

    async def invite() -> int:
        answer = await world.client.post(f"/v1/centres/{centre.id}/users", json=body, headers=centre.super_user.headers)
        return answer.status_code

    async def remove() -> int:
        why = {"email": leaver.email, "reason": WHY}
        return (await world.client.post(ERASURES, json=why, headers=admin.headers)).status_code

    lock = f"SELECT FROM centres WHERE id = '{centre.id}' FOR UPDATE"
    invited, removed = await race(world.database, lock, invite(), remove())
    assert (invited, removed) == (201, 200)
    async with world.database.transaction() as session:
        rows = await session.scalar(text("SELECT count(*) FROM people WHERE email = :email"), {"email": leaver.email})
        open_ = await session.scalar(
            text("SELECT count(*) FROM memberships WHERE centre_id = :id AND deactivated_at IS NULL AND role = 'user'"),
            {"id": centre.id},
        )
    # Besides the centre's own user, there is the new account's place or none.
    assert open_ == 1 + rows


async def test_letters_to_a_contact_outlast_the_account_of_the_same_address(world: World, admin: Login) -> None:
    """Who left as a user long ago and is still a contact gets letters, and they are the centre's record."""
    centre = await world.centre()
    person, at = centre.user, f"/v1/centres/{centre.id}"
    body = {"first_name": "Ola", "last_name": "Nordmann", "email": person.email, "roles": ["finance"]}
    await world.post(f"{at}/contacts", body, centre.super_user)
    left = f"{at}/users/{person.user_id}"
    await world.post(left, None, centre.super_user, match=left, method="DELETE")
    later = world.clock() + timedelta(days=30.44 * 25)
    recipients = json.dumps({"to": [person.email]})
    async with world.database.transaction() as session:
        for queued_at in (world.clock(), later - timedelta(days=1)):
            await session.execute(
                text(
                    "INSERT INTO emails (id, kind, arguments, status, queued_at, recipients) "
                    "VALUES (gen_random_uuid(), 'test', '{}', 'sent', :at, cast(:to AS jsonb))"
                ),
                {"at": queued_at, "to": recipients},
            )
    async with world.database.transaction() as session:
        await retain(Work(session, SYSTEM, later, world.settings))
        kept = await session.execute(
            text("SELECT recipients IS NULL FROM emails WHERE kind = 'test' ORDER BY queued_at")
        )
        assert kept.scalars().all() == [True, False]
    assert ("people", "email") not in await where(world, person.email)


async def test_the_worker_erases_what_was_kept_long_enough(world: World, admin: Login) -> None:
    body = world.initial_application()
    receipt = await world.post("/v1/initial-applications", body)
    await world.run_jobs()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"/v1/initial-applications/{receipt['id']}"
    await world.post(f"{address}/decline", {"reason": "Not suitable."}, staff, match=address)
    person, _, _ = await former(world)
    surname = person.name.split()[-1]
    for months, gone in ((11, set[str]()), (13, {"declined"}), (25, {"declined", "former"})):
        async with world.database.transaction() as session:
            later = world.clock() + timedelta(days=30.44 * months + 1)
            await retain(Work(session, SYSTEM, later, world.settings))
        found = await where(world, body["initial_super_user"]["email"])
        erased = {"declined"} if ("initial_applications", "super_user_email") not in found else set()
        erased |= {"former"} if ("people", "email") not in await where(world, person.email) else set()
        assert erased == gone, months
    assert await where(world, surname) <= KEPT
