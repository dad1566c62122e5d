"""The real server in production mode: staff without a second factor can do nothing but add one."""

import os
import re
import shlex
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pyotp
import pytest

from app.integrations.postgres import create_database, drop_database
from tests.contract.operations import operations
from tests.contract.test_limited_sessions import OPEN
from tests.integrations.file_samples import pdf
from tests.scanner import Daemon
from tests.second_factors import FACTORS
from tests.typed import COMMAND, begun, blocks, environment, started

PASSWORD = "nobody guesses 1t"
_ID = "01990000-0000-7000-8000-000000000000"


@pytest.fixture
async def migrated(server_url: str, template: str) -> AsyncIterator[str]:
    """A database of its own, with every table and no row."""
    name = f"in_production_{os.getpid()}"
    yield await create_database(server_url, name, template)
    await drop_database(server_url, name)


async def test_staff_without_a_second_factor_can_only_add_one(
    migrated: str, tmp_path: Path, shared_scanner: Daemon
) -> None:
    (example,) = blocks("README.md", "settings")
    (tmp_path / "settings.toml").write_text(example, encoding="utf-8")
    settings = environment(
        ENVIRONMENT="production",
        SECRET_KEY="k" * 32,
        DATABASE_URL=migrated,
        DATA_DIR=tmp_path / "data",
        SETTINGS_FILE=tmp_path / "settings.toml",
        PUBLIC_URL="https://recognition.example.com",
        ADMIN_EMAIL="admin@example.com",
        ADMIN_PASSWORD=PASSWORD,
        SMTP__HOST="127.0.0.1",
        SMTP__PORT=9,
        CLAMD__SOCKET=shared_scanner.socket,
        PORT=0,
    )
    for number, kind in enumerate(("centre_agreement", "customer_code_of_conduct")):
        document = tmp_path / f"{kind}.pdf"
        document.write_bytes(pdf() if number else pdf(lambda writer: writer.add_blank_page(width=595, height=842)))
        log = tmp_path / f"{kind}.log"
        process = begun(f"{COMMAND}documents publish {kind} {shlex.quote(str(document))}", settings, log)
        process.join(60)
        assert process.exitcode == 0, log.read_text(encoding="utf-8")
    with started(f"{COMMAND}serve", settings, tmp_path / "serve.log", r"http://[\d.:]+(?=\.)") as address:
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
            body = {"email": "admin@example.com", "password": PASSWORD}
            answer = await client.post("/v1/sessions", json=body)
            assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
            tokens = answer.json()
            assert (tokens["second_factor_required"], tokens["refresh_token"]) == (True, None)
            client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
            assert await _open_operations(client) == set(OPEN) - {"endSession"}
            secret = (await client.post(f"{FACTORS}/totp", json={"name": "Phone"})).json()["secret"]
            code = pyotp.TOTP(secret).at(datetime.now(UTC))
            added = await client.post(f"{FACTORS}/totp/confirmation", json={"code": code})
            assert added.status_code == 201, added.text
            client.headers["Authorization"] = f"Bearer {added.json()['session']['access_token']}"
            assert (await client.get("/v1/staff")).status_code == 200


async def _open_operations(client: httpx.AsyncClient) -> set[str]:
    """The operations that answer anything but that a second factor is owed, to a request that changes nothing."""
    found = set()
    for op in operations():
        if op.access.permission is None or op.id == "endSession" or op.path.startswith("/v1/sandbox"):
            continue
        answer = await client.request(op.method, re.sub(r"{\w+_id}", _ID, op.path), params={"no_such": "1"})
        if (answer.status_code, answer.json().get("code")) != (403, "second_factor_required"):
            found.add(op.id)
    return found
