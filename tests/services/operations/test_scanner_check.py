"""The doctor's word on the virus scanner."""

import pytest

from app.services.operations.checks.scanner import check_scanner
from app.settings import ClamdAddress, Environment, Settings, VirusScan
from tests.scanner import STREAM_LIMIT, Daemon


async def _faults(settings: Settings, **changes: object) -> list[str]:
    return await check_scanner(settings.model_copy(update=changes))


async def test_a_scanner_that_is_down_hangs_or_takes_too_little_is_told(
    settings: Settings, scanner: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    (down,) = await _faults(settings, clamd=scanner.address)
    assert f"127.0.0.1:{scanner.port} cannot be used" in down
    (no_socket,) = await _faults(settings, clamd=ClamdAddress(socket=scanner.socket))
    assert str(scanner.socket) in no_socket
    scanner.start()
    (small,) = await _faults(settings, clamd=scanner.address)
    assert "set StreamMaxLength to 25M" in small
    assert await _faults(settings, clamd=scanner.address, upload_limit_bytes=STREAM_LIMIT) == []
    scanner.freeze()
    (hangs,) = await _faults(settings, clamd=scanner.address)
    assert "did not answer" in hangs


async def test_production_needs_one_or_none_by_name(settings: Settings) -> None:
    assert await _faults(settings) == []
    assert await _faults(settings, environment=Environment.PRODUCTION, virus_scan=VirusScan.OFF) == []
    (none,) = await _faults(settings, environment=Environment.PRODUCTION)
    assert "VIRUS_SCAN=off" in none
