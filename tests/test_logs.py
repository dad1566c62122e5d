"""The line of a request is the same whether structlog writes it or we do."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
import structlog

from app import logs
from app.logs import add_to_request, begin_request, configure_logs, log_request, request_id

FIELDS: dict[str, object] = {
    "method": "GET",
    "path": '/ü\n"',
    "operation": None,
    "status": 200,
    "milliseconds": 1.2,
}
FACTS: dict[str, object] = {"request_id": "r-1", "trace_id": "0af7651916cd43dd8448eb211c80319c"}
ACTOR: dict[str, object] = {"actor": "01990000-0000-7000-8000-000000000000", "actor_kind": "person"}


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Restores the configuration after the test."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    # A logger keeps the configuration that it was first used with.
    monkeypatch.setattr(logs, "_requests", structlog.get_logger("app.requests"))
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**configured)
    begin_request({})


def configure(level: str, *, json_lines: bool) -> None:
    configure_logs(level, json_lines=json_lines)
    begin_request(dict(FACTS))
    add_to_request(ACTOR)


def by_structlog() -> None:
    structlog.get_logger("app.requests").info("request", **FIELDS)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines with their names in order, without the time, which must be one."""
    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    for line in found:
        assert datetime.fromisoformat(line.pop("timestamp")).utcoffset() is not None
    return found


def test_a_json_line_is_the_one_that_structlog_writes(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json_lines=True)
    log_request(FIELDS)
    by_structlog()
    ours, theirs = lines(capsys)
    assert ours == theirs
    assert list(ours) == list(theirs)
    assert ours == FIELDS | FACTS | ACTOR | {"event": "request", "level": "info", "logger": "app.requests"}


def test_a_time_is_written_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json_lines=True)
    log_request(FIELDS)
    by_structlog()
    times = [json.loads(line)["timestamp"] for line in capsys.readouterr().err.splitlines()]
    assert [(len(time), time[-1]) for time in times] == [(27, "Z"), (27, "Z")]


def test_a_readable_line_is_structlogs(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json_lines=False)
    log_request(FIELDS)
    by_structlog()
    ours, theirs = (line.partition(" ")[2] for line in capsys.readouterr().err.splitlines())
    assert ours == theirs
    assert all(f"{name}=" in ours for name in FACTS | ACTOR)


def test_a_readable_line_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json_lines=False)
    log_request(FIELDS | {"path": "/\x1b[31m\x07\x85\u202eü"})
    (line,) = capsys.readouterr().err.split("\n")[:-1]
    assert line.isprintable()
    assert "path=/\\x1b[31m\\x07\\x85\\u202eü" in line


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_higher_level_silences_it(capsys: pytest.CaptureFixture[str], json_lines: bool) -> None:
    configure("WARNING", json_lines=json_lines)
    log_request(FIELDS)
    assert capsys.readouterr().err == ""


def test_half_a_surrogate_pair_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json_lines=True)
    log_request(FIELDS | {"path": "/\ud800"})
    assert lines(capsys)[0]["path"] == "/\ud800"


def test_another_handler_is_not_passed_by(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    configure("INFO", json_lines=True)
    logging.getLogger().addHandler(caplog.handler)
    log_request(FIELDS)
    assert [record.name for record in caplog.records] == ["app.requests"]
    assert len(lines(capsys)) == 1


def test_a_closed_log_fails_no_request() -> None:
    configure("INFO", json_lines=True)
    closed = StringIO()
    closed.close()
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(closed)
    log_request(FIELDS)


def test_the_next_request_starts_afresh(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json_lines=True)
    begin_request({"request_id": "r-2"})
    log_request(FIELDS)
    (line,) = lines(capsys)
    assert line["request_id"] == "r-2"
    assert not {"trace_id", "actor", "actor_kind"} & line.keys()


def test_the_id_is_that_of_the_request_that_queued_the_job_else_of_the_request() -> None:
    begin_request({})
    assert request_id() == ""
    begin_request({"request_id": "of-the-request"})
    assert request_id() == "of-the-request"
    with structlog.contextvars.bound_contextvars(request_id="of-the-job"):
        assert request_id() == "of-the-job"
