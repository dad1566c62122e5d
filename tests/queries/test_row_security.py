"""Below the filters of the queries: what a transaction sees is a matter of its actor, whatever it asks for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from app import row_context
from app.database import Database, LeasedSession
from app.database_roles import API_ROLE, ROLES
from app.domain.actors import Scope, StaffRole
from app.domain.statuses import Status
from app.queries import callers
from app.queries.callers import Asked, Bearer
from app.security.tokens import read_access_token
from migrations.row_policies import DEFINERS, EXEMPT, SEEN
from tests.roles import as_role
from tests.routers.redaction_stage import Uploads, redact
from tests.staging import Login, TestCentre
from tests.world import World

_NOBODY = Asked((), (), ())
_TABLES = """SELECT relname, relrowsecurity, EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"""


@asynccontextmanager
async def _acting(world: World, login: Login | None, *, accounts: bool = False) -> AsyncIterator[LeasedSession]:
    """A transaction as a request begins it."""
    async with world.database.lease(context=row_context.NOTHING) as session:
        if login is None:
            session.context = row_context.public(accounts=accounts)
        else:
            token = login.headers["Authorization"].removeprefix("Bearer ")
            claims = read_access_token(world.key, token, world.clock())
            client = claims.subject if claims.session_id is None else None
            bearer = Bearer(claims.session_id, client, claims.generation, claims.scopes)
            _, actor = await callers.count_and_find(session, world.clock(), _NOBODY, bearer, accounts=accounts)
            assert actor is not None
        await session.start()
        yield session


async def _counts(session: LeasedSession) -> dict[str, int]:
    """Count the rows that a query without a filter finds in each table."""
    found = {}
    for table in SEEN:
        found[table] = await session.driver.fetchval(f"SELECT count(*) FROM {table}")
    return {table: number for table, number in found.items() if number}


async def test_every_table_has_a_policy_or_says_why_not(database: Database) -> None:
    rows = await database.fetch_alone(_TABLES)
    assert {name for name, *_ in rows} == SEEN.keys() | EXEMPT.keys()
    assert not SEEN.keys() & EXEMPT.keys()
    assert all(EXEMPT.values())
    for name, enabled, has_policy in rows:
        assert (enabled, has_policy) == ((True, True) if name in SEEN else (False, False)), name


async def test_the_roles_own_nothing_and_pass_by_no_policy(database: Database) -> None:
    rows = await database.fetch_alone(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb,"
        " (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid)"
        " + (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid)"
        " FROM pg_roles WHERE rolname = ANY($1)",
        list(ROLES),
    )
    assert sorted(tuple(row) for row in rows) == [(role, False, 0) for role in sorted(ROLES)]
    (own,) = await database.fetch_alone("SELECT current_user::text")
    assert own[0] == API_ROLE


async def test_triggers_run_as_the_owner_with_a_fixed_search_path(database: Database) -> None:
    rows = await database.fetch_alone(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND proconfig[1] LIKE 'search_path=%'"
        " AND pronamespace = 'public'::regnamespace"
    )
    assert {row[0] for row in rows} == {
        *DEFINERS,
        "empty_sandbox(text[])",
        "find_caller(timestamp with time zone,uuid,uuid,integer)",
        "find_client(timestamp with time zone,uuid,integer,inet)",
    }


async def test_without_an_actor_nothing_is_seen_or_changed(world: World) -> None:
    await _filled(world)
    async with world.database.lease(context=row_context.NOTHING) as session:
        await session.start()
        assert await _counts(session) == {}
        for table in SEEN:
            column = await session.driver.fetchval(
                "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum = 1", table
            )
            assert await session.driver.execute(f"UPDATE {table} SET {column} = {column}") == "UPDATE 0"
            assert await session.driver.execute(f"DELETE FROM {table}") == "DELETE 0"


async def test_a_connection_forgets_whom_it_served(world: World) -> None:
    """The next holder of a connection on which a member of staff read begins with nothing."""
    staff = await world.staff(StaffRole.FINANCE)
    await world.centre()
    for _ in range(12):
        await world.get("/v1/centres", staff)
    async with world.database.lease(context=row_context.NOTHING) as session:
        if session._held.shows != row_context.NOTHING:
            with pytest.raises(RuntimeError, match="another actor"):
                print(session.driver)
        await session.start()
        assert await _counts(session) == {}


async def test_the_public_sees_the_register_only(world: World) -> None:
    await _filled(world)
    async with _acting(world, None) as session:
        assert await _counts(session) == {"recognitions": 1, "recognition_words": await _words(world)}


async def test_a_role_cannot_step_out_of_its_policies(world: World) -> None:
    """And a policy that is switched off shows: this is what the other tests would see."""
    await _filled(world)
    for statement in (
        "TRUNCATE centres CASCADE",
        "ALTER TABLE centres DISABLE ROW LEVEL SECURITY",
        "DROP POLICY seen ON centres",
        "ALTER TABLE centres OWNER TO CURRENT_USER",
        "CREATE TABLE mine (id int)",
        "SET ROLE centre_recognition",
        "SET SESSION AUTHORIZATION centre_recognition",
        "SET LOCAL row_security = off; SELECT * FROM centres",
        "UPDATE alembic_version SET version_num = '1'",
    ):
        async with world.database.lease(context=row_context.NOTHING) as session:
            await session.start()
            with pytest.raises(asyncpg.PostgresError) as refused:
                await session.driver.execute(statement)
            assert refused.value.sqlstate in ("42501", "42704"), statement
            await session.rollback()


@pytest.mark.own_database
async def test_a_policy_that_is_switched_off_shows(world: World, database_url: str) -> None:
    """The positive control of this module."""
    await _filled(world)
    await world.database.fetch_alone("ALTER TABLE centres DISABLE ROW LEVEL SECURITY")
    served = Database(as_role(database_url), pool_size=1)
    async with served.lease(context=row_context.NOTHING) as session:
        await session.start()
        assert await _counts(session) == {"centres": 2}
    await served.close()


async def test_centre_users_see_their_own_centre(world: World) -> None:
    first, second = await _filled(world)
    for centre, other in ((first, second), (second, first)):
        for login in (centre.super_user, centre.user):
            async with _acting(world, login) as session:
                assert await session.driver.fetch("SELECT id FROM centres") == [(centre.id,)]
                for table, column in await _centre_columns(session):
                    found = {row[0] for row in await session.driver.fetch(f"SELECT {column} FROM {table}")}
                    assert found <= {centre.id}, table
                ours = await _counts(session)
                rename = f"UPDATE centres SET name = 'x' WHERE id = '{other.id}'"
                assert await session.driver.execute(rename) == "UPDATE 0"
            async with _acting(world, other.user) as session:
                theirs = await _counts(session)
            every = await _all(world)
            # No row is seen by both.
            assert all(number + theirs.get(table, 0) <= every[table] for table, number in ours.items())
            assert not ours.keys() & {"due_diligence_checks", "centre_words", "application_words"}
            assert {"applications", "policy_versions", "file_redactions", "invoices", "events", "emails"} <= ours.keys()


async def test_a_row_of_another_centre_cannot_be_made(world: World) -> None:
    first, second = await _filled(world)
    async with _acting(world, first.super_user) as session:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await session.driver.execute("INSERT INTO contact_roles SELECT id, 'x', $1 FROM contacts", second.id)
        session.before_commit.clear()
        await session.rollback()


async def test_staff_see_every_row_but_the_secrets_of_others(world: World) -> None:
    await _filled(world)
    for role in StaffRole:
        async with _acting(world, await world.staff(role)) as session:
            found, every = await _counts(session), await _all(world)
            assert every.keys() - found.keys() <= {"idempotent_answers", "invitations"}
            own = {"sessions": 1, "refresh_tokens": 1}
            assert found == {table: own.get(table, every[table]) for table in found}, role


async def test_accounts_are_shown_where_they_are_looked_for(world: World) -> None:
    """To whoever signs in, before anybody knows who they are; and beside them no row of a centre."""
    centre, _ = await _filled(world)
    every = await _all(world)
    accounts = {"people", "memberships", "staff_members", "sessions", "refresh_tokens"}
    async with _acting(world, None, accounts=True) as session:
        found = await _counts(session)
    assert {table: found.get(table) for table in accounts} == {table: every[table] for table in accounts}
    assert found.keys() - accounts <= {"invitations", "password_resets", "recognitions", "recognition_words"}
    # A token that has ended opens nothing, whatever the operation.
    async with world.database.lease(context=row_context.NOTHING) as session:
        await callers.count_and_find(
            session, world.clock(), _NOBODY, Bearer(uuid7(), None, None, frozenset()), accounts=True
        )
        assert session.context == row_context.NOTHING
        assert await _counts(session) == {}
    for login, shown in ((centre.user, 1), (centre.super_user, 1)):
        async with _acting(world, login) as session:
            found = await _counts(session)
            assert found["sessions"] == found["refresh_tokens"] == shown
            names = {row[0] for row in await session.driver.fetch("SELECT id FROM people")}
        async with world.database.transaction() as session:
            ours = "SELECT person_id FROM memberships WHERE centre_id = $1"
            leads = "SELECT centre_lead_id FROM applications WHERE centre_id = $1 AND centre_lead_id IS NOT NULL"
            known = await session.driver.fetch(f"{ours} UNION {leads}", centre.id)
        assert names == {row[0] for row in known}


@pytest.mark.parametrize(
    ("scope", "tables"),
    [
        (
            Scope.INVOICES_READ,
            {"applications", "centres", "invoices", "invoice_words", "invoice_entries", "issued_files"},
        ),
        (Scope.EVENTS_READ, {"events"}),
        (Scope.MAIL_BOUNCES, {"emails", "email_owners", "email_deliveries"}),
    ],
)
async def test_a_client_sees_what_its_scope_is_for(world: World, scope: Scope, tables: set[str]) -> None:
    await _filled(world)
    async with _acting(world, await world.integration(scope)) as session:
        found = await _counts(session)
        assert found.keys() <= tables
        assert found
        if scope is Scope.EVENTS_READ:
            hidden = "SELECT count(*) FROM events WHERE public IS NULL OR position IS NULL"
            assert await session.driver.fetchval(hidden) == 0


async def _filled(world: World) -> tuple[TestCentre, TestCentre]:
    """Two centres that have come far, with all that the process writes."""
    centres = await world.centre(), await world.centre()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    for centre, status in zip(centres, (Status.ACCEPTED, Status.IN_REVIEW), strict=True):
        it = Uploads(world, centre, await world.application(centre, status))
        assert (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[0] == 201
    await world.run_jobs()
    return centres


async def _all(world: World) -> dict[str, int]:
    async with world.database.transaction() as session:
        return await _counts(session)


async def _words(world: World) -> int:
    return (await _all(world))["recognition_words"]


async def _centre_columns(session: LeasedSession) -> list[tuple[str, str]]:
    rows = await session.driver.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'centre_id' AND table_name = ANY($1)",
        list(SEEN),
    )
    return [(row[0], row[1]) for row in rows]
