"""Each check of the doctor, on a part that is really broken, and on one that is not."""

import os
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr
from sqlalchemy import text

from app.clock import system_clock
from app.database import Database
from app.integrations.inspection.processes import messages, pool
from app.queries.operations import ServerFacts
from app.services.operations.checks.clock import check_clock
from app.services.operations.checks.database import UNBOUND, check_database, connections_of, faults_of_server
from app.services.operations.checks.inspector import check_inspector
from app.services.operations.checks.machine import check_machine
from app.services.operations.checks.migrations import check_migrations
from app.services.operations.checks.proxy import check_proxy
from app.services.operations.checks.published import check_published
from app.services.operations.checks.relay import check_relay
from app.settings import Environment, Settings, Smtp
from tests.certificates import self_signed
from tests.clock import MovableClock

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)
LIVE = b'{"status":"alive"}'


@contextmanager
def _free_port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = int(taken.getsockname()[1])
    yield port


def _has(faults: list[str], *words: str) -> None:
    assert len(faults) == len(words), faults
    for fault, word in zip(faults, words, strict=True):
        assert word in fault


async def test_a_database_that_loses_acknowledged_changes(settings: Settings, database: Database) -> None:
    """The embedded server of the tests is fast because it is broken like this; one at `DATABASE_URL` may be right."""
    names = ("fsync", "full_page_writes", "synchronous_commit")
    async with database.transaction() as session:
        off = [name for name in names if (await session.execute(text(f"SHOW {name}"))).scalar_one() == "off"]
    _has(await check_database(settings, 3), *(f"The database has {name} = off" for name in off))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"version": 14}, "PostgreSQL is version 14: upgrade it to 15 or newer."),
        ({"recovering": True, "read_only": True}, "DATABASE_URL names a standby"),
        ({"encoding": "SQL_ASCII"}, "encoded in SQL_ASCII"),
        ({"archiver_failing": True}, "The last WAL file could not be archived"),
    ],
)
def test_servers_that_cannot_be_had_here(change: dict[str, object], fault: str | None) -> None:
    right = ServerFacts(15, "UTF8", False, False, 97, 0, (), False)
    _has(faults_of_server(right._replace(**change)), *([fault] if fault else []))  # type: ignore[arg-type]


@pytest.mark.own_database
async def test_a_database_that_takes_no_changes(settings: Settings, database: Database) -> None:
    async with database.transaction() as session:
        name = (await session.execute(text("SELECT current_database()"))).scalar_one()
        await session.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        await session.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    found = await check_database(settings, 3)
    assert "The database takes no changes: set default_transaction_read_only = off for our role." in found
    assert any("synchronous_commit = off" in fault for fault in found)


async def test_a_role_that_no_row_policy_binds(settings: Settings, database_url: str) -> None:
    in_production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    owner = in_production.model_copy(update={"database_url": SecretStr(database_url)})
    assert UNBOUND not in await check_database(in_production, 3)
    assert UNBOUND in await check_database(owner, 3)
    assert UNBOUND not in await check_database(owner.model_copy(update={"environment": Environment.DEVELOPMENT}), 3)


async def test_more_connections_than_the_database_has(settings: Settings) -> None:
    found = await check_database(settings.model_copy(update={"database_pool_size": 200}), 20)
    assert any("may open 4001 connections and the database has" in fault for fault in found)


@pytest.mark.parametrize(
    ("serving", "processes", "workers", "connections"), [(1, 3, 1, 31), (1, 3, 2, 32), (4, 9, 1, 31), (4, 7, 2, 42)]
)
def test_the_processes_of_one_serve_share_their_connections(
    serving: int, processes: int, workers: int, connections: int
) -> None:
    assert connections_of(Settings(workers=serving), processes, workers) == connections


