"""Migrations after the last release disturb nothing that the release does: judged by what they do to a database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command

from faults.releases import RELEASES
from tests.migrations import judging
from tests.migrations.making import configured, new_database, write_migration

# The schemas that operators may upgrade from.
_RELEASED = tuple(release.revision for release in RELEASES.values())

# Each of these would disturb the release that serves, or break it.
_WRONG = {
    "a rewrite": "op.execute('ALTER TABLE sites ADD COLUMN twice text GENERATED ALWAYS AS (name || name) STORED')",
    "an emptied table": "op.execute('TRUNCATE rate_limits')",
    "another way to store": "op.execute('ALTER TABLE rate_limits SET LOGGED')",
    "a column's type": "op.execute('ALTER TABLE sites ALTER COLUMN name TYPE varchar(200)')",
    "a dropped column": "op.drop_column('sites', 'telephone')",
    "a renamed column": "op.alter_column('sites', 'telephone', new_column_name='phone')",
    "a dropped table": "op.drop_table('rate_limits')",
    "a renamed table": "op.rename_table('rate_limits', 'limits')",
    "a dropped function": "op.execute('DROP FUNCTION refuse_change CASCADE'); op.execute('DROP FUNCTION claim_answer')",
    "an index": "op.create_index('ix_sites_name', 'sites', ['name'])",
    "a dropped index": "op.drop_index('ix_invoices_due', 'invoices')",
    "a unique constraint": "op.create_unique_constraint('uq_sites_x', 'sites', ['id', 'name'])",
    "a check that is not proven first": "op.create_check_constraint('ck_x', 'sites', 'length(name) > 0')",
    "a check proven at once": "op.execute('ALTER TABLE sites ADD CONSTRAINT x CHECK (true) NOT VALID'); "
    "op.execute('ALTER TABLE sites VALIDATE CONSTRAINT x')",
    "a foreign key": "op.add_column('sites', sa.Column('by', sa.Uuid())); "
    "op.create_foreign_key('fk_x', 'sites', 'people', ['by'], ['id'])",
    "a column without a default": "op.add_column('sites', sa.Column('x', sa.Text(), nullable=False))",
    "a changing default": "op.execute('ALTER TABLE sites ADD COLUMN x uuid DEFAULT gen_random_uuid()')",
    "not null": "op.alter_column('sites', 'telephone', nullable=False)",
    "an old column that is required": "steps.require('sites', 'telephone')",
    "all rows": "op.execute(\"UPDATE sites SET telephone = '1'\")",
    "all rows deleted": "op.execute('DELETE FROM rate_limits')",
    "all rows copied": "op.execute('INSERT INTO sites SELECT * FROM sites')",
    "columns of two tables": "op.add_column('sites', sa.Column('x', sa.Text())); "
    "op.add_column('contacts', sa.Column('x', sa.Text()))",
    "a table made anew": "op.execute('CLUSTER sites USING pk_sites')",
}

# What the how-to page says to do instead.
_RIGHT = {
    "a column": "op.add_column('sites', sa.Column('x', sa.Text()))",
    "a column with a default": "op.add_column('sites', sa.Column('x', sa.Text(), server_default='', nullable=False))",
    "a table with an index": """\
op.create_table('x', sa.Column('id', sa.Uuid(), primary_key=True), sa.Column('y', sa.Text()))
op.create_index('ix_x_y', 'x', ['y'])
""",
    "an index": "steps.build_index('ix_sites_name', 'sites', 'name')",
    "a dropped index": "steps.drop_index('ix_invoices_due')",
    "a check": "steps.add_check('sites', 'ck_x', 'length(name) > 0')",
    "a foreign key": "op.add_column('sites', sa.Column('by', sa.Uuid())); "
    "steps.add_foreign_key('sites', 'fk_x', 'by', 'people(id)')",
    "rows in batches": "steps.in_batches('sites', 'UPDATE sites SET telephone = telephone WHERE id = ANY(:ids)')",
    "columns of two tables": """\
steps.briefly("ALTER TABLE sites ADD COLUMN IF NOT EXISTS x text")
steps.briefly("ALTER TABLE contacts ADD COLUMN IF NOT EXISTS x text")
""",
    "a column that is filled, then required": """\
steps.briefly("ALTER TABLE sites ADD COLUMN IF NOT EXISTS x text DEFAULT 'unknown'")
steps.require("sites", "x")
""",
}


@pytest.fixture
def released(server_url: str, template: str) -> Iterator[str]:
    """A database at the head of this tree, which stands for the last release."""
    with new_database(server_url, template) as url:
        yield url


@pytest.mark.parametrize("name", _WRONG)
def test_a_migration_that_disturbs_the_last_release_is_refused(released: str, tmp_path: Path, name: str) -> None:
    write_migration(tmp_path / "versions", _WRONG[name])
    run = judging.run_migrations(configured(released, tmp_path / "versions"))
    assert judging.faults(run, tmp_path) != []


@pytest.mark.parametrize("name", _RIGHT)
def test_a_migration_by_the_rules_passes(released: str, tmp_path: Path, name: str) -> None:
    write_migration(tmp_path / "versions", _RIGHT[name])
    run = judging.run_migrations(configured(released, tmp_path / "versions"))
    assert judging.faults(run, tmp_path) == []


@pytest.mark.parametrize("revision", _RELEASED)
def test_migrations_after_a_release_disturb_nothing(server_url: str, tmp_path: Path, revision: str) -> None:
    with new_database(server_url) as url:
        command.upgrade(configured(url), revision)
        run = judging.run_migrations(configured(url))
        assert judging.faults(run, tmp_path) == []
