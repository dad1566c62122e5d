"""Databases of every release end in one schema."""

import asyncio
import tomllib
from pathlib import Path

import pytest

from faults.ground import plain
from faults.releases import RELEASES, migrate
from migrations.leftovers import DROPPED_IN
from tests.migrations.making import ROOT, apply, fetch, new_database
from tests.migrations.test_migrations import SCHEMA


def _schema(url: str) -> list[tuple[str, str]]:
    return [tuple(row) for row in asyncio.run(fetch(url, SCHEMA))]


@pytest.mark.parametrize("version", RELEASES)
def test_a_database_of_an_earlier_release_ends_in_the_same_schema(
    server_url: str, template: str, tmp_path: Path, version: str
) -> None:
    """It is used in between: the release's own process has started on it once. Leftovers go a release later."""
    tree = RELEASES[version].export(tmp_path / "tree")
    with new_database(server_url) as url, new_database(server_url, template) as fresh:
        migrate(tree, plain(url), tmp_path / "data")
        revision = asyncio.run(fetch(url, "SELECT version_num FROM alembic_version"))[0][0]
        assert revision == RELEASES[version].revision
        migrate(ROOT, plain(url), tmp_path / "data")
        apply(url, tmp_path / "versions", "from migrations.leftovers import drop_leftovers\ndrop_leftovers()")
        assert _schema(url) == _schema(fresh)


def test_leftovers_of_earlier_releases_are_dropped_in_time() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert tuple(map(int, version.split(".")[:2])) < tuple(map(int, DROPPED_IN.split(".")[:2])), (
        f"This is {version}: call drop_leftovers() in a new migration, and remove what made them from 0007."
    )
