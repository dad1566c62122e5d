"""Databases of every release end in one schema."""

import asyncio
from pathlib import Path

import pytest
from alembic import command

from faults.ground import plain
from faults.releases import RELEASES, migrate
from tests.migrations.making import ROOT, configured, fetch, new_database
from tests.migrations.test_migrations import SCHEMA

# What 1.3.0 kept for 1.1.0 in a database that came from it, one of each kind.
_LEFTOVERS = (
    "ALTER TABLE centres ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED",
    "CREATE INDEX ix_centres_search ON centres USING gin (search)",
    "CREATE INDEX ix_recognitions_centre_name_id ON recognitions (centre_name, id)",
    "CREATE FUNCTION written_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT given'",
    "CREATE FUNCTION write_words_of_centres() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER write_words_of_new BEFORE INSERT ON centres FOR EACH ROW EXECUTE FUNCTION write_words_of_centres()",
    "CREATE FUNCTION write_trading_name() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER write_trading_name AFTER INSERT ON application_details "
    "FOR EACH ROW EXECUTE FUNCTION write_trading_name()",
)


def _schema(url: str) -> list[tuple[str, str]]:
    return [tuple(row) for row in asyncio.run(fetch(url, SCHEMA))]


@pytest.mark.parametrize("version", RELEASES)
def test_a_database_of_an_earlier_release_ends_in_the_same_schema(
    server_url: str, template: str, tmp_path: Path, version: str
) -> None:
    """It is used in between: the release's own process has started on it once."""
    tree = RELEASES[version].export(tmp_path / "tree")
    with new_database(server_url) as url, new_database(server_url, template) as fresh:
        migrate(tree, plain(url), tmp_path / "data")
        revision = asyncio.run(fetch(url, "SELECT version_num FROM alembic_version"))[0][0]
        assert revision == RELEASES[version].revision
        migrate(ROOT, plain(url), tmp_path / "data")
        assert _schema(url) == _schema(fresh)


def test_leftovers_of_a_release_that_serves_no_more_are_dropped(server_url: str, template: str) -> None:
    with new_database(server_url) as url, new_database(server_url, template) as fresh:
        command.upgrade(configured(url), "0014")
        for statement in _LEFTOVERS:
            asyncio.run(fetch(url, statement))
        command.upgrade(configured(url), "head")
        assert _schema(url) == _schema(fresh)
