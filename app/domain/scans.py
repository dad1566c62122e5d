"""What may be done with a file, by what the virus scanner says of it and by what is left of it."""

from datetime import datetime

from app.domain.refusals.files import FileInfected, ScanFailed, ScanPending
from app.domain.refusals.redactions import FileRedacted
from app.domain.uploads import ScanState, scan_state


def require_scanned(stored: ScanState | None, *, scanning: bool) -> None:
    """Raise `ScanPending`, `FileInfected` or `ScanFailed` unless the file can be handed out."""
    match scan_state(stored, scanning=scanning):
        case ScanState.PENDING:
            raise ScanPending
        case ScanState.INFECTED:
            raise FileInfected
        case ScanState.FAILED:
            raise ScanFailed


def require_content(redacted_at: datetime | None) -> None:
    """Raise `FileRedacted` if the content of the file was removed."""
    if redacted_at is not None:
        raise FileRedacted
