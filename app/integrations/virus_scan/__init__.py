"""The virus scanner: clamd, where one is configured."""

from functools import lru_cache

from app.integrations.virus_scan.clamd import OUTCOMES, Clamd
from app.integrations.virus_scan.protocol import CannotScan, ScannerError, ScannerFault, ScannerUnavailable
from app.settings import ClamdAddress, Settings

__all__ = [
    "OUTCOMES",
    "CannotScan",
    "Clamd",
    "ScannerError",
    "ScannerFault",
    "ScannerUnavailable",
    "scanner_of",
]


def scanner_of(settings: Settings) -> Clamd | None:
    """Return the scanner of the deployment, or None where nothing is scanned."""
    return _at(settings.clamd) if settings.scanning else None


# One for each address, which remembers that it was down.
@lru_cache
def _at(address: ClamdAddress) -> Clamd:
    return Clamd(address.host, address.port, address.socket)
