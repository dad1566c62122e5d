"""The demonstration tells the whole story, can be repeated, and never touches real data."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from app.demo import DemoFailed, play
from app.demo.client import Caller, connect
from app.demo.screen import Screen
from app.integrations.mailer import read_captured
from app.settings import Environment, Settings, Smtp

ROOT = Path(__file__).parents[2]
STORY_OF_THE_SUPER_USER = (
    "Your log-in details",
    "Your password was changed",
    "We have your application",
    "has been returned to you",
    "We have your application",
    "has passed our initial review",
    "We have received your centre recognition fee",
    "Your interview for centre recognition",
    "Your interview has moved",
    "is a recognised AIM centre, with actions to complete",
    "An action needs more evidence",
    "An action is closed",
)


def _demo(data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SMTP__HOST")}
    return subprocess.run(
        [sys.executable, "-m", "app", "demo"],
        cwd=ROOT,
        env=inherited | {"DATA_DIR": str(data_dir), "PORT": "0"} | settings,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


@contextmanager
def _server_that_answers(status: int, content: bytes) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/problem+json")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Do not log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        pytest.param({"environment": Environment.PRODUCTION}, "production", id="production"),
        pytest.param({"smtp": Smtp(host="mail.example.org")}, "mail server", id="a real mail server"),
    ],
)
def test_refuses_to_touch_real_data(settings: dict[str, object], reason: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with pytest.raises(DemoFailed, match=reason):
        play(Settings.model_validate({"data_dir": folder, "port": 0} | settings))
    assert not folder.exists()


def test_a_refusal_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    refused = _demo(tmp_path / "data", SMTP__HOST="mail.example.org")
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: ")
    assert len(refused.stderr.splitlines()) == 1


def test_refuses_a_port_where_something_else_listens(tmp_path: Path) -> None:
    with _server_that_answers(404, b"{}") as port, pytest.raises(DemoFailed, match="Something else listens"):
        play(Settings(data_dir=tmp_path / "data", host="127.0.0.1", port=port))


def test_an_unexpected_response_is_reported_with_its_problem() -> None:
    with (
        _server_that_answers(409, b'{"code": "step_not_allowed"}') as port,
        connect(f"http://127.0.0.1:{port}") as http,
        pytest.raises(DemoFailed, match="Centre lead: GET /v1/me answered 409, expected success") as failure,
    ):
        Caller("Centre lead", http, Screen(1)).get("/v1/me")
    assert failure.value.problem is not None
    assert "step_not_allowed" in failure.value.problem


def test_tells_the_whole_story_from_nothing(tmp_path: Path) -> None:
    played = _demo(tmp_path)
    assert played.returncode == 0, played.stdout + played.stderr

    mails = read_captured(tmp_path / "mail")
    (finance,) = {address for mail in mails for address in mail.to if address.startswith("tom.becker@")}
    domain = finance.partition("@")[2]
    subjects = [mail.subject for mail in mails if f"dana.holt@{domain}" in mail.to]
    found = iter(subjects)
    for expected in STORY_OF_THE_SUPER_USER:
        assert any(expected in subject for subject in found), f"{expected!r} is missing, or late, in {subjects}"
    invoice = next(mail for mail in mails if finance in mail.to)
    assert "Invoice" in invoice.subject, "R18: nobody writes to the finance contact before"
    assert [attached.media_type for attached in invoice.attachments] == ["application/pdf"]

    for name in ("certificate.pdf", "welcome-pack.pdf", "invoice.pdf"):
        (path,) = (tmp_path / "demo").glob(f"*/{name}")
        assert path.read_bytes().startswith(b"%PDF")
        assert str(path) in played.stdout
    (calendar,) = (tmp_path / "demo").glob("*/interview.ics")
    assert b"SEQUENCE:1" in calendar.read_bytes()

    assert stat.S_IMODE((tmp_path / "demo-staff.json").stat().st_mode) == 0o600
    link = next(word for word in played.stdout.split() if "/v1/certificates/" in word)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{urlsplit(link).netloc}/livez")
