"""Second factors on the command line: for the only administrator, and after a rotation of the key."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.security.sealing import seal, unseal
from tests.migrations.making import fetch, new_database
from tests.test_cli import Command, command

__all__ = ["command"]

PERSON = UUID("019c4c24-b500-77b0-9cb2-b5f4ef0d5725")
OLD, NEW = "an old key of thirty-two letters.", "a new key of thirty-two letters.."
REASON = "Came to the office with an identity card."
FILL = f"""
WITH person AS (
    INSERT INTO people (id, first_name, last_name, email, email_key, created_at, version, second_factor_since)
    VALUES ('{PERSON}', 'Robin', 'Shah', 'robin@example.com', 'robin@example.com', now(), 1, now()) RETURNING id
)
INSERT INTO second_factors (id, person_id, kind, name, created_at, confirmed_at, sealed_secret)
SELECT id, id, 'totp', 'Phone', now(), now(), '\\x{seal(OLD, b"secret", owner=PERSON.bytes).hex()}' FROM person
RETURNING id
"""


@pytest.fixture
def url(server_url: str, template: str) -> Iterator[str]:
    with new_database(server_url, template) as made:
        _read(made, FILL)
        yield made


def _read(url: str, statement: str) -> list[Any]:
    return [tuple(row) for row in asyncio.run(fetch(url, statement))]


def test_a_reset_is_recorded_with_its_reason(command: Command, url: str, tmp_path: Path) -> None:
    stranger = command(tmp_path, "factors", "reset", "x@example.com", "--reason", "x", DATABASE_URL=url, SECRET_KEY=OLD)
    assert (stranger.status, "Nobody logs in with x@example.com" in stranger.err) == (1, True)
    words = ("factors", "reset", "Robin@Example.com", "--reason", REASON)
    done = command(tmp_path, *words, DATABASE_URL=url, SECRET_KEY=OLD)
    assert done.status == 0, done.err
    assert "Removed 1 second factor of" in done.out
    assert _read(url, "SELECT count(*) FROM second_factors") == [(0,)]
    assert _read(url, "SELECT second_factor_since FROM people") == [(None,)]
    recorded = "SELECT actor_name, detail->>'reason' FROM security_events WHERE kind = 'factor_reset'"
    assert _read(url, recorded) == [("The operator", REASON)]
    assert _read(url, "SELECT kind FROM emails") == [("second_factors_reset",)]
    again = command(tmp_path, *words, DATABASE_URL=url, SECRET_KEY=OLD)
    assert (again.status, "There is no second factor" in again.err) == (1, True)


def test_secrets_are_encrypted_with_the_new_key(command: Command, url: str, tmp_path: Path) -> None:
    """Without the old key the command says so, and changes nothing."""
    lost = command(tmp_path, "factors", "reseal", DATABASE_URL=url, SECRET_KEY=NEW)
    assert (lost.status, "1 of them unreadable" in lost.out) == (1, True)
    done = command(tmp_path, "factors", "reseal", DATABASE_URL=url, SECRET_KEY=NEW, SECRET_KEY_PREVIOUS=OLD)
    assert (done.status, "0 of them unreadable" in done.out) == (0, True), done.err
    ((sealed,),) = _read(url, "SELECT sealed_secret FROM second_factors")
    assert unseal([NEW], bytes(sealed), owner=PERSON.bytes) == (b"secret", True)
