"""A crash or an outage writes one line a minute for each kind."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest
import structlog

from app import repeats
from app.clock import system_clock
from app.database import Database
from app.integrations.storage import open_store
from app.jobs.worker import run_worker
from app.logs import configure_logs, lines_suppressed
from app.main import create_app
from app.repeats import kind_of
from app.settings import Settings
from tests.vanishing import wire_to

ours = structlog.get_logger("tests.repeats")


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Restores the configuration after the test."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**configured)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass for the filter."""
    now = [1000.0]
    monkeypatch.setattr(repeats, "monotonic", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


def fail(words: str = "on purpose") -> None:
    """Log an error with its traceback, as the HTTP door does."""
    try:
        raise RuntimeError(words)
    except RuntimeError:
        ours.exception("fault", path="/v1/x")


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that begin an entry: those of a traceback are indented or follow it."""
    return [line for line in capsys.readouterr().err.splitlines() if "warning" in line or "error" in line]


@pytest.mark.parametrize("json_lines", [True, False])
def test_repeats_of_a_minute_are_counted_and_told(
    capsys: pytest.CaptureFixture[str], clock: Callable[[float], None], json_lines: bool
) -> None:
    configure_logs("INFO", json_lines=json_lines)
    for _ in range(4287):
        fail()
        ours.warning("job_waits", reason="ConnectionError")
    first = capsys.readouterr().err
    assert first.count("Traceback (most recent call last)") == 1
    assert first.count("job_waits") == 1
    assert "suppressed" not in first
    assert lines_suppressed() == 2 * 4286
    clock(61)
    fail()
    ours.warning("job_waits", reason="ConnectionError")
    second = capsys.readouterr().err
    assert second.count("Traceback (most recent call last)") == 1
    assert second.count("4286") == 2
    if json_lines:
        assert [json.loads(line)["suppressed"] for line in second.splitlines()] == [4286, 4286]
    clock(61)
    fail()
    assert "suppressed" not in capsys.readouterr().err


@pytest.mark.parametrize("json_lines", [True, False])
def test_other_kinds_are_written(capsys: pytest.CaptureFixture[str], json_lines: bool) -> None:
    configure_logs("INFO", json_lines=json_lines)
    fail()
    ours.warning("job_waits", reason="ConnectionError")
    ours.warning("job_waits", reason="TimeoutError")
    ours.warning("job_retried", reason="TimeoutError")
    logging.getLogger("another").warning("job_retried")
    try:
        raise RuntimeError("on purpose")
    except RuntimeError:
        # The same event and error, but another place: another bug.
        ours.exception("fault")
    assert len(written(capsys)) >= 6
    assert lines_suppressed() == 0


def test_information_is_never_suppressed(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", json_lines=True)
    for _ in range(10):
        ours.info("request", status=503)
    assert len(capsys.readouterr().err.splitlines()) == 10


def test_what_varies_in_a_librarys_message_makes_no_other_kind(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", json_lines=True)
    for number in range(50):
        logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: <Task-{number}>")
        logging.getLogger("pgqueuer").warning("Flush failed, requeuing %d items", number)
        address = f"0x7f{number:010x}"
        logging.getLogger("uvicorn.error").error(f"job 0190a1b2-0000-7000-8000-0000000000{number:02} is at {address}")
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_made_up_kinds_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "_MOST_KINDS", 10)
    kept = repeats.Repeats()
    for letter in map(chr, range(ord("a"), ord("z"))):
        record = logging.LogRecord("x", logging.ERROR, "here", 1, letter, None, None)
        assert kept.filter(record)
        assert not kept.filter(record)
    assert len(kept._seen) <= 10


def test_an_error_is_found_however_it_is_given() -> None:
    error = ValueError("x")
    given = (error, (ValueError, error, None))
    kinds = {kind_of(logging.makeLogRecord({"msg": {"event": "fault", "exc_info": one}})) for one in given}
    assert len(kinds) == 1
    assert "ValueError" in next(iter(kinds))
    assert "NoneType" in kind_of(logging.makeLogRecord({"msg": "no error"}))


async def test_a_server_without_its_database_says_so_once(
    settings: Settings, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every request fails, and each has its own line; nothing else is repeated."""
    async with wire_to(database_url) as (wire, url):
        database = Database(url, pool_size=2, pool_timeout=1)
        transport = httpx.ASGITransport(app=create_app(settings, database=database), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            wire.refuses = True
            wire.reset()
            configure_logs("INFO", json_lines=True)
            answers = [(await client.get("/v1/recognised-centres")).status_code for _ in range(40)]
        await database.close()
    assert answers == [503] * 40
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len([line for line in lines if line["event"] == "request"]) == 40
    assert len([line for line in lines if line["level"] != "info"]) <= 5


async def test_a_worker_without_its_database_says_so_once(
    settings: Settings, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with wire_to(database_url) as (wire, url):
        database = Database(url, pool_size=2, pool_timeout=1)
        stop = asyncio.Event()
        work = asyncio.create_task(run_worker(database, settings, open_store(settings), system_clock, stop=stop))
        await asyncio.sleep(1)
        configure_logs("INFO", json_lines=True)
        wire.refuses = True
        wire.reset()
        await asyncio.sleep(6)
        stop.set()
        await work
        await database.close()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    events = [line["event"] for line in lines if line["level"] in ("warning", "error")]
    assert "worker_interrupted" in events
    assert len(events) <= 10, events
