"""The example ledger beside a sandbox: its processes, and the finance people who give it something to post."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.typed import ROOT, environment

LEDGER = ROOT / "examples" / "ledger"
SCOPES = ["invoices:read", "payments:read", "payments:write", "credit_notes:read", "external_refs:write", "events:read"]
Json = dict[str, Any]


@dataclass
class Desk:
    """A person who is signed in, and sends each request under a key of its own."""

    api: httpx.Client
    token: str

    def get(self, path: str) -> Json:
        found: Json = self._ask("GET", path, None, 200)
        return found

    def post(self, path: str, body: Json, expect: int = 201) -> Json:
        return self._ask("POST", path, body, expect)

    def _ask(self, method: str, path: str, body: Json | None, expect: int) -> Json:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": uuid4().hex}
        answer = self.api.request(method, path, json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        found: Json = answer.json()
        return found


def sign_in(api: httpx.Client, login: Json) -> Desk:
    body = {"email": login["email"], "password": login["password"]}
    return Desk(api, api.post("/v1/sessions", json=body).raise_for_status().json()["access_token"])


@dataclass
class Books:
    """The ledger's commands, with their settings."""

    folder: Path
    settings: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*words)
        stdout, stderr = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, stdout, stderr)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "ledger", *words],
            cwd=LEDGER,
            env=environment(**self.settings, BOOKS=self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def receiving(self) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
        """Receive webhooks; yield the address and the process."""
        process = self.start("receive")
        assert process.stdout is not None
        try:
            yield process.stdout.readline().removeprefix("Receiving on ").strip(), process
        finally:
            process.kill()
            process.communicate(timeout=60)

    @property
    def secret(self) -> str:
        return self.settings["WEBHOOK_SECRETS"]

    @property
    def text(self) -> str:
        return (self.folder / "books.beancount").read_text(encoding="utf-8")

    def events(self) -> list[Json]:
        """What it keeps, in the order of the feed."""
        return [json.loads(event) for (event,) in self._read("SELECT event FROM events ORDER BY position")]

    def pushed(self, type_: str) -> int:
        """How many events of this type it has by webhook: it has not read the feed yet."""
        return sum(event["type"] == type_ for event in self.events())

    def postings(self) -> list[str]:
        return [text for (text,) in self._read("SELECT text FROM postings")]

    def _read(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "ledger.sqlite", timeout=30)) as connection:
            return connection.execute(statement).fetchall()


def register(administrator: Desk, url: str, port: int, folder: Path) -> Books:
    """Give the ledger credentials, and have events pushed to it."""
    client = administrator.post("/v1/integration-clients", {"name": f"Ledger {port}", "scopes": SCOPES})
    endpoint = administrator.post(
        "/v1/webhook-endpoints",
        {
            "description": "Example ledger",
            "url": f"http://127.0.0.1:{port}/",
            "event_types": ["invoice.issued", "payment.recorded", "credit_note.issued"],
            "owner_email": "finance@example.org",
        },
    )
    return Books(
        folder,
        {
            "API_URL": url,
            "CLIENT_ID": client["client_id"],
            "CLIENT_SECRET": client["client_secret"],
            "WEBHOOK_SECRETS": endpoint["secret"],
            "PORT": str(port),
        },
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)
