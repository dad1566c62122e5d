"""Two secrets of an integration client during rotation, their last use, and the networks that it may call from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import briefly

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# `find_caller` stays as it is: the release before calls it, and knows one secret.
_FIND_CLIENT = """
CREATE OR REPLACE FUNCTION find_client(at timestamptz, of_client uuid, generation integer, address inet)
RETURNS TABLE (client_id uuid, client_name text, scopes text[], in_its_networks boolean)
LANGUAGE plpgsql VOLATILE ROWS 1 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    client integration_clients;
    used_at timestamptz;
BEGIN
    SELECT * INTO client FROM integration_clients WHERE id = of_client AND deactivated_at IS NULL;
    IF (client.secret_generation = generation AND client.secret_revoked_at IS NULL) IS NOT TRUE
        AND (client.previous_secret_generation = generation AND client.previous_secret_valid_until > at) IS NOT TRUE
    THEN
        RETURN;
    END IF;
    in_its_networks := client.networks IS NULL
        OR EXISTS (SELECT FROM unnest(client.networks) AS network WHERE address <<= network::cidr);
    IF in_its_networks THEN
        SELECT used.at INTO used_at FROM client_secret_uses AS used
            WHERE used.client_id = of_client AND used.generation = find_client.generation;
        IF used_at IS NULL THEN
            INSERT INTO client_secret_uses VALUES (of_client, find_client.generation, find_client.at)
                ON CONFLICT DO NOTHING;
        ELSIF find_client.at NOT BETWEEN used_at AND used_at + interval '5 minutes' THEN
            -- Calls at the same time do not wait for each other.
            UPDATE client_secret_uses AS used SET at = find_client.at WHERE (used.client_id, used.generation) IN (
                SELECT free.client_id, free.generation FROM client_secret_uses AS free
                WHERE free.client_id = of_client AND free.generation = find_client.generation
                FOR NO KEY UPDATE SKIP LOCKED
            );
        END IF;
    END IF;
    RETURN QUERY SELECT client.id, client.name::text, client.scopes::text[], in_its_networks;
END
$$
"""


def upgrade() -> None:
    """The release before leaves the columns empty."""
    briefly(
        "ALTER TABLE integration_clients "
        "ADD IF NOT EXISTS networks text[], "
        "ADD IF NOT EXISTS secret_created_at timestamptz, "
        "ADD IF NOT EXISTS secret_revoked_at timestamptz, "
        "ADD IF NOT EXISTS last_generation bigint, "
        "ADD IF NOT EXISTS previous_secret_hash bytea, "
        "ADD IF NOT EXISTS previous_secret_generation bigint, "
        "ADD IF NOT EXISTS previous_secret_created_at timestamptz, "
        "ADD IF NOT EXISTS previous_secret_valid_until timestamptz"
    )
    op.create_table(
        "client_secret_uses",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "generation", name=op.f("pk_client_secret_uses")),
        if_not_exists=True,
    )
    op.execute(_FIND_CLIENT)


def downgrade() -> None:
    """The release before knows one secret of each client."""
    op.execute("DROP FUNCTION IF EXISTS find_client(timestamptz, uuid, integer, inet)")
    op.drop_table("client_secret_uses", if_exists=True)
    op.execute(
        "ALTER TABLE integration_clients DROP IF EXISTS networks, DROP IF EXISTS secret_created_at, "
        "DROP IF EXISTS secret_revoked_at, DROP IF EXISTS last_generation, "
        "DROP IF EXISTS previous_secret_hash, DROP IF EXISTS previous_secret_generation, "
        "DROP IF EXISTS previous_secret_created_at, "
        "DROP IF EXISTS previous_secret_valid_until"
    )
