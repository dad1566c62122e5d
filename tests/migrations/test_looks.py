"""Rows from before the migration, and rows that the previous release goes on writing, have their looks."""

import asyncio

from alembic import command
from uuid_utils.compat import uuid7

from app.domain.look_alikes import LETTERS, LOOK_LIKE
from app.domain.names import look
from tests.migrations.making import configured, fetch, new_database

_CENTRE = (
    "INSERT INTO centres (id, reference, name, name_key, email, email_domain, telephone, created_at, version, words, "
    "address_line_1, address_town, address_postcode, address_country) "
    "VALUES ($1, $2, 'x', $3, 'x', $4, 'x', now(), 1, '{}', 'x', 'x', 'x', 'england')"
)
_KEYS = ("h\u0430rbour training", "harbour training", LETTERS, "rn mm i1l0o")


def _write(url: str, release: str) -> None:
    for at, key in enumerate(_KEYS):
        asyncio.run(fetch(url, _CENTRE, uuid7(), f"{release}-{at}", key, f"{at}rn0.example"))


def test_every_row_has_its_look(server_url: str) -> None:
    with new_database(server_url) as url:
        command.upgrade(configured(url), "0020")
        _write(url, "before")
        command.upgrade(configured(url), "head")
        _write(url, "after")
        rows = asyncio.run(fetch(url, "SELECT name_key, email_domain, name_look, email_domain_look FROM centres"))
        asyncio.run(fetch(url, "UPDATE centres SET name_key = 'm\u0430rine'"))
        changed = asyncio.run(fetch(url, "SELECT DISTINCT name_look FROM centres"))
    assert len(rows) == 2 * len(_KEYS)
    assert all((row[2], row[3]) == (look(row[0]), look(row[1])) for row in rows)
    assert [row[0] for row in changed] == ["marlne"]


def test_the_database_has_the_table_of_the_product(server_url: str) -> None:
    with new_database(server_url) as url:
        command.upgrade(configured(url), "head")
        [source] = asyncio.run(fetch(url, "SELECT prosrc FROM pg_proc WHERE proname = 'set_looks'"))
    assert f"'{LETTERS}i10', '{LOOK_LIKE}llo'" in source[0]
