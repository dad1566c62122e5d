"""Does the virus scanner answer, know its signatures, and take the largest file that we accept?"""

from collections.abc import AsyncIterator
from typing import Final

from app.integrations.virus_scan import CannotScan, Clamd, ScannerUnavailable, scanner_of
from app.settings import Settings, VirusScan

_PIECE: Final = bytes(256 * 1024)
_SECONDS = 10.0


async def check_scanner(settings: Settings) -> list[str]:
    """Ask for the version, then have zeros scanned, as many bytes as an upload may have."""
    scanner = scanner_of(settings)
    if scanner is None:
        if not settings.production or settings.virus_scan is VirusScan.OFF:
            return []
        return ["There is no virus scanner: set CLAMD__HOST or CLAMD__SOCKET, or VIRUS_SCAN=off."]
    clamd = settings.clamd
    where = f"The virus scanner {clamd.socket or f'{clamd.host}:{clamd.port}'}"
    try:
        return [f"{where} {fault}" for fault in await _faults(scanner, settings.upload_limit_bytes)]
    except ScannerUnavailable as error:
        check = "CLAMD__SOCKET" if clamd.socket is not None else "CLAMD__HOST, CLAMD__PORT, the firewall"
        return [f"{where} cannot be used, {error}: see that clamd runs, and check {check}."]


async def _faults(scanner: Clamd, limit_bytes: int) -> list[str]:
    version = await scanner.version()
    try:
        await scanner.scan(_zeros(limit_bytes), seconds=_SECONDS)
    except CannotScan:
        megabytes = -(-limit_bytes // (1024 * 1024))
        return [f"({version}) takes smaller files than we do: set StreamMaxLength to {megabytes}M in clamd.conf."]
    return []


async def _zeros(count: int) -> AsyncIterator[bytes]:
    for at in range(0, count, len(_PIECE)):
        yield _PIECE[: count - at]
