"""The worker's jobs on the command line: listed without a limit, shown, retried and discarded."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url

from tests.migrations.making import new_database
from tests.test_cli import Command, command

__all__ = ["command"]

EMAIL_ID = "019c4c24-b500-77b0-9cb2-b5f4ef0d5725"
FILL = f"""
INSERT INTO emails (id, kind, arguments, status, failure, queued_at)
VALUES ('{EMAIL_ID}', 'password_changed', '{{}}', 'held', 'the relay answered 554: No', now());
INSERT INTO pgqueuer (entrypoint, priority, status, payload)
VALUES ('send_email', 0, 'failed', convert_to('{EMAIL_ID}', 'UTF8'));
INSERT INTO pgqueuer (entrypoint, priority, status, payload)
SELECT 'publish_events', 0, 'failed', '' FROM generate_series(1, 2500);
"""


@pytest.fixture
def url(server_url: str, template: str) -> Iterator[str]:
    with new_database(server_url, template) as made:
        _run(made, FILL)
        yield made


def _run(url: str, statement: str) -> list[Any]:
    async def run() -> list[Any]:
        address = make_url(url)
        connection = await asyncpg.connect(**address.get_dialect()().create_connect_args(address)[1])
        try:
            if statement.startswith("SELECT"):
                return [tuple(row) for row in await connection.fetch(statement)]
            await connection.execute(statement)
            return []
        finally:
            await connection.close()

    return asyncio.run(run())


def test_every_job_is_listed_and_one_is_named_by_its_id(command: Command, url: str, tmp_path: Path) -> None:
    for words in (
        ("show", "nonsense"),
        ("show", EMAIL_ID),
        ("retry", EMAIL_ID),
        ("discard", EMAIL_ID, "--reason", "x"),
    ):
        refused = command(tmp_path, "jobs", *words, DATABASE_URL=url)
        assert refused.status == 1, words
        assert "Traceback" not in refused.err
    held = command(tmp_path, "jobs", "held", DATABASE_URL=url)
    assert held.err.endswith("2501 held.\n")
    lines = held.out.splitlines()
    assert len(lines) == 2501
    assert f"held  email password_changed  {EMAIL_ID}  the relay answered 554: No" in lines[0]
    assert command(tmp_path, "jobs", "list", "--status", "running", DATABASE_URL=url).out == ""
    emails = command(tmp_path, "jobs", "list", "--kind", "send_email", DATABASE_URL=url).out.splitlines()
    assert emails == lines[:1]
    shown = json.loads(command(tmp_path, "jobs", "show", _id(lines[0]), DATABASE_URL=url).out)
    assert (shown["status"], shown["letter"]["id"]) == ("held", EMAIL_ID)


def test_one_is_discarded_and_all_others_are_retried(command: Command, url: str, tmp_path: Path) -> None:
    first, second, *_ = command(tmp_path, "jobs", "held", DATABASE_URL=url).out.splitlines()
    done = command(tmp_path, "jobs", "discard", _id(first), "--reason", "We wrote by post.", DATABASE_URL=url)
    assert (done.status, done.out) == (0, "Discarded.\n")
    assert _run(url, "SELECT status, failure FROM emails") == [("discarded", "We wrote by post.")]
    assert _run(url, "SELECT actor_name, words FROM email_deliveries") == [("The operator", "We wrote by post.")]
    refused = command(tmp_path, "jobs", "retry", _id(first), DATABASE_URL=url)
    assert refused.err == "error: This job was discarded, which cannot be undone. Do what caused it again.\n"
    assert command(tmp_path, "jobs", "retry", _id(second), DATABASE_URL=url).out == "1 will be retried.\n"
    others = command(tmp_path, "jobs", "retry", "--kind", "publish_events", DATABASE_URL=url)
    assert others.out == "2499 will be retried.\n"
    assert command(tmp_path, "jobs", "held", DATABASE_URL=url).out == ""


def _id(line: str) -> str:
    return line.split("  ")[1]
