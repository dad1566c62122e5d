"""Letters that earlier releases queued belong to something, and the previous release's go on to."""

import asyncio
from uuid import UUID

from alembic import command
from uuid_utils.compat import uuid7

from tests.migrations.making import configured, fetch, new_database

_EMAIL = "INSERT INTO emails (id, kind, arguments, status, queued_at) VALUES ($1, 'x', $2::jsonb, 'sent', now())"


def _queue(url: str, owner: UUID) -> UUID:
    """Queue a letter as the release before does."""
    email_id = uuid7()
    asyncio.run(fetch(url, _EMAIL, email_id, f'{{"application_id": "{owner}"}}'))
    return email_id


def test_letters_before_and_after_the_migration_belong_to_their_application(server_url: str) -> None:
    owner = uuid7()
    with new_database(server_url) as url:
        command.upgrade(configured(url), "0009")
        # More than one batch.
        before = [_queue(url, owner) for _ in range(3)]
        many = "INSERT INTO emails (id, kind, arguments, status, queued_at) SELECT gen_random_uuid(), 'x', $1::jsonb, "
        asyncio.run(fetch(url, many + "'sent', now() FROM generate_series(1, 1500)", f'{{"invoice_id": "{owner}"}}'))
        command.upgrade(configured(url), "head")
        after = _queue(url, owner)
        rows = asyncio.run(fetch(url, "SELECT email_id FROM email_owners WHERE owner_id = $1", owner))
    found = {row[0] for row in rows}
    assert {*before, after} <= found
    assert len(found) == 1504