@pytest.mark.own_database
async def test_migrations_behind_ahead_and_missing(settings: Settings, database: Database) -> None:
    assert await check_migrations(settings) == []
    for change, fault in (
        ("UPDATE alembic_version SET version_num = '0001'", "at migration 0001, this release at"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer than this release"),
        ("DELETE FROM alembic_version", "no tables of ours: run 'python -m app migrate'"),
        ("DROP TABLE alembic_version", "no tables of ours"),
    ):
        async with database.transaction() as session:
            await session.execute(text(change))
        _has(await check_migrations(settings), fault)


async def test_what_production_lacks_in_the_database(settings: Settings, database: Database) -> None:
    assert await check_published(settings) == []
    in_production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    _has(await check_published(in_production), "centre_agreement", "customer_code_of_conduct", "ADMIN_EMAIL")


async def test_a_clock_that_is_wrong(settings: Settings) -> None:
    assert await check_clock(settings) == []
    for ahead, words in ((timedelta(seconds=90), "90 seconds behind"), (-timedelta(hours=1), "3600 seconds ahead of")):
        clock = MovableClock()
        clock.now = system_clock() + ahead
        _has(await check_clock(settings, clock), f"The clock of the database is {words} this machine's")


class Relay:
    """Keeps what it is handed, which must be nothing, and refuses one sender."""

    def __init__(self) -> None:
        self.senders: list[str] = []
        self.letters: list[Envelope] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.senders.append(address)
        if address == "stranger@example.com":
            return "550 Sender unknown"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(envelope)
        return "250 OK"


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    return AuthResult(success=isinstance(given, LoginPassword) and given.password == b"right", handled=False)


@pytest.fixture
def relay() -> Iterator[tuple[Relay, int]]:
    handler = Relay()
    with _free_port() as port:
        controller = Controller(
            handler, hostname="127.0.0.1", port=port, authenticator=_authenticate, auth_require_tls=False
        )
    controller.start()
    yield handler, port
    controller.stop()


async def test_a_relay_that_is_right_is_sent_nothing(settings: Settings, relay: tuple[Relay, int]) -> None:
    handler, port = relay
    smtp = Smtp(host="127.0.0.1", port=port, start_tls=False, username="us", password=SecretStr("right"))
    assert await check_relay(settings.model_copy(update={"smtp": smtp})) == []
    assert await check_relay(settings) == []
    assert (handler.senders, handler.letters) == (["no-reply@aimgroup.org.uk"], [])


@pytest.mark.parametrize(
    ("changes", "sender", "fault"),
    [
        ({"start_tls": True}, None, "offers no STARTTLS"),
        ({"username": "us", "password": SecretStr("wrong")}, None, "refuses the log-in (535)"),
        ({}, "Stranger <stranger@example.com>", "answered 550 to the sender: check MAIL_FROM"),
        ({"port": 9}, None, "cannot be reached: "),
        ({"host": "relay.invalid"}, None, "cannot be reached: "),
    ],
)
async def test_a_relay_that_is_wrong(
    settings: Settings, relay: tuple[Relay, int], changes: dict[str, object], sender: str | None, fault: str
) -> None:
    smtp = Smtp(host="127.0.0.1", port=relay[1], start_tls=False).model_copy(update=changes)
    found = await check_relay(settings.model_copy(update={"smtp": smtp, "mail_from": sender or settings.mail_from}))
    _has(found, fault)
    assert relay[0].letters == []


@contextmanager
def _answering(status: int, body: bytes, date: str | None = None, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status if self.path == "/livez" else 404)
            self.send_header("Date", date or self.date_time_string())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "date", "fault"),
    [
        (200, b"<h1>Welcome to nginx!</h1>", None, "Something else than this API answers"),
        (200, b'{"status":"asleep"}', None, "Something else than this API answers"),
        (404, b"", None, "PUBLIC_URL answers 404"),
        (502, b"", None, "PUBLIC_URL answers 502"),
        (200, LIVE, "Fri, 01 Jan 2021 00:00:00 GMT", "The clock of the proxy is"),
    ],
)
async def test_a_proxy_that_is_wrong(
    settings: Settings, status: int, body: bytes, date: str | None, fault: str
) -> None:
    with _answering(status, body, date) as url:
        _has(await check_proxy(settings.model_copy(update={"public_url": url})), fault)


async def test_a_proxy_that_nobody_reaches_or_trusts(settings: Settings, tmp_path: Path) -> None:
    with _free_port() as port:
        _has(await check_proxy(settings.model_copy(update={"public_url": f"https://127.0.0.1:{port}"})), "Check DNS")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*self_signed(tmp_path))
    with _answering(200, LIVE, tls=tls) as url:
        _has(await check_proxy(settings.model_copy(update={"public_url": url})), "The certificate of PUBLIC_URL is")


async def test_a_proxy_that_is_right(settings: Settings) -> None:
    assert await check_proxy(settings) == []
    with _answering(200, LIVE) as url:
        right = settings.model_copy(update={"public_url": url, "trusted_proxies": ("10.0.0.0/24", "::1", "10.1.2.3")})
        assert await check_proxy(right) == []
        exposed = {"environment": Environment.PRODUCTION, "trusted_proxies": ()}
        _has(await check_proxy(right.model_copy(update=exposed)), "TRUSTED_PROXIES is empty", "PUBLIC_URL begins with")


async def test_proxies_that_are_anybody(settings: Settings) -> None:
    wrong = settings.model_copy(update={"trusted_proxies": ("*", "0.0.0.0/0")})
    _has(await check_proxy(wrong), "has *: anybody", "has 0.0.0.0/0: anybody")


@pytest.fixture
def open_secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A secret's file in a folder that is open to every account."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        secret = Path(folder) / "secret"
        secret.write_text("word", encoding="utf-8")
        monkeypatch.setenv("METRICS_TOKEN_FILE", str(secret))
        yield secret


async def test_secrets_that_everybody_reads(settings: Settings, open_secret: Path) -> None:
    _has(await check_machine(settings), f"can read {open_secret} (METRICS_TOKEN_FILE): run 'chmod o-r")
    os.chmod(open_secret, 0o600)  # noqa: PTH101
    assert await check_machine(settings) == []


async def test_a_machine_without_room(settings: Settings) -> None:
    greedy = settings.model_copy(update={"upload_limit_bytes": 10**15})
    _has(await check_machine(greedy), "MiB free and needs")


async def test_the_inspection_of_files_works_and_is_confined(settings: Settings) -> None:
    assert await check_inspector(settings.model_copy(update={"environment": Environment.PRODUCTION})) == []


async def test_an_inspection_that_is_not_confined(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "READY", messages.CONFINED)
    monkeypatch.setattr(pool, "CONFINED", b"")
    assert await check_inspector(settings) == []
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    _has(await check_inspector(production), "The kernel does not filter")


async def test_an_inspection_that_cannot_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    _has(await check_inspector(settings), "The inspection of files does not work")
