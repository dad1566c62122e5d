"""Bring policies, the triggers' rights and the roles' grants up to date, after the migrations and whenever they run.

These are not migrations: `row_policies` says what each table shows, and the database is compared with it. Only
differences are changed, each table in a short transaction. The policies do not bind the owner, so migrations, backups
and a release that still logs in as the owner work as before.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from sqlalchemy import Connection

from app.database_roles import ROLES
from migrations.patience import persistently
from migrations.row_policies import ADDED, DEFINERS, SEEN

_POLICIES = """
SELECT relname, polname, coalesce(obj_description(pg_policy.oid, 'pg_policy'), ''), relrowsecurity
FROM pg_class LEFT JOIN pg_policy ON polrelid = pg_class.oid
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
_INVOKERS = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND NOT (prosecdef AND proconfig IS NOT NULL)
"""
_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
)


def secure(connection: Connection) -> None:
    """Bring the database in line with `row_policies`, on a connection in autocommit mode. A no-op where it is."""
    run = connection.exec_driver_sql
    found: dict[str, dict[str, str]] = {}
    enabled: set[str] = set()
    for table, name, comment, on in run(_POLICIES):
        found.setdefault(table, {}).update({name: comment} if name else {})
        enabled |= {table} if on else set()
    for table, condition in SEEN.items():
        _briefly(run, _changes(table, condition, found[table], enabled=table in enabled))
    invokers = set(run(_INVOKERS).scalars())
    for function in DEFINERS:
        if function in invokers:
            run(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp")
    there = set(run("SELECT rolname FROM pg_roles").scalars())
    for role in ROLES:
        if role in there:
            _briefly(run, [grant.format(role=role) for grant in _GRANTS])


def _briefly(run: Callable[[str], object], statements: Sequence[str]) -> None:
    def all_of_them() -> None:
        for statement in ("BEGIN", *statements, "COMMIT"):
            run(statement)

    if statements:
        persistently(all_of_them, undo=lambda: run("ROLLBACK"))


def _changes(table: str, condition: str, found: dict[str, str], *, enabled: bool) -> list[str]:
    wanted = {"seen": f"FOR ALL USING ({condition}) WITH CHECK ({condition})"}
    if table in ADDED:
        wanted["added"] = f"FOR INSERT WITH CHECK ({ADDED[table]})"
    marks = {name: sha256(definition.encode()).hexdigest() for name, definition in wanted.items()}
    if enabled and found == marks:
        return []
    made = [f"DROP POLICY {name} ON {table}" for name in found]
    for name, definition in wanted.items():
        made += [f"CREATE POLICY {name} ON {table} {definition}"]
        made += [f"COMMENT ON POLICY {name} ON {table} IS '{marks[name]}'"]
    return [*made, f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"]
