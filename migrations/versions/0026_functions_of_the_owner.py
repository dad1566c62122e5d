"""Empty a sandbox and find callers by functions of the owner, because no process logs in as the owner any more."""

from collections.abc import Sequence

from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FUNCTION = """
CREATE OR REPLACE FUNCTION empty_sandbox(tables text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deployment WHERE sandbox) THEN
        RAISE EXCEPTION 'not a sandbox' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(name), ', ') || ' CASCADE' FROM unnest(tables) AS name);
END
$$
"""

_FIND_CALLER = """
CREATE OR REPLACE FUNCTION find_caller(at timestamptz, of_session uuid, of_client uuid, generation integer)
RETURNS TABLE (
    session_id uuid, first_password boolean, second_factor_at timestamptz, password_at timestamptz,
    has_second_factor boolean, person_id uuid, first_name text, last_name text, email text, roles text[],
    centres uuid[], centre_roles text[], client_id uuid, client_name text, scopes text[]
) LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF of_session IS NOT NULL THEN
        RETURN QUERY
        SELECT session.id, session.first_password, session.second_factor_at,
            coalesce(session.password_at, session.started_at), person.second_factor_since IS NOT NULL,
            person.id, person.first_name::text, person.last_name::text, person.email::text, staff.roles::text[],
            (SELECT array_agg(place.centre_id ORDER BY place.id) FROM memberships AS place
                WHERE place.person_id = person.id AND place.deactivated_at IS NULL AND NOT place.pending),
            (SELECT array_agg(place.role::text ORDER BY place.id) FROM memberships AS place
                WHERE place.person_id = person.id AND place.deactivated_at IS NULL AND NOT place.pending),
            NULL::uuid, NULL::text, NULL::text[]
        FROM sessions AS session JOIN people AS person ON person.id = session.person_id
        LEFT JOIN staff_members AS staff ON staff.person_id = person.id AND staff.deactivated_at IS NULL
        WHERE session.id = of_session AND session.ended_at IS NULL AND session.expires_at > at;
    ELSE
        RETURN QUERY
        SELECT NULL::uuid, NULL::boolean, NULL::timestamptz, NULL::timestamptz, NULL::boolean, NULL::uuid, NULL::text,
            NULL::text, NULL::text, NULL::text[], NULL::uuid[], NULL::text[], client.id, client.name::text,
            client.scopes::text[]
        FROM integration_clients AS client
        WHERE client.id = of_client AND client.secret_generation = generation AND client.deactivated_at IS NULL;
    END IF;
END
$$
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_FUNCTION)
    op.execute(_FIND_CALLER)


def downgrade() -> None:
    """Drop them, and the policies that `migrate` makes after the migrations: they name other tables."""
    run = op.get_bind().exec_driver_sql
    for table, policy in run("SELECT polrelid::regclass::text, polname FROM pg_policy").all():
        run(f"DROP POLICY {policy} ON {table}")
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION empty_sandbox")
    op.execute("DROP FUNCTION find_caller")
